package store

import (
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
)

// A dialect is what differs between the databases that the store can live in.
// Queries are written once, with ? for their parameters. SQLite is the only
// one yet; PostgreSQL counts placeholders, locks the chain row with "for
// update" and has codes of its own for the same three faults.
type dialect struct {
	goose goose.Dialect
	// migrations is the folder of its schema.
	migrations string
	// beginRead and beginWrite start a snapshot and a changing transaction.
	beginRead, beginWrite string
	// generation asks for a number that is another one on this connection as
	// soon as any other connection, of whatever process, has committed.
	generation string
	// useIndex follows the name of a table and makes it be read by an index;
	// where the planner cannot be told, it is empty.
	useIndex func(index string) string
	// fault classifies an error of the driver.
	fault func(error) fault
}

// fault is what the store does something about.
type fault int

const (
	faultOther fault = iota
	// faultTaken: a unique key is there already.
	faultTaken
	// faultBusy: others held the database for too long.
	faultBusy
	// faultFull: no room on the disk.
	faultFull
)

var sqliteDialect = dialect{
	goose:      goose.DialectSQLite3,
	migrations: "migrations",
	beginRead:  "begin",
	generation: "pragma data_version",
	// Taking the write lock at once never has to give up a transaction half
	// way because another process wrote in between.
	beginWrite: "begin immediate",
	useIndex:   func(index string) string { return " indexed by " + index },
	fault:      sqliteFault,
}

// Primary result codes of SQLite, and the two extended ones for unique keys.
const (
	sqliteBusy             = 5
	sqliteFull             = 13
	sqliteConstraintPK     = 19 | 6<<8
	sqliteConstraintUnique = 19 | 8<<8
	sqlitePrimaryCode      = 0xff
)

func sqliteFault(err error) fault {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return faultOther
	}
	switch {
	case e.Code() == sqliteConstraintUnique || e.Code() == sqliteConstraintPK:
		return faultTaken
	case e.Code()&sqlitePrimaryCode == sqliteBusy:
		return faultBusy
	case e.Code()&sqlitePrimaryCode == sqliteFull:
		return faultFull
	default:
		return faultOther
	}
}

const (
	databaseFile = "registry.db"
	lockFile     = "registry.lock"
)

// openSQLite prepares connections to the database of a directory; none is
// opened yet. The settings are those of every connection: an answer of a
// commit means that it is on the disk, and waiting for another process's
// write takes at most five seconds.
func openSQLite(dir string, readOnly bool) (*sql.DB, error) {
	path, err := filepath.Abs(filepath.Join(dir, databaseFile))
	if err != nil {
		return nil, err
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // A drive letter follows.
	}
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)",
		"synchronous(full)",
		"foreign_keys(1)",
		"temp_store(memory)",
		"cache_size(-8192)",
	}}
	if readOnly {
		query.Add("_pragma", "query_only(1)")
	} else {
		query.Add("_pragma", "journal_mode(wal)")
	}
	dsn := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	connector, err := sqlite.NewConnector(dsn.String())
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// Times are stored as microseconds since 1970 UTC, 0 for none.

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// narrow converts a number from a column that holds none too large for N:
// enums, attempts and sets of bits.
func narrow[N ~int32 | ~uint32 | ~uint8](stored int64) N {
	return N(stored)
}

// digestOrNil and its reverse convert a digest that may be absent.
func digestOrNil(d *Digest) []byte {
	if d == nil {
		return nil
	}
	return d[:]
}

func toDigest(stored []byte) *Digest {
	if len(stored) != len(Digest{}) {
		return nil
	}
	d := Digest(stored)
	return &d
}
