package pgp_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

func unpublished(tb testing.TB) signing.Artifact {
	tb.Helper()
	a := artifact(tb, file)
	a.Release.PublishedAt = time.Time{}
	return a
}

func TestAKeyFileSigns(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	s, err := pgp.OpenKeyFile(t.Context(), private(t, e), nil, clock(march))
	require.NoError(t, err)
	k := trust(t, s.Public())
	assert.Equal(t, k.Fingerprint, s.Describe().Fingerprint)
	assert.Equal(t, "Release Robot <robot@example.org>", s.Describe().Name)
	assert.Empty(t, s.Describe().Needs)

	// Five platforms are signed at once.
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			m, err := s.Sign(t.Context(), unpublished(t))
			if assert.NoError(t, err) {
				assert.True(t, verify(t, artifact(t, file), m.Signature, policy(k)).OK())
			}
		})
	}
	wg.Wait()
}

func TestALockedKeyFile(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	require.NoError(t, e.EncryptPrivateKeys([]byte("open sesame"), nil))
	locked := private(t, e)

	asked := []byte("open sesame")
	s, err := pgp.OpenKeyFile(t.Context(), locked, func(context.Context) ([]byte, error) { return asked, nil }, clock(march))
	require.NoError(t, err)
	assert.Equal(t, make([]byte, len(asked)), asked, "the passphrase does not stay in memory")
	_, err = s.Sign(t.Context(), unpublished(t))
	require.NoError(t, err)

	_, err = pgp.OpenKeyFile(t.Context(), locked, says("open barley"), clock(march))
	requireProblem(t, err, pgp.WrongPassphrase)
	assert.NotContains(t, err.Error(), "barley")
	_, err = pgp.OpenKeyFile(t.Context(), locked, nil, clock(march))
	requireProblem(t, err, pgp.WrongPassphrase)
	gone := errors.New("the terminal is gone")
	_, err = pgp.OpenKeyFile(t.Context(), locked, func(context.Context) ([]byte, error) { return nil, gone }, clock(march))
	require.ErrorIs(t, err, gone)
}

func TestFilesThatDoNotSign(t *testing.T) {
	t.Parallel()
	e := newKey(t)
	expired := newKey(t, lifetime(24*time.Hour))
	revoked := newKey(t)
	require.NoError(t, revoked.Revoke(packet.KeyCompromised, "", &packet.Config{Time: clock(january)}))
	for name, c := range map[string]struct {
		file []byte
		want pgp.Problem
	}{
		"nothing":       {nil, pgp.Empty},
		"text":          {[]byte("secret"), pgp.Malformed},
		"a public key":  {public(t, e), pgp.PublicKey},
		"one in binary": {binary(t, e), pgp.PublicKey},
		"a signature":   {wrap(t, sign(t, e, file)), pgp.Malformed},
		"cut off":       {private(t, e)[:200], pgp.Malformed},
		"two keys":      {slicesJoin(privateBinary(t, e), privateBinary(t, newKey(t))), pgp.SeveralKeys},
		"expired":       {private(t, expired), pgp.Expired},
		"revoked":       {private(t, revoked), pgp.Revoked},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pgp.OpenKeyFile(t.Context(), c.file, nil, clock(march))
			requireProblem(t, err, c.want)
		})
	}
}

// What changes between signing and looking at it again is not published.
func TestAFileThatChangesWhileItIsSigned(t *testing.T) {
	t.Parallel()
	s, err := pgp.OpenKeyFile(t.Context(), private(t, newKey(t)), nil, clock(march))
	require.NoError(t, err)
	a := unpublished(t)
	first := true
	a.Open = func() (r readCloser, err error) {
		if first {
			first = false
			return opens(file)()
		}
		return opens([]byte("other bytes"))()
	}
	m, err := s.Sign(t.Context(), a)
	requireProblem(t, err, pgp.NotVerified)
	require.Empty(t, m)
	require.ErrorIs(t, err, signing.DigestMismatch)
}
