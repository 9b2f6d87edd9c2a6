package trust

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

const (
	verified    = registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED
	unsigned    = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
	notVerified = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED

	binary      = registryv1.AssetKind_ASSET_KIND_BINARY
	checksum    = registryv1.AssetKind_ASSET_KIND_CHECKSUM
	signature   = registryv1.AssetKind_ASSET_KIND_SIGNATURE
	certificate = registryv1.AssetKind_ASSET_KIND_CERTIFICATE
	bundle      = registryv1.AssetKind_ASSET_KIND_BUNDLE
	sbom        = registryv1.AssetKind_ASSET_KIND_SBOM
	provenance  = registryv1.AssetKind_ASSET_KIND_PROVENANCE

	linux   = registryv1.Platform_PLATFORM_LINUX_AMD64
	windows = registryv1.Platform_PLATFORM_WINDOWS_AMD64
)

var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func now() time.Time { return today }

// file is one file of a version, with its bytes.
func file(name string, kind registryv1.AssetKind, data []byte, platform ...registryv1.Platform) File {
	f := File{Name: name, Kind: kind, SHA256: sha256.Sum256(data), Size: int64(len(data)), Open: Open(data)}
	if len(platform) > 0 {
		f.Platform = platform[0]
	}
	return f
}

// org is one with an OpenPGP key and a key of cosign.
type org struct {
	pgp     *signingtest.PGP
	cosign  *cosign.PrivateKey
	sources Sources
}

func newOrg(tb testing.TB) org {
	tb.Helper()
	o := org{pgp: signingtest.NewPGP(tb, today.Add(-time.Hour))}
	pair := signingtest.NewCosign(tb, "x")
	o.cosign = pair.Key
	o.sources = Sources{
		Policy: &registryv1.Policy{Allowances: []string{AllowNoLog}},
		Keys: []*registryv1.SigningKey{
			{Id: 7, Name: "gpg", Type: registryv1.KeyType_KEY_TYPE_GPG, Fingerprint: fingerprintOf(tb, o.pgp), Exports: [][]byte{o.pgp.Public(tb)}},
			{Id: 8, Name: "cosign", Type: registryv1.KeyType_KEY_TYPE_COSIGN, Fingerprint: o.cosign.Public().Fingerprint(), Exports: [][]byte{pair.Public}},
		},
	}
	return o
}

func (o org) asc(tb testing.TB, of File, data []byte) File {
	tb.Helper()
	return file(of.Name+".asc", signature, o.pgp.Sign(tb, data, today), of.Platform)
}

func (o org) material(tb testing.TB, of File) signing.Material {
	tb.Helper()
	m, err := cosign.NewKeySigner(o.cosign, "cosign", now).Sign(tb.Context(), of.artifact(signing.Release{}))
	require.NoError(tb, err)
	return m
}

// check gives the verdicts by name, which must be different ones.
func (o org) check(tb testing.TB, files ...File) map[string]*registryv1.Verdict {
	tb.Helper()
	results, err := Check(tb.Context(), files, signing.Release{Org: "acme", Connector: "baton-okta", Version: "v1.0.0"}, o.sources.For(now))
	require.NoError(tb, err)
	out := map[string]*registryv1.Verdict{}
	for _, r := range results {
		out[r.Platform.Slug()+r.Name] = r.Verdict
	}
	require.Len(tb, out, len(results))
	return out
}

