// Package pgp verifies and makes OpenPGP signatures as gpg knows them: detached,
// armored or binary, by the keys that an org registered. Whether a signature is
// good is decided by the OpenPGP library alone; what this package adds can
// refuse more and explain, never accept.
package pgp

import (
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	openpgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// MinNewRSABits is the least an RSA key must have to be registered. Signatures
// of keys registered earlier are verified down to what the policy says.
const MinNewRSABits = 3072

// How much of a key is shown.
const (
	maxUserIDs    = 16
	maxUserIDText = 200
)

// Key is a public key as people know it.
type Key struct {
	Fingerprint string // upper case hex, the whole of it
	Algorithm   string // "Ed25519", "RSA 3072"
	Created     time.Time
	Expires     time.Time // zero: never; after the newest statement of its owner
	Signs       bool      // the primary key itself may sign files
	Revocation  *Revocation
	UserIDs     []string // primary one first, fit to be shown
	Subkeys     []Subkey
}

// Subkey is a key that the primary key vouches for.
type Subkey struct {
	Fingerprint string
	Algorithm   string
	Created     time.Time
	Expires     time.Time // zero: never
	Signs       bool
	Revocation  *Revocation
}

// Revocation is the owner's own statement, in the key, that it is no longer to
// be used. What the registry was told about a key is another matter.
type Revocation struct {
	At     time.Time
	Reason string // "compromised", "superseded", "retired", "no reason given"
	Text   string
	// Always means that signatures from before the revocation fall too.
	Always bool
}

// Parse reads one exported public key, armored or binary.
func Parse(export []byte) (Key, error) {
	return Merge(export)
}

// Merge reads all exports ever registered of one key as the one key they are.
// Every export holds only the self-signatures of its day: gpg drops the older
// ones when an expiry is extended, and with them goes the proof that the key
// was valid when it signed earlier releases.
func Merge(exports ...[]byte) (Key, error) {
	e, err := readWhole(exports)
	if err != nil {
		return Key{}, err
	}
	return describe(e), nil
}

// ParseNew reads a key that somebody wants to register, and refuses one that
// could not sign the next release: expired, revoked, weak or for other purposes.
func ParseNew(export []byte, at time.Time) (Key, error) {
	e, err := readWhole([][]byte{export})
	if err != nil {
		return Key{}, err
	}
	key := describe(e)
	if key.Revocation != nil {
		return key, problem(Revoked, nil, "register a key that is in use", "the key %s was revoked by its owner on %s (%s)",
			key.Fingerprint, day(key.Revocation.At), key.Revocation.Reason)
	}
	if !key.Expires.IsZero() && at.After(key.Expires) {
		return key, problem(Expired, nil, "extend it (gpg --quick-set-expire FINGERPRINT 2y) and export it again",
			"the key %s expired on %s", key.Fingerprint, day(key.Expires))
	}
	return key, canSign(e.PrimaryKey, export, at)
}

// canSign asks the library for the key that would sign now.
func canSign(primary *packet.PublicKey, export []byte, at time.Time) error {
	signer, err := signingKey(export, at, config(at, MinNewRSABits))
	if err == nil {
		err = weakPublicKey(signer, config(at, MinNewRSABits))
	}
	if err == nil {
		return nil
	}
	// The same key under rules that let weak ones pass tells which it is.
	if lenient, lerr := signingKey(export, at, lenientConfig(at)); lerr == nil {
		return problem(Weak, err, fmt.Sprintf("use Ed25519, or RSA with %d bits or more", MinNewRSABits),
			"the key %s is too weak to sign releases: %s", fingerprint(primary), weakness(primary, lenient))
	}
	return problem(CannotSign, err, "add a signing subkey, or register another key",
		"the key %s has no part that may sign files now", fingerprint(primary))
}

// signingKey gives the part of a key that would sign at a time. It reads the
// key anew, because the library remembers in it what it decided by other rules.
func signingKey(export []byte, at time.Time, cfg *packet.Config) (*packet.PublicKey, error) {
	e, err := merge([][]byte{export})
	if err != nil {
		return nil, err
	}
	if key, ok := e.SigningKey(at, cfg); ok {
		return key.PublicKey, nil
	}
	// The library's choice says only yes or no.
	if _, err := e.VerifyPrimaryKey(at, cfg); err != nil {
		return nil, err
	}
	return nil, errors.New("no part of the key may sign")
}

// config is how strictly the library decides. Self-signatures that rest on
// SHA-1 are not believed either: whoever can make two statements with one SHA-1
// can bind a key of their own.
func config(at time.Time, minRSABits uint16) *packet.Config {
	return &packet.Config{
		Time:       func() time.Time { return at },
		MinRSABits: minRSABits,
		RejectHashAlgorithms: map[crypto.Hash]bool{
			crypto.MD5: true, crypto.RIPEMD160: true, crypto.SHA1: true,
		},
	}
}

// lenientConfig is for explanations only.
func lenientConfig(at time.Time) *packet.Config {
	return &packet.Config{
		Time:                        func() time.Time { return at },
		MinRSABits:                  1,
		RejectPublicKeyAlgorithms:   map[packet.PublicKeyAlgorithm]bool{},
		RejectHashAlgorithms:        map[crypto.Hash]bool{},
		RejectMessageHashAlgorithms: map[crypto.Hash]bool{},
		RejectCurves:                map[packet.Curve]bool{},
	}
}

// weakPublicKey repeats the library's rule for one key: its choice of a signing
// key does not look at the strength of a primary key of an unusual kind.
func weakPublicKey(pk *packet.PublicKey, cfg *packet.Config) error {
	if cfg.RejectPublicKeyAlgorithm(pk.PubKeyAlgo) {
		return openpgperrors.WeakAlgorithmError(algorithm(pk))
	}
	if bits, err := pk.BitLength(); isRSA(pk) && (err != nil || bits < cfg.MinimumRSABits()) {
		return openpgperrors.WeakAlgorithmError(algorithm(pk))
	}
	if curve, err := pk.Curve(); err == nil && cfg.RejectCurve(curve) {
		return openpgperrors.WeakAlgorithmError(algorithm(pk))
	}
	return nil
}

func weakness(parts ...*packet.PublicKey) string {
	for _, pk := range parts {
		if weakPublicKey(pk, config(time.Time{}, MinNewRSABits)) != nil {
			return algorithm(pk)
		}
	}
	return "its self-signatures use SHA-1"
}

// merge parses the exports anew at every call, because the library keeps in the
// parsed key what it found out about its signatures at one moment.
func merge(exports [][]byte) (*openpgp.Entity, error) {
	if len(exports) == 0 {
		return nil, problem(Empty, nil, "", "there is no export of the key")
	}
	var whole *openpgp.Entity
	for _, export := range exports {
		e, err := readPublic(export)
		switch {
		case err != nil:
			return nil, err
		case whole == nil:
			whole = e
		case !bytes.Equal(whole.PrimaryKey.Fingerprint, e.PrimaryKey.Fingerprint):
			return nil, problem(OtherKey, nil, "", "the exports are of two keys, %s and %s", fingerprint(whole.PrimaryKey), fingerprint(e.PrimaryKey))
		default:
			join(whole, e)
		}
	}
	return whole, nil
}

// join adds to whole what only e has. Certifications by other people are left
// out: nothing here rests on them.
func join(whole, e *openpgp.Entity) {
	whole.Revocations = union(whole.Revocations, e.Revocations)
	whole.DirectSignatures = union(whole.DirectSignatures, e.DirectSignatures)
	for name, id := range e.Identities {
		have, ok := whole.Identities[name]
		if !ok {
			id.Primary = whole
			whole.Identities[name] = id
			continue
		}
		have.SelfCertifications = union(have.SelfCertifications, id.SelfCertifications)
		have.Revocations = union(have.Revocations, id.Revocations)
	}
	for _, sub := range e.Subkeys {
		i := slices.IndexFunc(whole.Subkeys, func(s openpgp.Subkey) bool {
			return bytes.Equal(s.PublicKey.Fingerprint, sub.PublicKey.Fingerprint)
		})
		if i < 0 {
			sub.Primary = whole
			whole.Subkeys = append(whole.Subkeys, sub)
			continue
		}
		have := &whole.Subkeys[i]
		have.Bindings = union(have.Bindings, sub.Bindings)
		have.Revocations = union(have.Revocations, sub.Revocations)
	}
}

// union keeps one of each signature, so that a key exported a hundred times is
// as quick to verify with as one exported once.
func union(a, b []*packet.VerifiableSignature) []*packet.VerifiableSignature {
	seen := make(map[string]bool, len(a)+len(b))
	var all []*packet.VerifiableSignature
	for _, sig := range append(slices.Clip(a), b...) {
		var id bytes.Buffer
		if err := sig.Packet.Serialize(&id); err != nil {
			// A signature that cannot be written cannot be compared, so it stays.
			all = append(all, sig)
			continue
		}
		if !seen[id.String()] {
			seen[id.String()] = true
			all = append(all, sig)
		}
	}
	return all
}

// readPublic reads one export: exactly one public key and no secret.
func readPublic(export []byte) (*openpgp.Entity, error) {
	const what = "key"
	body, block, err := unarmor(export, MaxKey, what)
	switch {
	case block == privateBlock:
		return nil, secretKey()
	case err != nil:
		return nil, err
	case block != "" && block != publicBlock:
		return nil, problem(Malformed, nil, "export it with gpg --armor --export FINGERPRINT", "this is a %s, not a public key", clean(block, 40))
	}
	all, err := split(body, what)
	if err != nil {
		return nil, err
	}
	if err := onePublicKey(all); err != nil {
		return nil, err
	}
	packets := packet.NewReader(bytes.NewReader(body))
	e, err := openpgp.ReadEntity(packets)
	if err != nil {
		return nil, unreadable(err)
	}
	if _, err := packets.Next(); !errors.Is(err, io.EOF) {
		return nil, problem(Malformed, err, "", "the key has parts that do not belong to it")
	}
	if e.PrivateKey != nil {
		return nil, secretKey()
	}
	if v := e.PrimaryKey.Version; v != 4 && v != 6 {
		return nil, problem(Unsupported, nil, "use a version 4 key", "OpenPGP keys of version %d are not supported", v)
	}
	return e, nil
}

// readWhole merges the exports of a key that somebody shows for the first time,
// and so is asked whether it vouches for itself at all.
func readWhole(exports [][]byte) (*openpgp.Entity, error) {
	e, err := merge(exports)
	if err != nil {
		return nil, err
	}
	if _, err := e.PrimarySelfSignature(time.Time{}, lenientConfig(time.Time{})); err != nil {
		return nil, problem(Malformed, err, "export the key again", "the key %s has no valid self-signature", fingerprint(e.PrimaryKey))
	}
	return e, nil
}

// onePublicKey looks at the kinds of packets before anything interprets them.
func onePublicKey(all []*packet.OpaquePacket) error {
	keys := 0
	for _, p := range all {
		switch p.Tag {
		case tagSecretKey, tagSecretSubkey:
			return secretKey()
		case tagPublicKey:
			keys++
		case tagSignature, tagUserID, tagPublicSubkey, tagUserAttribute, tagTrust, tagMarker, tagPadding:
		default:
			return problem(Malformed, nil, "export it with gpg --armor --export FINGERPRINT", "this is not a public key: it holds an OpenPGP packet of type %d", p.Tag)
		}
	}
	switch {
	case keys == 0:
		return problem(Malformed, nil, "export it with gpg --armor --export FINGERPRINT", "there is no public key in this file")
	case keys > 1:
		return problem(SeveralKeys, nil, "export each key by its fingerprint and add them one by one", "the file holds %d keys", keys)
	case all[0].Tag != tagPublicKey:
		return problem(Malformed, nil, "", "the file does not begin with the public key")
	}
	return nil
}

func secretKey() error {
	return problem(PrivateKey, nil, "keep it to yourself; export the public half with gpg --armor --export FINGERPRINT", "this is a private key")
}

func unreadable(err error) error {
	if _, ok := errors.AsType[openpgperrors.UnsupportedError](err); ok {
		return problem(Unsupported, err, "", "the key is of a kind that is not supported")
	}
	return problem(Malformed, err, "", "the key is damaged")
}
