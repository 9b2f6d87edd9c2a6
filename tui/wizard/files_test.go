package wizard

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// sums writes a checksum file over files, with the digest of other bytes for
// those in stale.
func sums(t *testing.T, path string, stale string, files ...string) {
	t.Helper()
	var b strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		if file == stale {
			data = append(data, '!')
		}
		sum := sha256.Sum256(data)
		fmt.Fprintf(&b, "%s  %s\n", hex.EncodeToString(sum[:]), filepath.Base(file))
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
}

func answers(dir string) publish.Answers {
	return publish.Answers{Directory: dir, Org: "acme", Name: "baton-sample", Version: "v1.0.0"}
}

func filesOf(t *testing.T, calls *client.Client, dir string) (*drive, *filesStep) {
	t.Helper()
	d := newDrive(t, calls, answers(dir), newFilesStep).enter()
	f, ok := d.step.(*filesStep)
	require.True(t, ok)
	return d, f
}

// states are those of the platforms, in their order.
func states(f *filesStep) []publish.FileState {
	var all []publish.FileState
	for _, row := range f.survey.Platforms {
		all = append(all, row.State)
	}
	return all
}

func TestAllFilesAreThere(t *testing.T) {
	t.Parallel()
	dir := newProject(t, five()...)
	d, f := filesOf(t, nil, dir)
	assert.Empty(t, f.off())
	assert.Len(t, d.shared.plan.Files, 5)
	page := d.sees()
	assert.Contains(t, page, "All five platforms found. Looked in dist.")
	assert.Contains(t, page, "✓ ready")
	assert.Contains(t, page, "baton-sample, Mach-O 64-bit x86-64, go1.", "what is inside the file under the cursor")
	assert.Contains(t, page, "module github.com/acme/baton-sample")
	require.NoError(t, ui.CheckBindings(f.bindings()))
}

// What is missing is decided by a folder, by hand, or by doing without it.
func TestAMissingPlatformIsDecided(t *testing.T) {
	t.Parallel()
	four := five()[:4]
	t.Run("by doing without it", func(t *testing.T) {
		t.Parallel()
		d, f := filesOf(t, nil, newProject(t, four...))
		assert.Equal(t, "until windows-amd64 is decided", f.off())
		assert.Contains(t, d.sees(), "Four of five platforms found.")
		assert.Contains(t, d.sees(), "4  publish the four that are there")
		d.press("4")
		assert.Empty(t, f.off())
		assert.Len(t, d.shared.plan.Platforms(), 4)
		assert.Equal(t, publish.FileNotShipped, states(f)[4])
		d.press("4")
		assert.Equal(t, "until windows-amd64 is decided", f.off(), "the second time takes it back")
	})
	t.Run("by another folder", func(t *testing.T) {
		t.Parallel()
		dir := newProject(t, four...)
		pack(t, filepath.Join(dir, "dist-windows"), "v1.0.0", "windows-amd64", "windows-amd64")
		d, f := filesOf(t, nil, dir)
		d.press("4", "+").typed("dist-w").press("enter", "enter")
		assert.Nil(t, f.browse)
		assert.Empty(t, f.off())
		assert.Equal(t, []string{filepath.Join(dir, "dist"), filepath.Join(dir, "dist-windows")}, d.shared.answers.Dist)
		assert.Len(t, d.shared.plan.Platforms(), 5, "doing without it is not what was decided any more")
	})
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		dir := newProject(t, four...)
		elsewhere := pack(t, t.TempDir(), "v1.0.0", "windows-amd64", "windows-amd64")
		require.NoError(t, os.WriteFile(elsewhere+".asc", []byte("signature"), 0o600))
		d, f := filesOf(t, nil, dir)
		d.cursorOn("windows-amd64").press("f").typed(elsewhere).press("enter")
		assert.Empty(t, f.off())
		assert.Equal(t, []publish.Picked{{Platform: "windows-amd64", Path: elsewhere}}, d.shared.answers.Picked)
		assert.Equal(t, publish.FilePicked, states(f)[4])
		require.Len(t, f.survey.Beside, 1, "what lies beside a picked file goes along")
		assert.Equal(t, "windows-amd64", f.survey.Beside[0].Asset.Platform)
		d.press("u")
		assert.Equal(t, publish.FileMissing, states(f)[4], "u takes it back")
	})
}

