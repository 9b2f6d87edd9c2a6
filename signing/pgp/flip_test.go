package pgp_test

import (
	"bytes"
	"encoding/base64"
	"flag"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// place names the part of a version 4 signature packet in which a byte lies, so
// that the golden list can be read. It knows only what these tests make.
func place(sig []byte, at int) string {
	start := len(sig) - len(body(sig))
	b, i := sig[start:], at-start
	hashed := int(b[4])<<8 | int(b[5])
	unhashed := int(b[6+hashed])<<8 | int(b[7+hashed])
	tail := 8 + hashed + unhashed
	switch {
	case i < 0:
		return "packet header"
	case i < 6:
		return []string{"version", "type", "key algorithm", "hash algorithm", "length of hashed area", "length of hashed area"}[i]
	case i < 6+hashed:
		return "hashed area"
	case i < 8+hashed:
		return "length of unhashed area"
	case i < tail:
		return "unhashed area: " + subpacket(b[8+hashed:tail], i-8-hashed)
	case i < tail+2:
		return "left 16 bits of the hash"
	default:
		return "number: " + number(b[tail+2:], i-tail-2)
	}
}

func subpacket(area []byte, at int) string {
	for {
		n := 1 + int(area[0])
		if at < n {
			name := map[byte]string{16: "issuer", 33: "issuer fingerprint"}[area[1]&0x7f]
			switch at {
			case 0:
				return name + ", length"
			case 1:
				return name + ", kind"
			case 2:
				if name == "issuer fingerprint" {
					return name + ", key version"
				}
			}
			return name
		}
		area, at = area[n:], at-n
	}
}

func number(numbers []byte, at int) string {
	for {
		n := 2 + (int(numbers[0])<<8|int(numbers[1])+7)/8
		if at < 2 {
			return "length in bits"
		}
		if at < n {
			return "value"
		}
		numbers, at = numbers[n:], at-n
	}
}

// seeded makes the same key and so the same signature every time.
func seeded(c *packet.Config) { c.Rand = rand.NewChaCha8([32]byte{7}) }

// Every bit of a signature, flipped: none makes it hold for other bytes, and
// those that leave it good lie in places that are known and listed.
func TestFlippedBitsOfASignature(t *testing.T) {
	t.Parallel()
	e := newKey(t, seeded)
	k := trust(t, public(t, e))
	a, p := artifact(t, file), policy(k)
	other := artifact(t, append([]byte("x"), file[1:]...))
	sig := sign(t, e, file)
	require.True(t, verify(t, a, sig, p).OK())

	compareGolden(t, "flipped-binary.golden", flipAll(t, sig, a, other, p), true)
}

// What gpg makes also has the issuer in the area that nothing protects. Its
// signatures differ from run to run, so not every listed place shows each time.
func TestFlippedBitsOfGPGsSignature(t *testing.T) {
	t.Parallel()
	h := newHome(t)
	fpr := h.makeKey("ed25519", "sign", "never", "")
	sig := h.run(file, "--detach-sign")
	p := today(trust(t, h.export(fpr)))
	a, other := fresh(t), artifact(t, append([]byte("x"), file[1:]...))
	require.True(t, verify(t, a, sig, p).OK())
	compareGolden(t, "flipped-gpg.golden", flipAll(t, sig, a, other, p), false)
}

// flipAll gives the places of the bits that leave the signature good.
func flipAll(t *testing.T, sig []byte, a, other signing.Artifact, p signing.Policy) map[string]int {
	t.Helper()
	good := verify(t, a, sig, p)
	passes := map[string]int{}
	for i := range sig {
		for bit := range 8 {
			flipped := bytes.Clone(sig)
			flipped[i] ^= 1 << bit
			v := verify(t, a, flipped, p)
			require.False(t, verify(t, other, flipped, p).OK(), "byte %d, bit %d: a flipped signature holds for other bytes", i, bit)
			if v.OK() {
				require.Equal(t, good.Signer(), v.Signer())
				require.Equal(t, good.SignedAt(), v.SignedAt(), "the time is signed")
				passes[place(sig, i)]++
			}
		}
	}
	return passes
}

func TestFlippedBitsOfArmor(t *testing.T) {
	t.Parallel()
	e := newKey(t, seeded)
	a, p := artifact(t, file), policy(trust(t, public(t, e)))
	other := artifact(t, append([]byte("x"), file[1:]...))
	sig := sign(t, e, file)
	text := append(bytes.Replace(wrap(t, sig), []byte("\n\n"), []byte("\nVersion: 1\n\n"), 1), '\n')
	require.True(t, verify(t, a, text, p).OK())

	passes := map[string]int{}
	for i := range text {
		for bit := range 8 {
			flipped := bytes.Clone(text)
			flipped[i] ^= 1 << bit
			require.False(t, verify(t, other, flipped, p).OK())
			if verify(t, a, flipped, p).OK() {
				passes[armorPlace(t, text, flipped, sig, i)]++
			}
		}
	}
	compareGolden(t, "flipped-armor.golden", passes, true)
}

// armorPlace names where in the armor a harmless change lies. In the base64 it
// is what the change does to the packet.
func armorPlace(tb testing.TB, text, flipped, sig []byte, at int) string {
	tb.Helper()
	lines := strings.SplitAfter(string(text), "\n")
	offset, n := 0, 0
	for offset+len(lines[n]) <= at {
		offset += len(lines[n])
		n++
	}
	line := lines[n]
	switch {
	case line[at-offset] == '\n':
		return "line end"
	case strings.HasPrefix(line, "-----"):
		return "armor line"
	case strings.HasPrefix(line, "Version"):
		return "header"
	case strings.HasPrefix(line, "="):
		return "checksum"
	}
	body := strings.Split(string(flipped), "\n\n")[1]
	body = body[:strings.LastIndex(body, "\n=")]
	raw, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(strings.TrimSpace(body), "\n", ""))
	require.NoError(tb, err)
	for i := range raw {
		if raw[i] != sig[i] {
			return "base64 of " + place(sig, i)
		}
	}
	return "base64, padding bits"
}

