package wizard

import (
	"errors"
	"strings"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// View implements the console's Screen.
func (s *Publish) View(l ui.Look, w, h int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	inner := w - 4
	switch s.stage {
	case asking:
		return ui.Indent(l.Theme, append(s.form.view(l.Theme, inner), failed(s.err, inner)...), w, h)
	case preparing:
		return ui.Indent(l.Theme, []ui.Text{ui.Words(theme.Muted, "Looking at the folder and asking the registry.")}, w, h)
	case planned:
		return ui.Indent(l.Theme, s.planView(l.Theme, inner), w, h)
	default:
		return s.runView(l, w, h)
	}
}

// Status implements the console's Screen.
func (s *Publish) Status(ui.Look) ui.Text {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stage != running {
		return nil
	}
	tally := map[publish.RowState]int{}
	for _, row := range s.run.transfer.Rows {
		tally[row.State]++
	}
	var parts []string
	for _, state := range []publish.RowState{publish.RowStored, publish.RowHave, publish.RowUploading, publish.RowWaiting, publish.RowQueued, publish.RowStopped} {
		if n := tally[state]; n > 0 {
			parts = append(parts, words.Count(n)+" "+string(state))
		}
	}
	return ui.Words(theme.Muted, strings.Join(parts, ", "))
}

// failed shows an error with what to do about it.
func failed(err error, w int) []ui.Text {
	if err == nil {
		return nil
	}
	w = min(w, 118)
	lines := append([]ui.Text{nil}, ui.Wrap(ui.Words(theme.Bad, err.Error()), w)...)
	var known *client.Error
	if !errors.As(err, &known) {
		return lines
	}
	for _, fault := range known.Faults {
		lines = append(lines, ui.Wrap(ui.Line(ui.Say(theme.Faint, fault.Field+"  "), ui.Say(theme.Text, fault.Message)), w)...)
	}
	if known.Next != "" {
		lines = append(lines, ui.Wrap(ui.Words(theme.Text, known.Next), w)...)
	}
	return lines
}

// planView is what would be published: files, remarks, consequences.
func (s *Publish) planView(t *theme.Theme, w int) []ui.Text {
	ref := s.plan.Ref
	lines := []ui.Text{ui.Line(ui.Say(theme.Text, "Publish "), ui.Say(theme.Text, ref.Org+"/"+ref.Name+" "+ref.Version).Bold(), ui.Say(theme.Muted, " to "+s.cfg.Registry)), nil}
	if len(s.faults) > 0 {
		lines = append(lines, ui.Words(theme.Bad, words.Plural(len(s.faults), "thing keeps", "things keep")+" this from being published:"), nil)
		for _, fault := range s.faults {
			lines = append(lines, ui.Wrap(append(ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, fault.Field)), ui.Say(theme.Text, "  "+fault.Message)), w)...)
		}
		lines = append(lines, nil)
	}
	lines = append(lines, ui.Heading("Files", min(w, 118)))
	for _, file := range s.plan.Files {
		name := file.Asset.Platform
		if name == "" {
			name = "all"
		}
		lines = append(lines, ui.Line(
			ui.Say(theme.Text, ui.Fit(t, name, 18, ui.Left)),
			ui.Say(theme.Muted, ui.Fit(t, words.Bytes(file.Stamp.Size), 9, ui.Right)+"   "+file.Asset.Filename),
		))
	}
	lines = append(lines, s.noteLines(t, w)...)
	if s.dry != nil {
		lines = append(lines, nil, ui.Heading("What happens", min(w, 118)))
		for _, line := range words.Publish(s.dry.GetConsequences(), s.plan.Stable) {
			lines = append(lines, ui.Consequence(t, line.Caution, ui.Say(theme.Text, line.Text)))
		}
	}
	return lines
}

// aboutWidth is the column of what a remark is about: the longest platform fits.
const aboutWidth = 16

