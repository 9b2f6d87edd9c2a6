package tui

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// The measures of help: its text with two columns and with one, from which
// screen on there are two, the air between them, and the column of the keys.
const (
	helpWide   = 112
	helpNarrow = 72
	helpTwo    = 118
	helpAir    = 4
	helpKeys   = 13
	helpField  = 24
)

// helpLine is one line; at is the row that it shows, right the one in its
// second column, or -1.
type helpLine struct {
	text      ui.Text
	at, right int
}

// shows reports whether a row is on the line.
func (l helpLine) shows(row int) bool { return l.at == row || l.right == row }

// View implements Dialog.
func (h *help) View(l ui.Look, maxW, maxH int) []string {
	t := l.Theme
	w := ui.SheetWidth(helpNarrow, maxW)
	if maxW >= helpTwo {
		w = ui.SheetWidth(helpWide, maxW)
	}
	lines := h.layOut(t, w, maxW >= helpTwo)
	h.lines, h.height = len(lines), max(1, min(len(lines), maxH-ui.SheetHead(t)-4))
	h.reach(lines)
	body, at, right := []ui.Text{nil}, []int{-1}, []int{-1}
	for _, line := range lines[h.top:min(h.top+h.height, len(lines))] {
		body, at, right = append(body, line.text), append(at, line.at), append(right, line.right)
	}
	if maxW < helpTwo {
		right = nil
	}
	h.drawn(t, at, right, w/2+helpAir)
	return ui.Sheet(t, h.head(t, w), append(body, nil, h.foot(w)), w, maxH)
}

// head is what help is about, and the field.
func (h *help) head(t *theme.Theme, w int) ui.Text {
	title := ui.Words(theme.Text, "Help for "+h.title)
	ask := ui.Words(theme.Muted, "type to search")
	field := min(helpField, w/4)
	if w < helpNarrow {
		ask, field = nil, w/3
	}
	room := w - field - ask.Width() - 3
	title = ui.Words(theme.Text, ui.Fit(t, title.String(), max(1, room), ui.Left))
	x := title.And(ui.Say(theme.Text, "  ")).And(ask...)
	return x.And(ui.Say(theme.Text, " ")).And(h.input.View(t, field, true)[0]...)
}

// foot are the keys of help itself, and whether it goes on.
func (h *help) foot(w int) ui.Text {
	x := hints("esc", "close", "enter", "run what is selected")
	if w < helpNarrow {
		x = hints("esc", "close", "enter", "run")
	}
	below := h.lines - h.top - h.height
	if below <= 0 {
		return x
	}
	more := ui.Line(ui.Say(theme.Muted, words.Plural(below, "more line", "more lines")+", "), ui.Say(theme.Text, "pgdn").Bold())
	if air := w - x.Width() - more.Width(); air > 0 {
		x = x.And(ui.Say(theme.Text, strings.Repeat(" ", air))).And(more...)
	}
	return x
}

// reach brings what is selected into sight, with the name of its group if
// there is room.
func (h *help) reach(lines []helpLine) {
	if h.follow {
		at := max(0, slices.IndexFunc(lines, func(x helpLine) bool { return x.shows(h.cursor) && len(h.shown) > 0 }))
		end := at
		for end+1 < len(lines) && lines[end+1].shows(h.cursor) {
			end++
		}
		h.top = min(max(h.top, end-h.height+1), max(0, at-1))
	}
	h.top = max(0, min(h.top, len(lines)-h.height))
}

// layOut puts everything into lines, beside each other where there is room.
func (h *help) layOut(t *theme.Theme, w int, two bool) []helpLine {
	if len(h.query()) > 0 {
		return h.results(t, w)
	}
	column := w
	if two {
		column = (w - helpAir) / 2
	}
	left := h.groups(t, column, groupMove, groupFind, groupMark)
	right := h.groups(t, column, groupDo, groupWithdraw)
	signs, filters, report := plainLines(legend(t, column)), plainLines(filterWords(w, h.bindings)), plainLines(security(w))
	rest := slices.Concat(filters, gap(filters), report)
	if !two {
		return slices.Concat(left, gap(right), right, gap(signs), signs, gap(rest), rest)
	}
	right = slices.Concat(right, gap(signs), signs)
	return slices.Concat(abreast(left, right, column+helpAir), gap(rest), rest)
}

// results are the rows and texts that what was typed may mean.
func (h *help) results(t *theme.Theme, w int) []helpLine {
	lines := h.groups(t, w, helpGroups...)
	for _, section := range [][]ui.Text{legend(t, w), filterWords(w, h.bindings), security(w)} {
		var said strings.Builder
		for _, x := range section {
			said.WriteString(strings.ToLower(x.String()) + " ")
		}
		if len(section) > 0 && containsAll(said.String(), h.query()) {
			lines = slices.Concat(lines, gap(lines), plainLines(section))
		}
	}
	if len(lines) == 0 {
		lines = plainLines([]ui.Text{ui.Words(theme.Muted, "No key here is about that.")})
	}
	return lines
}

