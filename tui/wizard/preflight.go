package wizard

import (
	"slices"

	tea "charm.land/bubbletea/v2"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// preflightStep shows how the project stands against the six requirements and
// the advice. It stops at a failed requirement until it is fixed or the person
// writes why they go on.
type preflightStep struct {
	*shared
	// directory is what was checked; another one is checked anew.
	directory string
	checking  *checking
	// last is the last look that is over: when it was, and how long it took.
	last checked
	// ended is a job that is over and has not decided its line yet.
	ended *job

	out    output
	list   ui.List
	inPane bool // the keyboard is on the output
	// touched says that somebody moved the cursor.
	touched bool
	// listAt and paneAt are where things begin, as drawn last.
	listAt, paneAt int
	page           int
}

func newPreflightStep(s *shared) step {
	return &preflightStep{shared: s}
}

const (
	failedCheck = registryv1.CheckResult_CHECK_RESULT_FAIL
	warnCheck   = registryv1.CheckResult_CHECK_RESULT_WARN
	passedCheck = registryv1.CheckResult_CHECK_RESULT_PASS
	notChecked  = registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED
)

// enter implements step: files may have changed, so that all is looked at
// again, except what a job decided.
func (p *preflightStep) enter() action.Action {
	if p.directory != p.answers.Directory {
		if p.directory != "" {
			p.answers.Ran = nil // it was another project
		}
		p.directory, p.last, p.out, p.ended, p.inPane = p.answers.Directory, checked{}, output{}, nil, false
		p.list.Goto(0)
		p.touched = false
	}
	return p.check(slices.DeleteFunc(project.Lines(), func(name string) bool { return p.decidedBy(name) != nil }))
}

// resumed implements what the wizard asks of steps when a draft is gone on
// with behind them: what jobs decided is dropped where the sources changed
// since, though nobody comes to this page.
func (p *preflightStep) resumed() action.Action {
	if p.directory = p.answers.Directory; p.busy() || p.directory == "" || len(p.answers.Ran) == 0 {
		return nil
	}
	return p.look(nil)
}

// check looks at lines, unless that is under way.
func (p *preflightStep) check(lines []string) action.Action {
	if p.busy() || p.directory == "" || len(lines) == 0 {
		return nil
	}
	return p.look(lines)
}

// look looks at lines, and at those of jobs whose sources changed.
func (p *preflightStep) look(lines []string) action.Action {
	p.checking = &checking{directory: p.directory, only: lines, ran: slices.Clone(p.answers.Ran), now: p.Now}
	return action.Begin{Work: p.checking}
}

// busy reports whether the project is being looked at.
func (p *preflightStep) busy() bool { return p.checking != nil }

// report is how the project stands as far as it is known.
func (p *preflightStep) report() *registryv1.PreflightReport { return p.answers.Preflight.Report }

// line is one row: its result, or that it is not known yet.
type line struct {
	name    string
	running bool
	result  *registryv1.PreflightResult
	// ran is when the job ran that decided it, as people say it, or "".
	ran string
}

// rows are the lines in their order.
func (p *preflightStep) rows() []line {
	var told checked
	var only []string
	if p.busy() {
		told, only = p.checking.snapshot(), p.checking.only
	}
	rows := make([]line, 0, len(project.Lines()))
	for _, name := range project.Lines() {
		row := line{name: name, result: resultOf(p.report(), name), ran: p.ranAt(name)}
		if slices.Contains(only, name) {
			row.running, row.result = told.lines[name] == nil, told.lines[name]
		}
		if row.result == nil {
			row.result = &registryv1.PreflightResult{Requirement: name}
		}
		rows = append(rows, row)
	}
	return rows
}

// resultOf is a line of a report, or nil.
func resultOf(report *registryv1.PreflightReport, name string) *registryv1.PreflightResult {
	i := slices.IndexFunc(report.GetResults(), func(r *registryv1.PreflightResult) bool { return r.GetRequirement() == name })
	if i < 0 {
		return nil
	}
	return report.GetResults()[i]
}

// chosen is the row under the cursor.
func (p *preflightStep) chosen() line {
	rows := p.rows()
	return rows[min(p.list.Cursor(), len(rows)-1)]
}

// handle implements step.
func (p *preflightStep) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case catalog.Done:
		return p.done(msg)
	case action.Again:
		return p.again()
	case action.Mend:
		return p.mend()
	case action.RunJob:
		return p.run(project.Job(msg.Job))
	case action.StopJob:
		if p.out.running() {
			return action.StopTask{Task: p.out.job.Task()}
		}
	case action.Override:
		p.override(msg)
	case commandFound:
		return p.askFirst(msg)
	default:
		p.moved(msg)
	}
	return nil
}

// moved takes what moves the cursor or the output.
func (p *preflightStep) moved(msg tea.Msg) {
	switch msg := msg.(type) {
	case action.Focus:
		p.inPane = !p.inPane && p.out.job != nil
	case action.Move:
		p.move(msg.By)
	case action.Scroll:
		p.move(msg.By)
	case action.Page:
		p.out.move(msg.By * max(1, p.page-2))
	case action.Edge:
		p.out.edge(msg.Last)
	case action.Choose:
		p.list.Goto(int(msg.ID))
		p.touched = true
	case action.Point:
		line := msg.Y - p.above
		p.inPane = p.out.job != nil && line >= p.paneAt
		if !p.inPane && p.list.Click(line-p.listAt) {
			p.touched = true
		}
	}
}

