package wizard

import (
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/ui"
)

// planView is what would be published: what keeps it from being so, files,
// remarks, consequences.
func (s *Publish) planView(t *theme.Theme, w int) []ui.Text {
	w = min(w, readMost)
	lines := append(ui.Wrap(s.planHead(), w), nil)
	if len(s.faults) > 0 {
		for _, fault := range s.faults {
			lines = append(lines, faultLines(t, fault, w)...)
		}
		lines = append(lines, nil)
	}
	if len(s.plan.Files) > 0 {
		lines = append(lines, planHeader(t, w))
		for _, file := range s.plan.Files {
			lines = append(lines, planFile(t, file, w))
		}
		lines = append(lines, s.signatureLines(w)...)
	}
	lines = append(lines, s.noteLines(t, w)...)
	if s.dry == nil {
		return lines
	}
	lines = append(lines, nil, ui.Heading("What happens", w))
	for _, line := range words.Publish(s.dry.GetConsequences(), s.plan.Stable) {
		sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
		if line.Caution {
			sign = ui.Say(theme.Bad, t.Glyph(theme.GlyphCaution)+"  ")
		}
		lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, line.Text), w)...)
	}
	return lines
}

// planHead says in one sentence how far the plan is from being published.
func (s *Publish) planHead() ui.Text {
	ref := s.plan.Ref
	name := strings.TrimSpace(ref.Org + "/" + ref.Name + " " + ref.Version)
	if n := len(s.faults); n > 0 {
		return ui.Line(
			ui.Say(theme.Text, words.Plural(n, "thing keeps ", "things keep ")).Bold(), ui.Say(theme.Text, name).Bold(),
			ui.Say(theme.Text, " from being published.").Bold(), ui.Say(theme.Muted, " Nothing was sent."),
		)
	}
	return ui.Line(
		ui.Say(theme.Text, "Ready to publish "+name).Bold(),
		ui.Say(theme.Muted, " "+words.Plural(len(s.plan.Platforms()), "platform", "platforms")+", "+words.Bytes(s.plan.Size())+", to "+s.cfg.Registry+"."),
	)
}

// planRow lays out one line of the table of files; a narrow page has neither
// container nor digest nor where it was found.
func planRow(t *theme.Theme, role theme.Role, w int, platform, size, container, digest, found, file string) ui.Text {
	x := ui.Line(
		ui.Say(role, ui.Fit(t, platform, aboutWidth, ui.Left)),
		ui.Say(theme.Muted, ui.Fit(t, size, 8, ui.Right)+"  "),
	)
	if w >= 90 {
		x = x.And(ui.Say(theme.Muted, ui.Fit(t, container, 12, ui.Left)+ui.Fit(t, digest, 16, ui.Left)+ui.Fit(t, found, 16, ui.Left)))
	}
	return x.And(ui.Say(theme.Muted, file))
}

func planHeader(t *theme.Theme, w int) ui.Text {
	x := planRow(t, theme.Faint, w, "platform", "size", "container", "sha256", "found by", "file")
	for i := range x {
		x[i].Style.Role = theme.Faint
	}
	return x
}

// signatureLines say which signatures go along, and when they are looked at.
func (s *Publish) signatureLines(w int) []ui.Text {
	n := 0
	for _, file := range s.plan.Files {
		if kind, _ := registryv1.FromShort[registryv1.AssetKind](file.Asset.Kind); trust.IsMaterial(kind) {
			n++
		}
	}
	said := words.Plural(n, "signature file was", "signature files were") + " found beside them. They are checked before anything is created."
	switch {
	case n == 0 && s.plan.Sign == publish.SignNone:
		said = "No signature goes along, as you chose."
	case n == 0:
		said = "No signature was found beside them. registrar publish --sign makes some."
	}
	return append([]ui.Text{nil}, ui.Wrap(ui.Words(theme.Muted, said), w)...)
}

// planFile is one file of the plan.
func planFile(t *theme.Theme, file publish.File, w int) ui.Text {
	platform := file.Asset.Platform
	if platform == "" {
		platform = "all"
	}
	return planRow(t, theme.Text, w, platform, words.Bytes(file.Stamp.Size), file.Container, shortDigest(file.SHA256), file.FoundBy, file.Asset.Filename)
}

// shortDigest is the form of a digest for reading: "91c0 5e7a d1f3".
func shortDigest(hex string) string {
	const group, groups = 4, 3
	if len(hex) < group*groups {
		return ""
	}
	return hex[:group] + " " + hex[group:2*group] + " " + hex[2*group:3*group]
}

// noteLines are the remarks that refuse nothing, those that caution first.
func (s *Publish) noteLines(t *theme.Theme, w int) []ui.Text {
	if len(s.plan.Notes) == 0 {
		return nil
	}
	lines := []ui.Text{nil, ui.Heading("Worth knowing", w)}
	for _, caution := range []bool{true, false} {
		for _, note := range s.plan.Notes {
			if note.Caution != caution {
				continue
			}
			sign := ui.Say(theme.Muted, t.Glyph(theme.GlyphPast)+"  ")
			if caution {
				sign = ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+"  ")
			}
			lines = append(lines, ui.Hanging(sign, ui.Words(theme.Text, noteText(note)), w)...)
		}
	}
	return lines
}

// noteText names the file or the platform that a remark is about, unless its
// text does; remarks about the project speak for themselves.
func noteText(n publish.Note) string {
	if !strings.ContainsAny(n.About, ".-") || strings.Contains(n.Text, n.About) {
		return ui.Sentence(n.Text)
	}
	return n.About + ": " + ui.Sentence(n.Text)
}
