package markdown

import (
	"html"
	"regexp"
	"strings"

	"github.com/yuin/goldmark/ast"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

var (
	// unread is what a browser does not show.
	unread = regexp.MustCompile(`(?is)<!--.*?-->|<script\b.*?</script\s*>|<style\b.*?</style\s*>|<\?.*?\?>|<![a-z\[][^>]*>`)
	anyTag = regexp.MustCompile(`(?s)</?[A-Za-z][^<>]*>`)
	alt    = regexp.MustCompile(`(?is)\balt=(?:"([^"]*)"|'([^']*)')`)
	icon   = regexp.MustCompile(`\bicon=["'][a-z-]*check`)
	breaks = regexp.MustCompile(`(?i)^</?(br|p|div|tr|li|h[1-6]|summary|details)\b`)
)

// html is what a block of HTML says, without its tags. It is grey: nobody
// knows how its author meant it to look.
func (r *renderer) html(n *ast.HTMLBlock, w int) []ui.Text {
	raw := r.raw(n)
	if n.HasClosure() {
		raw += string(n.ClosureLine.Value(r.source))
	}
	var lines []ui.Text
	for row := range strings.SplitSeq(untagged(raw), "\n") {
		if row = strings.Join(strings.Fields(row), " "); row != "" {
			lines = append(lines, ui.Wrap(ui.Words(theme.Muted, row), w)...)
		}
	}
	return lines
}

// untagged is HTML as plain text.
func untagged(raw string) string {
	text := unread.ReplaceAllString(raw, "")
	text = anyTag.ReplaceAllStringFunc(text, func(tag string) string {
		switch {
		case strings.HasPrefix(strings.ToLower(tag), "<img"):
			return altOf(tag)
		case breaks.MatchString(tag):
			return "\n"
		default:
			return ""
		}
	})
	return html.UnescapeString(text)
}

// tag is what one tag within text stands for: mostly nothing, since only what
// stands between tags is text.
func (f *flow) tag(tag string, style theme.Style) {
	switch lower := strings.ToLower(tag); {
	case strings.HasPrefix(lower, "<br"):
		f.say("\n", style)
	case strings.HasPrefix(lower, "<img"):
		style.Role = theme.Muted
		f.say(altOf(tag), style)
	case icon.MatchString(tag):
		style.Role = theme.OK
		f.say(f.theme.Glyph(theme.GlyphGood), style)
	}
}

// altOf is what stands for a picture.
func altOf(tag string) string {
	found := alt.FindStringSubmatch(tag)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1] + found[2])
}
