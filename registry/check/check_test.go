package check_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
)

// run checks a release as the registry does.
func run(t *testing.T, r *release, raised ...string) check.Outcome {
	t.Helper()
	checks, unknown := check.Raise(check.All(), raised)
	require.Empty(t, unknown)
	out, err := check.Run(t.Context(), checks, r.subject())
	require.NoError(t, err)
	wellFormed(t, out)
	return out
}

// wellFormed asserts what every outcome promises.
func wellFormed(t *testing.T, out check.Outcome) {
	t.Helper()
	seen := map[string]bool{}
	failed := false
	for _, f := range out.Findings {
		key := fmt.Sprint(f.Check, f.AssetID, f.Platform)
		assert.False(t, seen[key], "%s is found twice", key)
		seen[key] = true
		assert.NotEmpty(t, f.Detail, key)
		assert.NotZero(t, f.Result, key)
		isFail := f.Result == registryv1.CheckResult_CHECK_RESULT_FAIL
		assert.Equal(t, isFail, f.Reason != 0, "a FAIL has a reason, nothing else has: %+v", f)
		if isFail || f.Result == registryv1.CheckResult_CHECK_RESULT_WARN {
			assert.True(t, strings.HasSuffix(f.Detail, "."), "%q is a sentence", f.Detail)
			assert.NotContains(t, strings.ToLower(f.Detail+f.Fix), "please")
		}
		failed = failed || isFail && f.Required
	}
	assert.Equal(t, failed, out.Failed)
}

// oddities are the findings that are no PASS, one a line. That files have no
// signature is nothing odd.
func oddities(out check.Outcome) []string {
	var lines []string
	for _, f := range out.Findings {
		unsigned := f.Check == check.Signatures && f.Result == registryv1.CheckResult_CHECK_RESULT_SKIPPED && f.Verdict != nil
		if f.Result == registryv1.CheckResult_CHECK_RESULT_PASS || unsigned {
			continue
		}
		line := f.Check + " " + registryv1.Short(f.Result)
		if f.Platform != 0 {
			line += " " + f.Platform.Slug()
		}
		if f.Reason != 0 {
			line += " " + registryv1.Short(f.Reason)
		}
		lines = append(lines, line)
	}
	return lines
}

// detail is what a check says about a platform.
func detail(t *testing.T, out check.Outcome, name string, p registryv1.Platform) string {
	t.Helper()
	i := slices.IndexFunc(out.Findings, func(f check.Finding) bool { return f.Check == name && f.Platform == p })
	require.GreaterOrEqual(t, i, 0, "%s has nothing about %q", name, p.Slug())
	return out.Findings[i].Detail
}

func TestAGoodReleasePasses(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, registryv1.Platforms()...)
	r.file(linuxAMD64).hold(pressed(t, gzip.BestSpeed, item{name: "baton-sample", data: program(t, linuxAMD64)}))
	r.resum()
	out := run(t, r)
	assert.Empty(t, oddities(out))
	assert.False(t, out.Failed)
	assert.Equal(t, "ELF 64-bit x86-64", detail(t, out, check.PlatformMatch, linuxAMD64))
	assert.Equal(t, "baton-sample.exe", detail(t, out, check.Executable, windowsAMD64))
	assert.Contains(t, detail(t, out, check.Module, darwinARM64), "github.com/acme/baton-sample, go1.")

	require.Len(t, out.Facts, 5, "one for each file that people run")
	facts := out.Facts[artifact.Digest(r.file(linuxARM64).meta.GetSha256())]
	require.NotNil(t, facts.Executable)
	assert.Equal(t, artifact.LinuxARM64, facts.Executable.Platform)

	names := []string{}
	for _, f := range out.Findings {
		if len(names) == 0 || names[len(names)-1] != f.Check {
			names = append(names, f.Check)
		}
	}
	want := []string{}
	for _, c := range check.All() {
		want = append(want, c.Name)
	}
	assert.Equal(t, want, names, "each check says something, in the order of All")
}

func TestWhatIsWrongIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		// platforms of the release; nil means linux-amd64 alone.
		platforms []registryv1.Platform
		spoil     func(t *testing.T, r *release)
		want      []string
		// says is part of a detail, by check; about linux-amd64.
		says map[string]string
	}{
		{
			name:      "arm64 and amd64 swapped",
			platforms: []registryv1.Platform{linuxAMD64, linuxARM64},
			spoil: func(_ *testing.T, r *release) {
				amd, arm := r.file(linuxAMD64).bytes, r.file(linuxARM64).bytes
				r.file(linuxAMD64).hold(arm)
				r.file(linuxARM64).hold(amd)
				r.resum()
			},
			want: []string{
				"platform-match FAIL linux-amd64 PLATFORM_BINARY_MISMATCH",
				"platform-match FAIL linux-arm64 PLATFORM_BINARY_MISMATCH",
			},
			says: map[string]string{check.PlatformMatch: "claims linux-amd64, but the executable is made for linux-arm64"},
		},
		{
			name: "a Mach-O as linux",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t, item{name: "baton-sample", data: program(t, darwinAMD64)}))
				r.resum()
			},
			want: []string{"platform-match FAIL linux-amd64 PLATFORM_BINARY_MISMATCH"},
			says: map[string]string{check.PlatformMatch: "Mach-O"},
		},
		{
			name: "a bare executable under the name of an archive",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(program(t, linuxAMD64))
				r.resum()
			},
			want: []string{"label WARN linux-amd64"},
			says: map[string]string{
				check.Label:         "The file is a bare executable, but its name says tar.gz, its media type says tar.gz and its kind says archive.",
				check.ArchiveSafety: "bare executable, nothing to unpack",
			},
		},
		{
			name: "a zip under the name of a tar.gz",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(zipFile(t, item{name: "baton-sample", data: program(t, linuxAMD64)}))
				r.resum()
			},
			want: []string{"label WARN linux-amd64"},
		},
		{
			name: "an archive that leads out of its folder",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t,
					item{name: "../../etc/cron.d/x", data: []byte("x")}, item{name: "baton-sample", data: program(t, linuxAMD64)}))
				r.resum()
			},
			want: []string{"archive-safety FAIL linux-amd64 ARCHIVE_UNSAFE"},
			says: map[string]string{check.ArchiveSafety: "../../etc/cron.d/x"},
		},
		{
			name: "an archive with a link, a device and a file twice",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t,
					item{name: "link", link: "/etc/passwd", kind: tar.TypeSymlink},
					item{name: "null", kind: tar.TypeChar},
					item{name: "README", data: []byte("a")}, item{name: "README", data: []byte("b")},
					item{name: "baton-sample", data: program(t, linuxAMD64)}))
				r.resum()
			},
			want: []string{"archive-safety FAIL linux-amd64 ARCHIVE_UNSAFE"},
			says: map[string]string{check.ArchiveSafety: `"null": it is a device`},
		},
		{
			name: "a bomb",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.limits.MaxUnpacked = 1 << 20
				r.file(linuxAMD64).hold(pressed(t, gzip.BestSpeed, item{name: "zeros", data: make([]byte, 8<<20)}))
				r.resum()
			},
			want: []string{
				"archive-safety FAIL linux-amd64 ARCHIVE_UNSAFE",
				"executable SKIPPED linux-amd64", "platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64",
			},
		},
		{
			name: "a truncated archive",
			spoil: func(_ *testing.T, r *release) {
				content := r.file(linuxAMD64).bytes
				r.file(linuxAMD64).hold(content[:len(content)/2])
				r.resum()
			},
			want: []string{
				"archive-safety FAIL linux-amd64 ARCHIVE_UNSAFE",
				"executable SKIPPED linux-amd64", "platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64",
			},
		},
		{
			name: "a truncated bare executable",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				content := program(t, linuxAMD64)
				r.file(linuxAMD64).hold(content[:len(content)/2])
				r.resum()
			},
			want: []string{"executable FAIL linux-amd64 CHECK_FAILED", "module SKIPPED linux-amd64", "label WARN linux-amd64"},
		},
		{
			name: "an empty file",
			spoil: func(_ *testing.T, r *release) {
				r.file(linuxAMD64).hold(nil)
				r.resum()
			},
			want: []string{
				"archive-safety FAIL linux-amd64 CHECK_FAILED",
				"executable SKIPPED linux-amd64", "platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64", "label SKIPPED linux-amd64",
			},
			says: map[string]string{check.ArchiveSafety: "The file is empty."},
		},
		{
			name: "a text instead of a file",
			spoil: func(_ *testing.T, r *release) {
				r.file(linuxAMD64).hold([]byte("404: Not Found\n"))
				r.resum()
			},
			want: []string{
				"archive-safety FAIL linux-amd64 CHECK_FAILED",
				"executable SKIPPED linux-amd64", "platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64", "label SKIPPED linux-amd64",
			},
			says: map[string]string{check.ArchiveSafety: "It is text"},
		},
		{
			name: "an archive without an executable",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t, item{name: "README.md", data: []byte("hello")}))
				r.resum()
			},
			want: []string{
				"executable FAIL linux-amd64 CHECK_FAILED", "platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64",
			},
		},
		{
			name: "an archive with two executables",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t,
					item{name: "baton-sample", data: program(t, linuxAMD64)}, item{name: "other", data: program(t, linuxAMD64)}))
				r.resum()
			},
			want: []string{"executable FAIL linux-amd64 CHECK_FAILED"},
			says: map[string]string{check.Executable: `"other"`},
		},
		{
			name:      "an executable and a module of another name",
			platforms: []registryv1.Platform{linuxAMD64, linuxARM64},
			spoil: func(_ *testing.T, r *release) {
				r.version.Summary.Ref.Name = "baton-other"
			},
			want: []string{
				"executable WARN linux-amd64", "executable WARN linux-arm64", "module WARN linux-amd64", "module WARN linux-arm64",
			},
			says: map[string]string{check.Module: "github.com/acme/baton-sample"},
		},
		{
			name:  "a name without baton-",
			spoil: func(_ *testing.T, r *release) { r.version.Summary.Ref.Name = "sample" },
		},
		{
			name: "bytes changed after they were received",
			spoil: func(_ *testing.T, r *release) {
				f := r.file(linuxAMD64)
				f.bytes = bytes.Clone(f.bytes)
				f.bytes[100] ^= 1
			},
			want: []string{
				"integrity FAIL linux-amd64 DIGEST_MISMATCH", "archive-safety SKIPPED linux-amd64", "executable SKIPPED linux-amd64",
				"platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64", "label SKIPPED linux-amd64",
			},
		},
		{
			name: "bytes cut off after they were received",
			spoil: func(_ *testing.T, r *release) {
				f := r.file(linuxAMD64)
				f.bytes = f.bytes[:1000]
			},
			want: []string{
				"integrity FAIL linux-amd64 SIZE_MISMATCH", "archive-safety SKIPPED linux-amd64", "executable SKIPPED linux-amd64",
				"platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64", "label SKIPPED linux-amd64",
			},
		},
		{
			name: "bytes that are gone",
			spoil: func(_ *testing.T, r *release) {
				r.file(linuxAMD64).openErr = fmt.Errorf("opening: %w", fs.ErrNotExist)
			},
			want: []string{
				"integrity FAIL linux-amd64 ASSET_MISSING", "archive-safety SKIPPED linux-amd64", "executable SKIPPED linux-amd64",
				"platform-match SKIPPED linux-amd64", "module SKIPPED linux-amd64", "signatures SKIPPED linux-amd64", "label SKIPPED linux-amd64",
			},
		},
		{
			name: "two declared platforms without a file",
			spoil: func(_ *testing.T, r *release) {
				r.version.Summary.Platforms = []registryv1.Platform{darwinARM64, linuxAMD64, windowsAMD64}
			},
			want: []string{"platforms FAIL darwin-arm64 PLATFORM_MISSING", "platforms FAIL windows-amd64 PLATFORM_MISSING"},
		},
		{
			name: "no platform declared",
			spoil: func(_ *testing.T, r *release) {
				r.version.Summary.Platforms = nil
			},
			want: []string{"platforms FAIL PLATFORM_MISSING"},
		},
		{
			name:      "a platform that has an installer only",
			platforms: []registryv1.Platform{linuxAMD64, linuxARM64},
			spoil: func(_ *testing.T, r *release) {
				r.file(linuxARM64).meta.Kind = registryv1.AssetKind_ASSET_KIND_INSTALLER
			},
			want: []string{"platforms FAIL linux-arm64 PLATFORM_MISSING"},
		},
		{
			name:      "one file for both darwin platforms that is not universal",
			platforms: []registryv1.Platform{darwinAMD64},
			spoil: func(_ *testing.T, r *release) {
				r.version.Summary.Platforms = []registryv1.Platform{darwinAMD64, darwinARM64}
				r.file(darwinAMD64).meta.Platform = registryv1.Platform_PLATFORM_DARWIN_UNIVERSAL
			},
			want: []string{"platform-match FAIL darwin-universal PLATFORM_BINARY_MISMATCH"},
		},
		{
			name: "a checksum file of another build",
			spoil: func(t *testing.T, r *release) {
				t.Helper()
				r.file(linuxAMD64).hold(tarGz(t, item{name: "baton-sample", data: program(t, linuxAMD64)}, item{name: "LICENSE", data: []byte("x")}))
			},
			want: []string{"checksums FAIL CHECKSUM_MISMATCH"},
		},
		{
			name:  "a checksum file that is none",
			spoil: func(_ *testing.T, r *release) { r.checksum().hold([]byte("<html>")) },
			want:  []string{"checksums FAIL CHECKSUM_MISMATCH"},
		},
		{
			name:  "a checksum file that never ends",
			spoil: func(_ *testing.T, r *release) { r.checksum().hold(bytes.Repeat([]byte("# \n"), 1<<20)) },
			want:  []string{"checksums FAIL CHECKSUM_MISMATCH"},
		},
		{
			name: "a checksum file that contradicts itself",
			spoil: func(_ *testing.T, r *release) {
				r.checksum().hold(fmt.Appendf(r.sums(), "%064x  %s\n", 1, fileName(linuxAMD64, "tar.gz")))
			},
			want: []string{"checksums FAIL CHECKSUM_MISMATCH"},
		},
		{
			name: "a checksum file that names more files, and signs them as binary",
			spoil: func(_ *testing.T, r *release) {
				r.checksum().hold(fmt.Appendf(bytes.ReplaceAll(r.sums(), []byte("  "), []byte(" *")), "%064x  other.txt\n", 1))
			},
		},
		{
			name:      "a checksum file without one of the files",
			platforms: []registryv1.Platform{linuxAMD64, linuxARM64},
			spoil: func(_ *testing.T, r *release) {
				_, rest, _ := bytes.Cut(r.sums(), []byte("\n"))
				r.checksum().hold(rest)
			},
			want: []string{"checksums WARN"},
		},
		{
			name:  "a checksum file of other files",
			spoil: func(_ *testing.T, r *release) { r.checksum().hold(fmt.Appendf(nil, "%064x  other.txt\n", 1)) },
			want:  []string{"checksums WARN"},
		},
		{
			name: "no checksum file",
			spoil: func(_ *testing.T, r *release) {
				checksum := r.checksum()
				r.files = slices.DeleteFunc(r.files, func(f *stored) bool { return f == checksum })
			},
			want: []string{"checksums SKIPPED"},
		},
		{
			name:      "checksums by platform, under the name that the file had where it was built",
			platforms: []registryv1.Platform{linuxAMD64, linuxARM64},
			spoil: func(_ *testing.T, r *release) {
				f := r.checksum()
				f.meta.Platform = linuxAMD64
				f.hold(fmt.Appendf(nil, "%x  baton-sample\n", r.files[0].meta.GetSha256()))
				wrong := r.add(linuxARM64, registryv1.AssetKind_ASSET_KIND_CHECKSUM, "arm64.sha256", "text/plain", nil)
				wrong.hold(fmt.Appendf(nil, "%x  baton-sample\n", r.files[0].meta.GetSha256()))
			},
			want: []string{"checksums FAIL linux-arm64 CHECKSUM_MISMATCH"},
			says: map[string]string{check.Checksums: "agrees with 1 file"},
		},
		{
			name:  "no capabilities",
			spoil: func(_ *testing.T, r *release) { r.version.Capabilities = "" },
			want:  []string{"capabilities WARN"},
		},
		{
			name: "an unknown capability",
			spoil: func(_ *testing.T, r *release) {
				r.version.Capabilities = syncs(`"CAPABILITY_SYNC","CAPABILITY_TELEPATHY"`)
			},
			want: []string{"capabilities WARN"},
		},
		{
			name:  "no license",
			spoil: func(_ *testing.T, r *release) { r.version.License = " " },
			want:  []string{"license WARN"},
		},
		{
			name:  "a number below the latest",
			spoil: func(_ *testing.T, r *release) { r.latest = "v1.1.1" },
			want:  []string{"order WARN"},
		},
		{
			name:  "a pre-release of the latest",
			spoil: func(_ *testing.T, r *release) { r.version.Summary.Ref.Version, r.latest = "v1.1.0-rc.2", "v1.1.0" },
			want:  []string{"order WARN"},
		},
		{
			name:  "the first version",
			spoil: func(_ *testing.T, r *release) { r.latest = "" },
		},
		{
			name: "texts that are too long, or control the terminal",
			spoil: func(_ *testing.T, r *release) {
				r.version.Changelog = strings.Repeat("ä", 10_001)
				r.version.Description = "a\x1b[2Jb"
				r.version.Documentation = strings.Repeat("x", check.DefaultDocumentBytes+1)
			},
			want: []string{"texts FAIL TEXT_INVALID"},
		},
		{
			name: "texts at their limits",
			spoil: func(_ *testing.T, r *release) {
				r.version.Changelog = strings.Repeat("ä", 10_000)
				r.version.Description = strings.Repeat("日", 2000)
				r.version.Documentation = strings.Repeat("x\n", check.DefaultDocumentBytes/2)
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if test.platforms == nil {
				test.platforms = []registryv1.Platform{linuxAMD64}
			}
			r := goodRelease(t, test.platforms...)
			test.spoil(t, r)
			out := run(t, r)
			assert.Equal(t, test.want, oddities(out), "%+v", out.Findings)
			for name, part := range test.says {
				assert.Contains(t, detail(t, out, name, linuxAMD64), part)
			}
			assert.Equal(t, slices.ContainsFunc(test.want, func(line string) bool { return strings.Contains(line, " FAIL") }), out.Failed)
		})
	}
}

