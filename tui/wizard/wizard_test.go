package wizard

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
	"github.com/registrar-console/registrar/tui/ui"
)

var plan = publish.Plan{
	Ref: publish.Ref{Org: "ConductorOne", Name: "baton-coupa", Version: "v0.1.10"},
	Files: []publish.File{
		file("darwin-amd64", 14_100_000), file("darwin-arm64", 13_200_000), file("linux-amd64", 14_100_000),
		file("linux-arm64", 13_000_000), file("windows-amd64", 14_600_000),
	},
	Notes: []publish.Note{
		{About: "org", Text: "ConductorOne, from the git remote"},
		{About: "linux-amd64", Text: "The checksum file was written before this archive.", Caution: true},
	},
}

func file(platform string, size int64) publish.File {
	return publish.File{
		Path:  "dist/" + platform,
		Asset: publish.AssetKey{Platform: platform, Kind: "ARCHIVE", Filename: "baton-coupa-v0.1.10-" + platform + ".tar.gz"},
		Stamp: publish.Stamp{Size: size}, SHA256: "7d40f2c9a81e" + strings.Repeat("0", 52), Container: "tar.gz", FoundBy: "artifacts.json",
	}
}

// situations are the five that a file may be in: stored, there before,
// moving, waiting to be tried again, stopped for a reason.
func situations() publish.Progress {
	p := publish.Progress{Done: 41_000_000, Total: 69_000_000, Rate: 6_200_000, Left: 5 * time.Second}
	for i, row := range []publish.Row{
		{State: publish.RowStored, Done: 14_100_000, Took: 2100 * time.Millisecond},
		{State: publish.RowHave, Done: 13_200_000},
		{State: publish.RowUploading, Done: 10_200_000, Rate: 3_900_000, Left: time.Second, Attempt: 1, Attempts: 6},
		{State: publish.RowWaiting, Done: 3_670_016, Attempt: 3, Attempts: 6, Wait: 4 * time.Second, Reason: "the registry answered 503; it goes on at byte 3,670,016"},
		{State: publish.RowStopped, Reason: "The file changed while it was read."},
	} {
		row.Asset, row.Total = plan.Files[i].Asset, plan.Files[i].Stamp.Size
		p.Rows = append(p.Rows, row)
	}
	return p
}

