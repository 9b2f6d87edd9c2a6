package pgp

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// How long gpg may take. With a pinentry a person has to find and type a
// passphrase; without one nobody is coming.
const (
	defaultTimeout    = 30 * time.Second
	defaultAskTimeout = 3 * time.Minute
	afterKill         = 2 * time.Second
)

// What gpg may say: a listing of a few hundred keys, a signature, its status.
const (
	maxListing = 4 << 20
	maxStatus  = 256 << 10
)

// GPG is the person's own gpg, which holds their keys or knows the agent and
// the card that do. Nothing here reads their key files.
type GPG struct {
	// Program is gpg or its path; empty means gpg.
	Program string
	// Home is the GNUPGHOME to use; empty leaves it to the environment.
	Home string
	// Environ is the environment to take from, as os.Environ gives it. Only
	// what gpg, its agent and its pinentry need is handed on.
	Environ []string
	// Timeout bounds each run of gpg; zero means a default that leaves time to
	// type a passphrase where one may be asked for.
	Timeout time.Duration
}

// SecretKey is a key that gpg could sign with.
type SecretKey struct {
	Fingerprint string
	Algorithm   string
	Created     time.Time
	Expires     time.Time // zero: never
	UserIDs     []string  // fit to be shown
	// Off says why the key cannot sign now; empty if it can.
	Off string
	// Card is the serial number of the card that holds the key, if one does.
	Card string
}

// handedOn are the variables of the environment that gpg, gpg-agent and the
// pinentries need to find their files, each other and the person.
var handedOn = []string{
	"HOME", "PATH", "GNUPGHOME", "GPG_TTY", "TERM", "LANG", "LC_ALL", "LC_CTYPE", "USER", "LOGNAME", "TMPDIR",
	"DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_TTY", "SSH_CONNECTION", "PINENTRY_USER_DATA",
	"SystemRoot", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "TEMP", "TMP",
}

// env is what the child gets to see: no tokens, no passwords of other programs.
func (g *GPG) env() []string {
	var env []string
	for _, v := range g.Environ {
		name, _, _ := strings.Cut(v, "=")
		if name == "GNUPGHOME" && g.Home != "" {
			continue
		}
		if slices.Contains(handedOn, name) {
			env = append(env, v)
		}
	}
	if g.Home != "" {
		env = append(env, "GNUPGHOME="+g.Home)
	}
	return env
}

// program finds gpg in the PATH that was handed in, not in that of the process.
func (g *GPG) program() (string, error) {
	name := g.Program
	if name == "" {
		name = "gpg"
	}
	if strings.ContainsRune(name, filepath.Separator) {
		if err := executable(name); err != nil {
			return "", noGPG(name, err)
		}
		return name, nil
	}
	for _, v := range g.Environ {
		path, ok := strings.CutPrefix(v, "PATH=")
		if !ok {
			continue
		}
		for _, dir := range filepath.SplitList(path) {
			full := filepath.Join(dir, name)
			if runtime.GOOS == "windows" {
				full += ".exe"
			}
			// A relative entry would run whatever lies in the project that is published.
			if filepath.IsAbs(full) && executable(full) == nil {
				return full, nil
			}
		}
	}
	return "", noGPG(name, exec.ErrNotFound)
}

func executable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir(), runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return exec.ErrNotFound
	default:
		return nil
	}
}

func noGPG(name string, cause error) error {
	return problem(NoGPG, cause, "install GnuPG, or sign with a key file or a cosign key", "%s is not installed here", clean(name, maxUserIDText))
}

// call is one run of gpg.
type call struct {
	doing  string
	args   []string
	stdin  io.Reader
	secret []byte // handed over a pipe of its own, as file descriptor 3
	asks   bool   // a person may be typing a passphrase meanwhile
	limit  int
}

// answer is what gpg said: the result, what it tells programs, and what it
// tells people. All but the result is there even if it failed, and says why.
type answer struct {
	out    []byte
	status []statusLine
	says   string // its last word to people
}

// run runs gpg to its end or to the timeout.
func (g *GPG) run(ctx context.Context, c call) (answer, error) {
	program, err := g.program()
	if err != nil {
		return answer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, g.timeout(c.asks))
	defer cancel()

	args := append([]string{"--batch", "--no-tty", "--status-fd=2", "--no-comments", "--no-emit-version"}, c.args...)
	cmd := exec.CommandContext(ctx, program, args...) // #nosec G204 -- the person's own gpg, with fixed options and a checked fingerprint
	cmd.Env = g.env()
	cmd.Stdin = c.stdin
	cmd.WaitDelay = afterKill
	out, diag := &bounded{limit: c.limit}, &bounded{limit: maxStatus}
	cmd.Stdout, cmd.Stderr = out, diag

	closeSecret := func() error { return nil }
	if c.secret != nil {
		if closeSecret, err = handOver(cmd, c.secret); err != nil {
			return answer{}, err
		}
	}
	err = cmd.Start()
	if cerr := closeSecret(); err == nil {
		err = cerr
	}
	if err == nil {
		err = cmd.Wait()
	}
	a := answer{status: parseStatus(diag.buf.Bytes()), says: lastWord(diag.buf.Bytes())}
	switch {
	case ctx.Err() != nil:
		return a, stopped(ctx, c, g.timeout(c.asks))
	case out.over || diag.over:
		return a, problem(Failed, nil, "", "gpg says more than expected while %s", c.doing)
	case err != nil:
		return a, err
	}
	a.out = out.buf.Bytes()
	return a, nil
}

// lastWord is gpg's last line for people, which names the trouble.
func lastWord(diag []byte) string {
	last := ""
	for line := range strings.Lines(string(diag)) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), "gpg: "); ok {
			last = text
		}
	}
	return clean(last, maxUserIDText)
}

