package pgp_test

import (
	"context"
	"crypto"
	"io"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

const large = 100 << 20

// zeros reads like a large file that costs no disk.
func zeros(n int64) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(io.LimitReader(zero{}, n)), nil }
}

type zero struct{}

func (zero) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func signedZeros(tb testing.TB, h crypto.Hash) (signing.Artifact, signing.Material, signing.Policy) {
	tb.Helper()
	e := newKey(tb)
	cfg := &packet.Config{Time: clock(march), DefaultHash: h}
	var sig strings.Builder
	r, err := zeros(large)()
	require.NoError(tb, err)
	require.NoError(tb, openpgp.DetachSign(&sig, []*openpgp.Entity{e}, r, cfg))
	a := signing.Artifact{Name: "large", Open: zeros(large), Release: signing.Release{PublishedAt: april}}
	return a, signing.Material{Signature: []byte(sig.String())}, policy(trust(tb, public(tb, e)))
}

func BenchmarkHash(b *testing.B) {
	for name, h := range map[string]crypto.Hash{"SHA-256": crypto.SHA256, "SHA-512": crypto.SHA512} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(large)
			for b.Loop() {
				r, _ := zeros(large)()
				_, err := signing.Digest(context.Background(), r, h)
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, h := range map[string]crypto.Hash{"SHA-256": crypto.SHA256, "SHA-512": crypto.SHA512} {
		b.Run(name, func(b *testing.B) {
			a, m, p := signedZeros(b, h)
			b.SetBytes(large)
			b.ReportAllocs()
			for b.Loop() {
				v, err := pgp.Verifier{}.Verify(context.Background(), a, m, p)
				require.NoError(b, err)
				require.True(b, v.OK())
			}
		})
	}
}

func BenchmarkVerifySmall(b *testing.B) {
	e := newKey(b)
	a, p, m := artifact(b, file), policy(trust(b, public(b, e))), signing.Material{Signature: sign(b, e, file)}
	for b.Loop() {
		v, err := pgp.Verifier{}.Verify(context.Background(), a, m, p)
		require.NoError(b, err)
		require.True(b, v.OK())
	}
}