// pages are the screen in each of its stages.
func pages() map[string]func(s *Publish) {
	published := &registryv1.Version{Summary: &registryv1.VersionSummary{
		Ref:   &registryv1.VersionRef{Org: "ConductorOne", Name: "baton-coupa", Version: "v0.1.10"},
		State: registryv1.State_STATE_PUBLISHED, Latest: true, Platforms: registryv1.Platforms(), SizeBytes: 69_000_000,
	}}
	all := situations()
	all.Done = all.Total
	for i := range all.Rows {
		all.Rows[i].State, all.Rows[i].Took = publish.RowStored, 2*time.Second
	}
	checks := []*registryv1.Check{
		{Name: "integrity", Result: registryv1.CheckResult_CHECK_RESULT_PASS},
		{Name: "license", Result: registryv1.CheckResult_CHECK_RESULT_WARN, Detail: "The version names no license.", Fix: "Publish with a license."},
	}
	return map[string]func(s *Publish){
		"looking": func(s *Publish) { s.confirm().looking = true },
		"plan": func(s *Publish) {
			c := s.confirm()
			c.before = &registryv1.Version{Summary: &registryv1.VersionSummary{Ref: &registryv1.VersionRef{Version: "v0.1.9"}, Platforms: registryv1.Platforms()}}
			c.changes = []publish.Change{{Size: publish.SizeMinor, Text: "resource type device is new"}}
			c.dry = &registryv1.CreateVersionResponse{Consequences: &registryv1.Consequences{
				Ref: published.GetSummary().GetRef(), LatestBefore: "v0.1.9", LatestAfter: "v0.1.10", StableBefore: "v0.1.5", StableAfter: "v0.1.5", Attempt: 1,
			}}
		},
		"already": func(s *Publish) {
			c := s.confirm()
			c.dry = &registryv1.CreateVersionResponse{Version: published}
			c.plan.Files = slices.Clone(plan.Files)
			for _, f := range plan.Files {
				f.Asset.Kind, f.Asset.Filename, f.Stamp.Size, f.Made = "BUNDLE", f.Asset.Filename+".sigstore.json", 383, true
				c.plan.Files = append(c.plan.Files, f)
			}
		},
		"faults": func(s *Publish) {
			s.confirm().faults = []client.Fault{
				{Field: "version", Message: "v0.1 is not a version: three numbers are needed, such as v0.1.0."},
				{Field: "linux-arm64", Message: "dist/linux-arm64 is ELF x86-64, so it runs on linux-amd64."},
			}
		},
		"upload": func(s *Publish) {
			s.runs(false, progress{step: publish.StepUpload, transfer: situations()})
			s.run.list.Goto(3)
		},
		"done": func(s *Publish) {
			s.runs(true, progress{step: publish.StepDone, transfer: all, checks: checks, result: publish.Result{Version: published, Sent: 69_000_000, Took: 52 * time.Second}})
		},
		"validating": func(s *Publish) {
			s.runs(false, progress{step: publish.StepValidate, transfer: all})
		},
		"checking": func(s *Publish) {
			s.runs(false, progress{step: publish.StepValidate, transfer: all, checks: checks})
		},
		"signed": func(s *Publish) {
			signed := map[publish.AssetKey]*registryv1.Verdict{}
			for i, row := range all.Rows {
				signed[row.Asset] = &registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED}
				if i == 3 {
					signed[row.Asset] = &registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED, Reason: "NO_TRUST"}
				}
			}
			s.runs(false, progress{step: publish.StepValidate, transfer: all, checks: checks, signed: signed})
		},
		"refused": func(s *Publish) {
			failed := &registryv1.Version{Summary: &registryv1.VersionSummary{Ref: published.GetSummary().GetRef(), State: registryv1.State_STATE_FAILED, Attempt: 1}}
			s.runs(true, progress{step: publish.StepValidate, transfer: all, result: publish.Result{Version: failed}, checks: append(checks, &registryv1.Check{
				Name: "platform-match", Platform: registryv1.Platforms()[3], Result: registryv1.CheckResult_CHECK_RESULT_FAIL,
				Detail: "The executable is ELF x86-64, so it runs on linux-amd64.", Fix: "Build it with GOARCH=arm64.",
			})})
			s.run.err = &client.Error{Reason: registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, Message: "linux-arm64: the executable is ELF x86-64"}
		},
		"failed": func(s *Publish) {
			s.runs(true, progress{step: publish.StepUpload, transfer: all})
			s.run.err = &client.Error{
				Reason: registryv1.Reason_REASON_VERSION_EXISTS, Doing: "publish ConductorOne/baton-coupa v0.1.10",
				Message: "v0.1.10 is already published with other files.", Next: "The next free number is v0.1.11.",
			}
		},
	}
}

// confirm shows the step that asks for the last yes.
func (s *Publish) confirm() *confirmStep {
	s.plan, s.at = plan, atConfirm
	s.answers = publish.Answers{Directory: "/src/baton-coupa", Org: plan.Ref.Org, Name: plan.Ref.Name, Version: plan.Ref.Version}
	return s.steps[atConfirm].(*confirmStep)
}

// runs shows a run that told so much.
func (s *Publish) runs(over bool, told progress) {
	s.confirm()
	s.run.begin(plan)
	s.run.over, s.run.run.now = over, told
	s.at = s.run.at()
}

func screen(look *theme.Theme, prepare func(s *Publish)) *Publish {
	s := New(Config{Answers: publish.Answers{Directory: "/src/baton-coupa"}, Registry: "hub.example.org"})
	prepare(s)
	_ = look
	return s
}

