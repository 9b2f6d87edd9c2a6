package pgp_test

import (
	"bytes"
	"crypto"
	"io"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

func TestAKeyAsPeopleKnowIt(t *testing.T) {
	t.Parallel()
	e := newKey(t, lifetime(365*24*time.Hour))
	require.NoError(t, e.AddSigningSubkey(&packet.Config{Algorithm: packet.PubKeyAlgoECDSA, Curve: packet.CurveNistP384, Time: clock(march), KeyLifetimeSecs: 3600}))
	require.NoError(t, e.AddUserId("Second Name", "", "second@example.org", &packet.Config{Time: clock(january)}))
	key, err := pgp.ParseNew(public(t, e), april)
	require.NoError(t, err)
	assert.Len(t, key.Fingerprint, 40)
	assert.Equal(t, "Ed25519", key.Algorithm)
	assert.Equal(t, january, key.Created)
	assert.Equal(t, date(2025, 1, 9), key.Expires)
	assert.True(t, key.Signs)
	assert.Nil(t, key.Revocation)
	assert.Equal(t, []string{"Release Robot <robot@example.org>", "Second Name <second@example.org>"}, key.UserIDs)
	require.Len(t, key.Subkeys, 2)
	assert.False(t, key.Subkeys[0].Signs, "the first is for encryption")
	assert.Equal(t, "ECDSA P-384", key.Subkeys[1].Algorithm)
	assert.True(t, key.Subkeys[1].Signs)
	assert.Equal(t, march.Add(time.Hour), key.Subkeys[1].Expires)

	var raw bytes.Buffer
	require.NoError(t, e.Serialize(&raw))
	same, err := pgp.Parse(raw.Bytes())
	require.NoError(t, err)
	assert.Equal(t, key, same, "armor changes nothing")
}

func TestWhatIsNotRegistered(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	export := public(t, e)
	raw := binary(t, e)
	sha1 := func(c *packet.Config) { c.DefaultHash = crypto.SHA1 }
	revoked := newKey(t)
	require.NoError(t, revoked.Revoke(packet.KeySuperseded, "", &packet.Config{Time: clock(march)}))
	for name, c := range map[string]struct {
		file []byte
		want pgp.Problem
	}{
		"nothing":                 {nil, pgp.Empty},
		"white space":             {[]byte("\n\n"), pgp.Empty},
		"text":                    {[]byte("my key is 1234"), pgp.Malformed},
		"too large":               {make([]byte, pgp.MaxKey+1), pgp.TooLarge},
		"a private key":           {private(t, e), pgp.PrivateKey},
		"a private key, binary":   {dearmored(t, func(w io.Writer) error { return e.SerializePrivateWithoutSigning(w, nil) }), pgp.PrivateKey},
		"a private subkey inside": {slicesJoin(raw, privateSubkey(t, e)), pgp.PrivateKey},
		"two keys":                {slicesJoin(raw, binary(t, newKey(t))), pgp.SeveralKeys},
		"two blocks":              {slicesJoin(export, []byte("\n"), public(t, newKey(t))), pgp.Malformed},
		"cut off":                 {raw[:len(raw)-3], pgp.Malformed},
		"armor cut off":           {export[:len(export)/2], pgp.Malformed},
		"a signature":             {wrap(t, sign(t, e, file)), pgp.Malformed},
		"a signature, binary":     {sign(t, e, file), pgp.Malformed},
		"no user id":              {raw[:packetLen(raw)], pgp.Malformed},
		"another packet inside":   {slicesJoin(raw, []byte{0xcb, 1, 'b'}), pgp.Malformed},
		"a self-signature broken": {broken(raw), pgp.Malformed},
		"RSA 2048":                {public(t, newKey(t, rsaKey(2048))), pgp.Weak},
		"vouched for by SHA-1":    {selfSignedWith(t, e, sha1), pgp.Weak},
		"expired":                 {public(t, newKey(t, lifetime(24*time.Hour))), pgp.Expired},
		"revoked":                 {public(t, revoked), pgp.Revoked},
		"only certifies":          {certifyOnly(t), pgp.CannotSign},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pgp.ParseNew(c.file, april)
			requireProblem(t, err, c.want)
			require.NotContains(t, err.Error(), "openpgp:")
		})
	}
	t.Run("RSA 3072 is enough", func(t *testing.T) {
		t.Parallel()
		key, err := pgp.ParseNew(public(t, newKey(t, rsaKey(3072))), april)
		require.NoError(t, err)
		require.Equal(t, "RSA 3072", key.Algorithm)
	})
}