// gap is a blank line above what is there.
func gap(below []helpLine) []helpLine {
	if len(below) == 0 {
		return nil
	}
	return []helpLine{{at: -1, right: -1}}
}

// plainLines are texts as lines that show no row.
func plainLines(all []ui.Text) []helpLine {
	lines := make([]helpLine, len(all))
	for i, x := range all {
		lines[i] = helpLine{text: x, at: -1, right: -1}
	}
	return lines
}

// groups are the rows of some groups in one column.
func (h *help) groups(t *theme.Theme, w int, names ...string) []helpLine {
	var lines []helpLine
	for _, name := range names {
		first := true
		for i, row := range h.shown {
			if row.group() != name {
				continue
			}
			if first {
				lines = append(append(lines, gap(lines)...), plainLines([]ui.Text{caption(name)})...)
				first = false
			}
			for _, x := range h.row(t, row, w, i == h.cursor) {
				lines = append(lines, helpLine{text: x, at: i, right: -1})
			}
		}
	}
	return lines
}

// row is one row: its keys, and what it does or why it is off.
func (h *help) row(t *theme.Theme, r helpRow, w int, chosen bool) []ui.Text {
	key, role, says := ui.Say(theme.Accent, ""), theme.Muted, r.says
	if r.off() != "" {
		label := r.bindings[0].Label
		role, says = theme.Faint, label+", off"+strings.TrimPrefix(r.off(), label)
	}
	key.Text = ui.Fit(t, r.keys, helpKeys-1, ui.Left) + " "
	if role == theme.Faint {
		key.Style.Role = theme.Faint
	}
	said := ui.Words(role, says)
	said = ui.Lit(t, said, inside(says, h.query()))
	lines := ui.Hanging(key, said, w)
	if chosen && r.runs() {
		for i := range lines {
			lines[i] = lines[i].Chosen(w)
		}
	}
	return lines
}

// caption is the name of a group.
func caption(name string) ui.Text { return ui.Line(ui.Say(theme.Text, name).Bold()) }

// legend is what the signs of states, platforms and verdicts mean.
func legend(t *theme.Theme, w int) []ui.Text {
	const cells = 15
	lines := []ui.Text{caption("Signs")}
	row := func(marks ...theme.Mark) {
		var x ui.Text
		for _, m := range marks {
			mark := ui.Mark(m)
			if x.Width()+mark.Width() > w {
				lines, x = append(lines, x), nil
			}
			x = x.And(mark...).And(ui.Say(theme.Text, strings.Repeat(" ", max(1, cells-mark.Width()))))
		}
		lines = append(lines, x)
	}
	pending, uploading, validating := t.State(registryv1.State_STATE_PENDING), t.State(registryv1.State_STATE_UPLOADING), t.State(registryv1.State_STATE_VALIDATING)
	row(pending, uploading, validating)
	row(t.State(registryv1.State_STATE_PUBLISHED), t.State(registryv1.State_STATE_FAILED), t.State(registryv1.State_STATE_YANKED))
	lines = append(lines, nil)
	lines = append(lines, ui.Wrap(ui.Words(theme.Muted, "dar lin win = darwin, linux, windows; left amd64, right arm64"), w)...)
	row(t.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED), t.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED),
		t.Verdict(registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED))
	row(uploading.With("uploading"), t.Mark(theme.GlyphPast, theme.Muted, "not checked"), t.Mark(theme.GlyphRemoved, theme.Faint, "not shipped"))
	return lines
}

// filterWords are what a filter knows, where there is one.
func filterWords(w int, bindings []ui.Binding) []ui.Text {
	if _, filters := ui.FindID(bindings, "list.filter"); !filters {
		return nil
	}
	said := "state:failed  signed:no  platform:windows-amd64  author:ines  state:-yanked  free words"
	if ui.Width(said) <= w {
		return []ui.Text{caption("Filter words"), ui.Words(theme.Muted, said)}
	}
	return append([]ui.Text{caption("Filter words")}, ui.Wrap(ui.Words(theme.Muted, said), w)...)
}

// security is where to turn with a security problem.
func security(w int) []ui.Text {
	said := "A security problem? Tell us in private: \"Report a vulnerability\" on the Security page of the repository."
	return ui.Wrap(ui.Words(theme.Muted, said), w)
}

// abreast lays two columns beside each other, the second one at a cell.
func abreast(left, right []helpLine, at int) []helpLine {
	lines := make([]helpLine, max(len(left), len(right)))
	for i := range lines {
		line := helpLine{at: -1, right: -1}
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) {
			if air := at - line.text.Width(); air > 0 {
				line.text = line.text.And(ui.Say(theme.Text, strings.Repeat(" ", air)))
			}
			line.text = line.text.And(right[i].text...)
			line.right = right[i].at
		}
		lines[i] = line
	}
	return lines
}
