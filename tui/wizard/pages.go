package wizard

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// runPages are the last three steps, Upload, Validation and Done: three faces
// of one run, of which the run itself says which one is in sight.
type runPages struct {
	*shared
	run    *Run
	over   bool
	err    error
	list   ui.List
	listAt int // line of the body where the files begin, as drawn last
	page   scrolled
}

// begin makes the run of a plan.
func (r *runPages) begin(plan publish.Plan) *Run {
	r.run, r.over, r.err, r.page = newRun(plan, r.Journal), false, nil, scrolled{}
	r.run.sign = r.Sign
	return r.run
}

func (r *runPages) running() bool { return r.run != nil && !r.over }

// halt stops the run; what arrived stays at the registry as a draft.
func (r *runPages) halt() {
	if r.running() {
		r.run.Halt()
	}
}

// at is the step that shows how far the run is.
func (r *runPages) at() int {
	if r.run == nil {
		return atUpload
	}
	if r.over && r.err == nil {
		return atDone
	}
	if r.run.validates() {
		return atValidation
	}
	return atUpload
}

func (r *runPages) waits(task string) bool { return r.run != nil && r.run.Task() == task }

func (r *runPages) enter() action.Action { return nil }
func (r *runPages) leave()               {}
func (r *runPages) typing() bool         { return false }
func (r *runPages) off() string          { return "" }

// handle implements step.
func (r *runPages) handle(msg tea.Msg) action.Action {
	switch msg := msg.(type) {
	case catalog.Done:
		r.done(msg)
	case action.Move:
		r.move(msg.By)
	case action.Scroll:
		r.move(msg.By)
	case action.Point:
		if r.running() {
			r.list.Click(msg.Y - r.listAt)
		}
	case action.Choose:
		r.list.Goto(int(msg.ID))
	case action.Again:
		r.halt()
	}
	return nil
}

// done takes the end of the run. Its plan knows the digests of the files, so
// that running it again need not read them anew.
func (r *runPages) done(msg catalog.Done) {
	if !r.running() || !r.waits(msg.ID) {
		return
	}
	r.over, r.err, r.page = true, msg.Err, scrolled{}
	if p := r.run.snapshot().result.Plan; len(p.Files) > 0 {
		r.plan = p
	}
}

// move moves the cursor among the files of the run, or scrolls.
func (r *runPages) move(by int) {
	if r.running() && r.at() == atUpload {
		r.list.Goto(min(r.list.Cursor()+by, len(r.run.snapshot().transfer.Rows)-1))
		return
	}
	r.page.move(by)
}

// view implements step.
func (r *runPages) view(l ui.Look, w, h int) []string {
	inner := max(1, w-pageMargins)
	switch {
	case r.run == nil:
		return ui.Indent(l.Theme, nil, w, h)
	case r.over:
		return r.page.view(l.Theme, r.endView(l.Theme, inner), w, h)
	case r.at() == atValidation:
		return r.page.view(l.Theme, r.checking(l.Theme, r.run.snapshot(), min(inner, readMost)), w, h)
	default:
		r.listAt = r.above
		return r.runView(l.Theme, w, h)
	}
}

// status implements step: the position, and how many files are in which state.
func (r *runPages) status(l ui.Look) ui.Text {
	switch {
	case r.run == nil:
		return nil
	case r.over || r.at() != atUpload:
		return ui.MoreBelow(l.Theme, r.page.below)
	}
	rows := r.run.snapshot().transfer.Rows
	if len(rows) == 0 {
		return nil
	}
	tally := map[publish.RowState]int{}
	for _, row := range rows {
		tally[row.State]++
	}
	var parts []string
	for _, state := range []publish.RowState{publish.RowStored, publish.RowHave, publish.RowUploading, publish.RowWaiting, publish.RowQueued, publish.RowStopped} {
		if n := tally[state]; n > 0 {
			parts = append(parts, words.Count(n)+" "+string(state))
		}
	}
	at := min(r.list.Cursor(), len(rows)-1) + 1
	return ui.Facts(l.Theme, ui.Words(theme.Muted, words.Count(at)+" of "+words.Count(len(rows))), ui.Words(theme.Muted, strings.Join(parts, ", ")))
}

// inquiry implements step: nothing is asked here.
func (r *runPages) inquiry(ui.Look) (ui.Inquiry, bool) { return ui.Inquiry{}, false }

