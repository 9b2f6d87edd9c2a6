package diff_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// A version and itself: everything is the same, and nothing needs a thought.
func TestTheSameVersion(t *testing.T) {
	t.Parallel()
	r := diff.Compare(version(t, "v1.0.0", nil), version(t, "v1.0.1", nil))
	assert.Equal(t, "v1.0.0", r.Old)
	assert.Equal(t, "v1.0.1", r.New)
	assert.Empty(t, r.Different())
	assert.Empty(t, r.Brief())
	assert.Zero(t, r.Thoughts())
	assert.Equal(t, "same signer, same license, same platforms", r.Unchanged())
	assert.Equal(t, []string{
		"same resource all 3 | unchanged",
		"same capability all 2 | unchanged",
		"same permission all 1 | unchanged",
		"same config all 4 | unchanged",
		"same platform all 5 | unchanged",
		"same size  | 210 MB",
		"same go  | go1.26.6",
		"same module all 2 | unchanged",
		"same signer release-2026 (0011 2233 4455 6677) | as before",
		"same verdict  | VERIFIED",
		"same license Apache-2.0 | ",
		"same readme  | unchanged",
	}, lines(r.Changes))
}

// What one change of a version makes of the report, besides what is the same.
func TestWhatChanged(t *testing.T) {
	t.Parallel()
	sync := []string{"CAPABILITY_SYNC"}
	for name, c := range map[string]struct {
		before, after func(v *registryv1.Version)
		want          []string
	}{
		"a resource type comes and one goes": {
			after: func(v *registryv1.Version) {
				v.Capabilities = capabilities(t, map[string][]string{
					"user": sync, "group": {"CAPABILITY_SYNC", "CAPABILITY_PROVISION"}, "device": {"CAPABILITY_SYNC", "CAPABILITY_TARGETED_SYNC"},
				}, "directory.read")
			},
			want: []string{"added resource device | sync, targeted sync", "removed resource role | sync ! it is not synced any more", "same resource 2 others | unchanged"},
		},
		"capabilities of types": {
			after: func(v *registryv1.Version) {
				v.Capabilities = capabilities(t, map[string][]string{"user": {"CAPABILITY_SYNC", "CAPABILITY_X"}, "group": sync, "role": {"CAPABILITY_SYNC", "CAPABILITY_X"}}, "directory.read")
			},
			want: []string{"added capability x | on role and user", "removed capability provision | on group ! it cannot do this there any more"},
		},
		"a permission comes and one goes": {
			after: func(v *registryv1.Version) {
				v.Capabilities = strings.ReplaceAll(v.GetCapabilities(), "directory.read", "directory.manage")
			},
			want: []string{
				"added permission directory.manage | asked by group, role and user ! the account needs it before the update",
				"removed permission directory.read | was asked by group, role and user",
			},
		},
		"the connector as a whole": {
			before: func(v *registryv1.Version) { v.Capabilities = whole(v, "CAPABILITY_SYNC", "CAPABILITY_ACTIONS") },
			after: func(v *registryv1.Version) {
				v.Capabilities = whole(v, "CAPABILITY_SYNC", "CAPABILITY_TICKETING")
			},
			want: []string{"added capability ticketing | of the connector", "removed capability actions | of the connector ! it cannot do this any more"},
		},
		"a list for the whole that older documents lack": {
			after: func(v *registryv1.Version) { v.Capabilities = whole(v, "CAPABILITY_SYNC") },
			want:  []string{"unknown capability  | the document of v1.0.0 does not list what the connector as a whole can do"},
		},
		"another name and trait": {
			after: func(v *registryv1.Version) {
				v.Capabilities = strings.Replace(v.GetCapabilities(), `"displayName":"user"`, `"displayName":"User","traits":["TRAIT_USER"]`, 1)
			},
			want: []string{"changed resource user | called user -> User, traits none -> user", "same resource 2 others | unchanged"},
		},
		"fields come, go and change": {
			after: func(v *registryv1.Version) {
				v.ConfigSchema = `{"fields":[
					{"name":"file","stringField":{"rules":{"isRequired":false}}},
					{"name":"page-size","intField":{"defaultValue":200}},
					{"name":"token","isRequired":true,"stringField":{}},
					{"name":"key","isSecret":true,"isRequired":true,"stringField":{}},
					{"name":"filter","stringSliceField":{}}]}`
			},
			want: []string{
				"added config filter | optional, list",
				"added config key | required, secret, text ! this secret must be set before the update",
				"removed config cache-ttl | was optional ! who sets it must stop doing so",
				"changed config file | now optional",
				"changed config page-size | default 100 -> 200 ! it behaves differently where nobody sets it",
				"changed config token | no longer secret ! it is not kept as a secret any more",
			},
		},
		"a field becomes required, secret, and something else": {
			after: func(v *registryv1.Version) {
				v.ConfigSchema = strings.Replace(v.GetConfigSchema(), `{"name":"cache-ttl","intField":{}}`, `{"name":"cache-ttl","isRequired":true,"isSecret":true,"stringField":{}}`, 1)
			},
			want: []string{"changed config cache-ttl | now required, now secret, number -> text ! it must be set before the update", "same config 3 others | unchanged"},
		},
		"a required field with a default needs nobody": {
			after: func(v *registryv1.Version) {
				v.ConfigSchema = strings.Replace(v.GetConfigSchema(), `{"fields":[`, `{"fields":[{"name":"region","isRequired":true,"stringField":{"defaultValue":"eu"}},`, 1)
			},
			want: []string{"added config region | required, text, default eu", "same config 4 others | unchanged"},
		},
		"platforms": {
			before: func(v *registryv1.Version) { v.Summary.Platforms = v.GetSummary().GetPlatforms()[1:] },
			after:  func(v *registryv1.Version) { v.Summary.Platforms = v.GetSummary().GetPlatforms()[:4] },
			want:   []string{"added platform darwin-amd64 | ", "removed platform windows-amd64 |  ! nobody on it can update", "same platform 3 others | unchanged"},
		},
		"one file grows more than the rest": {
			after: func(v *registryv1.Version) {
				for _, a := range v.GetAssets() {
					a.SizeBytes += a.GetSizeBytes() / 100
				}
				v.Assets[4].SizeBytes = 44*mb + 44*mb/100*8
			},
			want: []string{
				"changed size  | +2.5 %, 210 MB -> 215 MB",
				"changed size darwin-amd64 | +1.0 %, 40 MB",
				"changed size darwin-arm64 | +1.0 %, 41 MB",
				"changed size linux-amd64 | +1.0 %, 42 MB",
				"changed size linux-arm64 | +1.0 %, 43 MB",
				"changed size windows-amd64 | +8.0 %, 44 MB -> 48 MB ! it grew 8 times as much as the rest",
			},
		},
		"one file grows and the rest hardly": {
			after: func(v *registryv1.Version) { v.Assets[0].SizeBytes = 44 * mb },
			want: []string{
				"changed size  | +1.9 %, 210 MB -> 214 MB",
				"changed size darwin-amd64 | +10 %, 40 MB -> 44 MB ! it grew, and the rest hardly did",
			},
		},
		"everything grows": {
			after: func(v *registryv1.Version) {
				for _, a := range v.GetAssets() {
					a.SizeBytes *= 2
				}
				v.Assets = v.GetAssets()[:1]
			},
			want: []string{"changed size  | +100 %, 40 MB -> 80 MB ! it grew by more than half", "changed size darwin-amd64 | +100 %, 40 MB -> 80 MB"},
		},
		"packed in another way": {
			after: func(v *registryv1.Version) {
				v.Assets[2].GetFacts().Container = "executable"
				v.Assets[2].SizeBytes = 120 * mb
			},
			want: []string{"changed size  | +37 %, 210 MB -> 288 MB", "changed size linux-amd64 | +186 %, 42 MB -> 120 MB, tar.gz -> executable"},
		},
		"go and modules": {
			after: func(v *registryv1.Version) {
				for _, a := range v.GetAssets() {
					a.GetFacts().GoVersion = "go1.26.8"
					a.GetFacts().Dependencies = []*registryv1.Module{{Path: "github.com/conductorone/baton-sdk", Version: "v0.9.4"}, {Path: "golang.org/x/time", Version: "v0.15.0"}}
				}
			},
			want: []string{
				"changed go  | go1.26.6 -> go1.26.8", "added module golang.org/x/time | v0.15.0", "removed module golang.org/x/sync | v0.17.0",
				"changed module github.com/conductorone/baton-sdk | v0.9.3 -> v0.9.4",
			},
		},
		"older go, older module, another main module": {
			after: func(v *registryv1.Version) {
				for _, a := range v.GetAssets() {
					a.GetFacts().GoVersion, a.GetFacts().Module = "go1.26.5", "example.org/other/baton-sample"
					a.GetFacts().Dependencies[0].Version = "v0.8.10"
				}
			},
			want: []string{
				"changed go  | go1.26.6 -> go1.26.5 ! an older Go than before",
				"changed module the connector itself | example.org/acme/baton-sample -> example.org/other/baton-sample ! it is built from another module",
				"changed module github.com/conductorone/baton-sdk | v0.9.3 -> v0.8.10 ! older than before", "same module 1 other | unchanged",
			},
		},
		"modules that one platform has alone": {
			after: func(v *registryv1.Version) {
				f := v.GetAssets()[4].GetFacts()
				f.Dependencies = append(f.Dependencies, &registryv1.Module{Path: "golang.org/x/sys", Version: "v0.40.0"})
				f.GoVersion = "go1.26.8"
			},
			want: []string{"changed go  | go1.26.6 -> go1.26.6 and go1.26.8", "added module golang.org/x/sys | v0.40.0", "same module 2 others | unchanged"},
		},
		"another key": {
			after: signedBy(keyed("release-2027", "8899aabbccddeeff")),
			want:  []string{"changed signer  | release-2026 (0011 2233 4455 6677) -> release-2027 (8899 aabb ccdd eeff) ! somebody else signed than before"},
		},
		"the same key under another name": {
			after: signedBy(keyed("release", "0011223344556677")),
			want:  nil,
		},
		"the same workflow at its own tags": {
			before: signedBy(keyless("https://example.org/acme/baton-sample/release.yaml@refs/tags/v1.0.0", "refs/tags/v1.0.0")),
			after:  signedBy(keyless("https://example.org/acme/baton-sample/release.yaml@refs/tags/v1.1.0", "refs/tags/v1.1.0")),
			want:   nil,
		},
		"the same workflow on a branch": {
			before: signedBy(keyless("https://example.org/flows/release.yaml@refs/tags/v4", "refs/tags/v1.0.0")),
			after:  signedBy(keyless("https://example.org/flows/release.yaml@refs/tags/v4", "refs/heads/main")),
			want: []string{"changed signer  | example.org/flows/release.yaml@v4 -> example.org/flows/release.yaml@v4 " +
				"for refs/heads/main ! somebody else signed than before"},
		},
		"no signature any more": {
			after: func(v *registryv1.Version) {
				v.Summary.Verdict = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
				signedBy(&registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED})(v)
			},
			want: []string{
				"removed signer release-2026 (0011 2233 4455 6677) |  ! no good signature any more",
				"changed verdict  | VERIFIED -> UNSIGNED ! the signature was worth more before",
			},
		},
		"a claim is no signer": {
			after: func(v *registryv1.Version) {
				v.Summary.Verdict, v.Summary.VerdictReason = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, "DIGEST_MISMATCH"
				claimed := keyed("release-2026", "0011223344556677")
				claimed.Status = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
				signedBy(claimed)(v)
			},
			want: []string{
				"removed signer release-2026 (0011 2233 4455 6677) |  ! no good signature any more",
				"changed verdict  | VERIFIED -> DIGEST MISMATCH ! the signature was worth more before",
			},
		},
		"a first signature": {
			before: func(v *registryv1.Version) {
				v.Summary.Verdict = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
				signedBy(nil)(v)
			},
			want: []string{"added signer release-2026 (0011 2233 4455 6677) | there was no good signature before", "changed verdict  | UNSIGNED -> VERIFIED"},
		},
		"a second signer": {
			after: func(v *registryv1.Version) { v.GetAssets()[0].Verdict = keyed("other", "ffeeddccbbaa9988") },
			want:  []string{"added signer other (ffee ddcc bbaa 9988) |  ! one signer more than before"},
		},
		"another license": {
			after: func(v *registryv1.Version) { v.License = "BUSL-1.1" },
			want:  []string{"changed license  | Apache-2.0 -> BUSL-1.1 ! what one may do with it is another thing now"},
		},
		"no license": {
			after: func(v *registryv1.Version) { v.License = "" },
			want:  []string{"removed license Apache-2.0 |  ! it names no license any more"},
		},
		"a license": {
			before: func(v *registryv1.Version) { v.License = "" },
			want:   []string{"added license Apache-2.0 | v1.0.0 named none"},
		},
		"lines of the README": {
			after: func(v *registryv1.Version) {
				v.Documentation = strings.Replace(v.GetDocumentation(), "baton-sample --file x", "baton-sample --file y\nbaton-sample --help", 1)
			},
			want: []string{"changed readme  | 2 lines added, 1 removed in Usage, permissions unchanged"},
		},
		"permissions in the README": {
			after: func(v *registryv1.Version) {
				v.Documentation = strings.Replace(v.GetDocumentation(), "directory.read", "directory.manage", 1)
			},
			want: []string{"changed readme  | 1 line changed in Permissions ! what it says about permissions changed"},
		},
		"a section of the README goes": {
			after: func(v *registryv1.Version) {
				v.Documentation = v.GetDocumentation()[:strings.Index(v.GetDocumentation(), "## Permissions")]
			},
			want: []string{"changed readme  | 2 lines removed in Permissions ! what it says about permissions changed"},
		},
		"no README": {
			after: func(v *registryv1.Version) { v.Documentation = " \n" },
			want:  []string{"removed readme  | v1.1.0 has no README ! nothing says any more how to use it"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := diff.Compare(version(t, "v1.0.0", c.before), version(t, "v1.1.0", c.after))
			about := map[diff.Subject]bool{}
			for _, each := range r.Changes {
				if each.Kind != diff.Same {
					about[each.Subject] = true
				}
			}
			var got []diff.Change
			for _, each := range r.Changes {
				if about[each.Subject] {
					got = append(got, each)
				}
			}
			assert.Equal(t, c.want, lines(got))
		})
	}
}

