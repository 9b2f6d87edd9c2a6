package pgp_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/pgp"
)

// Whatever lies beside a file: an answer, never a panic, and good only for the
// file that was signed.
func FuzzSignature(f *testing.F) {
	e := newKey(f, seeded)
	k := trust(f, public(f, e))
	sig := sign(f, e, file)
	other := artifact(f, []byte("other bytes"))
	f.Add(sig)
	f.Add(wrap(f, sig))
	f.Add(slicesJoin(sig, sign(f, newKey(f), file)))
	f.Add(public(f, e))
	f.Add(clearSigned)
	f.Add(version(sig, 3))
	f.Add(version(sig, 6))
	f.Add([]byte{0xc2, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{0x8b, 4, 0, 22, 8})
	f.Fuzz(func(t *testing.T, data []byte) {
		pgp.Looks(data)
		v, err := pgp.Verifier{}.Verify(context.Background(), other, signing.Material{Signature: data}, policy(k))
		require.NoError(t, err)
		require.False(t, v.OK())
		requireWhole(t, v)
	})
}

// Whatever is sent as a key: a key or a typed refusal, and no secret accepted.
func FuzzKey(f *testing.F) {
	e := newKey(f, seeded)
	f.Add(public(f, e), binary(f, e))
	f.Add(private(f, e), binary(f, e))
	f.Add(slicesJoin(binary(f, e), binary(f, newKey(f))), []byte{})
	f.Add(wrap(f, sign(f, e, file)), []byte("text"))
	f.Fuzz(func(t *testing.T, a, b []byte) {
		for _, exports := range [][][]byte{{a}, {a, b}} {
			key, err := pgp.Merge(exports...)
			if err != nil {
				var typed *pgp.Error
				require.ErrorAs(t, err, &typed)
				continue
			}
			require.NotEmpty(t, key.Fingerprint)
			require.False(t, bytes.Contains(a, []byte("BEGIN PGP PRIVATE KEY BLOCK")))
		}
		_, err := pgp.ParseNew(a, april)
		if err == nil {
			_, err = pgp.Parse(a)
			require.NoError(t, err)
		}
	})
}

// Whatever is given as a key file.
func FuzzKeyFile(f *testing.F) {
	e := newKey(f, seeded)
	f.Add(private(f, e))
	f.Add(privateBinary(f, e))
	f.Add(public(f, e))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := pgp.OpenKeyFile(context.Background(), data, nil, clock(march))
		if err != nil {
			var typed *pgp.Error
			require.ErrorAs(t, err, &typed)
			return
		}
		require.Len(t, s.Describe().Fingerprint, 40)
	})
}
