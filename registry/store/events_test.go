package store

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func TestAnEventSaysWhoDidWhatToWhat(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("Acme", "baton-sample")
	v := f.version(c, "v1.0.0", published)
	m := move(v, yanked)
	m.Reason, m.Detail = "leaks", map[string]string{"category": "SECURITY"}
	f.write(func(tx *Tx) error { _, err := tx.Move(t.Context(), v.ID, m); return err })
	assert.Equal(t, map[string]string{"category": "SECURITY"}, m.Detail, "what was handed in is left alone")

	f.read(func(view *View) error {
		page, err := view.Events(t.Context(), EventQuery{See: everything, Limit: 1})
		require.NoError(t, err)
		e := page.Events[0]
		want := &registryv1.EventBody{
			Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "ines", TokenId: 7, From: "192.0.2.1",
			OrgId: int64(c.Org), ConnectorId: int64(c.ID), VersionId: int64(v.ID), Org: "Acme", Name: "baton-sample", Version: "v1.0.0",
			Attempt: 1, Reason: "leaks", Detail: map[string]string{"category": "SECURITY", "latest_before": "v1.0.0", "latest_after": ""},
		}
		assert.True(t, proto.Equal(want, e.Body), "got %v", e.Body)
		assert.Equal(t, Columns{
			Kind: want.GetKind(), Person: "ines", TokenID: 7, From: "192.0.2.1", Org: c.Org, Connector: c.ID, Version: v.ID,
		}, e.Stored.Columns)
		assert.Equal(t, f.reread(v).UpdatedAt, e.At, "one time for all that a transaction does")
		return nil
	})
}

// TestTheChainIsWhatTheDocumentsSay recomputes it without the store's code.
func TestTheChainIsWhatTheDocumentsSay(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.version(f.connector("acme", "baton-sample"), "v1.0.0", published)
	prev := make([]byte, 32)
	f.read(func(v *View) error {
		page, err := v.Events(t.Context(), EventQuery{See: everything, Ascending: true, Limit: 100})
		require.Len(t, page.Events, 5)
		for i, e := range page.Events {
			require.EqualValues(t, i+1, e.Seq)
			text := append([]byte{}, prev...)
			text = binary.BigEndian.AppendUint64(text, uint64(e.Seq))
			text = binary.BigEndian.AppendUint64(text, uint64(e.At.UnixMicro()))
			sum := sha256.Sum256(append(text, e.Stored.Body...))
			require.Equal(t, prev, e.Stored.Prev)
			require.Equal(t, sum[:], e.Stored.Hash)
			prev = sum[:]
		}
		head, headErr := v.Head(t.Context())
		assert.Equal(t, Head{Seq: 5, Hash: Digest(prev)}, head)
		return errors.Join(err, headErr)
	})
}

func TestVerifyFindsWhatWasDoneToTheLog(t *testing.T) {
	t.Parallel()
	// Twelve events: a connector, and a version that lived eleven steps.
	const swap = `update events set seq = -1 where seq = 5; update events set seq = 5 where seq = 6; update events set seq = 6 where seq = -1`
	for name, test := range map[string]struct {
		statements string
		seq        Seq
		problem    string
	}{
		"a body altered":           {"update events set body = x'0801' where seq = 5", 5, "altered"},
		"a time altered":           {"update events set at = at + 1 where seq = 5", 5, "altered"},
		"a hash altered":           {"update events set hash = zeroblob(32) where seq = 5", 5, "altered"},
		"a link altered":           {"update events set prev = zeroblob(32) where seq = 5", 5, "hash of the event before"},
		"an event removed":         {"delete from events where seq = 5", 6, "missing"},
		"the first event removed":  {"delete from events where seq = 1", 2, "missing"},
		"two events swapped":       {swap, 5, "hash of the event before"},
		"an event inserted":        {"insert into events select 13, at, kind, actor, token_id, address, org_id, connector_id, version_id, body, hash, zeroblob(32) from events where seq = 12", 13, "altered"},
		"the tail cut off":         {"delete from events where seq > 10", 10, "should end with event 12"},
		"the log emptied":          {"delete from events", 0, "should end with event 12"},
		"another kind in a column": {"update events set kind = 22 where seq = 5", 5, "columns"},
		"another person":           {"update events set actor = 'otto' where seq = 5", 5, "columns"},
		"another token":            {"update events set token_id = 8 where seq = 5", 5, "columns"},
		"another address":          {"update events set address = '' where seq = 5", 5, "columns"},
		"another org":              {"update events set org_id = 8 where seq = 5", 5, "columns"},
		"another connector":        {"update events set connector_id = 8 where seq = 5", 5, "columns"},
		"another version":          {"update events set version_id = 8 where seq = 5", 5, "columns"},
		"the head altered":         {"update chain set hash = zeroblob(32)", 12, "should end"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFixture(t)
			v := f.version(f.connector("acme", "baton-sample"), "v1.0.0", failed)
			for _, to := range []registryv1.State{pending, uploading, validating, failed, pending, uploading, validating} {
				v = f.move(v, to)
			}
			require.EqualValues(t, 12, f.head().Seq)
			_, err := f.VerifyChain(t.Context(), nil)
			require.NoError(t, err)
			for statement := range strings.SplitSeq(test.statements, ";") {
				f.exec(statement)
			}
			_, err = f.VerifyChain(t.Context(), nil)
			var fault *ChainError
			require.ErrorAs(t, err, &fault)
			assert.Equal(t, test.seq, fault.Seq)
			assert.ErrorContains(t, fault, test.problem)
		})
	}
}

