package cosign_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/signingtest"
)

// provider is an identity provider on loopback that checks what a real one
// does: the client, the redirect, and that who fetches a token began the login.
type provider struct {
	*httptest.Server
	tb  testing.TB
	key *rsa.PrivateKey
	now func() time.Time

	mu         sync.Mutex
	codes      map[string]url.Values // what was asked for, by the code given
	logins     int
	pending    int // how often the device flow says "not yet"
	interval   int
	refuse     string               // the error of a login
	issuer     string               // what discovery says, if not the truth
	claims     func(map[string]any) // changes the token
	noIDToken  bool
	noDevice   bool
	endless    bool // discovery never ends
	signedWith *rsa.PrivateKey
}

func newProvider(tb testing.TB) *provider {
	tb.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(tb, err)
	p := &provider{tb: tb, key: key, now: time.Now, codes: map[string]url.Values{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", p.keys)
	mux.HandleFunc("GET /auth", p.auth)
	mux.HandleFunc("POST /device", p.device)
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	tb.Cleanup(p.Close)
	return p
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v)
}

func (p *provider) discovery(w http.ResponseWriter, r *http.Request) {
	if p.endless {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}
	issuer := p.URL
	if p.issuer != "" {
		issuer = p.issuer
	}
	doc := map[string]any{
		"issuer": issuer, "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "code_challenge_methods_supported": []string{"S256"},
	}
	if !p.noDevice {
		doc["device_authorization_endpoint"] = p.URL + "/device"
	}
	answer(w, http.StatusOK, doc)
}

func (p *provider) keys(w http.ResponseWriter, _ *http.Request) {
	b64 := base64.RawURLEncoding.EncodeToString
	answer(w, http.StatusOK, map[string]any{"keys": []map[string]any{{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes()),
	}}})
}

func (p *provider) auth(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != "sigstore" || q.Get("code_challenge_method") != "S256" || q.Get("response_type") != "code" ||
		!strings.Contains(q.Get("scope"), "openid") || back.Hostname() != "localhost" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.logins++
	out := url.Values{"state": {q.Get("state")}}
	if p.refuse != "" {
		out.Set("error", p.refuse)
	} else {
		code := rand.Text()
		p.codes[code] = q
		out.Set("code", code)
	}
	back.RawQuery = out.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

func (p *provider) device(w http.ResponseWriter, r *http.Request) {
	require.NoError(p.tb, r.ParseForm())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.logins++
	code := rand.Text()
	p.codes[code] = r.PostForm
	answer(w, http.StatusOK, map[string]any{
		"device_code": code, "user_code": "WDJB-MJHT", "verification_uri": p.URL + "/enter", "expires_in": 60, "interval": p.interval,
	})
}

func (p *provider) token(w http.ResponseWriter, r *http.Request) {
	require.NoError(p.tb, r.ParseForm())
	p.mu.Lock()
	defer p.mu.Unlock()
	code := r.PostForm.Get("code") + r.PostForm.Get("device_code")
	asked, known := p.codes[code]
	proof := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	switch {
	case !known, base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge"):
		answer(w, http.StatusBadRequest, map[string]any{"error": "invalid_grant", "error_description": "\x1b[31mno"})
		return
	case r.PostForm.Get("device_code") != "" && p.refuse != "":
		answer(w, http.StatusBadRequest, map[string]any{"error": p.refuse})
		return
	case r.PostForm.Get("device_code") != "" && p.pending != 0:
		p.pending--
		answer(w, http.StatusBadRequest, map[string]any{"error": "authorization_pending"})
		return
	}
	delete(p.codes, code) // a code is good once
	body := map[string]any{"access_token": "an access token", "token_type": "Bearer"}
	if !p.noIDToken {
		body["id_token"] = p.idToken(asked.Get("nonce"))
	}
	answer(w, http.StatusOK, body)
}

func (p *provider) idToken(nonce string) string {
	claims := map[string]any{
		"iss": p.URL, "sub": "7", "aud": "sigstore", "email": "ines@example.org", "email_verified": true, "nonce": nonce,
		"iat": p.now().Unix(), "exp": p.now().Add(time.Minute).Unix(),
	}
	if p.claims != nil {
		p.claims(claims)
	}
	body, err := json.Marshal(claims)
	require.NoError(p.tb, err)
	enc := base64.RawURLEncoding.EncodeToString
	text := enc([]byte(`{"alg":"RS256","kid":"1"}`)) + "." + enc(body)
	sum := sha256.Sum256([]byte(text))
	key := p.key
	if p.signedWith != nil {
		key = p.signedWith
	}
	sig, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	require.NoError(p.tb, err)
	return text + "." + enc(sig)
}

// visits is a browser: it goes where it is told and follows where it is sent.
func visits(ctx context.Context, address string) error {
	rq, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, rs.Body)
	return errors.Join(err, rs.Body.Close())
}

