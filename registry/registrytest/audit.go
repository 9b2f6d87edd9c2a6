package registrytest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/registry/store"
)

// Findings are what Audit found in a data directory.
type Findings struct {
	// Broken is what must never be: rows that contradict each other, a log
	// that does not verify, recorded bytes that are lost or altered.
	Broken []string

	// Parts are the names of the files of uploads, locks included. Strays are
	// the digests of complete bytes that no row names. Killed processes may
	// leave both; the sweep removes them a day later. OpenBytes is how much
	// of releases they hold together, and Recorded how much the rows name.
	Parts, Strays       []string
	OpenBytes, Recorded int64
}

// String is what is broken, one a line.
func (f Findings) String() string { return strings.Join(f.Broken, "\n") }

// rule is something that every row keeps at any time, whatever was killed. The
// query gives what breaks it.
type rule struct{ says, query string }

// The numbers of states and kinds are those of the contract: PENDING 1,
// UPLOADING 2, VALIDATING 3, PUBLISHED 4, FAILED 5, YANKED 6.
var rules = []rule{
	{"the database is whole", "select * from pragma_integrity_check where integrity_check <> 'ok'"},
	{"every reference leads somewhere", "select \"table\" || ' ' || rowid from pragma_foreign_key_check"},
	{"counters are what counting gives", `select c.spelling from connectors c
		left join (select connector_id, sum(state = 1) p, sum(state = 2) u, sum(state = 3) v, sum(state = 4) l, sum(state = 5) f, sum(state = 6) y
			from versions group by connector_id) n on n.connector_id = c.id
		where (n_pending, n_uploading, n_validating, n_published, n_failed, n_yanked) is not
			(coalesce(p, 0), coalesce(u, 0), coalesce(v, 0), coalesce(l, 0), coalesce(f, 0), coalesce(y, 0))`},
	{"latest is the highest PUBLISHED number, releases first", `select c.spelling from connectors c where c.latest_id is not
		coalesce((select id from versions where connector_id = c.id and state = 4 order by prerelease, precedence desc limit 1), 0)`},
	{"newest is the highest number, releases first", `select c.spelling from connectors c where c.newest_id is not
		coalesce((select id from versions where connector_id = c.id order by prerelease, precedence desc limit 1), 0)`},
	{"newest in public is PUBLISHED or YANKED", `select c.spelling from connectors c where c.newest_public_id is not
		coalesce((select id from versions where connector_id = c.id and state in (4, 6) order by prerelease, precedence desc limit 1), 0)`},
	{"stable is PUBLISHED", `select c.spelling from connectors c where stable_id <> 0
		and not exists (select 1 from versions where id = stable_id and connector_id = c.id and state = 4)`},
	{"a version's last step is its state", `select number from versions v where state is not
		(select state from steps where version_id = v.id order by attempt desc, revision desc limit 1)`},
	{"a version has the size of its files", `select number from versions v where size <>
		(select coalesce(sum(size), 0) from assets where version_id = v.id and attempt = v.attempt)`},
	{"what is finalized is complete", `select number from versions v where state in (3, 4, 6)
		and (asset_set is null or received <> platforms or exists
			(select 1 from assets where version_id = v.id and attempt = v.attempt and source = 1 and sha256 is null))`},
	{"what is VALIDATING has a job, or waits for people", `select number from versions v where state = 3 and waiting_since = 0
		and not exists (select 1 from jobs where version_id = v.id and attempt = v.attempt and kind = 1)`},
	{"what waits for people is VALIDATING and has passed its checks", `select number from versions v where waiting_since <> 0 and (state <> 3
		or not exists (select 1 from checks where version_id = v.id and attempt = v.attempt)
		or exists (select 1 from checks where version_id = v.id and attempt = v.attempt and required and result = 3))`},
	{"what waits for people has too few approvals, or a job", `select number from versions v where waiting_since <> 0 and approvals_given >= approvals_needed
		and not exists (select 1 from jobs where version_id = v.id and attempt = v.attempt and kind = 3)`},
	{"approvals of what waits are those that count", `select number from versions v where waiting_since <> 0 and approvals_given not between
		(select count(distinct person) from reviews r where r.version_id = v.id and r.attempt = v.attempt and r.asset_set = v.asset_set
			and decision = 1 and not void and not self) and
		(select count(distinct person) from reviews r where r.version_id = v.id and r.attempt = v.attempt and r.asset_set = v.asset_set
			and decision = 1 and not void)`},
	{"one decision of a person counts at most, and none of an earlier attempt", `select v.number from versions v join reviews r on r.version_id = v.id where not void
		and (r.attempt <> v.attempt or r.asset_set is not v.asset_set
			or exists (select 1 from reviews o where o.version_id = v.id and o.person = r.person and not o.void and o.id <> r.id))`},
	{"only what is VALIDATING is claimed", `select v.number from claims k join versions v on v.id = k.version_id where v.state <> 3 or k.attempt <> v.attempt`},
	{"what is PUBLISHED has passed its checks", `select number from versions v where state in (4, 6) and (published_at = 0
		or not exists (select 1 from checks where version_id = v.id and attempt = v.attempt)
		or exists (select 1 from checks where version_id = v.id and attempt = v.attempt and required and result = 3))`},
	{"a version is published once, and the log says so", `select number from versions v where (published_at <> 0) is not
		(select count(*) from events where version_id = v.id and kind = 11)`},
	{"bytes that were received are recorded, with their size", `select filename from assets a where source = 1 and sha256 is not null
		and not exists (select 1 from blobs b where b.sha256 = a.sha256 and b.size = a.size)`},
	{"recorded bytes belong to a file", `select hex(sha256) from blobs b where not exists (select 1 from assets a where a.sha256 = b.sha256)`},
	{"counters of keys are what counting gives", `select k.name from signing_keys k where (n_signed, n_signed_public) is not
		(select count(v.id), coalesce(sum(v.state in (4, 6)), 0) from signed g
			join versions v on v.id = g.version_id and v.attempt = g.attempt where g.key_id = k.id)`},
	{"a key has an export", "select name from signing_keys k where not exists (select 1 from key_exports e where e.key_id = k.id)"},
	{"who signed is known", `select g.version_id from signed g where (key_id = 0) = (identity_id = 0)
		or key_id <> 0 and not exists (select 1 from signing_keys k where k.id = g.key_id)
		or identity_id <> 0 and not exists (select 1 from identities i where i.id = g.identity_id)`},
	{"uploads of received files are done", `select a.filename from uploads u join assets a on a.id = u.asset_id where u.done = 0 and a.sha256 is not null`},
}

