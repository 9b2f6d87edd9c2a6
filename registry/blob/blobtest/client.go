package blobtest

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
)

// Content is n bytes that do not repeat, the same for the same seed.
func Content(seed uint64, n int) []byte {
	b := make([]byte, n)
	random := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8), byte(seed >> 16)})
	_, _ = random.Read(b)
	return b
}

// Digest is the sha256 of bytes.
func Digest(content []byte) artifact.Digest { return artifact.Digest(sha256.Sum256(content)) }

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Reason is the reason of a refusal, or "".
func (a Answer) Reason() string {
	var body struct {
		Error struct {
			Reason, Message, Next string
		} `json:"error"`
	}
	if json.Unmarshal(a.Body, &body) != nil {
		return ""
	}
	return body.Error.Reason
}

// Refused asserts a refusal with a status and a reason, in the form that all
// refusals have.
func (a Answer) Refused(t *testing.T, status int, reason registryv1.Reason) {
	t.Helper()
	assert.Equal(t, status, a.Status, "%s", a.Body)
	assert.Equal(t, registryv1.Short(reason), a.Reason(), "%s", a.Body)
	assert.Equal(t, "application/json", a.Header.Get("Content-Type"))
	assert.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
}

// Offset asserts what an answer says of how far the upload got.
func (a Answer) Offset(t *testing.T, want int64, complete bool) {
	t.Helper()
	assert.Equal(t, strconv.FormatInt(want, 10), a.Header.Get("Upload-Offset"))
	assert.Equal(t, map[bool]string{true: "?1", false: "?0"}[complete], a.Header.Get("Upload-Complete"))
}

// Client speaks to one backend.
type Client struct {
	// Base is where links that are paths are served.
	Base string
}

// URL makes a link complete.
func (c Client) URL(link string) string {
	if u, err := url.Parse(link); err == nil && u.IsAbs() {
		return link
	}
	return c.Base + link
}

// Do sends one request.
func (c Client) Do(t *testing.T, method, link string, header map[string]string, body io.Reader, length int64) Answer {
	t.Helper()
	rq, err := http.NewRequestWithContext(t.Context(), method, c.URL(link), body)
	require.NoError(t, err)
	rq.ContentLength = length
	for name, value := range header {
		rq.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(rq)
	require.NoError(t, err, "%s %s", method, link)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	got, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return Answer{Status: answer.StatusCode, Header: answer.Header, Body: got}
}

// Put sends a whole file.
func (c Client) Put(t *testing.T, link string, content []byte) Answer {
	t.Helper()
	return c.Do(t, http.MethodPut, link, map[string]string{"Content-Type": "application/octet-stream"}, bytes.NewReader(content), int64(len(content)))
}

// Head asks how far an upload got.
func (c Client) Head(t *testing.T, link string) Answer {
	t.Helper()
	return c.Do(t, http.MethodHead, link, nil, nil, 0)
}

// Patch goes on with an upload. It waits while the request that broke is
// still being noticed. complete may be "".
func (c Client) Patch(t *testing.T, link string, from int64, content []byte, complete string) Answer {
	t.Helper()
	header := map[string]string{"Content-Type": "application/partial-upload", "Upload-Offset": strconv.FormatInt(from, 10)}
	if complete != "" {
		header["Upload-Complete"] = complete
	}
	for {
		answer := c.Do(t, http.MethodPatch, link, header, bytes.NewReader(content), int64(len(content)))
		if answer.Status != http.StatusLocked {
			return answer
		}
		time.Sleep(time.Millisecond)
	}
}

// Begin starts a PUT or PATCH on a connection of its own, sends some of the
// bytes that it announces, and leaves it open.
func (c Client) Begin(t *testing.T, method, link string, header map[string]string, announced int, some []byte) net.Conn {
	t.Helper()
	u, err := url.Parse(c.URL(link))
	require.NoError(t, err)
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", u.Host)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() }) // most are closed by then, on purpose
	var request bytes.Buffer
	fmt.Fprintf(&request, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n", method, u.RequestURI(), u.Host, announced)
	for name, value := range header {
		fmt.Fprintf(&request, "%s: %s\r\n", name, value)
	}
	request.WriteString("\r\n")
	request.Write(some)
	_, err = conn.Write(request.Bytes())
	require.NoError(t, err)
	return conn
}

// ReadAnswer reads the answer on a connection of Begin.
func ReadAnswer(t *testing.T, conn net.Conn) Answer {
	t.Helper()
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer func() { require.NoError(t, answer.Body.Close()) }()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return Answer{Status: answer.StatusCode, Header: answer.Header, Body: body}
}

// Break starts a PUT of content, cuts the connection after n bytes, and waits
// until these have arrived.
func (c Client) Break(t *testing.T, link string, content []byte, n int) {
	t.Helper()
	conn := c.Begin(t, http.MethodPut, link, nil, len(content), content[:n])
	require.NoError(t, conn.Close())
	require.EventuallyWithT(t, func(check *assert.CollectT) {
		assert.Equal(check, strconv.Itoa(n), c.Head(t, link).Header.Get("Upload-Offset"))
	}, 10*time.Second, 2*time.Millisecond)
}

// Target asks a store for the link of a slot.
func Target(t *testing.T, s blob.Store, slot blob.Slot) *registryv1.UploadPut {
	t.Helper()
	target, err := s.Target(t.Context(), slot)
	require.NoError(t, err)
	put := target.GetPut()
	require.NotNil(t, put, "the store takes one PUT")
	return put
}
