package artifact_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

// A picked file takes the place of what was found, wherever it lies, and what
// lies beside it goes along.
func TestAFileIsPicked(t *testing.T) {
	t.Parallel()
	root := project{
		"dist/x_linux_amd64.tar.gz": gz, "dist/x_linux_arm64.tar.gz": gz, "elsewhere/mine.tgz": gz, "elsewhere/mine.tgz.asc": []byte("signature"),
		"elsewhere/other.tgz.asc": []byte("of another"),
	}.write(t)
	mine := filepath.Join(root, "elsewhere", "mine.tgz")
	search := artifact.Search{Dirs: []string{filepath.Join(root, "dist")}, Picked: []artifact.Pick{{Platform: artifact.LinuxAMD64, Path: mine}}}
	d := discover(t, search)
	f, ok := d.For(artifact.LinuxAMD64)
	require.True(t, ok)
	assert.Equal(t, mine, f.Path)
	assert.Equal(t, artifact.FoundByHand, f.FoundBy())
	assert.Empty(t, f.Warnings, "it was decided")
	require.Len(t, d.Beside("mine.tgz"), 1)
	assert.Equal(t, artifact.LinuxAMD64, d.Beside("mine.tgz")[0].Platform)

	search.Dirs = nil
	d = discover(t, search)
	assert.Equal(t, []artifact.Platform{artifact.LinuxAMD64}, d.Platforms(), "no folder is needed then")
}

// One of several that were found can be picked as well.
func TestOneOfSeveralIsPicked(t *testing.T) {
	t.Parallel()
	root := project{"a/x_linux_amd64.tar.gz": gz, "b/x_linux_amd64.tar.gz": gz}.write(t)
	second := filepath.Join(root, "b", "x_linux_amd64.tar.gz")
	d := discover(t, artifact.Search{
		Dirs: []string{filepath.Join(root, "a"), filepath.Join(root, "b")}, Picked: []artifact.Pick{{Platform: artifact.LinuxAMD64, Path: second}},
	})
	f, _ := d.For(artifact.LinuxAMD64)
	assert.Equal(t, second, f.Path)
	assert.Empty(t, f.Warnings)
}

// What cannot be taken is said where the platform is missing.
func TestAPickThatIsGone(t *testing.T) {
	t.Parallel()
	root := project{"dist/x_linux_arm64.tar.gz": gz}.write(t)
	d := discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "dist")}, Picked: []artifact.Pick{
		{Platform: artifact.LinuxAMD64, Path: filepath.Join(root, "gone")}, {Platform: artifact.WindowsAMD64, Path: filepath.Join(root, "dist")},
	}})
	for _, m := range d.Missing {
		switch m.Platform {
		case artifact.LinuxAMD64:
			assert.Contains(t, m.Why, "was picked and cannot be taken")
		case artifact.WindowsAMD64:
			assert.Contains(t, m.Why, "it is not a regular file")
		default:
		}
	}
	assert.Equal(t, []artifact.Platform{artifact.LinuxARM64}, d.Platforms())
}

// A universal file and files for one Mac each: who picked one for one Mac
// leaves the universal file to the other.
func TestPicksAndUniversalFiles(t *testing.T) {
	t.Parallel()
	intel, apple := program(t, artifact.DarwinAMD64), program(t, artifact.DarwinARM64)
	root := project{
		"dist/x_darwin_all.tar.gz": gz, "amd64/baton-x": intel, "fat/baton-x": fat(false, slice{cpu: 0x01000007, data: intel}, slice{cpu: 0x0100000c, data: apple}),
		"each/x_darwin_amd64.tar.gz": gz, "each/x_darwin_arm64.tar.gz": gz,
	}.write(t)
	dist := filepath.Join(root, "dist")
	pick := func(p artifact.Platform, path string) artifact.Pick {
		return artifact.Pick{Platform: p, Path: filepath.Join(root, path)}
	}
	d := discover(t, artifact.Search{Dirs: []string{dist}, Picked: []artifact.Pick{pick(artifact.DarwinAMD64, "amd64/baton-x")}})
	assert.Equal(t, map[artifact.Platform]string{artifact.DarwinAMD64: "amd64/baton-x", artifact.DarwinARM64: "dist/x_darwin_all.tar.gz"}, found(t, root, d))
	for _, f := range d.Files {
		assert.NotEqual(t, artifact.DarwinUniversal, f.Platform, "no Mac has two files")
	}

	d = discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "each")}, Picked: []artifact.Pick{pick(artifact.DarwinARM64, "fat/baton-x")}})
	assert.Equal(t, map[artifact.Platform]string{artifact.DarwinAMD64: "fat/baton-x", artifact.DarwinARM64: "fat/baton-x"}, found(t, root, d), "one that serves both does")
	require.Len(t, d.Files, 1)
	assert.Equal(t, artifact.DarwinUniversal, d.Files[0].Platform)

	d = discover(t, artifact.Search{Dirs: []string{filepath.Join(root, "each"), dist}, Picked: []artifact.Pick{pick(artifact.DarwinAMD64, "amd64/baton-x")}})
	assert.Equal(t, map[artifact.Platform]string{artifact.DarwinAMD64: "amd64/baton-x", artifact.DarwinARM64: "each/x_darwin_arm64.tar.gz"}, found(t, root, d))
}

// What is left out is passed over; of a list of a build, only its digests.
func TestFilesAreLeftOut(t *testing.T) {
	t.Parallel()
	stale := "00000000000000000000000000000000000000000000000000000000000000ff"
	root := project{
		"dist/x_linux_amd64.tar.gz": gz, "dist/x_checksums.txt": []byte(stale + "  x_linux_amd64.tar.gz\n"),
		"dist/artifacts.json": artifactsJSON(t, built{
			Name: "x_linux_amd64.tar.gz", Path: "dist/x_linux_amd64.tar.gz", Goos: "linux", Goarch: "amd64", Type: "Archive", Extra: map[string]any{"Checksum": "sha256:" + stale},
		}),
	}.write(t)
	dist := filepath.Join(root, "dist")
	search := artifact.Search{Dirs: []string{dist}}
	f, _ := discover(t, search).For(artifact.LinuxAMD64)
	require.Len(t, f.Warnings, 2)
	var lists []string
	for _, w := range f.Warnings {
		assert.Equal(t, artifact.WarnStaleChecksum, w.Kind)
		lists = append(lists, w.List)
	}
	assert.ElementsMatch(t, []string{filepath.Join(dist, "artifacts.json"), filepath.Join(dist, "x_checksums.txt")}, lists)

	search.LeaveOut = lists
	d := discover(t, search)
	f, _ = d.For(artifact.LinuxAMD64)
	assert.Empty(t, f.Warnings)
	assert.Equal(t, artifact.FoundByArtifacts, f.FoundBy())
	assert.Len(t, d.Files, 1, "the checksum file is not published")

	require.NoError(t, os.Symlink(dist, filepath.Join(root, "link")))
	search.LeaveOut = []string{filepath.Join(root, "link", "x_linux_amd64.tar.gz")}
	_, there := discover(t, search).For(artifact.LinuxAMD64)
	assert.False(t, there, "whatever name it is called by")
}
