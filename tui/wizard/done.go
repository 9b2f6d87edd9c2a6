package wizard

import (
	"cmp"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// endView is what became of the run and the way on.
func (r *runPages) endView(t *theme.Theme, w int) []ui.Text {
	p := r.run.snapshot()
	lines := []ui.Text{r.ending(t, p)}
	read := min(w, readMost)
	if r.err != nil {
		if p.result.Version.GetSummary().GetState() == registryv1.State_STATE_FAILED {
			lines = append(append(lines, nil, passed(t, p.checks), nil), findings(t, p.checks, read)...)
			return append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted,
				"Nothing of it was public and the number is free. Mend what failed, then publish "+r.plan.Ref.Version+" again: only what changed is sent."), read)...)
		}
		return append(lines, failed(t, r.err, read)...)
	}
	lines = append(lines, nil)
	if w >= wideRows {
		left := (read - 4) / 2
		lines = append(lines, ui.Abreast(r.whereNow(t, p, left), r.commands(read-4-left), left+4)...)
	} else {
		lines = append(append(append(lines, r.whereNow(t, p, w)...), nil), r.commands(w)...)
	}
	if others := findings(t, p.checks, read); len(others) > 0 {
		lines = append(append(lines, nil, ui.Heading("What the checks found", read)), others...)
	}
	return append(lines, r.ways(read)...)
}

// ending is what became of the run, in one line.
func (r *runPages) ending(t *theme.Theme, p progress) ui.Text {
	v := p.result.Version.GetSummary()
	ref := r.plan.Ref.Org + "/" + r.plan.Ref.Name + " " + r.plan.Ref.Version
	good := ui.Say(theme.OK, t.Glyph(theme.GlyphGood)+" ").Bold()
	switch {
	case r.err != nil && v.GetState() == registryv1.State_STATE_FAILED:
		return ui.Line(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" FAILED").Bold(), ui.Say(theme.Text, "  "+ref).Bold(), ui.Say(theme.Muted, ", attempt "+words.Count(v.GetAttempt())))
	case r.err != nil:
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
func (r *runPages) whereNow(t *theme.Theme, p progress, w int) []ui.Text {
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
	add("on disk", ui.Words(theme.Text, "draft removed, dist untouched"))
	return append([]ui.Text{ui.Heading("What is where now", w)}, ui.Details(details, 12, w)...)
}

// copies are the lines that digits copy, and that are printed again when the
// console has closed.
func (r *runPages) copies() []string {
	ref := r.plan.Ref.Org + "/" + r.plan.Ref.Name + " " + r.plan.Ref.Version
	lines := []string{"registrar show " + ref}
	if r.run.snapshot().result.Version.GetSummary().GetState() == registryv1.State_STATE_PUBLISHED {
		lines = append(lines, "registrar download "+ref, "registrar set-stable "+ref)
	}
	return append(lines, r.nextTime())
}

// nextTime is the same publish of the next number, without a screen: in the
// checked out project, wherever that is on the machine that builds it.
func (r *runPages) nextTime() string {
	a := r.answers
	a.Version, a.Changelog, a.Description, a.License, a.Homepage = r.following(), "@CHANGELOG.md", "", "", ""
	a.Dist, a.Picked, a.LeaveOut = slices.Clone(a.Dist), slices.Clone(a.Picked), nil // what was left out was of this build
	within := func(path string) string {
		if local, err := filepath.Rel(a.Directory, path); err == nil && filepath.IsLocal(local) {
			return local
		}
		return path
	}
	for i, dist := range a.Dist {
		a.Dist[i] = within(dist)
	}
	for i, picked := range a.Picked {
		// The names of release files have their version in them.
		a.Picked[i].Path = strings.ReplaceAll(within(picked.Path), strings.TrimPrefix(r.answers.Version, "v"), strings.TrimPrefix(a.Version, "v"))
	}
	if way, key, _ := strings.Cut(a.Sign, ":"); filepath.IsAbs(key) {
		a.Sign = way + ":./" + filepath.Base(key)
	}
	a.Directory = ""
	return a.Command()
}

// following is the number after this one.
func (r *runPages) following() string {
	number, err := artifact.ParseNumber(r.plan.Ref.Version)
	if err != nil {
		return "vX.Y.Z"
	}
	return number.Next(artifact.StepPatch).String()
}

// commands are those lines with their digits.
func (r *runPages) commands(w int) []ui.Text {
	lines := []ui.Text{ui.Heading("Copy", w)}
	copies := r.copies()
	for i, line := range copies[:len(copies)-1] {
		lines = append(lines, ui.Line(ui.Say(theme.Accent, strconv.Itoa(i+1)).Bold(), ui.Say(theme.Text, "  "+line)))
	}
	lines = append(lines, nil)
	return append(lines, ui.Wrap(ui.Words(theme.Muted, "A digit copies its line. All of them are printed again in your shell when registrar closes."), w)...)
}

// ways are what comes after a publish: the same in CI, and having it hosted.
func (r *runPages) ways(w int) []ui.Text {
	copies := r.copies()
	lines := []ui.Text{nil, ui.Heading("Next time in CI", w)}
	number := ui.Say(theme.Accent, strconv.Itoa(len(copies))+"  ").Bold()
	lines = append(lines, ui.Hanging(number, ui.Words(theme.Text, copies[len(copies)-1]), w)...)
	lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "The same steps without a screen, in the folder of the project; exit 0 only when the version is public or waits for review."), w)...)
	lines = append(lines, nil, ui.Heading("Hosted mode", w))
	return append(lines, ui.Wrap(ui.Words(theme.Muted, "Customers can run it themselves from now on. To have it run for them, open an issue: h copies the text."), w)...)
}

// hosting is the text of an issue that asks to have the connector run for
// customers.
func (r *runPages) hosting() string {
	v := r.plan
	return strings.Join([]string{
		"Please run " + v.Ref.Org + "/" + v.Ref.Name + " in hosted mode.", "",
		"Version: " + v.Ref.Version,
		"Repository: " + cmp.Or(v.Describe.Repository, "LINK"),
		"What it is for: " + cmp.Or(v.Describe.Description, r.answers.System, "WHAT IT SYNCS, AND FOR WHOM"),
		"API documentation of the target system: LINK",
		"Credentials and permissions it needs: see the README of the connector.",
	}, "\n")
}

// Closing are the lines that are printed when the console has closed: what
// was published, and how to go on with it.
func (s *Publish) Closing() []string {
	if s.run.run == nil || !s.run.over || s.run.err != nil {
		return nil
	}
	v := s.run.run.snapshot().result.Version.GetSummary()
	return append([]string{v.GetRef().GetOrg() + "/" + v.GetRef().GetName() + " " + words.Standing(v), ""}, s.run.copies()...)
}
