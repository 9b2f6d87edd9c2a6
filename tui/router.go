package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/ui"
)

// Screen is one page of the console. Its methods are called by the loop only.
type Screen interface {
	// Title returns the two sides of the title row; place is the place that
	// the screen was reached from.
	Title(l ui.Look, place string) (left, right ui.Text)
	// Status returns the left side of the status row.
	Status(l ui.Look) ui.Text
	// Bindings are the keys that work here now. It is pure.
	Bindings() []ui.Binding
	// Open returns what the screen needs to be read when it comes into
	// sight, or nil.
	Open() action.Action
	// Typing tells that keys are text, not bindings.
	Typing() bool
	// Handle takes local actions, messages of the catalogue and, while
	// typing, keys. It does no input or output.
	Handle(msg tea.Msg) (action.Action, tea.Cmd)
	// View draws the body: h lines of w cells.
	View(l ui.Look, w, h int) []string
}

// Update routes a message: what concerns the terminal is for the app, what
// was read or changed for the catalogue and then the screens, keys for the
// dialog on top or the binding they belong to.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	a.now = a.cfg.Now()
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
		return a, nil
	case tea.BackgroundColorMsg:
		a.dark = msg.IsDark()
		a.retheme()
		return a, nil
	case tea.ColorProfileMsg:
		a.profile = msg.Profile
		a.retheme()
		return a, nil
	case minutePassed:
		a.minute++
		return a, nextMinute()
	case tea.KeyPressMsg:
		return a, a.key(msg)
	case tea.PasteMsg:
		return a, a.paste(msg)
	case tea.MouseMsg:
		return a, a.mouse(msg)
	default:
		return a, a.news(msg)
	}
}

// news takes what was read, what others changed and how tasks ended.
func (a *App) news(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case callerRead:
		return a.callerRead(msg)
	case pageRead:
		return a.pageRead(msg)
	case batch:
		return a.changed(msg)
	case toastOver:
		a.toastOver(msg)
		return nil
	case taskTick:
		return a.tick()
	case taskDone:
		return a.taskDone(msg)
	case did:
		return a.do(msg.action)
	default:
		return a.tell(msg)
	}
}

// did carries an action that a command decided on.
type did struct{ action action.Action }

// tell hands a message to all dialogs and screens, since those behind the top
// one keep their rows up to date as well.
func (a *App) tell(msg tea.Msg) tea.Cmd {
	var commands []tea.Cmd
	for _, d := range a.dialogs {
		commands = append(commands, a.follow(d.dialog.Handle(msg)))
	}
	for _, s := range a.stack {
		commands = append(commands, a.follow(s.Handle(msg)))
	}
	return tea.Batch(commands...)
}

// follow carries out what a screen or dialog answered to a message.
func (a *App) follow(next action.Action, cmd tea.Cmd) tea.Cmd {
	if next == nil {
		return cmd
	}
	return tea.Batch(cmd, a.do(next))
}

// key finds out whom a key belongs to.
func (a *App) key(msg tea.KeyPressMsg) tea.Cmd {
	a.dismiss()
	a.lastKey = msg.String()
	if msg.String() == "ctrl+c" {
		return a.do(action.Quit{})
	}
	if d := a.dialog(); d != nil {
		return a.dialogKey(d, msg)
	}
	if a.top().Typing() {
		return a.follow(a.top().Handle(msg))
	}
	binding, known := ui.Find(a.bindings(), msg.String())
	if !known {
		return nil
	}
	return a.press(binding)
}

// press does what a binding says, or tells why it is off.
func (a *App) press(b ui.Binding) tea.Cmd {
	if why := b.WhyText(); why != "" {
		return a.do(action.Tell{Text: why})
	}
	return a.do(b.Do())
}

// paste gives pasted text to a text field. It never answers a dialog's
// question, which is the dialog's own business.
func (a *App) paste(msg tea.PasteMsg) tea.Cmd {
	if d := a.dialog(); d != nil {
		return a.follow(d.dialog.Handle(msg))
	}
	if a.top().Typing() {
		return a.follow(a.top().Handle(msg))
	}
	return nil
}

