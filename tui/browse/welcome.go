package browse

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Welcome is what an empty registry says of itself.
type Welcome struct {
	// Registry is its name for people.
	Registry string
	// Home is where it keeps its data; "" unless it runs in this program.
	Home string
	// ReadOnly: nothing may be published from here.
	ReadOnly bool
}

// welcome is the page of a registry without connectors: what there is to do.
type welcome struct {
	Welcome
	catalog *catalog.Catalog
	cursor  int
}

// choice is one thing to do on the first page.
type choice struct {
	key, label, about string
	do                action.Action
}

func (w *welcome) choices() []choice {
	all := []choice{
		{"p", "Publish your first connector", "Point it at a project folder. Nothing is public before the last step.", action.OpenPublish{}},
		{"q", "Leave", "Everything stays as it is.", action.Quit{}},
	}
	if w.ReadOnly {
		return all[1:]
	}
	return all
}

// bindings are the keys of the page; those of its choices work everywhere.
func (w *welcome) bindings() []ui.Binding {
	return []ui.Binding{
		{ID: "welcome.choose", Label: "choose", Help: "do what the cursor is on", Keys: []string{"enter"}, Do: func() action.Action {
			all := w.choices()
			return all[min(w.cursor, len(all)-1)].do
		}},
		{ID: "list.up", Label: "up", Help: "one row up", Keys: []string{"up", "k"}, Quiet: true, Do: do(action.Move{By: -1})},
		{ID: "list.down", Label: "down", Help: "one row down", Keys: []string{"down", "j"}, Quiet: true, Do: do(action.Move{By: 1})},
	}
}

func (w *welcome) move(by int) {
	w.cursor = min(max(0, w.cursor+by), len(w.choices())-1)
}

// greeting says what is empty, where it is, and what one may do there.
func (w *welcome) greeting() []string {
	if w.Home != "" {
		return []string{"Your registry is empty.", "It lives in " + w.Home + " and needs no server. You have all roles."}
	}
	lines := []string{w.Registry + " has no connectors yet."}
	switch {
	case w.catalog.Caller == nil:
		return lines
	case w.catalog.Caller.GetPerson() == "":
		return append(lines, "You read without a token; to publish, one is needed.")
	case !w.mayPublish():
		return append(lines, w.catalog.Caller.GetPerson()+" may read here. To publish, ask an admin for the publisher role.")
	default:
		return append(lines, "You are "+w.catalog.Caller.GetPerson()+", and may publish here.")
	}
}

// mayPublish reports whether there is any org that the caller may publish in.
func (w *welcome) mayPublish() bool {
	for _, grant := range w.catalog.Caller.GetRoles() {
		if w.catalog.May(grant.GetOrg(), registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_MAINTAINER) {
			return true
		}
	}
	return false
}

// view draws the page in the middle of the screen.
func (w *welcome) view(l ui.Look, width, height int) []string {
	const block, bar, key = 76, 3, 4
	t := l.Theme
	left := max(2, (width-block)/2)
	indent := ui.Say(theme.Text, strings.Repeat(" ", left+bar))
	room := max(0, width-left-bar-2)
	var lines []ui.Text
	for range max(1, (height-16)/4) {
		lines = append(lines, nil)
	}
	for i, said := range w.greeting() {
		role := theme.Muted
		if i == 0 {
			role = theme.Text
		}
		for _, line := range ui.Wrap(ui.Words(role, said), room) {
			if i == 0 {
				line[0] = line[0].Bold()
			}
			lines = append(lines, append(ui.Line(indent), line...))
		}
	}
	lines = append(lines, nil)
	for i, c := range w.choices() {
		lead := strings.Repeat(" ", left) + strings.Repeat(" ", bar)
		if i == w.cursor {
			lead = strings.Repeat(" ", left) + t.Glyph(theme.GlyphCursor) + strings.Repeat(" ", bar-1)
		}
		lines = append(lines, ui.Line(ui.Say(theme.Accent, lead), ui.Say(theme.Accent, ui.Fit(t, c.key, key, ui.Left)).Bold(), ui.Say(theme.Text, c.label).Bold()))
		for _, line := range ui.Wrap(ui.Words(theme.Muted, c.about), room-key) {
			lines = append(lines, append(ui.Line(ui.Say(theme.Accent, lead), ui.Say(theme.Text, strings.Repeat(" ", key))), line...))
		}
		lines = append(lines, nil)
	}
	return ui.Pane(t, lines, width, height)
}
