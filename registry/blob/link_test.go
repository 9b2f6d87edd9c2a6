package blob_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/blob/blobtest"
)

var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func testLinks(tb testing.TB, key byte) blob.TestLinks {
	tb.Helper()
	links, err := blob.NewTestLinks([]byte(strings.Repeat(string(rune(key)), 32)), func() time.Time { return noon })
	require.NoError(tb, err)
	return links
}

func parse(tb testing.TB, link string) *url.URL {
	tb.Helper()
	u, err := url.Parse(link)
	require.NoError(tb, err)
	return u
}

func TestLinksSayWhatTheyWereMadeFor(t *testing.T) {
	t.Parallel()
	links := testLinks(t, 'k')
	id := blob.NewUploadID()
	got, err := links.ReadUpload(parse(t, links.Upload(id, noon.Add(time.Minute))))
	require.NoError(t, err)
	assert.Equal(t, id, got)

	digest := blobtest.Digest([]byte("x"))
	for _, name := range []string{"a.tar.gz", "a b+c%2F&?#;.zip", "größe-日本.zip", "..a", "a.."} {
		link, err := links.Download(digest, name, noon.Add(time.Minute))
		require.NoError(t, err)
		gotDigest, gotName, err := links.ReadDownload(parse(t, link))
		require.NoError(t, err, link)
		assert.Equal(t, digest, gotDigest)
		assert.Equal(t, name, gotName)
	}
}

func TestALinkIsGoodForNothingElse(t *testing.T) {
	t.Parallel()
	links := testLinks(t, 'k')
	id := blob.NewUploadID()
	good := links.Upload(id, noon.Add(time.Minute))

	t.Run("with another key", func(t *testing.T) {
		t.Parallel()
		_, err := testLinks(t, 'j').ReadUpload(parse(t, good))
		require.ErrorContains(t, err, "altered")
	})
	t.Run("for another upload", func(t *testing.T) {
		t.Parallel()
		_, err := links.ReadUpload(parse(t, strings.Replace(good, id.String(), blob.NewUploadID().String(), 1)))
		require.ErrorContains(t, err, "altered")
	})
	t.Run("for a download", func(t *testing.T) {
		t.Parallel()
		_, query, _ := strings.Cut(good, "?")
		_, _, err := links.ReadDownload(parse(t, blob.DownloadPrefix+blobtest.Digest(nil).Hex()+"/"+id.String()+"?"+query))
		require.ErrorContains(t, err, "altered")
	})
	t.Run("under another file name", func(t *testing.T) {
		t.Parallel()
		link, err := links.Download(blobtest.Digest(nil), "a.zip", noon.Add(time.Minute))
		require.NoError(t, err)
		_, _, err = links.ReadDownload(parse(t, strings.Replace(link, "a.zip", "b.zip", 1)))
		require.ErrorContains(t, err, "altered")
	})
	t.Run("at its end", func(t *testing.T) {
		t.Parallel()
		_, err := links.ReadUpload(parse(t, links.Upload(id, noon)))
		require.ErrorContains(t, err, "expired")
		_, err = links.ReadUpload(parse(t, links.Upload(id, noon.Add(900*time.Millisecond))))
		require.ErrorContains(t, err, "expired", "times are cut, never rounded up")
	})
}

func TestLinksNeedAKey(t *testing.T) {
	t.Parallel()
	_, err := blob.NewTestLinks([]byte("short"), time.Now)
	require.Error(t, err)
	_, err = blob.OpenDir(blob.Config{Path: t.TempDir()})
	require.Error(t, err)
}

// FuzzLinks: whatever is asked, only what this registry signed is served, and
// what is read is what was signed, character for character.
func FuzzLinks(f *testing.F) {
	links := testLinks(f, 'k')
	until := noon.Add(time.Minute)
	id := blob.UploadID{1, 2, 3}
	upload := links.Upload(id, until)
	download, err := links.Download(blobtest.Digest(nil), "a b.zip", until)
	require.NoError(f, err)
	for _, seed := range []string{
		upload, download, "", "/", blob.UploadPrefix, blob.DownloadPrefix + "x/y", upload + "&sig=x", download + "%00",
		strings.Replace(download, "a%20b.zip", "..%2f..%2fetc%2fpasswd", 1), strings.ToUpper(upload), "/v1/files//?until=&sig=",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := url.Parse(text)
		if err != nil {
			return
		}
		if got, err := links.ReadUpload(u); err == nil {
			assert.Equal(t, id, got)
			assert.Equal(t, blob.UploadPrefix+id.String(), u.EscapedPath())
		}
		if digest, name, err := links.ReadDownload(u); err == nil {
			assert.Equal(t, blobtest.Digest(nil), digest)
			assert.Equal(t, "a b.zip", name)
		}
	})
}

func FuzzParseUploadID(f *testing.F) {
	f.Add(blob.NewUploadID().String())
	f.Add("../../etc/passwd")
	f.Add(strings.Repeat("A", 32))
	f.Fuzz(func(t *testing.T, text string) {
		if id, err := blob.ParseUploadID(text); err == nil {
			assert.Equal(t, text, id.String(), "an id has one spelling, which is a safe file name")
		}
	})
}
