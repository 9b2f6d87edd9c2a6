package registry_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// pemOf writes a key in PEM.
func pemOf(t *testing.T, kind string, marshal func() ([]byte, error)) []byte {
	t.Helper()
	der, err := marshal()
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func publicPEM(t *testing.T, key any) []byte {
	t.Helper()
	return pemOf(t, "PUBLIC KEY", func() ([]byte, error) { return x509.MarshalPKIXPublicKey(key) })
}

func TestAKeyIsRegisteredBeforeTheFirstVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	before := h.head(t)
	rq := &registryv1.AddSigningKeyRequest{Org: "Acme", Name: "release", Type: gpgType, Export: key.Public(t), RequestId: "k-1"}
	added, err := h.anna.keys.AddSigningKey(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, added.GetCreated())
	got := added.GetKey()
	assert.Equal(t, "release", got.GetName())
	assert.Regexp(t, "^[0-9A-F]{40}$", got.GetFingerprint())
	assert.Equal(t, "Ed25519", got.GetAlgorithm())
	assert.Equal(t, []string{"Release Robot <robot@example.org>"}, got.GetUserIds())
	assert.Equal(t, "anna", got.GetAddedBy())
	assert.Equal(t, [][]byte{key.Public(t)}, got.GetExports())
	assert.Nil(t, got.GetExpiresAt())

	again, err := h.anna.keys.AddSigningKey(t.Context(), rq)
	require.NoError(t, err)
	assert.True(t, proto.Equal(added, again), "the same request has the same answer")
	same, err := h.amir.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "another name", Type: gpgType, Export: key.Public(t)})
	require.NoError(t, err)
	assert.False(t, same.GetCreated())
	assert.True(t, proto.Equal(got, same.GetKey()), "the same export of the same key changes nothing")
	assert.Equal(t, []string{"SIGNING_KEY_ADDED"}, h.kinds(t, before))

	page, err := h.rita.events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1})
	require.NoError(t, err)
	event := page.GetEvents()[0]
	assert.Equal(t, "acme", event.GetOrg(), "an event about an org only")
	assert.Empty(t, event.GetName())
	assert.Equal(t, map[string]string{"key": fmt.Sprint(got.GetId()), "name": "release", "type": "gpg", "fingerprint": got.GetFingerprint()}, event.GetDetail())
	for _, p := range []*person{h.bob, h.anonymous} {
		page, err := p.events.ListEvents(t.Context(), &registryv1.ListEventsRequest{})
		require.NoError(t, err)
		assert.Empty(t, page.GetEvents(), "other orgs do not see it")
	}
	h.intact(t)
}

func TestKeysThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	now := h.clock.Now()
	rsa2048, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	p224, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	require.NoError(t, err)
	ed, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	pair := newCosignPair(t)
	good, gpgPrivate := h.pgpKey(t), h.pgpKey(t).Private(t)
	taken := h.anna.addKey(t, "taken", gpgType, good.Public(t))
	secret := pemOf(t, "ENCRYPTED SIGSTORE PRIVATE KEY", func() ([]byte, error) { return []byte("sesame sesame sesame"), nil })
	for title, test := range map[string]struct {
		name   string
		kind   registryv1.KeyType
		export []byte
		reason registryv1.Reason
		says   string
		fields []string
	}{
		"no key":                    {"k", gpgType, nil, invalidKey, "missing", []string{"export"}},
		"no type":                   {"k", 0, good.Public(t), invalidArgument, "GPG or COSIGN", []string{"type"}},
		"an unknown type":           {"k", 9, good.Public(t), invalidArgument, "GPG or COSIGN", []string{"type"}},
		"everything at once":        {"", 0, nil, invalidArgument, "3 things", []string{"name", "type", "export"}},
		"no name":                   {"", gpgType, h.pgpKey(t).Public(t), textInvalid, "the name must be", []string{"name"}},
		"a name of control":         {"a\x1b[2J", gpgType, h.pgpKey(t).Public(t), textInvalid, "visible", []string{"name"}},
		"a name that is taken":      {"TAKEN", gpgType, h.pgpKey(t).Public(t), invalidName, taken.GetFingerprint(), nil},
		"a private OpenPGP key":     {"k", gpgType, gpgPrivate, invalidKey, "private key", []string{"export"}},
		"a private OpenPGP as PEM":  {"k", cosignType, gpgPrivate, invalidKey, "private key", []string{"export"}},
		"a private key of cosign":   {"k", cosignType, secret, invalidKey, "private key", []string{"export"}},
		"one sent as OpenPGP":       {"k", gpgType, secret, invalidKey, "private key", []string{"export"}},
		"a plain private key":       {"k", cosignType, pemOf(t, "PRIVATE KEY", func() ([]byte, error) { return x509.MarshalPKCS8PrivateKey(p256) }), invalidKey, "private key", []string{"export"}},
		"both halves":               {"k", cosignType, append(publicPEM(t, &p256.PublicKey), secret...), invalidKey, "private key", []string{"export"}},
		"a weak OpenPGP key":        {"k", gpgType, signingtest.NewPGP(t, now.Add(-day), signingtest.RSA(2048)).Public(t), invalidKey, "weak", []string{"export"}},
		"an expired OpenPGP key":    {"k", gpgType, signingtest.NewPGP(t, now.Add(-10*day), signingtest.Lifetime(day)).Public(t), invalidKey, "expired", []string{"export"}},
		"no OpenPGP key at all":     {"k", gpgType, []byte("hello"), invalidKey, "", []string{"export"}},
		"a weak RSA key":            {"k", cosignType, publicPEM(t, &rsa2048.PublicKey), invalidKey, "2048 bits", []string{"export"}},
		"Ed25519":                   {"k", cosignType, publicPEM(t, ed), invalidKey, "Ed25519", []string{"export"}},
		"a curve of old":            {"k", cosignType, publicPEM(t, &p224.PublicKey), invalidKey, "P-224", []string{"export"}},
		"no PEM":                    {"k", cosignType, []byte("hello"), invalidKey, "no PEM", []string{"export"}},
		"two keys":                  {"k", cosignType, append(publicPEM(t, &p256.PublicKey), pair.public...), invalidKey, "more than one", []string{"export"}},
		"a cosign key as OpenPGP":   {"k", gpgType, pair.public, invalidKey, "no OpenPGP key", []string{"export"}},
		"an OpenPGP key as cosign":  {"k", cosignType, good.Public(t), invalidKey, "OpenPGP key, not one of cosign", []string{"export"}},
		"more than a key can have":  {"k", gpgType, make([]byte, 300<<10), invalidKey, "bytes", []string{"export"}},
		"an org that cannot be one": {"k", gpgType, good.Public(t), invalidName, "", []string{"org"}},
	} {
		rq := &registryv1.AddSigningKeyRequest{Org: "acme", Name: test.name, Type: test.kind, Export: test.export}
		if test.reason == invalidName && test.fields != nil {
			rq.Org = "ac/me"
		}
		refusal := h.refused(t, test.reason, func() error {
			_, err := h.anna.keys.AddSigningKey(t.Context(), rq)
			return err
		})
		assert.Contains(t, refusal.Error(), test.says, title)
		assert.Equal(t, test.fields, fields(refusal), title)
		if test.reason == invalidKey {
			assert.NotEmpty(t, refusal.Next, title)
		}
		assert.NotContains(t, refusal.Error()+refusal.Next, "c2VzYW1l", "nothing of a key is repeated")
		assert.Len(t, h.anna.allKeys(t), 1, title)
	}
}

// allKeys reads every key of acme.
func (p *person) allKeys(t *testing.T) []*registryv1.SigningKey {
	t.Helper()
	answer, err := p.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "acme"})
	require.NoError(t, err)
	return answer.GetKeys()
}

