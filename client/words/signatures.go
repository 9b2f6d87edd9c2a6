package words

import (
	"fmt"
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// Signatures sums up what the signatures of a version are worth.
type Signatures struct {
	Status registryv1.VerdictStatus
	// Word is VERIFIED, UNSIGNED, or the reason why it is not verified.
	Word string
	// Files is how many of the files have a good signature: "5 of 5 files".
	Files string
	// Schemes and Signers are those of the files that were signed, each once.
	Schemes, Signers []string
	// Notes are what a person should know besides, each once.
	Notes []string
}

// String is one line: "VERIFIED 5 of 5 files, cosign keyless, by ...". "" where
// nothing was checked.
func (s Signatures) String() string {
	if s.Status == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED || s.Files == "" {
		return s.Word
	}
	said := s.Word + " " + s.Files
	if len(s.Schemes) > 0 {
		said += ", " + strings.Join(s.Schemes, " and ")
	}
	if len(s.Signers) > 0 {
		said += ", by " + List(s.Signers)
	}
	return said
}

// SignaturesOf sums up the verdicts of a version's files. Files without a
// verdict speak for others, or were not checked yet.
func SignaturesOf(v *registryv1.Version) Signatures {
	summary := v.GetSummary()
	s := Signatures{Status: summary.GetVerdict(), Word: Verdict(summary.GetVerdict(), summary.GetVerdictReason())}
	good, judged, noTrust := 0, 0, false
	for _, a := range v.GetAssets() {
		verdict := a.GetVerdict()
		if verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
			continue
		}
		judged++
		noTrust = noTrust || verdict.GetReason() == string(signing.NoTrust)
		if verdict.GetStatus() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
			continue
		}
		good++
		s.Schemes = once(s.Schemes, Scheme(verdict.GetScheme()))
		s.Signers = once(s.Signers, Signer(verdict))
		for _, w := range verdict.GetWarnings() {
			s.Notes = once(s.Notes, end(firstUpper(oneLine(w.GetDetail()))))
		}
	}
	if judged == 0 {
		return s
	}
	s.Files = fmt.Sprintf("%d of %s", good, Plural(judged, "file", "files"))
	if good < judged {
		s.Files += " verified"
	}
	if noTrust {
		s.Notes = append(s.Notes, "There are signatures, and the org has registered nothing to measure them by.")
	}
	return s
}

// once appends what is not there yet.
func once(all []string, one string) []string {
	if one == "" || slices.Contains(all, one) {
		return all
	}
	return append(all, one)
}
