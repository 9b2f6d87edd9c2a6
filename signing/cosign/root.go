package cosign

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the trusted root
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sigstore/sigstore-go/pkg/root"
)

// publicGood is the trusted root of sigstore.dev; README.md says where it
// comes from.
//
//go:embed trusted_root.json
var publicGood []byte

var loadPublicGood = sync.OnceValues(func() (*root.TrustedRoot, error) {
	return root.NewTrustedRootFromJSON(publicGood)
})

// PublicGoodRoot returns the trusted root that is part of the program.
func PublicGoodRoot() []byte { return bytes.Clone(publicGood) }

// loadRoot reads a trusted root; none is the public-good one. What it returns
// is never changed, so several verifications may share it.
func loadRoot(json []byte) (*root.TrustedRoot, error) {
	if json == nil || bytes.Equal(json, publicGood) {
		return loadPublicGood()
	}
	return root.NewTrustedRootFromJSON(json)
}

// RootEntry is one authority or log of a trusted root.
type RootEntry struct {
	URI         string
	ID          string // of a log: its key id in hex
	From, Until time.Time
}

// RootInfo is what a trusted root holds, for people to look at.
type RootInfo struct {
	SHA256               string
	Authorities          []RootEntry // who issues certificates
	Logs                 []RootEntry // where signatures are logged
	CertificateLogs      []RootEntry // where certificates are logged
	TimestampAuthorities []RootEntry // who vouches for times
}

// InspectRoot reads a trusted root and says what it holds. One that cannot
// verify anything, because it has no authority or no log, is an error.
func InspectRoot(json []byte) (RootInfo, error) {
	sum := sha256.Sum256(json)
	info := RootInfo{SHA256: hex.EncodeToString(sum[:])}
	tr, err := loadRoot(json)
	if err != nil {
		return info, fmt.Errorf("reading the trusted root: %w", err)
	}
	for _, ca := range tr.FulcioCertificateAuthorities() {
		if f, ok := ca.(*root.FulcioCertificateAuthority); ok {
			info.Authorities = append(info.Authorities, RootEntry{URI: f.URI, From: f.ValidityPeriodStart, Until: f.ValidityPeriodEnd})
		}
	}
	for _, tsa := range tr.TimestampingAuthorities() {
		if s, ok := tsa.(*root.SigstoreTimestampingAuthority); ok {
			info.TimestampAuthorities = append(info.TimestampAuthorities, RootEntry{URI: s.URI, From: s.ValidityPeriodStart, Until: s.ValidityPeriodEnd})
		}
	}
	info.Logs, info.CertificateLogs = logEntries(tr.RekorLogs()), logEntries(tr.CTLogs())
	var errs []error
	if len(info.Authorities) == 0 {
		errs = append(errs, errors.New("the trusted root names no certificate authority"))
	}
	if len(info.Logs) == 0 {
		errs = append(errs, errors.New("the trusted root names no transparency log"))
	}
	return info, errors.Join(errs...)
}

func logEntries(logs map[string]*root.TransparencyLog) []RootEntry {
	out := make([]RootEntry, 0, len(logs))
	for id, l := range logs {
		out = append(out, RootEntry{URI: l.BaseURL, ID: id, From: l.ValidityPeriodStart, Until: l.ValidityPeriodEnd})
	}
	slices.SortFunc(out, func(a, b RootEntry) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
