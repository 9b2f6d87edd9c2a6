//go:build unix

package wizard

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// A real build, and tests that run: the job decides its line, and looking at
// files again does not take that back.
func TestJobsDecideTheirLines(t *testing.T) {
	t.Parallel()
	dir := sample(t)
	s, p := atPreflightStep(t, dir)
	require.Equal(t, notChecked, result(p, project.RequirementTests).GetResult())
	keys(t, s, nil, "b")
	screen := shown(s, 120, 40)
	assert.True(t, screen.Contains("make build"), screen.Text())
	assert.True(t, screen.Contains("done in"), screen.Text())
	built, err := filepath.Glob(filepath.Join(dir, "dist", "*", "baton-sample*"))
	require.NoError(t, err)
	assert.NotEmpty(t, built)
	keys(t, s, nil, "h")
	assert.Contains(t, strings.Join(p.out.job.lines, "\n"), "capabilities", "its --help")
	keys(t, s, nil, "t")
	assert.Equal(t, passedCheck, result(p, project.RequirementTests).GetResult())
	settle(t, s, nil, s.enter(atPreflight))
	assert.Equal(t, passedCheck, result(p, project.RequirementTests).GetResult(), "tests ran")
}

// A job that fails makes its line fail; r runs it again, and a look at the
// files does not excuse it.
func TestAJobThatFails(t *testing.T) {
	t.Parallel()
	files := scaffold()
	files["main_test.go"] = "package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) { t.Fatal(\"broken here\") }\n"
	dir := folder(t, files)
	s, p := atPreflightStep(t, dir)
	keys(t, s, nil, "t")
	assert.Equal(t, failedCheck, result(p, project.RequirementTests).GetResult())
	assert.Equal(t, "go test ./... failed with exit code 1", result(p, project.RequirementTests).GetDetail())
	assert.True(t, shown(s, 120, 40).Contains("broken here"))
	s.Handle(action.Override{Requirement: project.RequirementTests, Reason: "known"})
	settle(t, s, nil, s.enter(atPreflight))
	assert.Equal(t, failedCheck, result(p, project.RequirementTests).GetResult())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main_test.go"), []byte("package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n"), 0o600))
	for _, name := range []string{project.RequirementSyncer, project.RequirementReadme, project.RequirementLicense, project.RequirementCapabilities, project.AdviceCI, project.AdviceLayout, project.AdviceIntegration} {
		result(p, name).Result = passedCheck
	}
	begun := p.again().(action.Begin).Work
	assert.Equal(t, project.JobTest, begun.(*job).kind)
	settle(t, s, nil, action.Begin{Work: begun})
	assert.Equal(t, passedCheck, result(p, project.RequirementTests).GetResult())
	assert.Empty(t, result(p, project.RequirementTests).GetOverride(), "there is nothing to excuse")
}

// alive reports whether a process is there and no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

// Stopping a job ends everything that it started, and decides no line.
func TestStoppingAJob(t *testing.T) {
	t.Parallel()
	files := scaffold()
	files["Makefile"] = "test:\n\t@sleep 600 & echo $$!; (sleep 600 & echo $$!; wait) & wait\n"
	files["main_test.go"] = "package main\n\nimport \"testing\"\n\nfunc TestX(t *testing.T) {}\n"
	s, p := atPreflightStep(t, folder(t, files))
	work := p.run(project.JobTest).(action.Begin).Work
	assert.Nil(t, p.run(project.JobBuild), "one at a time")
	assert.Equal(t, "test runs", off(t, s, "b"))
	next, _ := s.Handle(action.StopJob{})
	assert.Equal(t, action.StopTask{Task: work.Task()}, next)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := work.Do(ctx, nil, func(float64) {})
		ended <- err
	}()
	var pids []int
	require.Eventually(t, func() bool {
		lines, _, _ := p.out.job.read(0, 10)
		pids = nil
		for _, line := range lines {
			if pid, err := strconv.Atoi(line); err == nil {
				pids = append(pids, pid)
			}
		}
		return len(pids) == 2
	}, 20*time.Second, 10*time.Millisecond)
	assert.True(t, shown(s, 120, 40).Contains("running"))
	stop()
	err := <-ended
	require.ErrorIs(t, err, context.Canceled)
	s.Handle(catalog.Done{ID: work.Task(), Err: err})
	for _, pid := range pids {
		assert.Eventually(t, func() bool { return !alive(pid) }, 10*time.Second, 10*time.Millisecond)
	}
	assert.Equal(t, notChecked, result(p, project.RequirementTests).GetResult())
	assert.True(t, shown(s, 120, 40).Contains("You stopped it, and everything that it started."))
	assert.Empty(t, off(t, s, "b"))
}

// Of an endless output the end is kept, in bounded memory.
func TestOutputOfAJobIsBounded(t *testing.T) {
	t.Parallel()
	j := newJob("/x", project.JobBuild)
	for i := range 50_000 {
		j.heard(fmt.Sprint("line ", i))
	}
	assert.LessOrEqual(t, len(j.lines), keptLines)
	lines, first, behind := j.read(0, 1)
	assert.Equal(t, 50_000, behind)
	assert.Equal(t, fmt.Sprint("line ", first), lines[0])
	for range 1000 {
		j.heard(strings.Repeat("x", 4<<10))
	}
	assert.LessOrEqual(t, j.bytes, keptBytes)
	total := 0
	for _, line := range j.lines {
		total += len(line)
	}
	assert.Equal(t, total, j.bytes)
}

// The pane follows the end; scrolling up holds it, also while lines come in
// and old ones go; at the end it follows again.
func TestTheOutputFollowsOrHolds(t *testing.T) {
	t.Parallel()
	j := newJob("/x", project.JobBuild)
	var o output
	o.show(j)
	say := func(n int) {
		for range n {
			_, _, behind := j.read(0, 0)
			j.heard("line " + strconv.Itoa(behind))
		}
	}
	see := func() string {
		lines := o.body(dark(), 40, 5)
		return lines[0].String() + " to " + lines[len(lines)-1].String()
	}
	say(20)
	assert.Equal(t, "line 15 to line 19", see())
	o.move(-3)
	assert.Equal(t, "line 12 to line 16", see())
	say(10)
	assert.Equal(t, "line 12 to line 16", see(), "held")
	assert.True(t, o.held)
	o.move(100)
	assert.Equal(t, "line 25 to line 29", see())
	assert.False(t, o.held)
	say(1)
	assert.Equal(t, "line 26 to line 30", see())
	o.edge(false)
	assert.Equal(t, "line 0 to line 4", see())
	say(keptLines)
	_, first, _ := j.read(0, 0)
	assert.Equal(t, fmt.Sprintf("line %d to line %d", first, first+4), see(), "what is gone cannot be held")
	o.edge(true)
	assert.Equal(t, fmt.Sprintf("line %d to line %d", keptLines+26, keptLines+30), see())
}
