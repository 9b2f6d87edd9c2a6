package tui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// ask asks for what comes next: a question of the dialog or form in sight, or
// else what to do on the page. It asks once.
func (p *plain) ask() {
	if p.prompt != "" {
		return
	}
	if p.inquire() {
		return
	}
	p.readPage(false)
	if p.said == 0 && p.turn > 0 {
		p.say("Nothing changed.")
	}
	p.prompt = "Choose:"
	p.out.ask(p.prompt)
}

// askAgain repeats the question behind which something else was said.
func (p *plain) askAgain() {
	if p.prompt == "" || p.out.isOpen() || p.app.ctx.Err() != nil {
		return
	}
	p.out.ask(p.prompt)
}

// heard takes one line.
func (p *plain) heard(line string) tea.Cmd {
	p.turn++
	p.said, p.prompt = 0, ""
	p.out.answered(ui.AloudLine(p.app.theme, line), p.echo)
	line = strings.TrimSpace(strings.ToValidUTF8(line, "?"))
	p.app.returning = false
	p.app.dismiss()
	if p.talk != nil {
		return tea.Batch(p.answer(line), p.patience())
	}
	return tea.Batch(p.command(line), p.patience())
}

// command does what a line asks for on a page.
func (p *plain) command(line string) tea.Cmd {
	filter, filters := strings.CutPrefix(line, "/")
	switch {
	case line == "":
		p.recount()
		p.readPage(true)
		return nil
	case line == "?":
		p.help()
		return nil
	case line == "wait":
		p.wait = true
		return nil
	case line == "n" && p.nextRows():
		return nil
	case filters:
		return p.filter(strings.TrimSpace(filter))
	}
	if number, err := strconv.Atoi(line); err == nil && p.page.ids != nil {
		return p.open(number)
	}
	if b, known := p.named(line); known {
		return p.press(b)
	}
	at := strings.LastIndexByte(line, ' ')
	if at > 0 {
		number, err := strconv.Atoi(line[at+1:])
		if _, known := p.named(strings.TrimSpace(line[:at])); known && err == nil && p.page.ids != nil {
			if !p.chooseRow(number) {
				return nil
			}
			// What works depends on the row.
			b, known := p.named(strings.TrimSpace(line[:at]))
			if !known {
				p.say("That does not work on row " + strconv.Itoa(number) + ".")
				return nil
			}
			return p.press(b)
		}
	}
	p.say("\"" + line + "\" is nothing that works here; ? says what does.")
	return nil
}

// open chooses a row by its number and opens it, if rows can be opened.
func (p *plain) open(number int) tea.Cmd {
	if !p.chooseRow(number) {
		return nil
	}
	if b, known := ui.Find(p.shown(), enterKey); known {
		return p.press(b)
	}
	return nil
}

// enterKey is the key that opens the row under the cursor.
const enterKey = "enter"

// press does what a binding says. Typing a filter is asked for instead.
func (p *plain) press(b ui.Binding) tea.Cmd {
	if _, types := b.Do().(action.Filter); types && b.Why() == "" {
		p.say("Type / and the text behind it, such as / state:failed.")
		return nil
	}
	p.recount()
	return p.app.press(b)
}

// filter shows the rows that match; nothing shows all of them.
func (p *plain) filter(text string) tea.Cmd {
	if _, can := ui.FindID(p.app.bindings(), "list.filter"); !can {
		p.say("There is nothing to filter here.")
		return nil
	}
	p.recount()
	// The filter that is set already would be taken away.
	return tea.Batch(p.app.do(action.SetFilter{}), p.app.do(action.SetFilter{Text: text}))
}

// shown are the bindings that make sense where nothing is drawn: what moves a
// cursor is not among them where rows have numbers.
func (p *plain) shown() []ui.Binding {
	var kept []ui.Binding
	for _, b := range p.app.bindings() {
		switch b.Do().(type) {
		case action.Suspend, action.Whole, action.Filter, action.OpenPalette, action.OpenHelp:
			continue
		case action.Move, action.Page, action.Edge, action.Scroll:
			continue
		}
		kept = append(kept, b)
	}
	return append(kept, p.app.allowed(p.app.yanking())...) // they have no key, so that they are no bindings of a page
}

// named finds the binding that a word names: one of its keys, its label, or
// its id.
func (p *plain) named(word string) (ui.Binding, bool) {
	all := p.shown()
	if b, known := ui.Find(all, word); known {
		return b, true
	}
	for _, b := range all {
		if strings.EqualFold(b.Label, word) || b.ID == word {
			return b, true
		}
	}
	return ui.Binding{}, false
}

// word is what one types for a binding: its key where that is a letter or a
// sign, else its label.
func (p *plain) word(b ui.Binding) string {
	for _, key := range b.Keys {
		r, size := utf8.DecodeRuneInString(key)
		taken := key == "n" && p.page.paged || unicode.IsDigit(r) && p.page.ids != nil
		if size == len(key) && !taken {
			return key
		}
	}
	return b.Label
}

// menu are the lines that say what works here.
func (p *plain) menu() []string {
	lines := []string{p.menuTitle()}
	for _, b := range p.shown() {
		if !b.Quiet {
			lines = append(lines, p.item(b))
		}
	}
	if _, can := ui.FindID(p.app.bindings(), "list.filter"); can {
		lines = append(lines, "/ and a text: filter the rows")
	}
	return append(lines, "?: everything that works here")
}

// labels are what the menu names. Only another menu is read again: why an
// action is off differs from row to row, and is said when it is asked for.
func (p *plain) labels() []string {
	var labels []string
	for _, b := range p.shown() {
		if b.Quiet {
			continue
		}
		label := p.word(b) + " " + b.Label
		if p.page.ids == nil && b.Why() != "" {
			label += " off"
		}
		labels = append(labels, label)
	}
	return labels
}

// menuTitle says which row actions are about.
func (p *plain) menuTitle() string {
	o, outlined := p.outline(p.look())
	if !outlined || o.Rows == 0 {
		return "What works here:"
	}
	return "What works here, on row " + words.Count(o.Cursor+1) + " unless a number follows:"
}

// item is one binding of the menu.
func (p *plain) item(b ui.Binding) string {
	word, says := p.word(b), b.Label+", "
	switch {
	case b.Key() == enterKey && p.page.ids != nil:
		word = "a number"
	case strings.EqualFold(word, b.Label):
		says = ""
	}
	switch why := b.Why(); {
	case why != "" && says == "":
		return word + " is off: " + why
	case why != "":
		return word + ": " + says + "off: " + why
	case word == b.Help:
		return word
	default:
		return word + ": " + says + b.Help
	}
}

// help says everything that works here.
func (p *plain) help() {
	p.say("Everything that works here:")
	for _, b := range p.shown() {
		p.say(p.item(b))
	}
	if p.page.ids != nil {
		p.say("A number behind a word chooses the row first, such as c 3. Without one it is about the row that was chosen last, or the first one.")
		p.say("n: read the next rows. / and a text: filter the rows, such as / state:failed. / alone: all rows again.")
	}
	p.say("An empty line: read the page again. wait: wait until what runs is done. The key, the label and the id of an action mean the same.")
}
