package signingtest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing/cosign"
)

// pairs are the key pairs that were made, by their passphrase. Deriving a key
// from a passphrase is slow on purpose, and with the race detector it takes
// seconds: tests share them.
var pairs = struct {
	sync.Mutex
	made map[string][]*CosignPair
	used map[string]int
}{made: map[string][]*CosignPair{}, used: map[string]int{}}

// CosignPair is a key pair as cosign writes it, and opened.
type CosignPair struct {
	Private, Public []byte
	Key             *cosign.PrivateKey
}

// NewCosign gives a key pair that this test has not been given yet. Another
// test may have the same one.
func NewCosign(tb testing.TB, passphrase string) *CosignPair {
	tb.Helper()
	pairs.Lock()
	defer pairs.Unlock()
	n := pairs.used[tb.Name()+"\x00"+passphrase]
	pairs.used[tb.Name()+"\x00"+passphrase]++
	if made := pairs.made[passphrase]; n < len(made) {
		return made[n]
	}
	private, public, err := cosign.GenerateKeyPair([]byte(passphrase))
	require.NoError(tb, err)
	key, err := cosign.ParsePrivateKey(private, []byte(passphrase))
	require.NoError(tb, err)
	pair := &CosignPair{Private: private, Public: public, Key: key}
	pairs.made[passphrase] = append(pairs.made[passphrase], pair)
	return pair
}
