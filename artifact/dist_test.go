package artifact_test

import (
	"crypto/sha256"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

// project is a folder tree that a test makes: contents by path.
type project map[string][]byte

// write makes the tree and gives its root. Times are the same for all files.
func (p project) write(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	built := time.Date(2026, 8, 22, 11, 51, 0, 0, time.UTC)
	for name, data := range p {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, 0o600))
		require.NoError(t, os.Chtimes(path, built, built))
	}
	return root
}

// built is an entry of artifacts.json. The internal types are wrong on purpose.
type built struct {
	Name         string         `json:"name"`
	Path         string         `json:"path"`
	Goos         string         `json:"goos,omitempty"`
	Goarch       string         `json:"goarch,omitempty"`
	Goamd64      string         `json:"goamd64,omitempty"`
	InternalType int            `json:"internal_type"`
	Type         string         `json:"type"`
	Extra        map[string]any `json:"extra,omitempty"`
}

func artifactsJSON(t *testing.T, list ...built) []byte {
	t.Helper()
	for i := range list {
		list[i].InternalType = 99 - i
	}
	data, err := json.Marshal(list)
	require.NoError(t, err)
	return data
}

func discover(t *testing.T, s artifact.Search) artifact.Discovery {
	t.Helper()
	d, err := artifact.Discover(t.Context(), s)
	require.NoError(t, err)
	for _, w := range d.Warnings {
		assertPrintable(t, w.Detail)
	}
	return d
}

// found names the file of each platform, relative to root.
func found(t *testing.T, root string, d artifact.Discovery) map[artifact.Platform]string {
	t.Helper()
	out := map[artifact.Platform]string{}
	for _, p := range d.Platforms() {
		f, ok := d.For(p)
		require.True(t, ok)
		rel, err := filepath.Rel(root, f.Path)
		require.NoError(t, err)
		out[p] = filepath.ToSlash(rel)
	}
	return out
}

func warnings(f artifact.File) []artifact.WarningKind {
	var out []artifact.WarningKind
	for _, w := range f.Warnings {
		out = append(out, w.Kind)
	}
	return out
}

func sumLines(files map[string][]byte) []byte {
	var b strings.Builder
	for name, data := range files {
		b.WriteString(artifact.Digest(sha256.Sum256(data)).Hex() + "  " + name + "\n")
	}
	return []byte(b.String())
}

// Contents that are told apart by their first bytes.
var (
	elf = tinyELF(nil)
	gz  = []byte("\x1f\x8b\x08\x00 an archive")
	zp  = []byte("PK\x03\x04 an archive")
)

