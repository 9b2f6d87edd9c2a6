package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
)

// runConsole opens the console. It needs a terminal on both sides, unless it
// is the plain one; everything it does has a command.
func runConsole(ctx context.Context, env *Env) error { return showConsole(ctx, env, nil) }

// showConsole opens the console, on the publish screen where answers are
// given. What was published is said once more when the screen is gone.
func showConsole(ctx context.Context, env *Env, answers *publish.Answers) (err error) {
	if !env.showsConsole() {
		return usage("run it in a terminal, add --plain to read and write lines, or use a command: registrar list, registrar --help",
			"the console needs a terminal, and there is none here")
	}
	done, err := env.logToFile()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return with(ctx, env, func(s *session) error {
		cfg := env.consoleConfig(s)
		log := env.log()
		state := env.readConsoleState(log)
		cfg.Notice = env.notice(log, state, cfg.Palette)
		cfg.Last = state.visit(s.Name())
		cfg.Leave = func(v tui.Visit) {
			env.rememberConsole(log, func(state *consoleState) { state.remember(s.Name(), v) })
		}
		cfg.Publish = answers
		var said []string
		cfg.Closed = func(lines []string) { said = lines }
		err := openConsole(ctx, env, cfg)
		for _, line := range said {
			err = errors.Join(err, env.print("%s", line))
		}
		return err
	})
}

// showsConsole says whether there is anything to show the console on.
func (e *Env) showsConsole() bool { return e.Settings.Plain || e.InTerminal && e.OutTerminal }

// consoleConfig is the console on an open session.
func (e *Env) consoleConfig(s *session) tui.Config {
	directory, err := filepath.Abs(".")
	if err != nil {
		directory = "" // the person names one
	}
	palette, _ := e.Settings.palette() // the settings know it, or there are none
	open := openBrowser(e.Environ)
	if !e.hasBrowser() {
		open = nil
	}
	return tui.Config{
		Client:    s.Client,
		Now:       e.Now,
		Palette:   palette,
		ASCII:     e.Settings.ASCII || theme.WantsASCII(e.Environ),
		NoColour:  e.Settings.NoColor,
		ReadOnly:  e.Settings.ReadOnly,
		OpenURL:   open,
		Keys:      e.Settings.Console.Keys,
		Directory: directory,
		Guide:     e.Settings.Guide,
		Computer:  computer(),
		Journal:   e.journalDir(),
		Home:      s.home(e),
		Sign:      e.consoleSign,
	}
}

// openConsole runs the console until the person leaves.
func openConsole(ctx context.Context, env *Env, cfg tui.Config) error {
	if env.Settings.Plain {
		return tui.RunPlain(ctx, cfg, tui.Lines{In: env.In, Out: env.Out, Echo: !env.InTerminal || !env.OutTerminal})
	}
	return tui.Run(ctx, cfg)
}

// home is where the embedded registry keeps its data, as people write it; ""
// if the registry is elsewhere.
func (s *session) home(env *Env) string {
	if s.embedded == nil {
		return ""
	}
	if rest, inside := strings.CutPrefix(env.Settings.Data, env.getenv("HOME")+string(filepath.Separator)); inside && env.getenv("HOME") != "" {
		return filepath.Join("~", rest)
	}
	return env.Settings.Data
}
