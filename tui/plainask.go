package tui

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// inquirer is a dialog that is asked question by question.
type inquirer interface {
	Inquiry(l ui.Look) ui.Inquiry
}

// former is a screen that is, at times, a form.
type former interface {
	Inquiry(l ui.Look) (ui.Inquiry, bool)
}

// talk is a dialog or a form while its questions are asked.
type talk struct {
	dialog *overlay // nil: the form of the screen
	screen Screen
	at     int // the question that is asked, or the buttons behind them
	say    []string
	note   string
}

// inquire asks the next question of the dialog or form in sight; it reports
// false if there is none.
func (p *plain) inquire() bool {
	q, dialog, asks := p.inquiry()
	if !asks {
		p.talk = nil
		return false
	}
	if p.talk == nil || p.talk.dialog != dialog || p.talk.screen != p.app.top() {
		p.talk = &talk{dialog: dialog, screen: p.app.top()}
		p.out.blank()
		p.sayText(q.Title)
	}
	p.sayWhatHappens(q)
	for p.talk.at < len(q.Fields) {
		if field, is := q.Fields[p.talk.at].(ui.Question); is {
			p.askField(field)
			return true
		}
		p.talk.at++ // nothing that can be asked in words
	}
	p.askButtons(q)
	return true
}

// followTalk says what changed while a question waits for its answer: others
// may have done something about what is asked.
func (p *plain) followTalk() {
	if p.talk == nil || p.prompt == "" {
		return
	}
	q, dialog, asks := p.inquiry()
	if !asks || dialog != p.talk.dialog {
		p.prompt = "" // something else asks now, or nothing
		return
	}
	p.sayWhatHappens(q)
}

// inquiry is what asks now: the dialog on top, or the form of the screen.
func (p *plain) inquiry() (q ui.Inquiry, dialog *overlay, asks bool) {
	l := p.look()
	if o := p.app.dialog(); o != nil {
		if asked, is := o.dialog.(inquirer); is {
			return asked.Inquiry(l), o, true
		}
		return p.keyed(o), o, true
	}
	if form, is := p.app.top().(former); is {
		q, asks = form.Inquiry(l)
	}
	return q, nil, asks
}

// keyed is a dialog that can only be drawn: what is typed goes to it as keys.
func (p *plain) keyed(o *overlay) ui.Inquiry {
	var q ui.Inquiry
	for _, line := range o.dialog.View(p.look(), drawnWidth, drawnHeight) {
		q.Say = append(q.Say, ui.Words(0, ansi.Strip(line)))
	}
	return q
}

// sayWhatHappens says consequences and why an answer was refused, as far as
// either is new.
func (p *plain) sayWhatHappens(q ui.Inquiry) {
	var say []string
	for _, x := range q.Say {
		if line := ui.Aloud(p.app.theme, x); line != "" {
			say = append(say, line)
		}
	}
	if !slices.Equal(say, p.talk.say) {
		p.talk.say = say
		p.sayAll(say)
	}
	if note := ui.Aloud(p.app.theme, q.Note); note != p.talk.note {
		p.talk.note = note
		p.sayText(q.Note)
	}
}

// askField asks for one field.
func (p *plain) askField(f ui.Question) {
	p.out.blank()
	if asked := f.Asked(); asked != "" {
		p.say(f.Label() + ": " + asked)
	}
	empty := "empty leaves it out"
	switch {
	case f.Now() != "":
		empty = "empty means " + f.Now()
	case f.Required():
		empty = "empty cancels"
	}
	p.prompt = ui.AloudLine(p.app.theme, f.Label()+", "+empty+":")
	p.out.ask(p.prompt)
}

// askButtons asks what to do with the answers; nothing cancels.
func (p *plain) askButtons(q ui.Inquiry) {
	p.out.blank()
	number := 0
	for _, b := range q.Buttons {
		number++
		switch {
		case b.Off != "":
			p.say(b.Label + " is off: " + b.Off)
		case b.Destroys:
			p.say("Type " + q.Confirm.Want + ": " + b.Label)
		default:
			p.say(strconv.Itoa(number) + ": " + b.Label)
		}
	}
	p.prompt = "Choose, empty cancels:"
	if q.Over {
		p.prompt = "Choose, empty closes:"
	}
	p.out.ask(p.prompt)
}

