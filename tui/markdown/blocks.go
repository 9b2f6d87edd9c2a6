package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extension "github.com/yuin/goldmark/extension/ast"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// maxDepth is how deep lists and quotations are indented; least is how many
// cells of text they leave in any case.
const (
	maxDepth = 12
	least    = 16
)

// renderer lays out one parsed document.
type renderer struct {
	theme  *theme.Theme
	source []byte
	left   int // lines that may still be made
}

// take takes lines of a document as far as there may be so many.
func (r *renderer) take(lines []ui.Text) []ui.Text {
	lines = lines[:min(len(lines), r.left)]
	r.left -= len(lines)
	return lines
}

// blocks are the blocks in a block, one below the other; with air between
// them, unless they are those of a list that stands tight. What a heading
// heads follows at once.
func (r *renderer) blocks(in ast.Node, w, depth int, air bool) []ui.Text {
	var lines []ui.Text
	headed := false
	for n := in.FirstChild(); n != nil && r.left > 0; n = n.NextSibling() {
		block := r.block(n, w, depth)
		if len(block) == 0 {
			continue
		}
		_, heading := n.(*ast.Heading)
		if air && len(lines) > 0 && (heading || !headed) {
			lines = append(lines, nil)
		}
		headed = heading
		lines = append(lines, block...)
	}
	return lines
}

// block is one block.
func (r *renderer) block(n ast.Node, w, depth int) []ui.Text {
	switch n := n.(type) {
	case *ast.Heading:
		return r.take(r.heading(n, w))
	case *ast.Paragraph, *ast.TextBlock:
		return r.take(ui.Wrap(r.inline(n, theme.Style{}), w))
	case *unsearched:
		return r.take(ui.Wrap(ui.Words(theme.Text, strings.ReplaceAll(r.raw(n), "\n", " ")), w))
	case *ast.FencedCodeBlock, *ast.CodeBlock:
		return r.take(r.code(n, w))
	case *ast.List:
		return r.list(n, w, depth)
	case *ast.Blockquote:
		return r.quote(n, w, depth)
	case *ast.ThematicBreak:
		return r.take([]ui.Text{ui.Section(nil, nil, w)})
	case *ast.HTMLBlock:
		return r.take(r.html(n, w))
	case *extension.Table:
		return r.take(r.table(n, w))
	case *ast.LinkReferenceDefinition:
		return nil
	default:
		return r.blocks(n, w, depth, true)
	}
}

// raw is the source of a block.
func (r *renderer) raw(n ast.Node) string {
	return string(n.Lines().Value(r.source))
}

// heading stands out by its weight; the first two levels have the rule of a
// section, the last three step back.
func (r *renderer) heading(n *ast.Heading, w int) []ui.Text {
	x := r.inline(n, theme.Style{})
	if x.Width() == 0 {
		return nil
	}
	if n.Level > 3 {
		for i := range x {
			x[i].Style.Role = theme.Muted
		}
	}
	lines := ui.Wrap(x, w)
	for i := range lines {
		for k := range lines[i] {
			if lines[i][k].Style.Role == theme.Text || n.Level > 3 {
				lines[i][k] = lines[i][k].Bold()
			}
		}
	}
	if last := len(lines) - 1; n.Level <= 2 {
		lines[last] = ui.Section(lines[last], nil, w)
	}
	return lines
}

// Code stands on a fill of its own, or where there is none, further in.
const codeIndent = 2

// code is a block of code. Its lines are broken where they are too long: what
// does not fit cannot be scrolled to.
func (r *renderer) code(n ast.Node, w int) []ui.Text {
	room := max(1, w-2*codeIndent)
	lead := strings.Repeat(" ", min(codeIndent, w-1))
	var lines []ui.Text
	for row := range strings.SplitSeq(strings.TrimRight(r.raw(n), "\n"), "\n") {
		for _, line := range broken(tabbed(row), room) {
			lines = append(lines, r.filled(ui.Line(ui.Say(theme.Text, lead)).And(line...), w))
		}
		if len(lines) > r.left {
			break
		}
	}
	return lines
}

// broken is a line of code in w cells. What does not fit goes on below, further
// in than it began.
func broken(row string, w int) []ui.Text {
	if ui.Width(row) <= w {
		return []ui.Text{ui.Words(theme.Text, row)}
	}
	code := strings.TrimLeft(row, " ")
	indent := strings.Repeat(" ", min(len(row)-len(code), w/2))
	further := strings.Repeat(" ", min(2*codeIndent, w/4))
	lines := ui.Wrap(ui.Words(theme.Text, code), w-len(indent)-len(further))
	for i := range lines {
		lines[i] = ui.Line(ui.Say(theme.Text, indent)).And(lines[i]...)
		if i == 0 {
			indent += further
		}
	}
	return lines
}

