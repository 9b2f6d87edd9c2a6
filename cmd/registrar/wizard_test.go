package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// A first-time publisher with a project as the scaffold makes it: every fault
// at once, the fixes, and all ten steps to PUBLISHED, signed. At each step the
// terminal dies once, and esc is pressed once; nothing that was answered is
// asked for again.
func TestTheWizardFromScaffoldToPublished(t *testing.T) {
	t.Parallel()
	ines, link, validate := publisherOnALink(t)
	dir := scaffoldWithReleases(t)
	key := signingKey(t, ines)

	w := &wizardStory{t: t, desk: ines, dir: dir}
	w.open()
	w.Expect("Which system is it for?").Expect("knows no connectors").Expect("Contribute upstream")
	w.Kill() // nothing was answered yet
	w.open()
	w.Expect("Which system is it for?").Expect("knows no connectors")
	w.GoOn("Which project is it").ExpectLine("Organization", "acme").ExpectLine("Connector", "baton-widget")
	w.again("Which project is it").Key("esc").Expect("knows no connectors")
	w.GoOn("Which project is it").ExpectLine("Connector", "baton-widget")
	w.GoOn("of six requirements are not met yet")
	for _, fault := range [][]string{
		{"✗ fail", "ResourceSyncer", "no type has these methods"},
		{"✗ fail", "Tests", "0 test files found"},
		{"✗ fail", "README", "neither permissions"},
		{"✗ fail", "License", "there is no LICENSE file"},
		{"✗ fail", "Capabilities", "there is no baton_capabilities.json"},
		{"fix", "registrar can write LICENSE"},
		{"? not checked", "Lint"},
	} {
		w.ExpectLine(fault...)
	}
	w.again("of six requirements are not met yet").Key("esc").Expect("Which project is it")
	w.GoOn("of six requirements are not met yet")
	w.Key("enter").Expect("next: until").Expect("✗ fail")
	mendScaffold(t, dir)
	w.Key("r").Expect("One of six requirements is not met yet.")
	w.Key("w").Expect("No requirement fails.")
	require.FileExists(t, filepath.Join(dir, "LICENSE"))
	w.GoOn("Which number is it, and what is new?").ExpectLine("Version", "v0.1.0").Expect("It becomes latest.")
	w.Key("tab", "tab").Type("The first version.")
	w.settled("The first version.").again("Which number is it, and what is new?").ExpectLine("Changelog", "The first version.")
	w.Key("esc").Expect("No requirement fails.")
	w.GoOn("Changelog").ExpectLine("Changelog", "The first version.").ExpectLine("Version", "v0.1.0")
	w.GoOn("All five platforms").ExpectLine("windows-amd64", "✓ ready")
	w.again("All five platforms").Key("esc").Expect("Which number is it")
	w.GoOn("All five platforms")
	w.GoOn("How is it signed?").Key("down", "f").Expect("Which file has the private key?")
	w.Type(key).Expect("enter goes to this path").Key("enter").Expect("Passphrase").Type("secret words").Key("enter")
	w.Expect("5 files are signed.").ExpectLine("windows-amd64", "NO TRUST", "signed now")
	w.Key("a").Expect("Register the cosign key").Key("enter").ExpectLine("windows-amd64", "✓ VERIFIED")
	w.again("5 files are signed and verified.").ExpectLine("windows-amd64", "✓ VERIFIED").Key("esc").Expect("All five platforms")
	w.GoOn("windows-amd64").ExpectLine("windows-amd64", "✓ VERIFIED")
	w.GoOn("Ready to publish acme/baton-widget v0.1.0").ExpectLine("linux-arm64", "executable").Expect("5 signature files go along")
	w.again("Ready to publish acme/baton-widget v0.1.0").Key("esc").Expect("5 files are signed and verified.")
	w.GoOn("Ready to publish acme/baton-widget v0.1.0")

	// The terminal dies in the middle of the upload; what arrived is not sent
	// again, and what was answered is not asked for again.
	link.slow(true)
	w.GoOn("Uploading 10 files").ExpectLine("UPLOADING")
	w.again("Ready to publish acme/baton-widget v0.1.0")
	w.GoOn("Uploading 10 files")
	w.Key("esc").ExpectNot("Uploading 10 files").Key("p").Expect("Uploading 10 files")
	link.slow(false)

	// And while the registry looks at it: it goes on meanwhile, and again.
	w.Expect("Nothing is public before the checks have passed.")
	w.again("is VALIDATING with exactly these files.")
	w.GoOn("What it looks at")
	w.Key("esc").ExpectNot("What it looks at").Key("p").Expect("What it looks at")
	w.Kill()
	validate()
	w.open()
	w.Expect("1 publish is unfinished.").Key("enter").Expect("is PUBLISHED with exactly these files.").GoOn("Exactly this is published already.")
	w.Expect("What is where now").Expect("v0.1.0 is public and latest.").ExpectLine("signature", "✓ VERIFIED 5 of 5 files")
	w.Key("1").Expect("Copied registrar show acme/baton-widget v0.1.0.")
	w.Key("q")
	require.NoError(t, w.ExpectEnd())
	// What was published is said once more in the shell.
	w.ExpectLine("acme/baton-widget v0.1.0 is public and latest.").ExpectLine("registrar download acme/baton-widget v0.1.0")

	shown := ines.run(t, "show", "acme/baton-widget@v0.1.0", "-o", "json").ok(t).object(t)
	assert.Equal(t, "PUBLISHED", shown["state"])
	assert.Equal(t, "The first version.", shown["changelog"])
	for _, asset := range shown["assets"].([]any) {
		if asset := asset.(map[string]any); asset["kind"] == "BINARY" {
			assert.Equal(t, "VERIFIED", asset["verdict"], asset["filename"])
		}
	}
	assert.Equal(t, "[]", strings.TrimSpace(ines.run(t, "drafts", "-o", "json").ok(t).out), "nothing unfinished is left")
}

