package wizard

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// checking is one look at a project: a task works at it while the screen draws
// what is known so far. It runs no code of the project.
type checking struct {
	directory string
	only      []string
	now       func() time.Time

	mu    sync.Mutex
	state checked
}

// checked is what a look found out so far. Its map is replaced, never changed.
type checked struct {
	lines  map[string]*registryv1.PreflightResult
	report *registryv1.PreflightReport
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
	c.change(func(s *checked) { s.began = began })
	found, err := project.Preflight(ctx, c.directory, project.Options{Only: c.only, Now: began, Told: func(r *registryv1.PreflightResult) {
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
