package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// actions are what one does to the connector under the cursor.
func (s *Connectors) actions() []ui.Binding {
	r, ok := s.current()
	if !ok {
		// The keys stay, and say why they are off.
		r = &catalog.Connector{}
	}
	off := func(why func(r *catalog.Connector) string) func() string {
		return func() string {
			if !ok {
				return s.noRow()
			}
			return why(r)
		}
	}
	latest := s.latest(r)
	return []ui.Binding{
		// The registry says which one that is: this list may be a moment behind.
		download(s.catalog, action.Version{Org: r.Org, Name: r.Name, Number: plainly(r)}, action.Version{Org: r.Org, Name: r.Name}, off(offPlain)),
		{
			ID: "connector.stable", Label: "set stable", Help: "make plain downloads take the latest version", Keys: []string{"t"}, Risk: ui.Changes, Quiet: true,
			Off: off(func(r *catalog.Connector) string {
				if r.Latest == "" {
					return nothingPublic(r)
				}
				return offStable(s.catalog, latest)
			}),
			Do: do(action.AskStable{Subject: latest}),
		},
		{
			ID: "connector.deprecate", Label: deprecation(r), Help: "say that this connector should not be used any more, or take that back",
			Keys: []string{"X"}, Risk: ui.Destroys, Quiet: true,
			Off: off(func(r *catalog.Connector) string { return offDeprecate(s.catalog, r) }),
			Do:  do(action.AskDeprecate{Org: r.Org, Name: r.Name}),
		},
		s.linking(r, ok),
	}
}

// linking shows the source of the connector under the cursor.
func (s *Connectors) linking(r *catalog.Connector, known bool) ui.Binding {
	if !known {
		return linking("connector.link", "", s.noRow())
	}
	return linking("connector.link", r.Link, r.Name+" names neither a repository nor a homepage")
}

// plainly is the version that a plain download takes, or "".
func plainly(r *catalog.Connector) string {
	if r.Stable != "" {
		return r.Stable
	}
	return r.Latest
}

func nothingPublic(r *catalog.Connector) string { return "no version of " + r.Name + " is public" }

func offPlain(r *catalog.Connector) string {
	if plainly(r) == "" {
		return nothingPublic(r)
	}
	return ""
}

// latest is the latest version as a subject. Its attempt is known once its row
// is; 0 stands for whichever it is.
func (s *Connectors) latest(r *catalog.Connector) action.Subject {
	latest := action.Subject{
		Version: action.Version{Org: r.Org, Name: r.Name, Number: r.Latest},
		State:   registryv1.State_STATE_PUBLISHED, Stable: r.Latest == r.Stable,
	}
	if r.Newest.Number == r.Latest {
		latest.Attempt = r.Newest.Attempt
	}
	return latest
}

// deprecation is what X does to a connector.
func deprecation(r *catalog.Connector) string {
	if r.Deprecated {
		return "undeprecate"
	}
	return "deprecate"
}

func offDeprecate(c *catalog.Catalog, r *catalog.Connector) string {
	if !c.May(r.Org, registryv1.Role_ROLE_MAINTAINER) {
		return roleless(action.Subject{Version: action.Version{Org: r.Org}}, "maintainer")
	}
	return ""
}