// answer takes a line as the answer to the question that was asked.
func (p *plain) answer(line string) tea.Cmd {
	q, dialog, asks := p.inquiry()
	switch {
	case !asks || dialog != p.talk.dialog:
		return nil // it closed meanwhile
	case dialog != nil && !isInquirer(dialog):
		return p.keys(line)
	case line == "esc":
		return p.cancel(q)
	case p.talk.at < len(q.Fields):
		return p.answerField(q, line)
	default:
		return p.answerButtons(q, line)
	}
}

func isInquirer(o *overlay) bool {
	_, is := o.dialog.(inquirer)
	return is
}

// answerField puts an answer into its field and goes on to the next.
func (p *plain) answerField(q ui.Inquiry, line string) tea.Cmd {
	field, is := q.Fields[p.talk.at].(ui.Question)
	if !is {
		return nil
	}
	switch {
	case line == "" && field.Now() == "" && field.Required():
		return p.cancel(q)
	case line == "":
		p.talk.at++
		return p.send(q, nil)
	}
	if why := field.Why(line); why != "" {
		p.say(ui.Sentence(why))
		return nil
	}
	cmd := p.tell(ui.Answer{Field: p.talk.at, Text: line})
	p.talk.at++
	return p.send(q, cmd)
}

// send sends a form whose last question was answered: what comes of it is
// shown before anything happens.
func (p *plain) send(q ui.Inquiry, cmd tea.Cmd) tea.Cmd {
	if q.Send == "" || p.talk.at < len(q.Fields) {
		return cmd
	}
	p.talk = nil
	return tea.Batch(cmd, p.pressID(q.Send))
}

// answerButtons presses the button that was answered.
func (p *plain) answerButtons(q ui.Inquiry, line string) tea.Cmd {
	if line == "" {
		return p.cancel(q)
	}
	for i, b := range q.Buttons {
		named := strconv.Itoa(i+1) == line || strings.EqualFold(b.Label, line)
		switch {
		case b.Destroys && line == q.Confirm.Want, !b.Destroys && named:
			if b.Off != "" {
				p.say(b.Label + " is off: " + b.Off)
				return nil
			}
			typed := p.tell(ui.Answer{Field: len(q.Fields), Text: line})
			return tea.Batch(typed, p.tell(ui.Press{ID: b.ID}))
		}
	}
	if q.Confirm == nil {
		p.say("\"" + line + "\" is none of the answers. Nothing was done.")
		return nil
	}
	cmd := p.tell(ui.Answer{Field: len(q.Fields), Text: line})
	p.say(ui.Sentence(q.Confirm.Missing()) + " Nothing was done.")
	return cmd
}

// tell gives a message to the dialog that asks, or to the screen.
func (p *plain) tell(msg tea.Msg) tea.Cmd {
	if o := p.app.dialog(); o != nil {
		return p.app.answered(o, msg)
	}
	return p.app.follow(p.app.top().Handle(msg))
}

// cancel leaves the dialog or the form without doing anything.
func (p *plain) cancel(q ui.Inquiry) tea.Cmd {
	dialog := p.talk.dialog != nil
	p.talk = nil
	if !q.Over {
		p.say("Cancelled. Nothing was done.")
	}
	if dialog {
		return p.tell(ui.Press{ID: ui.Cancel})
	}
	return p.pressID(q.Leave)
}

// pressID presses the binding with an id.
func (p *plain) pressID(id string) tea.Cmd {
	b, known := ui.FindID(p.app.bindings(), id)
	if !known {
		return p.app.do(action.Back{})
	}
	return p.app.press(b)
}

// keys types a line into a dialog that takes keys only; nothing closes it.
func (p *plain) keys(line string) tea.Cmd {
	if line == "" || line == "esc" {
		return p.app.key(tea.KeyPressMsg{Code: tea.KeyEscape})
	}
	var commands []tea.Cmd
	for _, r := range line {
		commands = append(commands, p.app.key(tea.KeyPressMsg{Code: r, Text: string(r)}))
	}
	return tea.Batch(append(commands, p.app.key(tea.KeyPressMsg{Code: tea.KeyEnter}))...)
}