func TestAGoReleaserFolder(t *testing.T) {
	t.Parallel()
	archives := map[string][]byte{
		"baton-coupa-v0.1.10-darwin-amd64.zip": zp, "baton-coupa-v0.1.10-darwin-arm64.zip": append(zp, 2),
		"baton-coupa-v0.1.10-linux-amd64.tar.gz": gz, "baton-coupa-v0.1.10-linux-arm64.tar.gz": append(gz, 2),
	}
	tree := project{
		"dist/metadata.json":                                        []byte(`{"project_name":"baton-coupa","tag":"v0.1.10","version":"0.1.10"}`),
		"dist/baton-coupa_0.1.10_checksums.txt":                     sumLines(archives),
		"dist/baton-coupa_linux_amd64_v1/baton-coupa":               elf,
		"dist/baton-coupa_linux_arm64_v8.0/baton-coupa":             append(elf, 1),
		"dist/baton-coupa-v0.1.10-linux-amd64.tar.gz.sig":           []byte("sig"),
		"dist/baton-coupa-v0.1.10-linux-amd64.tar.gz.cert":          []byte("cert"),
		"dist/baton-coupa-v0.1.10-linux-amd64.tar.gz.sbom.json":     []byte("{}"),
		"dist/baton-coupa-v0.1.10-linux-amd64.tar.gz.sbom.json.sig": []byte("sig"),
		"dist/baton-coupa_0.1.10_checksums.txt.sigstore.json":       []byte("{}"),
		"dist/something-else.zip.asc":                               []byte("sig"),
		"dist/config.yaml":                                          []byte("project_name: baton-coupa"),
	}
	list := []built{{Name: "metadata.json", Path: "dist/metadata.json", Type: "Metadata"}}
	for name, data := range archives {
		tree["dist/"+name] = data
		goos, goarch, _ := strings.Cut(strings.TrimPrefix(strings.SplitN(name, ".", 4)[2], "10-"), "-")
		list = append(list, built{Name: name, Path: "dist/" + name, Goos: goos, Goarch: goarch, Type: "Archive"})
	}
	list = append(list,
		built{Name: "baton-coupa", Path: "dist/baton-coupa_linux_amd64_v1/baton-coupa", Goos: "linux", Goarch: "amd64", Goamd64: "v1", Type: "Binary"},
		built{Name: "baton-coupa_0.1.10_checksums.txt", Path: "dist/baton-coupa_0.1.10_checksums.txt", Type: "Checksum"},
		built{Name: "baton-coupa-v0.1.10-linux-amd64.tar.gz.sig", Path: "dist/baton-coupa-v0.1.10-linux-amd64.tar.gz.sig", Type: "Signature"},
		built{Name: "image", Path: "image", Goos: "linux", Goarch: "amd64", Type: "Docker Image"},
	)
	tree["dist/artifacts.json"] = artifactsJSON(t, list...)
	root := tree.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}, Root: root, Name: "baton-coupa", Version: artifact.MustNumber("v0.1.10")})

	assert.Equal(t, map[artifact.Platform]string{
		artifact.DarwinAMD64: "dist/baton-coupa-v0.1.10-darwin-amd64.zip",
		artifact.DarwinARM64: "dist/baton-coupa-v0.1.10-darwin-arm64.zip",
		artifact.LinuxAMD64:  "dist/baton-coupa-v0.1.10-linux-amd64.tar.gz",
		artifact.LinuxARM64:  "dist/baton-coupa-v0.1.10-linux-arm64.tar.gz",
	}, found(t, root, d))
	assert.Empty(t, d.Warnings)
	require.Len(t, d.Missing, 1)
	assert.Equal(t, artifact.Missing{Platform: artifact.WindowsAMD64, Why: "not in dist"}, d.Missing[0])

	linux, _ := d.For(artifact.LinuxAMD64)
	assert.Equal(t, artifact.KindArchive, linux.Kind)
	assert.Equal(t, artifact.FoundByArtifacts, linux.FoundBy())
	var sources []artifact.Source
	for _, e := range linux.Evidence {
		sources = append(sources, e.Source)
		assert.NotEmpty(t, e.Detail)
	}
	assert.Equal(t, []artifact.Source{artifact.FoundByArtifacts, artifact.FoundByChecksums, artifact.FoundByName}, sources)
	assert.Equal(t, artifact.Digest(sha256.Sum256(gz)), linux.SHA256)
	assert.Empty(t, linux.Warnings)

	beside := map[string]artifact.Kind{}
	for _, f := range d.Beside(linux.Filename) {
		beside[f.Filename] = f.Kind
		assert.Equal(t, artifact.LinuxAMD64, f.Platform, "it belongs to the platform of what it is about")
	}
	assert.Equal(t, map[string]artifact.Kind{
		linux.Filename + ".sig": artifact.KindSignature, linux.Filename + ".cert": artifact.KindCertificate, linux.Filename + ".sbom.json": artifact.KindSBOM,
	}, beside)
	require.Len(t, d.Beside(linux.Filename+".sbom.json"), 1, "the signature of the SBOM")
	sums := d.Beside("baton-coupa_0.1.10_checksums.txt")
	require.Len(t, sums, 1)
	assert.Equal(t, artifact.KindBundle, sums[0].Kind)

	var skipped []string
	for _, s := range d.Skipped {
		skipped = append(skipped, filepath.Base(s.Path)+": "+s.Why)
	}
	assert.ElementsMatch(t, []string{
		"baton-coupa: it is the output of a build; baton-coupa-v0.1.10-linux-amd64.tar.gz is released",
		"baton-coupa: it is the output of a build; baton-coupa-v0.1.10-linux-arm64.tar.gz is released",
		`something-else.zip.asc: it is about "something-else.zip", which is not released`,
	}, skipped)
}

