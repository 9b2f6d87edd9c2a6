package artifact_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"debug/buildinfo"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

func TestARealExecutableIsRecognisedHoweverItIsPacked(t *testing.T) {
	t.Parallel()
	details := map[artifact.Platform]string{
		artifact.DarwinAMD64: "Mach-O 64-bit x86-64", artifact.DarwinARM64: "Mach-O 64-bit arm64",
		artifact.LinuxAMD64: "ELF 64-bit x86-64", artifact.LinuxARM64: "ELF 64-bit arm64",
		artifact.WindowsAMD64: "PE 64-bit x86-64",
	}
	for _, p := range artifact.Platforms() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			exe, name := program(t, p), programName(p)
			for container, c := range map[artifact.Container]struct {
				data []byte
				name string
			}{
				artifact.ContainerExecutable: {exe, ""},
				artifact.ContainerTarGz:      {tarGz(t, item{name: name, data: exe}), name},
				artifact.ContainerZip:        {zipFile(t, item{name: name, data: exe}), name},
			} {
				facts := inspect(t, c.data, artifact.Limits{})
				require.Empty(t, facts.Problems)
				assert.Equal(t, container, facts.Container)
				assert.Equal(t, int64(len(exe)), facts.UnpackedBytes)
				got := facts.Executable
				require.NotNil(t, got)
				assert.Equal(t, p, got.Platform)
				assert.Equal(t, c.name, got.Name)
				assert.Equal(t, details[p], got.Detail)
				assert.Equal(t, int64(len(exe)), got.Size)

				// The toolchain's own reader is the judge of what the file says.
				want, err := buildinfo.Read(bytes.NewReader(exe))
				require.NoError(t, err)
				require.NotNil(t, got.Go)
				assert.Equal(t, want.GoVersion, got.Go.GoVersion)
				assert.Equal(t, want.Path, got.Go.Package)
				assert.Equal(t, "github.com/acme/baton-sample", got.Go.Module)
				assert.Equal(t, want.Main.Version, got.Go.ModuleVersion)
				assert.Equal(t, p.OS(), got.Go.GOOS)
				assert.Equal(t, p.Arch(), got.Go.GOARCH)
				assert.Empty(t, facts.Compare(artifact.Expectation{Platform: p, Name: "baton-sample"}))
			}
		})
	}
}

func TestASwappedExecutableIsNoticed(t *testing.T) {
	t.Parallel()
	for _, is := range artifact.Platforms() {
		facts := inspect(t, tarGz(t, item{name: programName(is), data: program(t, is)}), artifact.Limits{})
		for _, claims := range artifact.Platforms() {
			problems := facts.Compare(artifact.Expectation{Platform: claims, Name: "baton-sample"})
			if is == claims {
				assert.Empty(t, problems)
				continue
			}
			require.Len(t, problems, 1)
			assert.Equal(t, artifact.ProblemPlatformMismatch, problems[0].Kind)
			assert.Equal(t, artifact.AboutExecutable, problems[0].Kind.About())
			assert.Contains(t, problems[0].Detail, "claims "+string(claims))
			assert.Contains(t, problems[0].Detail, "made for "+string(is))
		}
	}
}

func TestAnotherNameOrModuleIsNoticed(t *testing.T) {
	t.Parallel()
	facts := inspect(t, zipFile(t, item{name: "bin/baton-sample", data: program(t, artifact.LinuxAMD64)}), artifact.Limits{})
	assert.Empty(t, facts.Compare(artifact.Expectation{Platform: artifact.LinuxAMD64, Name: "sample"}), "the key is what counts")
	problems := facts.Compare(artifact.Expectation{Platform: artifact.LinuxAMD64, Name: "baton-okta"})
	require.Len(t, problems, 2)
	assert.Equal(t, artifact.ProblemOtherName, problems[0].Kind)
	assert.Equal(t, artifact.ProblemOtherModule, problems[1].Kind)
	assert.Contains(t, problems[1].Detail, "github.com/acme/baton-sample")
}

func TestAUniversalFileServesBothMacs(t *testing.T) {
	t.Parallel()
	amd64, arm64 := program(t, artifact.DarwinAMD64), program(t, artifact.DarwinARM64)
	for _, wide := range []bool{false, true} {
		facts := inspect(t, fat(wide, slice{machoX8664, amd64}, slice{machoARM64, arm64}), artifact.Limits{})
		require.Empty(t, facts.Problems)
		assert.Equal(t, artifact.DarwinUniversal, facts.Executable.Platform)
		assert.Equal(t, "Mach-O universal x86-64, arm64", facts.Executable.Detail)
		require.NotNil(t, facts.Executable.Go)
		for _, p := range []artifact.Platform{artifact.DarwinUniversal, artifact.DarwinAMD64, artifact.DarwinARM64} {
			assert.Empty(t, facts.Compare(artifact.Expectation{Platform: p}))
		}
		assert.NotEmpty(t, facts.Compare(artifact.Expectation{Platform: artifact.LinuxARM64}))
	}
	one := inspect(t, fat(false, slice{machoARM64, arm64}), artifact.Limits{})
	assert.Equal(t, artifact.DarwinARM64, one.Executable.Platform)
	assert.NotEmpty(t, one.Compare(artifact.Expectation{Platform: artifact.DarwinUniversal}), "one slice serves one Mac")

	for name, data := range map[string][]byte{
		"the same twice":          fat(false, slice{machoARM64, arm64}, slice{machoARM64, arm64}),
		"a slice that lies":       fat(false, slice{machoX8664, arm64}),
		"a slice that is no code": fat(false, slice{machoX8664, []byte("text")}),
	} {
		assert.NotEmpty(t, inspect(t, data, artifact.Limits{}).Problems, name)
	}
}

