package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The requirements of a connector, and after them what is only advice.
const (
	RequirementSyncer       = "resource-syncer"
	RequirementLint         = "lint"
	RequirementTests        = "tests"
	RequirementReadme       = "readme"
	RequirementLicense      = "license"
	RequirementCapabilities = "capabilities"
	AdviceLayout            = "layout"
	AdviceCI                = "ci"
	AdviceIntegration       = "integration-tests"
)

// The results of a line. What was not checked is never shown as passed.
const (
	pass       = registryv1.CheckResult_CHECK_RESULT_PASS
	warn       = registryv1.CheckResult_CHECK_RESULT_WARN
	fail       = registryv1.CheckResult_CHECK_RESULT_FAIL
	notChecked = registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED
)

// checks are the lines of a report in their order.
var checks = []struct {
	name, title string
	required    bool
	check       func(context.Context, *survey) *registryv1.PreflightResult
}{
	{RequirementSyncer, "ResourceSyncer", true, resourceSyncer},
	{RequirementLint, "Lint", true, lint},
	{RequirementTests, "Tests", true, tests},
	{RequirementReadme, "README", true, readme},
	{RequirementLicense, "License", true, licensed},
	{RequirementCapabilities, "Capabilities", true, capabilities},
	{AdviceLayout, "Layout", false, layout},
	{AdviceCI, "CI workflow", false, workflows},
	{AdviceIntegration, "Integration tests", false, integration},
}

// Title is the name of a line as people read it.
func Title(requirement string) string {
	for _, line := range checks {
		if line.name == requirement {
			return line.title
		}
	}
	return clean.Line(requirement, 0)
}

// Required reports whether a line is one of the six requirements; the others
// are advice.
func Required(requirement string) bool {
	for _, line := range checks {
		if line.name == requirement {
			return line.required
		}
	}
	return false
}

// Lines are the names of all lines of a report, in their order: first the
// requirements, then the advice.
func Lines() []string {
	names := make([]string, len(checks))
	for i, line := range checks {
		names[i] = line.name
	}
	return names
}

// Failed are the requirements that a report says are not met.
func Failed(report *registryv1.PreflightReport) []*registryv1.PreflightResult {
	var failed []*registryv1.PreflightResult
	for _, r := range report.GetResults() {
		if r.GetResult() == fail && Required(r.GetRequirement()) {
			failed = append(failed, r)
		}
	}
	return failed
}

// Options say what a preflight may do. The zero value looks at files only: it
// runs nothing at all.
type Options struct {
	// Only are the lines to check; empty is all of them.
	Only []string
	// Tools allows golangci-lint, or go vet where that is not installed. They
	// read the project and run none of its code.
	Tools bool
	// Connector allows building and running the connector itself, which then
	// prints its capabilities.
	Connector bool
	// Patience is how long a tool may take; 0 is DefaultPatience.
	Patience time.Duration
	// Now is the time of the report; zero is the present.
	Now time.Time
	// Told is told each line as soon as it is known, from several goroutines;
	// nil is nobody.
	Told func(*registryv1.PreflightResult)
}

// DefaultPatience bounds each tool of a preflight.
const DefaultPatience = 3 * time.Minute

// ErrNoProject is a directory that holds no connector's project.
var ErrNoProject = errors.New("it does not look like a connector's project")

