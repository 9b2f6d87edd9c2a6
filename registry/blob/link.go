package blob

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/artifact"
)

// Paths under which the links of a directory are served.
const (
	UploadPrefix   = "/v1/uploads/"
	DownloadPrefix = "/v1/files/"
)

const (
	minKey      = 32
	maxFilename = 255
	maxLink     = 2048
)

// Purposes keep the signature of one kind of link from being used for another.
const (
	forUpload   = "registrar upload link 1"
	forDownload = "registrar download link 1"
)

var (
	errLinkInvalid = errors.New("the link was altered or never given")
	errLinkExpired = errors.New("the link has expired")
)

// links makes and reads signed paths. All processes of one store share the
// key, so each serves and checks the links of the others.
type links struct {
	key []byte
	now func() time.Time
}

func newLinks(key []byte, now func() time.Time) (links, error) {
	if len(key) < minKey {
		return links{}, fmt.Errorf("the key of links has %d bytes; it needs at least %d", len(key), minKey)
	}
	return links{key: append([]byte(nil), key...), now: now}, nil
}

// upload is the path for bringing the bytes of one upload.
func (l links) upload(id UploadID, until time.Time) string {
	return UploadPrefix + id.String() + l.query(until, forUpload, id.String())
}

// download is the path for fetching one blob under a file name.
func (l links) download(d artifact.Digest, filename string, until time.Time) (string, error) {
	if err := checkFilename(filename); err != nil {
		return "", err
	}
	path := DownloadPrefix + d.Hex() + "/" + url.PathEscape(filename)
	return path + l.query(until, forDownload, d.Hex(), filename), nil
}

// query is the part of a link that makes it valid. Times are cut to seconds,
// so a link never lives longer than it was asked to.
func (l links) query(until time.Time, purpose string, bound ...string) string {
	seconds := until.Unix()
	return "?until=" + strconv.FormatInt(seconds, 10) + "&sig=" + base64.RawURLEncoding.EncodeToString(l.sign(seconds, purpose, bound...))
}

// sign covers the purpose, the time and each value with its length, so that
// no two lists of values have the same signed text.
func (l links) sign(until int64, purpose string, bound ...string) []byte {
	mac := hmac.New(sha256.New, l.key)
	write := func(s string) {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(s)))
		mac.Write(length[:])
		mac.Write([]byte(s))
	}
	write(purpose)
	write(strconv.FormatInt(until, 10))
	for _, s := range bound {
		write(s)
	}
	return mac.Sum(nil)
}

// readUpload takes an upload link apart. A link that was altered is told
// apart from one that was right and has ended.
func (l links) readUpload(u *url.URL) (UploadID, error) {
	name, ok := strings.CutPrefix(u.EscapedPath(), UploadPrefix)
	if !ok || len(u.RawQuery) > maxLink {
		return UploadID{}, errLinkInvalid
	}
	id, err := ParseUploadID(name)
	if err != nil {
		return UploadID{}, errLinkInvalid
	}
	if err := l.verify(u, forUpload, name); err != nil {
		return UploadID{}, err
	}
	return id, nil
}

// readDownload takes a download link apart.
func (l links) readDownload(u *url.URL) (artifact.Digest, string, error) {
	rest, ok := strings.CutPrefix(u.EscapedPath(), DownloadPrefix)
	if !ok || len(rest) > maxLink || len(u.RawQuery) > maxLink {
		return artifact.Digest{}, "", errLinkInvalid
	}
	hexDigest, escaped, ok := strings.Cut(rest, "/")
	if !ok || strings.Contains(escaped, "/") {
		return artifact.Digest{}, "", errLinkInvalid
	}
	d, err := artifact.ParseDigest(hexDigest)
	if err != nil || d.Hex() != hexDigest {
		return artifact.Digest{}, "", errLinkInvalid
	}
	filename, err := url.PathUnescape(escaped)
	if err != nil || checkFilename(filename) != nil {
		return artifact.Digest{}, "", errLinkInvalid
	}
	if err := l.verify(u, forDownload, hexDigest, filename); err != nil {
		return artifact.Digest{}, "", err
	}
	return d, filename, nil
}

// verify checks the signature first and the time second: only the holder of a
// genuine link learns that it has expired.
func (l links) verify(u *url.URL, purpose string, bound ...string) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(query["until"]) != 1 || len(query["sig"]) != 1 {
		return errLinkInvalid
	}
	seconds, err := strconv.ParseInt(query.Get("until"), 10, 64)
	if err != nil {
		return errLinkInvalid
	}
	sig, err := base64.RawURLEncoding.Strict().DecodeString(query.Get("sig"))
	if err != nil || !hmac.Equal(sig, l.sign(seconds, purpose, bound...)) {
		return errLinkInvalid
	}
	if !l.now().Before(time.Unix(seconds, 0)) {
		return errLinkExpired
	}
	return nil
}

// checkFilename takes names that are one element of a path and can be shown.
func checkFilename(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("making a link: %q is no file name", name)
	case len(name) > maxFilename:
		return fmt.Errorf("making a link: the file name has %d bytes, more than %d", len(name), maxFilename)
	case !utf8.ValidString(name):
		return fmt.Errorf("making a link: the file name %q is not UTF-8", name)
	case strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("making a link: the file name %q has a separator or a character that cannot be shown", name)
	}
	return nil
}