func TestAFurtherExportIsKeptBesideTheEarlierOnes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.clock.Now().Add(-10 * day)
	key := signingtest.NewPGP(t, made, signingtest.Lifetime(20*day))
	first := h.anna.addKey(t, "release", gpgType, key.Public(t))
	assert.Equal(t, made.Add(20*day).Unix(), first.GetExpiresAt().AsTime().Unix())
	f := exe(linuxAMD, "")
	h.anna.release(t, "v1.0.0", f, h.asc(t, key, f))

	h.clock.Advance(5 * day)
	extended := key.Extend(t, h.clock.Now(), 365*day)
	before := h.head(t)
	answer, err := h.anna.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: gpgType, Export: extended.Public(t)})
	require.NoError(t, err)
	assert.False(t, answer.GetCreated())
	assert.Equal(t, [][]byte{key.Public(t), extended.Public(t)}, answer.GetKey().GetExports())
	assert.Equal(t, made.Add(365*day).Unix(), answer.GetKey().GetExpiresAt().AsTime().Unix())
	assert.Equal(t, []string{"SIGNING_KEY_CHANGED"}, h.kinds(t, before))

	h.clock.Advance(30 * day)
	next := exe(linuxAMD, "next")
	v := h.anna.release(t, "v1.1.0", next, h.asc(t, extended, next))
	assert.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	assert.EqualValues(t, 2, h.anna.key(t, first.GetId()).GetSignedVersions())
	h.intact(t)
}

func TestACosignKeyWrittenOtherwiseIsTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	pair := newCosignPair(t)
	h.anna.addKey(t, "release", cosignType, pair.public)
	before := h.head(t)
	again := h.anna.addKey(t, "release", cosignType, []byte("# our key\r\n"+strings.ReplaceAll(string(pair.public), "\n", "\r\n")+"\r\n"))
	assert.Len(t, again.GetExports(), 1)
	assert.Equal(t, before, h.head(t))
}

func TestKeysAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := signingtest.NewPGP(t, h.clock.Now().Add(-day), signingtest.Lifetime(20*day))
	for i := range 50 {
		h.anna.addKey(t, "release", gpgType, key.Extend(t, h.clock.Now(), time.Duration(30+i)*day).Public(t))
	}
	refusal := h.refused(t, invalidKey, func() error {
		_, err := h.anna.keys.AddSigningKey(t.Context(), &registryv1.AddSigningKeyRequest{Org: "acme", Name: "release", Type: gpgType, Export: key.Public(t)})
		return err
	})
	assert.Contains(t, refusal.Message, "51 exports")
	assert.Len(t, h.anna.allKeys(t)[0].GetExports(), 50)
}

func TestKeysAreListedPageByPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var want []string
	for i := range 5 {
		name := fmt.Sprintf("key %d", i)
		want = append(want, name)
		h.anna.addKey(t, name, gpgType, h.pgpKey(t).Public(t))
	}
	var got []string
	rq := &registryv1.ListSigningKeysRequest{Org: "acme", PageSize: 2}
	for pages := 1; ; pages++ {
		page, err := h.anonymous.keys.ListSigningKeys(t.Context(), rq)
		require.NoError(t, err)
		for _, key := range page.GetKeys() {
			got = append(got, key.GetName())
		}
		if rq.PageToken = page.GetNextPageToken(); rq.GetPageToken() == "" {
			assert.Equal(t, 3, pages)
			break
		}
	}
	assert.Equal(t, want, got)
	empty, err := h.anonymous.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "nobody"})
	require.NoError(t, err, "whether an org exists is nobody's business")
	assert.Empty(t, empty.GetKeys())
	h.refused(t, registryv1.Reason_REASON_INVALID_PAGE_TOKEN, func() error {
		_, err := h.anna.keys.ListSigningKeys(t.Context(), &registryv1.ListSigningKeysRequest{Org: "acme", PageToken: "x"})
		return err
	})
}