func TestExportsOfTwoKeysDoNotMerge(t *testing.T) {
	t.Parallel()
	_, err := pgp.Merge(public(t, newKey(t)), public(t, newKey(t)))
	requireProblem(t, err, pgp.OtherKey)
	_, err = pgp.Merge()
	requireProblem(t, err, pgp.Empty)
}

// Merging keeps what any export knew: names, subkeys, revocations, and the
// newest word about the end.
func TestMergeKeepsEverything(t *testing.T) {
	t.Parallel()
	e := newKey(t, lifetime(90*24*time.Hour))
	plain := public(t, e)
	extended := public(t, resigned(t, e, june(1), 400*24*time.Hour))
	withSubkey := reread(t, e)
	withSubkey.PrivateKey = e.PrivateKey
	require.NoError(t, withSubkey.AddSigningSubkey(&packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Time: clock(march)}))
	revoked := reread(t, e)
	revoked.PrivateKey = e.PrivateKey
	require.NoError(t, revoked.Revoke(packet.KeyRetired, "", &packet.Config{Time: clock(july)}))

	key, err := pgp.Merge(plain, extended, public(t, withSubkey), public(t, revoked), plain)
	require.NoError(t, err)
	assert.Equal(t, january.Add(400*24*time.Hour), key.Expires)
	assert.Len(t, key.Subkeys, 2)
	require.NotNil(t, key.Revocation)
	assert.Equal(t, "retired", key.Revocation.Reason)
	assert.Equal(t, july, key.Revocation.At)
	assert.False(t, key.Revocation.Always)
}

func TestProblemsCanBeAskedFor(t *testing.T) {
	t.Parallel()
	_, err := pgp.Parse(nil)
	require.ErrorIs(t, err, &pgp.Error{Problem: pgp.Empty})
	require.NotErrorIs(t, err, &pgp.Error{Problem: pgp.Weak})
	require.NotErrorIs(t, err, signing.Malformed)
}

func binary(tb testing.TB, e *openpgp.Entity) []byte {
	tb.Helper()
	return dearmored(tb, func(w io.Writer) error { return e.Serialize(w) })
}

func dearmored(tb testing.TB, write func(io.Writer) error) []byte {
	tb.Helper()
	var out bytes.Buffer
	require.NoError(tb, write(&out))
	return out.Bytes()
}

func privateSubkey(tb testing.TB, e *openpgp.Entity) []byte {
	tb.Helper()
	return dearmored(tb, func(w io.Writer) error { return e.Subkeys[0].Serialize(w, true) })
}

// packetLen is the length of the first packet, whose body is short.
func packetLen(raw []byte) int { return 2 + int(raw[1]) }

// broken damages the signature over the user id, the third packet.
func broken(raw []byte) []byte {
	out := bytes.Clone(raw)
	at := packetLen(out)
	at += packetLen(out[at:])
	sig := out[at:]
	n := 2 + int(sig[1])
	sig[n-1] ^= 1
	return out
}

// selfSignedWith gives the key with self-signatures made anew.
func selfSignedWith(tb testing.TB, e *openpgp.Entity, change func(*packet.Config)) []byte {
	tb.Helper()
	cfg := &packet.Config{}
	change(cfg)
	again := resigned(tb, e, march, 0)
	for name, id := range again.Identities {
		self := id.SelfCertifications[0].Packet
		self.Hash = cfg.DefaultHash
		require.NoError(tb, self.SignUserId(name, e.PrimaryKey, e.PrivateKey, &packet.Config{Time: clock(march), NonDeterministicSignaturesViaNotation: new(false)}))
	}
	return public(tb, again)
}

func certifyOnly(tb testing.TB) []byte {
	tb.Helper()
	e := newKey(tb)
	again := resigned(tb, e, march, 0)
	for name, id := range again.Identities {
		self := id.SelfCertifications[0].Packet
		self.FlagSign = false
		require.NoError(tb, self.SignUserId(name, e.PrimaryKey, e.PrivateKey, &packet.Config{Time: clock(march), NonDeterministicSignaturesViaNotation: new(false)}))
	}
	return public(tb, again)
}
