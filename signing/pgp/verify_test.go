package pgp_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

func TestAGoodSignatureSaysWhoWhenAndHowMuchItProves(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	k := trust(t, public(t, e))
	sig := sign(t, e, file)

	for name, material := range map[string][]byte{
		"binary":  sig,
		"armored": armored(t, openpgp.SignatureType, func(w io.Writer) error { _, err := w.Write(sig); return err }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, pgp.Looks(material))
			v := verify(t, artifact(t, file), material, policy(k))
			require.True(t, v.OK(), v.Detail())
			assert.Equal(t, march, v.SignedAt())
			assert.Equal(t, signing.TimeClaimed, v.TimeSource())
			assert.Equal(t, k.Fingerprint, v.Signer().Fingerprint)
			assert.Equal(t, "release", v.Signer().Name)
			assert.Empty(t, v.Warnings())
			steps := v.Steps()
			assert.Contains(t, steps[0].Detail, name+" OpenPGP signature, SHA-256")
			assert.Contains(t, steps[2].Detail, "Ed25519")
			assert.Contains(t, steps[6].Detail, artifact(t, file).Digests.String())
		})
	}
}

// Every reason that OpenPGP has, each by the story that leads to it.
func TestEveryReasonIsReached(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	export := public(t, e)
	k := trust(t, export)
	good := sign(t, e, file)
	a := artifact(t, file)
	altered := append([]byte("x"), file[1:]...)

	type want struct {
		reason signing.Reason
		step   signing.StepName
		detail string
	}
	cases := map[string]struct {
		artifact signing.Artifact
		material []byte
		policy   signing.Policy
		want
	}{
		"no signature":          {a, nil, policy(k), want{signing.Missing, signing.StepFound, "no signature"}},
		"white space":           {a, []byte(" \n"), policy(k), want{signing.Malformed, signing.StepFound, "empty"}},
		"text":                  {a, []byte("signed, honestly"), policy(k), want{signing.Malformed, signing.StepFound, "not OpenPGP"}},
		"too large":             {a, make([]byte, pgp.MaxSignature+1), policy(k), want{signing.Malformed, signing.StepFound, "more than"}},
		"cut off":               {a, good[:len(good)-1], policy(k), want{signing.Malformed, signing.StepFound, "cut off"}},
		"two blocks":            {a, slicesJoin(wrap(t, good), []byte("\n"), wrap(t, good)), policy(k), want{signing.Malformed, signing.StepFound, "more than one"}},
		"two blocks in a line":  {a, bytes.Repeat(wrap(t, good), 2), policy(k), want{signing.Malformed, signing.StepFound, "more than one"}},
		"text after the armor":  {a, append(wrap(t, good), "\nby the way"...), policy(k), want{signing.Malformed, signing.StepFound, "other text"}},
		"bytes after the sum":   {a, afterTheSum(t, good), policy(k), want{signing.Malformed, signing.StepFound, "other text"}},
		"armor without an end":  {a, wrap(t, good)[:120], policy(k), want{signing.Malformed, signing.StepFound, "no end"}},
		"armor of nothing":      {a, wrap(t, nil), policy(k), want{signing.Malformed, signing.StepFound, "nothing"}},
		"a public key":          {a, export, policy(k), want{signing.Malformed, signing.StepFound, "public key"}},
		"a private key":         {a, private(t, e), policy(k), want{signing.Malformed, signing.StepFound, "private key"}},
		"clear-signed text":     {a, clearSigned, policy(k), want{signing.Malformed, signing.StepFound, "clear-signed"}},
		"a signature of a key":  {a, sign(t, e, file, func(s *packet.Signature) { s.SigType = packet.SigTypeGenericCert }), policy(k), want{signing.Malformed, signing.StepFound, "speaks of keys"}},
		"nine signatures":       {a, bytes.Repeat(good, 9), policy(k), want{signing.Malformed, signing.StepFound, "more than 8"}},
		"no issuer":             {a, anonymous(t, good), policy(k), want{signing.Malformed, signing.StepFound, "does not say which key"}},
		"version 3":             {a, version(good, 3), policy(k), want{signing.Unsupported, signing.StepFound, "version 3"}},
		"version 5":             {a, version(good, 5), policy(k), want{signing.Unsupported, signing.StepFound, "version 5"}},
		"text mode":             {a, sign(t, e, file, func(s *packet.Signature) { s.SigType = packet.SigTypeText }), policy(k), want{signing.Unsupported, signing.StepFound, "text mode"}},
		"unknown algorithm":     {a, keyAlgorithm(good, 99), policy(k), want{signing.Unsupported, signing.StepFound, "not supported"}},
		"a critical demand":     {a, sign(t, e, file, critical), policy(k), want{signing.Unsupported, signing.StepFound, "demands"}},
		"only cosign accepted":  {a, good, accepting(policy(k), signing.CosignKey), want{signing.Unsupported, signing.StepFound, "does not accept"}},
		"nothing registered":    {a, good, policy(), want{signing.NoTrust, signing.StepIdentity, "no key and no identity"}},
		"another key":           {a, sign(t, newKey(t), file), policy(k), want{signing.WrongKey, signing.StepIdentity, "not registered"}},
		"only cosign keys":      {a, good, policy(signing.TrustedKey{Scheme: signing.CosignKey, Exports: [][]byte{{1}}}), want{signing.WrongKey, signing.StepIdentity, "not registered"}},
		"another file":          {a, sign(t, e, altered), policy(k), want{signing.DigestMismatch, signing.StepBytes, "made for other bytes. Somebody"}},
		"altered bytes":         {artifact(t, altered), good, policy(k), want{signing.DigestMismatch, signing.StepBytes, "made for other bytes. Somebody"}},
		"altered, as recorded":  {recordedAs(artifact(t, altered), a), good, policy(k), want{signing.DigestMismatch, signing.StepBytes, "made for other bytes. Somebody"}},
		"damaged":               {a, flipLast(good), policy(k), want{signing.BadSignature, signing.StepBytes, "made for other bytes, or it is damaged"}},
		"fewer bytes, resigned": {recordedAs(artifact(t, file[1:]), a), sign(t, e, file[1:]), policy(k), want{signing.DigestMismatch, signing.StepBytes, "made for other bytes. Somebody"}},
		"SHA-1":                 {a, sign(t, e, file, func(s *packet.Signature) { s.Hash = crypto.SHA1 }), policy(k), want{signing.WeakAlgorithm, signing.StepFound, "SHA-1"}},
		"from the future":       {a, sign(t, e, file, signedAt(july.Add(time.Hour))), policy(k), want{signing.FutureSignature, signing.StepTime, "had not come yet"}},
		"older than its key":    {a, sign(t, e, file, signedAt(january.Add(-time.Hour))), policy(k), want{signing.BadSignature, signing.StepTime, "before its key was made"}},
		"signature ended":       {a, sign(t, e, file, ends(24*time.Hour)), policy(k), want{signing.ExpiredSignature, signing.StepTime, "ended on 2024-03-02"}},
		"revoked in registry":   {a, good, policy(with(k, func(k *signing.TrustedKey) { k.RevokedAt = july })), want{signing.RevokedKey, signing.StepIdentity, "was revoked on 2024-07-01"}},
		"compromised by then": {
			a, good, policy(with(k, func(k *signing.TrustedKey) { k.RevokedAt, k.CompromisedSince = july, march })),
			want{signing.RevokedKey, signing.StepIdentity, "compromised since 2024-03-01"},
		},
		"retired by then": {a, good, policy(with(k, func(k *signing.TrustedKey) { k.RetiredAt = march })), want{signing.RevokedKey, signing.StepIdentity, "retired on 2024-03-01"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verify(t, c.artifact, c.material, c.policy)
			requireRefused(t, v, c.reason)
			assert.Contains(t, v.Detail(), c.detail)
			for _, s := range v.Steps() {
				if s.Result == signing.Fail {
					assert.Equal(t, c.step, s.Name)
				}
			}
		})
	}
}

