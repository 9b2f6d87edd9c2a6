package cosign_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// older is keyless material as older versions of cosign leave it.
func (k keyless) older(tb testing.TB) signingtest.Legacy {
	tb.Helper()
	return signingtest.ToLegacy(tb, k.material.Bundle)
}

func (k keyless) sigAndCert(tb testing.TB) signing.Material {
	tb.Helper()
	return signing.Material{Signature: signingtest.Signature(tb, k.material.Bundle), Certificate: signingtest.Certificate(tb, k.material.Bundle)}
}

func TestOlderBundles(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	m := signing.Material{Bundle: k.older(t).JSON(t)}
	v := check(t, k.artifact, m, k.policy)
	require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
	assert.Equal(t, signing.Full, v.Assurance())
	assert.Equal(t, now(), v.SignedAt())
	assert.Contains(t, steps(v), "logged PASS entry 3 of https://rekor.example, promise checked offline")

	// With the .sig and .cert beside it, as they are published.
	both := k.sigAndCert(t)
	both.Bundle = m.Bundle
	assert.True(t, check(t, k.artifact, both, k.policy).OK())
	// In the wrong slot it is still what it is.
	assert.True(t, check(t, k.artifact, signing.Material{Signature: m.Bundle}, k.policy).OK())
}

// A certificate without a log entry proves who, but not when.
func TestSignatureAndCertificateAlone(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	loose := k.older(t)
	loose.RekorBundle = nil
	for name, m := range map[string]signing.Material{"files": k.sigAndCert(t), "older bundle without entry": {Bundle: loose.JSON(t)}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := k.policy
			v := check(t, k.artifact, m, p)
			assert.Equal(t, signing.NoLogEntry, v.Reason())

			p.AllowCertificateOnly = true
			v = check(t, k.artifact, m, p)
			require.Truef(t, v.OK(), "%s %s %v", v.Reason(), v.Detail(), v.Cause())
			assert.Equal(t, signing.CertificateOnly, v.Assurance())
			assert.Equal(t, signing.TimeNone, v.TimeSource())
			assert.True(t, v.SignedAt().IsZero())
			require.Len(t, v.Warnings(), 1)
			assert.Equal(t, signing.WarnNoTime, v.Warnings()[0].Code)

			altered := k.artifact
			altered.Open = file("", []byte("other")).Open
			assert.Equal(t, signing.BadSignature, check(t, altered, m, p).Reason(), "without a digest an altered file and a wrong key look alike")
			later := k.artifact
			later.Release.Version = "v9.9.9"
			assert.Equal(t, signing.ReleaseMismatch, check(t, later, m, p).Reason())
			for without, want := range map[signingtest.Without]signing.Reason{
				signingtest.WithoutAuthorities: signing.UntrustedRoot, signingtest.WithoutCertificateLogs: signing.UntrustedCT, signingtest.ExpiredAuthority: signing.ExpiredCertificate,
			} {
				q := p
				q.TrustedRoot = k.sigstore.TrustedRoot(t, without)
				assert.Equal(t, want, check(t, k.artifact, m, q).Reason(), without)
			}
			p.Identities = nil
			assert.Equal(t, signing.NoTrust, check(t, k.artifact, m, p).Reason())
		})
	}
	// The allowance is for what has no place for an entry, not for a bundle that lost it.
	p := k.policy
	p.AllowCertificateOnly = true
	pb := signingtest.ReadBundle(t, k.material.Bundle)
	pb.GetVerificationMaterial().TlogEntries = nil
	v := check(t, k.artifact, signing.Material{Bundle: signingtest.WriteBundle(t, pb)}, p)
	assert.Equal(t, signing.NoLogEntry, v.Reason())
}

