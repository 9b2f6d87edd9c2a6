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
	// Start is the place that opens first; the zero value is Connectors.
	Start action.Place
	// Directory is proposed on the publish screen.
	Directory string
	// Journal is the folder for the drafts of publishes; "" keeps none.
	Journal string
}

// App is the root of the console. The tea.Program owns it.
type App struct {
	cfg     Config
	ctx     context.Context
	stop    context.CancelFunc
	catalog *catalog.Catalog
	caller  *registryv1.GetCallerResponse

	stack   []Screen
	dialogs []*overlay
	tasks   *tasks
	live    *live
	loads   map[string]int // generation of each list's reading
	publish *wizard.Publish

	theme   *theme.Theme
	dark    bool
	profile colorprofile.Profile
	width   int
	height  int
	minute  int64
	now     time.Time

	toast     toast
	footer    []ui.Hit
	header    []ui.Hit
	asked     int    // how many dialogs were opened
	lastKey   string // the key pressed last
	clicked   int    // the row clicked last, and when
	clickedAt time.Time
}

// doubleClick is how soon a second click opens what the first one chose.
const doubleClick = 400 * time.Millisecond

// New makes the console. The context bounds everything it starts.
func New(ctx context.Context, cfg Config) *App {
	ctx, stop := context.WithCancel(ctx)
	a := &App{
		cfg: cfg, ctx: ctx, stop: stop,
		catalog: catalog.New(), tasks: newTasks(), loads: map[string]int{},
		dark: true, profile: colorprofile.TrueColor, now: cfg.Now(),
	}
	a.live = newLive(ctx, cfg.Client)
	a.retheme()
	a.publish = wizard.New(wizard.Config{Directory: cfg.Directory, Registry: cfg.Client.Name(), Journal: journal(cfg.Journal)})
	start := cfg.Start
	if start == 0 {
		start = action.Connectors
	}
	a.stack = []Screen{a.place(start)}
	return a
}

// Run opens the console and returns when the person leaves it. What was
// copied or finished is left to the caller to print.
func Run(ctx context.Context, cfg Config, options ...tea.ProgramOption) error {
	app := New(ctx, cfg)
	defer app.stop()
	options = append([]tea.ProgramOption{tea.WithContext(ctx), tea.WithFPS(120)}, options...)
	_, err := tea.NewProgram(app, options...).Run()
	app.stop()
	app.tasks.wait()
	return err
}

// Init starts reading: who calls, the first list, and the watch behind it.
func (a *App) Init() tea.Cmd {
	commands := []tea.Cmd{a.readCaller(), a.do(action.Refresh{}), nextMinute()}
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
}

// look is how the page is drawn now.
func (a *App) look() ui.Look {
	return ui.Look{Theme: a.theme, Now: a.now, Minute: a.minute}
}

// top is the screen in sight.
func (a *App) top() Screen { return a.stack[len(a.stack)-1] }

// minutePassed lets ages grow.
type minutePassed struct{}

func nextMinute() tea.Cmd {
	return tea.Every(time.Minute, func(time.Time) tea.Msg { return minutePassed{} })
}
