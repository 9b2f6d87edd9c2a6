package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing/cosign"
)

// registers registers the key of a signer and returns its number.
func (d *desk) registers(t *testing.T, org, name string, by signer) string {
	t.Helper()
	file := wrote(t, filepath.Join(t.TempDir(), "key.pub"), by.public)
	added := d.run(t, "keys", "add", org, "--name", name, "--key-file", file, "-o", "json").ok(t).object(t)
	assert.Equal(t, true, added["created"])
	return strconv.Itoa(int(added["id"].(float64)))
}

// publishesSigned publishes a version of acme/baton-sample, signed with a key
// file.
func (d *desk) publishesSigned(t *testing.T, version string, by signer) {
	t.Helper()
	dir := t.TempDir()
	way := "cosign:" + wrote(t, filepath.Join(dir, "own.key"), by.private)
	if strings.Contains(string(by.private), "PGP") {
		way = "gpg:" + filepath.Join(dir, "own.key")
	}
	d.publishes(t, "acme", "baton-sample", version, "--sign", way, "--passphrase-file", wrote(t, filepath.Join(dir, "pass"), []byte("secret\n"))).ok(t)
}

func TestKeysAreRegisteredListedAndFound(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.Equal(t, "[]\n", d.run(t, "keys", "list", "acme", "-o", "json").ok(t).out)
	assert.Contains(t, d.run(t, "keys", "list", "acme").ok(t).err, "registrar keys add acme")
	gpg, cos := gpgSigner(t), cosignSigner(t, "c")
	first, second := d.registers(t, "acme", "release-gpg", gpg), d.registers(t, "acme", "release-cosign", cos)

	list := d.run(t, "keys", "list", "acme", "-o", "json").ok(t).list(t)
	require.Len(t, list, 2)
	byType := map[string]map[string]any{}
	for _, k := range list {
		key := k.(map[string]any)
		byType[key["type"].(string)] = key
		assert.Equal(t, "ACTIVE", key["state"])
	}
	assert.Equal(t, string(gpg.public), byType["GPG"]["exports"].([]any)[0], "as it was registered, to be kept in a file")
	fingerprint := byType["GPG"]["fingerprint"].(string)
	for _, id := range []string{first, "release-gpg", "RELEASE-GPG", fingerprint, strings.ToLower(fingerprint[:12]), fingerprint[24:], "0x" + fingerprint[24:], fingerprint[:4] + " " + fingerprint[4:8]} {
		assert.Equal(t, "release-gpg", d.run(t, "keys", "show", "acme", id, "-o", "json").ok(t).object(t)["name"], id)
	}
	assert.Equal(t, "release-cosign", d.run(t, "keys", "show", "acme", second, "-o", "json").ok(t).object(t)["name"])
	for _, id := range []string{"99", "none", "ffffffffffffffff", "", "\x1b[31m"} {
		none := d.run(t, "keys", "show", "acme", id, "-o", "json")
		assert.Equal(t, 3, none.code, id)
		assert.Equal(t, "NOT_FOUND", none.failure(t)["reason"])
		assert.NotContains(t, none.err, "\x1b")
	}
	again := wrote(t, filepath.Join(d.home, "again.pub"), cos.public)
	assert.Equal(t, false, d.run(t, "keys", "add", "acme", "--name", "other", "--key-file", again, "-o", "json").ok(t).object(t)["created"])
	table := d.run(t, "keys", "list", "acme").ok(t).out
	assert.Contains(t, table, "✓ ACTIVE")
	assert.Contains(t, table, fingerprint)
	assert.Contains(t, d.run(t, "keys", "show", "acme", first).ok(t).out, "Release Robot")
}