func TestMutationsOfOlderMaterial(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	foreign, err := signKeyless(t, k.sigstore, k.claims, k.artifact)
	require.NoError(t, err)
	elsewhere := newKeyless(t) // another Sigstore altogether
	other := signingtest.ToLegacy(t, foreign.Bundle)
	edit := func(change func(*signingtest.Legacy)) signing.Material {
		l := k.older(t)
		change(&l)
		return signing.Material{Bundle: l.JSON(t)}
	}
	body := func(change func(map[string]any)) signing.Material {
		return edit(func(l *signingtest.Legacy) {
			raw, err := base64.StdEncoding.DecodeString(l.RekorBundle.Payload.Body)
			require.NoError(t, err)
			var v map[string]any
			require.NoError(t, json.Unmarshal(raw, &v))
			change(v)
			raw, err = json.Marshal(v)
			require.NoError(t, err)
			l.RekorBundle.Payload.Body = base64.StdEncoding.EncodeToString(raw)
		})
	}
	both := func(bundle signingtest.Legacy, change func(*signing.Material)) signing.Material {
		m := k.sigAndCert(t)
		m.Bundle = bundle.JSON(t)
		change(&m)
		return m
	}
	for _, c := range []struct {
		name string
		m    signing.Material
		want signing.Reason
	}{
		{"integrated time one second later", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.IntegratedTime++ }), signing.LogMismatch},
		{"integrated time an hour later", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.IntegratedTime += 3600 }), signing.LogMismatch},
		{"another index", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.LogIndex++ }), signing.LogMismatch},
		{"another log", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.LogID = strings.Repeat("0", 64) }), signing.UntrustedLog},
		{"log id is not hex", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.LogID = "x" }), signing.Malformed},
		{"another promise", edit(func(l *signingtest.Legacy) {
			l.RekorBundle.SignedEntryTimestamp = other.RekorBundle.SignedEntryTimestamp
		}), signing.LogMismatch},
		{"no promise", edit(func(l *signingtest.Legacy) { l.RekorBundle.SignedEntryTimestamp = "" }), signing.Malformed},
		{"another entry", edit(func(l *signingtest.Legacy) { l.RekorBundle = other.RekorBundle }), signing.LogMismatch},
		{"another signature", edit(func(l *signingtest.Legacy) { l.Base64Signature = other.Base64Signature }), signing.LogMismatch},
		{"another certificate", edit(func(l *signingtest.Legacy) { l.Cert = other.Cert }), signing.LogMismatch},
		{"another Sigstore's", signing.Material{Bundle: elsewhere.older(t).JSON(t)}, signing.UntrustedRoot},
		{"body of another kind", body(func(v map[string]any) { v["kind"] = "rekord" }), signing.Malformed},
		{"body of another version", body(func(v map[string]any) { v["apiVersion"] = "9" }), signing.Malformed},
		{"body with an extra field", body(func(v map[string]any) { v["extra"] = 1 }), signing.LogMismatch},
		{"body is not JSON", edit(func(l *signingtest.Legacy) { l.RekorBundle.Payload.Body = "e3g=" }), signing.Malformed},
		{"no certificate", edit(func(l *signingtest.Legacy) { l.Cert = "" }), signing.NoTrust},
		{"certificate is noise", edit(func(l *signingtest.Legacy) { l.Cert = "bm9pc2U=" }), signing.Malformed},
		{"signature is noise", edit(func(l *signingtest.Legacy) { l.Base64Signature = "%%%" }), signing.Malformed},
		{"JSON of another kind", signing.Material{Bundle: []byte(`{"hello":"world"}`)}, signing.Malformed},
		{"an attestation alone", signing.Material{Bundle: []byte(`{"payloadType":"x","payload":"","signatures":[]}`)}, signing.Unsupported},
		{"truncated", signing.Material{Bundle: k.older(t).JSON(t)[:100]}, signing.Malformed},

		{".sig of another signature", both(k.older(t), func(m *signing.Material) { m.Signature = signingtest.Signature(t, foreign.Bundle) }), signing.Malformed},
		{".cert of another certificate", both(k.older(t), func(m *signing.Material) { m.Certificate = signingtest.Certificate(t, foreign.Bundle) }), signing.Malformed},
		{".cert is noise", both(k.older(t), func(m *signing.Material) { m.Certificate = []byte("noise") }), signing.Malformed},
		{"two bundles", signing.Material{Bundle: k.older(t).JSON(t), Signature: foreign.Bundle}, signing.Malformed},
		{"certificate without signature", signing.Material{Certificate: k.sigAndCert(t).Certificate}, signing.Missing},
		{"certificate is a key", signing.Material{Signature: k.sigAndCert(t).Signature, Certificate: publicPEM(t, publicOf(t, plainKey(t)))}, signing.Malformed},
		{"certificate too large", signing.Material{Signature: k.sigAndCert(t).Signature, Certificate: make([]byte, signing.MaxCertificate+1)}, signing.Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := k.policy
			p.AllowCertificateOnly = true
			v := check(t, k.artifact, c.m, p)
			assert.Equalf(t, c.want, v.Reason(), "%s %v", v.Detail(), v.Cause())
		})
	}
}