func TestBuildFoldersAlone(t *testing.T) {
	t.Parallel()
	for name, tree := range map[string]project{
		"make build": {
			"dist/darwin_amd64/baton-x": elf, "dist/darwin_arm64/baton-x": elf, "dist/linux_amd64/baton-x": elf,
			"dist/linux_arm64/baton-x": elf, "dist/windows_amd64/baton-x.exe": elf, "dist/windows_amd64/README": []byte("read me"),
		},
		"goreleaser build": {
			"dist/baton_darwin_amd64_v1/baton-x": elf, "dist/baton_darwin_arm64_v8.0/baton-x": elf, "dist/baton_linux_amd64_v1/baton-x": elf,
			"dist/baton_linux_arm64_v8.0/baton-x": elf, "dist/baton_windows_amd64_v1/baton-x.exe": elf,
		},
		"nested": {
			"dist/darwin/amd64/baton-x": elf, "dist/darwin/arm64/baton-x": elf, "dist/linux/amd64/baton-x": elf,
			"dist/linux/arm64/baton-x": elf, "dist/windows/amd64/baton-x.exe": elf,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := tree.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			assert.Equal(t, artifact.Platforms(), d.Platforms())
			assert.Empty(t, d.Missing)
			for _, f := range d.Files {
				assert.Equal(t, artifact.KindBinary, f.Kind)
				assert.Equal(t, artifact.FoundByFolder, f.FoundBy())
				assert.Equal(t, "baton-x", strings.TrimSuffix(f.Filename, ".exe"))
				assert.Empty(t, f.Warnings)
			}
		})
	}
}

// The layout that `make sample` writes, with the real programs.
func TestTheSampleIsFound(t *testing.T) {
	t.Parallel()
	tree := project{}
	for _, p := range artifact.Platforms() {
		tree["build/sample/"+string(p)+"/"+programName(p)] = program(t, p)
	}
	root := tree.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "build", "sample")}, Name: "baton-sample", Version: artifact.MustNumber("v1.0.0")})
	assert.Equal(t, artifact.Platforms(), d.Platforms())
	require.Len(t, d.Files, 5)
	for i, f := range d.Files {
		assert.Equal(t, artifact.Platforms()[i], f.Platform)
		assert.Equal(t, "it is in the build folder "+string(f.Platform), f.Evidence[0].Detail)
		facts, err := artifact.InspectFile(t.Context(), f.Path, artifact.Limits{})
		require.NoError(t, err)
		assert.Empty(t, facts.Problems)
		assert.Empty(t, facts.Compare(artifact.Expectation{Platform: f.Platform, Name: "baton-sample"}))
	}
	one := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "build", "sample", "linux-arm64")}})
	assert.Equal(t, []artifact.Platform{artifact.LinuxARM64}, one.Platforms(), "the folder itself may be a build folder")
}

func TestTheConnectorIsToldFromOtherPrograms(t *testing.T) {
	t.Parallel()
	tree := project{"dist/linux_amd64/baton-x": elf, "dist/linux_amd64/helper": elf, "dist/linux_arm64/a": elf, "dist/linux_arm64/b": elf}
	root := tree.write(t)
	dirs := []string{filepath.Join(root, "dist")}
	for _, name := range []string{"", "x", "baton-x"} {
		d := discover(t, artifact.Search{Dirs: dirs, Name: name})
		assert.Equal(t, map[artifact.Platform]string{artifact.LinuxAMD64: "dist/linux_amd64/baton-x"}, found(t, root, d))
		require.Len(t, d.Skipped, 2)
		assert.Contains(t, d.Skipped[0].Why, "2 executables")
	}
	assert.Equal(t, "dist/linux_arm64/b", found(t, root, discover(t, artifact.Search{Dirs: dirs, Name: "b"}))[artifact.LinuxARM64])
}

func TestFilesByNameAlone(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]artifact.Platform{
		"baton-x-v1.2.3-linux-amd64.tar.gz":       artifact.LinuxAMD64,
		"baton-x_1.2.3_linux_arm64.tar.gz":        artifact.LinuxARM64,
		"baton-x_Darwin_x86_64.tar.gz":            artifact.DarwinAMD64,
		"baton-x-macOS-aarch64.zip":               artifact.DarwinARM64,
		"baton-x_windows_amd64.exe":               artifact.WindowsAMD64,
		"baton-x_linux_amd64":                     artifact.LinuxAMD64,
		"baton-windows-server-linux-arm64.tar.gz": artifact.LinuxARM64,
		"baton-linux-amd64-darwin-arm64.zip":      artifact.DarwinARM64,
		"baton-x-linux-amd64-v1.2.3.tgz":          artifact.LinuxAMD64,
		"baton-x-linux-amd64-v1.tgz":              artifact.LinuxAMD64,
		"baton-x-linux-386.tar.gz":                "",
		"baton-x-freebsd-amd64.tar.gz":            "",
		"baton-x-linux.tar.gz":                    "",
		"baton-x.tar.gz":                          "",
		"linux-amd64":                             artifact.LinuxAMD64,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project{"dist/" + name: elf}.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			if want == "" {
				assert.Empty(t, d.Files)
				return
			}
			require.Len(t, d.Files, 1)
			assert.Equal(t, want, d.Files[0].Platform)
			assert.Equal(t, artifact.FoundByName, d.Files[0].FoundBy())
			assert.Equal(t, name, d.Files[0].Filename)
		})
	}
}

