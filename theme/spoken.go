package theme

// spoken holds what stands for a sign where the page is read aloud. Signs that
// a word follows anyway are blank: state, verdict and result say themselves.
var spoken = [glyphs]string{
	GlyphCaution: "!",
	GlyphPast:    ",",
	GlyphCut:     "~",
	GlyphPath:    ">",
	GlyphParent:  ">",
	GlyphMarked:  "+",
	GlyphRemoved: "-",
	GlyphChanged: "~",
	GlyphSame:    "=",
}

// Spoken returns the theme for pages that are read aloud: without colours,
// emphasis and bars, and with words instead of signs.
func (t *Theme) Spoken() *Theme {
	return &Theme{name: t.name, dark: t.dark, ascii: t.ascii, spoken: true}
}

// said is a sign as it is read aloud: one cell, as all signs are.
func said(g Glyph) string {
	if spoken[g] == "" {
		return " "
	}
	return spoken[g]
}
