package wizard

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// atPreflightStep is the wizard on that step, with the project checked.
func atPreflightStep(t *testing.T, dir string) (*Publish, *preflightStep) {
	t.Helper()
	s := early(dir)
	settle(t, s, nil, s.enter(atPreflight))
	return s, s.steps[atPreflight].(*preflightStep)
}

// cursor puts the cursor on a line.
func cursor(s *Publish, name string) {
	for i, each := range project.Lines() {
		if each == name {
			s.Handle(action.Choose{ID: int64(i)})
		}
	}
}

func result(p *preflightStep, name string) *registryv1.PreflightResult {
	return resultOf(p.report(), name)
}

// The scaffold fails with every fault at once, in under a second and without
// running any code; one goes on once none is left, or with reasons.
func TestPreflightStopsAtWhatFails(t *testing.T) {
	t.Parallel()
	began := time.Now()
	s, p := atPreflightStep(t, folder(t, scaffold()))
	assert.Less(t, time.Since(began), time.Second)
	assert.Len(t, p.report().GetResults(), 9)
	assert.Equal(t, project.RequirementSyncer, p.chosen().name, "the first that failed")
	assert.Equal(t, "until five requirements pass", off(t, s, "enter"))
	screen := shown(s, 120, 40)
	assert.True(t, screen.Contains("Five of six requirements are not met yet."), screen.Text())
	assert.True(t, screen.Contains("registrar can write LICENSE with the Apache-2.0 text: press w"), screen.Text())
	assert.True(t, screen.Contains("? not checked"), screen.Text())
	s.Handle(action.Turn{By: 1})
	assert.Equal(t, atPreflight, s.at)

	for _, r := range project.Failed(p.report()) {
		cursor(s, r.GetRequirement())
		asked := keys(t, s, nil, "o").(action.AskOverride)
		assert.Equal(t, r.GetDetail(), asked.Detail)
		s.Handle(action.Override{Requirement: asked.Requirement, Reason: "It is a sketch."})
	}
	assert.Equal(t, "It is a sketch.", result(p, project.RequirementLicense).GetOverride())
	assert.Equal(t, failedCheck, result(p, project.RequirementLicense).GetResult(), "it stays failed")
	assert.Empty(t, off(t, s, "enter"))
	s.Handle(action.Turn{By: 1})
	assert.Equal(t, atVersion, s.at)
	assert.Equal(t, "It is a sketch.", resultOf(s.answers.Preflight.Report, project.RequirementTests).GetOverride())

	settle(t, s, nil, s.enter(atPreflight))
	s.Handle(action.Override{Requirement: project.RequirementLicense})
	assert.Equal(t, "until License passes, or you say why", off(t, s, "enter"), "a reason can be taken back")
	assert.Equal(t, "It is a sketch.", result(p, project.RequirementTests).GetOverride(), "the others last while it fails")
	cursor(s, project.AdviceCI)
	assert.Equal(t, "CI workflow is advice, it stops nobody", off(t, s, "o"))
	cursor(s, project.RequirementLint)
	assert.Equal(t, "Lint has not failed", off(t, s, "o"))
}

// Results appear as they come; what is not there yet says that it is being
// checked, and never that it passed.
func TestResultsAppearAsTheyCome(t *testing.T) {
	t.Parallel()
	s := early(folder(t, scaffold()))
	begun := s.enter(atPreflight).(action.Begin).Work.(*checking)
	p := s.steps[atPreflight].(*preflightStep)
	assert.Equal(t, "until the project is checked", off(t, s, "enter"))
	assert.Equal(t, "it is being checked", off(t, s, "w"))
	assert.Equal(t, 9, strings.Count(shown(s, 120, 40).Text(), "checking"), shown(s, 120, 40).Text())
	assert.Nil(t, s.enter(atPreflight), "one look at a time")
	begun.change(func(c *checked) {
		c.lines = map[string]*registryv1.PreflightResult{project.RequirementTests: {Requirement: project.RequirementTests, Result: passedCheck, Detail: "go test passed"}}
	})
	text := shown(s, 120, 40).Text()
	assert.Equal(t, 8, strings.Count(text, "checking"))
	assert.Equal(t, 1, strings.Count(text, "pass "), text)
	assert.True(t, s.Waits(begun.Task()))

	s.Handle(catalog.Done{ID: begun.Task(), Err: errors.New("it was stopped")})
	assert.Equal(t, "until the project can be checked", off(t, s, "enter"))
	settle(t, s, nil, p.again())
	assert.Equal(t, "until five requirements pass", off(t, s, "enter"))
}

