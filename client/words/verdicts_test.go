package words_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

const (
	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
)

// Whoever reads a reason reads what it means, where it comes from and what to
// do, in the tone of everything else.
func TestEveryReasonIsExplained(t *testing.T) {
	t.Parallel()
	for _, reason := range signing.Reasons() {
		v := &registryv1.Verdict{Status: notVerified, Reason: string(reason)}
		explained := words.Explain(v)
		assert.NotEmpty(t, words.Meaning(reason), reason)
		assert.Equal(t, words.Meaning(reason), words.VerdictSentence(v), reason)
		assert.Len(t, explained.Do, 2, "%s: for whoever takes the file, and for whoever made it", reason)
		assert.Equal(t, strings.ReplaceAll(string(reason), "_", " "), words.VerdictOf(v))
		for _, sentence := range append([]string{words.Meaning(reason), explained.Usually}, explained.Do...) {
			assert.True(t, strings.HasSuffix(sentence, "."), "%s: %s", reason, sentence)
			assert.NotRegexp(t, `(?i)\bplease\b|\boops\b|successfully|!`, sentence, reason)
			assert.LessOrEqual(t, len(sentence), 120, "%s: %s", reason, sentence)
		}
	}
	assert.Empty(t, words.Meaning("SOMETHING_NEW"))
}

func TestVerdictWordsAndSentences(t *testing.T) {
	t.Parallel()
	by := &registryv1.Signer{KeyName: "release-2026", Fingerprint: "0123456789ABCDEF0123456789ABCDEFC3E81B90"}
	for _, c := range []struct {
		verdict        *registryv1.Verdict
		word, sentence string
	}{
		{nil, "", "The signatures were not checked yet."},
		{&registryv1.Verdict{Status: unsigned}, "UNSIGNED", "No signature speaks for the file: nobody has vouched for it."},
		{
			&registryv1.Verdict{Status: unsigned, Reason: "NO_TRUST"}, "NO TRUST",
			"There is a signature, and nothing to measure it by: no key and no identity is known for it.",
		},
		{
			&registryv1.Verdict{Status: verified, Scheme: "gpg", By: by}, "VERIFIED",
			"It was signed by release-2026 (89AB CDEF C3E8 1B90), GPG. The bytes are those that were signed.",
		},
		{
			&registryv1.Verdict{Status: verified, Scheme: "cosign-keyless", By: &registryv1.Signer{Identity: "https://ci/x"}, Through: "sums.txt"}, "VERIFIED",
			"The signed list sums.txt names exactly these bytes. It was signed by https://ci/x.",
		},
		{&registryv1.Verdict{Status: notVerified, Reason: "NEWER_REASON", Detail: "it is odd"}, "NEWER REASON", "It is odd."},
		{&registryv1.Verdict{Status: notVerified}, "NOT VERIFIED", "The signature does not verify."},
	} {
		assert.Equal(t, c.word, words.VerdictOf(c.verdict))
		assert.Equal(t, c.sentence, words.VerdictSentence(c.verdict))
	}
	assert.Equal(t, "The file is not the one.", words.Detail(&registryv1.Verdict{Status: notVerified, Reason: "DIGEST_MISMATCH", Detail: "the file is\nnot the one"}))
	assert.Empty(t, words.Detail(&registryv1.Verdict{Status: verified, Detail: "The signature is good: x."}))
}

func TestSignersAsPeopleKnowThem(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "89AB CDEF C3E8 1B90", words.Fingerprint("0123456789ABCDEF0123456789ABCDEFC3E81B90"))
	assert.Equal(t, "0123 4567 89ab cdef", words.Fingerprint("0123456789abcdef"+strings.Repeat("7", 48)))
	assert.Equal(t, "ABCD", words.Fingerprint("ABCD"))
	assert.Equal(t, "0123 4567", words.Signer(&registryv1.Verdict{By: &registryv1.Signer{Fingerprint: "01234567"}}))
	assert.Equal(t, "n", words.Signer(&registryv1.Verdict{By: &registryv1.Signer{KeyName: "n"}}))
	assert.Equal(t, "of old", words.Signer(&registryv1.Verdict{Signer: "of old"}))
	at := timestamppb.New(time.Date(2026, 8, 21, 21, 1, 47, 0, time.UTC))
	for source, want := range map[string]string{"rekor": " in Rekor", "tsa": " by a time stamping authority", "claimed": " by the signer's own word", "none": ""} {
		assert.Equal(t, "2026-08-21 21:01:47 UTC"+want, words.SignedAt(&registryv1.Verdict{SignedAt: at, TimeSource: source}))
	}
	assert.Empty(t, words.SignedAt(nil))
	for _, a := range []string{"full", "certificate-only", "key-only"} {
		assert.NotEqual(t, a, words.Assurance(&registryv1.Verdict{Assurance: a}), "in words")
	}
}

// What the verdict itself says to do goes before the general advice.
func TestExplanations(t *testing.T) {
	t.Parallel()
	own := words.Explain(&registryv1.Verdict{Status: notVerified, Reason: "EXPIRED_KEY", Next: "register the export of today"})
	assert.Equal(t, "Register the export of today.", own.Do[0])
	assert.Equal(t, "If you publish it: extend the key, register its new export, and check again.", own.Do[1])
	assert.Equal(t, words.Explain(&registryv1.Verdict{Status: notVerified, Reason: "MISSING"}), words.Explain(&registryv1.Verdict{Status: unsigned}))
	assert.Empty(t, words.Explain(&registryv1.Verdict{Status: verified, Next: "x"}))
	assert.Empty(t, words.Explain(nil))
}