func (g *GPG) timeout(asks bool) time.Duration {
	switch {
	case g.Timeout > 0:
		return g.Timeout
	case asks:
		return defaultAskTimeout
	default:
		return defaultTimeout
	}
}

func stopped(ctx context.Context, c call, after time.Duration) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return problem(Canceled, ctx.Err(), "", "stopped while gpg was %s", c.doing)
	}
	next := "see whether gpg works by itself: gpg --clearsign"
	if c.asks {
		next = "enter the passphrase in time, or let registrar ask for it"
	}
	return problem(TimedOut, ctx.Err(), next, "gpg was not done %s after %v", c.doing, after)
}

// handOver makes secret readable to the child as file descriptor 3. It fits
// into the pipe, so nothing waits for a child that does not read.
func handOver(cmd *exec.Cmd, secret []byte) (done func() error, err error) {
	if runtime.GOOS == "windows" {
		return nil, problem(Failed, nil, "leave the passphrase to the agent", "handing over a passphrase does not work on Windows")
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("making a pipe for the passphrase: %w", err)
	}
	_, err = w.Write(secret)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("handing over the passphrase: %w", err), r.Close())
	}
	cmd.ExtraFiles = []*os.File{r}
	return r.Close, nil
}

// bounded keeps the first limit bytes and refuses more, which closes the pipe
// and so ends a child that never stops talking.
type bounded struct {
	buf   bytes.Buffer // not embedded: its ReadFrom would know no limit
	limit int
	over  bool
}

var errTooMuch = errors.New("more output than expected")

func (b *bounded) Write(p []byte) (int, error) {
	if len(p) > b.limit-b.buf.Len() {
		b.over = true
		return 0, errTooMuch
	}
	return b.buf.Write(p)
}

// statusLine is what gpg says to programs, as opposed to people.
type statusLine struct {
	keyword string
	args    []string
}

func (l statusLine) arg(i int) string {
	if i < len(l.args) {
		return l.args[i]
	}
	return ""
}

func parseStatus(out []byte) []statusLine {
	var all []statusLine
	lines := bufio.NewScanner(bytes.NewReader(out))
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "[GNUPG:] "); ok {
			if fields := strings.Fields(text); len(fields) > 0 {
				all = append(all, statusLine{fields[0], fields[1:]})
			}
		}
	}
	return all
}

func find(status []statusLine, keyword string) (statusLine, bool) {
	i := slices.IndexFunc(status, func(l statusLine) bool { return l.keyword == keyword })
	if i < 0 {
		return statusLine{}, false
	}
	return status[i], true
}

// Keys lists the keys that gpg holds secrets of, also those that cannot sign
// now, with the reason.
func (g *GPG) Keys(ctx context.Context) ([]SecretKey, error) {
	a, err := g.run(ctx, call{doing: "listing secret keys", limit: maxListing, args: listing})
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, problem(Failed, err, "see what gpg --list-secret-keys says", "gpg could not list its secret keys: %s", a.says)
	}
	if err != nil {
		return nil, err
	}
	return parseListing(a.out), nil
}

var listing = []string{"--with-colons", "--fixed-list-mode", "--list-secret-keys"}

// secret finds one key by the fingerprint of any of its parts.
func (g *GPG) secret(ctx context.Context, fpr string) (SecretKey, error) {
	a, err := g.run(ctx, call{doing: "looking for a secret key", limit: maxListing, args: append(slices.Clip(listing), fpr)})
	if _, ok := errors.AsType[*exec.ExitError](err); ok {
		line, _ := find(a.status, "ERROR")
		if code, _ := strconv.ParseUint(line.arg(1), 10, 32); code&codeMask == codeNoSecretKey || code&codeMask == codeNoPublicKey {
			return SecretKey{}, noSuchKey(fpr, err)
		}
		return SecretKey{}, problem(Failed, err, "see what gpg --list-secret-keys says", "gpg could not look for the key %s: %s", fpr, a.says)
	}
	if err != nil {
		return SecretKey{}, err
	}
	keys := parseListing(a.out)
	if len(keys) != 1 {
		return SecretKey{}, noSuchKey(fpr, nil)
	}
	return keys[0], nil
}

// Export gives the public half of a key, armored, as it is to be registered.
func (g *GPG) Export(ctx context.Context, fingerprint string) ([]byte, error) {
	fpr, err := checkFingerprint(fingerprint)
	if err != nil {
		return nil, err
	}
	a, err := g.run(ctx, call{doing: "exporting a key", limit: MaxKey, args: []string{"--armor", "--export", fpr}})
	if _, ok := errors.AsType[*exec.ExitError](err); ok || err == nil && len(a.out) == 0 {
		return nil, noSuchKey(fpr, err)
	}
	return a.out, err
}

// checkFingerprint accepts the whole fingerprint of a key and nothing else: a
// short key id can be made to collide, a name can match somebody else's key, and
// text from outside must not become an option of gpg.
func checkFingerprint(s string) (string, error) {
	fpr := strings.ToUpper(strings.Join(strings.Fields(s), ""))
	fpr = strings.TrimPrefix(fpr, "0X")
	isHex := strings.Trim(fpr, "0123456789ABCDEF") == ""
	if !isHex || len(fpr) != 40 && len(fpr) != 64 {
		return "", problem(NoSuchKey, nil, "name the key by its whole fingerprint, as gpg --list-secret-keys shows it", "%q is not the fingerprint of a key", clean(s, 80))
	}
	return fpr, nil
}

func noSuchKey(fpr string, cause error) error {
	return problem(NoSuchKey, cause, "see gpg --list-secret-keys", "gpg has no secret key %s", fpr)
}