// whole adds what the connector as a whole can do.
func whole(v *registryv1.Version, constants ...string) string {
	list, _ := json.Marshal(constants)
	return strings.TrimSuffix(v.GetCapabilities(), "}") + `,"connectorCapabilities":` + string(list) + "}"
}

// What one side lacks is said, and never taken for a change.
func TestWhatCannotBeCompared(t *testing.T) {
	t.Parallel()
	bare := &registryv1.Version{Summary: &registryv1.VersionSummary{Ref: &registryv1.VersionRef{Version: "v0.1.0"}, Platforms: registryv1.Platforms()}}
	full := version(t, "v0.2.0", nil)
	t.Run("the older one", func(t *testing.T) {
		t.Parallel()
		r := diff.Compare(bare, full)
		assert.Equal(t, []string{
			"unknown resource  | v0.1.0 has no capabilities document",
			"unknown config  | v0.1.0 has no config schema",
			"same platform all 5 | unchanged",
			"unknown size  | v0.1.0 has no release files",
			"unknown go  | v0.1.0 has no record of what its executables were built with",
			"unknown signer  | the signatures of v0.1.0 were not checked",
			"added license Apache-2.0 | v0.1.0 named none",
			"added readme  | v0.1.0 has no README",
		}, lines(r.Changes))
		assert.Zero(t, r.Thoughts())
		assert.Equal(t, "same platforms", r.Unchanged())
	})
	t.Run("the newer one", func(t *testing.T) {
		t.Parallel()
		r := diff.Compare(full, bare)
		assert.Contains(t, lines(r.Changes), "unknown resource  | v0.1.0 has no capabilities document ! what it can do is not stated any more")
		assert.Contains(t, lines(r.Changes), "unknown signer  | the signatures of v0.1.0 are not checked yet")
		assert.Equal(t, 4, r.Thoughts())
	})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		r := diff.Compare(bare, bare)
		assert.Contains(t, lines(r.Changes), "unknown config  | neither version has a config schema")
		assert.Contains(t, lines(r.Changes), "unknown license  | neither version names a license")
		assert.Empty(t, r.Different())
	})
	t.Run("nothing at all", func(t *testing.T) {
		t.Parallel()
		assert.Empty(t, diff.Compare(nil, nil).Different())
	})
	t.Run("documents that cannot be read", func(t *testing.T) {
		t.Parallel()
		broken := version(t, "v0.3.0", func(v *registryv1.Version) {
			v.Capabilities, v.ConfigSchema = "{", `{"fields":[]} and more`
		})
		got := lines(diff.Compare(full, broken).Changes)
		assert.Contains(t, got, "unknown resource  | the capabilities document of v0.3.0 cannot be read: it is not JSON of the expected form ! nobody can tell from it what changed")
		assert.Contains(t, got, "unknown config  | the config schema of v0.3.0 cannot be read: it is not JSON of the expected form ! nobody can tell from it what changed")
		huge := version(t, "v0.4.0", func(v *registryv1.Version) { v.Capabilities = `{"x":"` + strings.Repeat("x", 3<<20) + `"}` })
		assert.Contains(t, lines(diff.Compare(huge, full).Changes), "unknown resource  | the capabilities document of v0.4.0 cannot be read: it is too large")
	})
}

