package wizard

import (
	"path/filepath"
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The columns of the page.
const (
	wayName     = 28
	verdictFile = 16
	verdictMost = 18
	verdictBy   = 26
	// belowLeast is how many lines are kept free for what stands under the ways.
	belowLeast = 11
)

// view implements step.
func (s *signingStep) view(l ui.Look, w, h int) []string {
	if s.browse != nil {
		return s.browse.view(l, w, h, s.above)
	}
	inner := min(max(1, w-pageMargins), readMost)
	airy := h >= browseLow
	head := []ui.Text{ui.Line(ui.Say(theme.Text, s.question()).Bold())}
	if airy {
		head = append(append(head, ui.Wrap(ui.Words(theme.Muted, s.trustStory()), inner)...), nil)
	}
	ways := s.ways()
	var below []ui.Text
	if airy {
		below = append(below, nil)
	}
	below = append(below, s.below(l.Theme, inner)...)
	table := min(len(ways), max(4, h-len(head)-min(len(below), belowLeast)))
	switch {
	case airy:
	case s.inside():
		table = min(len(ways), 1)
	default:
		table = min(len(ways), max(2, h/2-1))
	}
	s.listAt = s.above + len(head)
	lines := ui.Indent(l.Theme, head, w, min(h, len(head)))
	lines = append(lines, s.list.View(l.Theme, w, table, len(ways), !s.inside(), func(i, w int, chosen bool) []ui.Text {
		return []ui.Text{s.wayRow(l.Theme, ways[i], w, chosen)}
	})...)
	lines = append(lines, s.page.view(l.Theme, below, w, max(0, h-len(lines)))...)
	return lines[:min(h, len(lines))]
}

// question is what is asked, or what was decided.
func (s *signingStep) question() string {
	good, bad, _ := tally(s.outcome.verdicts)
	how, _ := publish.ParseSigning(s.answers.Sign)
	switch {
	case s.work != nil:
		return ui.Sentence(s.work.Doing())
	case s.looking && len(s.signers.keys) == 0:
		return "Looking at keys and signatures."
	case !s.chosen || s.outcome.err != nil && bad == 0:
		return "How is it signed?"
	case how.Way == publish.SignNothing:
		return "It is published without signatures."
	case bad > 0:
		return "The signatures are not good."
	case good > 0:
		return ui.Sentence(words.Plural(good, "file is", "files are") + " signed and verified")
	default:
		return ui.Sentence(words.Plural(len(s.outcome.verdicts), "file is", "files are") + " signed")
	}
}

// trustStory says by what signatures are measured.
func (s *signingStep) trustStory() string {
	org := s.plan.Ref.Org
	keys, identities := len(s.signers.sources.Keys), len(s.signers.sources.Identities)
	var said string
	switch {
	case s.signers.asked == 0:
		return "Asking " + s.Registry + " which signers it trusts."
	case keys+identities == 0:
		said = org + " has registered no signer yet. Files count as unsigned until it has; what signs here can be registered."
	case identities == 0:
		said = "Signatures are measured by " + words.Plural(keys, "key", "keys") + " that " + org + " has registered."
	default:
		said = "Signatures are measured by " + words.Plural(keys, "key", "keys") + " and " + words.Plural(identities, "identity", "identities") + " that " + org + " trusts."
	}
	if s.signers.sources.Policy.GetRequireSignatures() {
		said += " It requires signatures."
	}
	return said
}

// wayRow is one way to sign. The chosen one has the sign of marks.
func (s *signingStep) wayRow(t *theme.Theme, way signWay, w int, cursor bool) ui.Text {
	sign := ui.Say(theme.Text, "  ")
	if (s.chosen || s.work != nil) && way.how.String() == s.answers.Sign && way.off == "" {
		sign = ui.Say(theme.Accent, t.Glyph(theme.GlyphMarked)+" ").Bold()
	}
	name := ui.Say(theme.Text, ui.Fit(t, way.name, wayName, ui.Left))
	if cursor {
		name = name.Bold()
	}
	line := ui.Line(sign, name)
	switch {
	case way.off != "":
		line[1].Style.Role = theme.Faint
		return line.And(ui.Say(theme.Faint, "off: "+way.off))
	case way.trusted:
		line = line.And(ui.Say(theme.OK, t.Glyph(theme.GlyphGood)), ui.Say(theme.Muted, " registered  "))
	case way.how.Way == publish.SignGPG && len(s.signers.sources.Keys)+len(s.signers.sources.Identities) > 0:
		line = line.And(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)), ui.Say(theme.Muted, " not registered  "))
	}
	if way.how.Way == publish.SignFound && way.about != "" {
		return line.And(s.besideMark(t, way)...)
	}
	about := way.about
	if strings.HasPrefix(about, "/") {
		about = shortened(t, about, w-line.Width())
	}
	return line.And(ui.Say(theme.Muted, about))
}

