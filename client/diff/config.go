package diff

import (
	"cmp"
	"slices"
	"strings"
)

const configSchema = "config schema"

// config compares the fields of the configuration.
func (r *Report) config(before, after string) {
	if r.missing(Config, configSchema, before != "", after != "", "what it must be told is not stated any more") {
		return
	}
	a, wrongA := parseFields(before)
	b, wrongB := parseFields(after)
	if r.unreadable(Config, configSchema, wrongA, wrongB) {
		return
	}
	same, from := 0, len(r.Changes)
	for _, name := range both(a, b) {
		was, old := a[name]
		is, recent := b[name]
		c := Change{Subject: Config, Name: name}
		switch {
		case !old:
			c.Kind, c.Detail, c.Thought = Added, is.String(), is.demands()
		case !recent:
			c.Kind, c.Detail, c.Thought = Removed, "was "+was.need(), "who sets it must stop doing so"
		case was == is:
			same++
			continue
		default:
			c.Kind = Changed
			c.Detail, c.Thought = was.became(is)
		}
		r.add(c)
	}
	slices.SortStableFunc(r.Changes[from:], func(x, y Change) int { return cmp.Compare(x.Kind, y.Kind) })
	r.unchanged(Config, same, len(r.Changes) > from)
}

// need is whether a field must be set.
func (f field) need() string {
	if f.required {
		return "required"
	}
	return "optional"
}

// mustBeSet reports whether nothing works without somebody setting the field.
func (f field) mustBeSet() bool { return f.required && f.standard == "" }

// String says what a field is: "required, secret, text".
func (f field) String() string {
	parts := []string{f.need()}
	if f.secret {
		parts = append(parts, "secret")
	}
	if f.form != "" {
		parts = append(parts, f.form)
	}
	if f.standard != "" {
		parts = append(parts, "default "+f.standard)
	}
	return strings.Join(parts, ", ")
}

// demands is why a new field deserves a thought.
func (f field) demands() string {
	switch {
	case f.mustBeSet() && f.secret:
		return "this secret must be set before the update"
	case f.mustBeSet():
		return "it must be set before the update"
	case f.secret:
		return "it holds a secret"
	default:
		return ""
	}
}

// became is how a field changed, and the gravest reason to think about it.
func (f field) became(is field) (detail, thought string) {
	var parts []string
	note := func(changed bool, what, why string) {
		if !changed {
			return
		}
		parts = append(parts, what)
		if thought == "" {
			thought = why
		}
	}
	must := ""
	if is.mustBeSet() {
		must = "it must be set before the update"
	}
	note(is.required && !f.required, "now required", must)
	note(!is.required && f.required, "now optional", "")
	note(is.secret && !f.secret, "now secret", "what is set today may lie open")
	note(!is.secret && f.secret, "no longer secret", "it is not kept as a secret any more")
	note(is.form != f.form, became(orNone(f.form), orNone(is.form)), "what is set today may not fit")
	note(is.standard != f.standard, "default "+became(orNone(f.standard), orNone(is.standard)), "it behaves differently where nobody sets it")
	return strings.Join(parts, ", "), thought
}