func TestATruncatedFileIsNeverFine(t *testing.T) {
	t.Parallel()
	for _, p := range artifact.Platforms() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			exe := program(t, p)
			rng := rand.New(rand.NewPCG(7, uint64(len(p))))
			for name, c := range map[string]struct {
				data  []byte
				cuts  int
				whole func(cut []byte) []byte
			}{
				"bare":                 {exe, 90, bytes.Clone},
				"tar.gz":               {tarGz(t, item{name: "baton-sample", data: exe}), 15, bytes.Clone},
				"zip":                  {zipFile(t, item{name: "baton-sample", data: exe}), 15, bytes.Clone},
				"inside of an archive": {exe, 6, func(cut []byte) []byte { return tarGz(t, item{name: "baton-sample", data: cut}) }},
			} {
				for i := range c.cuts {
					// The ends of headers and of the file are where it is subtle.
					n := []int{rng.IntN(len(c.data)), rng.IntN(2048), len(c.data) - 1 - rng.IntN(512)}[i%3]
					facts := inspect(t, c.whole(c.data[:n]), artifact.Limits{})
					if len(facts.Problems) == 0 && !endsInPadding(p, c.data, n) {
						t.Fatalf("%s, cut at %d of %d, has no problem", name, n, len(c.data))
					}
				}
			}
		})
	}
}

// endsInPadding says whether nothing but fill is behind byte n: no header
// speaks of it, so cutting it off changes nothing. Linkers fill up the end of
// ELF and PE files.
func endsInPadding(p artifact.Platform, exe []byte, n int) bool {
	return p.OS() != "darwin" && len(exe)-n < 4096 && len(bytes.Trim(exe[n:], "\x00")) == 0
}

func TestRandomDamageNeverPanicsSoak(t *testing.T) {
	t.Parallel()
	rounds := 60
	if os.Getenv("REGISTRAR_SOAK") != "" {
		rounds = 5000
	}
	dir := t.TempDir()
	for _, p := range artifact.Platforms() {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			exe := program(t, p)
			rng := rand.New(rand.NewPCG(11, uint64(len(p))))
			for _, source := range [][]byte{
				exe, fat(false, slice{machoX8664, exe}),
				tarGz(t, item{name: "baton-sample", data: exe[:16<<10]}), zipFile(t, item{name: "baton-sample", data: exe[:16<<10]}),
			} {
				for range rounds {
					data := bytes.Clone(source)
					for range 1 + rng.IntN(20) {
						// Most of what matters is in the first pages.
						at := rng.IntN(len(data))
						if rng.IntN(3) > 0 {
							at = rng.IntN(min(len(data), 4096))
						}
						data[at] ^= 1 << rng.IntN(8)
					}
					facts, err := artifact.Inspect(t.Context(), bytes.NewReader(data), int64(len(data)), artifact.Limits{TempDir: dir})
					require.NoError(t, err)
					for _, problem := range facts.Problems {
						require.NotContains(t, problem.Detail, "reading the executable failed", "nothing needs to be recovered from")
					}
				}
			}
		})
	}
}

func TestFilesThatAreNoContainer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		kind artifact.ProblemKind
		want string
	}{
		"empty":                  {nil, artifact.ProblemEmpty, "the file is empty"},
		"text":                   {[]byte("hello\n"), artifact.ProblemUnknownContainer, "it is text"},
		"a script":               {[]byte("#!/bin/sh\necho\n"), artifact.ProblemUnknownContainer, "a script"},
		"zeros":                  {make([]byte, 4096), artifact.ProblemUnknownContainer, "of an unknown kind"},
		"an msi":                 {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), artifact.ProblemUnknownContainer, "Windows Installer"},
		"tar without gzip":       {tarball(t, item{name: "a"}), artifact.ProblemUnknownContainer, "without gzip"},
		"gzip without tar":       {zipped(t, []byte("hello")), artifact.ProblemUnknownContainer, "without a tar"},
		"executable only in gz":  {zipped(t, program(t, artifact.LinuxAMD64)), artifact.ProblemUnknownContainer, "an executable compressed with gzip"},
		"the magic and no more":  {[]byte("\x7fELF"), artifact.ProblemUnknownContainer, ""},
		"a Java class":           {append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x41"), make([]byte, 100)...), artifact.ProblemUnknownContainer, ""},
		"a text that begins MZ":  {[]byte("MZ is how it begins, and then it goes on for more than a line of text, as texts do"), artifact.ProblemUnknownContainer, "text"},
		"a gzip header":          {[]byte("\x1f\x8b\x08\x00"), artifact.ProblemTruncated, ""},
		"no gzip behind magic":   {[]byte("\x1f\x8b\xff\xff\xff\xff\xff\xff\xff\xff"), artifact.ProblemCorrupt, ""},
		"a zip header":           {[]byte("PK\x03\x04"), artifact.ProblemTruncated, ""},
		"elf header, then zeros": {append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 600)...), artifact.ProblemNotAProgram, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := inspect(t, c.data, artifact.Limits{})
			require.Equal(t, []artifact.ProblemKind{c.kind}, kinds(facts), "%v", facts.Problems)
			assert.Contains(t, facts.Problems[0].Detail, c.want)
		})
	}
}

