package wizard

import (
	"strconv"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// endView is what became of the run and the way on.
func (s *Publish) endView(t *theme.Theme, w int) []ui.Text {
	p := s.run.snapshot()
	lines := []ui.Text{s.ending(t, p)}
	read := min(w, readMost)
	if s.err != nil {
		if p.result.Version.GetSummary().GetState() == registryv1.State_STATE_FAILED {
			lines = append(append(lines, nil, passed(t, p.checks), nil), findings(t, p.checks, read)...)
			return append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted,
				"Nothing of it was public and the number is free. Mend what failed, then publish "+s.plan.Ref.Version+" again: only what changed is sent."), read)...)
		}
		return append(lines, failed(t, s.err, read)...)
	}
	lines = append(lines, nil)
	if w >= wideRows {
		left := (read - 4) / 2
		lines = append(lines, ui.Abreast(s.whereNow(t, p, left), s.commands(read-4-left), left+4)...)
	} else {
		lines = append(append(append(lines, s.whereNow(t, p, w)...), nil), s.commands(w)...)
	}
	if others := findings(t, p.checks, read); len(others) > 0 {
		lines = append(append(lines, nil, ui.Heading("What the checks found", read)), others...)
	}
	return append(lines, nextTime(read)...)
}

// ending is what became of the run, in one line.
func (s *Publish) ending(t *theme.Theme, p progress) ui.Text {
	v := p.result.Version.GetSummary()
	ref := s.plan.Ref.Org + "/" + s.plan.Ref.Name + " " + s.plan.Ref.Version
	good := ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" ").Bold()
	switch {
	case s.err != nil && v.GetState() == registryv1.State_STATE_FAILED:
		return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" FAILED").Bold(), ui.Say(theme.Text, "  "+ref).Bold(), ui.Say(theme.Muted, ", attempt "+words.Count(v.GetAttempt())))
	case s.err != nil:
		return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" ").Bold(), ui.Say(theme.Text, ref+" is not published.").Bold())
	case p.result.Unchanged:
		return ui.Line(good, ui.Say(theme.Text, "Exactly this is published already.").Bold(), ui.Say(theme.Muted, " Nothing was changed."))
	case v.GetState() == registryv1.State_STATE_PUBLISHED:
		return ui.Line(good, ui.Say(theme.OK, "PUBLISHED").Bold(), ui.Say(theme.Text, "  "+ref).Bold(),
			ui.Say(theme.Muted, " in "+words.Duration(p.result.Took)+", attempt "+words.Count(max(1, v.GetAttempt()))))
	default:
		return ui.Line(ui.Say(theme.Text, words.Standing(v)).Bold())
	}
}

// whereNow says what is where after a publish.
func (s *Publish) whereNow(t *theme.Theme, p progress, w int) []ui.Text {
	v := p.result.Version.GetSummary()
	var details []ui.Detail
	add := func(key string, value ui.Text) { details = append(details, ui.Detail{Key: key, Value: value}) }
	add("registry", ui.Words(theme.Text, words.Standing(v)))
	add("files", ui.Words(theme.Text, words.Plural(len(v.GetPlatforms()), "platform", "platforms")+", "+words.Bytes(v.GetSizeBytes())+"; "+words.Bytes(p.result.Sent)+" sent"))
	if v.GetState() == registryv1.State_STATE_PUBLISHED && !v.GetStable() {
		add("stable", ui.Words(theme.Text, "was not moved"))
	}
	if v.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		add("signature", ui.Words(theme.Muted, "none"))
	} else {
		add("signature", ui.Mark(t.Verdict(v.GetVerdict()).With(words.SignaturesOf(p.result.Version).String())))
	}
	add("checks", passed(t, p.checks))
	add("on disk", ui.Words(theme.Text, "dist untouched"))
	return append([]ui.Text{ui.Heading("What is where now", w)}, ui.Details(details, 12, w)...)
}

// copies are the lines that digits copy.
func (s *Publish) copies() []string {
	ref := s.plan.Ref.Org + "/" + s.plan.Ref.Name + " " + s.plan.Ref.Version
	lines := []string{"registrar show " + ref}
	if s.run.snapshot().result.Version.GetSummary().GetState() == registryv1.State_STATE_PUBLISHED {
		lines = append(lines, "registrar download "+ref, "registrar set-stable "+ref)
	}
	return lines
}

// commands are those lines with their digits.
func (s *Publish) commands(w int) []ui.Text {
	lines := []ui.Text{ui.Heading("Copy", w)}
	for i, line := range s.copies() {
		lines = append(lines, ui.Line(ui.Say(theme.Accent, strconv.Itoa(i+1)).Bold(), ui.Say(theme.Text, "  "+line)))
	}
	return append(lines, nil, ui.Words(theme.Muted, "A digit copies its line."))
}

// nextTime is the same without a screen.
func nextTime(w int) []ui.Text {
	lines := []ui.Text{nil, ui.Heading("Next time in CI", w)}
	command := "registrar publish --version vX.Y.Z --changelog @CHANGELOG.md"
	lines = append(lines, ui.Wrap(ui.Words(theme.Text, command), w)...)
	return append(lines, ui.Wrap(ui.Words(theme.Muted, "The same steps without a screen; exit 0 only when the version is public or waits for review."), w)...)
}
