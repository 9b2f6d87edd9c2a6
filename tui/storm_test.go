package tui

import (
	"errors"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// wideText is what hostile texts hold of characters that take two cells: they
// may be shown, so that the checks of a screen must not count them as faults.
const wideText = "組織名漢字🙂"

// hostileTexts are texts that a registry could send to somebody's terminal.
// The client cleans what it decodes; here they arrive as they are, since the
// screen must not depend on that.
var hostileTexts = []string{
	"\x1b[2J\x1b[H\x1b]0;owned\x07", "\x1b]52;c;ZXZpbA==\x07", "\x9b31m\x90q\x9c", "a\r\nb\tc\x00\x08\x7f", "\u202emoc.live\u202c\u2066x\u2069",
	"e" + strings.Repeat("\u0301", 400), strings.Repeat("\u200b\u200d\ufeff", 300), wideText, strings.Repeat("組", 500), strings.Repeat("long ", 20_000),
	"\xff\xfe\xf0\x28\x8c\x28", "\U000e0041\U000e007f\ue000\ufff9", "```\n# [x](javascript:alert(1)) <script>\n|a|b|\n|-|-|\n" + strings.Repeat("> ", 500),
	"", " ", "{\"resourceTypes\":[", strings.Repeat("\n", 3000),
}

// poison replaces some of the texts of a message, at any depth.
func poison(r *rand.Rand, m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap():
		case f.Kind() == protoreflect.StringKind && f.IsList():
			for i := range v.List().Len() {
				v.List().Set(i, protoreflect.ValueOfString(hostile(r, v.List().Get(i).String())))
			}
		case f.Kind() == protoreflect.StringKind:
			m.Set(f, protoreflect.ValueOfString(hostile(r, v.String())))
		case f.Kind() == protoreflect.MessageKind && f.IsList():
			for i := range v.List().Len() {
				poison(r, v.List().Get(i).Message())
			}
		case f.Kind() == protoreflect.MessageKind:
			poison(r, v.Message())
		}
		return true
	})
}

func hostile(r *rand.Rand, text string) string {
	if r.IntN(3) > 0 {
		return text
	}
	return hostileTexts[r.IntN(len(hostileTexts))]
}

// poisoned is a copy of a message with hostile texts in it.
func poisoned[M proto.Message](r *rand.Rand, m M) M {
	other := proto.Clone(m)
	poison(r, other.ProtoReflect())
	return other.(M) //nolint:forcetypeassert // a clone is of the same type
}

func poisonedAll[M proto.Message](r *rand.Rand, all []M) []M {
	out := make([]M, len(all))
	for i, m := range all {
		out[i] = poisoned(r, m)
	}
	return out
}

// stormKeys are keys that do something somewhere, more often than chance
// would press them.
var stormKeys = []string{
	"enter", "esc", "tab", "shift+tab", "up", "down", "pgup", "pgdown", "home", "end", "space", "backspace", "ctrl+k", "ctrl+r", "left", "right",
	"/", "?", ":", ".", "*", "=", "[", "]", "1", "2", "3", "5", "7", "g", "G", "j", "k", "n", "s", "c", "o", "t", "u", "v", "X", "d", "r", "p", "a", "e",
	"v1.0.0", "state:failed", "x:y", "組", "\x1b",
}

func stormKey(r *rand.Rand) tea.KeyPressMsg {
	special := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown, "pgup": tea.KeyPgUp,
		"pgdown": tea.KeyPgDown, "home": tea.KeyHome, "end": tea.KeyEnd, "space": tea.KeySpace, "backspace": tea.KeyBackspace,
		"left": tea.KeyLeft, "right": tea.KeyRight,
	}
	name := stormKeys[r.IntN(len(stormKeys))]
	switch {
	case name == "shift+tab":
		return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift}
	case strings.HasPrefix(name, "ctrl+"):
		return tea.KeyPressMsg{Code: rune(name[5]), Mod: tea.ModCtrl}
	case name == "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	case special[name] != 0:
		return tea.KeyPressMsg{Code: special[name]}
	default:
		return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
	}
}