// besideMark is what the signatures beside the files are worth at a glance.
func (s *signingStep) besideMark(t *theme.Theme, way signWay) ui.Text {
	_, bad, open := tally(s.signers.beside.verdicts)
	mark := t.Mark(theme.GlyphGood, theme.OK, way.about)
	switch {
	case bad > 0:
		mark = t.Mark(theme.GlyphFailed, theme.Bad, way.about)
	case open > 0:
		mark = t.Mark(theme.GlyphCaution, theme.Warn, way.about)
	}
	return ui.Mark(mark)
}

// below is what stands under the ways: a field, how the work goes, or what came
// of it.
func (s *signingStep) below(t *theme.Theme, w int) []ui.Text {
	switch {
	case s.locked != "":
		return s.passphraseView(t, w)
	case s.naming != nil:
		return s.namingView(t, w)
	case s.work != nil:
		return s.workView(t, w)
	case s.err != nil:
		return trimmed(failed(t, s.err, w))
	}
	lines := s.verdictLines(t, w)
	lines = trimmed(append(lines, s.reasons(t, w)...))
	if s.notRegistrable() == "" {
		lines = append(lines, nil, ui.Line(ui.Say(theme.Accent, "a").Bold(), ui.Say(theme.Text, "  register who signed as a signer of "+s.plan.Ref.Org)))
	}
	return lines
}

// trimmed is a text without the blank line that it begins with.
func trimmed(lines []ui.Text) []ui.Text {
	if len(lines) > 0 && lines[0] == nil {
		return lines[1:]
	}
	return lines
}

// passphraseView asks for the passphrase of a key.
func (s *signingStep) passphraseView(t *theme.Theme, w int) []ui.Text {
	way, key, _ := strings.Cut(s.locked, ":")
	about := "It unlocks " + shortened(t, key, max(20, w-40)) + " and is forgotten as soon as the files are signed."
	if way == string(publish.SignGPG) && !strings.ContainsRune(key, filepath.Separator) {
		about = "gpg's agent found no way to ask for it here. It goes to gpg through a pipe and is forgotten as soon as the files are signed."
	}
	label := ui.Say(theme.Accent, ui.Fit(t, "Passphrase", fieldLabel, ui.Left)).Bold()
	lines := []ui.Text{ui.Line(label).And(s.secret.view(t, max(8, min(w-fieldLabel, 48)))...)}
	lines = append(lines, failed(t, s.outcome.err, w)...)
	return append(append(lines, nil), ui.Wrap(ui.Words(theme.Muted, about), w)...)
}

// namingView asks what a key is to be called.
func (s *signingStep) namingView(t *theme.Theme, w int) []ui.Text {
	key, by, _ := s.signer()
	org := s.plan.Ref.Org
	who := "cosign key " + key.Fingerprint
	if key.Scheme == signing.GPG {
		who = "GPG key " + key.Fingerprint
	}
	if by != nil {
		who = by.GetIdentity() + ", as " + by.GetIssuer() + " knows it,"
	}
	lines := ui.Wrap(ui.Words(theme.Text, "Register the "+who+" with "+org+"?"), w)
	if by != nil {
		lines = ui.Wrap(ui.Words(theme.Text, "Trust "+who+" as a signer of "+org+"?"), w)
	}
	lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "Everybody who downloads from "+org+" trusts what it signs from then on."), w)...)
	lines = append(lines, nil)
	if by == nil {
		label := ui.Say(theme.Accent, ui.Fit(t, "Name", fieldLabel, ui.Left)).Bold()
		for _, line := range drawn(t, s.naming, max(8, min(w-fieldLabel, 48)), true, true) {
			lines = append(lines, append(ui.Line(label), line...))
			label = ui.Say(theme.Text, strings.Repeat(" ", fieldLabel))
		}
	} else {
		lines = append(lines, ui.Words(theme.Muted, "enter registers it, esc goes back."))
	}
	return append(lines, failed(t, s.refused, w)...)
}

