package cosign

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// The identity provider of sigstore.dev, which lets people log in with the
// account they have elsewhere.
const (
	PublicGoodIssuer   = "https://oauth2.sigstore.dev/auth"
	PublicGoodClientID = "sigstore"
)

const (
	// loginTimeout is how long a person may take to log in.
	loginTimeout = 5 * time.Minute
	// requestTimeout bounds each question to the provider.
	requestTimeout = 30 * time.Second
	// maxProviderAnswer bounds what a provider may say.
	maxProviderAnswer = 1 << 20
	// stillGood is how long a token must last to be used for one more file.
	stillGood = 15 * time.Second
)

// Login is how a person gets an identity token: at an identity provider, in a
// browser. The flows of the Sigstore library wait without an end and read from
// the terminal by themselves, so these are ours, on the same libraries.
type Login struct {
	Issuer   string // empty: PublicGoodIssuer
	ClientID string // empty: PublicGoodClientID
	// Redirect is where the browser returns to, as http://localhost:PORT/PATH;
	// empty: a free port.
	Redirect string
	// Open opens a browser. Nil, or an error: the person opens it.
	Open func(ctx context.Context, address string) error
	// Tell says where the person logs in, and the code to enter there, which
	// only the device flow has.
	Tell      func(address, code string)
	Transport http.RoundTripper
	Timeout   time.Duration    // of the whole login; 0: 5 min
	Now       func() time.Time // nil: time.Now
}

// TokenFromBrowser lets the person log in with a browser on this computer,
// which hands the answer over to a port that listens meanwhile.
func TokenFromBrowser(l Login) TokenSource { return l.source(Login.browser) }

// TokenFromDevice lets the person log in anywhere, by entering a code there:
// for terminals on computers that have no browser.
func TokenFromDevice(l Login) TokenSource { return l.source(Login.device) }

// source asks the person once, and again when the token has expired.
func (l Login) source(flow func(Login, context.Context, *session) ([]byte, error)) TokenSource {
	if l.Issuer == "" {
		l.Issuer = PublicGoodIssuer
	}
	if l.ClientID == "" {
		l.ClientID = PublicGoodClientID
	}
	if l.Timeout == 0 {
		l.Timeout = loginTimeout
	}
	if l.Now == nil {
		l.Now = time.Now
	}
	return lasting(l.Now, func(ctx context.Context) ([]byte, error) {
		ctx, stop := context.WithTimeout(ctx, l.Timeout)
		defer stop()
		s, err := l.session(ctx)
		var token []byte
		if err == nil {
			token, err = flow(l, s.ctx, s)
		}
		switch {
		case errors.Is(context.Cause(ctx), context.DeadlineExceeded):
			return nil, fmt.Errorf("logging in at %s: nobody did within %v", l.Issuer, l.Timeout)
		case err != nil:
			return nil, fmt.Errorf("logging in at %s: %w", l.Issuer, said(err))
		}
		return token, nil
	})
}

// lasting hands out one token for as long as it is good.
func lasting(now func() time.Time, ask TokenSource) TokenSource {
	var mu sync.Mutex
	var token []byte
	return func(ctx context.Context) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if token != nil && checkToken(token, now().Add(stillGood)) == nil {
			return bytes.Clone(token), nil
		}
		clear(token)
		token = nil
		fresh, err := ask(ctx)
		if err != nil {
			return nil, err
		}
		token = fresh
		return bytes.Clone(token), nil
	}
}

// said keeps of a provider's answer what it means.
func said(err error) error {
	refused, ok := errors.AsType[*oauth2.RetrieveError](err)
	if !ok {
		return err
	}
	if refused.ErrorCode == "" {
		return fmt.Errorf("it answered %s", refused.Response.Status)
	}
	return fmt.Errorf("it refused: %.80q %.200q", refused.ErrorCode, refused.ErrorDescription)
}

// session is one login.
type session struct {
	ctx      context.Context
	config   oauth2.Config
	verifier *oidc.IDTokenVerifier
}

// session asks the provider where everything is.
func (l Login) session(ctx context.Context) (*session, error) {
	next := l.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	ctx = oidc.ClientContext(ctx, &http.Client{Transport: short(next), Timeout: requestTimeout})
	provider, err := oidc.NewProvider(ctx, l.Issuer)
	if err != nil {
		return nil, err
	}
	return &session{
		ctx:      ctx,
		config:   oauth2.Config{ClientID: l.ClientID, Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email"}},
		verifier: provider.VerifierContext(ctx, &oidc.Config{ClientID: l.ClientID, Now: l.Now}),
	}, nil
}

// short cuts answers that are longer than any real one.
func short(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err == nil {
			resp.Body = &cut{Reader: io.LimitReader(resp.Body, maxProviderAnswer), Closer: resp.Body}
		}
		return resp, err
	})
}