// What is brief begins with what deserves a thought, has one line for all
// modules, and none for what is the same.
func TestBrief(t *testing.T) {
	t.Parallel()
	after := version(t, "v1.1.0", func(v *registryv1.Version) {
		v.Capabilities = capabilities(t, map[string][]string{
			"user": {"CAPABILITY_SYNC"}, "group": {"CAPABILITY_SYNC", "CAPABILITY_PROVISION"}, "role": {"CAPABILITY_SYNC"}, "device": {"CAPABILITY_SYNC"},
		}, "directory.read", "devices.read")
		v.ConfigSchema = ""
		for _, a := range v.GetAssets() {
			a.SizeBytes += mb
			a.GetFacts().Dependencies[0].Version = "v0.9.4"
			a.GetFacts().Dependencies[1].Version = "v0.18.0"
		}
	})
	r := diff.Compare(version(t, "v1.0.0", nil), after)
	assert.Equal(t, []string{
		"added permission devices.read | asked by device, group, role and user ! the account needs it before the update",
		"unknown config  | v1.1.0 has no config schema ! what it must be told is not stated any more",
		"added resource device | sync",
		"changed size  | +2.4 %, 210 MB -> 215 MB",
		"changed module 2 changed | baton-sdk v0.9.3 -> v0.9.4",
	}, lines(r.Brief()))
}