func TestTwoFoldersAreMerged(t *testing.T) {
	t.Parallel()
	tree := project{
		"dist/x-v1.0.0-linux-amd64.tar.gz": gz, "dist/x-v1.0.0-windows-amd64.zip": zp,
		"dist-windows/x-v1.0.0-windows-amd64.zip": append(zp, 1), "dist-windows/x-v1.0.0-windows-amd64.msi": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
	}
	root := tree.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist"), filepath.Join(root, "dist-windows")}})
	assert.Equal(t, map[artifact.Platform]string{
		artifact.LinuxAMD64: "dist/x-v1.0.0-linux-amd64.tar.gz", artifact.WindowsAMD64: "dist/x-v1.0.0-windows-amd64.zip",
	}, found(t, root, d), "the folder that was named first wins")
	windows, _ := d.For(artifact.WindowsAMD64)
	assert.Equal(t, []artifact.WarningKind{artifact.WarnTwice}, warnings(windows))
	require.Len(t, d.Files, 3)
	assert.Equal(t, artifact.KindInstaller, d.Files[2].Kind)
	require.Len(t, d.Missing, 3)
	assert.Equal(t, "not in dist, not in dist-windows", d.Missing[0].Why)

	gone := filepath.Join(root, "none")
	d = discover(t, artifact.Search{Dirs: []string{gone, filepath.Join(root, "dist")}})
	assert.Len(t, d.Platforms(), 2)
	require.Len(t, d.Warnings, 1)
	assert.Equal(t, artifact.WarnUnreadable, d.Warnings[0].Kind)
	_, err := artifact.Discover(t.Context(), artifact.Search{Dirs: []string{gone}})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// artifacts.json may have been moved with its folder. The file of an older
// build at the old place must not be taken for the one it means.
func TestArtifactsOfAMovedFolder(t *testing.T) {
	t.Parallel()
	const name = "x-v1.0.0-windows-amd64.zip"
	tree := project{
		"dist/" + name: append(zp, 1), "dist-windows/" + name: zp,
		"dist-windows/artifacts.json": artifactsJSON(t, built{Name: name, Path: "dist/" + name, Goos: "windows", Goarch: "amd64", Type: "Archive"}),
	}
	root := tree.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist-windows")}, Root: root})
	assert.Equal(t, "dist-windows/"+name, found(t, root, d)[artifact.WindowsAMD64])

	require.NoError(t, os.Remove(filepath.Join(root, "dist-windows", name)))
	d = discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist-windows")}, Root: root})
	assert.Equal(t, "dist/"+name, found(t, root, d)[artifact.WindowsAMD64], "from the project's root it is there")
	d = discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist-windows")}})
	assert.Empty(t, d.Platforms())
	assert.Contains(t, d.Missing[4].Why, "artifacts.json lists")
}

func TestHostilePathsLeadNowhere(t *testing.T) {
	t.Parallel()
	outside := filepath.Join(t.TempDir(), "secret-linux-amd64.tar.gz")
	require.NoError(t, os.WriteFile(outside, gz, 0o600))
	for _, path := range []string{
		"../../../../../../../../etc/passwd", "/etc/passwd", outside, `..\..\x`, "C:\\x.zip", "C:x", "dist/../../x", "", ".", "dist", "a\x00b", "\x1b[2J",
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			root := project{"dist/artifacts.json": artifactsJSON(t,
				built{Name: "../../evil\x1b.tar.gz", Path: path, Goos: "linux", Goarch: "amd64", Type: "Archive"})}.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}, Root: root})
			assert.Empty(t, d.Files)
			require.Len(t, d.Missing, 5)
			assertPrintable(t, d.Missing[2].Why)
			assert.Contains(t, d.Missing[2].Why, "artifacts.json")
		})
	}
	t.Run("links", func(t *testing.T) {
		t.Parallel()
		root := project{"dist/keep": nil, "files/x": gz}.write(t)
		dist := filepath.Join(root, "dist")
		require.NoError(t, os.Symlink(outside, filepath.Join(dist, "x-linux-amd64.tar.gz")))
		require.NoError(t, os.Symlink("gone", filepath.Join(dist, "x-linux-arm64.tar.gz")))
		require.NoError(t, os.Symlink(filepath.Dir(outside), filepath.Join(dist, "linux_amd64")))
		require.NoError(t, os.Symlink(filepath.Join("..", "files", "x"), filepath.Join(dist, "x-darwin-arm64.tar.gz")))
		require.NoError(t, os.WriteFile(filepath.Join(dist, "artifacts.json"), artifactsJSON(t,
			built{Name: "x.tar.gz", Path: "dist/x-linux-amd64.tar.gz", Goos: "linux", Goarch: "amd64", Type: "Archive"}), 0o600))
		d := discover(t, artifact.Search{Dirs: []string{dist}, Root: root})
		assert.Equal(t, map[artifact.Platform]string{artifact.DarwinARM64: "dist/x-darwin-arm64.tar.gz"}, found(t, root, d), "inside the project links are fine")
		var outsideWarnings int
		for _, w := range d.Warnings {
			if w.Kind == artifact.WarnOutside {
				outsideWarnings++
			}
		}
		assert.GreaterOrEqual(t, outsideWarnings, 2)
	})
	t.Run("no regular files", func(t *testing.T) {
		t.Parallel()
		dir, err := os.MkdirTemp("", "s") //nolint:usetesting // The names of sockets must be short.
		require.NoError(t, err)
		t.Cleanup(func() { _ = os.RemoveAll(dir) })
		l, err := net.Listen("unix", filepath.Join(dir, "x-linux-amd64.zip"))
		require.NoError(t, err)
		t.Cleanup(func() { _ = l.Close() })
		require.NoError(t, os.Mkdir(filepath.Join(dir, "x-linux-arm64.zip"), 0o755))
		d := discover(t, artifact.Search{Dirs: []string{dir}})
		assert.Empty(t, d.Files)
		require.Len(t, d.Skipped, 1)
		assert.Equal(t, "it is not a regular file", d.Skipped[0].Why)
	})
}

