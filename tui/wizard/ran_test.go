//go:build unix

package wizard

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/tui/action"
)

// jobbed is a project whose make test passes and whose make lint fails.
func jobbed(t *testing.T) string {
	t.Helper()
	files := scaffold()
	files["main_test.go"] = "package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n"
	files["Makefile"] = "test:\n\t@echo ok\nlint:\n\t@echo main.go:5: bad; exit 3\n"
	return folder(t, files)
}

// settleAll does what the wizard begins, also several things at once. What it
// asks of the registry is not what these tests are about.
func settleAll(t *testing.T, s *Publish, next action.Action) {
	t.Helper()
	if several, is := next.(action.Several); is {
		for _, each := range several.All {
			settleAll(t, s, each)
		}
		return
	}
	if _, is := next.(action.Begin); is {
		settle(t, s, nil, next)
	}
}

// ranAndKilled runs both jobs in the step Preflight, goes on to another step,
// and is gone as a killed program is: only the journal is left.
func ranAndKilled(t *testing.T, cfg Config, at int) {
	t.Helper()
	s := New(cfg)
	s.answers.Path = publish.PathOwn
	settle(t, s, nil, s.enter(atPreflight))
	keys(t, s, nil, "t", "l")
	p := s.steps[atPreflight].(*preflightStep)
	require.Equal(t, passedCheck, result(p, project.RequirementTests).GetResult())
	require.Equal(t, failedCheck, result(p, project.RequirementLint).GetResult())
	s.enter(at)
	s.Handle(nil)
	require.NoError(t, s.Flush())
}

// takenUp is another console that goes on with the only draft.
func takenUp(t *testing.T, cfg Config) (*Publish, *preflightStep) {
	t.Helper()
	drafts, err := cfg.Journal.List()
	require.NoError(t, err)
	require.Len(t, drafts, 1)
	s := New(cfg)
	settleAll(t, s, s.resume(drafts[0]))
	return s, s.steps[atPreflight].(*preflightStep)
}

// What a job decided outlives the program, with when it ran, as long as the
// sources are what they were.
func TestWhatAJobDecidedIsKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 8, 21, 12, 41, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		at int
		// change is what happens to the project while no console runs.
		change func(t *testing.T, dir string)
		later  time.Duration
		kept   bool
		says   string
	}{
		"resumed":     {at: atPreflight, kept: true, says: "make test passed, run 12:41"},
		"a day later": {at: atPreflight, later: 24 * time.Hour, kept: true, says: "make test passed, run 2026-08-21 12:41"},
		"the README changed": {at: atPreflight, change: func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "README.md"), []byte("# other\n"), 0o600))
		}, kept: true, says: "make test passed, run 12:41"},
		"a source changed": {at: atPreflight, change: func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "more.go"), []byte("package main\n"), 0o600))
		}, says: "counted, not run"},
		"a source changed, and one was further": {at: atVersion, change: func(t *testing.T, dir string) {
			t.Helper()
			require.NoError(t, os.Remove(filepath.Join(dir, "Makefile")))
		}, says: "counted, not run"},
		"further": {at: atVersion, kept: true, says: "make test passed, run 12:41"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := jobbed(t)
			cfg := Config{Answers: publish.Answers{Directory: dir}, Registry: "hub", Journal: publish.OpenJournal(t.TempDir()), Now: func() time.Time { return now }}
			ranAndKilled(t, cfg, c.at)
			if c.change != nil {
				c.change(t, dir)
			}
			cfg.Now = func() time.Time { return now.Add(c.later) }
			s, p := takenUp(t, cfg)
			require.Equal(t, c.at, s.at)
			want := map[string]any{project.RequirementTests: notChecked, project.RequirementLint: notChecked}
			if c.kept {
				want = map[string]any{project.RequirementTests: passedCheck, project.RequirementLint: failedCheck}
			}
			for name, result := range want {
				assert.Equal(t, result, resultOf(s.answers.Preflight.Report, name).GetResult(), "%s goes with the version", name)
			}
			settle(t, s, nil, s.enter(atPreflight))
			cursor(s, project.RequirementTests)
			assert.True(t, shown(s, 120, 40).Contains(c.says), shown(s, 120, 40).Text())
			assert.Equal(t, c.kept, p.decidedBy(project.RequirementLint) != nil)
		})
	}
}

// In one console too a job decides its line only as long as its sources are
// the same, and another project begins anew.
func TestAJobDecidesUntilItsSourcesChange(t *testing.T) {
	t.Parallel()
	dir := jobbed(t)
	s, p := atPreflightStep(t, dir)
	keys(t, s, nil, "t")
	require.Equal(t, passedCheck, result(p, project.RequirementTests).GetResult())
	assert.Equal(t, "make test passed, run 12:04", spokenRow(s, p, project.RequirementTests))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "more.go"), []byte("package main\n"), 0o600))
	settle(t, s, nil, s.enter(atPreflight))
	assert.Equal(t, notChecked, result(p, project.RequirementTests).GetResult())
	keys(t, s, nil, "t")
	require.NotEmpty(t, s.answers.Ran)
	s.answers.Directory = jobbed(t)
	settle(t, s, nil, s.enter(atPreflight))
	assert.Equal(t, notChecked, result(p, project.RequirementTests).GetResult())
	assert.Empty(t, s.answers.Ran)
}

// spokenRow is what the row of a line says was found.
func spokenRow(s *Publish, p *preflightStep, name string) string {
	cursor(s, name)
	return rowTexts(dark(), p.chosen(), outlineWidth, whole)[0].String()
}
