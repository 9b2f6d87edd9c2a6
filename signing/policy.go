package signing

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Policy is what an org trusts, as data: the same policy and the same bytes
// always give the same verdict.
type Policy struct {
	Require    []Scheme // accepted schemes; none: all are accepted
	All        bool     // every scheme of Require must be there; else any one suffices
	Keys       []TrustedKey
	Identities []Identity

	// TrustedRoot is a Sigstore trusted root as JSON. Nil: the public-good one
	// that is part of the program.
	TrustedRoot []byte

	AllowCertificateOnly bool // .sig and .cert alone, which prove no time
	AllowNoLog           bool // signatures of registered cosign keys that are in no log
	AllowExpiredKey      bool // GPG keys that have expired since they signed

	MinRSABits uint16           // 0: 2048
	Now        func() time.Time // the clock; nil is refused where time decides
}

// TrustedKey is a registered key of an org.
type TrustedKey struct {
	Scheme      Scheme // GPG or CosignKey
	Name        string
	Fingerprint string   // as signing/pgp and signing/cosign compute it
	Exports     [][]byte // every export ever registered, oldest first; never fewer

	AddedAt   time.Time
	ExpiresAt time.Time // zero: never
	RetiredAt time.Time // zero: in use; else releases from then on are refused

	// RevokedAt is zero for a good key. Without CompromisedSince a revoked key
	// proves nothing about any release; with it, releases before are still good.
	RevokedAt        time.Time
	CompromisedSince time.Time
	Why              string
}

// Info says who a signer with this key is.
func (k TrustedKey) Info() SignerInfo {
	return SignerInfo{Scheme: k.Scheme, Name: k.Name, Fingerprint: k.Fingerprint}
}

// Judge says whether the key may speak for a release published at the given
// time: ReasonNone, or why not, in one sentence. Without a log there is no
// trusted time of signing, so the registry's own record is what counts.
func (k TrustedKey) Judge(published time.Time) (Reason, string) {
	const day = time.DateOnly
	switch {
	case !k.RevokedAt.IsZero() && k.CompromisedSince.IsZero():
		return RevokedKey, fmt.Sprintf("the key %s was revoked on %s%s", k.Info(), k.RevokedAt.UTC().Format(day), because(k.Why))
	case !k.RevokedAt.IsZero() && !published.Before(k.CompromisedSince):
		return RevokedKey, fmt.Sprintf("the key %s is compromised since %s%s", k.Info(), k.CompromisedSince.UTC().Format(day), because(k.Why))
	case !k.RetiredAt.IsZero() && !published.Before(k.RetiredAt):
		return RevokedKey, fmt.Sprintf("the key %s was retired on %s%s", k.Info(), k.RetiredAt.UTC().Format(day), because(k.Why))
	case !k.ExpiresAt.IsZero() && !published.Before(k.ExpiresAt):
		return ExpiredKey, fmt.Sprintf("the key %s expired on %s", k.Info(), k.ExpiresAt.UTC().Format(day))
	}
	return ReasonNone, ""
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}

// Accepts says whether signatures of a scheme count at all.
func (p Policy) Accepts(s Scheme) bool {
	return len(p.Require) == 0 || slices.Contains(p.Require, s)
}

// KeysOf returns the keys of one scheme.
func (p Policy) KeysOf(s Scheme) []TrustedKey {
	var out []TrustedKey
	for _, k := range p.Keys {
		if k.Scheme == s {
			out = append(out, k)
		}
	}
	return out
}

// MinimumRSABits is the shortest RSA key that verifies.
func (p Policy) MinimumRSABits() uint16 {
	if p.MinRSABits == 0 {
		return 2048
	}
	return p.MinRSABits
}

// PublishedAt is the time at which keys are judged: the release's own, or now.
func (p Policy) PublishedAt(r Release) time.Time {
	if r.PublishedAt.IsZero() && p.Now != nil {
		return p.Now()
	}
	return r.PublishedAt
}

// Unmet says which schemes the policy still asks for, given the verdicts about
// one file. Nothing required, or enough: nil.
func (p Policy) Unmet(verdicts []Verdict) []Scheme {
	var missing []Scheme
	for _, s := range p.Require {
		good := slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.OK() && v.Scheme() == s })
		if good && !p.All {
			return nil
		}
		if !good {
			missing = append(missing, s)
		}
	}
	return missing
}

