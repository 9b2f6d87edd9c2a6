package publish

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

const (
	// maxKeyFile bounds what is read as a private key.
	maxKeyFile = 1 << 20
	// leastKeyID is how much of a fingerprint names a key: less is made to
	// collide by anybody, in seconds.
	leastKeyID = 16
)

// maker signs the files of one run.
type maker struct {
	signing.Signer
	// ending is that of the signature's file. One file is enough: an armored
	// signature for gpg, and the bundle, which holds everything, for cosign.
	ending string
	kind   registryv1.AssetKind
	// own are the keys under which what this signer made is good; keyless
	// signers have none, and sign as whoever their token names.
	own []signing.TrustedKey
	// atOnce is how many files it signs at the same time.
	atOnce int
	// instead, if it is set, signs where the signer found nobody to ask.
	instead func(context.Context) (signing.Signer, error)
	// forget zeroes the passphrase.
	forget func()
}

// maker makes the signer that the plan names.
func (r *runner) maker(ctx context.Context, how Signing, root []byte) (*maker, error) {
	with := r.means.Sign
	ask := &remembered{}
	if with.Passphrase != nil {
		ask.ask = func(ctx context.Context) ([]byte, error) { return with.Passphrase(ctx, filepath.Base(how.Key)) }
	}
	m := &maker{atOnce: 1, ending: ".asc", kind: registryv1.AssetKind_ASSET_KIND_SIGNATURE, forget: ask.forget}
	var err error
	switch how.Way {
	case SignGPG:
		err = m.gpg(ctx, with, how.Key, ask)
	case SignGPGFile:
		err = m.gpgFile(ctx, with, how.Key, ask)
	case SignCosign:
		err = m.cosign(ctx, with, how.Key, ask)
	default:
		err = m.keyless(with, root)
	}
	if err != nil {
		ask.forget()
		return nil, signingFailed("signing "+r.plan.Ref.String(), err)
	}
	return m, nil
}

// gpg signs with the person's own gpg, one file after the other: its agent
// asks once for all of them.
func (m *maker) gpg(ctx context.Context, with SignWith, key string, ask *remembered) error {
	if with.GPG == nil {
		return errors.New("there is no gpg to sign with")
	}
	fingerprint, err := wholeFingerprint(ctx, with.GPG, key)
	if err != nil {
		return err
	}
	mine := ask.orNil()
	if with.AgentAsks {
		mine = nil
	}
	signer, err := with.GPG.Signer(ctx, fingerprint, mine, with.clock())
	if err != nil {
		return err
	}
	if mine == nil && ask.ask != nil {
		m.instead = func(ctx context.Context) (signing.Signer, error) {
			return with.GPG.Signer(ctx, fingerprint, ask.get, with.clock())
		}
	}
	m.Signer, m.own = signer, []signing.TrustedKey{{Scheme: signing.GPG, Fingerprint: signer.Describe().Fingerprint, Exports: [][]byte{signer.Public()}}}
	return nil
}

// wholeFingerprint finds the key that a key id means among those that gpg has
// secrets of.
func wholeFingerprint(ctx context.Context, gpg *pgp.GPG, key string) (string, error) {
	id := strings.ToUpper(strings.TrimPrefix(strings.Join(strings.Fields(key), ""), "0x"))
	if len(id) >= 40 || len(id) < leastKeyID || strings.Trim(id, "0123456789ABCDEF") != "" {
		return key, nil // whole, or refused by who knows more about it
	}
	keys, err := gpg.Keys(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, k := range keys {
		if strings.HasSuffix(k.Fingerprint, id) {
			found = append(found, k.Fingerprint)
		}
	}
	switch len(found) {
	case 0:
		return "", &pgp.Error{Problem: pgp.NoSuchKey, Detail: "gpg has no secret key " + id, Next: "see gpg --list-secret-keys"}
	case 1:
		return found[0], nil
	default:
		return "", &pgp.Error{Problem: pgp.NoSuchKey, Detail: "several keys end in " + id, Next: "name the key by its whole fingerprint, as gpg --list-secret-keys shows it"}
	}
}

func (m *maker) gpgFile(ctx context.Context, with SignWith, path string, ask *remembered) error {
	data, err := readSecret(path)
	defer clear(data)
	if err != nil {
		return err
	}
	signer, err := pgp.OpenKeyFile(ctx, data, ask.orNil(), with.clock())
	if err != nil {
		return err
	}
	m.Signer, m.atOnce = signer, signAtOnce
	m.own = []signing.TrustedKey{{Scheme: signing.GPG, Fingerprint: signer.Describe().Fingerprint, Exports: [][]byte{signer.Public()}}}
	return nil
}

func (m *maker) cosign(ctx context.Context, with SignWith, path string, ask *remembered) error {
	data, err := readSecret(path)
	defer clear(data)
	if err != nil {
		return err
	}
	var passphrase []byte
	if cosign.Encrypted(data) {
		if ask.ask == nil {
			return cosign.ErrNeedsPassphrase
		}
		if passphrase, err = ask.get(ctx); err != nil {
			return fmt.Errorf("asking for the passphrase: %w", err)
		}
		if passphrase == nil {
			passphrase = []byte{}
		}
		defer clear(passphrase)
	}
	key, err := cosign.ParsePrivateKey(data, passphrase)
	if err != nil {
		return err
	}
	name := filepath.Base(path)
	own, err := key.Public().Trusted(name)
	if err != nil {
		return err
	}
	m.Signer, m.own, m.atOnce = cosign.NewKeySigner(key, name, with.clock()), []signing.TrustedKey{own}, signAtOnce
	m.ending, m.kind = ".sigstore.json", registryv1.AssetKind_ASSET_KIND_BUNDLE
	return nil
}

func (m *maker) keyless(with SignWith, root []byte) error {
	services := with.Services
	if services == (cosign.Services{}) {
		services = cosign.PublicGoodServices()
	}
	signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{Services: services, Token: with.Token, TrustedRoot: root, Now: with.clock()})
	if err != nil {
		return err
	}
	m.Signer, m.atOnce = signer, signAtOnce
	m.ending, m.kind = ".sigstore.json", registryv1.AssetKind_ASSET_KIND_BUNDLE
	return nil
}