// Every reason that certificates can give, forced once.
func TestKeylessReasons(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	altered := k.artifact
	altered.Open = file("", []byte("altered")).Open
	root := func(w ...signingtest.Without) func(*signing.Policy) {
		return func(p *signing.Policy) { p.TrustedRoot = k.sigstore.TrustedRoot(t, w...) }
	}
	identity := func(change func(*signing.Identity)) func(*signing.Policy) {
		return func(p *signing.Policy) {
			id := p.Identities[0]
			change(&id)
			p.Identities = []signing.Identity{id}
		}
	}
	strip := func(change func(pb map[string]any)) signing.Material {
		var v map[string]any
		require.NoError(t, json.Unmarshal(k.material.Bundle, &v))
		change(v)
		data, err := json.Marshal(v)
		require.NoError(t, err)
		return signing.Material{Bundle: data}
	}
	material := func(v map[string]any) map[string]any { m, _ := v["verificationMaterial"].(map[string]any); return m }
	for _, c := range []struct {
		name   string
		a      signing.Artifact
		m      signing.Material
		policy func(*signing.Policy)
		want   signing.Reason
		step   signing.StepName
	}{
		{"other bytes", altered, k.material, nil, signing.DigestMismatch, signing.StepBytes},
		{"other CA", k.artifact, k.material, root(signingtest.WithoutAuthorities), signing.UntrustedRoot, signing.StepCertificate},
		{"CA expired", k.artifact, k.material, root(signingtest.ExpiredAuthority), signing.ExpiredCertificate, signing.StepCertificate},
		{"other certificate log", k.artifact, k.material, root(signingtest.WithoutCertificateLogs), signing.UntrustedCT, signing.StepCertificate},
		{"other log", k.artifact, k.material, root(signingtest.WithoutLogs), signing.UntrustedLog, signing.StepLogged},
		{"other subject", k.artifact, k.material, identity(func(i *signing.Identity) { i.SANRegexp, i.SAN = "", "https://github.com/evil/x@y" }), signing.IdentityMismatch, signing.StepIdentity},
		{"other issuer", k.artifact, k.material, identity(func(i *signing.Identity) { i.Issuer = "https://issuer.example" }), signing.IssuerMismatch, signing.StepIdentity},
		{"other ref", k.artifact, k.material, identity(func(i *signing.Identity) { i.SourceRef = "refs/heads/main" }), signing.ReleaseMismatch, signing.StepBoundTo},
		{"other repository", k.artifact, k.material, identity(func(i *signing.Identity) { i.SourceRepo = "https://github.com/example/x" }), signing.ReleaseMismatch, signing.StepBoundTo},
		{"nobody trusted", k.artifact, k.material, func(p *signing.Policy) { p.Identities = nil }, signing.NoTrust, signing.StepIdentity},
		{"nobody trusted, other bytes", altered, k.material, func(p *signing.Policy) { p.Identities = nil }, signing.DigestMismatch, signing.StepBytes},
		{"only keys trusted", k.artifact, k.material, func(p *signing.Policy) {
			p.Identities, p.Keys = nil, []signing.TrustedKey{trusted(t, plainKey(t).Public(), "k")}
		}, signing.NoTrust, signing.StepIdentity},
		{"keys only", k.artifact, k.material, func(p *signing.Policy) { p.Require = []signing.Scheme{signing.CosignKey} }, signing.Unsupported, signing.StepFound},
		{"entry removed", k.artifact, strip(func(v map[string]any) { delete(material(v), "tlogEntries") }), nil, signing.NoLogEntry, signing.StepLogged},
		{"promise removed", k.artifact, strip(func(v map[string]any) {
			entries, _ := material(v)["tlogEntries"].([]any)
			entry, _ := entries[0].(map[string]any)
			delete(entry, "inclusionPromise")
		}), nil, signing.NoTrustedTime, signing.StepTime},
		{"proof removed", k.artifact, strip(func(v map[string]any) {
			entries, _ := material(v)["tlogEntries"].([]any)
			entry, _ := entries[0].(map[string]any)
			delete(entry, "inclusionProof")
		}), nil, signing.Malformed, signing.StepFound},
		{"unknown version", k.artifact, strip(func(v map[string]any) { v["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.9+json" }), nil, signing.Unsupported, signing.StepFound},
		{"unknown field", k.artifact, strip(func(v map[string]any) { v["more"] = 1 }), nil, signing.Malformed, signing.StepFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := k.policy
			if c.policy != nil {
				c.policy(&p)
			}
			v := check(t, c.a, c.m, p)
			assert.Equalf(t, c.want, v.Reason(), "%s %v", v.Detail(), v.Cause())
			for _, s := range v.Steps() {
				if s.Result == signing.Fail {
					assert.Equal(t, c.step, s.Name)
				}
			}
		})
	}
}

// Certificates and entries of a Sigstore that misbehaves. The signer would not
// hand these out, so they are made with a root that asks for less.
func TestSigstoreThatMisbehaves(t *testing.T) {
	t.Parallel()
	sum := "5c3b4f2f9f4f6f4a6a0f5f6d7f8e9a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f"
	for _, c := range []struct {
		name   string
		faults signingtest.Faults
		want   signing.Reason
	}{
		{"no word of a certificate log", signingtest.Faults{NoSCT: true}, signing.UntrustedCT},
		{"the word of an unknown one", signingtest.Faults{ForeignSCT: true}, signing.UntrustedCT},
		{"logged an hour late", signingtest.Faults{LogDelay: time.Hour}, signing.ExpiredCertificate},
		{"logged before it was issued", signingtest.Faults{LogDelay: -time.Hour}, signing.ExpiredCertificate},
		{"logged without a time", signingtest.Faults{NoPromise: true}, signing.NoTrustedTime},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			k := newKeyless(t)
			k.sigstore.Set(c.faults)
			data := k.sigstore.Attest(t, k.claims, "https://slsa.dev/provenance/v1", map[string]string{"sha256": sum})
			v := check(t, k.artifact, signing.Material{Bundle: data}, k.policy)
			assert.Equalf(t, c.want, v.Reason(), "%s %v", v.Detail(), v.Cause())
		})
	}
}
