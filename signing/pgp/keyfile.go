package pgp

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"github.com/registrar-console/registrar/signing"
)

// FileSigner signs with a private key out of a file, as CI systems have it.
type FileSigner struct {
	mu     sync.Mutex // the library notes in the key what it found out about it
	entity *openpgp.Entity
	info   signing.SignerInfo
	public []byte
	hash   crypto.Hash
	now    func() time.Time
}

var _ signing.Signer = (*FileSigner)(nil)

// OpenKeyFile reads a private key, armored or binary, and unlocks it. ask is
// called only for a key that is locked, and may be nil for one that is not.
func OpenKeyFile(ctx context.Context, file []byte, ask Passphrase, now func() time.Time) (*FileSigner, error) {
	e, err := readSecret(file)
	if err != nil {
		return nil, err
	}
	if err := unlock(ctx, e, ask); err != nil {
		return nil, err
	}
	public, err := publicHalf(e)
	if err != nil {
		return nil, err
	}
	key, err := Parse(public)
	if err != nil {
		return nil, err
	}
	at := now()
	signer, ok := e.SigningKey(at, config(at, 0))
	if !ok || signer.PrivateKey == nil || signer.PrivateKey.Dummy() {
		return nil, fileCannotSign(key, at)
	}
	info := signerInfo(key)
	info.Needs = "" // it is unlocked
	return &FileSigner{entity: e, info: info, public: public, hash: digestFor(e), now: now}, nil
}

func fileCannotSign(key Key, at time.Time) error {
	switch {
	case key.Revocation != nil:
		return problem(Revoked, nil, "sign with another key", "the key %s is revoked", key.Fingerprint)
	case !key.Expires.IsZero() && at.After(key.Expires):
		return problem(Expired, nil, "extend it (gpg --quick-set-expire FINGERPRINT 2y) and export it again", "the key %s expired on %s", key.Fingerprint, day(key.Expires))
	default:
		return problem(CannotSign, nil, "export it again, with gpg --export-secret-keys FINGERPRINT", "the file holds no part of the key %s that may sign", key.Fingerprint)
	}
}

// readSecret reads a file of exactly one private key.
func readSecret(file []byte) (*openpgp.Entity, error) {
	const what = "key file"
	body, block, err := unarmor(file, MaxKey, what)
	switch {
	case block == publicBlock:
		return nil, publicOnly()
	case err != nil:
		return nil, err
	case block != "" && block != privateBlock:
		return nil, problem(Malformed, nil, exportSecret, "this is a %s, not a private key", clean(block, 40))
	}
	all, err := split(body, what)
	if err != nil {
		return nil, err
	}
	keys := 0
	for _, p := range all {
		switch p.Tag {
		case tagSecretKey, tagPublicKey:
			keys++
		}
	}
	switch {
	case keys > 1:
		return nil, problem(SeveralKeys, nil, exportSecret, "the key file holds %d keys", keys)
	case len(all) > 0 && all[0].Tag == tagPublicKey:
		return nil, publicOnly()
	}
	packets := packet.NewReader(bytes.NewReader(body))
	e, err := openpgp.ReadEntity(packets)
	if err != nil {
		return nil, unreadable(err)
	}
	if _, err := packets.Next(); !errors.Is(err, io.EOF) || e.PrivateKey == nil {
		return nil, problem(Malformed, err, exportSecret, "the key file has parts that do not belong to the key")
	}
	return e, nil
}

const exportSecret = "export it with gpg --armor --export-secret-keys FINGERPRINT"

func publicOnly() error {
	return problem(PublicKey, nil, exportSecret, "this is a public key, which cannot sign")
}

// unlock decrypts the parts that are locked, if any is.
func unlock(ctx context.Context, e *openpgp.Entity, ask Passphrase) error {
	if !locked(e) {
		return nil
	}
	fpr := fingerprint(e.PrimaryKey)
	if ask == nil {
		return problem(WrongPassphrase, nil, "give the passphrase by a file or a file descriptor", "the key file of %s is locked, and there is nobody to ask for its passphrase", fpr)
	}
	secret, err := ask(ctx)
	defer clear(secret)
	if err != nil {
		return fmt.Errorf("asking for the passphrase: %w", err)
	}
	if err := e.DecryptPrivateKeys(secret); err != nil || locked(e) {
		return problem(WrongPassphrase, err, "try again", "the passphrase of the key %s is wrong", fpr)
	}
	return nil
}

func locked(e *openpgp.Entity) bool {
	is := func(k *packet.PrivateKey) bool { return k != nil && !k.Dummy() && k.Encrypted }
	if is(e.PrivateKey) {
		return true
	}
	for _, sub := range e.Subkeys {
		if is(sub.PrivateKey) {
			return true
		}
	}
	return false
}

func publicHalf(e *openpgp.Entity) ([]byte, error) {
	var out bytes.Buffer
	w, err := armor.Encode(&out, publicBlock, nil)
	if err == nil {
		err = e.Serialize(w)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, problem(Malformed, err, exportSecret, "the public half of the key cannot be written")
	}
	return out.Bytes(), nil
}

// Describe says who will have signed.
func (s *FileSigner) Describe() signing.SignerInfo { return s.info }

// Public is the key to register, armored.
func (s *FileSigner) Public() []byte { return bytes.Clone(s.public) }

// Sign makes an armored detached signature and verifies it before anybody
// gets to see it, which reads the artifact a second time.
func (s *FileSigner) Sign(ctx context.Context, a signing.Artifact) (signing.Material, error) {
	sig, err := s.sign(ctx, a)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	return verified(ctx, a, sig, s.info.Fingerprint, s.public, s.now)
}

func (s *FileSigner) sign(ctx context.Context, a signing.Artifact) (_ []byte, err error) {
	in, err := a.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	var out bytes.Buffer
	armored, err := armor.Encode(&out, signatureBlock, nil)
	if err != nil {
		return nil, err
	}
	cfg := config(s.now(), 0)
	cfg.DefaultHash = s.hash
	s.mu.Lock()
	w, err := openpgp.DetachSignWriter(armored, []*openpgp.Entity{s.entity}, &openpgp.SignParams{Config: cfg})
	s.mu.Unlock()
	if err != nil {
		return nil, problem(CannotSign, err, "", "the key %s does not sign", s.info.Fingerprint)
	}
	// The library's writer passes on what it gets, so pieces of a good size matter.
	if _, err := io.CopyBuffer(w, &source{ctx: ctx, r: in}, make([]byte, 128<<10)); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := armored.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