// Private keys never leave the computer, and nothing wrong is registered.
func TestKeysThatCannotBeRegistered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	gpg, cos := gpgSigner(t), cosignSigner(t, "c")
	for name, c := range map[string]struct {
		content []byte
		kind    string
		reason  string
		says    string
	}{
		"a private GPG key":    {gpg.private, "gpg", "USAGE", "holds a private key"},
		"the same, unarmored":  {dearmored(t, gpg.private), "gpg", "USAGE", "holds a private key"},
		"a private cosign key": {cos.private, "cosign", "USAGE", "holds a private key"},
		"text":                 {[]byte("hello"), "cosign", "INVALID_KEY", ""},
		"text as GPG":          {[]byte("hello"), "gpg", "INVALID_KEY", ""},
		"the wrong type":       {cos.public, "gpg", "INVALID_KEY", "COSIGN"},
		"two keys":             {append(append([]byte{}, cos.public...), cosignSigner(t, "d").public...), "cosign", "INVALID_KEY", "more than one"},
		"half a key":           {gpg.public[:200], "gpg", "INVALID_KEY", ""},
		"too large":            {append(append([]byte{}, gpg.public...), make([]byte, 5<<20)...), "gpg", "USAGE", "larger than any real one"},
		"large":                {make([]byte, 2<<20), "gpg", "INVALID_KEY", "bytes"},
	} {
		file := wrote(t, filepath.Join(t.TempDir(), "file"), c.content)
		got := d.run(t, "keys", "add", "acme", "--name", "n", "--type", c.kind, "--key-file", file, "-o", "json")
		assert.Equal(t, 2, got.code, "%s: %s", name, got.err)
		assert.Equal(t, c.reason, got.failure(t)["reason"], name)
		assert.Contains(t, decoded(got.failure(t)), c.says, name)
	}
	assert.Equal(t, "[]\n", d.run(t, "keys", "list", "acme", "-o", "json").ok(t).out)
}

func TestGenerateMakesAKeyPairThatSigns(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	name := filepath.Join(d.home, "release")
	pass := wrote(t, filepath.Join(d.home, "pass"), []byte("correct horse\n"))
	made := d.run(t, "keys", "generate", name, "--passphrase-file", pass, "-o", "json").ok(t).object(t)
	private, err := os.ReadFile(name + ".key")
	require.NoError(t, err)
	info, err := os.Stat(name + ".key")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	key, err := cosign.ParsePrivateKey(private, []byte("correct horse"))
	require.NoError(t, err)
	assert.Equal(t, made["fingerprint"], key.Public().Fingerprint())
	_, err = cosign.ParsePrivateKey(private, []byte("wrong"))
	require.ErrorIs(t, err, cosign.ErrWrongPassphrase)

	again := d.run(t, "keys", "generate", name, "--passphrase-file", pass, "-o", "json")
	assert.Equal(t, 2, again.code)
	assert.Contains(t, decoded(again.failure(t)), "exists already")
	kept, err := os.ReadFile(name + ".key")
	require.NoError(t, err)
	assert.Equal(t, private, kept, "it was not touched")

	from := newDesk(t)
	from.environ = append(from.environ, "COSIGN_PASSWORD=from the environment")
	from.run(t, "keys", "generate", filepath.Join(from.home, "ci")).ok(t)
	assert.Equal(t, 1, d.run(t, "keys", "generate", "/nope/x", "--passphrase-file", pass).code, "a directory that is not there")
}

func TestGenerateAsksTwice(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	name := filepath.Join(d.home, "asked")
	types := func(answers ...string) func(*Env) {
		return func(env *Env) {
			atTerminal(env)
			env.AskSecret = func(context.Context, string) ([]byte, error) {
				next := answers[0]
				answers = answers[1:]
				return []byte(next), nil
			}
		}
	}
	differ := d.runWith(t, nil, types("one", "two"), "keys", "generate", name)
	assert.Equal(t, 2, differ.code)
	assert.Contains(t, differ.err, "differ")
	assert.NoFileExists(t, name+".key")
	d.runWith(t, nil, types("one", "one"), "keys", "generate", name).ok(t)
	assert.FileExists(t, name+".pub")
}

