package wizard

import (
	"slices"
	"time"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// decides are the jobs that decide a line. What they decided is kept with the
// answers, so that it outlives the program.
var decides = map[project.Job]string{project.JobLint: project.RequirementLint, project.JobTest: project.RequirementTests}

// decidedBy is the job that decided a line, or nil.
func (p *preflightStep) decidedBy(name string) *publish.Ran {
	i := slices.IndexFunc(p.answers.Ran, func(r publish.Ran) bool { return decides[r.Job] == name })
	if i < 0 || resultOf(p.report(), name) == nil {
		return nil
	}
	return &p.answers.Ran[i]
}

// decide lets a job that ran to its end decide its line of a report.
func (p *preflightStep) decide(report *registryv1.PreflightReport, j *job) *registryv1.PreflightReport {
	now, name := j.snapshot(), decides[j.kind]
	p.forget(j.kind)
	after := project.After(report, j.kind, now.command, now.outcome)
	if resultOf(after, name) != resultOf(report, name) {
		p.answers.Ran = append(p.answers.Ran, publish.Ran{Job: j.kind, At: j.at, Sources: now.sources})
	}
	return after
}

// forget drops what a job decided. The answers are handed over while they
// change, so that they get a list of their own.
func (p *preflightStep) forget(job project.Job) {
	p.answers.Ran = slices.DeleteFunc(slices.Clone(p.answers.Ran), func(r publish.Ran) bool { return r.Job == job })
}

// ranAt is when the job ran that decided a line: "12:41", with the day if it is
// another one; "" where no job did.
func (p *preflightStep) ranAt(name string) string {
	ran := p.decidedBy(name)
	if ran == nil || ran.At.IsZero() || p.Now == nil {
		return ""
	}
	now := p.Now()
	at := ran.At.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("2006-01-02 15:04")
}
