//go:build unix

package project_test

import (
	"context"
	"errors"
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
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// shell runs a script and returns its lines.
func shell(t *testing.T, script string) ([]string, project.Outcome) {
	t.Helper()
	var lines []string
	outcome, err := project.Run(t.Context(), project.Command{Directory: t.TempDir(), Args: []string{"sh", "-c", script}}, func(line string) {
		lines = append(lines, line)
	})
	require.NoError(t, err)
	return lines, outcome
}

func TestLinesOfACommandAreHarmless(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		script string
		want   []string
		code   int
	}{
		"both streams":  {"echo one; echo two >&2", []string{"one", "two"}, 0},
		"no line break": {"printf 'one\\ntwo'", []string{"one", "two"}, 0},
		"colours":       {`printf '\033[31mred\033[0m \033]0;title\007x\n'`, []string{"red x"}, 0},
		"C1 and marks":  {`printf 'a\302\233b\342\200\256c\n'`, []string{"ac"}, 0},
		"progress":      {`printf '10 %%\r20 %%\rdone\r\n'`, []string{"done"}, 0},
		"nothing":       {"exit 3", nil, 3},
		"empty lines":   {"echo; echo x", []string{"", "x"}, 0},
		"asks nothing":  {"read x; echo \"got $x $NO_COLOR\"", []string{"got  1"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, outcome := shell(t, c.script)
			if name == "C1 and marks" {
				require.Len(t, lines, 1)
				assert.NotContains(t, lines[0], "\u009b")
				assert.NotContains(t, lines[0], "\u202e")
				return
			}
			assert.Equal(t, c.want, lines)
			assert.Equal(t, c.code, outcome.Code)
			assert.Positive(t, outcome.Took)
		})
	}
}

func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	lines, outcome := shell(t, "head -c 3000000 /dev/zero | tr '\\0' a; echo; seq 30000")
	assert.Len(t, lines, 20_000)
	assert.Len(t, lines[0], 4<<10+len(" (cut)"))
	assert.Equal(t, 30_001, outcome.Lines)
	assert.Equal(t, 10_001, outcome.Left)
}

// alive reports whether a process is there and no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func TestStoppingEndsEverythingThatWasStarted(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped by a test")
	var pids []int
	began := time.Now()
	_, err := project.Run(ctx, project.Command{Directory: t.TempDir(), Args: []string{
		"sh", "-c", "trap '' TERM INT HUP; sleep 600 & echo $!; (sleep 600 & echo $!; wait) & wait",
	}}, func(line string) {
		pid, _ := strconv.Atoi(line)
		if pids = append(pids, pid); len(pids) == 2 {
			stop(stopped)
		}
	})
	require.ErrorIs(t, err, stopped)
	assert.Less(t, time.Since(began), 20*time.Second)
	require.Len(t, pids, 2)
	for _, pid := range pids {
		require.Positive(t, pid)
		assert.Eventually(t, func() bool { return !alive(pid) }, 10*time.Second, 10*time.Millisecond)
	}
}

func TestWhatACommandLeavesBehindDoesNotHoldItUp(t *testing.T) {
	t.Parallel()
	began := time.Now()
	lines, outcome := shell(t, "sleep 600 & echo $!")
	assert.Less(t, time.Since(began), 60*time.Second)
	assert.Zero(t, outcome.Code)
	require.Len(t, lines, 1)
	pid, err := strconv.Atoi(lines[0])
	require.NoError(t, err)
	assert.Eventually(t, func() bool { return !alive(pid) }, 10*time.Second, 10*time.Millisecond)
}

func TestCommandsThatAreNotThere(t *testing.T) {
	t.Parallel()
	_, err := project.Run(t.Context(), project.Command{Directory: t.TempDir(), Args: []string{"no-such-program-here", "x"}}, nil)
	require.ErrorContains(t, err, "no-such-program-here is not installed")
	_, err = project.Run(t.Context(), project.Command{}, nil)
	require.Error(t, err)
}

func TestJobs(t *testing.T) {
	t.Parallel()
	dir := tree(t, finished())
	for job, want := range map[project.Job]string{
		project.JobBuild: "make build", project.JobLint: "make lint", project.JobTest: "make test", project.JobHelp: "go run ./cmd/baton-widget --help",
	} {
		command, err := project.CommandFor(t.Context(), dir, job)
		require.NoError(t, err)
		assert.Equal(t, want, command.String())
		assert.Equal(t, dir, command.Directory)
	}
	// Most Makefiles have no target test, and some projects no Makefile.
	for job, want := range map[project.Job]string{
		project.JobBuild: "go build -o dist/", project.JobLint: "golangci-lint run ./...", project.JobTest: "go test ./...", project.JobHelp: "go run . --help",
	} {
		command, err := project.CommandFor(t.Context(), tree(t, scaffold()), job)
		require.NoError(t, err)
		assert.Contains(t, command.String(), want)
	}
	_, err := project.CommandFor(t.Context(), tree(t, map[string]string{"go.mod": "module github.com/acme/baton-x\n"}), project.JobHelp)
	require.ErrorContains(t, err, "add cmd/baton-x/main.go")
}

func TestTheSampleConnectorRuns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "connector"))))
	report, err := project.Preflight(t.Context(), dir, project.Options{})
	require.NoError(t, err)
	for _, job := range []project.Job{project.JobBuild, project.JobHelp, project.JobTest} {
		command, err := project.CommandFor(t.Context(), dir, job)
		require.NoError(t, err)
		var lines []string
		outcome, err := project.Run(t.Context(), command, func(line string) { lines = append(lines, line) })
		require.NoError(t, err)
		assert.Zero(t, outcome.Code, "%s: %s", command, strings.Join(lines, "\n"))
		report = project.After(report, job, command, outcome)
	}
	assert.Equal(t, pass, report.GetResults()[2].GetResult())
	assert.Equal(t, "make test passed", report.GetResults()[2].GetDetail())
	assert.Equal(t, notChecked, report.GetResults()[1].GetResult(), "nobody ran the linter")

	command := project.Command{Directory: dir, Args: []string{"make", "lint"}}
	report = project.After(report, project.JobLint, command, project.Outcome{Code: 2})
	assert.Equal(t, fail, report.GetResults()[1].GetResult())
	assert.Len(t, project.Failed(report), 1)

	none, err := project.Preflight(t.Context(), tree(t, scaffold()), project.Options{})
	require.NoError(t, err)
	none = project.After(none, project.JobTest, command, project.Outcome{})
	assert.Equal(t, fail, none.GetResults()[2].GetResult(), "go test succeeds where there is no test")
}

func TestAPipeIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"go.mod": "module github.com/acme/baton-x\n"})
	for _, name := range []string{"README.md", "LICENSE", "connector.yaml", "baton_capabilities.json", ".golangci.yml", "Makefile", "x.go", "config_schema.json"} {
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, name), 0o600))
	}
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".git"), 0o700))
	for _, name := range []string{"HEAD", "config", "packed-refs"} {
		require.NoError(t, syscall.Mkfifo(filepath.Join(dir, ".git", name), 0o600))
	}
	ended := make(chan *registryv1.PreflightReport, 1)
	go func() {
		report, _ := project.Preflight(context.WithoutCancel(t.Context()), dir, project.Options{})
		ended <- report
	}()
	select {
	case report := <-ended:
		assert.NotEmpty(t, project.Failed(report))
	case <-time.After(20 * time.Second):
		require.FailNow(t, "it waits for somebody to write into a pipe")
	}
}
