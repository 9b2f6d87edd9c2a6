package publish

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Existing is a connector that may be for the system that a person looks for.
type Existing struct {
	Connector *registryv1.Connector
	// How says why it is listed: "the same name", "alias okta-workforce".
	How string
	// Exact: the name, an alias or the display name is the one looked for.
	Exact bool

	rank int
}

// Search is what a registry knows of connectors for a system.
type Search struct {
	System string
	// Examined is how many connectors were looked at; Cut that there are more.
	Examined int
	Cut      bool
	Found    []Existing
}

// Bounds of a search.
const (
	maxSearched = 50_000
	maxExisting = 10
)

// Known are the connectors of a registry, read once to be looked through as
// often as somebody changes a word.
type Known struct {
	connectors []*registryv1.Connector
	cut        bool
}

// ReadKnown reads the connectors of a registry.
func ReadKnown(ctx context.Context, c *client.Client) (Known, error) {
	var k Known
	for connector, err := range c.Connectors(ctx, &registryv1.ListConnectorsRequest{PageSize: 1000}) {
		if err != nil {
			return k, err
		}
		if len(k.connectors) == maxSearched {
			k.cut = true
			break
		}
		k.connectors = append(k.connectors, connector)
	}
	return k, nil
}

// Search looks for connectors for a system by name, alias, description and
// similar spelling, the likeliest first.
func (k Known) Search(system string) Search {
	s := Search{System: oneLine(system), Examined: len(k.connectors), Cut: k.cut}
	wanted := newWanted(s.System)
	for _, connector := range k.connectors {
		if found, ok := wanted.match(connector); ok {
			s.Found = append(s.Found, found)
		}
	}
	slices.SortStableFunc(s.Found, func(a, b Existing) int { return cmp.Compare(a.rank, b.rank) })
	s.Found = s.Found[:min(len(s.Found), maxExisting)]
	return s
}

// FindExisting reads the connectors of a registry and looks for those for a
// system.
func FindExisting(ctx context.Context, c *client.Client, system string) (Search, error) {
	known, err := ReadKnown(ctx, c)
	if err != nil {
		return Search{System: oneLine(system)}, err
	}
	return known.Search(system), nil
}

// Best is the connector that the paths are told for: one that is exactly for
// the system, and nil if none is.
func (s Search) Best() *registryv1.Connector {
	if len(s.Found) > 0 && s.Found[0].Exact {
		return s.Found[0].Connector
	}
	return nil
}

// Summary says in one sentence what was found. It never says that there is no
// connector: this registry may not know all of them.
func (s Search) Summary(g Guide) string {
	elsewhere := "the Hub may know more"
	if g.Hub != "" {
		elsewhere = "look on the Hub, too: " + g.Hub
	}
	switch {
	case s.Examined == 0:
		return "This registry knows no connectors, so it cannot tell whether there is one for " + s.System + "; " + elsewhere
	case len(s.Found) == 0:
		return fmt.Sprintf("None of the %s of this registry looks like %s; %s", words.Plural(s.Examined, "connector", "connectors"), s.System, elsewhere)
	case s.Best() != nil:
		ref := s.Best().GetRef()
		return fmt.Sprintf("%s/%s is for %s already", ref.GetOrg(), ref.GetName(), s.System)
	default:
		return fmt.Sprintf("%s of this registry may be for %s; %s", words.Plural(len(s.Found), "connector", "connectors"), s.System, elsewhere)
	}
}

// wanted is what is looked for, made ready to compare.
type wanted struct{ slug, squeezed string }

func newWanted(system string) wanted {
	slug := systemSlug(system)
	return wanted{slug: slug, squeezed: squeeze(slug)}
}

// squeeze takes hyphens out: googleworkspace is google-workspace.
func squeeze(slug string) string { return strings.ReplaceAll(slug, "-", "") }

// The ranks of a match, the best first.
const (
	rankName = iota
	rankAlias
	rankPart
	rankDescription
	rankSpelling
)

func (w wanted) match(c *registryv1.Connector) (Existing, bool) {
	found := func(rank int, how string) (Existing, bool) {
		return Existing{Connector: c, How: how, Exact: rank <= rankAlias, rank: rank}, true
	}
	if w.slug == "" {
		return Existing{}, false
	}
	name := squeeze(artifact.ConnectorKey(c.GetRef().GetName()))
	if name == w.squeezed {
		return found(rankName, "the same name")
	}
	for _, alias := range c.GetAliases() {
		if squeeze(systemSlug(alias)) == w.squeezed {
			return found(rankAlias, "alias "+alias)
		}
	}
	if display := squeeze(systemSlug(c.GetDisplayName())); display == w.squeezed {
		return found(rankAlias, "display name "+c.GetDisplayName())
	}
	texts := []string{name, squeeze(systemSlug(c.GetDisplayName()))}
	for _, alias := range c.GetAliases() {
		texts = append(texts, squeeze(systemSlug(alias)))
	}
	for _, text := range texts {
		if len(w.squeezed) >= 3 && strings.Contains(text, w.squeezed) || len(text) >= 3 && strings.HasPrefix(w.squeezed, text) {
			return found(rankPart, "a part of the name is the same")
		}
	}
	if strings.Contains("-"+hyphened(c.GetDescription())+"-", "-"+w.slug+"-") {
		return found(rankDescription, "its description names it")
	}
	for _, text := range texts {
		if alike(w.squeezed, text) {
			return found(rankSpelling, "spelled alike")
		}
	}
	return Existing{}, false
}

// alike reports whether two names differ by a slip of the keyboard: one letter
// in short ones, two in long ones.
func alike(a, b string) bool {
	most := 0
	switch n := min(len(a), len(b)); {
	case n >= 7:
		most = 2
	case n >= 4:
		most = 1
	}
	difference := len(a) - len(b)
	return most > 0 && max(difference, -difference) <= most && distance(a, b) <= most
}

// distance is how many letters must be added, taken away, changed or swapped
// with their neighbour.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