// syncs is a capabilities file with one resource type.
func syncs(capabilities string) string {
	return `{"resourceTypeCapabilities":[{"resourceType":{"id":"user"},"capabilities":[` + capabilities + `]}]}`
}

func TestBadCapabilitiesAreAFailThatOnlyPolicyActsOn(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"not JSON": "{", "syncs nothing": syncs(`"CAPABILITY_PROVISION"`), "empty": "{}"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := goodRelease(t, linuxAMD64)
			r.version.Capabilities = text
			out := run(t, r)
			assert.Equal(t, []string{"capabilities FAIL CAPABILITIES_INVALID"}, oddities(out))
			assert.False(t, out.Failed)
			assert.True(t, run(t, r, check.Capabilities).Failed)
			r.version.Capabilities = ""
			assert.Equal(t, []string{"capabilities FAIL CAPABILITIES_INVALID"}, oddities(run(t, r, check.Capabilities)), "absent, and required")
		})
	}
}

func TestEveryFaultOfTheTextsIsSaid(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, linuxAMD64)
	r.version.Changelog = strings.Repeat("ä", 10_001)
	r.version.Description = "a\x1b[2Jb"
	r.version.ConfigSchema = "{}\x00"
	text := detail(t, run(t, r), check.Texts, 0)
	assert.Equal(t, "The description holds the control character U+001B at byte 1. "+
		"The changelog has 10001 characters, more than 10000. The config schema holds the control character U+0000 at byte 2.", text)
}

