package browse

import (
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Drafts are the publishes that are unfinished, at the registry and on this
// computer.
type Drafts struct {
	catalog *catalog.Catalog
	orgs    orgs
	groups  ui.Groups
	flash   map[int64]int
	rows    []catalog.Unfinished // as they were drawn last
	seen    int64                // edition of the rows
	// readOnly: nothing is resumed or removed from here.
	readOnly bool
}

// NewDrafts makes the page.
func NewDrafts(c *catalog.Catalog, readOnly bool) *Drafts {
	return &Drafts{catalog: c, flash: map[int64]int{}, seen: -1, readOnly: readOnly}
}

// Open implements the console's Screen: what the registry holds is followed,
// the journal of this computer is read when one looks at it.
func (s *Drafts) Open() []action.Action { return []action.Action{action.LoadJournal{}} }

// Typing implements the console's Screen.
func (s *Drafts) Typing() bool { return false }

// Caption implements the console's Screen.
func (s *Drafts) Caption(l ui.Look, place string) ui.Caption {
	s.look()
	if len(s.rows) == 0 {
		return ui.Caption{Path: []string{place}}
	}
	here, mine := 0, len(s.catalog.Needs(l.Now).Drafts)
	for _, u := range s.rows {
		if u.Local != nil {
			here++
		}
	}
	facts := []ui.Text{ui.Words(theme.Muted, words.Count(here)+" on this computer")}
	if len(s.rows) > mine {
		facts = append(facts, ui.Words(theme.Muted, words.Count(len(s.rows)-mine)+" of others"))
	}
	return ui.Caption{Path: []string{place}, Total: words.Count(len(s.rows)), Facts: ui.Facts(l.Theme, facts...)}
}

// Status implements the console's Screen.
func (s *Drafts) Status(l ui.Look) ui.Text {
	s.look()
	a := s.catalog.Attention
	var facts []ui.Text
	if n := len(s.rows); n > 0 {
		facts = append(facts, ui.Words(theme.Muted, position(s.groups.Cursor(), n)))
	}
	switch {
	case a.JournalErr != nil:
		facts = append(facts, ui.Words(theme.Warn, a.JournalErr.Error()))
	case a.Err != nil:
		facts = append(facts, ui.Words(theme.Warn, "what the registry holds was not read, ctrl+r tries again"))
	case !a.Known:
		facts = append(facts, ui.Words(theme.Muted, "loading"))
	case a.Cut:
		facts = append(facts, ui.Words(theme.Muted, "the last changed; registrar drafts lists all"))
	}
	return ui.Facts(l.Theme, facts...)
}

// Bindings implements the console's Screen. Resuming opens a form, and what is
// only here needs no registry: both go on working while it is lost.
func (s *Drafts) Bindings() []ui.Binding {
	u, ok := s.current()
	open := ui.Binding{ID: "draft.open", Label: "open", Help: "the page of the version", Keys: []string{"enter"}, Off: s.noDraft, Do: s.open}
	if ok && u.Local != nil && !s.readOnly {
		open.Label, open.Help = "resume", "go on with it on the publish screen"
	}
	all := []ui.Binding{open}
	if !s.readOnly {
		abandon := ui.Binding{ID: "draft.abandon", Label: "abandon", Help: "remove the draft; always asks first", Keys: []string{"X"}, Risk: ui.Destroys, Off: s.offAbandon, Do: s.abandon}
		if ok && u.Held == nil {
			abandon.Risk = ui.Looks
		}
		all = append(all, abandon)
	}
	all = append(all,
		ui.Binding{ID: "draft.version", Label: "version", Help: "the page of the version at the registry", Keys: []string{"v"}, Off: s.notThere, Do: s.version},
		ui.Binding{ID: "draft.copy", Label: "copy", Help: "copy the command that goes on with it", Keys: []string{"c"}, Quiet: true, Off: s.noDraft, Do: s.copy},
	)
	return append(all, moves()...)
}

// current returns the draft under the cursor.
func (s *Drafts) current() (catalog.Unfinished, bool) {
	s.look()
	if i := s.groups.Cursor(); i < len(s.rows) {
		return s.rows[i], true
	}
	return catalog.Unfinished{}, false
}

func (s *Drafts) noDraft() string {
	if _, ok := s.current(); !ok {
		return "no publish is unfinished"
	}
	return ""
}

func (s *Drafts) notThere() string {
	if u, ok := s.current(); !ok || u.Held == nil {
		return "the registry knows nothing of it yet"
	}
	return ""
}

func (s *Drafts) offAbandon() string {
	u, ok := s.current()
	switch {
	case !ok:
		return s.noDraft()
	case u.Held == nil:
		return ""
	default:
		return offWithdraw(s.catalog, subjectOf(u.Held))
	}
}

func (s *Drafts) open() action.Action {
	if u, ok := s.current(); ok {
		return resume(u, s.readOnly)
	}
	return action.Nothing{}
}

func (s *Drafts) version() action.Action {
	if u, ok := s.current(); ok && u.Held != nil {
		return action.OpenVersion{Version: subjectOf(u.Held).Version}
	}
	return action.Nothing{}
}

func (s *Drafts) abandon() action.Action {
	u, ok := s.current()
	switch {
	case !ok:
		return action.Nothing{}
	case u.Held == nil:
		return action.AskForget{ID: u.Local.ID, Version: unfinishedOf(u)}
	default:
		return action.AskAbandon{Subject: subjectOf(u.Held)}
	}
}

func (s *Drafts) copy() action.Action {
	u, ok := s.current()
	if !ok {
		return action.Nothing{}
	}
	text := u.Ref().String()
	if u.Local != nil {
		text = "registrar publish " + quoted(u.Local.Plan.Directory) + " --resume --version " + quoted(u.Ref().Version)
	}
	return action.Copy{Text: text, What: text}
}

// Handle implements the console's Screen.
func (s *Drafts) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Changed:
		for _, change := range msg.Events {
			if id := change.GetVersionId(); id != 0 {
				s.flash[id] = msg.Round
			}
		}
	case catalog.Calm:
		for id, round := range s.flash {
			if round <= msg.Round {
				delete(s.flash, id)
			}
		}
	case action.Choose:
		s.pick(msg.ID)
	case action.Move:
		s.groups.Move(msg.By)
	case action.Page:
		s.groups.Page(msg.By)
	case action.Scroll:
		s.groups.Scroll(msg.By)
	case action.Edge:
		s.groups.Goto(edgeOf(msg, len(s.rows)))
	case action.Point:
		if s.groups.Click(msg.Y-1) && msg.Open {
			return s.open(), nil
		}
	}
	return nil, nil
}

