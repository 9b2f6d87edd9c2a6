package browse

import (
	"strings"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// Bounds of what is read of versions that wait: how many questions are open at
// once, and how many answers are kept.
const (
	glancesAtOnce = 3
	glancesMost   = 400
)

// glances are what is new in versions that wait, by their ids. Only those that
// came into sight are read.
type glances struct {
	of    map[int64]*glance
	under int
}

// glance is one of them.
type glance struct {
	attempt  int32
	ready    bool
	previous string
	version  *registryv1.Version
	report   diff.Report
	err      error
}

// wants asks about the rows in sight of which nothing is known, a few at a time.
func (g *glances) wants(rows []*catalog.Queued) action.Action {
	var next action.Action
	for _, q := range rows {
		if g.under >= glancesAtOnce {
			break
		}
		// Whoever approves changes no byte: only another attempt does.
		if held := g.of[q.ID]; held != nil && held.attempt == q.Attempt {
			continue
		}
		if len(g.of) >= glancesMost {
			clear(g.of)
		}
		g.of[q.ID] = &glance{attempt: q.Attempt}
		g.under++
		next = action.Both(next, action.Glance{Version: queuedVersion(q), Previous: q.Previous, ID: q.ID, Attempt: q.Attempt})
	}
	return next
}

// take keeps an answer, unless another one is awaited by now.
func (g *glances) take(msg catalog.Glanced) {
	g.under = max(0, g.under-1)
	held := g.of[msg.ID]
	if held == nil || held.attempt != msg.Attempt {
		return
	}
	held.ready, held.previous, held.version, held.report, held.err = true, msg.Previous, msg.Version, msg.Report, msg.Err
}

// cell is the biggest change of a version.
func (g *glances) cell(t *theme.Theme, q *catalog.Queued) ui.Text {
	held := g.of[q.ID]
	switch {
	case held == nil || !held.ready:
		return ui.Words(theme.Muted, t.Glyph(theme.GlyphCut))
	case held.err != nil:
		return ui.Words(theme.Muted, t.Glyph(theme.GlyphUnchecked)+" not read")
	case held.previous == "":
		return ui.Words(theme.Text, "first version")
	default:
		return biggest(t, held.report)
	}
}

// biggest is the change that a reviewer would name first, in a few words: who
// signed and under which license, then whatever there is most of.
func biggest(t *theme.Theme, r diff.Report) ui.Text {
	type kind struct {
		subject diff.Subject
		kind    diff.Kind
	}
	counts := map[kind]int{}
	var most diff.Change
	for _, c := range r.Different() {
		switch c.Subject {
		case diff.Signer, diff.Verdict, diff.License:
			if c.Thought != "" {
				return ui.Line(ui.Say(theme.Warn, changes.Mark(t, c).Glyph+" "+c.Subject.One()))
			}
		case diff.Resource, diff.Capability, diff.Permission, diff.Config, diff.Platform:
			k := kind{c.Subject, c.Kind}
			if counts[k]++; counts[k] > counts[kind{most.Subject, most.Kind}] {
				most = c
			}
		default:
		}
	}
	n := counts[kind{most.Subject, most.Kind}]
	switch {
	case n > 0:
		mark := changes.Mark(t, most)
		noun := strings.TrimPrefix(most.Subject.One(), "config ")
		return ui.Line(ui.Say(mark.Role, mark.Glyph+" "), ui.Say(theme.Text, words.Plural(n, noun, many(noun))))
	case r.Thoughts() > 0:
		return ui.Words(theme.Warn, words.Plural(r.Thoughts(), "thing to think of", "things to think of"))
	default:
		return ui.Words(theme.Muted, "nothing new")
	}
}

// many is the plural of a subject's noun.
func many(noun string) string {
	if stem, ends := strings.CutSuffix(noun, "y"); ends {
		return stem + "ies"
	}
	return noun + "s"
}