func TestFilesAreJudgedByWhatLiesBesideThem(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	data, other := []byte("the bytes"), []byte("other bytes")
	f := file("baton", binary, data)
	good := o.asc(t, f, data)
	bad := good
	bad.Open = Open(o.pgp.Sign(t, other, today))
	m := o.material(t, f)
	sig := file("baton.sig", signature, m.Signature)
	sigstore := file("baton.sigstore.json", bundle, m.Bundle)
	for title, test := range map[string]struct {
		files    []File
		status   registryv1.VerdictStatus
		reason   string
		scheme   string
		material []string
		others   int
	}{
		"nothing":                   {nil, unsigned, "", "", nil, 0},
		"an OpenPGP signature":      {[]File{good}, verified, "", "gpg", []string{"baton.asc"}, 0},
		"one of other bytes":        {[]File{bad}, notVerified, "DIGEST_MISMATCH", "gpg", []string{"baton.asc"}, 0},
		"a signature of cosign":     {[]File{sig}, verified, "", "cosign-key", []string{"baton.sig"}, 0},
		"a bundle":                  {[]File{sigstore}, verified, "", "cosign-key", []string{"baton.sigstore.json"}, 0},
		"both, as cosign makes":     {[]File{sig, sigstore}, verified, "", "cosign-key", []string{"baton.sig", "baton.sigstore.json"}, 0},
		"of two schemes":            {[]File{good, sig}, verified, "", "gpg", []string{"baton.asc"}, 1},
		"a bad one beside a good":   {[]File{sig, bad}, notVerified, "DIGEST_MISMATCH", "gpg", []string{"baton.asc"}, 1},
		"one of another file":       {[]File{file("other.asc", signature, o.pgp.Sign(t, data, today))}, unsigned, "", "", nil, 0},
		"a certificate alone":       {[]File{file("baton.cert", certificate, []byte("x"))}, notVerified, "MISSING", "", []string{"baton.cert"}, 0},
		"an SBOM that is none":      {[]File{file("baton.sbom.json", sbom, []byte(`{"spdxVersion": "2.3"}`))}, unsigned, "", "", nil, 0},
		"a provenance that is none": {[]File{file("baton.provenance", provenance, []byte("x"))}, unsigned, "", "", nil, 0},
		"a bundle that is none":     {[]File{file("baton.provenance.sigstore.json", provenance, []byte("x"))}, notVerified, "MALFORMED", "", []string{"baton.provenance.sigstore.json"}, 0},
		"too much to read":          {[]File{file("baton.asc", signature, make([]byte, signing.MaxMaterial+1))}, notVerified, "MALFORMED", "", []string{"baton.asc"}, 0},
		"no bytes to be had":        {[]File{{Name: "baton.asc", Kind: signature}}, unsigned, "", "", nil, 0},
	} {
		v := o.check(t, append([]File{f}, test.files...)...)["baton"]
		assert.Equal(t, test.status, v.GetStatus(), "%s: %v", title, v)
		assert.Equal(t, test.reason, v.GetReason(), title)
		assert.Equal(t, test.material, v.GetMaterial(), title)
		assert.Len(t, v.GetOthers(), test.others, title)
		if test.scheme != "" {
			assert.Equal(t, test.scheme, v.GetScheme(), title)
		}
	}
}

func TestFilesOfOneNameHaveTheMaterialOfTheirPlatform(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	one, two := []byte("linux"), []byte("windows")
	a, b := file("baton", binary, one, linux), file("baton", binary, two, windows)
	verdicts := o.check(t, a, b, o.asc(t, a, one), o.asc(t, b, two))
	assert.Equal(t, verified, verdicts["linux-amd64baton"].GetStatus())
	assert.Equal(t, verified, verdicts["windows-amd64baton"].GetStatus())

	swapped := o.check(t, a, b, o.asc(t, a, two), o.asc(t, b, one))
	assert.Equal(t, notVerified, swapped["linux-amd64baton"].GetStatus())

	// What belongs to no platform is about every file of the name.
	loose := o.asc(t, File{Name: "baton"}, one)
	verdicts = o.check(t, a, b, loose)
	assert.Equal(t, verified, verdicts["linux-amd64baton"].GetStatus())
	assert.Equal(t, notVerified, verdicts["windows-amd64baton"].GetStatus())
	assert.Equal(t, []int{0, 1}, Beside([]File{a, b}, loose))
	assert.Equal(t, []int{1}, Beside([]File{a, b}, o.asc(t, b, two)))
	assert.Empty(t, Beside([]File{a, b}, a))
}

