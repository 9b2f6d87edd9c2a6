package pgp

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Listings as gpg prints them, and as it never should.
func TestParseListing(t *testing.T) {
	t.Parallel()
	keys := parseListing([]byte(`tru::1:1700000000:0:3:1:5
sec:u:255:22:63D85C3788DADEEB:1704888000:::u:::scSC:::+::ed25519:::0:
fpr:::::::::ABC36040D2F598547971463D63D85C3788DADEEB:
grp:::::::::8E774A7F2A17485AA709412F75A9D04ACE8BDD25:
uid:u::::1704888000::15BA::Release\x3a Robot <robot@example.org>::::::::::0:
uid:r::::1704888000::15BB::Revoked Name::::::::::0:
ssb:u:255:18:1111111111111111:1704888000::::::e:::+::cv25519::
fpr:::::::::2222222222222222222222222222222222222222:
sec:u:4096:1:AAAAAAAAAAAAAAAA:1704888000:1735689600::u:::cSC:::#:::23::0:
fpr:::::::::BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB:
uid:u::::1704888000::15BC::On a card \x1b[2J\xzz\x4::::::::::0:
ssb:u:4096:1:CCCCCCCCCCCCCCCC:1704888000::::::s:::D276000124010304000612345678::
fpr:::::::::DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD:
sec:r:2048:17:EEEEEEEEEEEEEEEE:1704888000:::-:::sc:::+:::23::0:
fpr:::::::::EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEE:
sec:u:256:19:EEEEEEEEEEEEEEEF:1704888000:::u:::scSCD:::+::nistp256:23::0:
fpr:::::::::EEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEEF:
sec
`))
	require.Len(t, keys, 4, "a key without a fingerprint cannot be named")
	created := time.Date(2024, 1, 10, 12, 0, 0, 0, time.UTC)
	assert.Equal(t, SecretKey{
		Fingerprint: "ABC36040D2F598547971463D63D85C3788DADEEB", Algorithm: "Ed25519", Created: created,
		UserIDs: []string{"Release: Robot <robot@example.org>"},
	}, keys[0])
	assert.Equal(t, "D276000124010304000612345678", keys[1].Card)
	assert.Equal(t, "RSA 4096", keys[1].Algorithm)
	assert.Equal(t, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), keys[1].Expires)
	assert.Equal(t, []string{"On a card \ufffd[2J\\xzz\\x4"}, keys[1].UserIDs)
	assert.Empty(t, keys[1].Off, "its subkey signs")
	assert.Equal(t, "revoked", keys[2].Off)
	assert.Equal(t, "DSA 2048", keys[2].Algorithm)
	assert.Equal(t, "disabled", keys[3].Off)
	assert.Equal(t, "ECDSA nistp256", keys[3].Algorithm)
}

func TestGPGsOwnWordsDecideWhatWentWrong(t *testing.T) {
	t.Parallel()
	const fpr = "ABC36040D2F598547971463D63D85C3788DADEEB"
	created := "[GNUPG:] SIG_CREATED D 22 8 00 1700000000 " + fpr + "\n"
	for status, want := range map[string]Problem{
		"[GNUPG:] INV_SGNR 9 " + fpr + "\n[GNUPG:] FAILURE sign 17\n":           NoSuchKey,
		"[GNUPG:] INV_SGNR 3 " + fpr + "\n":                                     CannotSign,
		"[GNUPG:] INV_SGNR 4 " + fpr + "\n":                                     Revoked,
		"[GNUPG:] INV_SGNR 5 " + fpr + "\n":                                     Expired,
		"[GNUPG:] FAILURE sign 67108875\n":                                      WrongPassphrase,
		"[GNUPG:] FAILURE sign 67109041\n":                                      WrongPassphrase,
		"[GNUPG:] FAILURE sign 100663383\n":                                     WrongPassphrase, // a card's PIN
		"[GNUPG:] FAILURE sign 83886179\n":                                      Canceled,
		"[GNUPG:] FAILURE sign 83886142\n":                                      TimedOut,
		"[GNUPG:] FAILURE sign 17\n":                                            NoSuchKey,
		"[GNUPG:] FAILURE sign 67108949\n":                                      NoTerminal,
		"[GNUPG:] PINENTRY_LAUNCHED 1 curses\n[GNUPG:] FAILURE sign 83918950\n": NoTerminal,
		"[GNUPG:] FAILURE sign 83918950\n":                                      Failed,
		"[GNUPG:] FAILURE\n":                                                    Failed,
		"[GNUPG:] FAILURE sign x\n":                                             Failed,
		"[GNUPG:] \n":                                                           Failed,
		"[GNUPG:] SIG_CREATED C 22 8 00 1700000000 " + fpr + "\n":               Failed, // clear-signed
		"[GNUPG:] SIG_CREATED D 22 8 01 1700000000 " + fpr + "\n":               Failed, // text mode
		"gpg: " + created:                                                       Failed, // a name that looks like a status line
		"":                                                                      Failed,
	} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			err := explainSigning(answer{out: []byte("s"), status: parseStatus([]byte(status))}, nil, fpr)
			require.ErrorIs(t, err, &Error{Problem: want}, "%v", err)
		})
	}
	require.NoError(t, explainSigning(answer{out: []byte("s"), status: parseStatus([]byte(created))}, nil, fpr))
}

func TestOnlyWholeFingerprintsNameAKey(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"ABC36040D2F598547971463D63D85C3788DADEEB":           "ABC36040D2F598547971463D63D85C3788DADEEB",
		"abc3 6040 d2f5 9854 7971  463d 63d8 5c37 88da deeb": "ABC36040D2F598547971463D63D85C3788DADEEB",
		"0xABC36040D2F598547971463D63D85C3788DADEEB":         "ABC36040D2F598547971463D63D85C3788DADEEB",
	} {
		got, err := checkFingerprint(in)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	for _, in := range []string{"", "63D85C3788DADEEB", "--homedir=/tmp", "a@b.c", "ABC36040D2F598547971463D63D85C3788DADEE!", "ABC36040D2F598547971463D63D85C3788DADEEBFF"} {
		_, err := checkFingerprint(in)
		require.ErrorIs(t, err, &Error{Problem: NoSuchKey}, in)
	}
}

func TestPassphrasesThatCannotBeHandedOver(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string][]byte{"two lines": []byte("a\nb"), "a zero": {'a', 0}, "too long": make([]byte, maxPassphrase+1)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := passphrase(t.Context(), func(context.Context) ([]byte, error) { return secret, nil })
			require.ErrorIs(t, err, &Error{Problem: WrongPassphrase})
			assert.Equal(t, make([]byte, len(secret)), secret, "it does not stay in memory")
		})
	}
}
