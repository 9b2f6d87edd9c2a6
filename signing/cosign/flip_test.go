package cosign_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
)

// Every byte of the material is flipped. Nothing may then verify other bytes or
// another signer; what still verifies must lie in a place that nobody vouches
// for, and those are listed with the reason in unauthenticated.golden.
func TestEveryByteFlipped(t *testing.T) {
	t.Parallel()
	k := newKeyless(t)
	allowed := places(t)
	key := plainKey(t)
	byKey, err := cosign.NewKeySigner(key, "k", now).Sign(t.Context(), k.artifact)
	require.NoError(t, err)
	keyPolicy := signing.Policy{Now: now, AllowNoLog: true, Keys: []signing.TrustedKey{trusted(t, key.Public(), "k")}}
	certOnly := k.policy
	certOnly.AllowCertificateOnly = true
	loose := k.sigAndCert(t)

	digest, err := signing.Digest(t.Context(), bytes.NewReader(payload))
	require.NoError(t, err)
	k.artifact.Digests = digest
	for _, c := range []struct {
		name   string
		data   []byte
		policy signing.Policy
		wrap   func([]byte) signing.Material
	}{
		{"bundle", k.material.Bundle, k.policy, func(b []byte) signing.Material { return signing.Material{Bundle: b} }},
		{"older bundle", k.older(t).JSON(t), k.policy, func(b []byte) signing.Material { return signing.Material{Bundle: b} }},
		{"sig", loose.Signature, certOnly, func(b []byte) signing.Material {
			return signing.Material{Signature: b, Certificate: loose.Certificate}
		}},
		{"cert", loose.Certificate, certOnly, func(b []byte) signing.Material {
			return signing.Material{Signature: loose.Signature, Certificate: b}
		}},
		{"bundle of a key", byKey.Bundle, keyPolicy, func(b []byte) signing.Material { return signing.Material{Bundle: b} }},
		{"sig of a key", byKey.Signature, keyPolicy, func(b []byte) signing.Material { return signing.Material{Signature: b} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			good := check(t, k.artifact, c.wrap(c.data), c.policy)
			require.True(t, good.OK())
			var mu sync.Mutex
			flips, refused := 0, 0
			each(len(c.data), func(i int, bit byte) {
				flipped := bytes.Clone(c.data)
				flipped[i] ^= bit
				v, err := cosign.Verifier{}.Verify(t.Context(), k.artifact, c.wrap(flipped), c.policy)
				mu.Lock()
				defer mu.Unlock()
				flips++
				if err != nil {
					t.Errorf("byte %d of %s: %v", i, c.name, err)
				}
				if !v.OK() {
					refused++
					return
				}
				place := c.name + " " + placeOf(c.data, i)
				assert.Containsf(t, allowed, place, "byte %d of %s flipped to %q still verifies: %s", i, c.name, flipped[i], around(flipped, i))
				assert.Equal(t, good.Signer(), v.Signer())
				assert.Equal(t, good.Got(), v.Got(), "it is about the same bytes")
				assert.Equal(t, good.SignedAt(), v.SignedAt())
			})
			assert.Greater(t, refused, flips*4/5, "most of the material counts")
		})
	}
}

// each calls for one bit of every byte, chosen by a fixed seed, or for all bits
// in the long run, on both cores.
func each(n int, run func(i int, bit byte)) {
	r := rand.New(rand.NewPCG(7, 11))
	type flip struct {
		i   int
		bit byte
	}
	work := make(chan flip)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for f := range work {
				run(f.i, f.bit)
			}
		})
	}
	for i := range n {
		if i%stride != 0 {
			continue
		}
		bits := []byte{1 << r.IntN(8)}
		if os.Getenv("REGISTRAR_SOAK") != "" {
			bits = []byte{1, 2, 4, 8, 16, 32, 64, 128}
		}
		for _, b := range bits {
			work <- flip{i, b}
		}
	}
	close(work)
	wg.Wait()
}

// around shows a byte in its surroundings.
func around(data []byte, i int) string { return string(data[max(0, i-30):min(len(data), i+30)]) }

// places reads the golden list: one place a line, and why nobody vouches for it.
func places(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "unauthenticated.golden"))
	require.NoError(t, err)
	var out []string
	for line := range strings.Lines(string(data)) {
		place, why, ok := strings.Cut(strings.TrimSpace(line), " : ")
		require.Truef(t, ok && why != "", "%q says no reason", line)
		out = append(out, place)
	}
	return out
}

// placeOf names the part of the material that a byte belongs to: the path of
// the JSON value, whether it is its name or its last quantum of base64, which
// has bits that decode to nothing.
func placeOf(data []byte, at int) string {
	if !bytes.HasPrefix(data, []byte("{")) {
		return "text" + quantum(data, at)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	var path []string
	var inObject []bool
	name := true
	for {
		before := int(dec.InputOffset())
		tok, err := dec.Token()
		if err != nil {
			return "unknown"
		}
		end := int(dec.InputOffset())
		hit := at >= before && at < end
		where := strings.Join(path, ".")
		switch v := tok.(type) {
		case json.Delim:
			switch v {
			case '{', '[':
				inObject = append(inObject, v == '{')
				if v == '[' {
					path = append(path, "*")
				} else {
					path = append(path, "")
				}
			default:
				inObject, path = inObject[:len(inObject)-1], path[:len(path)-1]
			}
			name = true
			if hit {
				return where + " punctuation"
			}
			continue
		case string:
			if len(inObject) > 0 && inObject[len(inObject)-1] && name {
				path[len(path)-1] = v
				name = false
				if hit {
					return strings.Join(path, ".") + " name"
				}
				continue
			}
		}
		name = true
		if hit {
			return where + quantum(data[before:end], at-before)
		}
	}
}

var padded = regexp.MustCompile(`[A-Za-z0-9+/]={1,2}"?$`)

// quantum tells the last character before base64's padding, and the signature
// of a checkpoint, from the rest of a value.
func quantum(text []byte, at int) string {
	if dash := bytes.Index(text, []byte("—")); dash >= 0 && at >= dash {
		return " signature line"
	}
	if loc := padded.FindIndex(text); loc != nil && at == loc[0] {
		return " padding bits"
	}
	return ""
}

func TestPlaceOf(t *testing.T) {
	t.Parallel()
	data := []byte(`{"a":{"b":["xA=="]},"c":1}`)
	for want, part := range map[string]string{"a name": `a"`, "a.b.*": "xA", "a.b.* padding bits": "A==", "c": "1"} {
		assert.Equal(t, want, placeOf(data, bytes.Index(data, []byte(part))))
	}
}