func TestAnEarlierHeadMustStillBeThere(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := f.connector("acme", "baton-sample")
	f.version(c, "v1.0.0", published)
	noted := f.head()
	f.version(c, "v2.0.0", published)
	head, err := f.VerifyChain(t.Context(), &noted)
	require.NoError(t, err)
	assert.Equal(t, f.head(), head)

	rewritten := Head{Seq: noted.Seq, Hash: Digest{1}}
	_, err = f.VerifyChain(t.Context(), &rewritten)
	require.ErrorContains(t, err, "rewritten")

	// Cutting off the tail with the chain row shows only with an earlier head.
	f.exec("delete from events where seq > 3")
	f.exec("update chain set seq = 3, hash = (select hash from events where seq = 3)")
	_, err = f.VerifyChain(t.Context(), nil)
	require.NoError(t, err)
	_, err = f.VerifyChain(t.Context(), &noted)
	require.ErrorContains(t, err, fmt.Sprintf("its earlier head was event %d", noted.Seq))
}

func TestVerifyingALongLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	head, err := f.VerifyChain(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, Head{}, head, "an empty log is in order")
	for _, count := range []int{verifyBatch, verifyBatch / 2} {
		f.write(func(tx *Tx) error {
			for range count {
				tx.Record(Record{Kind: registryv1.EventKind_EVENT_KIND_REFUSED})
			}
			return nil
		})
		head, err = f.VerifyChain(t.Context(), nil)
		require.NoError(t, err)
		assert.Equal(t, f.head(), head)
	}
}

// events lists all pages.
func (f *fixture) events(q EventQuery) []Event {
	f.tb.Helper()
	var all []Event
	f.read(func(v *View) error {
		for {
			page, err := v.Events(f.ctx, q)
			if err != nil {
				return err
			}
			require.LessOrEqual(f.tb, page.Scanned, int64(f.config.MaxScan))
			all = append(all, page.Events...)
			if page.Next == 0 {
				return nil
			}
			q.After = page.Next
		}
	})
	return all
}

func seqs(events []Event) []Seq {
	list := []Seq{}
	for _, e := range events {
		list = append(list, e.Seq)
	}
	return list
}

