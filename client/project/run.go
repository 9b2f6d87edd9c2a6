package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Job is something that runs code of the project, which happens only when a
// person asks for it.
type Job string

// The jobs of a project.
const (
	JobBuild Job = "build"
	JobLint  Job = "lint"
	JobTest  Job = "test"
	JobHelp  Job = "help"
	// JobCapabilities lets the connector print what it can do.
	JobCapabilities Job = "capabilities"
)

// Command is what a job runs.
type Command struct {
	Directory string
	Args      []string
}

// String is the command as a person would type it.
func (c Command) String() string { return shellLine(c.Args) }

// CommandFor is what a job runs in a project: make, where the Makefile has a
// target for it, else the Go command or the linter itself.
func CommandFor(ctx context.Context, directory string, job Job) (Command, error) {
	s, err := newSurvey(ctx, directory, Options{})
	if err != nil {
		return Command{}, err
	}
	defer s.close()
	args := s.args(job)
	if args == nil {
		return Command{}, fmt.Errorf("%q has no main function to build or run: add cmd/%s/main.go", s.dir, first(s.name(), "NAME"))
	}
	return Command{Directory: s.dir, Args: args}, nil
}

// args is the command of a job; nil if the project has no program to run.
func (s *survey) args(job Job) []string {
	if job != JobHelp && job != JobCapabilities && slices.Contains(s.targets(), string(job)) {
		if _, err := exec.LookPath("make"); err == nil {
			return []string{"make", string(job)}
		}
	}
	switch job {
	case JobLint:
		return []string{"golangci-lint", "run", "./..."}
	case JobTest:
		return []string{"go", "test", "./..."}
	case JobBuild:
		dir, ok := s.program()
		if !ok {
			return nil
		}
		return []string{"go", "build", "-o", "dist/" + runtime.GOOS + "_" + runtime.GOARCH + "/", packagePath(dir)}
	case JobCapabilities:
		return s.connectorArgs("capabilities")
	default:
		return s.connectorArgs("--help")
	}
}

// connectorArgs builds and runs the connector; nil if there is no program.
func (s *survey) connectorArgs(args ...string) []string {
	dir, ok := s.program()
	if !ok {
		return nil
	}
	return append([]string{"go", "run", packagePath(dir)}, args...)
}

// packagePath is a directory of the project as the go command takes it.
func packagePath(dir string) string {
	if dir == "." {
		return dir
	}
	return "./" + dir
}

// command is the command of a job as a person would type it.
func (s *survey) command(job Job) string {
	if args := s.args(job); args != nil {
		return shellLine(args)
	}
	return "go run . " + string(job)
}

// connectorCommand is the command of the connector as a person would type it.
func (s *survey) connectorCommand(args ...string) string {
	if line := s.connectorArgs(args...); line != nil {
		return shellLine(line)
	}
	return shellLine(append([]string{s.binary()}, args...))
}

// shellLine is a command to copy. Words that a shell would take apart are
// quoted.
func shellLine(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = ShellWord(arg)
	}
	return strings.Join(words, " ")
}

