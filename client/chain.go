package client

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// CheckPlace says what is wrong with the place of an event in the log, right
// behind the event with a number and a hash; 0 and nil stand before the first.
// It is "" for an event that follows as it should, and otherwise goes on after
// "event N".
func CheckPlace(e *registryv1.Event, seq int64, hash []byte) string {
	switch at := e.GetSeq(); {
	case at != seq+1 && seq == 0:
		return "is the first that is there, and should be event 1"
	case at <= seq:
		return fmt.Sprintf("stands behind event %d: it was inserted, or the order was changed", seq)
	case at != seq+1:
		return fmt.Sprintf("follows event %d: what was between them is gone", seq)
	case !bytes.Equal(trimZero(e.GetStored().GetPrev()), trimZero(hash)):
		return "does not name the hash of the event before it"
	default:
		return ""
	}
}

// CheckStored names everything that is wrong with an event by itself: its
// stored bytes must hash to what is stored, and what people are shown, and the
// columns by which it is found, must say what those bytes say. Each fault goes
// on after "event N".
func CheckStored(e *registryv1.Event) []string {
	var wrong []string
	stored := e.GetStored()
	sum := EventHash(stored.GetPrev(), e.GetSeq(), stored.GetAtMicros(), stored.GetBody())
	if !bytes.Equal(sum, stored.GetHash()) {
		wrong = append(wrong, fmt.Sprintf("was altered: its bytes hash to %s and not to %s", words.SHA256(sum), words.SHA256(stored.GetHash())))
	}
	var body registryv1.EventBody
	if err := proto.Unmarshal(stored.GetBody(), &body); err != nil {
		return append(wrong, fmt.Sprintf("has stored bytes that cannot be read: %v", err))
	}
	clean.Message(&body) // as the client cleans whatever it shows
	shown := &registryv1.EventBody{
		Kind: e.GetKind(), Person: e.GetPerson(), Org: e.GetOrg(), Name: e.GetName(), Version: e.GetVersion(),
		Attempt: e.GetAttempt(), From: e.GetFrom(), Reason: e.GetReason(), Detail: e.GetDetail(),
	}
	stands := &registryv1.EventBody{
		Kind: body.GetKind(), Person: body.GetPerson(), Org: body.GetOrg(), Name: body.GetName(), Version: body.GetVersion(),
		Attempt: body.GetAttempt(), From: body.GetFrom(), Reason: body.GetReason(), Detail: body.GetDetail(),
	}
	if !proto.Equal(shown, stands) || e.GetAt().AsTime().UnixMicro() != stored.GetAtMicros() {
		wrong = append(wrong, "is shown otherwise than it was stored")
	}
	columns := stored.GetColumns()
	found := &registryv1.EventBody{
		Kind: columns.GetKind(), Person: columns.GetPerson(), TokenId: columns.GetTokenId(), OrgId: columns.GetOrgId(),
		ConnectorId: columns.GetConnectorId(), VersionId: columns.GetVersionId(), From: columns.GetFrom(),
	}
	meant := &registryv1.EventBody{
		Kind: body.GetKind(), Person: body.GetPerson(), TokenId: body.GetTokenId(), OrgId: body.GetOrgId(),
		ConnectorId: body.GetConnectorId(), VersionId: body.GetVersionId(), From: body.GetFrom(),
	}
	if !proto.Equal(found, meant) {
		wrong = append(wrong, "has columns that say something else than its stored bytes")
	}
	return wrong
}

// EventHash is sha256 over the hash before it, number, time and stored bytes.
func EventHash(prev []byte, seq, atMicros int64, body []byte) []byte {
	h := sha256.New()
	h.Write(prev)
	var numbers [16]byte
	binary.BigEndian.PutUint64(numbers[:8], uint64(seq))      //nolint:gosec // the same bits, as the log writes them
	binary.BigEndian.PutUint64(numbers[8:], uint64(atMicros)) //nolint:gosec // the same bits, as the log writes them
	h.Write(numbers[:])
	h.Write(body)
	return h.Sum(nil)
}

// trimZero makes the two spellings of "nothing before" equal.
func trimZero(hash []byte) []byte {
	if len(bytes.Trim(hash, "\x00")) == 0 {
		return nil
	}
	return hash
}