// stormMessage is anything that may reach the console.
func stormMessage(r *rand.Rand, a *App) tea.Msg {
	someError := []error{
		errors.New(hostileTexts[r.IntN(len(hostileTexts))]),
		&client.Error{Code: codes.Unavailable, Doing: "listing", Message: hostile(r, "it does not answer"), Next: hostile(r, "try again")},
		&client.Error{Code: codes.NotFound, Reason: registryv1.Reason_REASON_NOT_FOUND, Message: "gone"},
		nil,
	}[r.IntN(4)]
	switch r.IntN(14) {
	case 0:
		return tea.WindowSizeMsg{Width: r.IntN(260), Height: r.IntN(80)}
	case 1:
		return tea.PasteMsg{Content: hostileTexts[r.IntN(len(hostileTexts))]}
	case 2:
		return tea.MouseClickMsg{X: r.IntN(270) - 5, Y: r.IntN(90) - 5, Button: tea.MouseLeft}
	case 3:
		return tea.MouseWheelMsg{X: r.IntN(200), Y: r.IntN(60), Button: []tea.MouseButton{tea.MouseWheelUp, tea.MouseWheelDown}[r.IntN(2)]}
	case 4:
		return tea.ColorProfileMsg{Profile: []colorprofile.Profile{colorprofile.TrueColor, colorprofile.ANSI256, colorprofile.ANSI, colorprofile.ASCII}[r.IntN(4)]}
	case 5:
		return minutePassed{}
	case 6:
		list := []catalog.List{{}, {All: true}, oktaList}[r.IntN(3)]
		return page{
			list: list, reading: a.catalog.Reading(list).Number(), connectors: poisonedAll(r, connectors()), versions: poisonedAll(r, versions()),
			next: hostile(r, ""), err: someError,
		}
	case 7, 8:
		return versionShown(r, a, someError)
	case 9:
		return taskDone{id: "yank ConductorOne/baton-okta v0.5.25", said: hostile(r, "done"), err: someError}
	case 10:
		b := batch{back: r.IntN(4) == 0, reset: r.IntN(8) == 0}
		if r.IntN(4) == 0 {
			b.lost, b.retry = &client.Error{Message: hostile(r, "lost")}, time.Second
		}
		for range r.IntN(4) {
			v := poisoned(r, versions()[r.IntN(8)])
			v.Revision += r.Int64N(1000)
			b.events = append(b.events, poisoned(r, &registryv1.Change{
				Event: &registryv1.Event{
					Seq: r.Int64N(1 << 40), At: ago(time.Minute), Kind: registryv1.EventKind(r.Int32N(40)), Person: "juno",
					Org: "ConductorOne", Name: "baton-okta", Version: "v0.5.25", Reason: "loops", Detail: map[string]string{"why": hostile(r, "x")},
				},
				Version: v, VersionId: v.GetId(), Connector: connectors()[r.IntN(7)],
			}))
		}
		return b
	case 11:
		return tea.ResumeMsg{}
	case 12:
		return callerRead{caller: poisoned(r, &registryv1.GetCallerResponse{Person: "mara", Roles: []*registryv1.RoleGrant{{Org: "*", Role: registryv1.Role(r.Int32N(8))}}}), err: someError}
	default:
		return tea.KeyReleaseMsg{Code: 'x'}
	}
}

// versionShown answers the page of a version, if one is in sight: with the
// number that its title names, and one of the questions that it asked.
func versionShown(r *rand.Rand, a *App, err error) tea.Msg {
	path := a.top().Caption(a.look(), "").Path
	number := path[len(path)-1]
	known := slices.ContainsFunc(versions(), func(v *registryv1.VersionSummary) bool { return v.GetRef().GetVersion() == number })
	if !known {
		a.open(versions()[r.IntN(8)].GetRef().GetVersion())
		return tea.KeyReleaseMsg{Code: 'x'}
	}
	for asked := range 5 {
		a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: number, Asked: asked, Version: poisoned(r, whole(number)), Err: err})
	}
	return catalog.Shown{Org: okta.Org, Name: okta.Name, Number: number, Asked: 5, Version: poisoned(r, whole(number)), Err: err}
}

// storm throws keys, messages and sizes at a console, and checks each screen:
// nothing panics, no line is wider than the screen, and nothing but our own
// styles reaches the terminal.
func storm(tb testing.TB, seed uint64, steps int) {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 1))
	a := newApp(tb, tuitest.Looks()[int(seed%3)].Theme, 120, 40)
	now := noon
	a.cfg.Now = func() time.Time { return now }
	for step := range steps {
		// Time passes, or dialogs would take every key for one of before.
		now = now.Add(time.Duration(r.IntN(900)) * time.Millisecond)
		var msg tea.Msg = stormKey(r)
		if r.IntN(2) == 0 {
			msg = stormMessage(r, a)
		}
		_, _ = a.Update(msg)
		view := a.View().Content
		if a.width == 0 || a.height == 0 {
			continue
		}
		if faults := tuitest.Faults(view, a.width, a.height, wideText); len(faults) > 0 {
			tb.Fatalf("seed %d, step %d, after %#v at %dx%d:\n%s", seed, step, msg, a.width, a.height, strings.Join(faults[:min(len(faults), 3)], "\n"))
		}
	}
}

// Fixed seeds, so that each run is the same one; make soak goes on.
func TestAStormOfKeysMessagesAndSizes(t *testing.T) {
	t.Parallel()
	seeds, steps := 12, 150
	if os.Getenv("REGISTRAR_SOAK") != "" {
		seeds, steps = 400, 500
	}
	began := time.Now()
	for seed := range seeds {
		storm(t, uint64(seed), steps)
	}
	t.Logf("%d storms of %d steps in %s", seeds, steps, time.Since(began).Round(time.Millisecond))
}

func FuzzStorm(f *testing.F) {
	f.Add(uint64(1), 50)
	f.Fuzz(func(t *testing.T, seed uint64, steps int) {
		storm(t, seed, min(max(steps, 0), 300))
	})
}

// A connector whose every text is hostile looks like any other: the page
// keeps its columns, and nothing reaches the terminal but our own styles.
func TestAHostileConnector(t *testing.T) {
	t.Parallel()
	for name, prepare := range pages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(7, 7))
			a := newApp(t, tuitest.Looks()[0].Theme, 120, 40)
			a.receive(page{connectors: poisonedAll(r, connectors())})
			a.receive(page{list: oktaList, versions: poisonedAll(r, versions())})
			prepare(a)
			for asked := range 3 {
				a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: "v0.5.26", Asked: asked + 1, Version: poisoned(r, whole("v0.5.26"))})
			}
			tuitest.Sweep(t, func(w, h int) string {
				a.width, a.height = w, h
				return a.screen()
			}, wideText)
			require.NotPanics(t, func() { _ = a.bindings() })
		})
	}
}