type cut struct {
	io.Reader
	io.Closer
}

func (l Login) tell(address, code string) {
	if l.Tell != nil {
		l.Tell(address, code)
	}
}

// browser is the authorization code flow, with proof that who asks for the
// token is who began.
func (l Login) browser(ctx context.Context, s *session) ([]byte, error) {
	back, err := l.listen(ctx)
	if err != nil {
		return nil, err
	}
	defer back.close()
	s.config.RedirectURL = back.address
	proof, nonce := oauth2.GenerateVerifier(), rand.Text()
	address := s.config.AuthCodeURL(back.state, oauth2.S256ChallengeOption(proof), oidc.Nonce(nonce))
	l.tell(address, "")
	if l.Open != nil {
		_ = l.Open(ctx, address) // the person was told the address
	}
	var code string
	select {
	case got := <-back.came:
		if got.err != nil {
			return nil, got.err
		}
		code = got.code
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	token, err := s.config.Exchange(ctx, code, oauth2.VerifierOption(proof))
	if err != nil {
		return nil, err
	}
	return s.identity(ctx, token, nonce)
}

// device is the flow of computers without a browser.
func (l Login) device(ctx context.Context, s *session) ([]byte, error) {
	if s.config.Endpoint.DeviceAuthURL == "" {
		return nil, errors.New("it offers no login by a code")
	}
	proof := oauth2.GenerateVerifier()
	begun, err := s.config.DeviceAuth(ctx, oauth2.S256ChallengeOption(proof))
	if err != nil {
		return nil, err
	}
	address := begun.VerificationURIComplete
	if address == "" {
		address = begun.VerificationURI
	}
	l.tell(address, begun.UserCode)
	token, err := s.config.DeviceAccessToken(ctx, begun, oauth2.VerifierOption(proof))
	if err != nil {
		return nil, err
	}
	return s.identity(ctx, token, "")
}

// identity takes the identity token out of an answer, if it is for us.
func (s *session) identity(ctx context.Context, answer *oauth2.Token, nonce string) ([]byte, error) {
	raw, ok := answer.Extra("id_token").(string)
	if !ok || raw == "" {
		return nil, errors.New("its answer holds no identity token")
	}
	token, err := s.verifier.Verify(ctx, raw)
	switch {
	case err != nil:
		return nil, redact(err, []byte(raw))
	case nonce != "" && subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(nonce)) != 1:
		return nil, errors.New("its token is of another login")
	case token.AccessTokenHash != "":
		if err := token.VerifyAccessToken(answer.AccessToken); err != nil {
			return nil, err
		}
	}
	return []byte(raw), nil
}

// callback listens for the browser's return.
type callback struct {
	address, state string
	came           chan returned
	server         *http.Server
}

type returned struct {
	code string
	err  error
}

func (l Login) listen(ctx context.Context) (*callback, error) {
	at, path := "localhost:0", "/auth/callback"
	if l.Redirect != "" {
		u, err := url.Parse(l.Redirect)
		if err != nil || u.Scheme != "http" || u.Port() == "" {
			return nil, fmt.Errorf("%q is no address on this computer to return to, such as http://localhost:8000/callback", l.Redirect)
		}
		at, path = u.Host, u.EscapedPath()
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", at)
	if err != nil {
		return nil, fmt.Errorf("listening for the browser's return: %w", err)
	}
	port := listener.Addr().(*net.TCPAddr).Port //nolint:forcetypeassert // it listens on TCP
	host, _, _ := net.SplitHostPort(at)
	c := &callback{
		address: fmt.Sprintf("http://%s%s", net.JoinHostPort(host, fmt.Sprint(port)), path),
		state:   rand.Text(), came: make(chan returned, 1),
	}
	c.server = &http.Server{Handler: http.HandlerFunc(c.hear), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 64 << 10}
	go func() { _ = c.server.Serve(listener) }() // ends with close
	return c, nil
}

// hear takes the first answer that is of this login; whoever else knocks is
// sent away.
func (c *callback) hear(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(c.state)) != 1 {
		http.Error(w, "This is not the login that registrar waits for.", http.StatusBadRequest)
		return
	}
	got := returned{code: q.Get("code")}
	words := "You are logged in. You can close this window and go back to the terminal."
	if got.code == "" {
		got.err = fmt.Errorf("it refused: %.80q %.200q", q.Get("error"), q.Get("error_description"))
		words = "You were not logged in. Go back to the terminal."
	}
	select {
	case c.came <- got:
	default: // it came before
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = io.WriteString(w, words+"\n") // the browser may be gone
}

// close lets the last page go out, and no more.
func (c *callback) close() {
	ctx, stop := context.WithTimeout(context.Background(), time.Second)
	defer stop()
	if c.server.Shutdown(ctx) != nil {
		_ = c.server.Close() // nothing else is left to do
	}
}