// A checksum file of an older build is left out, or the files are built again.
func TestAStaleChecksumIsDecided(t *testing.T) {
	t.Parallel()
	dir := newProject(t, five()...)
	dist := filepath.Join(dir, "dist")
	files, err := filepath.Glob(filepath.Join(dist, "*.tar.gz"))
	require.NoError(t, err)
	list := filepath.Join(dist, "baton-sample_1.0.0_checksums.txt")
	sums(t, list, filepath.Join(dist, "baton-sample-v1.0.0-linux-amd64.tar.gz"), files...)
	old := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(list, old, old))

	d, f := filesOf(t, nil, dir)
	assert.Equal(t, "until linux-amd64 is decided", f.off())
	d.cursorOn("linux-amd64")
	page := d.sees()
	assert.Contains(t, page, "! stale")
	assert.Contains(t, page, "The checksum file was written before this file: they disagree, so one of them is from an older build.")
	assert.Contains(t, page, old.UTC().Format("2006-01-02 15:04"))
	assert.Contains(t, page, "u  use this file and leave the old checksum file out   the registry computes its own")
	d.press("u")
	assert.Empty(t, f.off())
	assert.Equal(t, []string{list}, d.shared.answers.LeaveOut)
	assert.Equal(t, publish.FileReady, states(f)[2])
	for _, file := range d.shared.plan.Files {
		assert.NotEqual(t, "CHECKSUM", file.Asset.Kind)
	}
	d.cursorOn("left out").press("u")
	assert.Equal(t, "until linux-amd64 is decided", f.off(), "taken in again, it contradicts again")

	sums(t, list, "", files...)
	d.press("r")
	assert.Empty(t, f.off())
	assert.Contains(t, d.cursorOn("linux-arm64").sees(), "as in baton-sample_1.0.0_checksums.txt ✓")
	assert.Len(t, d.shared.plan.Files, 6)
}

// The list of a build may be the older one as well.
func TestAStaleListOfTheBuild(t *testing.T) {
	t.Parallel()
	dir := newProject(t, five()...)
	var list []map[string]any
	for _, platform := range five() {
		goos, goarch, _ := strings.Cut(platform, "-")
		name := "baton-sample-v1.0.0-" + platform + ".tar.gz"
		list = append(list, map[string]any{
			"name": name, "path": "dist/" + name, "goos": goos, "goarch": goarch, "type": "Archive",
			"extra": map[string]any{"Checksum": "sha256:" + strings.Repeat("ab", 32)},
		})
	}
	data, err := json.Marshal(list)
	require.NoError(t, err)
	path := filepath.Join(dir, "dist", "artifacts.json")
	require.NoError(t, os.WriteFile(path, data, 0o600))
	d, f := filesOf(t, nil, dir)
	assert.Equal(t, "until 5 files are decided", f.off())
	d.press("u")
	assert.Empty(t, f.off())
	assert.Equal(t, []string{path}, d.shared.answers.LeaveOut)
	assert.Equal(t, "artifacts.json", d.shared.plan.Files[0].FoundBy, "what it says of platforms is still believed")
}

func TestTrapsOfADistFolder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		make  func(t *testing.T, dir string)
		row   string
		state publish.FileState
		says  []string
		press []string
		then  publish.FileState
	}{
		"two amd64 variants": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				from := filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz")
				data, err := os.ReadFile(from)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64v3.tar.gz"), data, 0o600))
			},
			row: "linux-amd64", state: publish.FileSeveral, says: []string{"There are builds for the variants plain and v3 of amd64; plain was taken.", "u use this one"},
			press: []string{"u"}, then: publish.FilePicked,
		},
		"a file of an older version": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				dist := filepath.Join(dir, "dist")
				require.NoError(t, os.Rename(filepath.Join(dist, "baton-sample-v1.0.0-linux-arm64.tar.gz"), filepath.Join(dist, "baton-sample-v0.9.0-linux-arm64.tar.gz")))
			},
			row: "linux-arm64", state: publish.FileOther, says: []string{"Its name says v0.9.0, not v1.0.0. It may be left from an older build."},
			press: []string{"u"}, then: publish.FilePicked,
		},
		"a file for another platform": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				pack(t, filepath.Join(dir, "dist"), "v1.0.0", "linux-arm64", "linux-amd64")
			},
			row: "linux-arm64", state: publish.FileBroken,
			says:  []string{"There is a file, and it cannot be released.", "the file claims linux-arm64, but the executable is made for linux-amd64"},
			press: []string{"4"}, then: publish.FileNotShipped,
		},
		"an archive that was cut off": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.Truncate(filepath.Join(dir, "dist", "baton-sample-v1.0.0-darwin-arm64.tar.gz"), 1000))
			},
			row: "darwin-arm64", state: publish.FileBroken, says: []string{"There is a file, and it cannot be released."},
			press: []string{"4"}, then: publish.FileNotShipped,
		},
		"an empty file": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.Truncate(filepath.Join(dir, "dist", "baton-sample-v1.0.0-darwin-arm64.tar.gz"), 0))
			},
			row: "darwin-arm64", state: publish.FileBroken, says: []string{"it is empty"},
			press: []string{"4"}, then: publish.FileNotShipped,
		},
		"a build that is running or failed": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "metadata.json"), []byte(`{"project_name":"baton-sample","version":"1.0.0"}`), 0o600))
			},
			row: "linux-amd64", state: publish.FileReady, says: []string{"the build failed or is still running; r looks again when it is over."},
		},
		"a snapshot": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "metadata.json"), []byte(`{"project_name":"baton-sample","version":"1.0.0-SNAPSHOT-abc"}`), 0o600))
			},
			row: "linux-amd64", state: publish.FileReady, says: []string{"is a snapshot build, not one of a tag."},
		},
		"a path that leads out of the project": {
			make: func(t *testing.T, dir string) {
				t.Helper()
				require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "artifacts.json"), []byte(`[{"name":"x.tar.gz","path":"../../../etc/passwd","goos":"linux","goarch":"amd64","type":"Archive"}]`), 0o600))
			},
			row: "linux-amd64", state: publish.FileReady, says: []string{"which is not in the project, so it was left alone."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := newProject(t, five()...)
			c.make(t, dir)
			d, f := filesOf(t, nil, dir)
			d.cursorOn(c.row)
			row, _ := f.row()
			assert.Equal(t, c.state, row.State)
			page := strings.Join(strings.Fields(d.sees()), " ")
			for _, says := range c.says {
				assert.Contains(t, page, says)
			}
			assert.Equal(t, c.state.Decided(), f.off() == "", f.off())
			if len(c.press) > 0 {
				d.press(c.press...)
				row, _ = f.row()
				assert.Equal(t, c.then, row.State)
				assert.Empty(t, f.off())
			}
		})
	}
}

