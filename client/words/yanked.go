package words

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Withdrawn is why a version was yanked and what to use instead, in the few
// words for which a row of a list has room: "broken: loops on empty pages" and
// "use v1.0.1". They are two, so that whoever has to cut cuts the reason. What
// is not known is "".
func Withdrawn(c registryv1.YankCategory, reason, replacement string) (why, instead string) {
	why = oneLine(reason)
	switch category := Category(c); {
	case why == "":
		why = category
	case category != "":
		why = category + ": " + why
	}
	if replacement != "" {
		instead = "use " + oneLine(replacement)
	}
	return why, instead
}

// Clauses joins what may be empty to one text: "broken: loops on empty pages;
// use v1.0.1".
func Clauses(parts ...string) string {
	var said []string
	for i, part := range parts {
		if i < len(parts)-1 && parts[i+1] != "" && !strings.HasSuffix(part, "..") {
			part = strings.TrimSuffix(part, ".")
		}
		if part != "" {
			said = append(said, part)
		}
	}
	return strings.Join(said, "; ")
}