func TestAForeignCertificateOrBundleBesideItIsMixedMaterial(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	good := sign(t, e, file)
	for name, m := range map[string]signing.Material{
		"certificate": {Signature: good, Certificate: []byte("c")},
		"bundle":      {Signature: good, Bundle: []byte("{}")},
		"bundle only": {Bundle: []byte("{}")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := pgp.Verifier{}.Verify(context.Background(), artifact(t, file), m, policy(trust(t, public(t, e))))
			require.NoError(t, err)
			requireRefused(t, v, signing.Malformed)
		})
	}
}

// A key's end, its owner's revocation and the strength of its parts decide
// together with when the release was published.
func TestTheKeyIsJudgedAsOfPublishing(t *testing.T) {
	t.Parallel()
	const days = 24 * time.Hour
	publishedIn := func(at time.Time) signing.Artifact {
		a := artifact(t, file)
		a.Release.PublishedAt = at
		return a
	}
	lasting := newKey(t)
	untilMay := newKey(t, lifetime(110*days)) // until 2024-04-29
	untilFebruary := newKey(t, lifetime(30*days))
	retired := newKey(t)
	require.NoError(t, retired.Revoke(packet.KeyRetired, "left the company\x1b[2J", &packet.Config{Time: clock(date(2024, 5, 1))}))
	compromised := newKey(t)
	require.NoError(t, compromised.Revoke(packet.KeyCompromised, "", &packet.Config{Time: clock(date(2024, 5, 1))}))
	short := newKey(t, rsaKey(2048))
	tooShort := newKey(t, rsaKey(1024), func(c *packet.Config) { c.MinRSABits = 1024 })

	warned := func(p signing.Policy, a signing.Artifact, e *openpgp.Entity, code signing.WarningCode, detail string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			t.Parallel()
			v := verify(t, a, sign(t, e, file), p)
			require.True(t, v.OK(), v.Detail())
			require.Len(t, v.Warnings(), 1)
			assert.Equal(t, code, v.Warnings()[0].Code)
			assert.Contains(t, v.Warnings()[0].Detail, detail)
		}
	}
	refused := func(p signing.Policy, a signing.Artifact, e *openpgp.Entity, reason signing.Reason, detail string) func(*testing.T) {
		return func(t *testing.T) {
			t.Helper()
			t.Parallel()
			v := verify(t, a, sign(t, e, file), p)
			requireRefused(t, v, reason)
			assert.Contains(t, v.Detail(), detail)
			assert.NotContains(t, v.Detail(), "\x1b")
		}
	}
	trusts := func(e *openpgp.Entity, change ...func(*signing.TrustedKey)) signing.Policy {
		return policy(with(trust(t, public(t, e)), change...))
	}
	allowing := trusts(untilMay)
	allowing.AllowExpiredKey = true

	t.Run("expired since", warned(trusts(untilMay), publishedIn(april), untilMay, signing.WarnKeyExpired, "expired on 2024-04-29, after this release"))
	t.Run("expired before publishing", refused(trusts(untilMay), publishedIn(date(2024, 5, 2)), untilMay, signing.ExpiredKey, "expired on 2024-04-29"))
	t.Run("expired and not published", refused(trusts(untilMay), publishedIn(time.Time{}), untilMay, signing.ExpiredKey, "nobody but the signer"))
	t.Run("expired and not published, allowed", warned(allowing, publishedIn(time.Time{}), untilMay, signing.WarnKeyExpired, "2024-04-29"))
	t.Run("expired when it signed", refused(trusts(untilFebruary), publishedIn(april), untilFebruary, signing.ExpiredKey, "not valid on 2024-03-01"))
	t.Run("retired by its owner since", func(t *testing.T) {
		t.Parallel()
		v := verify(t, publishedIn(april), sign(t, retired, file), trusts(retired))
		require.True(t, v.OK(), v.Detail())
	})
	t.Run("retired by its owner before publishing", refused(trusts(retired), publishedIn(july), retired, signing.RevokedKey, "retired (left the company"))
	t.Run("compromised falls whenever it signed", refused(trusts(compromised), publishedIn(april), compromised, signing.RevokedKey, "compromised"))
	t.Run("retired in the registry since", warned(trusts(lasting, func(k *signing.TrustedKey) { k.RetiredAt = date(2024, 4, 20) }), publishedIn(april), lasting, signing.WarnKeyRetired, "retired on 2024-04-20"))
	t.Run("revoked in the registry, compromised later", warned(trusts(lasting, func(k *signing.TrustedKey) { k.RevokedAt, k.CompromisedSince = july, date(2024, 6, 1) }),
		publishedIn(april), lasting, signing.WarnKeyRetired, "good for releases before 2024-06-01"))
	t.Run("RSA 2048 with a warning", warned(trusts(short), publishedIn(april), short, signing.WarnWeak, "RSA 2048"))
	t.Run("RSA 1024", refused(trusts(tooShort), publishedIn(april), tooShort, signing.WeakAlgorithm, "RSA 1024"))
}

