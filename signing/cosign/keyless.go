package cosign

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	bundlepb "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/registrar-console/registrar/signing"
)

// Services are the addresses of a Sigstore.
type Services struct {
	Fulcio       string
	Rekor        string
	RekorVersion uint32 // 0: 1
	TSA          string // with its path; a Rekor of version 2 needs one
}

// PublicGoodServices are those of sigstore.dev.
func PublicGoodServices() Services {
	return Services{Fulcio: "https://fulcio.sigstore.dev", Rekor: "https://rekor.sigstore.dev"}
}

// Validate names everything that is wrong with the addresses.
func (s Services) Validate() error {
	var errs []error
	for name, address := range map[string]string{"Fulcio": s.Fulcio, "Rekor": s.Rekor, "the time stamping authority": s.TSA} {
		if address == "" {
			if name == "the time stamping authority" {
				continue
			}
			errs = append(errs, fmt.Errorf("the address of %s is missing", name))
			continue
		}
		u, err := url.Parse(address)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			errs = append(errs, fmt.Errorf("the address of %s, %q, is not a URL", name, address))
		}
	}
	if s.RekorVersion > 2 {
		errs = append(errs, fmt.Errorf("there is no version %d of Rekor here", s.RekorVersion))
	}
	if s.RekorVersion == 2 && s.TSA == "" {
		errs = append(errs, errors.New("version 2 of Rekor gives no time, so it needs a time stamping authority"))
	}
	return errors.Join(errs...)
}

// KeylessSigner signs as whoever the token says, with a key that lives for one
// signature.
type KeylessSigner struct {
	services  Services
	token     TokenSource
	root      []byte
	now       func() time.Time
	transport http.RoundTripper
	timeout   time.Duration
}

var _ signing.Signer = (*KeylessSigner)(nil)

// KeylessConfig is what a KeylessSigner needs.
type KeylessConfig struct {
	Services    Services
	Token       TokenSource
	TrustedRoot []byte           // of the services; nil: the public-good one
	Now         func() time.Time // for the token and the verification afterwards
	Transport   http.RoundTripper
	Timeout     time.Duration // of one request; 0: 30 s
}

// NewKeylessSigner checks the addresses. Nothing is asked of them before Sign.
func NewKeylessSigner(c KeylessConfig) (*KeylessSigner, error) {
	err := c.Services.Validate()
	if c.Token == nil {
		err = errors.Join(err, errors.New("there is no source of identity tokens"))
	}
	if c.Now == nil {
		err = errors.Join(err, errors.New("there is no clock"))
	}
	if err != nil {
		return nil, fmt.Errorf("signing keyless: %w", err)
	}
	if c.Timeout == 0 {
		c.Timeout = 30 * time.Second
	}
	return &KeylessSigner{services: c.Services, token: c.Token, root: c.TrustedRoot, now: c.Now, transport: c.Transport, timeout: c.Timeout}, nil
}

// Describe implements signing.Signer. Who signs is known once the authority has
// looked at the token.
func (s *KeylessSigner) Describe() signing.SignerInfo {
	return signing.SignerInfo{Scheme: signing.CosignKeyless, Name: "the identity of the token, certified by " + s.services.Fulcio}
}

// Sign implements signing.Signer. The bundle it makes is verified with the
// trusted root before it is handed out.
func (s *KeylessSigner) Sign(ctx context.Context, a signing.Artifact) (signing.Material, error) {
	d, err := digestOf(ctx, a)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	secret, err := s.token(ctx)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	defer clear(secret)
	token := bytes.TrimSpace(secret)
	if err := checkToken(token, s.now()); err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	pb, err := s.bundle(ctx, d, token)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s with %s and %s: %w", a.Name, s.services.Fulcio, s.services.Rekor, redact(err, token))
	}
	self, err := selfIdentity(pb)
	if err != nil {
		return signing.Material{}, fmt.Errorf("signing %s: %w", a.Name, err)
	}
	return finish(ctx, a, d, pb, signing.Policy{Identities: []signing.Identity{self}, TrustedRoot: s.root, Now: s.now})
}

func (s *KeylessSigner) bundle(ctx context.Context, d signing.Digests, token []byte) (*bundlepb.Bundle, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	public, err := newPublicKey(key.Public())
	if err != nil {
		return nil, err
	}
	opts := sign.BundleOptions{
		Context:                    ctx,
		CertificateProvider:        sign.NewFulcio(&sign.FulcioOptions{BaseURL: s.services.Fulcio, Timeout: s.timeout, Transport: within(ctx, s.transport)}),
		CertificateProviderOptions: &sign.CertificateProviderOptions{IDToken: string(token)},
		TransparencyLogs:           []sign.Transparency{sign.NewRekor(&sign.RekorOptions{BaseURL: s.services.Rekor, Version: s.services.RekorVersion, Timeout: s.timeout})},
	}
	if s.services.TSA != "" {
		opts.TimestampAuthorities = []*sign.TimestampAuthority{
			sign.NewTimestampAuthority(&sign.TimestampAuthorityOptions{URL: s.services.TSA, Timeout: s.timeout, Transport: within(ctx, s.transport)}),
		}
	}
	var pb *bundlepb.Bundle
	err = guard(func() error {
		pb, err = sign.Bundle(streamed{}, &keypair{key: key, public: public, digest: d.SHA256}, opts)
		return err
	})
	return pb, err
}

// within ends requests with the context: the library makes its own without one.
func within(ctx context.Context, next http.RoundTripper) http.RoundTripper {
	if next == nil {
		next = http.DefaultTransport
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		both, stop := context.WithCancelCause(r.Context())
		release := context.AfterFunc(ctx, func() { stop(context.Cause(ctx)) })
		resp, err := next.RoundTrip(r.WithContext(both))
		if err != nil {
			release()
			stop(nil)
			return nil, err
		}
		resp.Body = &releasing{ReadCloser: resp.Body, done: func() { release(); stop(nil) }}
		return resp, nil
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// selfIdentity is the identity that the fresh certificate must have: its own,
// exactly, so that the verification tests everything else.
func selfIdentity(pb *bundlepb.Bundle) (signing.Identity, error) {
	cert, err := x509.ParseCertificate(pb.GetVerificationMaterial().GetCertificate().GetRawBytes())
	if err != nil {
		return signing.Identity{}, fmt.Errorf("the authority's certificate cannot be read: %w", err)
	}
	summary, err := certificate.SummarizeCertificate(cert)
	if err != nil {
		return signing.Identity{}, fmt.Errorf("the authority's certificate names nobody: %w", err)
	}
	return signing.Identity{
		Issuer: summary.Issuer, SAN: summary.SubjectAlternativeName,
		SourceRepo: summary.SourceRepositoryURI, SourceRef: summary.SourceRepositoryRef,
	}, nil
}

// IdentityIn reads whom the certificate in a bundle names. Nothing of it is
// verified: it is for asking whether a bundle is good for that one.
func IdentityIn(bundle []byte) (signing.Identity, error) {
	if len(bundle) > signing.MaxMaterial {
		return signing.Identity{}, signing.ErrTooLarge
	}
	pb := new(bundlepb.Bundle)
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(bundle, pb); err != nil {
		return signing.Identity{}, errors.New("this is no bundle that can be read")
	}
	return selfIdentity(pb)
}

// releasing lets go of the context when the answer has been read.
type releasing struct {
	io.ReadCloser
	done func()
}

// Close implements io.Closer.
func (r *releasing) Close() error {
	defer r.done()
	return r.ReadCloser.Close()
}
