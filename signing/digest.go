package signing

import (
	"context"
	"crypto"
	_ "crypto/sha256" // the digests of signatures
	_ "crypto/sha512"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
)

// Digests are those of one file, computed in one pass. Every later check uses
// only these, so that a large file is read once and never held.
type Digests struct {
	SHA256, SHA384, SHA512 []byte
	Size                   int64
}

// Of returns the digest of one algorithm, nil if it was not computed.
func (d Digests) Of(h crypto.Hash) []byte {
	switch h {
	case crypto.SHA256:
		return d.SHA256
	case crypto.SHA384:
		return d.SHA384
	case crypto.SHA512:
		return d.SHA512
	default:
		return nil
	}
}

// String is the SHA-256 as people read it.
func (d Digests) String() string {
	if d.SHA256 == nil {
		return ""
	}
	return "sha256:" + hex.EncodeToString(d.SHA256)
}

// Digest reads r to its end, once, with constant memory. Without algorithms it
// computes SHA-256.
func Digest(ctx context.Context, r io.Reader, algs ...crypto.Hash) (Digests, error) {
	if len(algs) == 0 {
		algs = []crypto.Hash{crypto.SHA256}
	}
	hashes := make(map[crypto.Hash]hash.Hash, len(algs))
	writers := make([]io.Writer, 0, len(algs))
	for _, a := range algs {
		if a != crypto.SHA256 && a != crypto.SHA384 && a != crypto.SHA512 {
			return Digests{}, fmt.Errorf("hashing with %v: not a digest of signatures", a)
		}
		if hashes[a] == nil {
			hashes[a] = a.New()
			writers = append(writers, hashes[a])
		}
	}
	n, err := copyContext(ctx, io.MultiWriter(writers...), r)
	if err != nil {
		return Digests{}, fmt.Errorf("hashing: %w", err)
	}
	sum := func(a crypto.Hash) []byte {
		if h := hashes[a]; h != nil {
			return h.Sum(nil)
		}
		return nil
	}
	return Digests{SHA256: sum(crypto.SHA256), SHA384: sum(crypto.SHA384), SHA512: sum(crypto.SHA512), Size: n}, nil
}

// copyContext copies in pieces that are large enough for hashing at full speed
// and small enough to stop soon.
func copyContext(ctx context.Context, w io.Writer, r io.Reader) (int64, error) {
	buf := make([]byte, 128<<10)
	var n int64
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		k, err := r.Read(buf)
		n += int64(k)
		if k > 0 {
			if _, werr := w.Write(buf[:k]); werr != nil {
				return n, werr
			}
		}
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}
