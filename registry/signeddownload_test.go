package registry_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// downloads are the names of the files for some platforms.
func (p *person) downloads(t *testing.T, label string, platforms ...registryv1.Platform) []string {
	t.Helper()
	answer, err := p.GetDownloadURLs(t.Context(), &registryv1.GetDownloadURLsRequest{Connector: of(label), Version: at(label).GetVersion(), Platforms: platforms})
	require.NoError(t, err)
	var names []string
	for _, d := range answer.GetDownloads() {
		names = append(names, d.GetAsset().GetFilename())
	}
	return names
}

func TestDownloadsBringWhatSpeaksForThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := h.pgpKey(t)
	linux, windows := exe(linuxAMD, ""), exe(windowsAMD, "")
	linuxSignature, windowsSignature := h.asc(t, key, linux), h.asc(t, key, windows)
	// Declared for another platform than the file that it is about.
	windowsSignature.platform = linuxAMD
	list := file{0, checksumKind, "checksums.txt", sumsOf(linux, windows)}
	own := file{linuxAMD, checksumKind, windows.name + ".sha256", sumsOf(windows)}
	v := h.anna.release(t, "v1.0.0", linux, windows, linuxSignature, windowsSignature, list, h.asc(t, key, list), own, h.asc(t, key, own))
	require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	label := okta + " v1.0.0"
	assert.ElementsMatch(t, []string{
		windows.name, windowsSignature.name, list.name, list.name + ".asc", own.name, own.name + ".asc",
	}, h.anonymous.downloads(t, label, windowsAMD))
	assert.NotContains(t, h.anonymous.downloads(t, label, linuxAMD), windows.name)
	assert.Len(t, h.anonymous.downloads(t, label), 8)
}

func sumsOf(files ...file) []byte {
	var text []byte
	for _, f := range files {
		text = fmt.Appendf(text, "%x  %s\n", sha256.Sum256(f.data), f.name)
	}
	return text
}

func TestADirectoryOfSchema1GoesOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "tar", "-xzf", filepath.Join("store", "testdata", "schema1.tar.gz"), "-C", dir).CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("there is no tar here")
	}
	require.NoError(t, err, string(out))
	h, err := openHouse(dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.r.Close()) })
	waiting := h.settle(t, h.anna, okta+" v1.5.0")
	assert.Equal(t, published, waiting.GetSummary().GetState(), waiting.GetFailure().GetMessage())
	assert.Equal(t, unsigned, waiting.GetSummary().GetVerdict())
	old := h.anonymous.see(t, okta+" v1.0.0")
	assert.Zero(t, old.GetSummary().GetVerdict(), "nobody checked the signatures of earlier versions")
	for _, asset := range old.GetAssets() {
		assert.Nil(t, asset.GetVerdict())
	}
	key := h.pgpKey(t)
	h.anna.addKey(t, "release", gpgType, key.Public(t))
	f := exe(linuxAMD, "signed")
	v := h.anna.release(t, "v1.6.0", f, h.asc(t, key, f))
	assert.Equal(t, verified, v.GetSummary().GetVerdict(), v.GetFailure().GetMessage())
	h.intact(t)
	_, err = os.Stat(filepath.Join(dir, "registry.db"))
	require.NoError(t, err)
}

func TestAnotherReplicaTakesUpAValidationWithItsKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other, err := openHouse(h.dir)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, other.r.Close()) })
	key := h.pgpKey(t)
	h.anna.addKey(t, "release", gpgType, key.Public(t))
	f := exe(linuxAMD, "")
	h.anna.submit(t, okta+" v1.0.0", f, h.asc(t, key, f))
	v := other.settle(t, other.anna, okta+" v1.0.0")
	assert.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	assert.Equal(t, verified, v.GetSummary().GetVerdict())
	assert.Equal(t, "release", verdictOf(t, h.anonymous.see(t, okta+" v1.0.0"), f.name).GetBy().GetKeyName())
}