// w writes the license, and looks at its line again.
func TestTheFixIsWritten(t *testing.T) {
	t.Parallel()
	dir := folder(t, scaffold())
	s, p := atPreflightStep(t, dir)
	cursor(s, project.RequirementLicense)
	keys(t, s, nil, "w")
	assert.Equal(t, project.RequirementLicense, p.chosen().name, "the cursor stays where somebody put it")
	assert.FileExists(t, filepath.Join(dir, "LICENSE"))
	assert.Equal(t, passedCheck, result(p, project.RequirementLicense).GetResult())
	assert.Equal(t, "License passed", off(t, s, "w"))
	cursor(s, project.RequirementReadme)
	assert.Equal(t, "README is for you to write", off(t, s, "w"))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), []byte("mine alone"), 0o600))
	settle(t, s, nil, s.enter(atPreflight))
	cursor(s, project.RequirementLicense)
	assert.Equal(t, "there is a license, and it is never overwritten", off(t, s, "w"))
}

// r looks again at what failed, after it was mended elsewhere.
func TestFailedLinesAreLookedAtAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t, scaffold())
	s, p := atPreflightStep(t, dir)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main_test.go"), []byte("package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n"), 0o600))
	next := p.again().(action.Begin)
	assert.NotContains(t, next.Work.(*checking).only, project.RequirementLint, "it did not fail")
	settle(t, s, nil, next)
	assert.Equal(t, notChecked, result(p, project.RequirementTests).GetResult())
	assert.Len(t, p.report().GetResults(), 9)
}

// The capabilities are what the connector prints; before its code runs, that
// is asked.
func TestCapabilitiesAreAskedForFirst(t *testing.T) {
	t.Parallel()
	dir := sample(t)
	require.NoError(t, os.Remove(filepath.Join(dir, "baton_capabilities.json")))
	s, p := atPreflightStep(t, dir)
	require.Equal(t, failedCheck, result(p, project.RequirementCapabilities).GetResult())
	cursor(s, project.RequirementCapabilities)
	asked := keys(t, s, nil, "w").(action.AskRunCode)
	assert.Equal(t, "go run ./cmd/baton-sample capabilities", asked.Command)
	assert.NoFileExists(t, filepath.Join(dir, "baton_capabilities.json"), "nobody said yes")
	next, _ := s.Handle(asked.Then)
	settle(t, s, nil, next)
	assert.FileExists(t, filepath.Join(dir, "baton_capabilities.json"))
	assert.Equal(t, passedCheck, result(p, project.RequirementCapabilities).GetResult(), "%s", result(p, project.RequirementCapabilities))

	none := folder(t, map[string]string{"go.mod": "module github.com/acme/baton-x\n"})
	s, _ = atPreflightStep(t, none)
	cursor(s, project.RequirementCapabilities)
	told := keys(t, s, nil, "w").(action.Tell)
	assert.True(t, told.Bad)
	assert.Contains(t, told.Text, "has no main function to build or run: add cmd/baton-x/main.go")
}

// A folder that is no project is told, with where to go.
func TestPreflightOfNoProject(t *testing.T) {
	t.Parallel()
	s, p := atPreflightStep(t, folder(t, map[string]string{"notes.txt": "x"}))
	screen := shown(s, 120, 40)
	assert.True(t, screen.Contains("The project cannot be checked."), screen.Text())
	assert.True(t, screen.Contains("has no go.mod"), screen.Text())
	assert.Equal(t, "until the project can be checked", off(t, s, "enter"))
	assert.Empty(t, off(t, s, "r"))
	assert.True(t, s.answers.Preflight.IsZero())
	o := p.outline(ui.Look{Theme: dark()})
	assert.Zero(t, o.Rows)
}

