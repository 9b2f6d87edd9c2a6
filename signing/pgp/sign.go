package pgp

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"github.com/registrar-console/registrar/signing"
)

// Passphrase asks the person for the passphrase of a key. The answer is
// overwritten after use; an error stops the signing.
type Passphrase func(ctx context.Context) ([]byte, error)

// maxPassphrase fits into a pipe that nobody reads yet.
const maxPassphrase = 1024

// GPGSigner signs with a key that the person's own gpg holds.
type GPGSigner struct {
	gpg    *GPG
	use    string // the fingerprint that gpg gets to see
	info   signing.SignerInfo
	public []byte
	hash   crypto.Hash
	ask    Passphrase
	now    func() time.Time
}

var _ signing.Signer = (*GPGSigner)(nil)

// Signer finds a key of gpg by its whole fingerprint. With the fingerprint of a
// subkey, that subkey signs. Without ask, gpg-agent has the passphrase or asks
// for it by its pinentry; on a terminal that draws itself, the caller makes
// room for it. Nothing is asked before the first signature.
func (g *GPG) Signer(ctx context.Context, fingerprint string, ask Passphrase, now func() time.Time) (*GPGSigner, error) {
	fpr, err := checkFingerprint(fingerprint)
	if err != nil {
		return nil, err
	}
	secret, err := g.secret(ctx, fpr)
	if err != nil {
		return nil, err
	}
	if secret.Off != "" {
		return nil, problem(offProblem(secret.Off), nil, "choose another key, or renew this one", "the key %s cannot sign: %s", secret.Fingerprint, secret.Off)
	}
	public, err := g.Export(ctx, fpr)
	if err != nil {
		return nil, err
	}
	e, err := readWhole([][]byte{public})
	if err != nil {
		return nil, err
	}
	key := describe(e)
	s := &GPGSigner{gpg: g, use: fpr, public: public, hash: digestFor(e), ask: ask, now: now, info: signerInfo(key)}
	if fpr != key.Fingerprint {
		s.use += "!" // else gpg would choose among the subkeys by itself
	}
	if secret.Card != "" {
		s.info.Needs = signing.NeedTouch
	}
	return s, nil
}

func offProblem(off string) Problem {
	switch {
	case off == "revoked":
		return Revoked
	case strings.HasPrefix(off, "expired"):
		return Expired
	default:
		return CannotSign
	}
}

func signerInfo(key Key) signing.SignerInfo {
	info := signing.SignerInfo{Scheme: signing.GPG, Fingerprint: key.Fingerprint, Needs: signing.NeedPassphrase}
	if len(key.UserIDs) > 0 {
		info.Name = key.UserIDs[0]
	}
	return info
}

// digestFor gives the digest to sign with: SHA-256, which processors compute
// fastest, unless the curve of a part that may sign demands a longer one.
func digestFor(e *openpgp.Entity) crypto.Hash {
	digest := crypto.SHA256
	for _, pk := range publicKeys(e) {
		curve, err := pk.Curve()
		if err != nil {
			continue
		}
		switch curve {
		case packet.CurveNistP521, packet.CurveBrainpoolP512, packet.Curve448:
			return crypto.SHA512
		case packet.CurveNistP384, packet.CurveBrainpoolP384:
			digest = crypto.SHA384
		default:
		}
	}
	return digest
}

// gpgName is what gpg calls a digest.
func gpgName(h crypto.Hash) string { return "SHA" + strconv.Itoa(8*h.Size()) }

// Describe says who will have signed. The passphrase may be with the agent
// already; only gpg knows.
func (s *GPGSigner) Describe() signing.SignerInfo { return s.info }

// Public is the key to register, armored.
func (s *GPGSigner) Public() []byte { return bytes.Clone(s.public) }

// Sign makes an armored detached signature and verifies it before anybody
// gets to see it, which reads the artifact a second time.
func (s *GPGSigner) Sign(ctx context.Context, a signing.Artifact) (signing.Material, error) {
	secret, err := passphrase(ctx, s.ask)
	if err != nil {
		return signing.Material{}, err
	}
	defer clear(secret)

	in, err := a.Open()
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	args := []string{"--local-user", s.use, "--digest-algo", gpgName(s.hash), "--no-textmode", "--armor", "--output", "-"}
	if s.ask != nil {
		args = append(args, "--pinentry-mode", "loopback", "--passphrase-fd", "3")
	}
	got, err := s.gpg.run(ctx, call{
		doing: "signing " + clean(a.Name, maxUserIDText), limit: MaxSignature, asks: s.ask == nil,
		args: append(args, "--detach-sign"), stdin: &source{ctx: ctx, r: in}, secret: secret,
	})
	if cerr := in.Close(); err == nil && cerr != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, cerr)
	}
	if err = explainSigning(got, err, s.info.Fingerprint); err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	return verified(ctx, a, got.out, s.info.Fingerprint, s.public, s.now)
}