func TestPolicyRaisesChecks(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, linuxAMD64)
	r.version.License = ""
	r.latest = "v2.0.0"
	assert.False(t, run(t, r).Failed)

	out := run(t, r, check.License)
	assert.True(t, out.Failed)
	assert.Equal(t, []string{"license FAIL LICENSE_MISSING", "order WARN"}, oddities(out))
	assert.Equal(t, "The version names no license. The org's policy requires this check.", detail(t, out, check.License, 0))

	assert.Equal(t, []string{"license FAIL LICENSE_MISSING", "order FAIL CHECK_FAILED"}, oddities(run(t, r, check.Order, check.License)))
	assert.Equal(t, "license WARN", oddities(run(t, r))[0], "raising leaves the list of all checks alone")

	_, unknown := check.Raise(check.All(), []string{"license", "spelling", "beauty"})
	assert.Equal(t, []string{"spelling", "beauty"}, unknown)
}

func TestFilesElsewhereAreNotJudged(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, linuxAMD64, windowsAMD64)
	f := r.file(windowsAMD64)
	f.meta.Source, f.meta.Url, f.openErr = registryv1.AssetSource_ASSET_SOURCE_EXTERNAL, "https://example.org/x.zip", errors.New("must not be opened")
	out := run(t, r)
	assert.False(t, out.Failed)
	assert.Equal(t, []string{
		"integrity SKIPPED windows-amd64", "archive-safety SKIPPED windows-amd64", "executable SKIPPED windows-amd64",
		"platform-match SKIPPED windows-amd64", "module SKIPPED windows-amd64", "signatures SKIPPED windows-amd64", "label SKIPPED windows-amd64",
	}, oddities(out))
}

