package ui

import (
	"strconv"
	"strings"

	"github.com/registrar-console/registrar/theme"
)

// Inquiry is a dialog or a form whose questions are asked one by one.
type Inquiry struct {
	Title Text
	// Say is told first: consequences, or what went wrong before.
	Say []Text
	// Fields are asked for, in order.
	Fields []Field
	// Confirm is the text that must be typed for the button that destroys.
	Confirm *Confirmation
	// Buttons are asked for last; cancelling is not among them.
	Buttons []Press
	// Note is why the last answer was refused.
	Note Text
	// Over says that nothing is left to cancel: it only tells.
	Over bool
	// Send and Leave are the ids of the bindings that end a form: it has no
	// buttons.
	Send, Leave string
}

// Press is a button as it stands. As a message it presses it: the answer to a
// question that was read to its end needs no grace.
type Press struct {
	ID, Label string
	// Destroys says that the confirmation presses it.
	Destroys bool
	// Off is why it cannot be pressed, or "".
	Off string
}

// Answer is a message: what was answered to one field of an inquiry. The
// number behind the last field is the confirmation.
type Answer struct {
	Field int
	Text  string
}

// Question is a field that can be asked for in words.
type Question interface {
	Field
	// Asked says what may be answered.
	Asked() string
	// Now is what stands there, or "".
	Now() string
	// Required says that there must be an answer.
	Required() bool
	// Why tells why a text is no answer, or "".
	Why(text string) string
	// Take takes a text that is an answer.
	Take(text string)
}

// Inquiry is the dialog as it stands.
func (d *Dialog) Inquiry() Inquiry {
	q := Inquiry{Title: d.Title, Say: d.Say, Fields: d.Fields, Confirm: d.Confirm, Note: d.Note}
	if d.Above != "" {
		q.Say = append([]Text{Words(theme.Muted, d.Above+":")}, d.Say...)
	}
	for _, b := range d.buttons[1:] {
		q.Buttons = append(q.Buttons, Press{ID: b.ID, Label: b.Label, Destroys: b.Destroys && d.Confirm != nil, Off: d.why(b)})
	}
	return q
}

// why is off without the confirmation, which is asked for last.
func (d *Dialog) why(b Button) string {
	if b.Off == nil {
		return ""
	}
	return b.Off()
}

// take puts an answer into its field.
func (d *Dialog) take(a Answer) {
	switch {
	case a.Field == len(d.Fields) && d.Confirm != nil:
		d.Confirm.take(a.Text)
	case a.Field >= 0 && a.Field < len(d.Fields):
		if q, is := d.Fields[a.Field].(Question); is {
			q.Take(a.Text)
		}
	}
}

// pressed is the button that a message presses, if it can be pressed now.
func (d *Dialog) pressed(p Press) string {
	for _, b := range d.buttons {
		if b.ID == p.ID && d.off(b) == "" {
			return b.ID
		}
	}
	return ""
}

// Asked implements Question.
func (f *TextField) Asked() string {
	var said []string
	if f.Hint != nil {
		said = append(said, f.Hint().String())
	}
	if f.Placeholder != "" && f.Count() == 0 {
		said = append(said, "left empty: "+f.Placeholder)
	}
	return strings.Join(said, "; ")
}

// Now implements Question.
func (f *TextField) Now() string { return f.Value() }

// Required implements Question.
func (f *TextField) Required() bool { return f.Needed }

// Why implements Question.
func (f *TextField) Why(string) string { return "" }

// Take implements Question.
func (f *TextField) Take(text string) { f.SetValue(text) }

// Asked implements Question: the options with their numbers.
func (f *ChoiceField) Asked() string {
	options := make([]string, len(f.Options))
	for i, option := range f.Options {
		options[i] = strconv.Itoa(i+1) + " " + option
	}
	return strings.Join(options, "; ")
}

// Now implements Question.
func (f *ChoiceField) Now() string { return f.Value() }

// Required implements Question.
func (f *ChoiceField) Required() bool { return f.Needed }

// Why implements Question.
func (f *ChoiceField) Why(text string) string {
	if f.option(text) >= 0 {
		return ""
	}
	return "type a number from 1 to " + strconv.Itoa(len(f.Options))
}

// Take implements Question.
func (f *ChoiceField) Take(text string) { f.Chosen = f.option(text) }

// option is the one that a text names by its number or its word, or -1.
func (f *ChoiceField) option(text string) int {
	text = strings.TrimSpace(text)
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(f.Options) {
		return n - 1
	}
	for i, option := range f.Options {
		if strings.EqualFold(option, text) {
			return i
		}
	}
	return -1
}

// take takes what was typed as one line.
func (c *Confirmation) take(text string) {
	c.input.SetValue(text)
	c.pasted = false
}

// Missing tells what is wrong with what was typed, or "" when it is the text
// that was asked for.
func (c *Confirmation) Missing() string {
	if c.Met() {
		return ""
	}
	return c.hint(nil).String()
}
