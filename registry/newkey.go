package registry

import (
	"bytes"
	"cmp"
	"errors"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
)

const (
	gpgKey    = registryv1.KeyType_KEY_TYPE_GPG
	cosignKey = registryv1.KeyType_KEY_TYPE_COSIGN

	invalidKey = registryv1.Reason_REASON_INVALID_KEY
)

// newKey reads a key that is to be registered and says everything that is
// wrong with it, and what can be done about that. Nothing of the bytes is
// repeated: somebody may have sent what is nobody's business.
func (c *checker) newKey(path string, kind registryv1.KeyType, export []byte, now time.Time) (facts store.KeyFacts, next string) {
	switch {
	case kind != gpgKey && kind != cosignKey:
		c.faults.Add("type", registryv1.Reason_REASON_INVALID_ARGUMENT, "the type of the key is missing or not known; it is GPG or COSIGN")
	case len(export) == 0:
		c.faults.Add(path, invalidKey, "the key is missing")
	}
	if len(export) == 0 {
		return facts, "send the public key"
	}
	if len(export) > maxExport {
		c.faults.Add(path, invalidKey, "the export has %d bytes, but at most %d are allowed", len(export), maxExport)
		return facts, "export it without the signatures of others: gpg --armor --export-options export-minimal --export FINGERPRINT"
	}
	if holdsPrivateKey(export) {
		c.faults.Add(path, invalidKey, "this is a private key; it was not read and not kept")
		return facts, nextForPrivate
	}
	switch kind {
	case gpgKey:
		return c.newGPGKey(path, export, now)
	case cosignKey:
		return c.newCosignKey(path, export)
	default:
		return facts, "name the type of the key"
	}
}

const nextForPrivate = "send the public half: gpg --armor --export FINGERPRINT, or the .pub file of cosign; if the private one left your computer for the first time, replace it"

// holdsPrivateKey knows every private key in PEM or ASCII armor by its name.
func holdsPrivateKey(export []byte) bool {
	upper := bytes.ToUpper(export)
	return bytes.Contains(upper, []byte("PRIVATE KEY")) || bytes.Contains(upper, []byte("SECRET KEY"))
}

func (c *checker) newGPGKey(path string, export []byte, now time.Time) (store.KeyFacts, string) {
	key, err := pgp.ParseNew(export, now)
	if err == nil {
		return gpgFacts(key), ""
	}
	if looksLikePEM(export) {
		c.faults.Add(path, invalidKey, "this is no OpenPGP key but a public key in PEM, as cosign has them")
		return store.KeyFacts{}, "register it with the type COSIGN"
	}
	bad, ok := errors.AsType[*pgp.Error](err)
	if !ok {
		c.faults.Add(path, invalidKey, "the key cannot be read")
		return store.KeyFacts{}, "export it again with gpg --armor --export FINGERPRINT"
	}
	c.faults.Add(path, invalidKey, "%s", printable(bad.Detail))
	if bad.Problem == pgp.PrivateKey {
		return store.KeyFacts{}, nextForPrivate
	}
	return store.KeyFacts{}, cmp.Or(bad.Next, "export it with gpg --armor --export FINGERPRINT")
}

func (c *checker) newCosignKey(path string, export []byte) (store.KeyFacts, string) {
	if pgp.Looks(export) || bytes.Contains(export, []byte("PGP PUBLIC KEY")) {
		c.faults.Add(path, invalidKey, "this is an OpenPGP key, not one of cosign")
		return store.KeyFacts{}, "register it with the type GPG"
	}
	key, err := cosign.ParsePublicKey(export)
	if err != nil {
		c.faults.Add(path, invalidKey, "%s", printable(err.Error()))
		return store.KeyFacts{}, "send the .pub file that cosign generate-key-pair wrote"
	}
	if bits := key.RSABits(); bits != 0 && bits < pgp.MinNewRSABits {
		c.faults.Add(path, invalidKey, "an RSA key with %d bits is too weak for new signatures; at least %d are needed", bits, pgp.MinNewRSABits)
		return store.KeyFacts{}, "make a new key with: cosign generate-key-pair"
	}
	return cosignFacts(key), ""
}

func looksLikePEM(export []byte) bool {
	return bytes.Contains(export, []byte("-----BEGIN PUBLIC KEY-----"))
}

func gpgFacts(key pgp.Key) store.KeyFacts {
	return store.KeyFacts{Fingerprint: key.Fingerprint, Algorithm: key.Algorithm, UserIDs: oneLineEach(key.UserIDs), ExpiresAt: key.Expires}
}

func cosignFacts(key *cosign.PublicKey) store.KeyFacts {
	return store.KeyFacts{Fingerprint: key.Fingerprint(), Algorithm: key.Algorithm()}
}

func oneLineEach(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, text := range texts {
		out = append(out, printable(text))
	}
	return out
}

// factsOf is what all exports of a key say together.
func factsOf(kind registryv1.KeyType, exports [][]byte) (store.KeyFacts, error) {
	if kind == cosignKey {
		key, err := cosign.ParsePublicKey(exports[0])
		if err != nil {
			return store.KeyFacts{}, err
		}
		return cosignFacts(key), nil
	}
	key, err := pgp.Merge(exports...)
	return gpgFacts(key), err
}

// canonical is an export as it is kept. The PEM of one key may be written in
// several ways, which would all be exports of their own.
func canonical(kind registryv1.KeyType, export []byte) []byte {
	if kind != cosignKey {
		return export
	}
	key, err := cosign.ParsePublicKey(export)
	if err != nil {
		return export
	}
	trusted, err := key.Trusted("")
	if err != nil {
		return export
	}
	return trusted.Exports[0]
}

// keyProto is a key as a caller may see it: what it signed is counted as far
// as he may see that.
func keyProto(k store.SigningKey, see store.Visibility) *registryv1.SigningKey {
	signed := k.SignedPublic
	if see.Org(k.Org) {
		signed = k.Signed
	}
	return &registryv1.SigningKey{
		Id: int64(k.ID), Org: k.OrgSpelling, Name: k.Name, Type: k.Type, Fingerprint: k.Fingerprint, Algorithm: k.Algorithm,
		UserIds: k.UserIDs, Exports: k.Exports, AddedAt: timestamp(k.AddedAt), AddedBy: k.AddedBy, ExpiresAt: timestamp(k.ExpiresAt),
		RetiredAt: timestamp(k.RetiredAt), RetiredBy: k.RetiredBy, RevokedAt: timestamp(k.RevokedAt), RevokedBy: k.RevokedBy,
		RevokedReason: k.RevokedReason, CompromisedSince: timestamp(k.CompromisedSince), SignedVersions: signed,
	}
}
