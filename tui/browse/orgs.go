package browse

import "github.com/registrar-console/registrar/tui/catalog"

// orgs knows which org most connectors are of: that one goes without saying,
// another is written in front of the name.
type orgs struct {
	edition int64
	main    string
}

// look counts anew when rows changed; it reports whether names change.
func (o *orgs) look(edition int64, all []*catalog.Connector) (changed bool) {
	if o.edition == edition {
		return false
	}
	o.edition = edition
	counts, before := map[string]int{}, o.main
	o.main = ""
	for _, c := range all {
		counts[c.Org]++
		if n := counts[c.Org]; n > counts[o.main] || n == counts[o.main] && c.Org < o.main {
			o.main = c.Org
		}
	}
	return o.main != before
}

// called is how lists call a connector. Until connectors are known, no org is
// another one.
func (o *orgs) called(org, name string) string {
	if org == o.main || o.main == "" {
		return short(name)
	}
	return org + "/" + short(name)
}
