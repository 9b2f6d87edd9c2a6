package filter

import registryv1 "github.com/registrar-console/registrar/proto/registry/v1"

// Row is what a query looks at. Both methods are called for each row at each
// key press and must not allocate.
type Row interface {
	// Text is everything a free word may match: lower case, made once.
	Text() string
	// Field is the lower-case value of one column: names, "published",
	// "yes" or "no", the platforms' slugs with spaces between.
	Field(f registryv1.FilterField) string
}

// Match reports whether the row fulfils every term.
func (q Query) Match(r Row) bool { return true }

// Extends reports whether whatever matches q also matched the earlier query,
// so that only the survivors need to be looked at again.
func (q Query) Extends(earlier Query) bool { return false }
