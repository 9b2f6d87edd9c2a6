package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What is wrong with a command line is found before anything is opened, all of
// it at once.
func TestWrongCommandLines(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]struct {
		reason string
		says   []string
	}{
		"":                         {"USAGE", []string{"the console needs a terminal"}},
		"lst":                      {"USAGE", []string{`registrar has no command "lst"`, "did you mean registrar list"}},
		"nonsense":                 {"USAGE", []string{`registrar has no command "nonsense"`, "see: registrar --help"}},
		"list --nope":              {"USAGE", []string{"unknown flag: --nope"}},
		"list -o xml":              {"USAGE", []string{`"xml" is not a form of output`}},
		"list stat:failed":         {"INVALID_FILTER", []string{`there is no key "stat"`, "org, name, version, state"}},
		"list state:broken stat:x": {"INVALID_FILTER", []string{`state has no value "broken"`, `there is no key "stat"`}},
		"show":                     {"USAGE", []string{"registrar show needs more"}},
		"show acme":                {"USAGE", []string{`"acme" does not name a connector`, "ORG/NAME"}},
		"show a/b v1 v2":           {"USAGE", []string{`registrar show does not know what to do with "v2"`}},
		"show a/b@v1 v1":           {"USAGE", []string{"names the version twice"}},
		"status --state gone":      {"USAGE", []string{`"gone" is not a state`}},
		"status --connector x":     {"USAGE", []string{`"x" does not name a connector`}},
		"publish":                  {"USAGE", []string{"--version is missing"}},
		"publish a b --version v1": {"USAGE", []string{`does not know what to do with "b"`}},
		"publish --version v1.0.0 --sign rot13 --platform linux-386 --platform windows-amd64 --platform windows-amd64 --changelog @/nope": {
			"USAGE", []string{"no way to sign", `"linux-386" is not a platform`, "windows-amd64 is named twice", "--changelog"},
		},
		"publish --version v1.0.0 --platform darwin-universal": {"INVALID_PLATFORM", []string{`"darwin-universal" is not a platform`}},
		"abandon a/b":               {"USAGE", []string{"names no version"}},
		"download":                  {"USAGE", []string{"needs more"}},
		"download a/b --platform x": {"INVALID_PLATFORM", []string{`"x" is not a platform`}},
		"yank":                      {"USAGE", []string{"no version is named", "--category is missing", "--reason is missing", "--yes is missing"}},
		"yank a/b v1 --category odd --reason x --yes":         {"USAGE", []string{`"odd" is not one of security`}},
		"yank a/b v1 --category broken --reason x":            {"USAGE", []string{"--yes is missing: nobody can be asked here"}},
		"yank v1 --category broken --reason x --yes":          {"USAGE", []string{"does not say which connector"}},
		"yank --from /nope --yes":                             {"USAGE", []string{"cannot read --from"}},
		"unyank a/b v1":                                       {"USAGE", []string{"--reason is missing"}},
		"set-stable a/b":                                      {"USAGE", []string{"names no version"}},
		"deprecate a/b":                                       {"USAGE", []string{"--reason is missing"}},
		"deprecate a/b --undo --replacement x":                {"USAGE", []string{"says nothing together with --undo", `"x" does not name a connector`}},
		"events --since yesterday":                            {"USAGE", []string{`"yesterday" is not a time`}},
		"events verify --head 12":                             {"USAGE", []string{`"12" is not a head`}},
		"events verify now":                                   {"USAGE", []string{`does not know what to do with "now"`}},
		"tokens":                                              {"USAGE", []string{"needs one of: create, list, revoke"}},
		"tokens make":                                         {"USAGE", []string{`registrar tokens has no command "make"`}},
		"tokens create":                                       {"USAGE", []string{"--person is missing", "--role is missing"}},
		"tokens create --person p --role king --expires soon": {"USAGE", []string{`"king" is not one of`, `"soon" is not a time`}},
		"tokens revoke x":                                     {"USAGE", []string{`"x" is not the number of a token`}},
		"keys":                                                {"USAGE", []string{"needs one of: add, generate, list, retire, revoke, show"}},
		"keys list":                                           {"USAGE", []string{"needs more"}},
		"keys show acme":                                      {"USAGE", []string{"needs more", "fingerprint"}},
		"keys add acme":                                       {"USAGE", []string{"--name is missing", "--key-file is missing"}},
		"keys add acme --name n --type pgp --key-file /nope":           {"USAGE", []string{`"pgp" is neither gpg nor cosign`, `cannot read "/nope"`}},
		"keys add acme --name n --key-file -":                          {"USAGE", []string{`"stdin" is empty`}},
		"keys revoke acme 1":                                           {"USAGE", []string{"--reason is missing", "--yes is missing: nobody can be asked here"}},
		"keys revoke acme 1 --reason x --yes --compromised-since soon": {"USAGE", []string{`"soon" is not a time`}},
		"keys generate /nope/x":                                        {"USAGE", []string{"the passphrase of /nope/x.key is needed"}},
		"keys generate x --passphrase-file /nope":                      {"USAGE", []string{"--passphrase-file"}},
		"identities":          {"USAGE", []string{"needs one of: add, list, remove"}},
		"identities add acme": {"INVALID_IDENTITY", []string{"no issuer", "no subject"}},
		"identities add acme --issuer https://a.example --san-regexp acme": {"INVALID_IDENTITY", []string{"must begin with ^"}},
		"identities add acme --issuer https://a.example --san-regexp ^.*$": {"INVALID_IDENTITY", []string{"accepts strangers"}},
		"policy set acme": {"USAGE", []string{"no flag says what to change"}},
		"policy set acme --self-review maybe --accept pgp --allow all --approvals -1": {
			"USAGE", []string{`"maybe" is neither yes nor no`, `"pgp" is not one of gpg`, `"all" is not one of certificate-only`, "cannot need -1 approvals"},
		},
		"review":                      {"USAGE", []string{"needs one of: claim, list, show, submit"}},
		"review submit acme/x v1.0.0": {"USAGE", []string{"no decision is named"}},
		"review submit acme/x v1.0.0 --approve --reject --documentation good --asset-set x": {
			"USAGE", []string{"more than one decision is named", `"good" is not one of pass, fail and na`, "--correctness is missing", "--note is missing", "--asset-set"},
		},
		"review submit acme/x v1.0.0 --approve --correctness pass": {
			"USAGE", []string{"--completeness is missing", "--code-quality is missing", "--test-coverage is missing", "--documentation is missing", "--security is missing"},
		},
		"review submit acme/x v1.0.0 --comment": {"USAGE", []string{"--note is missing"}},
		"policy set acme --approvals many":      {"USAGE", []string{"invalid argument"}},
		"trust":                                 {"USAGE", []string{"needs one of: import, show"}},
		"trust import":                          {"USAGE", []string{"needs more"}},
		"trust import /nope":                    {"USAGE", []string{`cannot read "/nope"`}},
		"verify":                                {"USAGE", []string{"registrar verify needs more"}},
		"serve now":                             {"USAGE", []string{`does not know what to do with "now"`}},
		"serve --listen 0.0.0.0:1":              {"USAGE", []string{"TLS"}},
		"list --registry http://example.org:80": {"USAGE", []string{"plain http is only for this computer"}},
		"demo --dist /nope":                     {"USAGE", []string{"--dist: there is no executable for darwin-amd64"}},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			got := d.run(t, append(strings.Fields(line), "-o", "json")...)
			if strings.Contains(line, "-o xml") {
				got = d.run(t, strings.Fields(line)...)
				assert.Equal(t, 2, got.code)
				assert.Contains(t, got.err, want.says[0])
				return
			}
			assert.Equal(t, 2, got.code, "%s", got.err)
			assert.Empty(t, got.out)
			failure := got.failure(t)
			assert.Equal(t, want.reason, failure["reason"])
			for _, says := range want.says {
				assert.Contains(t, decoded(failure), says)
			}
			assert.NotContains(t, got.err, "INTERNAL")

			text := d.run(t, strings.Fields(line)...)
			assert.Equal(t, 2, text.code)
			assert.True(t, strings.HasPrefix(text.err, "error  "), "%s", text.err)
		})
	}
}

