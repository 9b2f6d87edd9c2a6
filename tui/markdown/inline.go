package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// inline is the text in a block. Breaks that the author asked for are line
// ends in it; all others are blanks.
func (r *renderer) inline(n ast.Node, style theme.Style) ui.Text {
	f := &flow{renderer: r}
	f.children(n, style)
	return f.text
}

// flow collects the text of a block.
type flow struct {
	*renderer
	text ui.Text
}

func (f *flow) say(text string, style theme.Style) {
	if text != "" {
		f.text = append(f.text, ui.Span{Text: text, Style: style})
	}
}

func (f *flow) children(n ast.Node, style theme.Style) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		f.node(c, style)
	}
}

func (f *flow) node(n ast.Node, style theme.Style) {
	switch n := n.(type) {
	case *ast.Text:
		f.words(n, style)
	case *ast.String:
		f.say(string(n.Value), style)
	case *ast.Emphasis:
		if n.Level > 1 {
			style.Attr |= theme.Bold
		} else {
			style.Attr |= theme.Underline
		}
		f.children(n, style)
	case *extension.Strikethrough:
		style.Attr |= theme.Struck
		f.children(n, style)
	case *ast.CodeSpan:
		f.code(n, style)
	case *ast.Link:
		f.link(n, style)
	case *ast.AutoLink:
		f.say(string(n.Label(f.source)), style)
	case *ast.Image:
		style.Role = theme.Muted
		f.say(plainOf(n, f.source), style)
	case *ast.RawHTML:
		f.tag(string(n.Segments.Value(f.source)), style)
	case *extension.TaskCheckBox: // its sign leads the item
	default:
		f.children(n, style)
	}
}

// words is plain text, with what stands behind it.
func (f *flow) words(n *ast.Text, style theme.Style) {
	value := n.Segment.Value(f.source)
	if !n.IsRaw() {
		value = resolved(value)
	}
	f.say(strings.ReplaceAll(string(value), "\n", " "), style)
	switch {
	case n.HardLineBreak():
		f.say("\n", style)
	case n.SoftLineBreak():
		f.say(" ", style)
	}
}

// resolved is text without the signs that only say how it is to be read.
func resolved(value []byte) []byte {
	return util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(value)))
}

// code is code within text: on a fill, or where there is none, between the
// signs that it was written with.
func (f *flow) code(n ast.Node, style theme.Style) {
	text := strings.ReplaceAll(plainOf(n, f.source), "\n", " ")
	if f.theme.Tints() {
		style.On = theme.Surface
	} else {
		text = "`" + text + "`"
	}
	f.say(text, style)
}

// link is the text of a link, and where it leads if that is elsewhere: a
// console follows nothing, and what is relative leads nowhere from here.
func (f *flow) link(n *ast.Link, style theme.Style) {
	before := len(f.text)
	f.children(n, style)
	target := string(resolved(n.Destination))
	said := f.text[before:].String()
	if !strings.HasPrefix(target, "https://") && !strings.HasPrefix(target, "http://") || said == target || badge(n) || heads(n) {
		return
	}
	if said != "" {
		f.say(" ", style)
	}
	f.say(target, theme.Style{Role: theme.Muted})
}

// badge reports whether a link shows nothing but pictures.
func badge(n *ast.Link) bool {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if _, is := c.(*ast.Image); !is {
			return false
		}
	}
	return n.HasChildren()
}

// heads reports whether a link stands in a heading.
func heads(n ast.Node) bool {
	for p := n.Parent(); p != nil; p = p.Parent() {
		if _, is := p.(*ast.Heading); is {
			return true
		}
		if p.Type() == ast.TypeBlock {
			return false
		}
	}
	return false
}

// plainOf is the text in a node without any style.
func plainOf(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Segment.Value(source))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		default:
			b.WriteString(plainOf(c, source))
		}
	}
	return b.String()
}