// The report is of one folder: another one begins anew.
func TestAnotherFolderIsCheckedAnew(t *testing.T) {
	t.Parallel()
	s, p := atPreflightStep(t, folder(t, scaffold()))
	late := p.check([]string{project.RequirementLicense}).(action.Begin).Work.(*checking)
	s.answers.Directory = sample(t)
	require.Nil(t, s.enter(atPreflight), "the look that runs ends first")
	_, err := late.Do(t.Context(), nil, func(float64) {})
	next, _ := s.Handle(catalog.Done{ID: late.Task(), Err: err})
	settle(t, s, nil, next)
	assert.Equal(t, passedCheck, result(p, project.RequirementLicense).GetResult())
	assert.Len(t, p.report().GetResults(), 9)
}

// reported is a report like that of the pictures.
func reported() *registryv1.PreflightReport {
	line := func(name string, r registryv1.CheckResult, detail, evidence, fix string) *registryv1.PreflightResult {
		return &registryv1.PreflightResult{Requirement: name, Result: r, Detail: detail, Evidence: evidence, Fix: fix}
	}
	return &registryv1.PreflightReport{Results: []*registryv1.PreflightResult{
		line(project.RequirementSyncer, passedCheck, "9 types in pkg/connector, all four methods each", "pkg/connector/users.go: userBuilder", ""),
		line(project.RequirementLint, notChecked, "golangci-lint was not run; gofmt found nothing", "", "run it: make lint"),
		line(project.RequirementTests, failedCheck, "0 test files found in 23 packages", "", "add a test such as pkg/connector/users_test.go; go test ./... must find it"),
		line(project.RequirementReadme, warnCheck, "no line names the permissions in the target system", "usage at README.md:41\nconfiguration at README.md:12\nmore\nand more", "add a Permissions section: reviewers look for it first"),
		line(project.RequirementLicense, failedCheck, "there is no LICENSE file", "", "add the Apache-2.0 text as LICENSE"),
		line(project.RequirementCapabilities, failedCheck, "there is no baton_capabilities.json", "", "let the connector write it: go run ./cmd/baton-coupa capabilities > baton_capabilities.json"),
		line(project.AdviceLayout, passedCheck, "the standard layout", "", ""),
		line(project.AdviceCI, warnCheck, "there is no CI workflow", "", "add .github/workflows/ci.yaml that runs make lint and make test"),
		line(project.AdviceIntegration, warnCheck, "no integration tests found", "", "add tests that sync a test account"),
	}}
}

// wrote is a job of that project.
func wrote(kind project.Job, args []string, now running, lines ...string) *job {
	j := newJob("/home/mara/baton-coupa", kind)
	for _, line := range lines {
		j.heard(line)
	}
	j.now = now
	j.now.command.Args = args
	return j
}

