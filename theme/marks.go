package theme

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Glyph names one of the signs of the console. Each takes one cell in every
// terminal: none is of ambiguous East Asian width and none has an emoji form.
type Glyph uint8

// The signs. States, verdicts and checks use the first nine; they differ from
// each other in ASCII too.
const (
	GlyphNone       Glyph = iota // a blank
	GlyphGood                    // PUBLISHED, VERIFIED, pass
	GlyphFailed                  // FAILED, not verified, fail
	GlyphCaution                 // warning, waits, expires soon
	GlyphDraft                   // PENDING, draft
	GlyphUploading               // UPLOADING
	GlyphWorking                 // VALIDATING, waits for review, following
	GlyphWithdrawn               // YANKED, retired
	GlyphUnsigned                // UNSIGNED
	GlyphUnchecked               // not checked
	GlyphPast                    // a past step, n/a, the separator between facts
	GlyphCut                     // text was cut; a key that opens a dialog
	GlyphPath                    // between the parts of a path
	GlyphParent                  // parents of the path that did not fit
	GlyphDone                    // the done part of a bar
	GlyphRest                    // the rest of a bar
	GlyphCursor                  // the cursor bar
	GlyphEdge                    // the left edge of a dialog
	GlyphDescending              // sorted, highest first
	GlyphAscending               // sorted, lowest first
	GlyphMarked                  // marked, or added
	GlyphRemoved                 // removed, or not shipped
	GlyphChanged                 // changed
	GlyphSame                    // the same
	glyphs
)

// signs holds each glyph and what stands for it where only ASCII can be shown.
var signs = [glyphs]struct{ glyph, ascii string }{
	GlyphNone:       {" ", " "},
	GlyphGood:       {"✓", "v"},
	GlyphFailed:     {"✗", "x"},
	GlyphCaution:    {"!", "!"},
	GlyphDraft:      {"◌", "."},
	GlyphUploading:  {"◔", ">"},
	GlyphWorking:    {"◕", "%"},
	GlyphWithdrawn:  {"⊖", "#"},
	GlyphUnsigned:   {"◊", "o"},
	GlyphUnchecked:  {"?", "?"},
	GlyphPast:       {"∙", "*"},
	GlyphCut:        {"⋯", "$"},
	GlyphPath:       {"›", ">"},
	GlyphParent:     {"‹", "<"},
	GlyphDone:       {"╍", "="},
	GlyphRest:       {"╌", "-"},
	GlyphCursor:     {"▐", ">"},
	GlyphEdge:       {"▐", "|"},
	GlyphDescending: {"▾", "v"},
	GlyphAscending:  {"▴", "^"},
	GlyphMarked:     {"+", "+"},
	GlyphRemoved:    {"-", "-"},
	GlyphChanged:    {"~", "~"},
	GlyphSame:       {"=", "="},
}

// Mark is how a state, a verdict or the result of a check is shown: a glyph,
// a word and a colour, never one without the others.
type Mark struct {
	Glyph string
	Word  string
	Role  Role
}

// With returns the mark with another word, such as the reason of a verdict.
func (m Mark) With(word string) Mark {
	m.Word = word
	return m
}

// WordRole is the role of the mark's word. What is fine whispers: only its
// glyph is coloured. What wants a person speaks: its word takes the colour too.
func (m Mark) WordRole() Role {
	if m.Role == OK {
		return Muted
	}
	return m.Role
}

// Glyph returns the sign, or its ASCII form where the theme asks for that.
func (t *Theme) Glyph(g Glyph) string {
	if g >= glyphs {
		g = GlyphUnchecked
	}
	if t.spoken {
		return said(g)
	}
	if t.ascii {
		return signs[g].ascii
	}
	return signs[g].glyph
}

// Mark makes a mark for what is no state, verdict or check result, such as
// the state of one upload.
func (t *Theme) Mark(g Glyph, role Role, word string) Mark {
	return Mark{Glyph: t.Glyph(g), Word: word, Role: role}
}

// State returns the mark of a version's state.
func (t *Theme) State(s registryv1.State) Mark {
	word := registryv1.Short(s)
	switch s {
	case registryv1.State_STATE_PENDING:
		return t.Mark(GlyphDraft, Muted, word)
	case registryv1.State_STATE_UPLOADING:
		return t.Mark(GlyphUploading, Motion, word)
	case registryv1.State_STATE_VALIDATING:
		return t.Mark(GlyphWorking, Motion, word)
	case registryv1.State_STATE_PUBLISHED:
		return t.Mark(GlyphGood, OK, word)
	case registryv1.State_STATE_FAILED:
		return t.Mark(GlyphFailed, Bad, word)
	case registryv1.State_STATE_YANKED:
		return t.Mark(GlyphWithdrawn, Warn, word)
	default:
		// A newer registry may know states that this program does not.
		return t.Mark(GlyphUnchecked, Muted, orUnknown(word))
	}
}

// Verdict returns the mark of a signature verdict. Where the reason of a
// verdict is known, it takes the place of "not verified": see Mark.With.
func (t *Theme) Verdict(v registryv1.VerdictStatus) Mark {
	switch v {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		return t.Mark(GlyphGood, OK, registryv1.Short(v))
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return t.Mark(GlyphUnsigned, Warn, registryv1.Short(v))
	case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return t.Mark(GlyphFailed, Bad, "not verified")
	default:
		return t.Mark(GlyphUnchecked, Muted, "not checked")
	}
}

// CheckResult returns the mark of one automatic check.
func (t *Theme) CheckResult(r registryv1.CheckResult) Mark {
	switch r {
	case registryv1.CheckResult_CHECK_RESULT_PASS:
		return t.Mark(GlyphGood, OK, "pass")
	case registryv1.CheckResult_CHECK_RESULT_WARN:
		return t.Mark(GlyphCaution, Warn, "warn")
	case registryv1.CheckResult_CHECK_RESULT_FAIL:
		return t.Mark(GlyphFailed, Bad, "fail")
	case registryv1.CheckResult_CHECK_RESULT_SKIPPED:
		return t.Mark(GlyphPast, Muted, "skipped")
	default:
		return t.Mark(GlyphUnchecked, Muted, "not checked")
	}
}

// orUnknown gives a word to a value that has none.
func orUnknown(word string) string {
	if word == "" {
		return "UNKNOWN"
	}
	return word
}
