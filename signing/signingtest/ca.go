package signingtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// authority issues certificates for ten minutes.
type authority struct {
	root, intermediate *x509.Certificate
	key                *ecdsa.PrivateKey
}

func newAuthority(tb testing.TB, at time.Time) *authority {
	tb.Helper()
	rootKey := newKey(tb)
	template := func(serial int64, name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name, Organization: []string{"signingtest"}},
			NotBefore: at.AddDate(-1, 0, 0), NotAfter: at.AddDate(9, 0, 0),
			KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, BasicConstraintsValid: true, IsCA: true,
		}
	}
	issue := func(t, parent *x509.Certificate, pub crypto.PublicKey) *x509.Certificate {
		der, err := x509.CreateCertificate(rand.Reader, t, parent, pub, rootKey)
		require.NoError(tb, err)
		cert, err := x509.ParseCertificate(der)
		require.NoError(tb, err)
		return cert
	}
	a := &authority{key: newKey(tb)}
	rootTemplate := template(1, "signingtest root")
	a.root = issue(rootTemplate, rootTemplate, rootKey.Public())
	middle := template(2, "signingtest intermediate")
	middle.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
	a.intermediate = issue(middle, a.root, a.key.Public())
	return a
}

// fulcio answers requests for certificates.
func (s *Sigstore) fulcio() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v2/signingCert", func(w http.ResponseWriter, r *http.Request) {
		at, faults := s.state()
		if faults.CAStatus != 0 {
			http.Error(w, "the authority has a bad day; "+r.Header.Get("Authorization"), faults.CAStatus)
			return
		}
		cert, err := s.certify(r, at, faults)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnauthorized)
			return
		}
		chain := []string{encodeCert(cert), encodeCert(s.ca.intermediate.Raw), encodeCert(s.ca.root.Raw)}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"signedCertificateEmbeddedSct": map[string]any{"chain": map[string]any{"certificates": chain}}})
	})
	return mux
}

func encodeCert(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func (s *Sigstore) certify(r *http.Request, at time.Time, faults Faults) ([]byte, error) {
	claims, err := readClaims(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), at)
	if err != nil {
		return nil, err
	}
	var req struct {
		PublicKeyRequest struct {
			PublicKey struct {
				Content string `json:"content"`
			} `json:"publicKey"`
			ProofOfPossession []byte `json:"proofOfPossession"`
		} `json:"publicKeyRequest"`
	}
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		return nil, err
	}
	block, _ := pem.Decode([]byte(req.PublicKeyRequest.PublicKey.Content))
	if block == nil {
		return nil, errors.New("no public key")
	}
	pub, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	subject := claims.Subject
	if claims.Email != "" {
		subject = claims.Email
	}
	sum := sha256.Sum256([]byte(subject))
	if k, ok := pub.(*ecdsa.PublicKey); !ok || !ecdsa.VerifyASN1(k, sum[:], req.PublicKeyRequest.ProofOfPossession) {
		return nil, errors.New("the caller does not hold the key")
	}
	return s.issue(claims, pub, at, faults)
}

func readClaims(token string, at time.Time) (Claims, error) {
	var c Claims
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return c, errors.New("this is no token")
	}
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return c, err
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return c, err
	}
	if at.Unix() >= c.Expires {
		return c, errors.New("the token has expired")
	}
	if c.Audience != "sigstore" {
		return c, fmt.Errorf("the token is for %q", c.Audience)
	}
	return c, nil
}

var (
	oidSCT     = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11129, 2, 4, 2}
	fulcioArc  = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 57264, 1}
	extensions = map[int]func(Claims) string{
		8:  func(c Claims) string { return c.Issuer },
		11: func(c Claims) string { return c.Runner },
		12: func(c Claims) string { return prefixed("https://github.com/", c.Repository) },
		14: func(c Claims) string { return c.Ref },
		20: func(c Claims) string { return c.Event },
	}
)

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

// issue makes the certificate twice, as real authorities do: once without the
// certificate log's word, for the log to sign, and once with it.
func (s *Sigstore) issue(c Claims, pub crypto.PublicKey, at time.Time, faults Faults) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial, NotBefore: at, NotAfter: at.Add(10 * time.Minute),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	}
	if c.WorkflowRef != "" {
		u, err := url.Parse(c.Identity())
		if err != nil {
			return nil, err
		}
		t.URIs = []*url.URL{u}
	} else {
		t.EmailAddresses = []string{c.Email}
	}
	// The oldest extension is raw text, the newer ones are ASN.1.
	t.ExtraExtensions = []pkix.Extension{{Id: append(slices.Clip(fulcioArc), 1), Value: []byte(c.Issuer)}}
	for _, n := range []int{8, 11, 12, 14, 20} {
		v := extensions[n](c)
		if v == "" {
			continue
		}
		der, err := asn1.MarshalWithParams(v, "utf8")
		if err != nil {
			return nil, err
		}
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: append(slices.Clip(fulcioArc), n), Value: der})
	}
	plain, err := x509.CreateCertificate(rand.Reader, t, s.ca.intermediate, pub, s.ca.key)
	if err != nil || faults.NoSCT {
		return plain, err
	}
	sct, err := s.certificateTimestamp(plain, at, faults)
	if err != nil {
		return nil, err
	}
	t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{Id: oidSCT, Value: sct})
	return x509.CreateCertificate(rand.Reader, t, s.ca.intermediate, pub, s.ca.key)
}

// certificateTimestamp is the word of a certificate log, after RFC 6962, 3.2.
func (s *Sigstore) certificateTimestamp(plain []byte, at time.Time, faults Faults) ([]byte, error) {
	cert, err := x509.ParseCertificate(plain)
	if err != nil {
		return nil, err
	}
	millis := uint64(at.UnixMilli())
	issuer := sha256.Sum256(s.ca.intermediate.RawSubjectPublicKeyInfo)
	tbs := cert.RawTBSCertificate
	signed := []byte{0, 0} // version 1, certificate timestamp
	signed = binary.BigEndian.AppendUint64(signed, millis)
	signed = append(signed, 0, 1) // of a precertificate
	signed = append(signed, issuer[:]...)
	signed = append(signed, byte(len(tbs)>>16), byte(len(tbs)>>8), byte(len(tbs)))
	signed = append(signed, tbs...)
	signed = append(signed, 0, 0) // no extensions
	sum := sha256.Sum256(signed)
	key := s.ct
	if faults.ForeignSCT {
		key = s.log.key
	}
	sig, err := ecdsa.SignASN1(rand.Reader, key, sum[:])
	if err != nil {
		return nil, err
	}
	sct := append([]byte{0}, logID(key.Public())...)
	sct = binary.BigEndian.AppendUint64(sct, millis)
	sct = append(sct, 0, 0, 4, 3) // no extensions, SHA-256, ECDSA
	sct = binary.BigEndian.AppendUint16(sct, uint16(len(sig)))
	sct = append(sct, sig...)
	list := binary.BigEndian.AppendUint16(nil, uint16(len(sct)+2))
	list = binary.BigEndian.AppendUint16(list, uint16(len(sct)))
	return asn1.Marshal(append(list, sct...))
}
