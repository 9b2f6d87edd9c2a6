package main

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// takeApart lets a shell take a command line apart, as it does when a person
// pastes it.
func takeApart(t *testing.T, line string) []string {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	out, err := exec.CommandContext(t.Context(), shell, "-c", "for word in "+line+`; do printf '%s\0' "$word"; done`).Output()
	require.NoError(t, err, line)
	words := strings.Split(string(out), "\x00")
	return words[:len(words)-1]
}

// read is what publish makes of a command line, flags and all.
func read(t *testing.T, line string) (publish.Answers, faults) {
	t.Helper()
	words := takeApart(t, line)
	require.Equal(t, []string{"registrar", "publish"}, words[:2])
	var o publishOptions
	flags := pflag.NewFlagSet("publish", pflag.ContinueOnError)
	o.addFlags(flags)
	require.NoError(t, flags.Parse(words[2:]), line)
	require.LessOrEqual(t, flags.NArg(), 1, line)
	o.directory = flags.Arg(0)
	var wrong faults
	a, _ := o.wishes(t.Context(), &wrong)
	return a, wrong
}

// Whatever the wizard was answered, its command says the same to publish: of
// each word a shell and the real flags make what it was.
func TestTheCommandSaysWhatWasAnswered(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	paths := []string{}
	for _, name := range []string{"plain.tar.gz", "with space.zip", "it's.exe", "a=b", "--stable", "$(touch owned)", "`x`", "é中\u202e", "semi;colon", "*"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
		paths = append(paths, path)
	}
	texts := []string{"", "", "plain", "two words", "it's", `"quoted"`, "--dry-run", "-x", "$HOME `id`", "a\\b", "é中", "&& rm", "x=y"}
	seed := rand.New(rand.NewPCG(20, 26)) // the same each time
	one := func(of []string) string { return of[seed.IntN(len(of))] }
	some := func(of []string) []string {
		var chosen []string
		for range seed.IntN(4) {
			if each := one(of); each != "" && !slices.Contains(chosen, each) {
				chosen = append(chosen, each)
			}
		}
		return chosen
	}
	for range 200 {
		a := publish.Answers{
			Directory: one([]string{"", "/src/baton-x", "with space", "it's"}), Org: one(texts), Name: one(texts),
			Version: one([]string{"", "v1.2.3", "v1.0.0-rc.1"}), Dist: some(paths), LeaveOut: some(paths),
			Changelog: one(texts), Description: one(texts), License: one(texts), Homepage: one(texts),
			Sign: one([]string{"", "none", "gpg:0123456789ABCDEF", "cosign:" + one(paths), "keyless"}), Stable: seed.IntN(2) == 0,
		}
		for _, platform := range registryv1.Platforms() {
			if seed.IntN(3) > 0 {
				a.Platforms = append(a.Platforms, platform)
				if seed.IntN(2) > 0 {
					a.Picked = append(a.Picked, publish.Picked{Platform: platform.Slug(), Path: one(paths)})
				}
			}
		}
		got, _ := read(t, a.Command())
		assert.Equal(t, a, got, a.Command())
	}
	assert.NoFileExists(t, "owned")
}

// What a command line cannot say, or does not need to, is not in it.
func TestTheCommandSaysNothingElse(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	linux := []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64}
	for name, c := range map[string]struct {
		answers publish.Answers
		want    string
	}{
		"nothing":                 {publish.Answers{}, "registrar publish"},
		"here":                    {publish.Answers{Directory: "."}, "registrar publish"},
		"a folder like a flag":    {publish.Answers{Directory: "--dry-run"}, "registrar publish ./--dry-run"},
		"a long changelog":        {publish.Answers{Changelog: strings.Repeat("word ", 20)}, "registrar publish --changelog @CHANGELOG.md"},
		"a changelog of lines":    {publish.Answers{Changelog: "one\ntwo"}, "registrar publish --changelog @CHANGELOG.md"},
		"a changelog like a file": {publish.Answers{Changelog: "@mara found it"}, "registrar publish --changelog @CHANGELOG.md"},
		"a file of a platform that is not shipped": {
			publish.Answers{Platforms: linux, Picked: []publish.Picked{{Platform: "windows-amd64", Path: file}}}, "registrar publish --platform linux-amd64",
		},
		"what only the wizard knows": {publish.Answers{Step: "Files", Path: publish.PathOwn, System: "okta", Ran: []publish.Ran{{Job: "lint"}}}, "registrar publish"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, c.answers.Command())
		})
	}
}

// All that is wrong with chosen files is said at once.
func TestFilesThatCannotBeChosen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	there := filepath.Join(dir, "go.mod")
	got := d.run(t, "publish", dir, "--version", "v1.0.0", "--platform", "linux-amd64", "--platform", "linux-arm64",
		"--file", "linux-amd64", "--file", "=x", "--file", "linux-amd64=", "--file", "plan9-mips="+there, "--file", "darwin-universal="+there,
		"--file", "linux-amd64="+there, "--file", "linux-amd64="+there, "--file", "linux-arm64="+filepath.Join(dir, "nowhere"), "--file", "windows-amd64="+dir,
		"--leave-out", filepath.Join(dir, "sums.txt"), "--leave-out", dir)
	assert.Equal(t, 2, got.code, got.err)
	for _, fault := range []string{
		`"linux-amd64" is not PLATFORM=PATH`, `"=x" is not PLATFORM=PATH`, `"linux-amd64=" is not PLATFORM=PATH`, `"plan9-mips" is not a platform`,
		`"darwin-universal" is not a platform`, "linux-amd64 has two files", `nowhere" is not there`, "a file for windows-amd64, which is not among the --platform",
		"is a directory", `sums.txt" is not there`,
	} {
		assert.Contains(t, got.err, fault)
	}
}

// A chosen file goes up in place of what was found, and one that is left out
// does not.
func TestPublishChosenFiles(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	dir := project(t, "acme", "baton-sample", "v1.0.0")
	elsewhere := filepath.Join(t.TempDir(), "built elsewhere")
	found := filepath.Join(dir, "dist", "linux-amd64", "baton-sample")
	require.NoError(t, os.Rename(found, elsewhere))
	sums := filepath.Join(dir, "dist", "baton-sample_checksums.txt")
	require.NoError(t, os.WriteFile(sums, []byte(strings.Repeat("0", 64)+"  baton-sample\n"), 0o600))
	d.run(t, "publish", dir, "--version", "v1.0.0", "--file", "linux-amd64="+elsewhere, "--leave-out", sums, "--sign", "none").ok(t)
	shown := d.run(t, "show", "acme/baton-sample", "v1.0.0", "-o", "json").ok(t).object(t)
	names := map[any]any{}
	for _, asset := range shown["assets"].([]any) {
		asset := asset.(map[string]any)
		names[asset["platform"]] = asset["filename"]
		assert.NotContains(t, asset["filename"], "checksums")
	}
	assert.Equal(t, "built elsewhere", names["linux-amd64"])
}