// The same versions give the same report each time, however maps are walked.
func TestReportsAreDeterministic(t *testing.T) {
	t.Parallel()
	from, to := real(t, "v0.5.25", 0), real(t, "v0.5.26", 3)
	want := diff.Compare(from, to)
	for range 50 {
		require.Equal(t, want, diff.Compare(from, to))
	}
}

// Whatever stands in the documents, a report is clean and each text is one line.
func TestHostileTexts(t *testing.T) {
	t.Parallel()
	nasty := "\x1b]0;owned\x07\u202eturned\nnext " + strings.Repeat("long ", 200)
	escaped, err := json.Marshal(nasty)
	require.NoError(t, err)
	v := version(t, "v1.1.0", func(v *registryv1.Version) {
		v.Capabilities = `{"resourceTypeCapabilities":[{"resourceType":{"id":` + string(escaped) + `,"displayName":` + string(escaped) + `},"capabilities":[` + string(escaped) +
			`],"permissions":{"permissions":[{"permission":` + string(escaped) + `}]}}]}`
		v.ConfigSchema = `{"fields":[{"name":` + string(escaped) + `,"stringField":{"defaultValue":` + string(escaped) + `}}]}`
		v.License, v.Documentation = nasty, "# "+nasty+"\n"+nasty
		v.GetAssets()[0].Verdict = keyed(nasty, nasty)
		v.GetAssets()[0].GetFacts().Module, v.GetAssets()[0].GetFacts().GoVersion, v.GetAssets()[0].GetFacts().Container = nasty, nasty, nasty
	})
	r := diff.Compare(version(t, "v1.0.0", nil), v)
	assert.NotEmpty(t, r.Different())
	isClean(t, r)
}

