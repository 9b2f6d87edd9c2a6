package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"golang.org/x/term"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// maxSecret bounds a passphrase; gpg takes no longer one.
	maxSecret = 1024
	// secretPatience is how long a person may take to type one, and
	// filePatience how long a file may: it may be a pipe that nobody fills.
	secretPatience = 5 * time.Minute
	filePatience   = 30 * time.Second
)

// secretNames are variables that this program takes out of its environment, so
// that no program that it starts gets to see them.
var secretNames = []string{"COSIGN_PASSWORD", "REGISTRAR_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}

// secret asks a person for a passphrase. Where nobody sits, the flag that
// gives it is named.
func (e *Env) secret(ctx context.Context, what, flag string) ([]byte, error) {
	if e.AskSecret == nil || !e.asks() {
		return nil, usage("write it into a file that only you can read, and name that with --"+flag,
			"the passphrase of %s is needed, and there is no terminal to ask for it", what)
	}
	ctx, stop := context.WithTimeout(ctx, secretPatience)
	defer stop()
	return e.AskSecret(ctx, "Passphrase of "+what+": ")
}

// askSecret reads a line from a terminal without showing it. An interrupt puts
// the terminal back as it was and ends the question.
func askSecret(in *os.File, out io.Writer) func(ctx context.Context, prompt string) ([]byte, error) {
	return func(ctx context.Context, prompt string) ([]byte, error) {
		fd := int(in.Fd())
		before, err := term.GetState(fd)
		if err != nil {
			return nil, fmt.Errorf("looking at the terminal: %w", err)
		}
		_, _ = io.WriteString(out, prompt) // who cannot read it will see that something waits
		type answer struct {
			text []byte
			err  error
		}
		came := make(chan answer, 1)
		go func() {
			text, err := term.ReadPassword(fd)
			came <- answer{text, err}
		}()
		defer func() { _, _ = io.WriteString(out, "\n") }()
		select {
		case a := <-came:
			if errors.Is(a.err, io.EOF) {
				return nil, errors.New("no passphrase was entered")
			}
			return a.text, a.err
		case <-ctx.Done():
			return nil, errors.Join(context.Cause(ctx), term.Restore(fd, before))
		}
	}
}

// readSecretFile reads a passphrase from a file, without the end of its line.
// The second result says what is careless about the file, if anything is.
func readSecretFile(ctx context.Context, path string) (secret []byte, careless string, err error) {
	type answer struct {
		data []byte
		mode os.FileMode
		err  error
	}
	came := make(chan answer, 1)
	go func() { // it may be a pipe
		var a answer
		a.data, a.mode, a.err = readBounded(path)
		came <- a
	}()
	var a answer
	select {
	case a = <-came:
	case <-time.After(filePatience):
		return nil, "", fmt.Errorf("nothing came from %s within %v", path, filePatience)
	case <-ctx.Done():
		return nil, "", context.Cause(ctx)
	}
	if a.err != nil {
		return nil, "", a.err
	}
	secret = bytes.TrimSuffix(bytes.TrimSuffix(a.data, []byte("\n")), []byte("\r"))
	if len(secret) > maxSecret {
		clear(a.data)
		return nil, "", fmt.Errorf("%s holds more than the %d bytes that a passphrase may have", path, maxSecret)
	}
	return secret, openToOthers(path, a.mode), nil
}

func readBounded(path string) ([]byte, os.FileMode, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fmt.Errorf("%s is a directory", path)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	data, err := io.ReadAll(io.LimitReader(file, maxSecret+3))
	return data, info.Mode(), errors.Join(err, file.Close())
}

// openToOthers says that a file with a secret can be read by others.
func openToOthers(path string, mode os.FileMode) string {
	if runtime.GOOS == "windows" || !mode.IsRegular() || mode.Perm()&0o077 == 0 {
		return ""
	}
	return fmt.Sprintf("others on this computer can read %s; make it yours alone with chmod 600", path)
}

// readFlagSecret reads the file of a flag, and makes what is wrong with it a
// wrong command line.
func readFlagSecret(ctx context.Context, flag, path string, wrong *faults) (secret []byte, careless string) {
	if path == "" {
		return nil, ""
	}
	secret, careless, err := readSecretFile(ctx, path)
	if err != nil {
		wrong.add(flag, registryv1.Reason_REASON_USAGE, "--%s: %s", flag, err)
	}
	if secret == nil && err == nil {
		secret = []byte{} // an empty passphrase is one
	}
	return secret, careless
}