// passphrase asks, and refuses what could not be handed over as it is: gpg
// reads the passphrase up to the first line end.
func passphrase(ctx context.Context, ask Passphrase) ([]byte, error) {
	if ask == nil {
		return nil, nil
	}
	secret, err := ask(ctx)
	switch {
	case err != nil:
		clear(secret)
		return nil, fmt.Errorf("asking for the passphrase: %w", err)
	case len(secret) > maxPassphrase, bytes.ContainsAny(secret, "\x00\r\n"):
		clear(secret)
		return nil, problem(WrongPassphrase, nil, "", "this is no passphrase: it is longer than %d bytes, or more than a line", maxPassphrase)
	case secret == nil:
		return []byte{}, nil // an empty one is still one, and not the agent's business
	}
	return secret, nil
}

// Error codes of libgpg-error, without the part that says who reports them.
const (
	codeNoPublicKey   = 9
	codeBadPassphrase = 11
	codeNoSecretKey   = 17
	codeTimeout       = 62
	codeNoPinentry    = 85
	codeBadPIN        = 87
	codeCanceled      = 99
	codeNoPassphrase  = 177
	codeFullyCanceled = 198
	codeSystem        = 0x8000 // an errno of the system, such as ENOTTY, is below
	codeMask          = 0xffff
)

// explainSigning says what gpg's status means. Success is what it calls so, with
// its own line about a detached binary signature, not only its exit status.
func explainSigning(got answer, err error, fpr string) error {
	_, exited := errors.AsType[*exec.ExitError](err)
	if err != nil && !exited {
		return err
	}
	created, ok := find(got.status, "SIG_CREATED")
	if err == nil && ok && created.arg(0) == "D" && created.arg(3) == "00" && len(got.out) > 0 {
		return nil
	}
	if invalid, ok := find(got.status, "INV_SGNR"); ok {
		return invalidSigner(invalid.arg(0), fpr, err)
	}
	failure, _ := find(got.status, "FAILURE")
	code, _ := strconv.ParseUint(failure.arg(1), 10, 32)
	_, asked := find(got.status, "PINENTRY_LAUNCHED")
	switch code &= codeMask; {
	case code == codeBadPassphrase, code == codeBadPIN, code == codeNoPassphrase:
		return problem(WrongPassphrase, err, "try again; after several wrong PINs a card blocks itself", "the passphrase of the key %s is wrong", fpr)
	case code == codeNoSecretKey:
		return noSuchKey(fpr, err)
	case code == codeCanceled, code == codeFullyCanceled:
		return problem(Canceled, err, "", "the passphrase was not entered")
	case code == codeTimeout:
		return problem(TimedOut, err, "enter it in time, or let registrar ask for it", "nobody entered the passphrase of the key %s", fpr)
	case code == codeNoPinentry, asked && code >= codeSystem:
		return problem(NoTerminal, err, "set GPG_TTY=$(tty), or let registrar ask for the passphrase", "gpg found no way to ask for the passphrase of the key %s", fpr)
	}
	return problem(Failed, err, "see whether gpg works by itself: gpg --clearsign", "gpg did not sign: %s", got.says)
}

// invalidSigner reads the reason codes of INV_SGNR, gpg's doc/DETAILS.
func invalidSigner(code, fpr string, cause error) error {
	switch code {
	case "3":
		return problem(CannotSign, cause, "choose a key that may sign", "the key %s is not for signing", fpr)
	case "4":
		return problem(Revoked, cause, "choose another key", "the key %s is revoked", fpr)
	case "5":
		return problem(Expired, cause, "extend it (gpg --quick-set-expire FINGERPRINT 2y)", "the key %s has expired", fpr)
	default:
		return noSuchKey(fpr, cause)
	}
}

// verified lets a fresh signature out only if it is good, by the key that was
// meant, for the bytes that are there now.
func verified(ctx context.Context, a signing.Artifact, sig []byte, fpr string, public []byte, now func() time.Time) (signing.Material, error) {
	m := signing.Material{Signature: sig}
	a.Release.PublishedAt = time.Time{}
	v, err := Verifier{}.Verify(ctx, a, m, signing.Policy{
		Keys: []signing.TrustedKey{{Scheme: signing.GPG, Fingerprint: fpr, Exports: [][]byte{public}}},
		Now:  now,
	})
	if err != nil {
		return signing.Material{}, fmt.Errorf("checking the fresh signature of %s: %w", a.Name, err)
	}
	if !v.OK() {
		return signing.Material{}, problem(NotVerified, v.Err(a.Name), v.Next(), "the fresh signature of %s is not good, so it was thrown away: %s", clean(a.Name, maxUserIDText), v.Detail())
	}
	return m, nil
}