func TestFaultsOfReadingAreErrorsAndNotProblems(t *testing.T) {
	t.Parallel()
	exe := program(t, artifact.LinuxAMD64)
	gone := errors.New("the disk is gone")
	for name, data := range map[string][]byte{
		"bare": exe, "tar.gz": tarGz(t, item{name: "x", data: exe}), "zip": zipFile(t, item{name: "x", data: exe}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for reads := range 6 {
				left := reads
				r := readerAtFunc(func(p []byte, off int64) (int, error) {
					if left == 0 {
						return 0, gone
					}
					left--
					return bytes.NewReader(data).ReadAt(p, off)
				})
				_, err := artifact.Inspect(t.Context(), r, int64(len(data)), artifact.Limits{TempDir: t.TempDir()})
				require.ErrorIs(t, err, gone, "after %d reads", reads)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			_, err := artifact.Inspect(ctx, bytes.NewReader(data), int64(len(data)), artifact.Limits{})
			require.ErrorIs(t, err, context.Canceled)
		})
	}
	t.Run("no room for the spool", func(t *testing.T) {
		t.Parallel()
		data := tarGz(t, item{name: "x", data: exe})
		_, err := artifact.Inspect(t.Context(), bytes.NewReader(data), int64(len(data)), artifact.Limits{TempDir: filepath.Join(t.TempDir(), "none")})
		require.ErrorIs(t, err, os.ErrNotExist)
	})
}

type readerAtFunc func(p []byte, off int64) (int, error)

func (f readerAtFunc) ReadAt(p []byte, off int64) (int, error) { return f(p, off) }

func TestInspectFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "baton-sample")
	require.NoError(t, os.WriteFile(path, program(t, artifact.LinuxARM64), 0o600))
	facts, err := artifact.InspectFile(t.Context(), path, artifact.Limits{})
	require.NoError(t, err)
	assert.Equal(t, artifact.LinuxARM64, facts.Executable.Platform)

	_, err = artifact.InspectFile(t.Context(), filepath.Dir(path), artifact.Limits{})
	require.ErrorContains(t, err, "not a regular file")
	_, err = artifact.InspectFile(t.Context(), path+"x", artifact.Limits{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzInspect(f *testing.F) {
	elf := tinyELF(nil)
	for _, data := range [][]byte{
		elf, tinyPE(), tinyMachO(), fat(false, slice{machoX8664, tinyMachO()}), tinyELF(buildInfo("go1.26", "path\tx\nmod\tx\tv1.0.0\t\ndep\ty\tv1.0.0\t\n")),
		tarGz(f, item{name: "baton-x", data: elf}), zipFile(f, item{name: "baton-x", data: elf}),
		tarGz(f, item{name: "../x", link: "/etc", kind: '2'}), zipFile(f, item{name: "a/"}, item{name: "A", mode: os.ModeSymlink}),
	} {
		f.Add(data)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, data []byte) {
		lim := artifact.Limits{MaxEntries: 20, MaxUnpacked: 1 << 20, MaxExecutable: 1 << 19, TempDir: dir}
		facts, err := artifact.Inspect(t.Context(), bytes.NewReader(data), int64(len(data)), lim)
		if err != nil {
			t.Fatalf("reading memory fails: %v", err)
		}
		if facts.Executable == nil && len(facts.Problems) == 0 {
			t.Fatal("no executable and no problem")
		}
		if len(facts.Entries) > 20 || facts.UnpackedBytes > max(int64(len(data)), 1<<20+1) || len(facts.Problems) > 50 {
			t.Fatalf("the limits do not hold: %d entries, %d bytes", len(facts.Entries), facts.UnpackedBytes)
		}
		for _, p := range facts.Problems {
			assertPrintable(t, p.String())
			if bytes.Contains([]byte(p.Detail), []byte("reading the executable failed")) {
				t.Fatalf("recovered: %s", p.Detail)
			}
		}
	})
}

func BenchmarkInspectArchive(b *testing.B) {
	exe := program(b, artifact.LinuxAMD64)
	for name, data := range map[string][]byte{
		"tar.gz": zippedAt(b, tarball(b, item{name: "baton-sample", data: exe}), gzip.DefaultCompression), "bare": exe,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(exe)))
			b.ReportAllocs()
			lim := artifact.Limits{TempDir: b.TempDir()}
			for b.Loop() {
				if _, err := artifact.Inspect(b.Context(), bytes.NewReader(data), int64(len(data)), lim); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
