package signingtest

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/go-openapi/runtime"
	"github.com/sigstore/rekor/pkg/generated/models"
	"github.com/sigstore/rekor/pkg/types"
	_ "github.com/sigstore/rekor/pkg/types/dsse/v0.0.1"         // what the log accepts
	_ "github.com/sigstore/rekor/pkg/types/hashedrekord/v0.0.1" // what the log accepts
	"github.com/sigstore/rekor/pkg/util"
	"github.com/sigstore/sigstore/pkg/signature"
)

const (
	logHost = "rekor.example"
	treeID  = 42
)

// transparencyLog is a Merkle tree after RFC 6962 that signs what it holds.
type transparencyLog struct {
	key *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves [][]byte // their hashes
}

// newLog is a log that is in use already, so that no entry is the first one.
func newLog(key *ecdsa.PrivateKey) *transparencyLog {
	l := &transparencyLog{key: key}
	for _, other := range []string{"one", "two", "three"} {
		l.leaves = append(l.leaves, leafHash([]byte(other)))
	}
	return l
}

// rekor answers requests to log an entry.
func (s *Sigstore) rekor() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/v1/log/entries", func(w http.ResponseWriter, r *http.Request) {
		at, faults := s.state()
		if faults.LogStatus != 0 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(faults.LogStatus)
			_, _ = io.WriteString(w, `{"code":500,"message":"the log has a bad day"}`)
			return
		}
		body, err := canonical(r.Context(), r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		uuid, entry, err := s.log.add(r.Context(), body, at.Add(faults.LogDelay), faults)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("ETag", uuid)
		w.Header().Set("Location", "/api/v1/log/entries/"+uuid)
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(map[string]any{uuid: entry})
	})
	return mux
}

// canonical checks the proposed entry, its signature included, and brings it
// into the form in which it is logged.
func canonical(ctx context.Context, r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, 8<<20))
	if err != nil {
		return nil, err
	}
	proposed, err := models.UnmarshalProposedEntry(bytes.NewReader(data), runtime.JSONConsumer())
	if err != nil {
		return nil, err
	}
	entry, err := types.CreateVersionedEntry(proposed)
	if err != nil {
		return nil, err
	}
	return types.CanonicalizeEntry(ctx, entry)
}

func (l *transparencyLog) add(ctx context.Context, body []byte, at time.Time, faults Faults) (string, map[string]any, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	leaf := leafHash(body)
	l.leaves = append(l.leaves, leaf)
	index, size := len(l.leaves)-1, len(l.leaves)
	rootHash := treeHash(l.leaves)
	signer, err := signature.LoadECDSASignerVerifier(l.key, crypto.SHA256)
	if err != nil {
		return "", nil, err
	}
	checkpoint, err := util.CreateAndSignCheckpoint(ctx, logHost, treeID, uint64(size), rootHash, signer)
	if err != nil {
		return "", nil, err
	}
	hashes := []string{}
	for _, h := range auditPath(index, l.leaves) {
		hashes = append(hashes, hex.EncodeToString(h))
	}
	promise, err := l.promise(body, at, index)
	if err != nil {
		return "", nil, err
	}
	if faults.NoPromise {
		promise = nil
	}
	return hex.EncodeToString(leaf), map[string]any{
		"body": base64.StdEncoding.EncodeToString(body), "integratedTime": at.Unix(), "logIndex": index, "logID": hex.EncodeToString(logID(l.key.Public())),
		"verification": map[string]any{
			"signedEntryTimestamp": promise,
			"inclusionProof": map[string]any{
				"checkpoint": string(checkpoint), "hashes": hashes, "logIndex": index, "rootHash": hex.EncodeToString(rootHash), "treeSize": size,
			},
		},
	}, nil
}

// promise signs the entry and its time. encoding/json sorts the keys of a map,
// which for these is the canonical form that the signature is over.
func (l *transparencyLog) promise(body []byte, at time.Time, index int) ([]byte, error) {
	payload, err := json.Marshal(map[string]any{
		"body": base64.StdEncoding.EncodeToString(body), "integratedTime": at.Unix(), "logID": hex.EncodeToString(logID(l.key.Public())), "logIndex": index,
	})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(payload)
	return ecdsa.SignASN1(rand.Reader, l.key, sum[:])
}

func leafHash(data []byte) []byte {
	sum := sha256.Sum256(append([]byte{0}, data...))
	return sum[:]
}

func nodeHash(left, right []byte) []byte {
	sum := sha256.Sum256(append(append([]byte{1}, left...), right...))
	return sum[:]
}

// split is the largest power of two below n.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func treeHash(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := split(len(leaves))
	return nodeHash(treeHash(leaves[:k]), treeHash(leaves[k:]))
}

func auditPath(i int, leaves [][]byte) [][]byte {
	if len(leaves) == 1 {
		return nil
	}
	k := split(len(leaves))
	if i < k {
		return append(auditPath(i, leaves[:k]), treeHash(leaves[k:]))
	}
	return append(auditPath(i-k, leaves[k:]), treeHash(leaves[:k]))
}
