package browse

import (
	"bytes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// chainStretch is the part of the log whose chain was recomputed here. It has
// no gaps: events join it at either end.
type chainStretch struct {
	oldest, newest *registryv1.Event
	// fault is the first thing that was found to be wrong, at an event.
	fault string
	at    int64
}

// below joins the event before the oldest one.
func (c *chainStretch) below(r *logRow) {
	if !c.look(r) {
		return
	}
	if c.oldest == nil {
		c.newest = r.event
	} else if wrong := client.CheckPlace(c.oldest, r.event.GetSeq(), r.event.GetStored().GetHash()); wrong != "" {
		c.broken(c.oldest.GetSeq(), wrong)
	}
	c.oldest = r.event
	if r.event.GetSeq() == 1 {
		if wrong := client.CheckPlace(r.event, 0, nil); wrong != "" {
			c.broken(1, wrong)
		}
	}
}

// above joins the event behind the newest one.
func (c *chainStretch) above(r *logRow) {
	if !c.look(r) {
		return
	}
	if c.newest == nil {
		c.oldest = r.event
	} else if wrong := client.CheckPlace(r.event, c.newest.GetSeq(), c.newest.GetStored().GetHash()); wrong != "" {
		c.broken(r.event.GetSeq(), wrong)
	}
	c.newest = r.event
}

// look judges an event by itself; it reports false where there is nothing to
// judge, since the caller may not read stored bytes.
func (c *chainStretch) look(r *logRow) bool {
	if !r.checked {
		return false
	}
	if len(r.faults) > 0 {
		c.broken(r.event.GetSeq(), r.faults[0])
	}
	return true
}

func (c *chainStretch) broken(seq int64, fault string) {
	if c.fault == "" {
		c.fault, c.at = fault, seq
	}
}

// text says what was verified here: the chain from its beginning, or the part
// that was read.
func (c *chainStretch) text(t *theme.Theme) ui.Text {
	switch {
	case c.oldest == nil:
		return nil
	case c.fault != "":
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "chain broken at event "+words.Count(c.at)))
	case c.oldest.GetSeq() == 1:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "chain verified to event "+words.Count(c.newest.GetSeq())))
	default:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "chain verified, "+words.Count(c.oldest.GetSeq())+" to "+words.Count(c.newest.GetSeq())))
	}
}

// link says how an event hangs in the chain, as far as that was seen.
func (c *chainStretch) link(t *theme.Theme, r *logRow) ui.Text {
	stored := r.event.GetStored()
	switch {
	case !r.checked:
		return nil
	case len(r.faults) > 0:
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "event "+words.Count(r.event.GetSeq())+" "+r.faults[0]))
	case c.fault != "" && c.at == r.event.GetSeq():
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "event "+words.Count(c.at)+" "+c.fault))
	case c.oldest == nil || r.event.GetSeq() <= c.oldest.GetSeq() || r.event.GetSeq() > c.newest.GetSeq():
		said := "its bytes hash to " + words.Digest(stored.GetHash())
		if len(bytes.Trim(stored.GetPrev(), "\x00")) == 0 {
			said = words.Digest(stored.GetHash()) + " begins the chain"
		}
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, said))
	default:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, words.Digest(stored.GetHash())+" follows "+words.Digest(stored.GetPrev())))
	}
}
