package diff

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ownTag stands for a tag of the version's own number, which is another one
// each time and yet the same signer.
const ownTag = "its own tag"

// tags is how git names tags.
const tags = "refs/tags/"

// signatures compares who signed, and what that is worth.
func (r *Report) signatures(from, to *registryv1.Version) {
	was, is := verdictOf(from), verdictOf(to)
	a, b := signers(from), signers(to)
	switch {
	case was == "" && is == "":
		r.unknown(Signer, "the signatures of neither version were checked", "")
		return
	case was == "":
		r.unknown(Signer, "the signatures of "+r.Old+" were not checked", "")
		return
	case is == "":
		r.unknown(Signer, "the signatures of "+r.New+" are not checked yet", "")
		return
	}
	r.signers(a, b)
	if was == is {
		r.add(Change{Kind: Same, Subject: Verdict, Detail: is})
		return
	}
	c := Change{Kind: Changed, Subject: Verdict, Detail: became(was, is)}
	if worth(to) < worth(from) {
		c.Thought = "the signature was worth more before"
	}
	r.add(c)
}

// signers compares who signed. Whoever stays is told only if nobody changed.
func (r *Report) signers(a, b map[string]string) {
	gone, came := without(keys(a), keys(b)), without(keys(b), keys(a))
	switch {
	case len(gone) > 0 && len(came) > 0:
		r.add(Change{
			Kind: Changed, Subject: Signer, Detail: became(named(a, gone), named(b, came)),
			Thought: "somebody else signed than before",
		})
	case len(gone) > 0 && len(b) == 0:
		r.add(Change{Kind: Removed, Subject: Signer, Name: named(a, gone), Thought: "no good signature any more"})
	case len(gone) > 0:
		r.add(Change{Kind: Removed, Subject: Signer, Name: named(a, gone), Thought: "one signer less than before"})
	case len(came) > 0 && len(a) == 0:
		r.add(Change{Kind: Added, Subject: Signer, Name: named(b, came), Detail: "there was no good signature before"})
	case len(came) > 0:
		r.add(Change{Kind: Added, Subject: Signer, Name: named(b, came), Thought: "one signer more than before"})
	case len(b) > 0:
		r.add(Change{Kind: Same, Subject: Signer, Name: named(b, keys(b)), Detail: "as before"})
	}
}

func named(signers map[string]string, of []string) string {
	names := make([]string, 0, len(of))
	for _, key := range of {
		names = once(names, signers[key])
	}
	return line(words.List(names))
}

// verdictOf is the verdict on a version as one word, or "" where nobody looked.
func verdictOf(v *registryv1.Version) string {
	s := v.GetSummary()
	if s.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		return ""
	}
	return line(words.Verdict(s.GetVerdict(), s.GetVerdictReason()))
}

// worth orders verdicts, the best highest.
func worth(v *registryv1.Version) int {
	switch v.GetSummary().GetVerdict() {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		return 2
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return 1
	default:
		return 0
	}
}

// signers are those of the files with a good signature, by what makes them the
// same signer; the value is what people call them. What a bad signature claims
// says nothing about who made it.
func signers(v *registryv1.Version) map[string]string {
	out := map[string]string{}
	number := v.GetSummary().GetRef().GetVersion()
	for _, a := range v.GetAssets() {
		for _, each := range append([]*registryv1.Verdict{a.GetVerdict()}, a.GetVerdict().GetOthers()...) {
			if each.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
				continue
			}
			if id, name := identify(each, number); name != "" {
				out[id] = name
			}
		}
	}
	return out
}

// identify tells signers apart by their key, or by their identity with what it
// is bound to.
func identify(v *registryv1.Verdict, number string) (id, name string) {
	by, name := v.GetBy(), words.Signer(v)
	switch {
	case by.GetIdentity() != "":
		name = lasting(name, number)
		ref := lasting(by.GetSourceRef(), number)
		id = strings.Join([]string{v.GetScheme(), name, by.GetIssuer(), by.GetSourceRepository(), ref}, "\x00")
		name = strings.Replace(strings.TrimPrefix(name, "https://"), "@"+tags, "@", 1)
		if ref != "" && ref != ownTag {
			name += " for " + ref
		}
	case by.GetFingerprint() != "":
		id = v.GetScheme() + "\x00" + by.GetFingerprint()
	default:
		id = v.GetScheme() + "\x00" + name
	}
	return id, name
}

// lasting is a name with its version's own tag taken out of it.
func lasting(name, number string) string {
	switch {
	case number == "":
		return name
	case name == tags+number:
		return ownTag
	default:
		return strings.TrimSuffix(name, "@"+tags+number)
	}
}

// license compares the licenses.
func (r *Report) license(was, is string) {
	switch {
	case was == "" && is == "":
		r.unknown(License, "neither version names a license", "")
	case was == "":
		r.add(Change{Kind: Added, Subject: License, Name: is, Detail: r.Old + " named none"})
	case is == "":
		r.add(Change{Kind: Removed, Subject: License, Name: was, Thought: "it names no license any more"})
	case was != is:
		r.add(Change{Kind: Changed, Subject: License, Detail: became(was, is), Thought: "what one may do with it is another thing now"})
	default:
		r.add(Change{Kind: Same, Subject: License, Name: is})
	}
}

// hasAny reports whether a text has one of the words.
func hasAny(text string, of ...string) bool {
	return slices.ContainsFunc(of, func(word string) bool { return strings.Contains(text, word) })
}