func TestAFailedOrRunningBuild(t *testing.T) {
	t.Parallel()
	root := project{
		"dist/metadata.json":          []byte(`{"project_name":"x","tag":"v1.0.0","version":"1.0.0"}`),
		"dist/x_linux_amd64_v1/x":     elf,
		"other/metadata.json":         []byte(`{"name":"not of a build"}`),
		"other/x_linux_amd64/baton-x": elf,
	}.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
	require.Len(t, d.Warnings, 1)
	assert.Equal(t, artifact.WarnUnfinished, d.Warnings[0].Kind)
	assert.Equal(t, []artifact.Platform{artifact.LinuxAMD64}, d.Platforms(), "what is there can still be used")
	assert.Empty(t, discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "other")}}).Warnings)
}

func TestSnapshotsAndDirtyBuilds(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		metadata, file, version string
		folder, of              []artifact.WarningKind
	}{
		"clean":             {"1.0.0", "x-v1.0.0-linux-amd64.tar.gz", "v1.0.0", nil, nil},
		"snapshot":          {"1.0.1-SNAPSHOT-abc", "x-v1.0.1-SNAPSHOT-abc-linux-amd64.tar.gz", "v1.0.1", []artifact.WarningKind{artifact.WarnSnapshot, artifact.WarnOtherVersion}, []artifact.WarningKind{artifact.WarnSnapshot}},
		"next":              {"1.0.1-next", "x-v1.0.1-next-linux-amd64.tar.gz", "v1.0.1", []artifact.WarningKind{artifact.WarnSnapshot, artifact.WarnOtherVersion}, []artifact.WarningKind{artifact.WarnSnapshot}},
		"dirty":             {"1.0.0-dirty", "x-v1.0.0-dirty-linux-amd64.tar.gz", "v1.0.0", []artifact.WarningKind{artifact.WarnDirty, artifact.WarnOtherVersion}, []artifact.WarningKind{artifact.WarnDirty}},
		"another version":   {"1.0.0", "x-v1.0.0-linux-amd64.tar.gz", "v1.0.1", []artifact.WarningKind{artifact.WarnOtherVersion}, []artifact.WarningKind{artifact.WarnOtherVersion}},
		"a version of next": {"1.0.0-next", "x-v1.0.0-next-linux-amd64.tar.gz", "v1.0.0-next", nil, nil},
		"nothing to expect": {"1.0.0", "x-v0.9.0-linux-amd64.tar.gz", "", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project{
				"dist/metadata.json": []byte(`{"project_name":"x","version":"` + c.metadata + `"}`), "dist/" + c.file: gz,
				"dist/artifacts.json": artifactsJSON(t, built{Name: c.file, Path: "dist/" + c.file, Goos: "linux", Goarch: "amd64", Type: "Archive"}),
			}.write(t)
			s := artifact.Search{Dirs: []string{filepath.Join(root, "dist")}}
			if c.version != "" {
				s.Version = artifact.MustNumber(c.version)
			}
			d := discover(t, s)
			var got []artifact.WarningKind
			for _, w := range d.Warnings {
				got = append(got, w.Kind)
			}
			assert.Equal(t, c.folder, got)
			f, ok := d.For(artifact.LinuxAMD64)
			require.True(t, ok)
			assert.Equal(t, c.of, warnings(f))
		})
	}
}