func TestAnErrorOfTheDiskIsNoFinding(t *testing.T) {
	t.Parallel()
	broken := errors.New("input/output error")
	for name, spoil := range map[string]func(f *stored){
		"opening": func(f *stored) { f.openErr = broken },
		"reading": func(f *stored) { f.readErr = broken },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := goodRelease(t, linuxAMD64)
			spoil(r.file(linuxAMD64))
			out, err := check.Run(t.Context(), check.All(), r.subject())
			require.ErrorIs(t, err, broken)
			require.ErrorContains(t, err, fileName(linuxAMD64, "tar.gz"))
			assert.Empty(t, out.Findings)
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := check.Run(ctx, check.All(), goodRelease(t, linuxAMD64).subject())
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestFilesAreReadAtMostTwice(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, linuxAMD64, windowsAMD64)
	run(t, r)
	for _, f := range r.files {
		// A zip's directory is read twice, once to find it.
		limit := 2*int64(len(f.bytes)) + 64<<10
		assert.LessOrEqual(t, f.read.Load(), limit, f.meta.GetFilename())
		assert.GreaterOrEqual(t, f.read.Load(), int64(len(f.bytes)), f.meta.GetFilename())
	}
}

func TestBytesThatWereHashedAreNotHashedAgain(t *testing.T) {
	t.Parallel()
	bare := func(proven bool) *stored {
		r := goodRelease(t, linuxAMD64)
		f := r.file(linuxAMD64)
		f.meta.Kind, f.proven = registryv1.AssetKind_ASSET_KIND_BINARY, proven
		f.hold(program(t, linuxAMD64))
		run(t, r)
		return f
	}
	first, again := bare(false), bare(true)
	assert.GreaterOrEqual(t, first.read.Load(), int64(len(first.bytes)))
	assert.Less(t, again.read.Load(), int64(len(again.bytes))/2, "only what an executable says about itself is read")
}

func TestTheSameSubjectGivesTheSameFindings(t *testing.T) {
	t.Parallel()
	r := goodRelease(t, linuxAMD64, linuxARM64, darwinARM64)
	r.file(linuxAMD64).hold([]byte("not an archive"))
	r.version.Summary.Ref.Name = "other"
	want := run(t, r)
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		subject := r.subject()
		random.Shuffle(len(subject.Assets), func(i, j int) {
			subject.Assets[i], subject.Assets[j] = subject.Assets[j], subject.Assets[i]
		})
		got, err := check.Run(t.Context(), check.All(), subject)
		require.NoError(t, err)
		assert.Equal(t, want, got, "whatever the order of the assets")
	}
}