// look takes the drafts anew when something changed; the cursor stays on its
// own.
func (s *Drafts) look() {
	if s.seen == s.catalog.Attention.Edition {
		return
	}
	s.seen = s.catalog.Attention.Edition
	under := ""
	if i := s.groups.Cursor(); i < len(s.rows) && s.groups.Touched() {
		under = s.rows[i].Key()
	}
	s.rows = s.catalog.Drafts()
	for i, u := range s.rows {
		if under != "" && u.Key() == under {
			s.groups.Goto(i)
		}
	}
}

// subjectOf is a version as actions take it.
func subjectOf(h *catalog.Held) action.Subject {
	return action.Subject{
		Version: action.Version{Org: h.Org, Name: h.Name, Number: h.Number},
		State:   h.State, Attempt: h.Attempt, Size: h.Size, Stable: h.Stable, Empty: h.Platforms.Received == 0,
	}
}

// unfinishedOf names the version of a draft.
func unfinishedOf(u catalog.Unfinished) action.Version {
	ref := u.Ref()
	return action.Version{Org: ref.Org, Name: ref.Name, Number: ref.Version}
}

// resume goes on with a draft: with the answers of this computer, or else on
// the page of the version.
func resume(u catalog.Unfinished, readOnly bool) action.Action {
	switch {
	case u.Local != nil && !readOnly:
		return action.Resume{ID: u.Local.ID}
	case u.Held != nil:
		return action.OpenVersion{Version: unfinishedOf(u)}
	default:
		return action.Tell{Text: "The registry knows nothing of it yet, and this console only reads."}
	}
}

// reached says how far a draft got.
func reached(u catalog.Unfinished) string {
	arrived, of := u.Arrived()
	switch {
	case u.Held == nil:
		return "not begun there, " + words.Plural(len(u.Local.Plan.Files), "file", "files") + " planned"
	case u.Held.State == registryv1.State_STATE_PENDING:
		return "created, nothing sent"
	default:
		return "uploading, " + strconv.Itoa(arrived) + " of " + words.Plural(of, "platform", "platforms") + " in"
	}
}

// where says who knows of a draft.
func where(u catalog.Unfinished) string {
	switch {
	case u.Held == nil:
		return "here only"
	case u.Local == nil:
		return "registry only"
	default:
		return "here, registry"
	}
}

// ageOf is how long ago something was.
func ageOf(now time.Time, micros int64) string {
	if micros == 0 {
		return ""
	}
	return words.Age(now.Sub(time.UnixMicro(micros)))
}