func TestStepsAreRowsInReadingOrder(t *testing.T) {
	t.Parallel()
	var list signing.Checklist
	list.Set(signing.StepFound, signing.Pass, "a bundle")
	list.Set(signing.StepCertificate, signing.Skipped, "a key has none")
	list.Set(signing.StepIdentity, signing.Fail, "somebody else")
	v := &registryv1.Verdict{}
	for _, s := range list.Steps() {
		result, _ := registryv1.FromShort[registryv1.StepResult](string(s.Result))
		v.Steps = append(v.Steps, &registryv1.VerdictStep{Name: string(s.Name), Result: result, Detail: s.Detail})
	}
	rows := words.Steps(v)
	assert.Len(t, rows, len(signing.StepNames()))
	marks := make([]string, 0, len(rows))
	for _, row := range rows {
		marks = append(marks, words.Result(row.Mark))
	}
	assert.Equal(t, []string{"pass", "skipped", "fail", "not checked", "not checked", "not checked", "not checked"}, marks)
	assert.Equal(t, words.StepRow{Name: "identity", Mark: registryv1.CheckResult_CHECK_RESULT_FAIL, Detail: "somebody else"}, rows[2])
}

func TestDiffer(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got string
		d         words.Difference
	}{
		{"", "", words.Difference{}},
		{"a", "", words.Difference{Want: "a"}},
		{"same", "same", words.Difference{Before: "same"}},
		{"sha256:9b1f04d2", "sha256:9d40f2c2", words.Difference{Before: "sha256:9", Want: "b1f04d2", Got: "d40f2c2"}},
		{
			"https://github.com/acme/ci/release.yaml@refs/tags/v4", "https://github.com/evil/ci/release.yaml@refs/tags/v4",
			words.Difference{Before: "https://github.com/", Want: "acme", Got: "evil", After: "/ci/release.yaml@refs/tags/v4"},
		},
		{"refs/tags/v1", "refs/tags/v1.0", words.Difference{Before: "refs/tags/v1", Got: ".0"}},
		{"münchen-west", "mönchen-west", words.Difference{Before: "m", Want: "ü", Got: "ö", After: "nchen-west"}},
		{"aaaaaaaaaa", "aaaaaaaaaaaaa", words.Difference{Before: "aaaaaaaaaa", Got: "aaa"}},
		{"\xffx", "\xfex", words.Difference{Want: "\xffx", Got: "\xfex"}},
	} {
		assert.Equal(t, c.d, words.Differ(c.want, c.got), "%q %q", c.want, c.got)
	}
}

// Nothing gets lost or doubled, whatever the texts are.
func FuzzDiffer(f *testing.F) {
	f.Add("sha256:aa", "sha256:ab")
	f.Add("ünïcode tail", "unicode tail")
	f.Add("\xc3\xa9\xc3", "\xc3\xa8\xc3")
	f.Fuzz(func(t *testing.T, want, got string) {
		d := words.Differ(want, got)
		assert.Equal(t, want, d.Before+d.Want+d.After)
		assert.Equal(t, got, d.Before+d.Got+d.After)
		assert.Equal(t, want == got, d.Want == "" && d.Got == "")
	})
}

func TestSpaced(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "sha256:9b1f 04d2 7c", words.Spaced("sha256:9b1f04d27c"))
	assert.Equal(t, "C3E8 1B90", words.Spaced("C3E81B90"))
	for _, text := range []string{"", "abc", "https://github.com/acme", "refs/tags/v1", "2026-08-21 10:00:00 UTC", "sha256:xyz"} {
		assert.Equal(t, text, words.Spaced(text))
	}
}

func TestSignaturesOfAVersion(t *testing.T) {
	t.Parallel()
	good := func(signer string) *registryv1.Asset {
		return &registryv1.Asset{Verdict: &registryv1.Verdict{
			Status: verified, Scheme: "cosign-keyless", Signer: signer,
			Warnings: []*registryv1.VerdictWarning{{Code: "NOT_BOUND", Detail: "the identity does not say which release"}},
		}}
	}
	material := &registryv1.Asset{Kind: registryv1.AssetKind_ASSET_KIND_SIGNATURE}
	v := &registryv1.Version{Summary: &registryv1.VersionSummary{Verdict: verified}, Assets: []*registryv1.Asset{good("a"), material, good("a")}}
	assert.Equal(t, "VERIFIED 2 of 2 files, cosign keyless, by a", words.SignaturesOf(v).String())
	assert.Equal(t, []string{"The identity does not say which release."}, words.SignaturesOf(v).Notes)

	v.Summary.Verdict, v.Summary.VerdictReason = notVerified, "DIGEST_MISMATCH"
	v.Assets = append(v.Assets, good("b"), &registryv1.Asset{Verdict: &registryv1.Verdict{Status: notVerified, Reason: "DIGEST_MISMATCH"}})
	assert.Equal(t, "DIGEST MISMATCH 3 of 4 files verified, cosign keyless, by a and b", words.SignaturesOf(v).String())

	v = &registryv1.Version{Summary: &registryv1.VersionSummary{Verdict: unsigned}, Assets: []*registryv1.Asset{{Verdict: &registryv1.Verdict{Status: unsigned, Reason: "NO_TRUST"}}}}
	assert.Equal(t, "UNSIGNED 0 of 1 file verified", words.SignaturesOf(v).String())
	assert.Len(t, words.SignaturesOf(v).Notes, 1)
	assert.Empty(t, words.SignaturesOf(&registryv1.Version{}).String())
}
