package wizard

import (
	"errors"
	"testing"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/trust"
)

const (
	inesKey = "9F2144C07AB3D01E9F2144C0C3E81B9052FF8A67"
	oldKey  = "0B77E1D493A26C580B77E1D40B77E1D493A26C58"
)

// verdictsOf are verdicts on the five files of a plan.
func verdictsOf(made bool, v *registryv1.Verdict, others ...*registryv1.Verdict) []publish.Signed {
	var all []publish.Signed
	for i, p := range registryv1.Platforms() {
		signed := publish.Signed{Asset: publish.AssetKey{Platform: p.Slug(), Kind: "ARCHIVE", Filename: "x"}, Verdict: v, Made: made}
		if i < len(others) {
			signed.Verdict = others[i]
		}
		all = append(all, signed)
	}
	return all
}

// signingPages are the step in its situations.
func signingPages() map[string]func() *signingStep {
	good := &registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, Scheme: "gpg", By: &registryv1.Signer{KeyName: "release-2026", Fingerprint: inesKey}}
	open := &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED, Reason: string(signing.NoTrust), Scheme: "gpg", By: &registryv1.Signer{Fingerprint: inesKey},
	}
	bad := &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: string(signing.DigestMismatch), Scheme: "gpg",
		Detail: "the signature was made for other bytes", Next: "sign the file as it is now", By: &registryv1.Signer{Fingerprint: inesKey},
	}
	at := func(row int, change func(s *signingStep)) func() *signingStep {
		return func() *signingStep {
			shared := &shared{Config: Config{Registry: "hub.example.org", Sign: func(func(string, string)) publish.SignWith { return publish.SignWith{} }}}
			shared.answers.Directory = "/src/baton-coupa"
			shared.plan.Ref = publish.Ref{Org: "ConductorOne", Name: "baton-coupa", Version: "v0.1.10"}
			s := &signingStep{shared: shared, files: map[publish.SignWay]string{}}
			s.signers = signersFound{
				asked: 1,
				keys: []pgp.SecretKey{
					{Fingerprint: inesKey, Algorithm: "ed25519", UserIDs: []string{"Ines Okafor <ines@example.org>"}},
					{Fingerprint: oldKey, Algorithm: "rsa4096", UserIDs: []string{"Release 2024 <release@example.org>"}, Off: "expired 2025-04-20"},
				},
				sources: trust.Sources{
					Keys:       []*registryv1.SigningKey{{Name: "release-2026", Fingerprint: inesKey}, {Name: "other", Fingerprint: oldKey}},
					Identities: []*registryv1.Identity{{}},
				},
			}
			s.list.Goto(row)
			if change != nil {
				change(s)
			}
			return s
		}
	}
	chosen := func(s *signingStep, sign string, o outcome) {
		o.sign = sign
		s.answers.Sign, s.chosen, s.outcome = sign, true, o
	}
	return map[string]func() *signingStep{
		"signing-open": at(1, nil),
		"signing-found": at(0, func(s *signingStep) {
			s.signers.beside = outcome{verdicts: verdictsOf(false, good)}
			chosen(s, "", s.signers.beside)
		}),
		"signing-bad": at(0, func(s *signingStep) {
			s.signers.beside = outcome{verdicts: verdictsOf(false, good, good, bad), err: &client.Error{Message: "not good"}}
			chosen(s, "", s.signers.beside)
		}),
		"signing-made": at(1, func(s *signingStep) {
			chosen(s, "gpg:"+inesKey, outcome{verdicts: verdictsOf(true, good), key: &signing.TrustedKey{Scheme: signing.GPG, Fingerprint: inesKey}})
		}),
		"signing-untrusted": at(1, func(s *signingStep) {
			s.signers.sources = trust.Sources{}
			chosen(s, "gpg:"+inesKey, outcome{
				verdicts: verdictsOf(true, open), key: &signing.TrustedKey{Scheme: signing.GPG, Fingerprint: inesKey},
				notes: []publish.Note{{About: "sign", Text: "ConductorOne has registered nothing to measure by.", Caution: true}},
			})
		}),
		"signing-register": at(1, func(s *signingStep) {
			s.signers.sources = trust.Sources{}
			chosen(s, "gpg:"+inesKey, outcome{verdicts: verdictsOf(true, open), key: &signing.TrustedKey{Scheme: signing.GPG, Fingerprint: inesKey}})
			s.askName()
			s.refused = &client.Error{Message: "only publishers of ConductorOne register keys", Next: "ask an admin for the publisher role"}
		}),
		"signing-passphrase": at(4, func(s *signingStep) {
			s.files[publish.SignCosign] = "/src/keys/release.key"
			s.locked, s.outcome.err = "cosign:/src/keys/release.key", cosign.ErrWrongPassphrase
			s.secret.add("sesame")
		}),
		"signing-works": at(1, func(s *signingStep) {
			s.answers.Sign = "gpg:" + inesKey
			s.work = &signWork{answers: s.answers, plan: s.plan}
		}),
		"signing-login": at(5, func(s *signingStep) {
			s.answers.Sign = "keyless"
			s.work = &signWork{answers: s.answers, plan: s.plan}
			s.work.tell("https://oauth2.sigstore.dev/auth/device?user_code=ABCD-EFGH", "ABCD-EFGH")
		}),
		"signing-failed": at(1, func(s *signingStep) {
			s.outcome.err = &client.Error{Message: "gpg was not done signing baton-coupa-v0.1.10-linux-amd64.tar.gz after 3m0s", Next: "enter the passphrase in time, or let registrar ask for it"}
		}),
		"signing-none": at(6, func(s *signingStep) { chosen(s, publish.SignNone, outcome{}) }),
		"signing-required": at(0, func(s *signingStep) {
			s.signers.sources.Policy = &registryv1.Policy{RequireSignatures: true}
			s.signers.keys, s.signers.noGPG = nil, errors.New("gpg is not installed here")
		}),
		"signing-lost": at(0, func(s *signingStep) {
			s.err = &client.Error{Message: "hub.example.org does not answer", Next: "try again"}
			s.signers = signersFound{}
		}),
	}
}

func TestSigningScreens(t *testing.T) {
	t.Parallel()
	for name, page := range signingPages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stepTest(t, name, func() step { return page() })
		})
	}
}
