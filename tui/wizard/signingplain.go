package wizard

import (
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// outline implements step: the ways are rows, what came of the chosen one
// stands below.
func (s *signingStep) outline(l ui.Look) ui.Outline {
	if s.browse != nil {
		return s.browse.outline(l)
	}
	ways := s.ways()
	o := ui.Outline{
		Say:  []ui.Text{ui.Words(theme.Text, s.question()), ui.Words(theme.Muted, s.trustStory())},
		Rows: len(ways), Cursor: s.list.Cursor(),
		Row: func(i int) ui.Row {
			return ui.Row{ID: int64(i), Text: s.wayRow(l.Theme, ways[i], outlineWidth, false)}
		},
	}
	if s.locked != "" {
		o.Below = append(failed(l.Theme, s.outcome.err, outlineWidth), ui.Words(theme.Text,
			"The key needs its passphrase, which would be seen here. registrar publish --sign "+s.locked+" asks for it without showing it."))
		return o
	}
	o.Below = s.below(l.Theme, outlineWidth)
	return o
}

// inquiry implements step: the path of a key file, or the name of a key.
func (s *signingStep) inquiry(l ui.Look) (ui.Inquiry, bool) {
	switch {
	case s.browse != nil:
		return s.browse.inquiry(), true
	case s.naming != nil:
		return ui.Inquiry{
			Title: ui.Words(theme.Text, "Register the signer with "+s.plan.Ref.Org), Say: s.namingView(l.Theme, outlineWidth)[:2],
			Fields: []ui.Field{s.naming}, Send: "signing.enter", Leave: "signing.leave",
		}, true
	default:
		return ui.Inquiry{}, false
	}
}