// filled puts a line on the fill of code, as wide as the page.
func (r *renderer) filled(x ui.Text, w int) ui.Text {
	if !r.theme.Tints() {
		return x
	}
	x = x.And(ui.Say(theme.Text, strings.Repeat(" ", max(0, w-x.Width()))))
	for i := range x {
		x[i] = x[i].On(theme.Surface)
	}
	return x
}

// tabbed replaces tabs by the blanks up to the next stop of four.
func tabbed(row string) string {
	if !strings.Contains(row, "\t") {
		return row
	}
	var b strings.Builder
	at := 0
	for _, c := range row {
		if c != '\t' {
			b.WriteRune(c)
			at++
			continue
		}
		stop := 4 - at%4
		b.WriteString(strings.Repeat(" ", stop))
		at += stop
	}
	return b.String()
}

// list is a list of either kind. Numbers are as wide as the last one.
func (r *renderer) list(n *ast.List, w, depth int) []ui.Text {
	widest := len(strconv.Itoa(n.Start + n.ChildCount() - 1))
	number := n.Start
	var lines []ui.Text
	for item := n.FirstChild(); item != nil && r.left > 0; item = item.NextSibling() {
		mark := ui.Say(theme.Accent, "- ")
		if n.IsOrdered() {
			count := strconv.Itoa(number)
			mark = ui.Say(theme.Accent, strings.Repeat(" ", max(0, widest-len(count)))+count+". ")
			number++
		} else if box := taskOf(item); box != nil {
			mark = ui.Say(theme.Muted, r.theme.Glyph(theme.GlyphDraft)+" ")
			if box.IsChecked {
				mark = ui.Say(theme.OK, r.theme.Glyph(theme.GlyphGood)+" ")
			}
		}
		if !n.IsTight && len(lines) > 0 {
			lines = append(lines, nil)
		}
		lines = append(lines, r.within(item, mark, ui.Say(theme.Text, strings.Repeat(" ", ui.Width(mark.Text))), w, depth, !n.IsTight)...)
	}
	return lines
}

// taskOf is the box of an item that is something to do.
func taskOf(item ast.Node) *extension.TaskCheckBox {
	if item.FirstChild() == nil {
		return nil
	}
	box, _ := item.FirstChild().FirstChild().(*extension.TaskCheckBox)
	return box
}

// within are the blocks of an item or a quotation, behind what leads them. Too
// deep or too far right, they are indented no more.
func (r *renderer) within(n ast.Node, first, lead ui.Span, w, depth int, air bool) []ui.Text {
	wide := ui.Width(lead.Text)
	if depth >= maxDepth || w-wide < least {
		return r.blocks(n, w, depth+1, air)
	}
	lines := r.blocks(n, w-wide, depth+1, air)
	if len(lines) == 0 {
		lines = r.take([]ui.Text{nil})
	}
	for i := range lines {
		lines[i] = ui.Line(first).And(lines[i]...)
		first = lead
	}
	return lines
}

// alerts are the quotations that say what they are for.
var alerts = map[string]struct {
	word string
	role theme.Role
}{
	"[!NOTE]": {"Note", theme.Muted}, "[!TIP]": {"Tip", theme.Muted}, "[!IMPORTANT]": {"Important", theme.Text},
	"[!WARNING]": {"Warning", theme.Warn}, "[!CAUTION]": {"Caution", theme.Bad},
}

// quote is a quotation, or what is set apart as a note or a warning.
func (r *renderer) quote(n *ast.Blockquote, w, depth int) []ui.Text {
	bar := ui.Say(theme.Track, r.theme.Glyph(theme.GlyphEdge)+" ")
	alert, is := alerts[r.alert(n)]
	if !is {
		return r.within(n, bar, bar, w, depth, true)
	}
	bar.Style.Role = alert.role
	if alert.role == theme.Muted {
		bar.Style.Role = theme.Track
	}
	title := ui.Line(bar, ui.Say(alert.role, alert.word).Bold())
	return append(r.take([]ui.Text{title}), r.within(n, bar, bar, w, depth, true)...)
}

// alert takes the word away that a quotation begins with if it is one of
// those, and returns it.
func (r *renderer) alert(n *ast.Blockquote) string {
	p, is := n.FirstChild().(*ast.Paragraph)
	if !is || p.Lines().Len() == 0 {
		return ""
	}
	first := p.Lines().At(0)
	word := strings.TrimSpace(string(first.Value(r.source)))
	if _, known := alerts[word]; !known {
		return ""
	}
	for c := p.FirstChild(); c != nil; {
		next := c.NextSibling()
		if t, is := c.(*ast.Text); is && t.Segment.Stop <= first.Stop {
			p.RemoveChild(p, c)
		}
		c = next
	}
	if !p.HasChildren() {
		n.RemoveChild(n, p)
	}
	return word
}