// wizardStory drives the wizard of one project.
type wizardStory struct {
	*tuitest.Terminal
	t    *testing.T
	desk *desk
	dir  string
}

// open starts the program anew.
func (w *wizardStory) open() {
	w.t.Helper()
	w.Terminal = w.desk.console(w.t, tuitest.Options{Width: 120, Height: 50, Wait: time.Minute}, "publish", w.dir)
}

// settled waits until what was answered last is on disk.
func (w *wizardStory) settled(text string) *wizardStory {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		found := false
		err := filepath.WalkDir(w.desk.home, func(path string, _ os.DirEntry, _ error) error {
			if strings.Contains(path, "publishes") && strings.HasSuffix(path, ".json") {
				data, err := os.ReadFile(path)
				found = found || err == nil && strings.Contains(string(data), text)
			}
			return nil
		})
		return err == nil && found
	}, 10*time.Second, 20*time.Millisecond, "%q is not in the journal", text)
	return w
}

// again kills the program where it is and goes on with its draft.
func (w *wizardStory) again(page string) *tuitest.Terminal {
	w.t.Helper()
	time.Sleep(400 * time.Millisecond) // the answers rest for a moment before they are written
	w.Kill()
	w.open()
	return w.Expect("1 publish is unfinished.").Key("enter").Expect(page)
}

// scaffoldWithReleases is a project as the official scaffold makes it: main.go
// at its root, no license, no tests, no capabilities; its release files exist.
func scaffoldWithReleases(t *testing.T) string {
	t.Helper()
	dir := project(t, "acme", "baton-widget", "v0.1.0")
	for _, gone := range []string{"LICENSE", "baton_capabilities.json"} {
		require.NoError(t, os.Remove(filepath.Join(dir, gone)))
	}
	for name, text := range map[string]string{
		"main.go": "package main\n\nfunc main() {}\n", "README.md": "# baton-widget\n\nA connector for Widget.\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// mendScaffold does what the fixes say, but for the license: the code, tests,
// README and capabilities of a connector that meets the requirements.
func mendScaffold(t *testing.T, dir string) {
	t.Helper()
	sample := sampleProject()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "pkg"), os.DirFS(filepath.Join(sample, "pkg"))))
	for _, name := range []string{"README.md", "baton_capabilities.json"} {
		data, err := os.ReadFile(filepath.Join(sample, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
}

// license is the text of the license that connectors have.
func license(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sampleProject(), "LICENSE"))
	require.NoError(t, err)
	return text
}

// signingKey makes a key pair of cosign with the passphrase "secret words" and
// returns the path of its private half.
func signingKey(t *testing.T, d *desk) string {
	t.Helper()
	dir := t.TempDir()
	words := filepath.Join(dir, "words.txt")
	require.NoError(t, os.WriteFile(words, []byte("secret words\n"), 0o600))
	d.run(t, "keys", "generate", filepath.Join(dir, "release"), "--passphrase-file", words).ok(t)
	return filepath.Join(dir, "release.key")
}

// publisherOnALink is the computer of a publisher, and its link to a registry
// that looks at versions when it is told to.
func publisherOnALink(t *testing.T) (ines *desk, link *throttle, validate func()) {
	t.Helper()
	s := registrytest.Start(t, registrytest.Configured(func(c *registry.Config) { c.Validators = -1 }))
	link = throttled(t, s.Address)
	ines = newDesk(t).at(link.address, s.Token(t, "ines", registryv1.Role_ROLE_PUBLISHER, "acme"))
	return ines, link, func() { require.NoError(t, s.Registry.Drain(t.Context())) }
}

// throttle is a link to a registry that can be made slow.
type throttle struct {
	address string
	mu      sync.Mutex
	each    time.Duration // that a piece waits
}

// throttled puts a link before an address.
func throttled(t *testing.T, to string) *throttle {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	link := &throttle{address: listener.Addr().String()}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			onward, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", to)
			if err != nil {
				_ = conn.Close()
				continue
			}
			go link.copy(onward, conn, true)
			go link.copy(conn, onward, false)
		}
	}()
	return link
}

// slow makes the way to the registry slow, or quick again.
func (l *throttle) slow(on bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.each = 0
	if on {
		l.each = 100 * time.Millisecond
	}
}

// copy carries one direction; the one to the registry in pieces that wait.
func (l *throttle) copy(to, from net.Conn, waits bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	piece := make([]byte, 16<<10)
	for {
		n, err := from.Read(piece)
		if n > 0 {
			l.mu.Lock()
			each := l.each
			l.mu.Unlock()
			if waits {
				time.Sleep(each)
			}
			if _, err := to.Write(piece[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