func TestTheFilesOfThePresentVersionAreTaken(t *testing.T) {
	t.Parallel()
	root := project{"dist/x-v1.0.0-linux-amd64.tar.gz": gz, "dist/x-v1.0.1-linux-amd64.tar.gz": gz, "dist/x-v1.0.2-linux-amd64.tar.gz": gz}.write(t)
	dirs := []string{filepath.Join(root, "dist")}
	asked := found(t, root, discover(t, artifact.Search{Dirs: dirs, Version: artifact.MustNumber("v1.0.1")}))
	assert.Equal(t, "dist/x-v1.0.1-linux-amd64.tar.gz", asked[artifact.LinuxAMD64])
	newest := discover(t, artifact.Search{Dirs: dirs})
	assert.Equal(t, "dist/x-v1.0.2-linux-amd64.tar.gz", found(t, root, newest)[artifact.LinuxAMD64])
	f, _ := newest.For(artifact.LinuxAMD64)
	assert.Equal(t, []artifact.WarningKind{artifact.WarnTwice, artifact.WarnTwice}, warnings(f))
}

func TestAStaleChecksumFileShowsBothDigests(t *testing.T) {
	t.Parallel()
	const name = "baton-coupa-v0.1.10-linux-amd64.tar.gz"
	old := append(gz, "from an older build"...)
	root := project{
		"dist/" + name: gz, "dist/checksums.txt": sumLines(map[string][]byte{name: old, "x-windows-amd64.zip": old}),
	}.write(t)
	before := time.Date(2026, 8, 21, 17, 58, 0, 0, time.UTC)
	require.NoError(t, os.Chtimes(filepath.Join(root, "dist", "checksums.txt"), before, before))

	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
	require.Len(t, d.Files, 2)
	for _, f := range d.Files {
		require.Len(t, f.Warnings, 1, "both are told: %s", f.Filename)
		w := f.Warnings[0]
		assert.Equal(t, artifact.WarnStaleChecksum, w.Kind)
		assert.Equal(t, artifact.Digest(sha256.Sum256(old)), w.Listed)
		assert.Equal(t, artifact.Digest(sha256.Sum256(gz)), w.Found)
	}
	assert.Contains(t, d.Files[0].Warnings[0].Detail, "checksums.txt was written before this file")
	assert.Equal(t, artifact.FoundByChecksums, d.Files[0].FoundBy())
	assert.Equal(t, `checksums.txt lists "x-windows-amd64.zip", which is not there`, d.Missing[3].Why)
}

func TestAChecksumFileOfOneFile(t *testing.T) {
	t.Parallel()
	const name = "x-v1.0.0-linux-amd64.tar.gz"
	root := project{
		"dist/" + name: gz, "dist/" + name + ".sha256": []byte(artifact.Digest(sha256.Sum256(gz)).Hex() + "\n"),
		"dist/broken_checksums.txt": []byte("nothing of use"),
	}.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
	require.Len(t, d.Files, 2)
	assert.Equal(t, artifact.Digest(sha256.Sum256(gz)), d.Files[0].SHA256)
	assert.Empty(t, d.Files[0].Warnings)
	assert.Equal(t, artifact.KindChecksum, d.Files[1].Kind)
	assert.Equal(t, name, d.Files[1].For)
	require.Len(t, d.Skipped, 1)
	assert.Contains(t, d.Skipped[0].Why, "no line with a sha256")
}

