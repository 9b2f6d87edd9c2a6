package wizard

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/project"
)

// Bounds of what is kept of a job's output: its end is what tells why it
// failed.
const (
	keptLines = 4000
	keptBytes = 1 << 20
)

// job is a command of the project: what it writes, and how it ended. A task
// works at it while the screen draws; what both touch is behind the mutex.
type job struct {
	directory string
	kind      project.Job
	// at is when it was begun; zero where there is no clock.
	at time.Time

	mu  sync.Mutex
	now running
	// lines are the last ones, gone how many came before them.
	lines []string
	bytes int
	gone  int
}

// running is how far a job is.
type running struct {
	command project.Command
	// sources is project.SourceStamp from before it began, "" if that is not
	// known.
	sources string
	outcome project.Outcome
	over    bool
	err     error
}

func newJob(directory string, kind project.Job) *job { return &job{directory: directory, kind: kind} }

// Task implements action.Work: one job at a time in a project, since they
// write into the same folders.
func (j *job) Task() string { return "job " + j.directory }

// Doing implements action.Work.
func (j *job) Doing() string {
	return "running " + jobName(j.kind) + " in " + clean.Line(filepath.Base(j.directory), 60)
}

// jobName is what a job is called until its command is known.
func jobName(kind project.Job) string {
	if kind == project.JobHelp {
		return "--help"
	}
	return string(kind)
}

// Do implements action.Work.
func (j *job) Do(ctx context.Context, _ *client.Client, _ func(float64)) (string, error) {
	command, err := project.CommandFor(ctx, j.directory, j.kind)
	if err != nil {
		j.end(project.Outcome{}, err)
		return "", err
	}
	// Where it cannot be told, the job decides its line until the next look.
	sources, _ := project.SourceStamp(j.directory)
	j.mu.Lock()
	j.now.command, j.now.sources = command, sources
	j.mu.Unlock()
	run := project.Run
	if j.kind == project.JobCapabilities {
		run = project.WriteCapabilities
	}
	outcome, err := run(ctx, command, j.heard)
	j.end(outcome, err)
	switch {
	case err != nil:
		return "", err
	case outcome.Code != 0:
		return "", fmt.Errorf("%s failed with exit code %d", command, outcome.Code)
	case j.kind == project.JobCapabilities:
		return "baton_capabilities.json was written.", nil
	default:
		return command.String() + " is done.", nil
	}
}

// Left says what becomes of it when the console is left.
func (j *job) Left() []string {
	return []string{"It stops, with everything that it started. What was answered is kept."}
}

// heard takes one line of output.
func (j *job) heard(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
	j.bytes += len(line)
	if len(j.lines) <= keptLines && j.bytes <= keptBytes {
		return
	}
	// A quarter at a time, so that the rest is not moved at each line.
	drop := max(1, len(j.lines)/4)
	for _, old := range j.lines[:drop] {
		j.bytes -= len(old)
	}
	j.lines = slices.Clone(j.lines[drop:])
	j.gone += drop
}

func (j *job) end(outcome project.Outcome, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.now.outcome, j.now.err, j.now.over = outcome, err, true
}

// snapshot is how far the job is.
func (j *job) snapshot() running {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.now
}

// read returns at most n of the kept lines from the line with a number on,
// counted from the first that the job ever wrote, and the number of the first
// that is still there and of the one behind the last.
func (j *job) read(from, n int) (lines []string, first, behind int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first, behind = j.gone, j.gone+len(j.lines)
	at := min(max(from, first), behind) - first
	return slices.Clone(j.lines[at:min(at+n, len(j.lines))]), first, behind
}

// worked reports whether a job is over, ran to its end and succeeded.
func (r running) worked() bool { return r.over && r.err == nil && r.outcome.Code == 0 }