// The clock of the signer may be a little ahead, not the end of a key or a
// signature.
func TestClocksMayDifferALittle(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	k := trust(t, public(t, e))
	a := artifact(t, file)
	ahead := func(d time.Duration) signing.Verdict {
		return verify(t, a, sign(t, e, file, signedAt(april.Add(d))), policy(k))
	}
	require.True(t, ahead(4*time.Minute).OK())
	requireRefused(t, ahead(6*time.Minute), signing.FutureSignature)
	untilPublished := april.Sub(march)
	require.True(t, verify(t, a, sign(t, e, file, ends(untilPublished)), policy(k)).OK())
	requireRefused(t, verify(t, a, sign(t, e, file, ends(untilPublished-time.Second)), policy(k)), signing.ExpiredSignature)
}

// The trap of the library: extending a key replaces the self-signature, and all
// older signatures fail, unless the older export is still known.
func TestOldSignaturesSurviveAnExtendedKey(t *testing.T) {
	t.Parallel()
	e := newKey(t, lifetime(90*24*time.Hour))
	before := public(t, e)
	sig := sign(t, e, file)
	after := public(t, resigned(t, e, june(1), 0))

	v := verify(t, artifact(t, file), sig, policy(trust(t, after)))
	requireRefused(t, v, signing.ExpiredKey)
	assert.Contains(t, v.Detail(), "No registered export")
	assert.Contains(t, v.Next(), "export of the key from that time")

	for name, exports := range map[string][][]byte{
		"in order": {before, after}, "the other way round": {after, before}, "many times": {after, before, after, before, before},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verify(t, artifact(t, file), sig, policy(trust(t, exports...)))
			require.True(t, v.OK(), v.Detail())
			assert.Empty(t, v.Warnings(), "the key does not expire any more")
		})
	}
}

