package tui

import (
	"errors"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
)

// subject is a screen that is about a connector or one of its versions.
type subject interface{ Subject() action.Version }

// visit is where one is now.
func (a *App) visit() Visit {
	v := Visit{At: a.cfg.Now(), Place: a.at()}
	for _, s := range slices.Backward(a.stack) {
		if about, is := s.(subject); is {
			of := about.Subject()
			v.Org, v.Name, v.Number = of.Org, of.Name, of.Number
			break
		}
	}
	return v
}

// left tells where the console was left, unless it broke down.
func (a *App) left(err error) {
	if a.cfg.Leave != nil && !errors.Is(err, tea.ErrProgramPanic) {
		a.cfg.Leave(a.visit())
	}
	// That the answers cannot be kept stops nobody from leaving.
	_ = a.publish.Flush()
	if lines := a.publish.Closing(); len(lines) > 0 && a.cfg.Closed != nil {
		a.cfg.Closed(lines)
	}
}

// opening is the stack that the console begins with: where it was left, as
// far as that place is built.
func (a *App) opening() []Screen {
	last, start := a.cfg.Last, a.cfg.Start
	if start == 0 && isPlace(last.Place) {
		start = last.Place
	}
	if start == 0 {
		start = action.Home
	}
	stack := []Screen{a.place(start)}
	if a.cfg.Publish != nil {
		return append(stack, a.publish)
	}
	if a.cfg.Start != 0 || last.Org == "" || last.Name == "" {
		return stack
	}
	a.returning = true
	stack = append(stack, browse.NewVersions(a.catalog, last.Org, last.Name))
	if last.Number != "" {
		stack = append(stack, browse.NewVersion(a.catalog, action.Version{Org: last.Org, Name: last.Name, Number: last.Number}))
	}
	return stack
}

// isPlace reports whether a place is one of those that are built.
func isPlace(p action.Place) bool {
	for _, each := range places {
		if each.place == p {
			return true
		}
	}
	return false
}

// returned looks at the first answer about what was in sight when the console
// was left. If it is gone meanwhile, the place that it was reached from takes
// its room, unless somebody has pressed a key by then.
func (a *App) returned(msg tea.Msg) tea.Cmd {
	if !a.returning {
		return nil
	}
	last := a.cfg.Last
	var err error
	switch msg := msg.(type) {
	case catalog.Shown:
		if (action.Version{Org: msg.Org, Name: msg.Name, Number: msg.Number}) != (action.Version{Org: last.Org, Name: last.Name, Number: last.Number}) {
			return nil
		}
		err = msg.Err
	case page:
		if (msg.list != catalog.List{Org: last.Org, Name: last.Name}) || last.Number != "" && msg.err == nil {
			return nil
		}
		err = msg.err
	default:
		return nil
	}
	if unreachable(err) {
		return nil // it may still be there
	}
	a.returning = false
	if client.ReasonOf(err) != registryv1.Reason_REASON_NOT_FOUND {
		return nil
	}
	gone := last.Org + "/" + last.Name
	if last.Number != "" {
		gone += " " + last.Number
	}
	return tea.Batch(a.reset(a.stack[0]), a.show(action.Tell{Text: gone + " is not there any more."}))
}
