package trust

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/signing/signingtest"
)

func fingerprintOf(tb testing.TB, key *signingtest.PGP) string {
	tb.Helper()
	parsed, err := pgp.Parse(key.Public(tb))
	require.NoError(tb, err)
	return parsed.Fingerprint
}

// The contents that tell kinds of material apart.
const (
	aPGP         = "-----BEGIN PGP SIGNATURE-----\n"
	aRaw         = "MEUCIQ=="
	aBundle      = `{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}`
	anOlder      = ` {"base64Signature": "MEUCIQ=="}`
	anAttested   = `{"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json", "dsseEnvelope": {}}`
	aCertificate = "-----BEGIN CERTIFICATE-----\n"
)

func TestGather(t *testing.T) {
	t.Parallel()
	one := func(name string, kind registryv1.AssetKind, data string) side { return side{name, kind, []byte(data)} }
	sig, cert := one("x.sig", signature, aRaw), one("x.cert", certificate, aCertificate)
	for title, test := range map[string]struct {
		sides []side
		want  [][]string
	}{
		"nothing":                       {nil, nil},
		"a signature":                   {[]side{sig}, [][]string{{"x.sig"}}},
		"with its certificate":          {[]side{cert, sig}, [][]string{{"x.sig", "x.cert"}}},
		"with a certificate as PEM":     {[]side{sig, one("x.pem", certificate, aCertificate)}, [][]string{{"x.sig", "x.pem"}}},
		"and a bundle of the same":      {[]side{sig, cert, one("x.bundle", bundle, aBundle)}, [][]string{{"x.sig", "x.cert", "x.bundle"}}},
		"and two bundles":               {[]side{sig, one("x.bundle", bundle, aBundle), one("x.sigstore", bundle, aBundle)}, [][]string{{"x.sig"}, {"x.bundle"}, {"x.sigstore"}}},
		"OpenPGP, under any name":       {[]side{one("x.sig", signature, aPGP), one("x.gpg", signature, "\x88\x00")}, [][]string{{"x.sig"}, {"x.gpg"}}},
		"OpenPGP takes no certificate":  {[]side{one("x.asc", signature, aPGP), cert}, [][]string{{"x.asc"}}},
		"an attestation stands alone":   {[]side{sig, one("x.sigstore.json", bundle, anAttested)}, [][]string{{"x.sigstore.json"}, {"x.sig"}}},
		"a bundle called a signature":   {[]side{one("x.sig", signature, anOlder)}, [][]string{{"x.sig"}}},
		"a certificate without any":     {[]side{cert}, [][]string{{"x.cert"}}},
		"a provenance":                  {[]side{one("x.provenance", provenance, anAttested)}, [][]string{{"x.provenance"}}},
		"two signatures, one of a cert": {[]side{sig, one("x.asc", signature, aRaw), cert}, [][]string{{"x.sig", "x.cert"}, {"x.asc"}}},
	} {
		var got [][]string
		for _, m := range gather(test.sides) {
			assert.False(t, m.Empty(), title)
			got = append(got, m.names)
		}
		assert.Equal(t, test.want, got, title)
	}
}

func TestIsBundle(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]bool{
		aBundle: true, anOlder: true, anAttested: true, "": false, "{}": false, aRaw: false, aPGP: false,
		`{"spdxVersion": "SPDX-2.3"}`: false, `[{"base64Signature": ""}]`: false, `{"mediaType": "text/plain"}`: false,
	} {
		assert.Equal(t, want, isBundle([]byte(data)), data)
	}
}

// FuzzGather lets anything lie beside a file: nothing is lost, taken twice or
// ends the program.
func FuzzGather(f *testing.F) {
	for _, data := range []string{aPGP, aRaw, aBundle, anOlder, anAttested, aCertificate, "", "\x88", "{"} {
		f.Add("x.sig", int32(signature), []byte(data), "x.cert", int32(certificate), []byte(aCertificate))
		f.Add("x.bundle", int32(bundle), []byte(data), "x.sbom.json", int32(sbom), []byte(anAttested))
	}
	f.Fuzz(func(t *testing.T, one string, kindOne int32, dataOne []byte, two string, kindTwo int32, dataTwo []byte) {
		sides := []side{{one, registryv1.AssetKind(kindOne), dataOne}, {two, registryv1.AssetKind(kindTwo), dataTwo}}
		isBundle(dataOne)
		taken := 0
		for _, m := range gather(sides) {
			taken += len(m.names)
		}
		require.LessOrEqual(t, taken, len(sides))
		require.Positive(t, taken, "something lies beside the file, so there is a verdict")
		files := []File{
			{Name: "x", Kind: binary, Open: Open([]byte("x"))},
			{Name: one, Kind: registryv1.AssetKind(kindOne), Open: Open(dataOne)},
			{Name: two, Kind: registryv1.AssetKind(kindTwo), Open: Open(dataTwo)},
		}
		sides2, err := readMaterial(t.Context(), files)
		require.NoError(t, err)
		for i := range sides2 {
			require.Less(t, i, len(files))
		}
	})
}