// preflightPages are the third step in its situations.
func preflightPages() map[string]func(s *Publish, p *preflightStep) {
	build := []string{"make", "build"}
	finished := func(p *preflightStep) {
		p.last = checked{began: noon, took: 300 * time.Millisecond, over: true}
		p.answers.Preflight = publish.Preflight{Report: reported()}
	}
	return map[string]func(s *Publish, p *preflightStep){
		"preflight": func(s *Publish, p *preflightStep) {
			finished(p)
			cursor(s, project.RequirementLicense)
		},
		"preflight-checking": func(_ *Publish, p *preflightStep) {
			p.checking = &checking{directory: p.directory, only: project.Lines()}
			p.checking.state.lines = map[string]*registryv1.PreflightResult{project.RequirementReadme: reported().GetResults()[3]}
		},
		"preflight-built": func(s *Publish, p *preflightStep) {
			finished(p)
			cursor(s, project.RequirementReadme)
			p.out.show(wrote(project.JobBuild, build, running{over: true, outcome: project.Outcome{Took: 18 * time.Second, Lines: 2}}, "go build -o dist/linux_amd64/baton-coupa ./cmd/baton-coupa", "dist/linux_amd64/baton-coupa --version   baton-coupa v0.1.10-dev"))
		},
		"preflight-running": func(s *Publish, p *preflightStep) {
			finished(p)
			p.out.show(wrote(project.JobTest, []string{"make", "test"}, running{}, strings.Split(strings.Repeat("ok  \tgithub.com/conductorone/baton-coupa/pkg/connector and its many parts, cached\n", 30), "\n")...))
			s.Handle(action.Focus{By: 1})
			p.out.move(-20)
		},
		"preflight-exit": func(_ *Publish, p *preflightStep) {
			finished(p)
			p.out.show(wrote(project.JobLint, []string{"make", "lint"}, running{over: true, outcome: project.Outcome{Code: 2, Took: 3 * time.Second, Lines: 1}}, "pkg/connector/users.go:12:2: ineffectual assignment to err"))
		},
		"preflight-override": func(_ *Publish, p *preflightStep) {
			finished(p)
			for _, r := range project.Failed(p.report()) {
				p.override(action.Override{Requirement: r.GetRequirement(), Reason: "It is published for the first time from a scaffold; the rest comes with v0.2.0."})
			}
		},
		"preflight-met": func(_ *Publish, p *preflightStep) {
			finished(p)
			report := proto.CloneOf(reported())
			for _, r := range report.GetResults() {
				r.Result, r.Fix = passedCheck, ""
			}
			p.answers.Preflight = publish.Preflight{Report: report}
		},
		"preflight-ran": func(s *Publish, p *preflightStep) {
			finished(p)
			report := project.After(reported(), project.JobLint, project.Command{Args: []string{"make", "lint"}}, project.Outcome{})
			p.answers.Preflight = publish.Preflight{Report: report}
			p.answers.Ran = []publish.Ran{{Job: project.JobLint, At: noon.Add(-20 * time.Minute)}}
			cursor(s, project.RequirementLint)
		},
		"preflight-none": func(_ *Publish, p *preflightStep) {
			p.last = checked{over: true, err: project.ErrNoProject}
		},
	}
}

func TestPreflightScreens(t *testing.T) {
	t.Parallel()
	for name, prepare := range preflightPages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pageTest(t, name, func() *Publish {
				s := early("/home/mara/baton-coupa")
				s.at = atPreflight
				p := s.steps[atPreflight].(*preflightStep)
				p.directory = s.answers.Directory
				prepare(s, p)
				return s
			})
		})
	}
}

// What files and commands say is clean before it is drawn or read.
func TestAHostilePreflight(t *testing.T) {
	t.Parallel()
	files := scaffold()
	files["README.md"] = "# x\n\n## Permissions\x1b[2J\u202e\n\nneeds \x9b permission\n"
	files["bad\u202ename\n.go"] = "package x\nfunc ("
	files["Makefile"] = "build:\n\t@printf '\\033[31mred\\033[0m\\033]0;owned\\007 \\302\\233 end\\n'\n"
	dir := folder(t, files)
	pageAtAnySize(t, func() *Publish {
		s, p := atPreflightStep(t, dir)
		settle(t, s, nil, p.run(project.JobBuild))
		return s
	})
}

// The page read line by line has the same facts.
func TestPreflightIsReadAloud(t *testing.T) {
	t.Parallel()
	s, _ := atPreflightStep(t, folder(t, scaffold()))
	o, is := s.Outline(ui.Look{Theme: dark()})
	require.True(t, is)
	require.Equal(t, 9, o.Rows)
	assert.Equal(t, "License: fail; there is no LICENSE file; fix  registrar can write LICENSE with the Apache-2.0 text: press w", o.Row(4).Text.String())
	assert.True(t, strings.HasPrefix(o.Row(7).Text.String(), "Advice, CI workflow: warn; "))
	assert.Equal(t, "Lint: not checked; golangci-lint was not run; gofmt found nothing; fix  golangci-lint run ./...   press l", o.Row(1).Text.String())
}
