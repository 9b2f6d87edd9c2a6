package store

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Short names for what the tests speak of all the time.
const (
	pending    = registryv1.State_STATE_PENDING
	uploading  = registryv1.State_STATE_UPLOADING
	validating = registryv1.State_STATE_VALIDATING
	published  = registryv1.State_STATE_PUBLISHED
	failed     = registryv1.State_STATE_FAILED
	yanked     = registryv1.State_STATE_YANKED

	linux   = registryv1.Platform_PLATFORM_LINUX_AMD64
	windows = registryv1.Platform_PLATFORM_WINDOWS_AMD64
	darwin  = registryv1.Platform_PLATFORM_DARWIN_ARM64
)

var legalMoves = []Transition{
	{pending, uploading, registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING},
	{uploading, validating, registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED},
	{validating, published, registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED},
	{validating, failed, registryv1.EventKind_EVENT_KIND_VERSION_FAILED},
	{validating, failed, registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN},
	{failed, pending, registryv1.EventKind_EVENT_KIND_VERSION_RETRIED},
	{published, yanked, registryv1.EventKind_EVENT_KIND_VERSION_YANKED},
	{yanked, published, registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED},
}

var ines = Actor{Person: "ines", TokenID: 7, From: "192.0.2.1"}

// everything is what a member of all orgs sees.
var everything = Visibility{All: true}

// clock is a clock that tests move. Each look at it takes a microsecond, so
// that no two transactions have the same time.
type clock struct{ us atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.us.Store(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time { return time.UnixMicro(c.us.Add(1)) }

func (c *clock) pass(d time.Duration) { c.us.Add(d.Microseconds()) }

// fixture is an open store with what tests do to it.
type fixture struct {
	*Store
	tb    testing.TB
	ctx   context.Context
	clock *clock
	dir   string
}

func newFixture(tb testing.TB) *fixture {
	tb.Helper()
	return openFixture(tb, Config{Dir: tb.TempDir()})
}

func openFixture(tb testing.TB, cfg Config) *fixture {
	tb.Helper()
	f := &fixture{tb: tb, ctx: tb.Context(), clock: newClock(), dir: cfg.Dir}
	if cfg.Now == nil {
		cfg.Now = f.clock.now
	}
	cfg.Legal = legalMoves
	var err error
	f.Store, err = Open(f.ctx, cfg)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, f.Close()) })
	return f
}

// write makes one change that has to succeed.
func (f *fixture) write(fn func(tx *Tx) error) {
	f.tb.Helper()
	require.NoError(f.tb, f.Write(f.ctx, ines, fn))
}

// read reads what has to be readable.
func (f *fixture) read(fn func(v *View) error) {
	f.tb.Helper()
	require.NoError(f.tb, f.Read(f.ctx, fn))
}

// connector makes sure that a connector is there.
func (f *fixture) connector(org, name string) Connector {
	f.tb.Helper()
	var c Connector
	f.write(func(tx *Tx) error {
		o, err := tx.EnsureOrg(f.ctx, artifact.OrgKey(org), org)
		if err != nil {
			return err
		}
		c, err = tx.CreateConnector(f.ctx, NewConnector{Org: o.ID, Key: artifact.ConnectorKey(name), Spelling: name})
		return err
	})
	return c
}

// numbered is a new version of a connector.
func numbered(c ConnectorID, number string, platforms ...registryv1.Platform) NewVersion {
	n := artifact.MustNumber(number)
	if len(platforms) == 0 {
		platforms = []registryv1.Platform{linux}
	}
	return NewVersion{
		Connector: c, Number: number, Precedence: n.Precedence(), Prerelease: n.Prerelease() != "",
		Draft: Draft{Platforms: PlatformsOf(platforms...), Author: "ines", Texts: VersionTexts{Description: "the version " + number}},
	}
}

// path is how a version comes from PENDING to a state.
var path = map[registryv1.State][]registryv1.State{
	pending:    {},
	uploading:  {uploading},
	validating: {uploading, validating},
	published:  {uploading, validating, published},
	failed:     {uploading, validating, failed},
	yanked:     {uploading, validating, published, yanked},
}

// move is the ordinary move from one state to another.
func move(v Version, to registryv1.State) Move {
	m := Move{From: v.State, Attempt: v.Attempt, To: to, Reason: "because"}
	for _, legal := range legalMoves {
		if legal.From == m.From && legal.To == m.To {
			m.Cause = legal.Cause
			break
		}
	}
	switch to {
	case validating:
		m.AssetSet = &Digest{byte(v.ID)}
	case failed:
		m.Failure = &Failure{Reason: registryv1.Reason_REASON_CHECK_FAILED, Message: "one line\nand another"}
	case yanked:
		m.Yank = &Yank{Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "it is broken"}
	case pending:
		m.Draft = &Draft{Platforms: v.Platforms, Author: "otto"}
	default:
	}
	return m
}

// add creates a version and brings it into a state.
func (tx *Tx) add(ctx context.Context, n NewVersion, state registryv1.State) (Version, error) {
	v, err := tx.CreateVersion(ctx, n)
	for _, to := range path[state] {
		if err != nil {
			return Version{}, err
		}
		v, err = tx.Move(ctx, v.ID, move(v, to))
	}
	return v, err
}

// version creates a version and brings it into a state.
func (f *fixture) version(c Connector, number string, state registryv1.State) Version {
	f.tb.Helper()
	var v Version
	f.write(func(tx *Tx) (err error) {
		v, err = tx.add(f.ctx, numbered(c.ID, number), state)
		return err
	})
	return v
}

// move moves a version, which has to be possible.
func (f *fixture) move(v Version, to registryv1.State) Version {
	f.tb.Helper()
	f.write(func(tx *Tx) (err error) {
		v, err = tx.Move(f.ctx, v.ID, move(v, to))
		return err
	})
	return v
}

// again reads a connector as a reader sees it now.
func (f *fixture) again(c Connector, see Visibility) Connector {
	f.tb.Helper()
	f.read(func(v *View) (err error) {
		c, err = v.ConnectorByID(f.ctx, c.ID, see)
		return err
	})
	return c
}

// exec changes the database behind the store's back.
func (f *fixture) exec(query string, args ...any) {
	f.tb.Helper()
	f.write(func(tx *Tx) error {
		_, err := tx.c.exec(f.ctx, query, args...)
		return err
	})
}

// fill makes versions v0.0.0 on of some connectors in one transaction per
// thousand, most of them PUBLISHED.
func (f *fixture) fill(connectors, versions int) []Connector {
	f.tb.Helper()
	var all []Connector
	for i := range connectors {
		all = append(all, f.connector(fmt.Sprintf("Org%d", i%10), fmt.Sprintf("baton-c%d", i)))
	}
	states := []registryv1.State{published, published, published, published, published, published, failed, yanked, uploading, published}
	for start := 0; start < versions; start += 1000 {
		f.write(func(tx *Tx) error {
			for i := start; i < min(versions, start+1000); i++ {
				n := numbered(all[i%connectors].ID, fmt.Sprintf("v0.%d.%d", i/connectors/50, i/connectors%50), linux, windows, darwin)
				n.Author = []string{"ines", "otto", "mara"}[i%3]
				if _, err := tx.add(f.ctx, n, states[i%len(states)]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return all
}