func TestASignedListOfChecksums(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	data := []byte("the bytes")
	f := file("baton", binary, data, linux)
	line := func(content, name string) string {
		return fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(content)), name)
	}
	for title, test := range map[string]struct {
		name, list string
		platform   registryv1.Platform
		signed     bool
		more       []File
		status     registryv1.VerdictStatus
		reason     string
	}{
		"lists it":                  {"sums.txt", line("the bytes", "baton"), 0, true, nil, verified, ""},
		"is not signed":             {"sums.txt", line("the bytes", "baton"), 0, false, nil, unsigned, ""},
		"lists others":              {"sums.txt", line("the bytes", "other"), 0, true, nil, unsigned, ""},
		"lists it otherwise":        {"sums.txt", line("x", "baton"), 0, true, nil, notVerified, "DIGEST_MISMATCH"},
		"contradicts itself":        {"sums.txt", line("x", "baton") + line("the bytes", "baton"), 0, true, nil, unsigned, ""},
		"says it twice":             {"sums.txt", line("the bytes", "baton") + line("the bytes", "baton"), 0, true, nil, verified, ""},
		"cannot be read":            {"sums.txt", "these are no sums", 0, true, nil, unsigned, ""},
		"is far too long":           {"sums.txt", strings.Repeat(line("the bytes", "baton"), maxSums/70), 0, true, nil, unsigned, ""},
		"is of this file alone":     {"baton.sha256", fmt.Sprintf("%x\n", sha256.Sum256(data)), linux, true, nil, verified, ""},
		"is of another platform":    {"sums.txt", line("the bytes", "baton"), windows, true, nil, unsigned, ""},
		"beside a signature of it":  {"sums.txt", line("x", "baton"), 0, true, []File{o.asc(t, f, data)}, verified, ""},
		"beside a bad one of it":    {"sums.txt", line("the bytes", "baton"), 0, true, []File{o.asc(t, f, []byte("x"))}, notVerified, "DIGEST_MISMATCH"},
		"whose own signature fails": {"sums.txt", line("the bytes", "baton"), 0, false, []File{o.asc(t, File{Name: "sums.txt"}, []byte("x"))}, notVerified, "DIGEST_MISMATCH"},
	} {
		sums := file(test.name, checksum, []byte(test.list), test.platform)
		files := append([]File{f, sums}, test.more...)
		if test.signed {
			files = append(files, o.asc(t, sums, []byte(test.list)))
		}
		v := o.check(t, files...)["linux-amd64baton"]
		assert.Equal(t, test.status, v.GetStatus(), "%s: %v", title, v)
		assert.Equal(t, test.reason, v.GetReason(), title)
		through := ""
		if test.status != unsigned && (test.more == nil || title == "whose own signature fails") {
			through = test.name
		}
		assert.Equal(t, through, v.GetThrough(), title)
		if through == "" || title == "whose own signature fails" {
			continue
		}
		assert.Equal(t, []string{test.name, test.name + ".asc"}, v.GetMaterial(), title)
		last := v.GetSteps()[len(v.GetSteps())-1]
		assert.Equal(t, string(signing.StepBytes), last.GetName(), title)
		assert.Equal(t, test.reason != "", last.GetResult() == registryv1.StepResult_STEP_RESULT_FAIL, title)
		keys, identities := o.sources.SignedBy(v, signing.Release{})
		assert.Empty(t, identities)
		if test.reason == "" {
			assert.Equal(t, []int64{7}, keys, title)
		} else {
			assert.Empty(t, keys, title)
			assert.Equal(t, artifact.Digest(sha256.Sum256(data)).String(), v.GetGot(), title)
			assert.NotEqual(t, v.GetWant(), v.GetGot(), title)
		}
	}
}

func TestAListDoesNotVouchForAnotherList(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	f := file("baton", binary, []byte("x"))
	inner := []byte(fmt.Sprintf("%x  baton\n", f.SHA256))
	outer := []byte(fmt.Sprintf("%x  inner.txt\n", sha256.Sum256(inner)))
	for _, names := range [][2]string{{"a.txt", "inner.txt"}, {"z.txt", "inner.txt"}} {
		sums := file(names[0], checksum, outer)
		list := file(names[1], checksum, inner)
		for _, files := range [][]File{{f, sums, list}, {f, list, sums}} {
			verdicts := o.check(t, append(files, o.asc(t, sums, outer))...)
			assert.Equal(t, verified, verdicts["inner.txt"].GetStatus())
			assert.Equal(t, unsigned, verdicts["baton"].GetStatus(), "whatever the order")
		}
	}
}

func TestBytesThatCannotBeReadAreNoVerdict(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	gone := errors.New("the disk is gone")
	f := file("baton", binary, []byte("x"))
	broken := file("baton.asc", signature, nil)
	broken.Open = func(context.Context) (io.ReadCloser, error) { return nil, gone }
	_, err := Check(t.Context(), []File{f, broken}, signing.Release{}, o.sources.For(now))
	require.ErrorIs(t, err, gone)
	require.ErrorContains(t, err, `"baton.asc"`)

	good := o.asc(t, f, []byte("x"))
	f.Open = broken.Open
	_, err = Check(t.Context(), []File{f, good}, signing.Release{}, o.sources.For(now))
	require.ErrorIs(t, err, gone)
}

func TestSum(t *testing.T) {
	t.Parallel()
	good, none, bad := &registryv1.Verdict{Status: verified}, Unsigned(), &registryv1.Verdict{Status: notVerified, Reason: "WRONG_KEY"}
	worse := &registryv1.Verdict{Status: notVerified, Reason: "MALFORMED"}
	for title, test := range map[string]struct {
		of     []*registryv1.Verdict
		status registryv1.VerdictStatus
		reason string
	}{
		"nothing":            {nil, 0, ""},
		"not checked":        {[]*registryv1.Verdict{nil, {}}, 0, ""},
		"good":               {[]*registryv1.Verdict{good, good}, verified, ""},
		"good, one unsigned": {[]*registryv1.Verdict{good, none, good}, unsigned, ""},
		"unsigned first":     {[]*registryv1.Verdict{none, good}, unsigned, ""},
		"one is bad":         {[]*registryv1.Verdict{good, none, bad, worse}, notVerified, "WRONG_KEY"},
	} {
		status, reason := Sum(test.of...)
		assert.Equal(t, test.status, status, title)
		assert.Equal(t, test.reason, reason, title)
	}
}

