package words

import (
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Criterion is the name of a criterion as people read it: "Test coverage".
func Criterion(name string) string {
	name = strings.ReplaceAll(name, "-", " ")
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// ReviewMark is a mark in one word: "pass", "fail", "n/a".
func ReviewMark(m registryv1.ReviewMark) string {
	if m == registryv1.ReviewMark_REVIEW_MARK_NOT_APPLICABLE {
		return "n/a"
	}
	return lower(registryv1.Short(m))
}

// Judged says in a clause what a review found: "all six criteria pass",
// "security: token written to the log", or its summary.
func Judged(r *registryv1.Review) string {
	passed := 0
	for _, c := range r.GetCriteria() {
		switch c.GetMark() {
		case registryv1.ReviewMark_REVIEW_MARK_FAIL:
			said := strings.ToLower(Criterion(c.GetName()))
			if why := oneLine(c.GetNote()); why != "" {
				return said + ": " + why
			}
			if why := oneLine(r.GetNote()); why != "" {
				return said + ": " + why
			}
			return said
		case registryv1.ReviewMark_REVIEW_MARK_PASS:
			passed++
		default:
		}
	}
	switch note := oneLine(r.GetNote()); {
	case note != "":
		return note
	case passed > 0 && passed == len(r.GetCriteria()):
		return "all " + Numeral(passed) + " criteria pass"
	case passed > 0:
		return Plural(passed, "criterion passes", "criteria pass")
	default:
		return ""
	}
}
