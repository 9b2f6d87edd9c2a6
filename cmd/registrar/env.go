package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Env is what a command may touch of the world around it: streams, clock,
// environment and settings. Commands take it as they find it, which lets tests
// run them in process.
type Env struct {
	In  io.Reader
	Out io.Writer
	Err io.Writer
	// InTerminal, OutTerminal and ErrTerminal say at which streams a person sits.
	InTerminal, OutTerminal, ErrTerminal bool

	Now func() time.Time
	// Environ is the environment in the form of os.Environ.
	Environ []string

	// AskSecret asks at the terminal for what nobody should see; nil where there
	// is none. OpenBrowser opens an address on the person's screen, if it can.
	AskSecret   func(ctx context.Context, prompt string) ([]byte, error)
	OpenBrowser func(ctx context.Context, address string) error

	Settings Settings
	// loaded says that the settings were read; an error may come before.
	loaded bool
	// LogFile takes the log while the console is on the screen; nil is Err.
	LogFile io.Writer
}

// getenv is the value of one variable; of several the last counts.
func (e *Env) getenv(name string) string {
	value, _ := e.lookup(name)
	return value
}

// lookup also tells a variable that is empty from one that is not there.
func (e *Env) lookup(name string) (value string, set bool) {
	for _, entry := range slices.Backward(e.Environ) {
		if key, value, _ := strings.Cut(entry, "="); key == name {
			return value, true
		}
	}
	return "", false
}

// hint tells the person something that is no result. With JSON nobody reads
// along, and stderr is for the one object of a failure.
func (e *Env) hint(format string, args ...any) {
	if e.Settings.JSON() {
		return
	}
	// A closed stderr must not keep a command from doing its work.
	_, _ = fmt.Fprintf(e.Err, format+"\n", args...)
}

// print writes a result.
func (e *Env) print(format string, args ...any) error {
	_, err := fmt.Fprintf(e.Out, format+"\n", args...)
	return err
}

// json writes one JSON document as the settings ask for it.
func (e *Env) json(value any) error {
	return writeJSON(e.Out, value, e.Settings.Output == OutputJSONPretty)
}

// jsonLine writes one document of several, which stands on a line of its own
// whatever the settings ask for.
func (e *Env) jsonLine(value any) error { return writeJSON(e.Out, value, false) }

// asks says whether a missing answer may be asked for.
func (e *Env) asks() bool { return e.InTerminal && e.ErrTerminal && !e.Settings.JSON() }

// log is where the embedded registry writes: errors, and everything with -v.
func (e *Env) log() *slog.Logger {
	level := slog.LevelError
	if e.Settings.Verbose {
		level = slog.LevelDebug
	}
	if e.LogFile != nil {
		return slog.New(slog.NewTextHandler(e.LogFile, &slog.HandlerOptions{Level: level}))
	}
	return slog.New(slog.NewTextHandler(e.Err, &slog.HandlerOptions{Level: level}))
}

// maxLogFile is how large the log may be before it is begun anew.
const maxLogFile = 4 << 20

// logToFile keeps the log off the screen while the console is on it. The
// returned function closes the file.
func (e *Env) logToFile() (done func() error, err error) {
	dir := e.stateDir()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the directory of the log: %w", err)
	}
	path := filepath.Join(dir, "registrar.log")
	mode := os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLogFile {
		mode = os.O_TRUNC
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|mode, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the log: %w", err)
	}
	e.LogFile = file
	return func() error {
		e.LogFile = nil
		return file.Close()
	}, nil
}

// stateDir is where unfinished publishes of this computer are kept.
func (e *Env) stateDir() string {
	return xdg(e.getenv, "XDG_STATE_HOME", filepath.Join(".local", "state"))
}

// defaultData is where the embedded registry is unless --data says otherwise.
func (e *Env) defaultData() string { return defaultData(e.getenv) }