// Audit looks at a data directory as it lies on the disk. It may be called
// while processes use the directory, and after they were killed.
func Audit(tb testing.TB, dir string) Findings {
	tb.Helper()
	var found Findings
	if err := verifyLog(dir); err != nil {
		found.Broken = append(found.Broken, "the audit log verifies: "+err.Error())
	}
	db := openReadOnly(tb, dir)
	for _, r := range rules {
		for _, what := range column(tb, db, r.query) {
			found.Broken = append(found.Broken, r.says+": "+what)
		}
	}
	recorded := map[string]bool{}
	for _, digest := range column(tb, db, "select lower(hex(sha256)) from blobs") {
		recorded[digest] = true
		size, got := hashOf(filepath.Join(dir, "files", "blobs", digest[:2], digest))
		if got != digest {
			found.Broken = append(found.Broken, "recorded bytes are on the disk as they were sent: "+digest+" is "+got)
		}
		found.Recorded += size
	}
	found.files(tb, dir, recorded)
	return found
}

// verifyLog recomputes the audit log.
func verifyLog(dir string) error {
	s, err := store.Open(context.Background(), store.Config{Dir: dir})
	if err != nil {
		return err
	}
	_, err = s.VerifyChain(context.Background(), nil)
	return errors.Join(err, s.Close())
}

func openReadOnly(tb testing.TB, dir string) *sql.DB {
	tb.Helper()
	dsn := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "registry.db")), RawQuery: "mode=ro&_pragma=busy_timeout(5000)"}
	db, err := sql.Open("sqlite", dsn.String())
	require.NoError(tb, err)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

// column is the first column of what a query gives.
func column(tb testing.TB, db *sql.DB, query string) []string {
	tb.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	require.NoError(tb, err, query)
	defer rows.Close() //nolint:errcheck // rows.Err says what matters
	var list []string
	for rows.Next() {
		var text string
		require.NoError(tb, rows.Scan(&text))
		list = append(list, text)
	}
	require.NoError(tb, rows.Err())
	return list
}

// hashOf is the size and sha256 of a file, or why there is none.
func hashOf(path string) (int64, string) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err.Error()
	}
	defer f.Close() //nolint:errcheck // it was only read
	sum := sha256.New()
	size, err := io.Copy(sum, f)
	if err != nil {
		return 0, err.Error()
	}
	return size, hex.EncodeToString(sum.Sum(nil))
}

// files looks for files that no row names.
func (f *Findings) files(tb testing.TB, dir string, recorded map[string]bool) {
	tb.Helper()
	root := filepath.Join(dir, "files")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // finished while it was looked at
			return nil
		}
		if err != nil || entry.IsDir() || filepath.Dir(path) == root {
			return err
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		part := filepath.Base(filepath.Dir(path)) == "parts"
		switch {
		case part:
			f.Parts = append(f.Parts, entry.Name())
		case !recorded[entry.Name()]:
			f.Strays = append(f.Strays, entry.Name())
		default:
			return nil
		}
		if !part || !strings.Contains(entry.Name(), ".") {
			f.OpenBytes += info.Size()
		}
		return nil
	})
	require.NoError(tb, err)
}
