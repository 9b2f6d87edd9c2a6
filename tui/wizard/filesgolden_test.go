package wizard

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

// digestOf makes a digest out of its beginning.
func digestOf(t *testing.T, begins string) artifact.Digest {
	t.Helper()
	d, err := artifact.ParseDigest(begins + strings.Repeat("0", 64-len(begins)))
	require.NoError(t, err)
	return d
}

// coupa is the survey of the pictures: one file is stale, one platform is
// missing.
func coupa(t *testing.T) publish.Survey {
	t.Helper()
	const dir = "/src/baton-coupa"
	written := time.Date(2026, 8, 22, 11, 51, 0, 0, time.UTC)
	list := dir + "/dist/baton-coupa_0.1.10_checksums.txt"
	s := publish.Survey{
		Plan:    publish.Plan{Directory: dir, Ref: publish.Ref{Org: "ConductorOne", Name: "baton-coupa", Version: "v0.1.10"}},
		Folders: []string{dir + "/dist", dir + "/dist-windows"}, Lists: []string{dir + "/dist/artifacts.json", list},
		At: time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC),
	}
	for i, row := range []struct{ platform, format, container, digest string }{
		{"darwin-amd64", "Mach-O 64-bit x86-64", "zip", "0d6b5b1a77c2"},
		{"darwin-arm64", "Mach-O 64-bit arm64", "zip", "91c05e7ad1f3"},
		{"linux-amd64", "ELF 64-bit x86-64", "tar.gz", "4c7e1d92b05f"},
		{"linux-arm64", "ELF 64-bit arm64", "tar.gz", "e9120b6a3d44"},
	} {
		name := "baton-coupa-v0.1.10-" + row.platform + "." + row.container
		s.Platforms = append(s.Platforms, publish.Found{
			State: publish.FileReady, Name: row.platform, Written: written, Agrees: []string{"baton-coupa_0.1.10_checksums.txt"},
			File: publish.File{
				Path: filepath.Join(dir, "dist", name), Asset: publish.AssetKey{Platform: row.platform, Kind: "ARCHIVE", Filename: name},
				Stamp: publish.Stamp{Size: 14_100_000 - int64(i)*300_000}, SHA256: digestOf(t, row.digest).Hex(), Container: row.container, FoundBy: "artifacts.json",
			},
			Facts: artifact.Facts{Executable: &artifact.Executable{
				Name: "baton-coupa", Detail: row.format, Platform: artifact.Platform(row.platform),
				Go: &artifact.Build{GoVersion: "go1.26.8", Module: "github.com/conductorone/baton-coupa"},
			}},
			Evidence: []artifact.Evidence{{Source: artifact.FoundByArtifacts, Detail: "artifacts.json lists it as Archive for " + row.platform}},
		})
	}
	stale := &s.Platforms[2]
	stale.State, stale.Agrees = publish.FileStale, nil
	stale.Stale = []publish.Contradiction{{List: list, Written: time.Date(2026, 8, 21, 17, 58, 0, 0, time.UTC), Listed: digestOf(t, "77b03c4f91ae")}}
	s.Platforms = append(s.Platforms, publish.Found{
		State: publish.FileMissing, Name: "windows-amd64", Why: []string{"not in dist, not in dist-windows"}, Before: "v0.1.9",
	})
	s.Others = []publish.Found{{State: publish.FileStale, Name: "checksums", Written: written, File: publish.File{Path: list, Stamp: publish.Stamp{Size: 512}, FoundBy: "file name"}}}
	for _, row := range s.Platforms[:4] {
		s.Plan.Files = append(s.Plan.Files, row.File)
	}
	return s
}