// ShellWord is a word of a command to copy, quoted if a shell would take it
// apart.
func ShellWord(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-+=:,@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Outcome is how a command ended.
type Outcome struct {
	// Code is the exit code; 0 is success.
	Code int
	Took time.Duration
	// Lines is how many lines it wrote, Left how many of them were not handed
	// on since there were too many.
	Lines, Left int
}

// Run runs a command and hands on each line that it writes, without what no
// terminal may get. Emit is called from one goroutine at a time, and never
// after Run returned. When the context ends, the command ends with everything
// that it started. A command that fails is no error: its outcome says so.
func Run(ctx context.Context, c Command, emit func(line string)) (Outcome, error) {
	if len(c.Args) == 0 {
		return Outcome{}, errors.New("running a command: there is none")
	}
	out := &lineWriter{emit: emit}
	return timed(ctx, c, out, out)
}

// timed runs a command to its end; lines is its output, or a part of it, that
// is handed on line by line.
func timed(ctx context.Context, c Command, out interface{ Write([]byte) (int, error) }, lines *lineWriter) (Outcome, error) {
	began := time.Now()
	err := start(ctx, c, out, lines)
	lines.end()
	outcome := Outcome{Took: time.Since(began), Lines: lines.lines, Left: lines.left}
	if failed, ok := errors.AsType[*FailedError](err); ok {
		outcome.Code, err = failed.Code, nil
	}
	return outcome, err
}

// After is a report in which a job that ran to its end decides its line.
func After(report *registryv1.PreflightReport, job Job, c Command, o Outcome) *registryv1.PreflightReport {
	name := map[Job]string{JobLint: RequirementLint, JobTest: RequirementTests}[job]
	i := slices.IndexFunc(report.GetResults(), func(r *registryv1.PreflightResult) bool { return r.GetRequirement() == name })
	// Tests that are not there pass, too: what failed before stays failed.
	if name == "" || i < 0 || job == JobTest && report.GetResults()[i].GetResult() == fail {
		return report
	}
	before := report.GetResults()[i]
	decided := result(pass, c.String()+" passed", before.GetEvidence(), "")
	if o.Code != 0 {
		decided = result(fail, fmt.Sprintf("%s failed with exit code %d", c, o.Code), before.GetEvidence(), "read its output and correct what it names")
	}
	decided.Requirement = name
	return Update(report, &registryv1.PreflightReport{Results: []*registryv1.PreflightResult{decided}, At: report.GetAt()})
}

// FailedError is a command that ended with another exit code than 0.
type FailedError struct {
	Command string
	Code    int
	// Said is the end of what it wrote.
	Said string
}

// Error implements error.
func (e *FailedError) Error() string {
	if e.Said == "" {
		return fmt.Sprintf("%s ended with exit code %d", e.Command, e.Code)
	}
	return fmt.Sprintf("%s ended with exit code %d: %s", e.Command, e.Code, e.Said)
}

// leavePatience is how long output of processes that outlive the command is
// waited for.
const leavePatience = 2 * time.Second

// start runs a command to its end in a group of its own, which is ended with
// it.
func start(ctx context.Context, c Command, out, errs interface{ Write([]byte) (int, error) }) error {
	cmd := exec.CommandContext(ctx, c.Args[0], c.Args[1:]...) //nolint:gosec // running what the project has is what a person asked for
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Directory, out, errs
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "TERM=dumb")
	cmd.WaitDelay = leavePatience
	ownGroup(cmd)
	err := cmd.Run()
	if ctx.Err() != nil || errors.Is(err, exec.ErrWaitDelay) {
		endGroup(cmd) // what it left behind
	}
	var exited *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("running %s: %w", shellLine(c.Args), context.Cause(ctx))
	case errors.Is(err, exec.ErrWaitDelay):
		return nil // it succeeded; something that it started still held its output
	case errors.As(err, &exited):
		return &FailedError{Command: shellLine(c.Args), Code: exited.ExitCode()}
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("running %s: %s is not installed", shellLine(c.Args), filepath.Base(c.Args[0]))
	case err != nil:
		return fmt.Errorf("running %s: %w", shellLine(c.Args), err)
	default:
		return nil
	}
}

// maxOutput bounds what is kept of a command that a check runs.
const maxOutput = 4 << 20

// errNoProgram is a project without a main function.
var errNoProgram = errors.New("the project has no main function to run")

// output runs a command for a check and returns what it wrote to stdout. It
// has so long as checks may take.
func (s *survey) output(ctx context.Context, args []string) (string, error) {
	if len(args) == 0 {
		return "", errNoProgram
	}
	patience := s.options.Patience
	if patience <= 0 {
		patience = DefaultPatience
	}
	cause := fmt.Errorf("it took more than %s", patience)
	ctx, stop := context.WithTimeoutCause(ctx, patience, cause)
	defer stop()
	out, errs := &bounded{limit: maxOutput}, &bounded{limit: maxOutput}
	err := start(ctx, Command{Directory: s.dir, Args: args}, out, errs)
	if failed, ok := errors.AsType[*FailedError](err); ok {
		failed.Said = tail(errs.text.String())
		// go vet and compilers write their findings to stderr.
		return out.text.String() + errs.text.String(), err
	}
	return out.text.String(), err
}

// bounded keeps the beginning of what is written.
type bounded struct {
	text  strings.Builder
	limit int
}

// Write implements io.Writer and never fails: a command must not notice.
func (b *bounded) Write(p []byte) (int, error) {
	b.text.Write(p[:min(len(p), b.limit-b.text.Len())])
	return len(p), nil
}

// tail is the last lines of an output on one line.
func tail(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-3):], " / ")
}