func TestPublishScreens(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tuitest.Goldens(t, name, func(look *theme.Theme, w, h int) string {
				return ui.Join(screen(look, prepare).View(ui.Look{Theme: look}, w, h))
			})
		})
	}
}

func TestPublishScreensAtAnySize(t *testing.T) {
	t.Parallel()
	dark := tuitest.Looks()[0].Theme
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screen(dark, prepare)
			tuitest.Sweep(t, func(w, h int) string { return ui.Join(s.View(ui.Look{Theme: dark}, w, h)) }, "")
		})
	}
}

func TestPublishBindings(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := screen(nil, prepare)
			assert.NoError(t, ui.CheckBindings(s.Bindings()))
		})
	}
}

// With faults nothing runs; after a failure the same plan runs again.
func TestBegin(t *testing.T) {
	t.Parallel()
	s := screen(nil, pages()["faults"])
	next, _ := s.Handle(action.Turn{By: 1})
	assert.Nil(t, next)
	assert.Equal(t, "until what is listed is mended", s.page().off())

	s = screen(nil, pages()["plan"])
	next, _ = s.Handle(action.Turn{By: 1})
	assert.Equal(t, action.Publish{}, next)

	s = screen(nil, pages()["failed"])
	run, ready := s.Begin()
	assert.True(t, ready)
	assert.Equal(t, "publish ConductorOne/baton-coupa@v0.1.10", run.Task())
	_, again := s.Begin()
	assert.False(t, again, "it runs already")
}

// A look that somebody went back from changes nothing any more.
func TestALateLookIsDropped(t *testing.T) {
	t.Parallel()
	s := screen(nil, func(s *Publish) { s.confirm() })
	first := s.enter(atConfirm).(action.Ask).Question.(weighPlan)
	s.Handle(action.Turn{By: -1})
	assert.Equal(t, atSigning, s.at)
	second := s.enter(atConfirm).(action.Ask).Question.(weighPlan)
	s.Handle(planWeighed{asked: first.asked, plan: plan})
	assert.Equal(t, "until the registry has answered", s.page().off(), "that was the one before")
	s.Handle(planWeighed{asked: second.asked, plan: plan})
	assert.Empty(t, s.page().off())
}

// Nothing blocks the way back, from whatever step, and the answers stay.
func TestTheWayBack(t *testing.T) {
	t.Parallel()
	s := screen(nil, func(s *Publish) { s.confirm() })
	answers := s.answers
	for at := atConfirm; at > atPath; at-- {
		require.Equal(t, at, s.at)
		s.Handle(action.Turn{By: -1})
	}
	answers.Step = "Path"
	assert.Equal(t, answers, s.answers)
	next, _ := s.Handle(action.Turn{By: -1})
	assert.Equal(t, action.Back{}, next, "before the first step is where one came from")
}

// The end of a run is taken once, from the task that ran it.
func TestTheEndOfARun(t *testing.T) {
	t.Parallel()
	s := screen(nil, pages()["plan"])
	run, ready := s.Begin()
	assert.True(t, ready)
	assert.True(t, s.Waits(run.Task()))
	s.Handle(catalog.Done{ID: "yank something"})
	assert.True(t, s.run.running())
	s.Handle(catalog.Done{ID: run.Task(), Err: &client.Error{Message: "it was stopped"}})
	assert.False(t, s.run.running())
	assert.Equal(t, atUpload, s.at)
	b, _ := ui.Find(s.Bindings(), "r")
	assert.Equal(t, "run again", b.Label)
	s.Handle(action.Turn{By: -1})
	assert.Equal(t, atConfirm, s.at, "back where it can be changed")
}