func TestWhoSigned(t *testing.T) {
	t.Parallel()
	of := signing.Release{Org: "acme", Connector: "baton-okta", Version: "v1.0.0"}
	by := &registryv1.Signer{
		Identity: "https://github.com/acme/robot@refs/tags/v4", Issuer: "https://token.example.org",
		SourceRepository: "https://github.com/acme/baton-okta", SourceRef: "refs/tags/v1.0.0",
	}
	s := Sources{Identities: []*registryv1.Identity{
		{Id: 1, Issuer: by.GetIssuer(), San: by.GetIdentity()},
		{Id: 2, Issuer: by.GetIssuer(), SanRegexp: `^https://github\.com/acme/robot@refs/tags/v[0-9]$`, SourceRef: "refs/tags/{version}"},
		{Id: 3, Issuer: "https://other.example.org", San: by.GetIdentity()},
		{Id: 4, Issuer: by.GetIssuer(), San: "somebody"},
		{Id: 5, Issuer: by.GetIssuer(), San: by.GetIdentity(), SourceRepository: "https://github.com/{org}/other"},
		{Id: 6, Issuer: by.GetIssuer(), SanRegexp: "("},
	}}
	verdict := &registryv1.Verdict{Status: verified, Scheme: "cosign-keyless", By: by}
	_, identities := s.SignedBy(verdict, of)
	assert.Equal(t, []int64{1, 2}, identities)
	verdict.Status, verdict.Others = notVerified, []*registryv1.Verdict{{Status: verified, Scheme: "cosign-keyless", By: by}}
	_, identities = s.SignedBy(verdict, of)
	assert.Equal(t, []int64{1, 2}, identities, "the other signatures count too")
	verdict.Others = nil
	_, identities = s.SignedBy(verdict, of)
	assert.Empty(t, identities, "a refusal tells what it claims, not who it was")
}

func TestAPolicyOfSources(t *testing.T) {
	t.Parallel()
	for _, allowance := range Allowances() {
		p := Sources{Policy: &registryv1.Policy{Allowances: []string{allowance}, AcceptedSchemes: []string{"gpg"}}}.For(now)
		assert.Equal(t, allowance == AllowCertificateOnly, p.AllowCertificateOnly)
		assert.Equal(t, allowance == AllowNoLog, p.AllowNoLog)
		assert.Equal(t, allowance == AllowExpiredKey, p.AllowExpiredKey)
		assert.Equal(t, []signing.Scheme{signing.GPG}, p.Require)
		assert.Equal(t, today, p.Now())
	}
	assert.Empty(t, Sources{}.For(now).Keys)
}

// What the registry recorded is never believed over the bytes, and bytes that
// differ from it are never good, however they are signed.
func TestBytesThatWereChangedSinceTheyWereRecorded(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	good, other := []byte("the bytes"), []byte("other bytes")
	received := func(data []byte) File {
		f := file("baton", binary, data)
		f.Recorded = sha256.Sum256(good)
		return f
	}
	line := func(data []byte) []byte { return fmt.Appendf(nil, "%x  baton\n", sha256.Sum256(data)) }
	sums := file("sums.txt", checksum, line(good))
	forged := file("sums.txt", checksum, line(other))
	forged.Recorded = sums.SHA256
	emptied := file("sums.txt", checksum, nil)
	emptied.Recorded = sums.SHA256
	for title, test := range map[string]struct {
		files  []File
		status registryv1.VerdictStatus
		detail string
	}{
		"as recorded":                     {[]File{received(good)}, unsigned, "no signature"},
		"unsigned":                        {[]File{received(other)}, notVerified, "not those that the registry recorded"},
		"signed as recorded":              {[]File{received(good), o.asc(t, received(good), good)}, verified, "Signed by"},
		"signed before":                   {[]File{received(other), o.asc(t, received(other), good)}, notVerified, "made for other bytes"},
		"signed anew":                     {[]File{received(other), o.asc(t, received(other), other)}, notVerified, "not those that the registry recorded"},
		"listed before":                   {[]File{received(other), sums, o.asc(t, sums, line(good))}, notVerified, "made for other bytes"},
		"the list was changed as well":    {[]File{received(other), forged, o.asc(t, forged, line(good))}, notVerified, "is not verified"},
		"the list does not name it since": {[]File{received(good), emptied, o.asc(t, emptied, line(good))}, notVerified, "is not verified"},
	} {
		v := o.check(t, test.files...)["baton"]
		assert.Equal(t, test.status, v.GetStatus(), "%s: %v", title, v)
		assert.Contains(t, v.GetDetail(), test.detail, title)
	}
}