// filesPages are the step in its situations.
func filesPages(t *testing.T) map[string]func() *filesStep {
	t.Helper()
	at := func(row int, change func(f *filesStep)) func() *filesStep {
		return func() *filesStep {
			s := &shared{Config: Config{Registry: "hub.example.org"}}
			s.answers.Directory = "/src/baton-coupa"
			f := &filesStep{shared: s, known: true, survey: coupa(t)}
			s.plan = f.survey.Plan
			f.list.Goto(row)
			if change != nil {
				change(f)
			}
			return f
		}
	}
	browse := func(folders bool, change func(b *browser)) func(f *filesStep) {
		return func(f *filesStep) {
			f.browse, _ = newBrowser("Which file is it for windows-amd64?", "/src", folders, []string{"/src/dist"})
			old := time.Date(2026, 8, 21, 17, 58, 0, 0, time.UTC)
			f.browse.took(folderListed{asked: 1, path: "/src", more: !folders, entries: []entry{
				{name: "dist", path: "/src/dist", written: old},
				{name: "dist-windows", path: "/src/dist-windows", written: old, link: true},
				{name: ".cache", path: "/src/.cache", written: old},
				{name: "baton-coupa-v0.1.10-windows-amd64.zip", path: "/src/x.zip", kind: entryFile, size: 14_600_000, written: old},
				{name: "gone", path: "/src/gone", kind: entryOther, link: true, what: "a link that leads nowhere"},
				{name: "evil\x1b[31m\u202ename.zip", path: "/src/evil", kind: entryFile, size: 12, written: old},
			}})
			if change != nil {
				change(f.browse)
			}
		}
	}
	return map[string]func() *filesStep{
		"files-stale":   at(2, nil),
		"files-missing": at(4, nil),
		"files-ready":   at(0, nil),
		"files-decided": at(4, func(f *filesStep) {
			f.answers.Platforms = f.there()
			f.survey.Platforms[2].State, f.survey.Platforms[2].Stale = publish.FilePicked, nil
			f.survey.Platforms[4].State = publish.FileNotShipped
			f.survey.Others[0] = publish.Found{State: publish.FileLeftOut, Name: "left out", File: publish.File{Path: "/src/baton-coupa/dist/baton-coupa_0.1.10_checksums.txt"}}
		}),
		"files-traps": at(3, func(f *filesStep) {
			f.survey.Warnings = []artifact.Warning{
				{Kind: artifact.WarnUnfinished, Detail: `"/src/baton-coupa/dist" has metadata.json and no artifacts.json: the build failed or is still running`},
				{Kind: artifact.WarnSnapshot, Detail: `"/src/baton-coupa/dist" is a snapshot build, not one of a tag`},
				{Kind: artifact.WarnOutside, Detail: `artifacts.json names "../../etc/passwd", which is not in the project, so it was left alone`},
				{Kind: artifact.WarnUnreadable, Detail: "one more"},
			}
			f.survey.Platforms[0].State = publish.FileChanging
			f.survey.Platforms[1].State, f.survey.Platforms[1].Why = publish.FileBroken, []string{"baton-coupa.zip: it is cut off"}
			f.survey.Platforms[3].State = publish.FileSeveral
			f.survey.Platforms[3].Warnings = []artifact.Warning{{Kind: artifact.WarnVariants, Detail: "there are builds for the variants plain and v3 of amd64; plain was taken"}}
			f.survey.Others = append(f.survey.Others, publish.Found{State: publish.FileGone, Name: "folder", File: publish.File{Path: "/src/gone"}, Why: []string{"there is no folder /src/gone"}})
		}),
		"files-failed": at(0, func(f *filesStep) {
			f.err = &client.Error{Message: "hub.example.org does not answer", Next: "try again"}
		}),
		"files-looking": at(0, func(f *filesStep) { f.known, f.looking, f.survey = false, true, publish.Survey{} }),
		"files-browse":  at(4, browse(false, nil)),
		"files-folders": at(4, browse(true, func(b *browser) { b.list.Move(2) })),
		"files-denied": at(4, browse(true, func(b *browser) {
			b.err, b.failed = errNoFolder, "/src/baton-coupa-v0.1.10-windows-amd64.zip"
		})),
	}
}

func TestFilesScreens(t *testing.T) {
	t.Parallel()
	for name, page := range filesPages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stepTest(t, name, func() step { return page() })
		})
	}
}

// stepTest compares a step with its goldens, draws it at any size, also in
// ASCII, and checks its keys. Nothing is wider or longer than the screen, and
// no control reaches it.
func stepTest(t *testing.T, name string, page func() step) {
	t.Helper()
	require.NoError(t, ui.CheckBindings(page().bindings()))
	tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
		// What the wizard draws above a step takes six or seven rows.
		return ui.Join(page().view(ui.Look{Theme: look, Now: noon}, w, h-6))
	})
	ascii := theme.New(theme.Standard(), true, colorprofile.TrueColor, true)
	for _, size := range []tuitest.Size{{Width: 1, Height: 1}, {Width: 20, Height: 3}, {Width: 39, Height: 7}, {Width: 61, Height: 12}, {Width: 240, Height: 60}} {
		s := page()
		lines := s.view(ui.Look{Theme: ascii, Now: noon}, size.Width, size.Height)
		require.Len(t, lines, size.Height, "%v", size)
		for _, line := range lines {
			assert.NotContains(t, line, "\u202e")
			screen := tuitest.Parse(line, size.Width, 1)
			for _, r := range screen.Line(0) {
				assert.Less(t, r, rune(0x7f), "only ASCII at %v", size)
			}
		}
		s.status(ui.Look{Theme: ascii, Now: noon})
		s.outline(ui.Look{Theme: ascii, Now: noon})
	}
}

// The list that has the cursor is told by its keys.
func TestKeysOfFiles(t *testing.T) {
	t.Parallel()
	pages := filesPages(t)
	label := func(f *filesStep) string {
		b, _ := ui.Find(f.bindings(), "u")
		return b.Label
	}
	f := pages["files-decided"]()
	assert.Equal(t, "ship it", label(f))
	f.list.Goto(2)
	assert.Equal(t, "take it back", label(f))
	f.list.Goto(5)
	assert.Equal(t, "take it in", label(f))
	b, _ := ui.Find(f.bindings(), "f")
	assert.Equal(t, "put the cursor on a platform", b.Why())
	b, _ = ui.Find(f.bindings(), "4")
	assert.Equal(t, "all platforms", b.Label)
	f = pages["files-traps"]()
	f.list.Goto(6)
	assert.Equal(t, "forget it", label(f))
	assert.Equal(t, []registryv1.Platform{registryv1.Platforms()[2], registryv1.Platforms()[3]}, f.there())
	assert.Nil(t, f.handle(action.Move{By: -6}))
}
