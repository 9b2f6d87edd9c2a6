package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/triage"
	"github.com/registrar-console/registrar/tui/ui"
	"github.com/registrar-console/registrar/tui/wizard"
)

// Screen is one page of the console. Its methods are called by the loop only.
type Screen interface {
	// Caption is what the title row says; place is the place that the screen
	// was reached from.
	Caption(l ui.Look, place string) ui.Caption
	// Status returns the left side of the status row.
	Status(l ui.Look) ui.Text
	// Bindings are the keys that work here now. It is pure.
	Bindings() []ui.Binding
	// Open returns what the screen needs to be read when it comes into sight.
	Open() []action.Action
	// Typing tells that keys are text, unless they are bound.
	Typing() bool
	// Handle takes local actions, messages of the catalogue and, while
	// typing, keys and pasted text. It does no input or output.
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
		return a, a.tell(catalog.Relaid{})
	case tea.BackgroundColorMsg:
		a.dark = msg.IsDark()
		a.retheme()
		return a, a.tell(catalog.Relaid{})
	case tea.ColorProfileMsg:
		a.profile = msg.Profile
		a.retheme()
		return a, a.tell(catalog.Relaid{})
	case tea.ResumeMsg:
		return a, a.resumed()
	case tea.KeyPressMsg:
		return a, a.key(msg)
	case tea.PasteMsg:
		return a, a.typed(msg)
	case tea.MouseMsg:
		return a, a.mouse(msg)
	default:
		return a, a.news(msg)
	}
}

// news takes what was read, what others changed and how tasks ended.
func (a *App) news(msg tea.Msg) tea.Cmd {
	if gone := a.returned(msg); gone != nil {
		return tea.Batch(gone, a.news(msg))
	}
	switch msg := msg.(type) {
	case callerRead:
		return a.callerRead(msg)
	case surveyed:
		return a.surveyed(msg)
	case journalRead:
		return a.journalRead(msg)
	case page:
		return a.pageRead(msg)
	case batch:
		return a.changed(msg)
	case minutePassed:
		return a.older()
	case toastOver:
		return a.toastOver(msg)
	case taskTick:
		return a.tick()
	case taskDone:
		return tea.Batch(a.taskDone(msg), a.readJournal())
	case linkOpened:
		return a.linkOpened(msg)
	case rendered:
		return a.keepRendering(msg)
	default:
		return a.tell(msg)
	}
}

// tell hands a message to all dialogs and screens, since those behind the top
// one keep their rows up to date as well.
func (a *App) tell(msg tea.Msg) tea.Cmd {
	var commands []tea.Cmd
	for _, o := range append([]*overlay(nil), a.dialogs...) {
		commands = append(commands, a.answered(o, msg))
	}
	inSight := false
	for _, s := range append([]Screen(nil), a.stack...) {
		inSight = inSight || s == Screen(a.publish)
		commands = append(commands, a.follow(s.Handle(msg)))
	}
	if !inSight {
		commands = append(commands, a.follow(a.publish.Handle(msg)))
	}
	return tea.Batch(commands...)
}

// follow carries out what a screen answered to a message.
func (a *App) follow(next action.Action, cmd tea.Cmd) tea.Cmd {
	if next == nil {
		return cmd
	}
	return tea.Batch(cmd, a.do(next))
}

// key finds out whom a key belongs to: the dialog on top, the binding it has
// here, or the text that is being typed.
func (a *App) key(msg tea.KeyPressMsg) tea.Cmd {
	a.dismiss()
	a.lastKey, a.returning = msg.String(), false
	if msg.String() == "ctrl+c" {
		return a.do(action.Quit{})
	}
	if a.dialog() == nil {
		if binding, known := ui.Find(a.bindings(), msg.String()); known {
			return a.press(binding)
		}
	}
	return a.typed(msg)
}

// press does what a binding says, or tells why it is off.
func (a *App) press(b ui.Binding) tea.Cmd {
	if why := b.WhyText(); why != "" {
		return a.do(action.Tell{Text: why})
	}
	return a.do(b.Do())
}

// typed gives a key or pasted text to whoever takes text. A dialog decides
// for itself what may answer it.
func (a *App) typed(msg tea.Msg) tea.Cmd {
	if o := a.dialog(); o != nil {
		return a.answered(o, msg)
	}
	if a.top().Typing() {
		return a.follow(a.top().Handle(msg))
	}
	return nil
}

// do carries out an action. With inquire, change and draft it is the list of
// everything the console can do: each case is one call.
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
	case action.Compare:
		return a.push(triage.NewCompare(a.catalog, next))
	case action.OpenPublish:
		return a.openPublish()
	case action.Find:
		return a.find()
	case action.Several:
		return a.several(next)
	case action.Refresh:
		return a.refresh()
	case action.Tell:
		return a.show(next)
	case action.Copy:
		return a.copy(next)
	case action.StopTask:
		a.tasks.stop(next.Task)
		return nil
	default:
		return a.shell(next)
	}
}

