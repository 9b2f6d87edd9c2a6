package cosign_test

import (
	"bytes"
	"context"
	"crypto"
	"testing"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// FuzzMaterial feeds anything to the recognition of formats, to the conversion
// of older ones and to everything behind: no panic, and never a good verdict,
// for the policy trusts a key and an identity that signed nothing.
func FuzzMaterial(f *testing.F) {
	k := newKeyless(f)
	key := plainKey(f)
	byKey, err := cosign.NewKeySigner(key, "k", now).Sign(context.Background(), k.artifact)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(nil), []byte(nil), k.material.Bundle)
	f.Add([]byte(nil), []byte(nil), k.older(f).JSON(f))
	f.Add(k.sigAndCert(f).Signature, k.sigAndCert(f).Certificate, []byte(nil))
	f.Add(byKey.Signature, []byte(nil), byKey.Bundle)
	f.Add([]byte(nil), []byte(nil), k.sigstore.Attest(f, k.claims, "x", map[string]string{"sha512": "00"}))
	f.Add([]byte("-----BEGIN PGP SIGNATURE-----"), []byte(nil), []byte(`{"base64Signature":"e30=","rekorBundle":{"Payload":{"body":"e30="}}}`))
	f.Add([]byte(`{"payloadType":""}`), []byte("-----BEGIN CERTIFICATE-----"), []byte(`{"mediaType":"application/vnd.dev.sigstore.bundle+json;version=0.1"}`))

	policy := k.policy
	policy.AllowCertificateOnly, policy.AllowNoLog = true, true
	policy.Keys = []signing.TrustedKey{trusted(f, plainKey(f).Public(), "nobody's")}
	policy.TrustedRoot = signingtest.New(f, now()).TrustedRoot(f)
	digests, err := signing.Digest(context.Background(), bytes.NewReader(payload), crypto.SHA256, crypto.SHA384, crypto.SHA512)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, signature, certificate, bundle []byte) {
		a := signing.Artifact{Name: "a", Digests: digests, Open: file("a", payload).Open}
		v, err := cosign.Verifier{}.Verify(t.Context(), a, signing.Material{Signature: signature, Certificate: certificate, Bundle: bundle}, policy)
		if err != nil {
			t.Fatal(err)
		}
		if v.OK() {
			t.Fatalf("verified: %+v", v.Steps())
		}
		promises(t, v)
	})
}

// FuzzKeys feeds anything to the readers of key files.
func FuzzKeys(f *testing.F) {
	key := plainKey(f)
	f.Add(trusted(f, key.Public(), "k").Exports[0])
	f.Add([]byte("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\ne30=\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := cosign.ParsePublicKey(data); err == nil && k.Algorithm() == "unknown" {
			t.Fatal("a key of an unknown kind was accepted")
		}
		if k, err := cosign.ParsePrivateKey(data, []byte("p")); err == nil && k.Public() == nil {
			t.Fatal("a private key without a public one")
		}
	})
}