// move moves the cursor, or scrolls the output while that has the keyboard.
func (p *preflightStep) move(by int) {
	if p.inPane {
		p.out.move(by)
		return
	}
	p.list.Goto(min(p.list.Cursor()+by, len(project.Lines())-1))
	p.touched = true
}

// waits implements what the wizard asks of steps: these tasks show themselves.
func (p *preflightStep) waits(task string) bool {
	return p.busy() && task == p.checking.Task() || p.out.job != nil && task == p.out.job.Task()
}

// done takes how a task ended.
func (p *preflightStep) done(msg catalog.Done) action.Action {
	switch {
	case p.busy() && msg.ID == p.checking.Task():
		return p.looked(msg.Err)
	case p.out.job != nil && msg.ID == p.out.job.Task():
		return p.ran()
	case msg.ID == (licensing{directory: p.directory}).Task():
		return p.check([]string{project.RequirementLicense})
	}
	return nil
}

// looked takes the report of a look that is over. A job that ended meanwhile
// decides its line after it.
func (p *preflightStep) looked(err error) action.Action {
	was := p.checking.snapshot()
	directory := p.checking.directory
	p.checking = nil
	if directory != p.directory {
		return p.enter()
	}
	if !was.over {
		was.err = err // it never ran
	}
	if was.err == nil && was.report == nil {
		return nil // no line was to be looked at
	}
	p.last = was
	if was.err != nil {
		return nil
	}
	for _, job := range was.stale {
		p.forget(job)
	}
	report := project.Update(p.report(), was.report)
	if j := p.ended; j != nil {
		report, p.ended = p.decide(report, j), nil
	}
	p.take(report)
	p.settle()
	return nil
}

// settle puts the cursor on what wants attention first, unless somebody moved
// it.
func (p *preflightStep) settle() {
	if p.touched {
		return
	}
	for _, wanted := range []registryv1.CheckResult{failedCheck, notChecked, warnCheck} {
		i := slices.IndexFunc(p.report().GetResults(), func(r *registryv1.PreflightResult) bool { return r.GetResult() == wanted })
		if i >= 0 {
			p.list.Goto(i)
			return
		}
	}
}

// take takes a report. A reason to go on lasts as long as its line fails.
func (p *preflightStep) take(report *registryv1.PreflightReport) {
	report = proto.CloneOf(report)
	for _, r := range report.GetResults() {
		r.Override = ""
		if before := resultOf(p.report(), r.GetRequirement()); r.GetResult() == failedCheck {
			r.Override = before.GetOverride()
		}
	}
	p.answers.Preflight = publish.Preflight{Report: report}
}

// override takes why one goes on in spite of a failed line.
func (p *preflightStep) override(msg action.Override) {
	report := proto.CloneOf(p.report())
	r := resultOf(report, msg.Requirement)
	if r == nil || r.GetResult() != failedCheck {
		return
	}
	r.Override = msg.Reason
	p.answers.Preflight = publish.Preflight{Report: report}
}

// again looks once more at what failed or wants attention. What a job decided
// is run once more instead.
func (p *preflightStep) again() action.Action {
	var lines []string
	var job project.Job
	for _, row := range p.rows() {
		result := row.result.GetResult()
		if row.running || result != failedCheck && result != warnCheck {
			continue
		}
		if ran := p.decidedBy(row.name); ran != nil {
			job = ran.Job
			continue
		}
		lines = append(lines, row.name)
	}
	switch {
	case p.last.err != nil || p.report() == nil:
		return p.enter()
	case len(lines) > 0:
		return p.check(lines)
	case job != "":
		return p.run(job)
	default:
		return nil
	}
}

// run begins a job, unless one runs.
func (p *preflightStep) run(kind project.Job) action.Action {
	if p.out.running() || p.directory == "" {
		return nil
	}
	j := newJob(p.directory, kind)
	if p.Now != nil {
		j.at = p.Now()
	}
	p.out.show(j)
	return action.Begin{Work: j}
}

// ran takes how a job ended: its line is looked at again, and is what the job
// made of it.
func (p *preflightStep) ran() action.Action {
	j := p.out.job
	now := j.snapshot()
	if !now.over || now.err != nil || j.directory != p.directory {
		return nil
	}
	switch name, is := decides[j.kind]; {
	case is:
		p.ended = j
		return p.check([]string{name})
	case j.kind == project.JobCapabilities && now.worked():
		return p.check([]string{project.RequirementCapabilities})
	default:
		return nil
	}
}

// unmet are the requirements that failed and that nobody wrote a reason for.
func (p *preflightStep) unmet() []string {
	var titles []string
	for _, r := range project.Failed(p.report()) {
		if r.GetOverride() == "" {
			titles = append(titles, project.Title(r.GetRequirement()))
		}
	}
	return titles
}

// off implements step.
func (p *preflightStep) off() string {
	switch unmet := p.unmet(); {
	case p.busy():
		return "until the project is checked"
	case p.last.err != nil, p.report() == nil:
		return "until the project can be checked"
	case len(unmet) == 1:
		return "until " + unmet[0] + " passes, or you say why"
	case len(unmet) > 3:
		return "until " + words.Numeral(len(unmet)) + " requirements pass"
	case len(unmet) > 1:
		return "until " + words.List(unmet) + " pass"
	default:
		return ""
	}
}

func (p *preflightStep) leave()       {}
func (p *preflightStep) typing() bool { return false }

// inquiry implements step: nothing is asked here, there are rows.
func (p *preflightStep) inquiry(ui.Look) (ui.Inquiry, bool) { return ui.Inquiry{}, false }
