// Command registrar is the terminal console of a connector registry, its
// command line, and the registry itself.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"
)

func main() {
	// The first signal asks everything to stop in order; after it the default
	// is back, so that a second one ends a program that does not listen.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, osEnv(), os.Args[1:]))
}

// osEnv is the environment of this process. What is secret in it stays with us:
// it is taken out of what programs that we start inherit.
func osEnv() *Env {
	environ := os.Environ()
	for _, name := range secretNames {
		_ = os.Unsetenv(name) // it fails for names that no variable has
	}
	return &Env{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		InTerminal:  term.IsTerminal(int(os.Stdin.Fd())),
		OutTerminal: term.IsTerminal(int(os.Stdout.Fd())),
		ErrTerminal: term.IsTerminal(int(os.Stderr.Fd())),
		Now:         time.Now,
		Environ:     environ,
		AskSecret:   askSecret(os.Stdin, os.Stderr),
		OpenBrowser: openBrowser(environ),
		Settings:    Settings{Output: OutputTable},
	}
}