// A stolen key: what it signed is listed, what is public and not trusted any
// more is named for yanking, and what was published before stays good.
func TestRevokingAStolenKey(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "laptop")
	d.registers(t, "acme", "laptop", by)
	d.publishesSigned(t, "v1.0.0", by)
	time.Sleep(5 * time.Millisecond) // between the two publishes
	stolen := time.Now().UTC().Format(time.RFC3339Nano)
	d.publishesSigned(t, "v1.1.0", by)
	assert.Len(t, d.run(t, "keys", "show", "acme", "laptop", "-o", "json").ok(t).object(t)["signed"], 2)

	revoke := []string{"keys", "revoke", "acme", "laptop", "--reason", "it's stolen"}
	dry := d.run(t, append(revoke, "--compromised-since", stolen, "--dry-run", "-o", "json")...).ok(t).object(t)
	assert.EqualValues(t, 1, dry["publishedUntrusted"])
	assert.Equal(t, "ACTIVE", dry["state"], "nothing was changed")
	yank := `registrar yank acme/baton-sample@v1.1.0 --category security --reason 'signing key revoked: it'\''s stolen'`
	assert.Equal(t, yank, dry["yank"])
	all := d.run(t, append(revoke, "--dry-run")...).ok(t)
	assert.Contains(t, all.out, "2 public versions are not trusted any more.")
	assert.Contains(t, all.out, "registrar yank acme/baton-sample@v1.1.0 acme/baton-sample@v1.0.0 --category security")

	unsure := d.runWith(t, strings.NewReader("yes\n"), atTerminal, revoke...)
	assert.Equal(t, 2, unsure.code)
	assert.Contains(t, unsure.err, "Type the name of the key to go on: ")
	assert.Equal(t, "ACTIVE", d.run(t, "keys", "show", "acme", "laptop", "-o", "json").ok(t).object(t)["state"])

	sure := d.runWith(t, strings.NewReader("laptop\n"), atTerminal, append(revoke, "--compromised-since", stolen)...).ok(t)
	assert.Contains(t, sure.err, "1 public version")
	assert.Contains(t, sure.out, "laptop is REVOKED.")
	assert.Contains(t, sure.out, yank)
	shown := d.run(t, "keys", "show", "acme", "laptop").ok(t).out
	assert.Contains(t, shown, "✗ REVOKED")
	assert.Contains(t, shown, "it's stolen")
	assert.Regexp(t, `v1\.1\.0 +✓ PUBLISHED +published .*, not trusted any more`, shown)
	assert.Regexp(t, `v1\.0\.0 +✓ PUBLISHED +published .*, trusted`, shown)

	back := d.run(t, append(revoke, "--compromised-since", time.Now().UTC().Format(time.RFC3339Nano), "--yes", "-o", "json")...)
	assert.Equal(t, 5, back.code, "trust does not come back: %s", back.err)
	assert.Contains(t, d.run(t, "events").ok(t).out, "revoked the signing key laptop of acme: it's stolen.")
}

func TestRetiredKeysSignNoMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	by := cosignSigner(t, "old")
	id := d.registers(t, "acme", "old", by)
	d.publishesSigned(t, "v1.0.0", by)
	got := d.run(t, "keys", "retire", "acme", id).ok(t)
	assert.Contains(t, got.out, "old is RETIRED.")
	assert.Equal(t, "RETIRED", d.run(t, "keys", "show", "acme", id, "-o", "json").ok(t).object(t)["state"])
	assert.Contains(t, d.run(t, "keys", "list", "acme").ok(t).out, "⊖ RETIRED")
	assert.Equal(t, 3, d.run(t, "keys", "retire", "acme", "99").code)
}

// dearmored is an OpenPGP key as gpg writes it without --armor.
func dearmored(t *testing.T, key []byte) []byte {
	t.Helper()
	block, err := armor.Decode(bytes.NewReader(key))
	require.NoError(t, err)
	data, err := io.ReadAll(block.Body)
	require.NoError(t, err)
	return data
}
