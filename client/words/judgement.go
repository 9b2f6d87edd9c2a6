package words

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Judged says in a clause what a review found: "all six criteria pass",
// "security: token written to the log", or its summary.
func Judged(r *registryv1.Review) string {
	passed := 0
	for _, c := range r.GetCriteria() {
		switch c.GetMark() {
		case registryv1.ReviewMark_REVIEW_MARK_FAIL:
			said := Criterion(c.GetName())
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

// Review says what a decision does to a version that has so many of the
// approvals that it needs, the worst that cannot be undone last.
func Review(r *registryv1.Review, number string, given, needed int32) []Line {
	var lines []Line
	switch r.GetDecision() {
	case registryv1.ReviewDecision_REVIEW_DECISION_APPROVE:
		lines = approval(r, number, given, needed)
	case registryv1.ReviewDecision_REVIEW_DECISION_REJECT:
		lines = []Line{
			note("Attempt " + Count(max(r.GetAttempt(), 1)) + " fails with your summary as the reason."),
			note("The number stays free: the author can publish " + number + " again."),
		}
		if given > 0 {
			lines = append(lines, note("The "+Plural(given, "approval", "approvals")+" that it has do not count any more."))
		}
		lines = append(lines, caution("A rejection cannot be taken back."))
	default:
		lines = []Line{
			note("Nothing is decided: " + number + " still waits for " + WaitingFor(&registryv1.WaitingFor{ApprovalsGiven: given, ApprovalsNeeded: needed}) + "."),
			note("Everybody who may see the version reads your summary."),
		}
	}
	return lines
}

// approval says what approving does.
func approval(r *registryv1.Review, number string, given, needed int32) []Line {
	var lines []Line
	var failed []string
	for _, c := range r.GetCriteria() {
		if c.GetMark() == registryv1.ReviewMark_REVIEW_MARK_FAIL {
			failed = append(failed, Criterion(c.GetName()))
		}
	}
	if len(failed) > 0 {
		lines = append(lines, caution("You approve although you marked "+List(failed)+" as fail."))
	}
	lines = append(lines, note("Your approval is bound to asset set sha256:"+Digest(r.GetAssetSet())+"; a new upload voids it."))
	if given+1 < needed {
		return append(lines, note("It has "+Count(given+1)+" of "+Plural(needed, "approval", "approvals")+" then, and waits for another."))
	}
	return append(lines, caution("It is the last approval that is needed: "+number+" is PUBLISHED at once, and its number is used for good."))
}