// bindings are those of the screen in sight and the ones that work
// everywhere, without what a read-only console must not do.
func (a *App) bindings() []ui.Binding {
	all := a.top().Bindings()
	if a.top().Typing() {
		// Keys are text now; the screen names the few that are not.
		return all
	}
	all = append(all, a.everywhere()...)
	if !a.cfg.ReadOnly {
		return all
	}
	harmless := all[:0]
	for _, b := range all {
		if b.Risk == ui.Looks {
			harmless = append(harmless, b)
		}
	}
	return harmless
}

// do carries out an action. It is the list of everything the console can do:
// each case is one call.
func (a *App) do(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.Local:
		return a.local(next)
	case action.Back:
		return a.back()
	case action.Quit:
		return a.quit()
	case action.Leave:
		return a.leave()
	case action.Suspend:
		return tea.Suspend
	case action.Go:
		return a.reset(a.place(next.To))
	case action.OpenConnector:
		return a.push(browse.NewVersions(a.catalog, next.Org, next.Name))
	case action.OpenVersion:
		return a.push(browse.NewVersion(a.catalog, next.Version))
	case action.OpenPublish:
		return a.openPublish()
	case action.Refresh:
		return a.refresh()
	case action.Tell:
		return a.show(next)
	case action.Copy:
		return a.copy(next)
	case action.Load:
		return a.load(next)
	case action.Show:
		return a.showVersion(next)
	case action.Weigh:
		return a.weigh(next)
	default:
		return a.change(next)
	}
}

// change carries out an action that changes the registry, or asks before it.
func (a *App) change(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.AskYank:
		return a.ask(triage.NewYank(a.catalog, next.Version))
	case action.AskUnyank:
		return a.ask(triage.NewUnyank(next.Version))
	case action.AskStable:
		return a.ask(triage.NewStable(a.catalog, next.Version))
	case action.AskAbandon:
		return a.ask(triage.NewAbandon(a.catalog, next.Version))
	case action.Yank:
		return a.start(yankTask(a.cfg.Client, next))
	case action.Unyank:
		return a.start(unyankTask(a.cfg.Client, next))
	case action.SetStable:
		return a.start(stableTask(a.cfg.Client, next))
	case action.Abandon:
		return a.start(abandonTask(a.cfg.Client, next))
	case action.Prepare:
		return a.prepare(next)
	case action.Publish:
		return a.runPublish()
	case action.StopFile:
		a.publish.Stop(next.Platform)
	case action.RetryFile:
		a.publish.Retry(next.Platform)
	}
	return nil
}

// local hands an action to whoever is on top.
func (a *App) local(next action.Local) tea.Cmd {
	if d := a.dialog(); d != nil {
		return a.follow(d.dialog.Handle(next))
	}
	return a.follow(a.top().Handle(next))
}

// place makes the screen of a place.
func (a *App) place(p action.Place) Screen {
	if p == action.Versions {
		return browse.NewAll(a.catalog)
	}
	return browse.NewConnectors(a.catalog)
}

// push shows a screen above the one in sight.
func (a *App) push(s Screen) tea.Cmd {
	a.stack = append(a.stack, s)
	return a.do(orNothing(s.Open()))
}

// reset shows a place and nothing beneath it.
func (a *App) reset(s Screen) tea.Cmd {
	a.stack = []Screen{s}
	return a.do(orNothing(s.Open()))
}

// back closes the dialog on top, or leaves the screen in sight.
func (a *App) back() tea.Cmd {
	switch {
	case len(a.dialogs) > 0:
		a.dialogs = a.dialogs[:len(a.dialogs)-1]
	case len(a.stack) > 1:
		a.stack = a.stack[:len(a.stack)-1]
	}
	return nil
}

// orNothing spares the callers a check.
func orNothing(next action.Action) action.Action {
	if next == nil {
		return action.Nothing{}
	}
	return next
}

// refresh tries to reach a lost registry at once, and reads again.
func (a *App) refresh() tea.Cmd {
	a.cfg.Client.TryNow()
	return tea.Batch(a.readConnectors(), a.do(orNothing(a.top().Open())))
}

// changed puts what others did into the catalogue and lets it flash.
func (a *App) changed(b batch) tea.Cmd {
	a.live.take(b, a.now)
	if b.reset {
		a.catalog.Clear()
		return tea.Batch(a.refresh(), a.live.next())
	}
	versions, connectors := a.catalog.Apply(b.events)
	told := a.tell(catalog.Changed{Versions: versions, Connectors: connectors, Events: b.events})
	return tea.Batch(told, a.live.next(), a.calm(len(b.events)))
}