// sign makes one signature. Where gpg's agent found no way to ask for a
// passphrase, we ask.
func (m *maker) sign(ctx context.Context, a signing.Artifact) ([]byte, error) {
	made, err := m.Sign(ctx, a)
	if m.instead != nil && errors.Is(err, &pgp.Error{Problem: pgp.NoTerminal}) {
		signer, serr := m.instead(ctx)
		if serr != nil {
			return nil, serr
		}
		m.Signer, m.instead = signer, nil
		made, err = m.Sign(ctx, a)
	}
	if err != nil {
		return nil, err
	}
	if m.kind == registryv1.AssetKind_ASSET_KIND_BUNDLE {
		return made.Bundle, nil
	}
	return made.Signature, nil
}

// policy is the one under which data, a signature by this signer, is good. Of
// keyless ones that is whoever the certificate names.
func (m *maker) policy(data, root []byte, with SignWith) (signing.Policy, error) {
	p := signing.Policy{Keys: m.own, AllowNoLog: true, TrustedRoot: root, Now: with.clock()}
	if len(m.own) > 0 {
		return p, nil
	}
	named, err := cosign.IdentityIn(data)
	p.Identities = []signing.Identity{named}
	return p, err
}

// material is the signature as it is checked.
func (m *maker) material(data []byte) signing.Material {
	if m.kind == registryv1.AssetKind_ASSET_KIND_BUNDLE {
		return signing.Material{Bundle: data}
	}
	return signing.Material{Signature: data}
}

// readSecret reads a key file, which the caller zeroes.
func readSecret(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening the key file: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err = errors.Join(err, file.Close()); err != nil {
		return data, fmt.Errorf("reading the key file: %w", err)
	}
	if len(data) > maxKeyFile {
		return data, fmt.Errorf("%s is larger than any key", path)
	}
	return data, nil
}

// remembered asks a person once, and hands out copies until it is made to
// forget: five platforms are signed, and nobody types five times.
type remembered struct {
	ask    pgp.Passphrase
	mu     sync.Mutex
	secret []byte
	known  bool
}

func (r *remembered) get(ctx context.Context) ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.known {
		secret, err := r.ask(ctx)
		if err != nil {
			clear(secret)
			return nil, err
		}
		r.secret, r.known = secret, true
	}
	return bytes.Clone(r.secret), nil
}

// orNil is nil where there is nobody to ask.
func (r *remembered) orNil() pgp.Passphrase {
	if r.ask == nil {
		return nil
	}
	return r.get
}

func (r *remembered) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	clear(r.secret)
	r.secret, r.known = nil, false
}

// signingFailed puts what keeps from signing into words with a way on. None of
// the packages below tells a secret in its errors.
func signingFailed(doing string, err error) error {
	if known, ok := errors.AsType[*client.Error](err); ok {
		return known
	}
	e := &client.Error{
		Reason: registryv1.Reason_REASON_SIGNING_FAILED, Code: codes.FailedPrecondition, Doing: doing,
		Message: err.Error(), Next: "nothing was created; mend it and publish again", Err: err,
	}
	if said, ok := errors.AsType[*pgp.Error](err); ok {
		e.Message = said.Detail
		if said.Next != "" {
			e.Next = said.Next
		}
	}
	for cause, next := range map[error]string{
		cosign.ErrNeedsPassphrase: "give its passphrase in a file with --passphrase-file, or in COSIGN_PASSWORD",
		cosign.ErrWrongPassphrase: "try again with the right passphrase",
		cosign.ErrTokenExpired:    "get a new token and publish again; what is signed already is not signed again",
		cosign.ErrNotAToken:       "give the token as the identity provider wrote it, and nothing else, in the file of --identity-token",
	} {
		if errors.Is(err, cause) {
			e.Next = next
		}
	}
	return e
}
