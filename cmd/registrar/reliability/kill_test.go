package reliability

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/registry/store"
)

// lease is short here, so that the work of a killed process is soon free.
const lease = 500 * time.Millisecond

// validating is the point at which a validation has begun and nothing is
// decided yet.
const validating = "validating"

// deaths counts in how many ways registries have died at a point.
type deaths struct {
	mu  sync.Mutex
	had map[string][]string
}

func (d *deaths) add(point, left string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.had[point] = append(d.had[point], left)
}

// at is what was on the disk when registries had died at a point, each once.
func (d *deaths) at(point string) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := slices.Clone(d.had[point])
	slices.Sort(list)
	return slices.Compact(list)
}

func (d *deaths) count(point string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.had[point])
}

// A registry is killed at every point of every write of a publish: before and
// after each commit, with a part written, with a blob in place, and with a
// validation begun. The next process on its directory and the same plan run
// again finish the work: published once, nothing lost, nothing doubled, nothing
// sent twice, and nobody ever saw half of it.
func TestKillAtEveryWritePoint(t *testing.T) {
	platforms := []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_DARWIN_ARM64}
	more := int64(200_000)
	// By itself the test kills at each kind of point and at every third
	// commit, which takes seconds; the soak kills at each of them.
	step := 3
	if soak() {
		platforms, more, step = registryv1.Platforms(), 20<<20, 1
	}
	files := len(platforms)
	home, r := found(t), newRelease(t, "baton-sample", "v1.0.0", more, 1, platforms...)
	plan := r.plan(t)

	var died deaths
	died.had = map[string][]string{}
	kill := func(t *testing.T, point string, after int) (dead bool) {
		t.Helper()
		k := killing{founded: home.copied(t), address: socket(t), release: r, plan: plan}
		left := k.run(t, point, after)
		if left != "" {
			died.add(point, left)
		}
		return left != ""
	}

	// The writes of a publish: connector, version, links, each file, finalize,
	// the claim of the validation and its outcome; and those that a process
	// makes by itself. At the last of the numbers here no process dies.
	commits := 6 + files + 6
	t.Run("killed", func(t *testing.T) {
		for point, times := range map[string]int{
			store.BeforeCommit: commits, store.AfterCommit: commits, blob.PointPartWritten: files + 1, blob.PointRenamed: files + 1, validating: 2,
		} {
			for after := 0; after < times; after += step {
				t.Run(fmt.Sprintf("%s %d", point, after), func(t *testing.T) {
					t.Parallel()
					dead := kill(t, point, after)
					assert.False(t, dead && after == times-1, "there are more writes than this test looks at")
				})
			}
		}
	})
	for _, point := range []string{store.BeforeCommit, store.AfterCommit, blob.PointPartWritten, blob.PointRenamed, validating} {
		assert.Positive(t, died.count(point), "a registry died at the point %s", point)
	}
	if !soak() {
		return
	}
	assert.Equal(t, files, died.count(blob.PointPartWritten), "once for each file")
	assert.Equal(t, files, died.count(blob.PointRenamed), "once for each file")
	assert.Equal(t, []string{"VALIDATING and claimed"}, died.at(validating))

	// Every write was interrupted, on both sides of its commit. What a process
	// writes by itself comes in between at any place, so that a number may
	// have met its neighbour: then it is tried again.
	ways := []string{"nothing", "a connector", "PENDING"}
	for i := range files + 1 {
		ways = append(ways, fmt.Sprintf("UPLOADING with %d of %d files", i, files))
	}
	ways = append(ways, "VALIDATING", "VALIDATING and claimed", "PUBLISHED")
	for i, left := range ways {
		for point, possible := range map[string]bool{store.BeforeCommit: left != "PUBLISHED", store.AfterCommit: left != "nothing"} {
			for try := 0; possible && !slices.Contains(died.at(point), left); try++ {
				require.Less(t, try, 3*commits, "no registry died %s and left %s", point, left)
				kill(t, point, (i+try)%commits)
			}
		}
	}
}

// killing is one registry that is killed once.
type killing struct {
	founded
	address string
	release *release
	plan    publish.Plan
}

// run publishes on a registry that dies at a point, after having passed it a
// number of times, then on the next one. It returns what the dead one left; ""
// if it did not die.
func (k killing) run(t *testing.T, point string, after int) (left string) {
	t.Helper()
	watching := observe(t, k.address, k.release)
	doomed, err := registrytest.TryProcess(t, registrytest.ProcessOptions{
		Dir: k.dir, Address: k.address, Lease: lease, CrashAt: point, CrashAfter: after,
	})
	if err == nil {
		k.publishUntil(t, doomed.Ended())
	}
	select {
	case <-doomed.Ended():
	default: // it passed the point less often
		watching.done(t)
		return ""
	}
	remains := copyDir(t, k.dir)
	rest := registrytest.Audit(t, remains)
	require.Empty(t, rest.String(), "what was killed is whole")
	left = describe(t, remains)

	next := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: k.dir, Address: k.address, Lease: lease})
	c := connect(t, k.address, k.publisher)
	result, err := publish.Run(t.Context(), c, k.plan, nil, func(publish.Event) {})
	require.NoError(t, err, "after %s was left", left)
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
	assert.Equal(t, int32(1), result.Version.GetSummary().GetAttempt())
	assert.Equal(t, k.release.total-rest.Recorded-rest.OpenBytes, result.Sent, "what arrived before the kill is not sent again, and nothing else is missing")
	assert.Equal(t, k.release.sums, download(t, k.address, k.release.ref()))
	watching.done(t)
	require.NoError(t, c.Close())
	next.Stop()

	found := registrytest.Audit(t, k.dir)
	assert.Empty(t, found.String())
	assert.Equal(t, k.release.total, found.Recorded)
	assert.Zero(t, found.OpenBytes, "no bytes are left over: %v %v", found.Parts, found.Strays)
	sweep(t, k.dir)
	found = registrytest.Audit(t, k.dir)
	assert.Empty(t, found.String())
	assert.Empty(t, found.Parts)
	assert.Empty(t, found.Strays)
	assert.Equal(t, k.release.total, found.Recorded)
	return left
}

// publishUntil runs the plan until it is done, or the registry is dead.
func (k killing) publishUntil(t *testing.T, dead <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	go func() {
		select {
		case <-dead:
			cancel()
		case <-ctx.Done():
		}
	}()
	result, err := publish.Run(ctx, connect(t, k.address, k.publisher), k.plan, nil, func(publish.Event) {})
	if err == nil {
		assert.Equal(t, registryv1.State_STATE_PUBLISHED, result.Version.GetSummary().GetState())
		return
	}
	select {
	case <-dead:
	case <-time.After(patience):
		require.NoError(t, err, "the publish failed, and the registry lives")
	}
}

// describe says what a data directory holds of the version that came last.
func describe(t *testing.T, dir string) string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, "registry.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	number := func(query string) (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
		return n
	}
	if number("select count(*) from versions") == 0 {
		if number("select count(*) from connectors") == 0 {
			return "nothing"
		}
		return "a connector"
	}
	state := registryv1.State(number("select state from versions order by id desc limit 1"))
	switch {
	case state == registryv1.State_STATE_UPLOADING:
		return fmt.Sprintf("%s with %d of %d files", registryv1.Short(state), number("select count(sha256) from assets"), number("select count(*) from assets"))
	case state == registryv1.State_STATE_VALIDATING && number("select count(*) from jobs where version_id <> 0 and leased_by <> ''") > 0:
		return registryv1.Short(state) + " and claimed"
	default:
		return registryv1.Short(state)
	}
}
