package main

import (
	"context"
)

// runConsole opens the console. It needs a terminal on both sides; everything
// it does has a command.
func runConsole(ctx context.Context, env *Env) error {
	if !env.InTerminal || !env.OutTerminal {
		return usage("run it in a terminal, or use a command: registrar list, registrar --help",
			"the console needs a terminal, and there is none here")
	}
	return with(ctx, env, func(s *session) error { return openConsole(ctx, env, s) })
}

func openConsole(ctx context.Context, env *Env, s *session) error {
	return usage("use the commands: registrar --help", "the console is not part of this build")
}
