package browse

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Activity is the audit log, newest on top, as it grows.
type Activity struct {
	catalog *catalog.Catalog
	orgs    orgs
	log     eventLog
	input   ui.Input
	typing  bool
	faults  []filter.Fault
}

// NewActivity makes the page.
func NewActivity(c *catalog.Catalog) *Activity {
	s := &Activity{catalog: c, log: eventLog{name: "activity"}}
	s.input.Limit = 200
	return s
}

// Open implements the console's Screen.
func (s *Activity) Open() []action.Action { return []action.Action{s.log.begin()} }

// Typing implements the console's Screen.
func (s *Activity) Typing() bool { return s.typing }

// Caption implements the console's Screen: whether the log follows, and how
// much of its chain was recomputed here.
func (s *Activity) Caption(l ui.Look, place string) ui.Caption {
	how := "following, newest on top"
	if s.log.holding {
		how = "held still, newest on top"
	}
	return ui.Caption{Path: []string{place}, Total: how, Facts: s.log.chain.text(l.Theme)}
}

// Status implements the console's Screen.
func (s *Activity) Status(l ui.Look) ui.Text {
	t := l.Theme
	if s.typing {
		x := ui.Line(ui.Say(theme.Accent, "/").Bold())
		x = x.And(s.input.View(t, 34, true)[0]...)
		if len(s.faults) > 0 {
			return x.And(ui.Say(theme.Warn, "  "+s.faults[0].Message))
		}
		return x.And(ui.Say(theme.Muted, "  "+words.Count(len(s.log.shown))+" of "+words.Count(len(s.log.newest.rows))))
	}
	facts := s.log.standing()
	if s.filtered() {
		facts = append(facts, ui.Line(ui.Say(theme.Muted, "filter "), ui.Say(theme.Text, s.input.Value())))
	}
	if len(s.faults) > 0 {
		facts = append(facts, ui.Words(theme.Warn, s.faults[0].Message))
	}
	following := ui.Line(ui.Say(theme.Motion, t.Glyph(theme.GlyphWorking)+" "), ui.Say(theme.Muted, "following, space holds still"))
	if s.log.holding {
		following = ui.Line(ui.Say(theme.Accent, words.Count(s.log.waiting())).Bold(), ui.Say(theme.Text, " new, space follows"))
	}
	return ui.Facts(t, append(facts, following)...)
}

// Bindings implements the console's Screen.
func (s *Activity) Bindings() []ui.Binding {
	if s.typing {
		return typingKeys()
	}
	hold := "hold still"
	if s.log.holding {
		hold = "follow"
	}
	all := []ui.Binding{
		{ID: "event.open", Label: "open", Help: "open what the event is about", Keys: []string{"enter"}, Off: s.noSubject, Do: s.open},
		{ID: "event.hold", Label: hold, Help: "hold the log still, or follow it again", Keys: []string{"space"}, Do: do(action.Hold{})},
		{ID: "list.filter", Label: "filter", Help: "filter as you type; enter looks through the whole log", Keys: []string{"/"}, Do: do(action.Filter{})},
		{ID: "event.export", Label: "export", Help: "copy the command that writes these events as JSON", Keys: []string{"e"}, Do: s.export},
	}
	if s.filtered() {
		all = append(all, ui.Binding{ID: "list.clear", Label: "clear filter", Help: "show all events again", Keys: []string{"esc"}, Do: do(action.SetFilter{})})
	}
	return append(all, moves()...)
}

// noSubject is why there is nothing to open.
func (s *Activity) noSubject() string {
	r := s.log.current()
	switch {
	case r == nil:
		return "there is no event here"
	case r.event.GetName() == "":
		return "this event is about no connector"
	default:
		return ""
	}
}

// open shows what an event is about. A draft that was removed is no page any
// more, its connector is.
func (s *Activity) open() action.Action {
	r := s.log.current()
	if r == nil || r.event.GetName() == "" {
		return action.Nothing{}
	}
	e := r.event
	removed := e.GetKind() == registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED || e.GetKind() == registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED
	if e.GetVersion() == "" || removed {
		return action.OpenConnector{Org: e.GetOrg(), Name: e.GetName()}
	}
	return action.OpenVersion{Version: action.Version{Org: e.GetOrg(), Name: e.GetName(), Number: e.GetVersion()}}
}

// export copies the command that gives the same events to a program.
func (s *Activity) export() action.Action {
	filter := s.input.Value()
	parts := strings.Fields(filter)
	if strings.Contains(filter, `"`) {
		parts = []string{filter}
	}
	words := []string{"registrar", "events", "-o", "json"}
	if slices.ContainsFunc(parts, func(part string) bool { return strings.HasPrefix(part, "-") }) {
		words = append(words, "--") // what follows is no flag
	}
	for _, part := range parts {
		words = append(words, quoted(part))
	}
	text := strings.Join(words, " ")
	return action.Copy{Text: text, What: text}
}

func (s *Activity) filtered() bool { return s.input.Count() > 0 }

// Handle implements the console's Screen.
func (s *Activity) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Logged:
		if s.log.take(msg) && msg.Err == nil && !s.typing {
			return s.log.seek(s.input.Value()), nil
		}
	case catalog.Changed:
		s.log.happened(msg.Events)
	case catalog.Back:
		// What was missed for good is missing here too.
		return s.log.begin(), nil
	case tea.KeyPressMsg, tea.PasteMsg:
		if s.typing && s.input.Handle(msg) {
			s.refilter()
		}
	case action.Local:
		return s.local(msg), nil
	}
	return nil, nil
}

// local carries out what concerns the page only.
func (s *Activity) local(next action.Local) action.Action {
	switch next := next.(type) {
	case action.Filter:
		s.typing = true
	case action.KeepFilter:
		s.typing = false
		return s.log.seek(s.input.Value())
	case action.SetFilter:
		s.input.SetValue(next.Text)
		s.typing = false
		s.refilter()
		return s.log.seek(next.Text)
	case action.Hold:
		return s.log.hold()
	case action.Point:
		if s.log.groups.Click(next.Y-1) && next.Open && s.noSubject() == "" {
			return s.open()
		}
	default:
		return s.log.local(next)
	}
	return nil
}

// refilter shows the events that match what stands in the field.
func (s *Activity) refilter() {
	query, faults := filter.Parse(s.input.Value())
	s.faults = faults
	s.log.narrow(query)
}

// View implements the console's Screen.
func (s *Activity) View(l ui.Look, w, h int) []string {
	t := l.Theme
	s.orgs.look(s.catalog.Connectors.Edition(), s.catalog.Connectors.All())
	switch {
	case len(s.log.shown) == 0 && s.log.err != nil:
		return ui.Indent(t, refusal(t, s.log.err, min(w-4, 100)), w, h)
	case len(s.log.shown) == 0 && s.filtered() && !s.log.older.underway:
		return ui.Indent(t, ui.Wrap(ui.Line(ui.Say(theme.Text, "No event matches "), ui.Say(theme.Text, s.input.Value()).Bold(),
			ui.Say(theme.Text, ". "), ui.Say(theme.Accent, "esc").Bold(), ui.Say(theme.Text, " clears the filter.")), w-4), w, h)
	case len(s.log.shown) == 0 && s.log.newest.begun && !s.log.older.underway:
		return ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "Nothing has happened yet that you may read.")}, w, h)
	}
	return s.log.view(l, &s.orgs, w, h)
}
