package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/action"
)

// The bounds of the file that remembers where the console was left.
const (
	maxConsoleState = 256 << 10
	maxVisits       = 100
)

// consoleState is what the console remembers on this computer, as it is
// written to console.json.
type consoleState struct {
	// Warned is the theme whose colours were said to be hard to read.
	Warned string `json:"warned,omitempty"`
	// Visits are the last ones, by the name of the registry.
	Visits map[string]lastVisit `json:"visits,omitempty"`
}

// lastVisit is where the console was left.
type lastVisit struct {
	At time.Time `json:"at"`
	// Place is the digit of the place.
	Place   uint8  `json:"place"`
	Org     string `json:"org,omitempty"`
	Name    string `json:"name,omitempty"`
	Version string `json:"version,omitempty"`
}

func (e *Env) consoleStatePath() string { return filepath.Join(e.stateDir(), "console.json") }

// readConsoleState reads what is remembered. A file that cannot be read, or
// holds what we never wrote, is forgotten: nobody may be kept out of the
// console by it.
func (e *Env) readConsoleState(log *slog.Logger) consoleState {
	state, err := readConsoleState(e.consoleStatePath())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Error("the last place in the console is forgotten", "file", e.consoleStatePath(), "why", err)
	}
	return state
}

func readConsoleState(path string) (consoleState, error) {
	info, err := os.Stat(path)
	if err != nil {
		return consoleState{}, err
	}
	if !info.Mode().IsRegular() {
		return consoleState{}, fmt.Errorf("%s is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return consoleState{}, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxConsoleState+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return consoleState{}, err
	}
	if len(data) > maxConsoleState {
		return consoleState{}, fmt.Errorf("%s has more than %d bytes", path, maxConsoleState)
	}
	var state consoleState
	if err := json.Unmarshal(data, &state); err != nil {
		return consoleState{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return state, nil
}

// visit is the last one to a registry. Names are those of connectors and
// versions, or the visit is to the place alone.
func (s consoleState) visit(registry string) tui.Visit {
	last := s.Visits[registry]
	v := tui.Visit{At: last.At, Place: action.Place(last.Place)}
	org, noOrg := artifact.ParseOrg(last.Org)
	name, noName := artifact.ParseConnector(last.Name)
	if noOrg != nil || noName != nil {
		return v
	}
	v.Org, v.Name = org, name
	if number, err := artifact.ParseNumber(last.Version); err == nil {
		v.Number = number.String()
	}
	return v
}

// rememberConsole changes what is remembered. A reader sees the old file or
// the new one.
func (e *Env) rememberConsole(log *slog.Logger, change func(*consoleState)) {
	state, err := readConsoleState(e.consoleStatePath())
	if err != nil {
		state = consoleState{}
	}
	change(&state)
	if err := writeConsoleState(e.consoleStatePath(), state); err != nil {
		log.Error("the place in the console cannot be remembered", "file", e.consoleStatePath(), "why", err)
	}
}

// remember keeps a visit; the oldest go when there are many.
func (s *consoleState) remember(registry string, v tui.Visit) {
	if s.Visits == nil {
		s.Visits = map[string]lastVisit{}
	}
	s.Visits[registry] = lastVisit{At: v.At.UTC(), Place: uint8(v.Place), Org: v.Org, Name: v.Name, Version: v.Number}
	for len(s.Visits) > maxVisits {
		oldest := registry
		for name, each := range s.Visits {
			if each.At.Before(s.Visits[oldest].At) {
				oldest = name
			}
		}
		delete(s.Visits, oldest)
	}
}

func writeConsoleState(path string, state consoleState) error {
	data, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".console-*") // 0600
	if err != nil {
		return err
	}
	_, err = part.Write(append(data, '\n'))
	err = errors.Join(err, part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}

// notice is what the console says when it opens: that colours of the theme
// are hard to read, once for each set of colours.
func (e *Env) notice(log *slog.Logger, state consoleState, palette theme.Palette) string {
	said := hardToRead(palette)
	if said == "" {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%v", palette))
	warned := palette.Name + " " + hex.EncodeToString(sum[:8])
	if state.Warned == warned {
		return ""
	}
	e.rememberConsole(log, func(s *consoleState) { s.Warned = warned })
	return said
}