func TestAnyGoodSignatureByARegisteredKeyIsEnough(t *testing.T) {
	t.Parallel()
	ours, theirs := newKey(t), newKey(t)
	k := trust(t, public(t, ours))
	good, foreign, bad := sign(t, ours, file), sign(t, theirs, file), sign(t, ours, []byte("other bytes"))
	a := artifact(t, file)
	for name, sigs := range map[string][][]byte{
		"ours first": {good, foreign}, "ours last": {foreign, good}, "after a bad one": {bad, foreign, good},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, verify(t, a, bytes.Join(sigs, nil), policy(k)).OK())
		})
	}
	t.Run("what is wrong with ours says more", func(t *testing.T) {
		t.Parallel()
		requireRefused(t, verify(t, a, slicesJoin(foreign, bad), policy(k)), signing.DigestMismatch)
		requireRefused(t, verify(t, a, slicesJoin(bad, foreign), policy(k)), signing.DigestMismatch)
	})
}

func TestSubkeys(t *testing.T) {
	t.Parallel()
	cfg := &packet.Config{Algorithm: packet.PubKeyAlgoEdDSA, Curve: packet.Curve25519, Time: clock(january)}
	signer := newKey(t)
	require.NoError(t, signer.AddSigningSubkey(cfg))
	sub := signer.Subkeys[len(signer.Subkeys)-1]
	sig := signWith(t, sub.PrivateKey, file)

	t.Run("a signing subkey signs for its key", func(t *testing.T) {
		t.Parallel()
		v := verify(t, artifact(t, file), sig, policy(trust(t, public(t, signer))))
		require.True(t, v.OK(), v.Detail())
		assert.Contains(t, v.Steps()[2].Detail, "by its subkey")
	})
	t.Run("revoked subkey", func(t *testing.T) {
		t.Parallel()
		for reason, verdict := range map[packet.ReasonForRevocation]signing.Reason{
			packet.KeyCompromised: signing.RevokedKey, packet.KeySuperseded: signing.RevokedKey,
		} {
			e := reread(t, signer)
			s := &e.Subkeys[len(e.Subkeys)-1]
			s.Primary.PrivateKey = signer.PrivateKey
			require.NoError(t, s.Revoke(reason, "", &packet.Config{Time: clock(march.Add(-time.Hour))}))
			requireRefused(t, verify(t, artifact(t, file), sig, policy(trust(t, public(t, e)))), verdict)
		}
	})
	t.Run("a subkey for encryption does not sign", func(t *testing.T) {
		t.Parallel()
		e := newKey(t)
		require.NoError(t, e.AddEncryptionSubkey(&packet.Config{Algorithm: packet.PubKeyAlgoRSA, RSABits: 2048, Time: clock(january)}))
		s := e.Subkeys[len(e.Subkeys)-1]
		v := verify(t, artifact(t, file), signWith(t, s.PrivateKey, file), policy(trust(t, public(t, e))))
		requireRefused(t, v, signing.WrongKey)
		assert.Contains(t, v.Detail(), "may not sign files")
	})
	t.Run("a subkey that another key claims", func(t *testing.T) {
		t.Parallel()
		thief := newKey(t)
		stolen := sub
		stolen.Primary = thief
		thief.Subkeys = append(thief.Subkeys, stolen)
		v := verify(t, artifact(t, file), sig, policy(trust(t, public(t, thief))))
		require.False(t, v.OK())
	})
}

