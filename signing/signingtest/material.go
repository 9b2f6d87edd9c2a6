package signingtest

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"testing"

	bundlepb "github.com/sigstore/protobuf-specs/gen/pb-go/bundle/v1"
	"github.com/sigstore/sigstore-go/pkg/sign"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
)

// Attest signs an in-toto statement about one file, keyless, and returns the
// bundle: what cosign attest-blob makes.
func (s *Sigstore) Attest(tb testing.TB, c Claims, predicateType string, subject map[string]string) []byte {
	tb.Helper()
	statement, err := json.Marshal(map[string]any{
		"_type": "https://in-toto.io/Statement/v1", "predicateType": predicateType,
		"subject":   []map[string]any{{"name": "file", "digest": subject}},
		"predicate": map[string]any{"builder": map[string]any{"id": "https://builder.example"}},
	})
	require.NoError(tb, err)
	key, err := sign.NewEphemeralKeypair(nil)
	require.NoError(tb, err)
	pb, err := sign.Bundle(&sign.DSSEData{Data: statement, PayloadType: "application/vnd.in-toto+json"}, key, sign.BundleOptions{
		Context:                    tb.Context(),
		CertificateProvider:        sign.NewFulcio(&sign.FulcioOptions{BaseURL: s.FulcioURL}),
		CertificateProviderOptions: &sign.CertificateProviderOptions{IDToken: string(c.Token(tb))},
		TransparencyLogs:           []sign.Transparency{sign.NewRekor(&sign.RekorOptions{BaseURL: s.RekorURL})},
	})
	require.NoError(tb, err)
	data, err := protojson.Marshal(pb)
	require.NoError(tb, err)
	return data
}

// ReadBundle reads a bundle, to be altered.
func ReadBundle(tb testing.TB, data []byte) *bundlepb.Bundle {
	tb.Helper()
	pb := new(bundlepb.Bundle)
	require.NoError(tb, protojson.Unmarshal(data, pb))
	return pb
}

// WriteBundle writes it back. Unlike protojson it always writes the same.
func WriteBundle(tb testing.TB, pb *bundlepb.Bundle) []byte {
	tb.Helper()
	data, err := protojson.Marshal(pb)
	require.NoError(tb, err)
	var v any
	require.NoError(tb, json.Unmarshal(data, &v))
	data, err = json.Marshal(v)
	require.NoError(tb, err)
	return data
}

// Signature is the .sig that older versions of cosign write: base64 on one line
// that does not end.
func Signature(tb testing.TB, data []byte) []byte {
	tb.Helper()
	return []byte(base64.StdEncoding.EncodeToString(ReadBundle(tb, data).GetMessageSignature().GetSignature()))
}

// Certificate is the .cert that they write: base64 of the PEM.
func Certificate(tb testing.TB, data []byte) []byte {
	tb.Helper()
	der := ReadBundle(tb, data).GetVerificationMaterial().GetCertificate().GetRawBytes()
	return []byte(base64.StdEncoding.EncodeToString(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
}

// Legacy is the older cosign bundle.
type Legacy struct {
	Base64Signature string       `json:"base64Signature"`
	Cert            string       `json:"cert"`
	RekorBundle     *LegacyEntry `json:"rekorBundle,omitempty"`
}

// LegacyEntry is the log entry in it.
type LegacyEntry struct {
	SignedEntryTimestamp string        `json:"SignedEntryTimestamp"`
	Payload              LegacyPayload `json:"Payload"`
}

// LegacyPayload is what the log's promise covers.
type LegacyPayload struct {
	Body           string `json:"body"`
	IntegratedTime int64  `json:"integratedTime"`
	LogIndex       int64  `json:"logIndex"`
	LogID          string `json:"logID"`
}

// ToLegacy says what a bundle says in the older way.
func ToLegacy(tb testing.TB, data []byte) Legacy {
	tb.Helper()
	pb := ReadBundle(tb, data)
	l := Legacy{}
	if e := pb.GetDsseEnvelope(); e != nil {
		envelope, err := json.Marshal(map[string]any{
			"payloadType": e.GetPayloadType(), "payload": e.GetPayload(),
			"signatures": []map[string]any{{"keyid": "", "sig": e.GetSignatures()[0].GetSig()}},
		})
		require.NoError(tb, err)
		l.Base64Signature = base64.StdEncoding.EncodeToString(envelope)
	} else {
		l.Base64Signature = string(Signature(tb, data))
	}
	if der := pb.GetVerificationMaterial().GetCertificate().GetRawBytes(); der != nil {
		_, err := x509.ParseCertificate(der)
		require.NoError(tb, err)
		l.Cert = string(Certificate(tb, data))
	}
	if entries := pb.GetVerificationMaterial().GetTlogEntries(); len(entries) > 0 {
		e := entries[0]
		l.RekorBundle = &LegacyEntry{
			SignedEntryTimestamp: base64.StdEncoding.EncodeToString(e.GetInclusionPromise().GetSignedEntryTimestamp()),
			Payload: LegacyPayload{
				Body: base64.StdEncoding.EncodeToString(e.GetCanonicalizedBody()), IntegratedTime: e.GetIntegratedTime(),
				LogIndex: e.GetLogIndex(), LogID: hex.EncodeToString(e.GetLogId().GetKeyId()),
			},
		}
	}
	return l
}

// JSON writes it.
func (l Legacy) JSON(tb testing.TB) []byte {
	tb.Helper()
	data, err := json.Marshal(l)
	require.NoError(tb, err)
	return data
}