func (p *provider) login() cosign.Login {
	return cosign.Login{Issuer: p.URL, Open: visits, Timeout: 10 * time.Second}
}

// A person logs in once, with either flow, and signs several files keyless with
// the very token that they got.
func TestLoggingInAndSigning(t *testing.T) {
	t.Parallel()
	for name, flow := range map[string]func(cosign.Login) cosign.TokenSource{"browser": cosign.TokenFromBrowser, "device": cosign.TokenFromDevice} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := signingtest.New(t, time.Now())
			p := newProvider(t)
			p.interval = 1
			p.pending = 1
			var told, code string
			login := p.login()
			login.Tell = func(address, c string) { told, code = address, c }
			signer, err := cosign.NewKeylessSigner(cosign.KeylessConfig{
				Services: cosign.Services{Fulcio: s.FulcioURL, Rekor: s.RekorURL}, Token: flow(login), TrustedRoot: s.TrustedRoot(t), Now: time.Now,
			})
			require.NoError(t, err)
			for _, f := range []string{"one", "two"} {
				m, err := signer.Sign(t.Context(), file(f, payload))
				require.NoError(t, err)
				v := check(t, file(f, payload), m, signing.Policy{
					Now: time.Now, TrustedRoot: s.TrustedRoot(t), Identities: []signing.Identity{{Issuer: p.URL, SAN: "ines@example.org"}},
				})
				assert.True(t, v.OK(), "%s %s", v.Reason(), v.Detail())
			}
			assert.Equal(t, 1, p.logins, "nobody logs in for each file")
			assert.True(t, strings.HasPrefix(told, p.URL), told)
			assert.Equal(t, map[string]string{"browser": "", "device": "WDJB-MJHT"}[name], code)
		})
	}
}

func TestLoginAgainWhenTheTokenEnds(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	now := time.Now()
	p.now = func() time.Time { return now }
	login := p.login()
	login.Now = p.now
	source := cosign.TokenFromBrowser(login)
	first, err := source(t.Context())
	require.NoError(t, err)
	kept := string(first)
	clear(first) // as signers do
	second, err := source(t.Context())
	require.NoError(t, err)
	assert.Equal(t, kept, string(second), "zeroing a copy leaves the token alone")
	now = now.Add(50 * time.Second)
	third, err := source(t.Context())
	require.NoError(t, err)
	assert.NotEqual(t, kept, string(third), "what would end on the way is not used")
}

