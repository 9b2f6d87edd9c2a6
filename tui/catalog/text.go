package catalog

import "strings"

// names are the org and the name of one connector, and what is made of them.
// All rows of a connector share them.
type names struct {
	org, name string
	// home is org/name in lower case, called the name alone, without the
	// prefix that all connectors have.
	home, called string
}

// ref is what names are kept by.
type ref struct{ org, name string }

// named returns the names that all rows of a connector share.
func (c *Catalog) named(org, name string) *names {
	if known, ok := c.names[ref{org, name}]; ok {
		return known
	}
	n := &names{org: strings.Clone(org), name: strings.Clone(name), home: Home(org, name)}
	n.called = strings.ToLower(name)
	if short, cut := strings.CutPrefix(n.called, "baton-"); cut && short != "" {
		n.called = short
	}
	c.names[ref{n.org, n.name}] = n
	return n
}

// texts writes what free words match: the values of a row in lower case, with
// spaces between them. The texts of a page lie behind each other in memory, in
// the order in which a filter looks at them at each key.
type texts struct {
	b strings.Builder
	// piece is how much memory is asked for at once; zero is what one text takes.
	piece int
}

// textPiece is how much memory the texts of a page ask for at once.
const textPiece = 16 << 10

// join writes one text.
func (x *texts) join(values ...string) string {
	need := len(values)
	for _, v := range values {
		need += len(v)
	}
	if x.b.Cap()-x.b.Len() < need {
		// Texts that were written before keep the piece that they lie in.
		x.b = strings.Builder{}
		x.b.Grow(max(need, x.piece))
	}
	from := x.b.Len()
	for i, v := range values {
		if i > 0 {
			x.b.WriteByte(' ')
		}
		x.b.WriteString(strings.ToLower(v)) // most are already
	}
	return x.b.String()[from:]
}