// decoded is everything that a failure says, for looking into.
func decoded(failure map[string]any) string {
	var said []string
	for _, key := range []string{"message", "next"} {
		if text, ok := failure[key].(string); ok {
			said = append(said, text)
		}
	}
	faults, _ := failure["faults"].([]any)
	for _, fault := range faults {
		said = append(said, fault.(map[string]any)["message"].(string))
	}
	return strings.Join(said, "\n")
}

// A failure is one object on stderr and nothing else, wherever the wish for
// JSON came from and however early the command failed.
func TestFailuresAreOneObjectWithJSON(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	wished := newDesk(t)
	wished.environ = append(wished.environ, "REGISTRAR_OUTPUT=json")
	for name, got := range map[string]result{
		"flag":                    d.run(t, "show", "acme/x", "-o", "json"),
		"flag, attached":          d.run(t, "show", "acme/x", "-ojson"),
		"flag, in full":           d.run(t, "show", "acme/x", "--output=json"),
		"flag after a wrong one":  d.run(t, "list", "--nope", "-o", "json"),
		"environment":             wished.run(t, "show", "acme/x"),
		"environment, wrong flag": wished.run(t, "list", "--nope"),
		"no command":              wished.run(t, "nonsense"),
		"a publish":               d.run(t, "publish", t.TempDir(), "--version", "v1.0.0", "-o", "json"),
		"a download":              d.run(t, "download", "acme/x", "-o", "json"),
	} {
		require.NotZero(t, got.code, name)
		require.Equal(t, 1, strings.Count(got.err, "\n"), "%s: %s", name, got.err)
		assert.NotEmpty(t, got.failure(t)["reason"], name)
		assert.NotEmpty(t, got.failure(t)["message"], name)
	}
	pretty := d.run(t, "show", "acme/x", "-o", "json-pretty")
	assert.Contains(t, pretty.err, "{\n  \"error\": {\n")
	assert.True(t, strings.HasPrefix(wished.run(t, "show", "acme/x", "-o", "table").err, "error  "), "flags rise above the environment")
}

