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

// helpKey is the key whose binding stays in the footer when others drop out.
const helpKey = "?"

// Footer draws the keys that work now on one line of w cells, and says where
// each can be clicked. It never wraps: what does not fit drops from the
// right, and the binding of "?" stays. What is off is struck through, or in
// parentheses where there are no colours.
func Footer(t *theme.Theme, bindings []Binding, w int) (string, []Hit) {
	air := 3
	if w < 100 {
		air = 2
	}
	shown, help := footerOrder(bindings)
	room := w - 2*margin
	var last Text
	if help >= 0 {
		last = footerItem(t, &bindings[help])
		room -= last.Width()
	}
	line := make(Text, 0, 4*len(shown))
	hits := make([]Hit, 0, len(shown)+1)
	at := margin
	put := func(i int, item Text, width int) {
		hits = append(hits, Hit{From: at, To: at + width, ID: bindings[i].ID})
		line = append(append(line, item...), Say(theme.Text, blanks(air)))
		at += width + air
	}
	for _, i := range shown {
		item := footerItem(t, &bindings[i])
		width := item.Width()
		need := width
		if help >= 0 {
			need += air
		}
		if at-margin+need > room {
			break
		}
		put(i, item, width)
	}
	if help >= 0 {
		put(help, last, last.Width())
	}
	return Spread(t, trimAir(line), nil, w), hits
}

// footerOrder returns which bindings the footer may show, in order, and that
// of "?" by itself, or -1.
func footerOrder(bindings []Binding) (shown []int, help int) {
	shown, help = make([]int, 0, len(bindings)), -1
	for i := range bindings {
		switch b := &bindings[i]; {
		case b.Key() == helpKey:
			help = i
		case !b.Quiet:
			shown = append(shown, i)
		}
	}
	return shown, help
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