// The library keeps in a key what it decided about it. What was asked to explain
// one signature must not decide the next.
func TestExplainingOneSignatureDoesNotHelpAnother(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	k := trust(t, selfSignedWith(t, e, func(c *packet.Config) { c.DefaultHash = crypto.SHA1 }))
	good, bad := sign(t, e, file), sign(t, e, []byte("other bytes"))
	for name, sig := range map[string][]byte{"alone": good, "after another": slicesJoin(bad, good), "twice": slicesJoin(good, good)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := verify(t, artifact(t, file), sig, policy(k))
			requireRefused(t, v, signing.WeakAlgorithm)
			assert.Contains(t, v.Detail(), "SHA-1 only")
		})
	}
}

// The property that everything rests on: take the key away, or any part of what
// was signed, and nothing stays OK.
func TestWithoutTheKeyNothingIsOK(t *testing.T) {
	t.Parallel()
	keys := []*openpgp.Entity{newKey(t), newKey(t, rsaKey(2048)), newKey(t, lifetime(365*24*time.Hour))}
	var all []signing.TrustedKey
	for _, e := range keys {
		all = append(all, trust(t, public(t, e)))
	}
	a := artifact(t, file)
	for i, e := range keys {
		sig := sign(t, e, file)
		require.True(t, verify(t, a, sig, policy(all...)).OK())
		var others []signing.TrustedKey
		for j, k := range all {
			if j != i {
				others = append(others, k)
			}
		}
		requireRefused(t, verify(t, a, sig, policy(others...)), signing.WrongKey)
		requireRefused(t, verify(t, a, sig, policy()), signing.NoTrust)
	}
}

