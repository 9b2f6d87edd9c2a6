package check

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// Trust is what signatures are measured by, as it was when the validation
// began. Its zero value trusts nobody.
type Trust struct {
	trust.Sources
	// Now is the time of the validation: a version that is not published yet
	// is judged as of now. Nil is the real time.
	Now func() time.Time
}

// Verdicts are what the signatures of a version come to.
type Verdicts struct {
	// Whole is NOT_VERIFIED, with the reason of the first, if any file is;
	// else it is about what people run or install.
	Whole  registryv1.VerdictStatus
	Reason string
	// Each is about what people run on each platform.
	Each map[registryv1.Platform]registryv1.VerdictStatus
}

// release is the version as signatures are bound to it.
func (s Subject) release() signing.Release {
	ref := s.Version.GetSummary().GetRef()
	return signing.Release{Org: ref.GetOrg(), Connector: ref.GetName(), Version: ref.GetVersion()}
}

// verify checks the signatures of every file whose bytes are here, whether they
// are those that were received or not: what a signature says of altered bytes is
// what everybody else will find. It reads files with an OpenPGP signature once
// more.
func (e *examined) verify(ctx context.Context) error {
	now := e.Trust.Now
	if now == nil {
		now = time.Now
	}
	var files []trust.File
	for _, f := range e.files {
		if !f.external() && !f.missing {
			files = append(files, f.trusted())
		}
	}
	results, err := trust.Check(ctx, files, e.release(), e.Trust.For(now))
	if err != nil {
		return err
	}
	for _, f := range e.files {
		if f.external() || f.missing || trust.IsMaterial(f.kind()) {
			continue
		}
		f.verdict, results = results[0].Verdict, results[1:]
	}
	return nil
}

// trusted is the file as its signatures are checked. That the bytes are those
// that were received is the matter of another check.
func (f *file) trusted() trust.File {
	return trust.File{
		Name: f.Meta.GetFilename(), Kind: f.kind(), Platform: f.Meta.GetPlatform(), SHA256: f.sha256, Size: f.size,
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			bytes, err := f.Open(ctx)
			if err != nil {
				return nil, err
			}
			return &reading{SectionReader: io.NewSectionReader(bytes, 0, bytes.Size()), Closer: bytes}, nil
		},
	}
}

// reading is bytes from their beginning, to be closed.
type reading struct {
	*io.SectionReader
	io.Closer
}

// signatures: every signature that is there is good, and where the org's
// policy asks for signatures, what people run or install has one.
func signatures(e *examined) []Finding {
	var out []Finding
	for _, f := range e.files {
		switch {
		case trust.IsMaterial(f.kind()):
			if !e.speaks(f) {
				out = append(out, f.warn("Send it under the name of its file with the ending of the signature, or leave it out.",
					"It lies beside no file of the version, so it speaks for none."))
			}
		case f.external():
			out = append(out, f.skip("The bytes are elsewhere; the registry does not see them."))
		case f.verdict == nil:
			out = append(out, f.skip("The file is not here, so its signatures were not checked."))
		default:
			out = append(out, e.judge(f))
		}
	}
	if len(out) == 0 {
		return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_SKIPPED, Detail: "The version has no file that could be signed."}}
	}
	return out
}

// speaks says whether there is a file that material lies beside, intact or not.
func (e *examined) speaks(material *file) bool {
	all := make([]trust.File, len(e.files))
	for i, f := range e.files {
		all[i] = trust.File{Name: f.Meta.GetFilename(), Kind: f.kind(), Platform: f.Meta.GetPlatform()}
	}
	return len(trust.Beside(all, trust.File{Name: material.Meta.GetFilename(), Platform: material.Meta.GetPlatform()})) > 0
}