// Preflight checks a project against the six requirements and the advice, all
// at the same time. The report is the publisher's own and goes with the
// version as such. The error is for what kept it from looking: the report of a
// bad project is no error.
func Preflight(ctx context.Context, directory string, o Options) (*registryv1.PreflightReport, error) {
	s, err := newSurvey(ctx, directory, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	results := make([]*registryv1.PreflightResult, len(checks))
	var group errgroup.Group
	for i, line := range checks {
		if len(o.Only) > 0 && !slices.Contains(o.Only, line.name) {
			continue
		}
		group.Go(func() error {
			results[i] = line.check(ctx, s)
			results[i].Requirement = line.name
			if o.Told != nil {
				o.Told(results[i])
			}
			return nil
		})
	}
	_ = group.Wait() // nothing fails
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	at := o.Now
	if at.IsZero() {
		at = time.Now()
	}
	return &registryv1.PreflightReport{
		Results: slices.DeleteFunc(results, func(r *registryv1.PreflightResult) bool { return r == nil }),
		At:      timestamppb.New(at),
	}, nil
}

// Update takes the lines of a newer report over into an earlier one, such as
// those that were checked again.
func Update(report, newer *registryv1.PreflightReport) *registryv1.PreflightReport {
	updated := &registryv1.PreflightReport{At: newer.GetAt()}
	for _, line := range checks {
		for _, from := range [][]*registryv1.PreflightResult{newer.GetResults(), report.GetResults()} {
			i := slices.IndexFunc(from, func(r *registryv1.PreflightResult) bool { return r.GetRequirement() == line.name })
			if i >= 0 {
				updated.Results = append(updated.Results, from[i])
				break
			}
		}
	}
	return updated
}

// survey is everything that the checks of one preflight look at.
type survey struct {
	options Options
	dir     string
	root    *os.Root
	tree    *tree
	sources []source
	project Project
	// printed is what the connector says of itself, asked for once.
	printed func(context.Context) printed
}

func newSurvey(ctx context.Context, directory string, o Options) (*survey, error) {
	dir, err := filepath.Abs(directory)
	if err != nil {
		return nil, fmt.Errorf("finding the project directory: %w", err)
	}
	said, err := Find(dir)
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the project directory: %w", err)
	}
	s := &survey{options: o, dir: dir, root: root, project: said}
	s.tree = openTree(root)
	s.sources = s.tree.sources(ctx)
	var once sync.Once
	var known printed
	s.printed = func(ctx context.Context) printed {
		once.Do(func() { known = s.print(ctx) })
		return known
	}
	return s, nil
}

func (s *survey) close() { _ = s.root.Close() }

// Find reads a connector's project. A directory without a go.mod is none: the
// error says so, and where one is.
func Find(directory string) (Project, error) {
	p, err := Read(directory)
	if err != nil {
		return Project{}, err
	}
	if _, err := os.Stat(filepath.Join(directory, goMod)); errors.Is(err, fs.ErrNotExist) {
		return Project{}, noProject(directory)
	}
	return p, nil
}

// noProject says that there is no go.mod, and where one is.
func noProject(directory string) error {
	near, _ := filepath.Glob(filepath.Join(escapeGlob(directory), "*", goMod))
	if len(near) > 0 {
		return fmt.Errorf("%q has no go.mod: %w; %s has one", directory, ErrNoProject, clean.Line(filepath.Base(filepath.Dir(near[0])), 100))
	}
	return fmt.Errorf("%q has no go.mod: %w", directory, ErrNoProject)
}

// escapeGlob lets the characters of a path stand for themselves.
func escapeGlob(path string) string {
	if runtime.GOOS == "windows" {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// brokenSources are the files that do not parse, with why.
func (s *survey) brokenSources() []string {
	var broken []string
	for _, file := range s.sources {
		if file.broken != "" {
			broken = append(broken, file.path+": "+file.broken)
		}
	}
	return broken
}

// Limits of what a report says, in bytes. Registries take 2,000 characters.
const (
	maxSaid     = 1500
	maxEvidence = 12
)

// result is a line of a report. What it says comes from files, and may be seen
// in a terminal.
func result(r registryv1.CheckResult, detail, evidence, fix string) *registryv1.PreflightResult {
	return &registryv1.PreflightResult{Result: r, Detail: clean.Line(detail, maxSaid), Evidence: clean.Text(evidence, maxSaid), Fix: clean.Line(fix, maxSaid)}
}

// evidence joins findings, the first dozen of them. A name with a line break
// stays on its line.
func evidence(found []string) string {
	more := ""
	if len(found) > maxEvidence {
		more = fmt.Sprintf("\nand %d more", len(found)-maxEvidence)
		found = found[:maxEvidence]
	}
	cleaned := make([]string, len(found))
	for i, line := range found {
		cleaned[i] = clean.Line(line, 300)
	}
	return strings.Join(cleaned, "\n") + more
}

// plural counts: "1 file", "5 files".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
