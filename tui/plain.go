package tui

import (
	"bufio"
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/ui"
)

// Lines are what the console is read from and written to line by line.
type Lines struct {
	In  io.Reader
	Out io.Writer
	// Echo says that nobody else shows what is typed, as a terminal does.
	Echo bool
}

// RunPlain opens the console for screen readers, and returns when the person
// leaves it or the input ends. It is the same console: the same screens,
// bindings, actions and dialogs, told line by line. It moves no cursor and
// writes no colour, and works with pipes.
func RunPlain(ctx context.Context, cfg Config, lines Lines) error {
	cfg.NoColour = true
	app := New(ctx, cfg)
	app.spoken = true
	app.width, app.height = plainWidth, plainHeight
	app.retheme()
	p := &plain{app: app, out: &transcript{wake: make(chan struct{}, 1)}, echo: lines.Echo, typed: typing(app.ctx, lines.In)}

	program := tea.NewProgram(p, tea.WithContext(ctx), tea.WithInput(nil), tea.WithOutput(io.Discard),
		tea.WithoutRenderer(), tea.WithoutSignalHandler())
	written := make(chan error, 1)
	go func() {
		err := p.out.copyTo(lines.Out)
		if err != nil {
			program.Quit() // nobody reads any more
		}
		written <- err
	}()
	_, err := program.Run()
	app.Close()
	p.out.close()
	app.left(err)
	return errors.Join(err, <-written)
}

// The cells that pages are laid out in where they are read as drawn: narrow
// enough to have one column, and high enough to be whole.
const (
	drawnWidth, drawnHeight = 72, 400
	plainWidth, plainHeight = 400, 400
)

// plain tells the console line by line. It is the model of its program: a
// message goes to the app first, then what is new is said, and once nothing is
// under way the next line is asked for.
type plain struct {
	app   *App
	out   *transcript
	echo  bool
	typed <-chan string

	// now is the time that ages are told of: it stands still on a page, so
	// that only what changed counts as changed.
	now time.Time

	lines   []string // typed and not yet heard
	ended   bool     // no more will be typed
	reading bool     // the next line is waited for
	patient bool     // it was said that the registry is waited for
	turn    int      // how many lines were heard
	wait    bool     // nothing is asked until no task runs

	page    told // the page that was read last
	talk    *talk
	prompt  string // what was asked and not answered yet
	said    int    // lines since the last answer
	toast   int    // number of the last one that was told
	changed bool   // it was told that the page changed
	down    bool   // it was told that the registry does not answer
	steps   map[string]toldStep
	slow    string // the task that takes long
}

type (
	// lineTyped is one line of input; ended says that there is no more.
	lineTyped struct {
		text  string
		ended bool
	}
	// stillWaiting tells that a while passed since a line was heard.
	stillWaiting struct{ turn int }
)

// plainPatience is how long a registry may take before it is said that it is
// waited for.
const plainPatience = 2 * time.Second

// longestLine bounds what is read as one line.
const longestLine = 64 << 10

// typing reads lines until the input ends. A read that waits for a person
// cannot be interrupted; it ends with the process.
func typing(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(in)
		scanner.Buffer(nil, longestLine)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

// Init implements tea.Model.
func (p *plain) Init() tea.Cmd {
	p.steps = map[string]toldStep{}
	p.now = p.app.now
	return tea.Batch(p.app.Init(), p.patience())
}

// View implements tea.Model: nothing is drawn.
func (p *plain) View() tea.View { return tea.NewView("") }

// Update implements tea.Model.
func (p *plain) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	commands := []tea.Cmd{p.take(msg)}
	if p.app.ctx.Err() != nil {
		return p, commands[0] // it is being left
	}
	p.news(msg)
	for p.settled() {
		p.ask()
		if len(p.lines) == 0 {
			commands = append(commands, p.next())
			break
		}
		line := p.lines[0]
		p.lines = p.lines[1:]
		commands = append(commands, p.heard(line))
		if p.app.ctx.Err() != nil {
			break
		}
		p.news(nil)
	}
	p.askAgain()
	return p, tea.Batch(commands...)
}

// take gives a message to whom it concerns.
func (p *plain) take(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case lineTyped:
		p.reading = false
		if msg.ended {
			p.ended = true
			return nil
		}
		p.lines = append(p.lines, msg.text)
		return nil
	case stillWaiting:
		if msg.turn == p.turn && !p.patient && !p.settled() && !p.wait {
			p.patient = true
			p.say("Waiting for " + p.app.cfg.Client.Name() + ".")
		}
		return nil
	case tea.WindowSizeMsg:
		return nil // the page has its own size
	case answer:
		p.app.answers--
		return p.take(msg.msg)
	case nil:
		return nil
	default:
		_, cmd := p.app.Update(msg)
		return cmd
	}
}

// settled reports whether everything that was asked for is there, so that the
// next line can be asked for. Tasks that take long go on meanwhile.
func (p *plain) settled() bool {
	if p.app.answers > 0 || p.app.ctx.Err() != nil {
		return false
	}
	slow := false
	for _, each := range p.app.tasks.running {
		if !each.task.Slow {
			return false
		}
		slow = true
	}
	p.wait = p.wait && slow
	if p.wait {
		return false
	}
	if o := p.app.dialog(); o != nil {
		if waits, is := o.dialog.(interface{ Pending() bool }); is && waits.Pending() {
			return false
		}
	}
	return true
}

// next waits for the next line, or leaves when there will be none.
func (p *plain) next() tea.Cmd {
	switch {
	case p.ended:
		return p.end()
	case p.reading:
		return nil
	}
	p.reading = true
	ctx, typed := p.app.ctx, p.typed
	return func() tea.Msg {
		select {
		case line, more := <-typed:
			return lineTyped{text: line, ended: !more}
		case <-ctx.Done():
			return nil
		}
	}
}

// end leaves because nothing more will be typed.
func (p *plain) end() tea.Cmd {
	said := "The input ended."
	if slow, busy := p.app.tasks.slow(); busy {
		said = "The input ended while registrar was " + slow.task.Start + ". It stops; what the registry has already stays there as a draft."
	}
	p.say(said)
	return p.app.do(action.Leave{})
}

// patience tells after a while that the registry is still waited for.
func (p *plain) patience() tea.Cmd {
	p.patient = false
	turn := p.turn
	return tea.Tick(plainPatience, func(time.Time) tea.Msg { return stillWaiting{turn: turn} })
}

// say writes one line, on a line of its own.
func (p *plain) say(text string) {
	p.sayText(ui.Words(theme.Text, text))
}

// sayText writes a text as it is read aloud. Nothing is written for one that
// has no words.
func (p *plain) sayText(x ui.Text) {
	line := ui.Aloud(p.app.theme, x)
	if line == "" {
		return
	}
	p.said++
	p.out.line(line)
}

// look is how pages are told.
func (p *plain) look() ui.Look {
	l := p.app.look()
	l.Now = p.now
	return l
}

// answer carries what a read brought, so that it can be counted.
type answer struct{ msg tea.Msg }

// awaiting counts an answer that is under way, where the page is read line by
// line only once it is there.
func (a *App) awaiting(cmd tea.Cmd) tea.Cmd {
	if !a.spoken {
		return cmd
	}
	a.answers++
	return func() tea.Msg { return answer{msg: cmd()} }
}