func TestWhatIsNoVerdict(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	k := trust(t, public(t, e))
	m := signing.Material{Signature: sign(t, e, file)}
	broken := errors.New("the disk is gone")

	for name, c := range map[string]struct {
		open   func() (io.ReadCloser, error)
		policy signing.Policy
		says   string
	}{
		"no clock":    {opens(file), signing.Policy{Keys: policy(k).Keys}, "no clock"},
		"cannot open": {func() (io.ReadCloser, error) { return nil, broken }, policy(k), broken.Error()},
		"cannot read": {func() (io.ReadCloser, error) {
			return io.NopCloser(io.MultiReader(bytes.NewReader(file), failing{broken})), nil
		}, policy(k), broken.Error()},
		"cannot close":    {func() (io.ReadCloser, error) { return closes{bytes.NewReader(file), broken}, nil }, policy(k), broken.Error()},
		"broken export":   {opens(file), policy(with(k, func(k *signing.TrustedKey) { k.Exports = [][]byte{[]byte("x")} })), "reading the registered key release"},
		"exports swapped": {opens(file), policy(with(k, func(k *signing.TrustedKey) { k.Exports = [][]byte{public(t, newKey(t))} })), "its exports are of the key"},
		"no export":       {opens(file), policy(with(k, func(k *signing.TrustedKey) { k.Exports = nil })), "no export"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := artifact(t, file)
			a.Open = c.open
			v, err := pgp.Verifier{}.Verify(context.Background(), a, m, c.policy)
			require.ErrorContains(t, err, c.says)
			require.False(t, v.OK())
		})
	}
	t.Run("stopped", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		v, err := pgp.Verifier{}.Verify(ctx, artifact(t, file), m, policy(k))
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, v.OK())
	})
}

// A damaged name or note of a key ends up on a screen: it must not rule it.
func TestNothingOfAKeyReachesTheScreenRaw(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	require.NoError(t, e.AddUserId("Evil \x1b[31m\u202e\u0007 "+strings.Repeat("x", 500), "", "", &packet.Config{Time: clock(january)}))
	key, err := pgp.Parse(public(t, e))
	require.NoError(t, err)
	require.Len(t, key.UserIDs, 2)
	for _, id := range key.UserIDs {
		assert.NotContains(t, id, "\x1b")
		assert.NotContains(t, id, "\u202e")
		assert.LessOrEqual(t, len([]rune(id)), 203)
	}
}

// flipLast damages the arithmetic of a signature and nothing that it says.
func flipLast(signature []byte) []byte {
	out := bytes.Clone(signature)
	out[len(out)-1] ^= 1
	return out
}

// Who asks knows the digest of a file and often not its size; and bytes that
// were swapped in after the digest was taken are none that were asked about,
// however well they are signed.
func TestTheRecordedDigestIsHeldAgainstTheBytes(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	sig := sign(t, e, file)
	a := artifact(t, file)
	a.Digests.Size = 0
	require.True(t, verify(t, a, sig, policy(trust(t, public(t, e)))).OK())

	recorded := artifact(t, []byte("what the registry holds")).Digests
	a.Digests = signing.Digests{SHA256: recorded.SHA256}
	v := verify(t, a, sig, policy(trust(t, public(t, e))))
	assert.Equal(t, signing.DigestMismatch, v.Reason())
	assert.Equal(t, [2]string{recorded.String(), artifact(t, file).Digests.String()}, [2]string{v.Want(), v.Got()})
}