// inquire carries out an action that asks the registry and changes nothing there.
func (a *App) inquire(next action.Action) tea.Cmd {
	switch next := next.(type) {
	case action.Load:
		return a.load(next)
	case action.LoadEvents:
		return a.loadEvents(next)
	case action.LoadJournal:
		return a.readJournal()
	case action.Show:
		return a.showVersion(next)
	case action.Contrast:
		return a.contrast(next)
	case action.Verify:
		return a.start(verifyTask(a.cfg.Client, a.cfg.Now, next.Subject))
	case action.Render:
		return a.render(next)
	case action.AskDownload:
		return a.ask(triage.NewDownload(next.Version, a.cfg.Computer, a.cfg.Directory))
	case action.Offer:
		return a.offer(next)
	case action.Download:
		return a.start(downloadTask(a.cfg.Client, a.cfg.Now, next))
	case action.Weigh:
		return a.weigh(next)
	case action.Ask:
		return a.lookUp(next.Question)
	case action.Begin:
		return a.begin(next.Work)
	default:
		return a.reviews(next)
	}
}

// change carries out an action that changes the registry, or asks before it.
func (a *App) change(next action.Action) tea.Cmd {
	if a.cfg.ReadOnly {
		return nil
	}
	switch next := next.(type) {
	case action.AskYank:
		return a.ask(triage.NewYank(next.Subject, a.cfg.ReportTo))
	case action.AskUnyank:
		return a.ask(triage.NewUnyank(a.catalog, next.Subject))
	case action.AskStable:
		return a.ask(triage.NewStable(a.catalog, next.Subject))
	case action.AskAbandon:
		return a.ask(triage.NewAbandon(next.Subject))
	case action.AskDeprecate:
		return a.ask(triage.NewDeprecate(a.catalog, next))
	case action.Deprecate:
		return a.start(deprecateTask(a.cfg.Client, next))
	case action.Retry:
		return a.retry(next)
	case action.Yank:
		return a.start(yankTask(a.cfg.Client, next))
	case action.Unyank:
		return a.start(unyankTask(a.cfg.Client, next))
	case action.SetStable:
		return a.start(stableTask(a.cfg.Client, next))
	case action.Abandon:
		return a.start(abandonTask(a.cfg.Client, journal(a.cfg.Journal), next))
	case action.Publish:
		return a.runPublish()
	case action.StopFile:
		a.publish.Stop(next.File)
	case action.RetryFile:
		a.publish.Retry(next.File)
	default:
		return a.yanks(next)
	}
	return nil
}

// local hands an action to whoever is on top.
func (a *App) local(next action.Local) tea.Cmd {
	if o := a.dialog(); o != nil {
		return a.answered(o, next)
	}
	return a.follow(a.top().Handle(next))
}

// push shows a screen above the one in sight.
func (a *App) push(s Screen) tea.Cmd {
	a.stack = append(a.stack, s)
	return a.enter(s)
}

// reset shows a place and nothing beneath it.
func (a *App) reset(s Screen) tea.Cmd {
	a.stack = []Screen{s}
	return a.enter(s)
}

// enter reads what a screen needs.
func (a *App) enter(s Screen) tea.Cmd {
	var commands []tea.Cmd
	for _, next := range s.Open() {
		commands = append(commands, a.do(next))
	}
	return tea.Batch(commands...)
}

// back leaves the screen in sight.
func (a *App) back() tea.Cmd {
	if len(a.stack) > 1 {
		a.stack = a.stack[:len(a.stack)-1]
	}
	return nil
}

// openPublish shows the publish screen, or brings it back into sight.
func (a *App) openPublish() tea.Cmd {
	for i, s := range a.stack {
		if s == Screen(a.publish) {
			a.stack = a.stack[:i+1]
			return nil
		}
	}
	return a.push(a.publish)
}

// retry opens the publish screen for another attempt of a version.
func (a *App) retry(next action.Retry) tea.Cmd {
	if why := a.publish.Fill(next.Version); why != "" {
		return tea.Batch(a.openPublish(), a.do(action.Tell{Text: why}))
	}
	return a.openPublish()
}

// The publish screen lives as long as the console: what was typed and what
// runs must survive leaving it.
var _ Screen = (*wizard.Publish)(nil)

// changed puts what others did into the catalogue and lets it flash.
func (a *App) changed(b batch) tea.Cmd {
	a.live.take(b, a.now)
	commands := []tea.Cmd{a.live.next()}
	if b.reset {
		commands = append(commands, a.readAnew())
	}
	if len(b.events) > 0 {
		versions, connectors := a.catalog.Apply(b.events)
		a.live.round++
		commands = append(commands, a.calm(),
			a.tell(catalog.Changed{Versions: versions, Connectors: connectors, Round: a.live.round, Events: b.events}))
	}
	if b.back || b.reset {
		commands = append(commands, a.readAgain(), a.tell(catalog.Back{}))
	}
	return tea.Batch(commands...)
}
