// Package signingtest is a Sigstore on loopback, for tests: a certificate
// authority that speaks Fulcio's protocol, a transparency log that speaks
// Rekor's, and the trusted root that names both. Nothing in it is a stub: keys
// sign, trees hash, certificates carry the time stamps of a certificate log.
// The code under test is the real one, on both sides of the wire.
package signingtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/stretchr/testify/require"
)

// Faults makes the services misbehave. The zero Faults are none.
type Faults struct {
	NoSCT      bool          // certificates without the word of a certificate log
	ForeignSCT bool          // certificates with the word of an unknown one
	LogDelay   time.Duration // added to the time at which entries are logged
	NoPromise  bool          // entries without a signed time
	CAStatus   int           // Fulcio answers with this status
	LogStatus  int           // Rekor answers with this status
}

// Sigstore is one deployment with keys of its own.
type Sigstore struct {
	FulcioURL string
	RekorURL  string

	mu     sync.Mutex
	at     time.Time
	faults Faults
	ca     *authority
	ct     *ecdsa.PrivateKey
	log    *transparencyLog
}

// New starts a deployment whose clock stands at the given time.
func New(tb testing.TB, at time.Time) *Sigstore {
	tb.Helper()
	s := &Sigstore{at: at.UTC().Truncate(time.Second), ct: newKey(tb), log: newLog(newKey(tb))}
	s.ca = newAuthority(tb, s.at)
	fulcio := httptest.NewServer(s.fulcio())
	tb.Cleanup(fulcio.Close)
	rekor := httptest.NewServer(s.rekor())
	tb.Cleanup(rekor.Close)
	s.FulcioURL, s.RekorURL = fulcio.URL, rekor.URL
	return s
}

// Set changes how the services misbehave.
func (s *Sigstore) Set(f Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f
}

// SetTime moves the clock of the services.
func (s *Sigstore) SetTime(at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at = at.UTC().Truncate(time.Second)
}

// Now is the clock of the services.
func (s *Sigstore) Now() time.Time { at, _ := s.state(); return at }

func (s *Sigstore) state() (time.Time, Faults) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at, s.faults
}

// Without says what a trusted root leaves out.
type Without string

// The parts of a trusted root.
const (
	WithoutAuthorities     Without = "authorities"
	WithoutLogs            Without = "logs"
	WithoutCertificateLogs Without = "certificate logs"
	// ExpiredAuthority keeps the authority, but ends it before now.
	ExpiredAuthority Without = "valid authority"
)

// TrustedRoot is the deployment's trusted root as JSON, whole or in part.
func (s *Sigstore) TrustedRoot(tb testing.TB, without ...Without) []byte {
	tb.Helper()
	from := s.ca.root.NotBefore
	entry := func(pub crypto.PublicKey, url string) map[string]*root.TransparencyLog {
		id := logID(pub)
		return map[string]*root.TransparencyLog{hex.EncodeToString(id): {
			BaseURL: url, ID: id, ValidityPeriodStart: from, HashFunc: crypto.SHA256, PublicKey: pub, SignatureHashFunc: crypto.SHA256,
		}}
	}
	ca := &root.FulcioCertificateAuthority{
		Root: s.ca.root, Intermediates: []*x509.Certificate{s.ca.intermediate}, ValidityPeriodStart: from, URI: "https://fulcio.example",
	}
	cas := []root.CertificateAuthority{ca}
	logs, cts := entry(s.log.key.Public(), "https://"+logHost), entry(s.ct.Public(), "https://ct.example")
	for _, w := range without {
		switch w {
		case WithoutAuthorities:
			cas = nil
		case WithoutLogs:
			logs = nil
		case WithoutCertificateLogs:
			cts = nil
		case ExpiredAuthority:
			ca.ValidityPeriodEnd = from.Add(time.Hour)
		}
	}
	tr, err := root.NewTrustedRoot(root.TrustedRootMediaType01, cas, cts, nil, logs)
	require.NoError(tb, err)
	data, err := tr.MarshalJSON()
	require.NoError(tb, err)
	return data
}

// Claims are those of a token that the authority believes.
type Claims struct {
	Issuer      string `json:"iss"`
	Subject     string `json:"sub"`
	Audience    string `json:"aud"`
	Expires     int64  `json:"exp"`
	Email       string `json:"email,omitempty"`
	Verified    bool   `json:"email_verified,omitempty"`
	WorkflowRef string `json:"job_workflow_ref,omitempty"` // owner/repo/path@ref
	Repository  string `json:"repository,omitempty"`       // owner/repo
	Ref         string `json:"ref,omitempty"`
	Event       string `json:"event_name,omitempty"`
	Runner      string `json:"runner_environment,omitempty"`
}

// Release are the claims of a release workflow that builds repository at tag.
func (s *Sigstore) Release(repository, tag string) Claims {
	return Claims{
		Issuer: "https://token.actions.githubusercontent.com", Subject: "repo:" + repository + ":ref:refs/tags/" + tag, Audience: "sigstore",
		Expires: s.Now().Add(5 * time.Minute).Unix(), WorkflowRef: "example/workflows/.github/workflows/release.yaml@refs/tags/v4",
		Repository: repository, Ref: "refs/tags/" + tag, Event: "push", Runner: "github-hosted",
	}
}

// Identity is the name that the certificate will carry.
func (c Claims) Identity() string {
	if c.WorkflowRef != "" {
		return "https://github.com/" + c.WorkflowRef
	}
	return c.Email
}

// Token writes the claims as a token. Nobody signs it: this authority believes
// whatever is well formed and has not expired.
func (c Claims) Token(tb testing.TB) []byte {
	tb.Helper()
	body, err := json.Marshal(c)
	require.NoError(tb, err)
	enc := base64.RawURLEncoding
	return []byte(enc.EncodeToString([]byte(`{"alg":"none"}`)) + "." + enc.EncodeToString(body) + "." + enc.EncodeToString([]byte("nobody")))
}

func newKey(tb testing.TB) *ecdsa.PrivateKey {
	tb.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(tb, err)
	return k
}

func logID(pub crypto.PublicKey) []byte {
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(der)
	return sum[:]
}