// isClean checks every text of a report.
func isClean(tb testing.TB, r diff.Report) {
	tb.Helper()
	for _, c := range r.Changes {
		for _, text := range []string{c.Name, c.Detail, c.Thought} {
			require.Equal(tb, clean.Line(text, 0), text)
		}
	}
}

// FuzzCompare reads whatever documents there may be.
func FuzzCompare(f *testing.F) {
	f.Add(`{"resourceTypeCapabilities":[{"resourceType":{"id":"user"},"capabilities":["CAPABILITY_SYNC"]}]}`, `{"fields":[{"name":"a","intField":{"defaultValue":1}}]}`, "# A\n\n## Permissions\nx")
	f.Add(`{"connectorCapabilities":["CAPABILITY_SYNC",1],"resourceTypeCapabilities":[1,{"resourceType":[]}]}`, `{"fields":[1]}`, "```\n# no\n")
	f.Add("\xef\xbb\xbf{}", `{"fields":[{"name":"\u001b[2J","Field":null,"xField":[]}]}`, "#\n##### \n")
	f.Fuzz(func(t *testing.T, capabilities, config, readme string) {
		from := version(t, "v1.0.0", nil)
		to := version(t, "v1.1.0", func(v *registryv1.Version) {
			v.Capabilities, v.ConfigSchema, v.Documentation = capabilities, config, readme
		})
		r := diff.Compare(from, to)
		isClean(t, r)
		isClean(t, diff.Compare(to, from))
		require.Equal(t, r, diff.Compare(from, to))
		require.Empty(t, diff.Compare(to, to).Different(), "a version differs in nothing from itself")
	})
}

