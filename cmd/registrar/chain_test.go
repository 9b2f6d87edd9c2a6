package main

import (
	"encoding/hex"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// written is a log as a registry writes it: each event over the stored bytes
// of the one before.
func written(t *testing.T, n int, salt string) []*registryv1.Event {
	t.Helper()
	prev := make([]byte, digestBytes)
	var events []*registryv1.Event
	for i := range n {
		body := &registryv1.EventBody{
			Kind: registryv1.EventKind_EVENT_KIND_VERSION_CREATED, Person: "mara", OrgId: 1, ConnectorId: 2, VersionId: int64(i + 1),
			Org: "acme", Name: "baton-sample", Version: "v1.0." + strconv.Itoa(i), Attempt: 1, From: "embedded", Reason: salt,
			Detail: map[string]string{"number": strconv.Itoa(i)},
		}
		stored, err := proto.MarshalOptions{Deterministic: true}.Marshal(body)
		require.NoError(t, err)
		when := time.Date(2026, 8, 21, 14, 0, i, 5000, time.UTC)
		hash := client.EventHash(prev, int64(i+1), when.UnixMicro(), stored)
		events = append(events, &registryv1.Event{
			Seq: int64(i + 1), At: timestamppb.New(when), Kind: body.GetKind(), Person: body.GetPerson(), From: body.GetFrom(),
			Org: body.GetOrg(), Name: body.GetName(), Version: body.GetVersion(), Attempt: body.GetAttempt(), Reason: body.GetReason(),
			Detail: body.GetDetail(),
			Stored: &registryv1.StoredEvent{Body: stored, Prev: prev, Hash: hash, AtMicros: when.UnixMicro(), Columns: body},
		})
		prev = hash
	}
	return events
}

func verified(events []*registryv1.Event, known *registryv1.ChainHead, c chain) *chain {
	for _, event := range events {
		c.add(event)
	}
	c.end(known)
	return &c
}

func headOf(events []*registryv1.Event) *registryv1.ChainHead {
	last := events[len(events)-1]
	return &registryv1.ChainHead{Seq: last.GetSeq(), Hash: last.GetStored().GetHash()}
}

func TestAnIntactLogVerifies(t *testing.T) {
	t.Parallel()
	events := written(t, 50, "")
	c := verified(events, headOf(events), chain{})
	require.NoError(t, c.err())
	assert.EqualValues(t, 50, c.events)

	// An earlier head is still in it, and the log may have grown since it was asked for.
	early := events[9].GetStored().GetHash()
	require.NoError(t, verified(events, headOf(events[:40]), chain{wantSeq: 10, wantHash: early}).err())
	require.NoError(t, verified(nil, &registryv1.ChainHead{}, chain{}).err(), "an empty log is intact")
}

func TestWhateverWasDoneToALogIsFound(t *testing.T) {
	t.Parallel()
	other := written(t, 10, "another history")
	for name, c := range map[string]struct {
		tamper func(events []*registryv1.Event) []*registryv1.Event
		earlier,
		grown bool
		want []string
	}{
		"bytes altered": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				events[3].Stored.Body[5] ^= 1
				return events
			},
			want: []string{"event 4 was altered: its bytes hash to sha256:", "event 4 is shown otherwise than it was stored", "event 4 has columns"},
		},
		"time altered": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				events[3].Stored.AtMicros++
				return events
			},
			want: []string{"event 4 was altered", "event 4 is shown otherwise than it was stored"},
		},
		"altered, with its own hash made anew": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				e := events[3]
				e.Stored.AtMicros++
				e.At = timestamppb.New(e.GetAt().AsTime().Add(time.Microsecond))
				sum := client.EventHash(e.GetStored().GetPrev(), 4, e.GetStored().GetAtMicros(), e.GetStored().GetBody())
				e.Stored.Hash = sum
				return events
			},
			want: []string{"event 5 does not name the hash of the event before it"},
		},
		"one removed": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event { return slices.Delete(events, 4, 5) },
			want:   []string{"event 6 follows event 4: what was between them is gone"},
		},
		"the first removed": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event { return events[1:] },
			want:   []string{"event 2 is the first that is there, and should be event 1"},
		},
		"two exchanged": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				events[4], events[5] = events[5], events[4]
				return events
			},
			want: []string{"event 6 follows event 4", "event 5 stands behind event 6", "event 7 follows event 5"},
		},
		"one inserted": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				return slices.Insert(events, 5, proto.CloneOf(other[4]))
			},
			want: []string{"event 5 stands behind event 5: it was inserted", "event 6 does not name the hash"},
		},
		"a column altered": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				events[3].Stored.Columns = proto.CloneOf(events[3].GetStored().GetColumns())
				events[3].Stored.Columns.VersionId = 99
				return events
			},
			want: []string{"event 4 has columns that say something else than its stored bytes"},
		},
		"what people see altered": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event {
				events[3].Person = "nobody"
				return events
			},
			want: []string{"event 4 is shown otherwise than it was stored"},
		},
		"the end cut off": {
			tamper:  func(events []*registryv1.Event) []*registryv1.Event { return events[:7] },
			earlier: true,
			want:    []string{"event 9 of the earlier head is not in the log, which ends with event 7"},
		},
		"the end cut off, and the registry knows better": {
			tamper: func(events []*registryv1.Event) []*registryv1.Event { return events[:7] },
			grown:  true,
			want:   []string{"event 10 is the newest by the registry's own account, and the log ends with event 7"},
		},
		"written anew": {
			tamper: func([]*registryv1.Event) []*registryv1.Event {
				anew := make([]*registryv1.Event, len(other))
				for i, e := range other {
					anew[i] = proto.CloneOf(e)
				}
				return anew
			},
			earlier: true,
			want:    []string{"event 9 has the hash"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := written(t, 10, "")
			start := chain{}
			if c.earlier {
				start.wantSeq, start.wantHash = 9, slices.Clone(events[8].GetStored().GetHash())
			}
			var known *registryv1.ChainHead
			if c.grown {
				known = headOf(events)
			}
			result := verified(c.tamper(events), known, start)
			err := result.err()
			require.Error(t, err)
			assert.Equal(t, 7, exitCode(err))
			require.Len(t, result.wrong, len(c.want), "%v", result.wrong)
			for i, want := range c.want {
				assert.Contains(t, result.wrong[i].Message, want)
			}
		})
	}
}

func TestALogThatIsWrongThroughoutIsSummedUp(t *testing.T) {
	t.Parallel()
	events := written(t, 60, "")
	for _, e := range events {
		e.Stored.Body = append(e.GetStored().GetBody(), 0x98, 0x06, 0x01) // an unknown field
	}
	e := asError(verified(events, nil, chain{}).err())
	assert.Len(t, e.Faults, maxChainFaults)
	assert.Equal(t, "the log is not intact: 60 faults, of which the first 20 are named", e.Message)
}

func TestParseHead(t *testing.T) {
	t.Parallel()
	sum := hex.EncodeToString(sumAB)
	for _, text := range []string{"412:sha256:" + sum, "412:" + sum} {
		seq, hash, err := parseHead(text)
		require.NoError(t, err, text)
		assert.EqualValues(t, 412, seq)
		assert.Equal(t, sumAB, hash)
	}
	for _, text := range []string{"", "412", "412:", "x:" + sum, "0:" + sum, "-1:" + sum, "412:" + sum[2:], "412:zz" + sum[2:]} {
		_, _, err := parseHead(text)
		require.Error(t, err, text)
		assert.Equal(t, 2, exitCode(err), text)
	}
}
