package words

import (
	"cmp"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// phrase is how one kind of event reads: in a column, and as a sentence
// around its subject.
type phrase struct{ did, before, after string }

var phrases = map[registryv1.EventKind]phrase{
	registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED:      {"create connector", "created", ""},
	registryv1.EventKind_EVENT_KIND_CONNECTOR_CHANGED:      {"change connector", "changed", ""},
	registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED:   {"deprecate", "deprecated", ""},
	registryv1.EventKind_EVENT_KIND_CONNECTOR_UNDEPRECATED: {"take back deprecation", "took the deprecation of", "back"},
	registryv1.EventKind_EVENT_KIND_STABLE_SET:             {"set stable", "made", "stable"},
	registryv1.EventKind_EVENT_KIND_VERSION_CREATED:        {"create", "began", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_CHANGED:        {"change draft", "changed the draft of", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_RETRIED:        {"try again", "tried", "again"},
	registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING:      {"upload", "began to upload", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED:      {"finalize", "finalized", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED:      {"publish", "published", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_FAILED:         {"fail", "failed", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN:      {"withdraw", "withdrew", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_ABANDONED:      {"abandon", "abandoned the draft of", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_EXPIRED:        {"expire", "removed the unused draft of", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_YANKED:         {"yank", "yanked", ""},
	registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED:       {"unyank", "took the yank of", "back"},
	registryv1.EventKind_EVENT_KIND_REVIEW_AWAITED:         {"checks passed", "passed the checks of", ""},
	registryv1.EventKind_EVENT_KIND_REVIEW_CLAIMED:         {"claim review", "claimed the review of", ""},
	registryv1.EventKind_EVENT_KIND_REVIEW_RELEASED:        {"release review", "gave the review of", "back"},
	registryv1.EventKind_EVENT_KIND_REVIEW_SUBMITTED:       {"review", "reviewed", ""},
	registryv1.EventKind_EVENT_KIND_TOKEN_CREATED:          {"create token", "created a token", ""},
	registryv1.EventKind_EVENT_KIND_TOKEN_REVOKED:          {"revoke token", "revoked a token", ""},
	registryv1.EventKind_EVENT_KIND_POLICY_SET:             {"set policy", "changed the policy of", ""},
	registryv1.EventKind_EVENT_KIND_TRUST_ROOT_SET:         {"set trust root", "changed the trusted root", ""},
	registryv1.EventKind_EVENT_KIND_REFUSED:                {"refused", "was refused at", ""},
	registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED:      {"add key", "registered", ""},
	registryv1.EventKind_EVENT_KIND_SIGNING_KEY_CHANGED:    {"update key", "registered a further export of", ""},
	registryv1.EventKind_EVENT_KIND_SIGNING_KEY_RETIRED:    {"retire key", "retired", ""},
	registryv1.EventKind_EVENT_KIND_SIGNING_KEY_REVOKED:    {"revoke key", "revoked", ""},
	registryv1.EventKind_EVENT_KIND_IDENTITY_ADDED:         {"trust identity", "registered", ""},
	registryv1.EventKind_EVENT_KIND_IDENTITY_REMOVED:       {"remove identity", "removed", ""},
}

// Did is what an event did, in a word or two for a column: "yank", "set stable".
func Did(k registryv1.EventKind) string {
	if p, ok := phrases[k]; ok {
		return p.did
	}
	return lower(registryv1.Short(k))
}

// Who is the person of an event, or "registrar" when the registry acted.
func Who(person string) string {
	if person == "" {
		return "registrar"
	}
	return person
}

// Event is one sentence on what happened: "mara yanked
// ConductorOne/baton-http v0.24.10 (broken): loops on empty pages."
func Event(e *registryv1.Event) string {
	p, ok := phrases[e.GetKind()]
	if !ok {
		p = phrase{before: "did " + Did(e.GetKind()) + " with"}
	}
	parts := []string{Who(e.GetPerson()), p.before}
	if subject := subject(e); subject != "" {
		parts = append(parts, subject)
	}
	if p.after != "" {
		parts = append(parts, p.after)
	}
	said := strings.Join(parts, " ")
	if c, known := registryv1.FromShort[registryv1.YankCategory](e.GetDetail()["category"]); known && e.GetKind() == registryv1.EventKind_EVENT_KIND_VERSION_YANKED {
		said += " (" + Category(c) + ")"
	}
	return because(said, e.GetReason())
}

// subject is what an event is about, or "".
func subject(e *registryv1.Event) string {
	detail := e.GetDetail()
	switch e.GetKind() {
	case registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_CHANGED,
		registryv1.EventKind_EVENT_KIND_SIGNING_KEY_RETIRED, registryv1.EventKind_EVENT_KIND_SIGNING_KEY_REVOKED:
		return join("the signing key", detail["name"], "of", e.GetOrg())
	case registryv1.EventKind_EVENT_KIND_IDENTITY_ADDED, registryv1.EventKind_EVENT_KIND_IDENTITY_REMOVED:
		return join("the keyless identity", cmp.Or(detail["san"], detail["san_regexp"]), "of", e.GetOrg())
	default:
	}
	if e.GetName() != "" {
		return Ref(e.GetOrg(), e.GetName(), e.GetVersion())
	}
	return e.GetOrg()
}

// join puts the words together that there are.
func join(parts ...string) string { return oneLine(strings.Join(parts, " ")) }
