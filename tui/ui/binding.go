package ui

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
)

// Risk says what an action does to the world.
type Risk uint8

// The risks. A read-only console has only actions that look.
const (
	Looks    Risk = iota // changes nothing
	Changes              // changes something that can be changed back
	Destroys             // cannot be taken back, or hurts others
)

// Binding is one action of a screen with its keys. The footer, the help, the
// palette, the mouse and the keyboard all read the same bindings.
type Binding struct {
	ID    string // stable, such as "version.yank"; configuration names it
	Label string // one or two words for the footer
	Help  string // a clause for help and palette
	Keys  []string
	Risk  Risk
	// Asks says that the registry must answer, although nothing is changed.
	Asks bool
	// Quiet bindings are in help and palette only.
	Quiet bool
	// Stays keeps the binding in the footer where others drop out.
	Stays bool
	// Off returns why the action cannot be done right now, or "". Nil is
	// always on.
	Off func() string
	// Do makes the action.
	Do func() action.Action
}

// Why returns the reason why the binding is off, or "".
func (b Binding) Why() string {
	if b.Off == nil {
		return ""
	}
	return b.Off()
}

// WhyText returns "label: reason" for status row, toast and palette, or "".
func (b Binding) WhyText() string {
	if why := b.Why(); why != "" {
		return b.Label + ": " + why
	}
	return ""
}

// Key returns the key that footer and help name.
func (b Binding) Key() string {
	if len(b.Keys) == 0 {
		return ""
	}
	return b.Keys[0]
}

// Find returns the binding of a key as tea.KeyPressMsg.String spells it.
func Find(bindings []Binding, key string) (Binding, bool) {
	for _, b := range bindings {
		if slices.Contains(b.Keys, key) {
			return b, true
		}
	}
	return Binding{}, false
}

// FindID returns the binding with an id.
func FindID(bindings []Binding, id string) (Binding, bool) {
	for _, b := range bindings {
		if b.ID == id {
			return b, true
		}
	}
	return Binding{}, false
}

// CheckBindings returns everything that is wrong with a table of bindings:
// one without id, label, help, key or action, and ids or keys that occur
// twice. Tests of screens call it.
func CheckBindings(bindings []Binding) error {
	var faults []error
	ids, keys := map[string]bool{}, map[string]string{}
	for i, b := range bindings {
		if b.ID == "" || b.Label == "" || b.Help == "" || len(b.Keys) == 0 || b.Do == nil {
			faults = append(faults, fmt.Errorf("binding %d (%q): id, label, help, a key and an action are needed", i, b.ID))
		}
		if ids[b.ID] {
			faults = append(faults, fmt.Errorf("binding %q occurs twice", b.ID))
		}
		ids[b.ID] = true
		for _, key := range b.Keys {
			if other, taken := keys[key]; taken {
				faults = append(faults, fmt.Errorf("key %q belongs to both %q and %q", key, other, b.ID))
			}
			keys[key] = b.ID
		}
	}
	return errors.Join(faults...)
}

// Hit is a stretch of cells on one line that can be clicked.
type Hit struct {
	From, To int // To is excluded
	ID       string
}

// HitAt returns the id of what lies at column x, or "".
func HitAt(hits []Hit, x int) string {
	for _, h := range hits {
		if x >= h.From && x < h.To {
			return h.ID
		}
	}
	return ""
}

// staysFrom is from how many cells on every binding that stays has its room;
// below, it is the last of them.
const staysFrom = 60

// Footer draws the keys that work now on one line of w cells, and says where
// each can be clicked. It never wraps: what does not fit drops from the
// right, and what stays stands behind the rest. What is off is struck
// through, or in parentheses where there are no colours.
func Footer(t *theme.Theme, bindings []Binding, w int) (string, []Hit) {
	air := 3
	if w < 100 {
		air = 2
	}
	shown, stays := footerOrder(bindings, w)
	room := w - 2*margin
	for _, i := range stays {
		room -= air + footerItem(t, &bindings[i]).Width()
	}
	line := make(Text, 0, 4*len(bindings))
	hits := make([]Hit, 0, len(bindings))
	at := margin
	put := func(i int, item Text) {
		width := item.Width()
		hits = append(hits, Hit{From: at, To: at + width, ID: bindings[i].ID})
		line = append(append(line, item...), Say(theme.Text, blanks(air)))
		at += width + air
	}
	for _, i := range shown {
		item := footerItem(t, &bindings[i])
		if at-margin+item.Width() > room {
			break
		}
		put(i, item)
	}
	for _, i := range stays {
		put(i, footerItem(t, &bindings[i]))
	}
	return Spread(t, trimAir(line), nil, w), hits
}

// footerOrder returns which bindings the footer may show, in order, and which
// of them stay in a footer of w cells.
func footerOrder(bindings []Binding, w int) (shown, stays []int) {
	shown = make([]int, 0, len(bindings))
	for i := range bindings {
		switch b := &bindings[i]; {
		case b.Quiet:
		case b.Stays:
			stays = append(stays, i)
		default:
			shown = append(shown, i)
		}
	}
	if len(stays) > 1 && w < staysFrom {
		last := len(stays) - 1
		shown, stays = append(shown, stays[:last]...), stays[last:]
	}
	return shown, stays
}

// footerItem is one key with its label.
func footerItem(t *theme.Theme, b *Binding) Text {
	if b.Why() == "" {
		return Line(Say(theme.Text, b.Key()).Bold(), Say(theme.Muted, " "+b.Label))
	}
	return Off(t, b.Key()+" "+b.Label)
}

// Off is how something that cannot be done right now is written: struck
// through, or in parentheses where there are no colours.
func Off(t *theme.Theme, label string) Text {
	if !t.Colour() {
		return Words(theme.Faint, "("+label+")")
	}
	var x Text
	for i, word := range strings.Fields(label) {
		if i > 0 {
			x = append(x, Say(theme.Faint, " "))
		}
		x = append(x, Say(theme.Faint, word).Struck())
	}
	return x
}