// Two folders may have a file for one platform: somebody has to say which.
func TestTwoFoldersWithTheSamePlatform(t *testing.T) {
	t.Parallel()
	dir := newProject(t, five()...)
	second := pack(t, filepath.Join(dir, "again"), "v1.0.0", "linux-amd64", "linux-amd64")
	d := newDrive(t, nil, answers(dir), newFilesStep)
	d.shared.answers.Dist = []string{filepath.Join(dir, "dist"), filepath.Join(dir, "again"), filepath.Join(dir, "gone")}
	d.enter()
	f, _ := d.step.(*filesStep)
	assert.Contains(t, f.off(), "linux-amd64 and gone are decided")
	d.cursorOn("linux-amd64").press("f").typed(second).press("enter")
	d.cursorOn("folder").press("u")
	assert.Empty(t, f.off())
	assert.Len(t, d.shared.answers.Dist, 2)
	for _, file := range d.shared.plan.Files {
		if file.Asset.Platform == "linux-amd64" {
			assert.Equal(t, second, file.Path)
		}
	}
}

// What the newest version shipped is told where it is missing now.
func TestWhatIsNotShippedAnyMore(t *testing.T) {
	t.Parallel()
	calls, _ := newCalls(t, registryv1.Role_ROLE_MAINTAINER)
	dir := newProject(t, five()...)
	plan, faults, err := publish.Prepare(t.Context(), calls, answers(dir), nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	_, err = publish.Run(t.Context(), calls, plan, nil, func(publish.Event) {})
	require.NoError(t, err)

	next := newProject(t)
	for _, platform := range five()[:4] {
		pack(t, filepath.Join(next, "dist"), "v1.1.0", platform, platform)
	}
	d := newDrive(t, calls, answers(next), newFilesStep)
	d.shared.answers.Version = "v1.1.0"
	d.enter().cursorOn("windows-amd64")
	assert.Contains(t, strings.Join(strings.Fields(d.sees()), " "), "v1.0.0 shipped windows-amd64: without it the newest windows build stays v1.0.0.")
}

// A project before its first build says what to do.
func TestNothingWasBuilt(t *testing.T) {
	t.Parallel()
	d, f := filesOf(t, nil, newProject(t))
	assert.Equal(t, "until there is a file to publish", f.off())
	assert.Contains(t, d.sees(), "No release files found. Looked in dist.")
	assert.Contains(t, d.sees(), "not in dist")
	assert.Contains(t, d.sees(), "+  add the folder that it is in")
}

// An answer to a question that was asked before does not replace a newer one.
func TestAnOldLookIsForgotten(t *testing.T) {
	t.Parallel()
	d, f := filesOf(t, nil, newProject(t, five()...))
	first := f.enter().(action.Ask).Question.Ask(t.Context(), nil)
	d.run(f.enter())
	require.Empty(t, f.off())
	old := first.(filesFound)
	old.survey = publish.Survey{}
	d.run(f.handle(old))
	assert.Empty(t, f.off())
}

// A click moves the cursor to the row under it.
func TestAClickOnAFile(t *testing.T) {
	t.Parallel()
	d, f := filesOf(t, nil, newProject(t, five()...))
	page := strings.Split(d.sees(), "\n")
	for y, line := range page {
		if strings.Contains(line, "linux-arm64") {
			d.run(f.handle(action.Point{X: 5, Y: y}))
			break
		}
	}
	row, _ := f.row()
	assert.Equal(t, "linux-arm64", row.Name)
}
