package blob_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/blob/blobtest"
)

// crash is what a process that is to be killed is told.
type crash struct {
	Folder string
	Point  string
	Upload blob.UploadID
	Size   *int64
	SHA256 *artifact.Digest
	Until  time.Time
}

const crashVariable = "REGISTRAR_TEST_BLOB_CRASH"

// TestServingUntilKilled is not a test: it is the process that
// TestAKilledProcessLosesNothing starts and kills.
func TestServingUntilKilled(t *testing.T) {
	text := os.Getenv(crashVariable)
	if text == "" {
		t.Skip("runs only as a process of another test")
	}
	var c crash
	require.NoError(t, json.Unmarshal([]byte(text), &c))
	dir, err := blob.OpenDir(blob.Config{Path: c.Folder, Key: testKey, At: func(point string) {
		if point == c.Point {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Kill()
			}
			fmt.Fprintln(os.Stderr, "killed at", point, err)
			select {}
		}
	}})
	require.NoError(t, err)
	r := blobtest.NewRegistry()
	r.Add(blob.Slot{Upload: c.Upload, Size: c.Size, SHA256: c.SHA256, Until: c.Until})
	server := httptest.NewServer(dir.Handler(r, r))
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the other process ends
}

// start runs a process that serves a slot, and gives its address.
func start(t *testing.T, c crash) (blobtest.Client, *exec.Cmd) {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServingUntilKilled$")
	cmd.Env = append(os.Environ(), crashVariable+"="+string(text))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close() })
	lines := bufio.NewScanner(out)
	require.True(t, lines.Scan(), "the process says where it serves")
	return blobtest.Client{Base: lines.Text()}, cmd
}

func TestAKilledProcessLosesNothing(t *testing.T) {
	t.Parallel()
	content := blobtest.Content(1, 900_000)
	size, digest := int64(len(content)), blobtest.Digest(content)
	until := time.Now().Add(time.Hour)
	declared := blob.Slot{Upload: blob.NewUploadID(), Size: &size, SHA256: &digest, Until: until}
	undeclared := blob.Slot{Upload: blob.NewUploadID(), Until: until}

	for _, point := range []string{blob.PointPartWritten, blob.PointRenamed} {
		for name, slot := range map[string]blob.Slot{"declared": declared, "undeclared": undeclared} {
			t.Run(point+", "+name, func(t *testing.T) {
				t.Parallel()
				folder, r := t.TempDir(), blobtest.NewRegistry()
				r.Add(slot)
				p := serve(t, r, folder, nil)
				link := p.link(t, slot)
				killed, cmd := start(t, crash{folder, point, slot.Upload, slot.Size, slot.SHA256, until})
				conn := killed.Begin(t, http.MethodPut, link, nil, len(content), content)
				require.Error(t, cmd.Wait(), "killed")
				_, err := conn.Read(make([]byte, 1))
				require.Error(t, err, "it did not answer")
				assert.Zero(t, r.Recorded(), "nothing is visible")

				if name == "declared" {
					p.Head(t, link).Offset(t, size, true)
				} else {
					p.Head(t, link).Offset(t, size, false)
					assert.Equal(t, http.StatusCreated, p.Patch(t, link, size, nil, "?1").Status)
				}
				assert.Equal(t, 1, r.Recorded())
				p.Holds(t, content)
				p.noParts(t)
			})
		}
	}

	t.Run("while bytes arrive", func(t *testing.T) {
		t.Parallel()
		folder, r := t.TempDir(), blobtest.NewRegistry()
		r.Add(declared)
		p := serve(t, r, folder, nil)
		link := p.link(t, declared)
		killed, cmd := start(t, crash{folder, "never", declared.Upload, declared.Size, declared.SHA256, until})
		killed.Begin(t, http.MethodPut, link, nil, len(content), content[:600_000])
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			assert.NotEqual(c, "0", killed.Head(t, link).Header.Get("Upload-Offset"))
		}, 10*time.Second, time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		require.Error(t, cmd.Wait())

		var offset int64
		_, err := fmt.Sscan(p.Head(t, link).Header.Get("Upload-Offset"), &offset)
		require.NoError(t, err)
		assert.NotZero(t, offset, "what arrived is kept")
		require.Equal(t, http.StatusCreated, p.Patch(t, link, offset, content[offset:], "").Status)
		assert.Equal(t, 1, r.Recorded())
		p.Holds(t, content)
		p.noParts(t)
	})
}