func TestListEvents(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	acme := f.connector("acme", "baton-okta")     // 1
	globex := f.connector("globex", "baton-okta") // 2
	f.clock.pass(time.Hour)
	since := f.clock.now()
	v := f.version(acme, "v1.0.0", published) // 3 to 6
	f.version(globex, "v2.0.0", failed)       // 7 to 10
	m := move(v, yanked)
	m.Detail = map[string]string{"category": "BROKEN", "advisory": "CVE-2026-0001"}
	require.NoError(t, f.Write(t.Context(), Actor{Person: "Otto"}, func(tx *Tx) error { // 11, 12
		_, err := tx.Move(t.Context(), v.ID, m)
		tx.Record(Record{Kind: registryv1.EventKind_EVENT_KIND_REFUSED, Reason: "NOT_PERMITTED"})
		return err
	}))
	public := []registryv1.EventKind{registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, registryv1.EventKind_EVENT_KIND_VERSION_YANKED}
	type kinds = []registryv1.EventKind
	tests := map[string]struct {
		query EventQuery
		want  []Seq
	}{
		"all":                       {EventQuery{See: everything}, []Seq{12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1}},
		"oldest first":              {EventQuery{See: everything, Ascending: true}, []Seq{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		"after":                     {EventQuery{See: everything, Ascending: true, After: 10}, []Seq{11, 12}},
		"before":                    {EventQuery{See: everything, After: 3}, []Seq{2, 1}},
		"since":                     {EventQuery{See: everything, Since: since, Ascending: true}, []Seq{3, 4, 5, 6, 7, 8, 9, 10, 11, 12}},
		"since, newest first":       {EventQuery{See: everything, Since: since}, []Seq{12, 11, 10, 9, 8, 7, 6, 5, 4, 3}},
		"since the future":          {EventQuery{See: everything, Since: since.Add(time.Hour)}, []Seq{}},
		"of a version":              {EventQuery{See: everything, Version: v.ID}, []Seq{11, 6, 5, 4, 3}},
		"of a connector":            {EventQuery{See: everything, Connector: globex.ID}, []Seq{10, 9, 8, 7, 2}},
		"of a kind":                 {EventQuery{See: everything, Kinds: kinds{registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED}}, []Seq{2, 1}},
		"of kinds":                  {EventQuery{See: everything, Kinds: public}, []Seq{11, 6}},
		"of a kind and a connector": {EventQuery{See: everything, Connector: acme.ID, Kinds: public[:1]}, []Seq{6}},
		"of a version elsewhere":    {EventQuery{See: everything, Connector: globex.ID, Version: v.ID}, []Seq{}},
		"for everybody":             {EventQuery{PublicKinds: public}, []Seq{11, 6}},
		"for a member":              {EventQuery{See: Visibility{Orgs: []OrgID{globex.Org}}, PublicKinds: public}, []Seq{11, 10, 9, 8, 7, 6, 2}},
		"only of orgs":              {EventQuery{PublicKinds: kinds{registryv1.EventKind_EVENT_KIND_REFUSED}}, []Seq{}},
		"for nobody":                {EventQuery{}, []Seq{}},
		"by org":                    {EventQuery{See: everything, Filter: filter(t, "org:glo")}, []Seq{10, 9, 8, 7, 2}},
		"by name":                   {EventQuery{See: everything, Filter: filter(t, "name:okta version:v1")}, []Seq{11, 6, 5, 4, 3}},
		"by person":                 {EventQuery{See: everything, Filter: filter(t, "author:otto")}, []Seq{12, 11}},
		"by another person":         {EventQuery{See: everything, Filter: filter(t, "-author:ines,otto")}, []Seq{}},
		"by state":                  {EventQuery{See: everything, Filter: filter(t, "state:failed,yanked")}, []Seq{11, 10}},
		"by category":               {EventQuery{See: everything, Filter: filter(t, "category:broken")}, []Seq{11}},
		"by a word of the detail":   {EventQuery{See: everything, Filter: filter(t, "cve-2026")}, []Seq{11}},
		"by a word of the kind":     {EventQuery{See: everything, Filter: filter(t, "refused")}, []Seq{12}},
		"by what events have not":   {EventQuery{See: everything, Filter: filter(t, "platform:linux")}, []Seq{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, limit := range []int{1, 2, 100} {
				test.query.Limit = limit
				assert.Equal(t, test.want, seqs(f.events(test.query)), "%d a page", limit)
			}
		})
	}
}

func TestAWatcherPassesWhatItMayNotSee(t *testing.T) {
	t.Parallel()
	f := openFixture(t, Config{Dir: t.TempDir(), MaxScan: 10})
	f.write(func(tx *Tx) error {
		for range 25 {
			tx.Record(Record{Kind: registryv1.EventKind_EVENT_KIND_REFUSED})
		}
		return nil
	})
	stranger := EventQuery{Ascending: true, Limit: 5}
	var last []Seq
	f.read(func(v *View) error {
		for {
			page, err := v.Events(t.Context(), stranger)
			require.Empty(t, page.Events)
			last = append(last, page.Last)
			stranger.After = page.Last
			if page.Next == 0 {
				return err
			}
		}
	})
	assert.Equal(t, []Seq{10, 20, 25}, last)
	f.read(func(v *View) error {
		page, err := v.Events(t.Context(), stranger)
		assert.EqualValues(t, 25, page.Last, "nothing new: the cursor stays")
		return err
	})
}

func TestAnUnreadableBodyDoesNotHideTheRest(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.connector("acme", "a")
	f.connector("acme", "b")
	f.exec("update events set body = x'ff' where seq = 1")
	assert.Equal(t, []Seq{2, 1}, seqs(f.events(EventQuery{See: everything, Limit: 10})))
}

// TestStateIsWrittenInOnePlace keeps Move the only writer of a version's
// state: no other file has SQL that creates, removes or moves a version.
func TestStateIsWrittenInOnePlace(t *testing.T) {
	t.Parallel()
	assert.Empty(t, stateWriters(t, ".", "move.go"))
	assert.NotEmpty(t, stateWriters(t, ".", ""), "the test finds what move.go does")
}

// stateWriters finds statements on versions that only one file may have.
func stateWriters(t *testing.T, dir, but string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var found []string
	for _, file := range files {
		name := filepath.Base(file)
		if name == but || strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text := strings.Join(strings.Fields(strings.ToLower(string(content))), " ")
		for _, statement := range []string{"insert into versions ", "insert into versions(", "replace into versions", "delete from versions "} {
			if strings.Contains(text, statement) {
				found = append(found, name+": "+statement)
			}
		}
		for _, update := range strings.Split(text, "update versions set ")[1:] {
			assignments, _, _ := strings.Cut(update, " where ")
			for assignment := range strings.SplitSeq(assignments, ",") {
				if column, _, _ := strings.Cut(strings.TrimSpace(assignment), " "); column == "state" {
					found = append(found, name+": update of state")
				}
			}
		}
	}
	return found
}

// TestSQLStaysPlain keeps the queries to what the second database can, too.
func TestSQLStaysPlain(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("migrations/*.sql")
	require.NoError(t, err)
	sources, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range append(files, sources...) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		text := strings.ToLower(string(content))
		for _, forbidden := range []string{"create trigger", "create view", "json_", "current_timestamp", "datetime('now", "order by number", "number <", "number >"} {
			assert.NotContains(t, text, forbidden, file)
		}
	}
}