// noteLines are the remarks that refuse nothing.
func (s *Publish) noteLines(t *theme.Theme, w int) []ui.Text {
	if len(s.plan.Notes) == 0 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Worth knowing", min(w, 118))}
	for _, note := range s.plan.Notes {
		mark, role := theme.GlyphPast, theme.Muted
		if note.Caution {
			mark, role = theme.GlyphCaution, theme.Warn
		}
		lead := ui.Line(ui.Say(role, t.Glyph(mark)+"  "), ui.Say(theme.Muted, ui.Fit(t, note.About, aboutWidth, ui.Left)))
		for i, text := range ui.Wrap(ui.Words(theme.Text, note.Text), min(w, 118)-lead.Width()) {
			if i > 0 {
				lead = ui.Words(theme.Text, strings.Repeat(" ", lead.Width()))
			}
			lines = append(lines, append(lead, text...))
		}
	}
	return lines
}

// runView is the run: head, overall bar, a row for each file, then the checks
// and the end.
func (s *Publish) runView(l ui.Look, w, h int) []string {
	t := l.Theme
	inner := w - 4
	p := s.run.transfer
	head := []ui.Text{s.headline(t), nil}
	if p.Total > 0 {
		head = append(head, ui.ProgressBar(t, float64(p.Done)/float64(p.Total), inner, theme.Accent), nil)
	}
	tail := s.tail(t, inner)
	lines := ui.Indent(t, head, w, len(head))
	perRow, gap := 2, 1
	if w < 100 {
		perRow, gap = 1, 0
	}
	rows := min(len(p.Rows)*(perRow+gap), max(0, h-len(head)-min(len(tail), h/2)))
	s.list.Gap = gap
	lines = append(lines, s.list.View(t, w, rows, len(p.Rows), s.stage == running, func(i, w int, chosen bool) []ui.Text {
		return fileRow(t, p.Rows[i]).Lines(t, w, chosen)
	})...)
	return append(lines, ui.Indent(t, tail, w, max(0, h-len(lines)))...)[:h]
}

// headline is one sentence on where the run stands.
func (s *Publish) headline(t *theme.Theme) ui.Text {
	p := s.run.transfer
	files := words.Plural(len(p.Rows), "file", "files")
	switch {
	case s.stage == finished:
		return s.ending(t)
	case s.run.now == publish.StepUpload && p.Total > 0:
		x := ui.Line(ui.Say(theme.Text, "Uploading "+files+" to "+s.cfg.Registry).Bold(), ui.Say(theme.Muted, " "+words.BytesOf(p.Done, p.Total)))
		if p.Rate > 0 {
			x = x.And(ui.Say(theme.Muted, ", "+words.Rate(p.Rate)+", about "+words.Left(p.Left)+" left"))
		}
		return x
	case s.run.now == publish.StepValidate:
		return ui.Line(ui.Say(theme.Text, "The registry checks the version").Bold())
	default:
		return ui.Line(ui.Say(theme.Text, "Publishing").Bold(), ui.Say(theme.Muted, " "+string(s.run.now)))
	}
}

// ending is what became of the run.
func (s *Publish) ending(t *theme.Theme) ui.Text {
	v := s.run.result.Version.GetSummary()
	ref := s.plan.Ref.Org + "/" + s.plan.Ref.Name + " " + s.plan.Ref.Version
	switch {
	case s.err == nil && s.run.result.Unchanged:
		return ui.Line(ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" "), ui.Say(theme.Text, "Exactly this is published already. Nothing was changed.").Bold())
	case s.err == nil && v.GetState() == registryv1.State_STATE_PUBLISHED:
		return ui.Line(ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" PUBLISHED").Bold(), ui.Say(theme.Text, "  "+ref).Bold(), ui.Say(theme.Muted, " in "+words.Duration(s.run.result.Took)))
	case s.err == nil:
		return ui.Line(ui.Say(theme.Text, words.Standing(v)).Bold())
	default:
		return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Say(theme.Text, ref+" was not published").Bold())
	}
}

// tail is what stands below the rows: what leaving means, the checks, the
// reasons of a failure, and the way on.
func (s *Publish) tail(t *theme.Theme, w int) []ui.Text {
	w = min(w, 118)
	lines := []ui.Text{nil}
	if len(s.run.checks) > 0 {
		lines = append(lines, checkSummary(t, s.run.checks, w)...)
	}
	switch {
	case s.stage == running:
		return append(lines, ui.Wrap(ui.Words(theme.Muted, "Nothing is public before all files are in and the checks have passed. You can leave this screen; it goes on."), w)...)
	case s.err != nil:
		return append(lines, failed(s.err, w)...)
	default:
		return append(lines, s.whereNow(w)...)
	}
}

