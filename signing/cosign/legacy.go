package cosign

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"

	bundlepb "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	commonpb "github.com/sigstore/protobuf-specs/gen/pb-go/common/v1"
	dssepb "github.com/sigstore/protobuf-specs/gen/pb-go/dsse"
	rekorpb "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"

	"github.com/registrar-console/registrar/signing"
)

// legacy is what cosign wrote before Sigstore bundles.
type legacy struct {
	Base64Signature string `json:"base64Signature"`
	Cert            string `json:"cert"`
	RekorBundle     *struct {
		SignedEntryTimestamp []byte `json:"SignedEntryTimestamp"`
		Payload              struct {
			Body           []byte `json:"body"`
			IntegratedTime int64  `json:"integratedTime"`
			LogIndex       int64  `json:"logIndex"`
			LogID          string `json:"logID"`
		} `json:"Payload"`
	} `json:"rekorBundle"`
}

// readLegacy converts an older bundle to one of version 0.1, which wants the
// log's promise and no proof, just what the older one holds.
func readLegacy(data []byte) (*found, *refusal) {
	var l legacy
	if err := json.Unmarshal(data, &l); err != nil {
		return nil, malformed(err, "the older cosign bundle cannot be read")
	}
	sig, err := base64.StdEncoding.DecodeString(strings.TrimSpace(l.Base64Signature))
	if err != nil || len(sig) == 0 {
		return nil, malformed(err, "the signature in the older cosign bundle is not base64")
	}
	material := &bundlepb.VerificationMaterial{Content: &bundlepb.VerificationMaterial_PublicKey{PublicKey: &commonpb.PublicKeyIdentifier{}}}
	var cert *x509.Certificate
	if l.Cert != "" {
		var hint string
		var r *refusal
		if cert, hint, r = readCertificate([]byte(l.Cert)); r != nil {
			return nil, r
		}
		if cert != nil {
			material.Content = &bundlepb.VerificationMaterial_Certificate{Certificate: &commonpb.X509Certificate{RawBytes: cert.Raw}}
		} else {
			material.Content = &bundlepb.VerificationMaterial_PublicKey{PublicKey: &commonpb.PublicKeyIdentifier{Hint: hint}}
		}
	}
	var entryClaim *commonpb.HashOutput
	if l.RekorBundle != nil {
		entry, digest, r := l.entry()
		if r != nil {
			return nil, r
		}
		material.TlogEntries, entryClaim = []*rekorpb.TransparencyLogEntry{entry}, digest
	}
	pb := &bundlepb.Bundle{MediaType: "application/vnd.dev.sigstore.bundle+json;version=0.1", VerificationMaterial: material}
	const what = "an older cosign bundle"
	switch {
	case isJSON(sig):
		envelope, r := readEnvelope(sig)
		if r != nil {
			return nil, r
		}
		pb.Content = &bundlepb.Bundle_DsseEnvelope{DsseEnvelope: envelope}
	case entryClaim != nil:
		// The entry's digest, not the file's: then an altered file is found to be
		// altered, and not the log to be wrong.
		pb.Content = &bundlepb.Bundle_MessageSignature{MessageSignature: &commonpb.MessageSignature{MessageDigest: entryClaim, Signature: sig}}
	case l.RekorBundle != nil:
		return nil, malformed(nil, "the log entry in the older cosign bundle is not about a file")
	default:
		return legacyBare(what, sig, cert, material.GetPublicKey().GetHint()), nil
	}
	b, err := newBundle(pb)
	if err != nil {
		return nil, malformed(err, "the older cosign bundle does not hold together: %s", shorten(err))
	}
	return describe(b, what)
}

func legacyBare(what string, sig []byte, cert *x509.Certificate, hint string) *found {
	f := &found{what: what + " without a log entry", scheme: signing.CosignKey, bare: sig, cert: cert, hint: hint}
	if cert != nil {
		f.scheme = signing.CosignKeyless
	}
	return f
}

// entry converts the log entry and returns the digest that it is about.
func (l *legacy) entry() (*rekorpb.TransparencyLogEntry, *commonpb.HashOutput, *refusal) {
	p := l.RekorBundle.Payload
	id, err := hex.DecodeString(p.LogID)
	if err != nil {
		return nil, nil, malformed(err, "the log entry does not name its log")
	}
	var body struct {
		Kind       string `json:"kind"`
		APIVersion string `json:"apiVersion"`
		Spec       struct {
			Data struct {
				Hash struct {
					Algorithm string `json:"algorithm"`
					Value     string `json:"value"`
				} `json:"hash"`
			} `json:"data"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(p.Body, &body); err != nil {
		return nil, nil, malformed(err, "the body of the log entry is not JSON")
	}
	e := &rekorpb.TransparencyLogEntry{
		LogIndex: p.LogIndex, LogId: &commonpb.LogId{KeyId: id}, IntegratedTime: p.IntegratedTime, CanonicalizedBody: p.Body,
		KindVersion:      &rekorpb.KindVersion{Kind: body.Kind, Version: body.APIVersion},
		InclusionPromise: &rekorpb.InclusionPromise{SignedEntryTimestamp: l.RekorBundle.SignedEntryTimestamp},
	}
	for alg, h := range hashes {
		if body.Kind == "hashedrekord" && algorithmName(h) == body.Spec.Data.Hash.Algorithm {
			d, err := hex.DecodeString(body.Spec.Data.Hash.Value)
			if err != nil {
				return nil, nil, malformed(err, "the digest in the log entry is not hex")
			}
			return e, &commonpb.HashOutput{Algorithm: alg, Digest: d}, nil
		}
	}
	return e, nil, nil
}

func readEnvelope(data []byte) (*dssepb.Envelope, *refusal) {
	var e struct {
		PayloadType string `json:"payloadType"`
		Payload     []byte `json:"payload"`
		Signatures  []struct {
			KeyID string `json:"keyid"`
			Sig   []byte `json:"sig"`
		} `json:"signatures"`
	}
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, malformed(err, "the attestation in the older cosign bundle cannot be read")
	}
	out := &dssepb.Envelope{PayloadType: e.PayloadType, Payload: e.Payload}
	for _, s := range e.Signatures {
		out.Signatures = append(out.Signatures, &dssepb.Signature{Keyid: s.KeyID, Sig: s.Sig})
	}
	return out, nil
}