// judge makes a finding of a verdict.
func (e *examined) judge(f *file) Finding {
	v := f.verdict
	var found Finding
	switch v.GetStatus() {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		found = f.verified()
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		found = e.unsigned(f)
	default:
		found = f.fail(registryv1.Reason_REASON_SIGNATURE_INVALID, fixOf(v, "Sign the file again and send the new signature, or leave the signature out."),
			"%s", detailOf(v))
	}
	found.Verdict = v
	return found
}

// verified says who signed and how much that proves.
func (f *file) verified() Finding {
	v := f.verdict
	text := "signed by " + signer(v) + ", " + v.GetAssurance()
	if v.GetThrough() != "" {
		text = "listed in " + v.GetThrough() + ", which is " + text
	}
	var warnings []string
	for _, one := range append([]*registryv1.Verdict{v}, v.GetOthers()...) {
		for _, w := range one.GetWarnings() {
			if slices.Contains(actOn, signing.WarningCode(w.GetCode())) {
				warnings = append(warnings, sentence(cmp.Or(w.GetDetail(), w.GetCode())))
			}
		}
	}
	if len(warnings) > 0 {
		return f.warn("Sign the next release with a key that is in use.", "%s %s", sentence(text), strings.Join(warnings, " "))
	}
	return f.pass("%s", text)
}

// actOn are the warnings about a good signature that its publisher can do
// something about. The others say how much it proves, as the assurance does.
var actOn = []signing.WarningCode{signing.WarnKeyExpired, signing.WarnKeyRetired, signing.WarnWeak}

// unsigned: no signature, or none that could be measured by anything.
func (e *examined) unsigned(f *file) Finding {
	v := f.verdict
	switch {
	case e.Trust.Policy.GetRequireSignatures() && f.installs():
		return f.fail(registryv1.Reason_REASON_SIGNATURE_INVALID, fixOf(v, "Sign the file, and send the signature beside it."),
			"%s The org's policy requires a good signature of what people run.", detailOf(v))
	case v.GetReason() != "":
		return f.warn(fixOf(v, "Register the key or the identity that signed it."), "%s It counts as unsigned.", detailOf(v))
	default:
		return f.skip("There is no signature beside the file.")
	}
}

// installs says whether people run the file, or install from it.
func (f *file) installs() bool {
	return f.runs() || f.kind() == registryv1.AssetKind_ASSET_KIND_INSTALLER
}

func detailOf(v *registryv1.Verdict) string {
	return sentence(cmp.Or(v.GetDetail(), "The signature is not good: "+v.GetReason()))
}

func fixOf(v *registryv1.Verdict, otherwise string) string {
	return sentence(cmp.Or(v.GetNext(), otherwise))
}

// signer names who signed, as people know them.
func signer(v *registryv1.Verdict) string {
	by := v.GetBy()
	switch {
	case by.GetIdentity() != "":
		return fmt.Sprintf("%s (%s)", by.GetIdentity(), by.GetIssuer())
	case by.GetKeyName() != "":
		return fmt.Sprintf("%s (%s)", by.GetKeyName(), by.GetFingerprint())
	default:
		return v.GetSigner()
	}
}

// verdicts sums up the verdicts of the files.
func (e *examined) verdicts() Verdicts {
	out := Verdicts{Each: map[registryv1.Platform]registryv1.VerdictStatus{}}
	var all, main []*registryv1.Verdict
	each := map[registryv1.Platform][]*registryv1.Verdict{}
	for _, f := range e.files {
		v := f.verdict
		if f.external() {
			// What nobody could look at must not look signed.
			v = trust.Unsigned()
		}
		if v.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED {
			all = append(all, v)
		}
		if v == nil || !f.installs() {
			continue
		}
		main = append(main, v)
		for _, p := range f.Meta.GetPlatform().Serves() {
			if f.runs() {
				each[p] = append(each[p], v)
			}
		}
	}
	out.Whole, out.Reason = trust.Sum(append(all, main...)...)
	for p, list := range each {
		out.Each[p], _ = trust.Sum(list...)
	}
	return out
}