// checkSummary says how many checks passed, and lists the others.
func checkSummary(t *theme.Theme, checks []*registryv1.Check, w int) []ui.Text {
	passed := 0
	var others []ui.Text
	for _, c := range checks {
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_PASS || c.GetResult() == registryv1.CheckResult_CHECK_RESULT_SKIPPED {
			passed++
			continue
		}
		about := c.GetName()
		if slug := c.GetPlatform().Slug(); slug != "" {
			about += " " + slug
		}
		others = append(others, ui.Wrap(append(ui.Mark(t.CheckResult(c.GetResult()).With(about)), ui.Say(theme.Text, "  "+c.GetDetail()), ui.Say(theme.Muted, "  "+c.GetFix())), w)...)
	}
	lines := []ui.Text{ui.Mark(t.Mark(theme.GlyphGood, theme.OK, words.Plural(passed, "check passed", "checks passed")))}
	return append(append(lines, others...), nil)
}

// whereNow says what is where after a publish, and the same in a shell.
func (s *Publish) whereNow(w int) []ui.Text {
	ref := s.plan.Ref
	v := s.run.result.Version.GetSummary()
	var details []ui.Detail
	add := func(key, value string) {
		details = append(details, ui.Detail{Key: key, Value: ui.Words(theme.Text, value)})
	}
	add("registry", words.Standing(v)+" "+words.Plural(len(v.GetPlatforms()), "platform", "platforms")+", "+words.Bytes(v.GetSizeBytes()))
	add("sent", words.Bytes(s.run.result.Sent))
	lines := append([]ui.Text{ui.Heading("What is where now", w)}, ui.Details(details, 12, w)...)
	lines = append(lines, nil, ui.Heading("In a shell", w))
	for _, command := range []string{"show", "download", "set-stable"} {
		lines = append(lines, ui.Words(theme.Text, "registrar "+command+" "+ref.Org+"/"+ref.Name+" "+ref.Version))
	}
	return lines
}

// fileRow is one file on its way.
func fileRow(t *theme.Theme, r publish.Row) ui.Progress {
	p := ui.Progress{Label: r.Asset.String(), Amount: words.BytesOf(r.Done, r.Total), Brief: words.Percent(r.Done, r.Total)}
	if r.Total > 0 {
		p.Fraction = float64(r.Done) / float64(r.Total)
	}
	switch r.State {
	case publish.RowStored:
		p.Mark = t.Mark(theme.GlyphGood, theme.OK, "STORED")
		p.Fraction, p.Amount, p.Brief = 1, words.Bytes(r.Total)+" in "+words.Duration(r.Took), words.Bytes(r.Total)
		p.Note = ui.Words(theme.Muted, "digest agrees")
	case publish.RowHave:
		p.Mark = t.Mark(theme.GlyphGood, theme.OK, "ALREADY THERE")
		p.Fraction, p.Amount, p.Brief = 1, words.Bytes(r.Total)+" not sent again", words.Bytes(r.Total)
		p.Note = ui.Words(theme.Muted, "digest agrees")
	case publish.RowUploading:
		p.Mark = t.Mark(theme.GlyphUploading, theme.Motion, "UPLOADING")
		p.Amount += ", " + words.Rate(r.Rate)
		p.Note = ui.Words(theme.Muted, "attempt "+words.Count(max(1, r.Attempt)))
		if r.Left > 0 {
			p.When = words.Left(r.Left) + " left"
			p.Brief += "  " + p.When
		}
	case publish.RowWaiting:
		p.Mark = t.Mark(theme.GlyphCaution, theme.Warn, "WAITING")
		p.Note = ui.Words(theme.Muted, "attempt "+words.Count(r.Attempt)+" of "+words.Count(r.Attempts)+": "+r.Reason)
		p.When = "retry in " + words.Left(r.Wait)
		p.Brief += "  " + p.When
	case publish.RowStopped:
		p.Mark = t.Mark(theme.GlyphFailed, theme.Bad, "STOPPED")
		p.Note = ui.Words(theme.Text, r.Reason+" r sends it again")
		p.Brief = r.Reason
	default:
		p.Mark = t.Mark(theme.GlyphDraft, theme.Muted, "QUEUED")
	}
	return p
}
