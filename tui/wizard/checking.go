package wizard

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// checking is one look at a project: a task works at it while the screen draws
// what is known so far. It runs no code of the project.
type checking struct {
	directory string
	only      []string
	// ran are jobs that decided lines: one whose sources changed since decides
	// nothing any more, and its line is looked at with the others.
	ran []publish.Ran
	now func() time.Time

	mu    sync.Mutex
	state checked
}

// checked is what a look found out so far. Its map is replaced, never changed.
type checked struct {
	lines  map[string]*registryv1.PreflightResult
	report *registryv1.PreflightReport
	// stale are the jobs that decide nothing any more.
	stale []project.Job
	// began and took are zero where there is no clock.
	began time.Time
	took  time.Duration
	over  bool
	err   error
}

// Task implements action.Work.
func (c *checking) Task() string { return "preflight " + c.directory }

// Doing implements action.Work.
func (c *checking) Doing() string { return "checking the project" }

// Do implements action.Work.
func (c *checking) Do(ctx context.Context, _ *client.Client, report func(float64)) (string, error) {
	began := c.clock()
	lines, stale := c.lines()
	c.change(func(s *checked) { s.began, s.stale = began, stale })
	if len(lines) == 0 {
		c.change(func(s *checked) { s.over = true })
		return "The project is as it was.", nil
	}
	found, err := project.Preflight(ctx, c.directory, project.Options{Only: lines, Now: began, Told: func(r *registryv1.PreflightResult) {
		c.change(func(s *checked) {
			s.lines = maps.Clone(s.lines)
			if s.lines == nil {
				s.lines = map[string]*registryv1.PreflightResult{}
			}
			s.lines[r.GetRequirement()] = r
			report(float64(len(s.lines)) / float64(len(project.Lines())))
		})
	}})
	ended := c.clock()
	c.change(func(s *checked) { s.report, s.err, s.took, s.over = found, err, ended.Sub(began), true })
	return "The project is checked.", err
}

// lines are those that are looked at, and stale the jobs that decide nothing
// any more. Sources that cannot be read are no reason to believe a job.
func (c *checking) lines() (lines []string, stale []project.Job) {
	lines = slices.Clone(c.only)
	if len(c.ran) == 0 {
		return lines, nil
	}
	sources, err := project.SourceStamp(c.directory)
	for _, ran := range c.ran {
		if err == nil && ran.Sources == sources {
			continue
		}
		stale = append(stale, ran.Job)
		if name := decides[ran.Job]; !slices.Contains(lines, name) {
			lines = append(lines, name)
		}
	}
	return lines, stale
}

// clock is the time, if there is a clock.
func (c *checking) clock() time.Time {
	if c.now == nil {
		return time.Time{}
	}
	return c.now()
}

// change changes what is known.
func (c *checking) change(how func(*checked)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	how(&c.state)
}

// snapshot is what is known.
func (c *checking) snapshot() checked {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state
}