func TestLoginsThatFail(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	set := func(name string, value any) func(*provider, *cosign.Login) {
		return func(p *provider, _ *cosign.Login) { p.claims = func(c map[string]any) { c[name] = value } }
	}
	for name, c := range map[string]struct {
		change func(*provider, *cosign.Login)
		says   string
		device bool
	}{
		"the person says no":          {func(p *provider, _ *cosign.Login) { p.refuse = "access_denied" }, "access_denied", false},
		"the person says no, by code": {func(p *provider, _ *cosign.Login) { p.refuse = "access_denied" }, "access_denied", true},
		"no login by a code":          {func(p *provider, _ *cosign.Login) { p.noDevice = true }, "no login by a code", true},
		"another nonce":               {set("nonce", "replayed"), "of another login", false},
		"another audience":            {set("aud", "somebody else"), "audience", false},
		"expired":                     {set("exp", 1), "expired", false},
		"another issuer in the token": {set("iss", "https://evil.example"), "different provider", false},
		"another issuer":              {func(p *provider, _ *cosign.Login) { p.issuer = "https://evil.example" }, "issuer", false},
		"signed by somebody else":     {func(p *provider, _ *cosign.Login) { p.signedWith = other }, "signature", false},
		"no identity token":           {func(p *provider, _ *cosign.Login) { p.noIDToken = true }, "no identity token", false},
		"an endless answer":           {func(p *provider, _ *cosign.Login) { p.endless = true }, "logging in at", false},
		"nobody there":                {func(p *provider, _ *cosign.Login) { p.Close() }, "logging in at", false},
		"nobody logs in":              {func(_ *provider, l *cosign.Login) { l.Open, l.Timeout = nil, 200*time.Millisecond }, "nobody did within 200ms", false},
		"the browser does not open": {func(_ *provider, l *cosign.Login) {
			l.Open, l.Timeout = func(context.Context, string) error { return errors.New("no browser") }, 200*time.Millisecond
		}, "nobody did", false},
		"nobody enters the code": {func(p *provider, l *cosign.Login) { p.pending, l.Timeout = -1, 200*time.Millisecond }, "nobody did", true},
		"nowhere to return to":   {func(_ *provider, l *cosign.Login) { l.Redirect = "https://example.org/{" }, "no address on this computer", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.interval = 1
			l := p.login()
			c.change(p, &l)
			source := cosign.TokenFromBrowser(l)
			if c.device {
				source = cosign.TokenFromDevice(l)
			}
			token, err := source(t.Context())
			require.Error(t, err)
			assert.Nil(t, token)
			assert.Contains(t, err.Error(), c.says)
			assert.NotContains(t, err.Error(), "\x1b")
			assert.NotContains(t, err.Error(), "access token")
		})
	}
}

// Somebody else who knocks at the port that waits for the browser neither ends
// the login nor becomes it.
func TestAStrangerAtTheDoor(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	l := p.login()
	l.Open = func(ctx context.Context, address string) error {
		u, err := url.Parse(address)
		require.NoError(t, err)
		back := u.Query().Get("redirect_uri")
		for _, q := range []string{"", "?code=stolen", "?code=stolen&state=guessed", "?error=access_denied"} {
			rq, err := http.NewRequestWithContext(ctx, http.MethodGet, back+q, http.NoBody)
			require.NoError(t, err)
			rs, err := http.DefaultClient.Do(rq)
			require.NoError(t, err)
			assert.Equal(t, http.StatusBadRequest, rs.StatusCode)
			require.NoError(t, rs.Body.Close())
		}
		return visits(ctx, address)
	}
	token, err := cosign.TokenFromBrowser(l)(t.Context())
	require.NoError(t, err)
	assert.NotEmpty(t, token)
}

// Ctrl-C ends a login at once, and frees the port.
func TestALoginThatIsStopped(t *testing.T) {
	t.Parallel()
	for name, flow := range map[string]func(cosign.Login) cosign.TokenSource{"browser": cosign.TokenFromBrowser, "device": cosign.TokenFromDevice} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t)
			p.pending, p.interval = -1, 30
			ctx, stop := context.WithCancel(t.Context())
			l := p.login()
			l.Open = nil
			l.Tell = func(string, string) { stop() }
			began := time.Now()
			_, err := flow(l)(ctx)
			require.ErrorIs(t, err, context.Canceled)
			assert.Less(t, time.Since(began), 5*time.Second)
		})
	}
}