func TestUniversalMacFiles(t *testing.T) {
	t.Parallel()
	universal := built{Name: "x_darwin_all.zip", Path: "dist/x_darwin_all.zip", Goos: "darwin", Goarch: "all", Type: "Archive"}
	amd64 := built{Name: "x_darwin_amd64.zip", Path: "dist/x_darwin_amd64.zip", Goos: "darwin", Goarch: "amd64", Type: "Archive"}
	arm64 := built{Name: "x_darwin_arm64.zip", Path: "dist/x_darwin_arm64.zip", Goos: "darwin", Goarch: "arm64", Type: "Archive"}
	for name, c := range map[string]struct {
		list []built
		want map[artifact.Platform]string
	}{
		"alone":           {[]built{universal}, map[artifact.Platform]string{artifact.DarwinAMD64: "dist/x_darwin_all.zip", artifact.DarwinARM64: "dist/x_darwin_all.zip"}},
		"beside one Mac":  {[]built{universal, arm64}, map[artifact.Platform]string{artifact.DarwinAMD64: "dist/x_darwin_all.zip", artifact.DarwinARM64: "dist/x_darwin_all.zip"}},
		"beside both":     {[]built{universal, arm64, amd64}, map[artifact.Platform]string{artifact.DarwinAMD64: "dist/x_darwin_amd64.zip", artifact.DarwinARM64: "dist/x_darwin_arm64.zip"}},
		"without any one": {[]built{arm64, amd64}, map[artifact.Platform]string{artifact.DarwinAMD64: "dist/x_darwin_amd64.zip", artifact.DarwinARM64: "dist/x_darwin_arm64.zip"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tree := project{"dist/artifacts.json": artifactsJSON(t, c.list...)}
			for _, b := range c.list {
				tree[b.Path] = zp
			}
			root := tree.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			assert.Equal(t, c.want, found(t, root, d))
			assert.Len(t, d.Missing, 3)
			f, _ := d.For(artifact.DarwinAMD64)
			if f.Platform == artifact.DarwinUniversal {
				assert.Equal(t, []artifact.WarningKind{artifact.WarnUniversal}, warnings(f))
				assert.Len(t, d.Files, 1, "it is one file, not two")
			}
		})
	}
}

func TestTwoVariantsOfOneArchitecture(t *testing.T) {
	t.Parallel()
	var list []built
	tree := project{}
	for _, v := range []string{"v3", "v1"} {
		name := "x_linux_amd64" + v + ".tar.gz"
		list = append(list, built{Name: name, Path: "dist/" + name, Goos: "linux", Goarch: "amd64", Goamd64: v, Type: "Archive"})
		tree["dist/"+name] = gz
	}
	tree["dist/artifacts.json"] = artifactsJSON(t, list...)
	root := tree.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
	assert.Equal(t, "dist/x_linux_amd64v1.tar.gz", found(t, root, d)[artifact.LinuxAMD64], "v1 runs everywhere")
	f, _ := d.For(artifact.LinuxAMD64)
	assert.Equal(t, []artifact.WarningKind{artifact.WarnVariants}, warnings(f))

	folders := project{"dist/x_linux_amd64_v3/baton-x": elf, "dist/x_linux_amd64_v1/baton-x": elf}.write(t)
	d = discover(t, artifact.Search{Dirs: []string{filepath.Join(folders, "dist")}})
	assert.Equal(t, "dist/x_linux_amd64_v1/baton-x", found(t, folders, d)[artifact.LinuxAMD64])
}

// GoReleaser lists a binary that it releases twice: as it was built, and under
// the name it is released by; both entries have the path of the build folder.
func TestABinaryIsReleasedUnderItsOwnName(t *testing.T) {
	t.Parallel()
	const path = "dist/x_linux_amd64_v1/baton-x"
	for name, list := range map[string][]built{
		"built, then released": {{Name: "baton-x", Path: path, Type: "Binary"}, {Name: "baton-x_1.0.0_linux_amd64", Path: path, Type: "Binary"}},
		"released, then built": {{Name: "baton-x_1.0.0_linux_amd64", Path: path, Type: "Binary"}, {Name: "baton-x", Path: path, Type: "Binary"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range list {
				list[i].Goos, list[i].Goarch = "linux", "amd64"
			}
			root := project{path: elf, "dist/artifacts.json": artifactsJSON(t, list...)}.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			require.Len(t, d.Files, 1)
			assert.Equal(t, "baton-x_1.0.0_linux_amd64", d.Files[0].Filename)
			assert.Equal(t, artifact.KindBinary, d.Files[0].Kind)
		})
	}
}