// real is a version as large as the largest connectors are: 15 resource types,
// 60 fields, 150 modules in five files and a README of 600 lines. Every n-th of
// them is another one.
func real(tb testing.TB, number string, n int) *registryv1.Version {
	tb.Helper()
	other := func(i int) string {
		if n > 0 && i%n == 0 {
			return "x" + strconv.Itoa(i)
		}
		return strconv.Itoa(i)
	}
	return version(tb, number, func(v *registryv1.Version) {
		types := map[string][]string{}
		for i := range 15 {
			types["type-"+other(i)] = []string{"CAPABILITY_SYNC", "CAPABILITY_PROVISION", "CAPABILITY_" + strconv.Itoa(i%3)}
		}
		v.Capabilities = capabilities(tb, types, "a.read", "a.manage", "b."+other(0))
		var fields []any
		for i := range 60 {
			fields = append(fields, map[string]any{
				"name": "field-" + other(i), "description": strings.Repeat("what it is for ", 6), "isRequired": i%7 == 0,
				"stringField": map[string]any{"defaultValue": other(2 * i)},
			})
		}
		schema, err := json.Marshal(map[string]any{"fields": fields})
		require.NoError(tb, err)
		v.ConfigSchema = string(schema)
		var readme strings.Builder
		for i := range 600 {
			if i%30 == 0 {
				readme.WriteString("## Section " + strconv.Itoa(i) + "\n")
			}
			readme.WriteString("Line " + other(i) + " of a text that people read.\n")
		}
		v.Documentation = readme.String()
		for _, a := range v.GetAssets() {
			a.GetFacts().Dependencies = nil
			for i := range 150 {
				a.Facts.Dependencies = append(a.Facts.Dependencies, &registryv1.Module{Path: "example.org/module/" + strconv.Itoa(i), Version: "v0." + strings.TrimPrefix(other(i), "x") + ".0"})
			}
		}
	})
}

func BenchmarkCompare(b *testing.B) {
	from, to := real(b, "v0.5.25", 0), real(b, "v0.5.26", 3)
	b.ReportAllocs()
	for b.Loop() {
		if len(diff.Compare(from, to).Changes) == 0 {
			b.Fatal("nothing changed")
		}
	}
}
