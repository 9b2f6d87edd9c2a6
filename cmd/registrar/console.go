package main

import (
	"context"
	"errors"
	"path/filepath"
	"strings"

	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
)

// runConsole opens the console. It needs a terminal on both sides; everything
// it does has a command.
func runConsole(ctx context.Context, env *Env) (err error) {
	if !env.InTerminal || !env.OutTerminal {
		return usage("run it in a terminal, or use a command: registrar list, registrar --help",
			"the console needs a terminal, and there is none here")
	}
	done, err := env.logToFile()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return with(ctx, env, func(s *session) error { return openConsole(ctx, env, s, action.Home) })
}

// openConsole runs the console on an open session until the person leaves.
func openConsole(ctx context.Context, env *Env, s *session, start action.Place) error {
	directory, err := filepath.Abs(".")
	if err != nil {
		directory = "" // the person names one
	}
	return tui.Run(ctx, tui.Config{
		Client:    s.Client,
		Now:       env.Now,
		Palette:   theme.Standard(),
		ASCII:     env.Settings.ASCII || theme.WantsASCII(env.Environ),
		NoColour:  env.Settings.NoColor,
		ReadOnly:  env.Settings.ReadOnly,
		Start:     start,
		Directory: directory,
		Journal:   env.journalDir(),
		Home:      s.home(env),
	})
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