// Keys on a file say why they are off in the state that it is in.
func TestKeysOnFiles(t *testing.T) {
	t.Parallel()
	s := screen(nil, pages()["upload"])
	why := func(key string) string {
		b, known := ui.Find(s.Bindings(), key)
		assert.True(t, known, key)
		return b.Why()
	}
	for at, want := range []struct{ retry, stop string }{
		{"darwin-amd64 is stored", "darwin-amd64 is stored"},
		{"darwin-arm64 is already there", "darwin-arm64 is already there"},
		{"linux-amd64 is uploading", ""},
		{"", ""},
		{"", "windows-amd64 is stopped"},
	} {
		s.run.list.Goto(at)
		assert.Equal(t, want.retry, why("r"))
		assert.Equal(t, want.stop, why("s"))
	}
	b, _ := ui.Find(s.Bindings(), "r")
	assert.Equal(t, action.RetryFile{File: "windows-amd64"}, b.Do())
}

// A digit copies its line; a version that is not public has fewer.
func TestCopies(t *testing.T) {
	t.Parallel()
	s := screen(nil, pages()["done"])
	// In CI neither the project nor the key lies where it lies here.
	s.answers.Dist, s.answers.Sign = []string{"/src/baton-coupa/out"}, "cosign:/home/ines/keys/release.key"
	assert.Equal(t, []string{
		"registrar show ConductorOne/baton-coupa v0.1.10", "registrar download ConductorOne/baton-coupa v0.1.10",
		"registrar set-stable ConductorOne/baton-coupa v0.1.10",
		"registrar publish --version v0.1.11 --org ConductorOne --name baton-coupa --dist out --changelog @CHANGELOG.md --sign cosign:./release.key",
	}, s.run.copies())
	assert.Equal(t, append([]string{"ConductorOne/baton-coupa v0.1.10 is public and latest.", ""}, s.run.copies()...), s.Closing())
	b, known := ui.Find(s.Bindings(), "2")
	assert.True(t, known)
	assert.Equal(t, action.Copy{Text: s.run.copies()[1], What: s.run.copies()[1]}, b.Do())
}

// What a run tells is kept in snapshots that nobody changes afterwards.
func TestSnapshotsStand(t *testing.T) {
	t.Parallel()
	r := newRun(plan, nil)
	var told float64
	tell := func(e publish.Event) { r.heard(e, func(fraction float64) { told = fraction }) }
	check := func(result registryv1.CheckResult) publish.Checked {
		return publish.Checked{Check: &registryv1.Check{Name: "license", Result: result}}
	}
	tell(publish.Step{Name: publish.StepUpload, Status: publish.StatusStarted})
	tell(publish.Progress{Done: 1, Total: 4})
	tell(check(registryv1.CheckResult_CHECK_RESULT_WARN))
	before := r.snapshot()
	tell(publish.Step{Name: publish.StepUpload, Status: publish.StatusOK})
	tell(check(registryv1.CheckResult_CHECK_RESULT_PASS))
	assert.InDelta(t, 0.25, told, 0.001)
	assert.Equal(t, publish.StepUpload, before.step)
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_WARN, before.checks[0].GetResult())
	assert.Len(t, r.snapshot().checks, 1)
	assert.Equal(t, registryv1.CheckResult_CHECK_RESULT_PASS, r.snapshot().checks[0].GetResult())
}

// Signatures of several platforms may have one file name; they are told apart.
func TestFilesOnTheirWayHaveNamesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, key := range []publish.AssetKey{
		{Platform: "linux-amd64", Kind: "BINARY", Filename: "baton-x"},
		{Platform: "linux-amd64", Kind: "BUNDLE", Filename: "baton-x.sigstore.json"},
		{Platform: "linux-arm64", Kind: "BUNDLE", Filename: "baton-x.sigstore.json"},
		{Kind: "CHECKSUM", Filename: "checksums.txt"},
		{Kind: "SIGNATURE", Filename: "checksums.txt.sig"},
	} {
		assert.False(t, seen[label(key)], label(key))
		seen[label(key)] = true
	}
}