func TestReadOnlyRefusesEveryChange(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"yank a/b v1 --category broken --reason x --yes", "unyank a/b v1 --reason x", "set-stable a/b v1", "deprecate a/b --reason x",
		"publish --version v1.0.0", "abandon a/b v1", "tokens create --person p --role admin", "tokens revoke 1",
		"keys add a --name n --key-file -", "keys retire a 1", "keys revoke a 1 --reason x --yes", "identities add a --issuer i --san s", "identities remove a 1",
		"policy set a --self-review no", "trust import -", "review claim a/b v1", "review submit a/b v1 --comment --note x",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got := newDesk(t).run(t, append(strings.Fields(line), "--read-only", "-o", "json")...)
			assert.Equal(t, 4, got.code)
			assert.Equal(t, "NOT_PERMITTED", got.failure(t)["reason"])
			assert.Contains(t, decoded(got.failure(t)), "read-only")
		})
	}
	d := newDesk(t)
	d.run(t, "list", "--read-only").ok(t)
	dry := d.run(t, "yank", "a/b", "v1.0.0", "--category", "broken", "--reason", "x", "--dry-run", "--read-only", "-o", "json")
	assert.Equal(t, 3, dry.code, "pretending changes nothing: %s", dry.err)
}

// Every command that changes something is marked as one, so that --read-only
// holds for it.
func TestReadOnlyKnowsEveryCommandThatChangesSomething(t *testing.T) {
	t.Parallel()
	looks := map[string]bool{}
	for name := range strings.FieldsSeq("registrar list show compare versions status events verify download drafts tokens keys identities policy trust generate demo serve version check paths review") {
		looks[name] = true
	}
	for _, command := range commands(newRoot(&Env{})) {
		// tokens list looks as list does.
		assert.Equal(t, !looks[command.Name()], command.Annotations[changes] != "", command.CommandPath())
	}
}

func TestVersionAndCompletion(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	assert.Contains(t, d.run(t, "version").ok(t).out, "registrar ")
	assert.Equal(t, buildStamp(), d.run(t, "version", "-o", "json").ok(t).object(t)["version"])
	assert.Equal(t, buildStamp()+"\n", d.run(t, "--version").ok(t).out)
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		assert.Contains(t, d.run(t, "completion", shell).ok(t).out, "registrar", shell)
	}
	require.Equal(t, 2, d.run(t, "completion", "csh").code)
}