// outline implements step; a run has its files as rows.
func (r *runPages) outline(l ui.Look) ui.Outline {
	var o ui.Outline
	switch {
	case r.run == nil:
	case r.over:
		// Below wideRows nothing stands beside something else.
		o.Say = r.endView(l.Theme, wideRows-1)
	case r.at() == atValidation:
		o.Say = r.checking(l.Theme, r.run.snapshot(), outlineWidth)
	default:
		p := r.run.snapshot()
		o.Say = append(o.Say, r.headline(p, outlineWidth))
		o.Rows = len(p.transfer.Rows)
		o.Cursor = min(r.list.Cursor(), max(0, o.Rows-1))
		o.Row = func(i int) ui.Row {
			return ui.Row{ID: int64(i), Text: spoken(l.Theme, fileRow(l.Theme, p.transfer.Rows[i], p.signed))}
		}
		o.Below = r.tail(l.Theme, p, outlineWidth, false)
	}
	return o
}

// told is how far the run and its files are, or were when it ended.
func (r *runPages) told(l ui.Look) []ui.Step {
	if r.run == nil {
		return nil
	}
	p := r.run.snapshot()
	var steps []ui.Step
	if !r.over {
		steps = append(steps, ui.Step{ID: "run", State: string(p.step), Text: r.headline(p, 0)})
	}
	for _, row := range p.transfer.Rows {
		if row.State == publish.RowQueued {
			continue
		}
		percent := 0
		if row.Total > 0 {
			percent = int(100 * row.Done / row.Total)
		}
		steps = append(steps, ui.Step{
			ID: label(row.Asset), State: string(row.State) + " " + words.Count(row.Attempt), Percent: percent,
			Text: spoken(l.Theme, fileRow(l.Theme, row, p.signed)),
		})
	}
	return steps
}

// spoken is one file on its way in a line.
func spoken(t *theme.Theme, p ui.Progress) ui.Text {
	return ui.Facts(t, ui.Line(ui.Say(theme.Text, p.Label+": "), ui.Say(theme.Text, p.Mark.Word)),
		ui.Words(theme.Muted, p.Amount), ui.Words(theme.Muted, p.When), p.Note)
}

// chosen is the file under the cursor.
func (r *runPages) chosen() string {
	rows := r.run.snapshot().transfer.Rows
	if i := r.list.Cursor(); i < len(rows) {
		return label(rows[i].Asset)
	}
	return ""
}

// retry starts the transfer of one file again; "" is every stopped one.
func (r *runPages) retry(file string) {
	if file == "" && r.run != nil {
		r.run.control.RetryAll()
		return
	}
	r.each(file, (*publish.Control).Retry)
}

// each calls the control for the file with a name.
func (r *runPages) each(file string, call func(*publish.Control, publish.AssetKey)) {
	if r.run == nil {
		return
	}
	rows := r.run.snapshot().transfer.Rows
	if i := slices.IndexFunc(rows, func(x publish.Row) bool { return label(x.Asset) == file }); i >= 0 {
		call(r.run.control, rows[i].Asset)
	}
}

// lookedAt says what the registry looks at, while it has found nothing yet.
func (r *runPages) lookedAt(t *theme.Theme, w int) []ui.Text {
	lines := []ui.Text{ui.Heading("What it looks at", w)}
	for _, each := range []string{
		words.Plural(len(r.plan.Files), "file", "files") + ": that each is there whole, with its size and sha256",
		"archives and executables: safe to unpack, one executable in each, made for its platform",
		"signatures: made by a key or an identity that " + r.plan.Ref.Org + " trusts",
		"the version: all its platforms, checksum file, capabilities, license, number and texts",
	} {
		lines = append(lines, ui.Hanging(ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  "), ui.Words(theme.Text, each), w)...)
	}
	return lines
}

// checking is the page while the registry checks the version.
func (r *runPages) checking(t *theme.Theme, p progress, w int) []ui.Text {
	ref := r.plan.Ref.Org + "/" + r.plan.Ref.Name + " " + r.plan.Ref.Version
	state := ui.Mark(t.State(registryv1.State_STATE_VALIDATING)).And(ui.Say(theme.Text, "  "+ref).Bold())
	lines := append(ui.Wrap(ui.Facts(t, state, r.headline(p, w)), w), nil)
	if len(p.checks) == 0 {
		lines = append(lines, r.lookedAt(t, w)...)
	} else {
		lines = append(append(lines, findings(t, p.checks, w)...), nil)
	}
	for _, c := range p.checks {
		if c.GetResult() != registryv1.CheckResult_CHECK_RESULT_PASS && c.GetResult() != registryv1.CheckResult_CHECK_RESULT_SKIPPED {
			continue
		}
		about := c.GetPlatform().Slug()
		if about == "" {
			about = "version"
		}
		finding := ui.Finding{Result: t.CheckResult(c.GetResult()), Name: c.GetName(), About: about, Detail: c.GetDetail()}
		lines = append(lines, finding.Lines(t, w, false)...)
	}
	return append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted, "Nothing is public before the checks have passed. You can leave this screen; it goes on."), w)...)
}