// workView says what is waited for.
func (s *signingStep) workView(t *theme.Theme, w int) []ui.Text {
	how, _ := publish.ParseSigning(s.answers.Sign)
	if address, code := s.work.login(); address != "" {
		lines := []ui.Text{ui.Words(theme.Text, "Log in to sign, in a browser, at:"), nil}
		lines = append(lines, ui.Wrap(ui.Line(ui.Say(theme.Accent, address)), w)...)
		if code != "" {
			lines = append(lines, nil, ui.Line(ui.Say(theme.Text, "and enter the code "), ui.Say(theme.Text, code).Bold()))
		}
		return append(lines, nil, ui.Words(theme.Muted, "s stops it."))
	}
	said := "Signing. s stops it; what was signed is kept."
	if how.Way == publish.SignGPG {
		said = "gpg signs. Its agent may ask for the passphrase in a window of its own, or a card for a touch. s stops it."
	}
	return ui.Wrap(ui.Line(ui.Say(theme.Motion, t.Glyph(theme.GlyphWorking)+" "), ui.Say(theme.Text, said)), w)
}

// verdictLines are what the signatures of each file are worth.
func (s *signingStep) verdictLines(t *theme.Theme, w int) []ui.Text {
	if len(s.outcome.verdicts) == 0 {
		return nil
	}
	lines := []ui.Text{ui.Heading("What the signatures are worth", w)}
	for _, v := range s.outcome.verdicts {
		mark := ui.Mark(verdictMark(t, v.Verdict))
		line := ui.Line(ui.Say(theme.Text, ui.Fit(t, v.Asset.String(), verdictFile, ui.Left))).And(mark...)
		if w >= filesNarrow {
			line = line.And(ui.Say(theme.Text, strings.Repeat(" ", max(1, verdictMost-mark.Width()))))
			line = line.And(ui.Say(theme.Muted, ui.Fit(t, signedBy(v.Verdict), verdictBy, ui.Left)+"  "+madeWord(v)))
		}
		lines = append(lines, line)
	}
	return lines
}

// madeWord says when a signature was made.
func madeWord(v publish.Signed) string {
	switch {
	case v.Reused:
		return "signed before"
	case v.Made:
		return "signed now"
	case v.Verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED && v.Verdict.GetReason() == "":
		return ""
	default:
		return "found"
	}
}

// reasons are why something is not good, each once, with what to do.
func (s *signingStep) reasons(t *theme.Theme, w int) []ui.Text {
	var lines []ui.Text
	told := map[string]bool{}
	for _, v := range s.outcome.verdicts {
		verdict := v.Verdict
		if verdict.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED || told[verdict.GetReason()] {
			continue
		}
		told[verdict.GetReason()] = true
		lines = append(lines, nil)
		lines = append(lines, ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, v.Asset.String()+": "+ui.Sentence(verdict.GetDetail())), w)...)
		if verdict.GetNext() != "" {
			lines = append(lines, ui.Wrap(ui.Words(theme.Muted, ui.Sentence(verdict.GetNext())), w)...)
		}
	}
	if len(told) == 0 {
		lines = append(lines, failed(t, s.outcome.err, w)...)
	}
	for _, note := range s.outcome.notes {
		if s.notRegistrable() == "" {
			break // it says how to register the signer elsewhere
		}
		lines = append(lines, nil)
		lines = append(lines, ui.Hanging(ui.Say(theme.Warn, t.Glyph(theme.GlyphCaution)+" "), ui.Words(theme.Text, note.Text), w)...)
	}
	return lines
}