// compareGolden fails on any place that is not listed and, where all must show,
// on any that is listed and has become strict.
func compareGolden(tb testing.TB, name string, passes map[string]int, all bool) {
	tb.Helper()
	path := "testdata/" + name
	if *update && all {
		writeGolden(tb, path, passes)
	}
	want := map[string]bool{}
	text, err := os.ReadFile(path)
	require.NoError(tb, err, "run with -update")
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			want[line] = true
		}
	}
	for at, n := range passes {
		assert.True(tb, want[at], "%d flipped bits in %q leave the signature good, which testdata/%s does not know", n, at, name)
		delete(want, at)
	}
	if all {
		assert.Empty(tb, want, "these places have become strict: take them off the list")
	}
}

func writeGolden(tb testing.TB, path string, passes map[string]int) {
	tb.Helper()
	var out strings.Builder
	out.WriteString("# Places of a signature that nothing authenticates: a changed bit there leaves it good,\n# for the same bytes, key and time. Anything else must not be here.\n")
	for _, at := range sortedKeys(passes) {
		out.WriteString(at + "\n")
	}
	require.NoError(tb, os.MkdirAll("testdata", 0o750))
	require.NoError(tb, os.WriteFile(path, []byte(out.String()), 0o600))
}

// The key id alone, in the unhashed area, is what old programs write.
func TestAnIssuerInTheUnhashedAreaDecidesNothing(t *testing.T) {
	t.Parallel()
	ours, theirs := newKey(t), newKey(t)
	p := policy(trust(t, public(t, ours)))
	old := sign(t, ours, file, func(s *packet.Signature) { s.IssuerFingerprint = nil })
	require.True(t, verify(t, artifact(t, file), old, p).OK())

	// Somebody else's signature that claims to be ours.
	posing := bytes.ReplaceAll(sign(t, theirs, file), theirs.PrimaryKey.Fingerprint[12:], ours.PrimaryKey.Fingerprint[12:])
	posing = bytes.ReplaceAll(posing, theirs.PrimaryKey.Fingerprint[:12], ours.PrimaryKey.Fingerprint[:12])
	requireRefused(t, verify(t, artifact(t, file), posing, p), signing.DigestMismatch)
}