// Validate names everything in the policy that makes no sense.
func (p Policy) Validate() error {
	var errs []error
	if p.Now == nil {
		errs = append(errs, errors.New("the policy has no clock"))
	}
	for _, s := range p.Require {
		if !slices.Contains(Schemes(), s) {
			errs = append(errs, fmt.Errorf("required scheme %q: there is no such scheme", s))
		}
	}
	for _, k := range p.Keys {
		if k.Scheme != GPG && k.Scheme != CosignKey {
			errs = append(errs, fmt.Errorf("key %s: a key is of scheme gpg or cosign-key, not %q", k.Info(), k.Scheme))
		}
		if len(k.Exports) == 0 {
			errs = append(errs, fmt.Errorf("key %s: it holds no public key", k.Info()))
		}
	}
	for i, id := range p.Identities {
		if err := id.Validate(); err != nil {
			errs = append(errs, fmt.Errorf("identity %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

// Identity is a keyless signer that an org trusts. The issuer is exact; the
// subject alternative name is exact or an anchored regular expression. Source
// repository and ref bind a certificate to a release: in them {org},
// {connector} and {version} stand for those of the release.
type Identity struct {
	Issuer     string
	SAN        string
	SANRegexp  string
	SourceRepo string
	SourceRef  string
}

// String is how people read an identity.
func (i Identity) String() string {
	if i.SAN != "" {
		return i.SAN
	}
	return i.SANRegexp
}

// Binds says whether the identity ties a certificate to the release.
func (i Identity) Binds() bool { return strings.Contains(i.SourceRef, "{version}") }

// For fills in the release. What the release does not say stays as it is: a
// certificate never holds a placeholder, so such an identity matches nothing,
// while an empty text would have matched everything.
func (i Identity) For(r Release) Identity {
	var pairs []string
	for _, p := range [][2]string{{"{org}", r.Org}, {"{connector}", r.Connector}, {"{version}", r.Version}} {
		if p[1] != "" {
			pairs = append(pairs, p[0], p[1])
		}
	}
	fill := strings.NewReplacer(pairs...)
	i.SourceRepo, i.SourceRef = fill.Replace(i.SourceRepo), fill.Replace(i.SourceRef)
	return i
}

// Validate applies the rules of registration and names every breach: an
// identity that lets anybody in is worse than none.
func (i Identity) Validate() error {
	var errs []error
	if err := checkIssuer(i.Issuer); err != nil {
		errs = append(errs, err)
	}
	switch {
	case i.SAN == "" && i.SANRegexp == "":
		errs = append(errs, errors.New("no subject: give the exact name, or an anchored regular expression"))
	case i.SAN != "" && i.SANRegexp != "":
		errs = append(errs, errors.New("both an exact subject and a regular expression: give one"))
	case i.SANRegexp != "":
		if err := checkRegexp(i.SANRegexp); err != nil {
			errs = append(errs, err)
		}
	}
	for name, v := range map[string]string{"subject": i.SAN, "source repository": i.SourceRepo, "source ref": i.SourceRef} {
		if strings.ContainsFunc(v, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) {
			errs = append(errs, fmt.Errorf("%s %q: it holds a space or a control character", name, v))
		}
	}
	for name, v := range map[string]string{"source repository": i.SourceRepo, "source ref": i.SourceRef} {
		if err := checkTemplate(v); err != nil {
			errs = append(errs, fmt.Errorf("%s %q: %w", name, v, err))
		}
	}
	// Maps have no order; people and tests want one.
	slices.SortStableFunc(errs, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(errs...)
}

func checkIssuer(issuer string) error {
	if issuer == "" {
		return errors.New("no issuer: without one anybody who can make a certificate with this name would be trusted")
	}
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || strings.ContainsFunc(issuer, unicode.IsSpace) {
		return fmt.Errorf("issuer %q: it is not a URL like https://token.actions.githubusercontent.com", issuer)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return fmt.Errorf("issuer %q: an issuer speaks https", issuer)
	}
	return nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && a.IsLoopback())
}

func checkTemplate(s string) error {
	rest := strings.NewReplacer("{org}", "", "{connector}", "", "{version}", "").Replace(s)
	if strings.ContainsAny(rest, "{}") {
		return errors.New("only {org}, {connector} and {version} can be filled in")
	}
	return nil
}
