// Package tui is the console: a router over screens and dialogs, the
// catalogue of what is known, tasks, and the frame around the page.
//
// Data flows one way. A key becomes an action, an action becomes one call of
// the client, its answer becomes a message, and the message changes the
// screen. Changes made by others arrive through one watch stream and become
// the same messages. Neither Update nor View reads or writes anything outside.
package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/markdown"
	"github.com/registrar-console/registrar/tui/ui"
	"github.com/registrar-console/registrar/tui/wizard"
)

// Config is what the console needs to know from outside.
type Config struct {
	// Client talks to the registry; the console does not close it.
	Client *client.Client
	// Now is the clock.
	Now func() time.Time
	// Palette names the colours.
	Palette theme.Palette
	// ASCII replaces every sign by its ASCII form; NoColour leaves colours out.
	ASCII, NoColour bool
	// ReadOnly leaves out everything that changes the registry.
	ReadOnly bool
	// Start is the place that opens first; the zero value is the last one,
	// or else Home.
	Start action.Place
	// Last is where the console was left; it opens there, unless Start says
	// otherwise. Leave is told where it is left; nil: nobody is.
	Last  Visit
	Leave func(Visit)
	// Publish opens the console on the publish screen, with answers that were
	// given already; nil opens it where it was left.
	Publish *publish.Answers
	// Closed is told what is worth printing once the screen is gone: what was
	// published, and the lines to copy. Nil: nobody is.
	Closed func(lines []string)
	// OpenURL shows a page in the person's browser; nil: there is none.
	OpenURL func(ctx context.Context, url string) error
	// Keys are other keys for bindings, by the binding's id.
	Keys map[string][]string
	// Notice is a sentence for the status row when the console opens.
	Notice string
	// Directory is proposed on the publish screen, and for downloads.
	Directory string
	// Guide is what is told of the publishing paths.
	Guide publish.Guide
	// Computer is the platform that downloads are for unless a person wants
	// another one; zero where connectors are not made for this computer.
	Computer registryv1.Platform
	// Journal is the folder for the drafts of publishes; "" keeps none.
	Journal string
	// Home is where the registry keeps its data, for people; "" unless it
	// runs inside this program.
	Home string
	// Sign gives what signing needs; tell is told where to log in. Nil: only
	// keys in files can sign.
	Sign func(tell func(address, code string)) publish.SignWith
}

// App is the root of the console. The tea.Program owns it.
type App struct {
	cfg     Config
	ctx     context.Context
	stop    context.CancelFunc
	catalog *catalog.Catalog
	// opened are the lists that were read, in the order in which they were.
	opened []catalog.List

	stack   []Screen
	dialogs []*overlay
	tasks   *tasks
	live    *live
	publish *wizard.Publish
	// renderings are texts as they were laid out last.
	renderings map[rendering]markdown.Document

	theme   *theme.Theme
	dark    bool
	profile colorprofile.Profile
	width   int
	height  int

	now time.Time // of the message that is handled
	// minute is raised once a minute, at aged: ages are those of then.
	minute int64
	aged   time.Time

	lately  []command // that the palette ran last
	toast   toast
	hits    hits
	asked   int    // how many dialogs were opened
	lastKey string // the key pressed last
	click   click
	// returning says that what was in sight last time may be gone.
	returning bool
	// spoken says that the page is read line by line instead of drawn; then
	// answers counts those that are under way.
	spoken  bool
	answers int
}

// New makes the console. The context bounds everything it starts.
func New(ctx context.Context, cfg Config) *App {
	ctx, stop := context.WithCancel(ctx)
	a := &App{
		cfg: cfg, ctx: ctx, stop: stop,
		catalog: catalog.New(), tasks: newTasks(), renderings: map[rendering]markdown.Document{},
		dark: true, profile: colorprofile.TrueColor, now: cfg.Now(),
	}
	a.aged = a.now
	a.live = newLive(ctx, cfg.Client)
	a.retheme()
	a.publish = newWizard(cfg)
	a.catalog.Attention.Last = cfg.Last.At
	a.stack = a.opening()
	return a
}

// Run opens the console and returns when the person leaves it. What was
// copied or finished is left to the caller to print.
func Run(ctx context.Context, cfg Config, options ...tea.ProgramOption) error {
	app := New(ctx, cfg)
	options = append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(120)}, options...)
	_, err := tea.NewProgram(app, options...).Run()
	app.Close()
	app.left(err)
	return err
}

// Close stops everything that the console started and returns when it is over.
func (a *App) Close() {
	a.stop()
	a.tasks.wait()
	a.live.wait()
}

// Init starts reading: who calls, the first list, and the watch behind it.
func (a *App) Init() tea.Cmd {
	commands := []tea.Cmd{a.refresh(), nextMinute(), a.show(action.Tell{Text: a.cfg.Notice})}
	if !a.cfg.NoColour {
		commands = append(commands, tea.RequestBackgroundColor)
	}
	return tea.Batch(commands...)
}

// journal opens the folder of drafts, if there is one.
func journal(dir string) *publish.Journal {
	if dir == "" {
		return nil
	}
	return publish.OpenJournal(dir)
}

// retheme makes the theme again, after the terminal told more of itself.
func (a *App) retheme() {
	profile := a.profile
	if a.cfg.NoColour {
		profile = colorprofile.ASCII
	}
	a.theme = theme.New(a.cfg.Palette, a.dark, profile, a.cfg.ASCII)
	if a.spoken {
		a.theme = a.theme.Spoken()
	}
}

// look is how the page is drawn now.
func (a *App) look() ui.Look {
	return ui.Look{Theme: a.theme, Now: a.aged, Minute: a.minute}
}

// top is the screen in sight.
func (a *App) top() Screen { return a.stack[len(a.stack)-1] }

// minutePassed lets ages grow.
type minutePassed struct{}

func nextMinute() tea.Cmd {
	return tea.Every(time.Minute, func(time.Time) tea.Msg { return minutePassed{} })
}

// older lets ages grow, of all rows at once.
func (a *App) older() tea.Cmd {
	a.minute, a.aged = a.minute+1, a.now
	return nextMinute()
}

// newWizard makes the publish screen, with the answers that were given.
func newWizard(cfg Config) *wizard.Publish {
	answers := publish.Answers{Directory: cfg.Directory}
	if cfg.Publish != nil {
		answers = *cfg.Publish
	}
	return wizard.New(wizard.Config{Answers: answers, Registry: cfg.Client.Name(), Guide: cfg.Guide, Now: cfg.Now, Journal: journal(cfg.Journal), Sign: cfg.Sign})
}