func TestLabelsThatDoNotMatchTheBytes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file string
		data []byte
		kind artifact.Kind
		want string
	}{
		"executable as tar.gz": {"x-linux-amd64.tar.gz", elf, artifact.KindBinary, "bare executable"},
		"zip as tar.gz":        {"x-linux-amd64.tar.gz", zp, artifact.KindArchive, "it is a zip"},
		"tar.gz as zip":        {"x-linux-amd64.zip", gz, artifact.KindArchive, "it is a tar.gz"},
		"as it says":           {"x-linux-amd64.tgz", gz, artifact.KindArchive, ""},
		"xz":                   {"x-linux-amd64.tar.xz", []byte("\xfd7zXZ\x00"), "", "xz data"},
		"a page of an error":   {"x-linux-amd64.tar.gz", []byte("<html>404"), "", "it is text"},
		"empty":                {"x-linux-amd64.tar.gz", nil, "", "it is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project{"dist/" + c.file: c.data}.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			f, ok := d.For(artifact.LinuxAMD64)
			assert.Equal(t, c.kind, f.Kind)
			switch {
			case c.kind == "":
				require.False(t, ok)
				assert.Contains(t, d.Missing[2].Why, c.want)
				assert.Len(t, d.Skipped, 1)
			case c.want == "":
				assert.Empty(t, f.Warnings)
			default:
				require.Equal(t, []artifact.WarningKind{artifact.WarnLabel}, warnings(f))
				assert.Contains(t, f.Warnings[0].Detail, c.want)
			}
		})
	}
	t.Run("the list says another platform than the name", func(t *testing.T) {
		t.Parallel()
		root := project{
			"dist/x-linux-arm64.tar.gz": gz,
			"dist/artifacts.json":       artifactsJSON(t, built{Name: "x-linux-arm64.tar.gz", Path: "dist/x-linux-arm64.tar.gz", Goos: "linux", Goarch: "amd64", Type: "Archive"}),
		}.write(t)
		f, ok := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}}).For(artifact.LinuxAMD64)
		require.True(t, ok)
		assert.Equal(t, []artifact.WarningKind{artifact.WarnLabel}, warnings(f))
	})
}

func TestOnlyAnInstaller(t *testing.T) {
	t.Parallel()
	root := project{"dist/baton-x.msi": []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
	require.Len(t, d.Files, 1)
	assert.Equal(t, artifact.KindInstaller, d.Files[0].Kind)
	assert.Equal(t, artifact.WindowsAMD64, d.Files[0].Platform)
	assert.Equal(t, "there is only the installer baton-x.msi", d.Missing[4].Why)
}

func TestArtifactsJSONThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"no JSON":     {"{", "not a JSON list"},
		"an object":   {"{}", "not a JSON list"},
		"an odd item": {`[7]`, "entry 1 cannot be read"},
		"odd fields":  {`[{"name":1}]`, "entry 1 cannot be read"},
		"too many":    {"[0" + strings.Repeat(",0", 10_000) + "]", "10001 entries"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := project{"dist/artifacts.json": []byte(c.text), "dist/x-linux-amd64.tar.gz": gz}.write(t)
			d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}})
			require.NotEmpty(t, d.Warnings)
			assert.Contains(t, d.Warnings[0].Detail, c.want)
			assert.Len(t, d.Platforms(), 1, "names are still there to go by")
		})
	}
}

func FuzzArtifactsJSON(f *testing.F) {
	for _, s := range []string{
		`[{"name":"x_linux_amd64.tar.gz","path":"dist/x_linux_amd64.tar.gz","goos":"linux","goarch":"amd64","type":"Archive","extra":{"Checksum":"sha256:00"}}]`,
		`[{"name":"x","path":"../../etc/passwd","type":"Binary","goos":"darwin","goarch":"all"}]`, `[]`, `[null,1]`, `{}`,
	} {
		f.Add([]byte(s))
	}
	root := f.TempDir()
	dist := filepath.Join(root, "project", "dist")
	require.NoError(f, os.MkdirAll(dist, 0o755))
	for _, path := range []string{filepath.Join(root, "x"), filepath.Join(dist, "x_linux_amd64.tar.gz"), filepath.Join(dist, "x")} {
		require.NoError(f, os.WriteFile(path, gz, 0o600))
	}
	list := filepath.Join(dist, "artifacts.json")
	f.Fuzz(func(t *testing.T, data []byte) {
		_, warnings, err := artifact.ParseArtifactsJSON(data)
		if err != nil {
			assertPrintable(t, err.Error())
		}
		for _, w := range warnings {
			assertPrintable(t, w)
		}
		require.NoError(t, os.WriteFile(list, data, 0o600))
		d, err := artifact.Discover(t.Context(), artifact.Search{Dirs: []string{dist}, Root: filepath.Dir(dist)})
		require.NoError(t, err)
		for _, found := range d.Files {
			if rel, err := filepath.Rel(filepath.Dir(dist), found.Path); err != nil || !filepath.IsLocal(rel) {
				t.Fatalf("%s is outside of the project", found.Path)
			}
			if _, err := artifact.ParseFilename(found.Filename); err != nil {
				t.Fatal(err)
			}
		}
	})
}
