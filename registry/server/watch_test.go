package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/signing/signingtest"
)

type watchStream = registryv1.EventService_WatchEventsClient

// watch starts a watch and reads its first answer, which tells the place.
func watch(t *testing.T, api registrytest.API, cursor string) (stream watchStream, at string) {
	t.Helper()
	stream, err := api.Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{Cursor: cursor})
	require.NoError(t, err)
	first, err := stream.Recv()
	require.NoError(t, err)
	return stream, first.GetCursor()
}

// nextChange skips heartbeats.
func nextChange(t *testing.T, stream watchStream) (*registryv1.Change, string) {
	t.Helper()
	for {
		answer, err := stream.Recv()
		require.NoError(t, err)
		if change := answer.GetChange(); change != nil {
			return change, answer.GetCursor()
		}
		require.NotNil(t, answer.GetHeartbeat(), "%v", answer)
	}
}

func create(t *testing.T, api registrytest.API, org, name string) {
	t.Helper()
	_, err := api.CreateConnector(t.Context(), connector(org, name))
	require.NoError(t, err)
}

func TestWatchTellsWhatHappensWithItsSubject(t *testing.T) {
	t.Parallel()
	onEachNetwork(t, func(t *testing.T, s *registrytest.Server) {
		t.Helper()
		api := s.API(t, s.Token(t, "mara", publisher, "acme"))
		stream, _ := watch(t, api, "")
		create(t, api, "acme", "baton-okta")
		change, _ := nextChange(t, stream)
		assert.Equal(t, registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED, change.GetEvent().GetKind())
		assert.Equal(t, "mara", change.GetEvent().GetPerson())
		assert.Equal(t, "baton-okta", change.GetConnector().GetRef().GetName(), "the subject comes along")
		assert.Nil(t, change.GetVersion())
	})
}

func TestWatchTellsWhatIsAboutAnOrgOnly(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	api := s.API(t, s.Token(t, "mara", publisher, "acme"))
	stream, _ := watch(t, api, "")
	others, _ := watch(t, s.API(t, s.Token(t, "otto", publisher, "globex")), "")
	key := signingtest.NewPGP(t, time.Now().Add(-time.Hour))
	added := api.AddKey(t, "acme", "release", registryv1.KeyType_KEY_TYPE_GPG, key.Public(t))
	api.AddIdentity(t, "acme", &registryv1.AddIdentityRequest{Issuer: "https://accounts.example.org", San: "robot@example.org"})
	for _, kind := range []registryv1.EventKind{registryv1.EventKind_EVENT_KIND_SIGNING_KEY_ADDED, registryv1.EventKind_EVENT_KIND_IDENTITY_ADDED} {
		change, _ := nextChange(t, stream)
		assert.Equal(t, kind, change.GetEvent().GetKind())
		assert.Equal(t, "acme", change.GetEvent().GetOrg())
		assert.Nil(t, change.GetConnector())
		assert.Nil(t, change.GetVersion())
		assert.Zero(t, change.GetVersionId())
	}
	assert.EqualValues(t, 1, added.GetId())
	create(t, s.API(t, s.Token(t, "root", admin)), "globex", "baton-sample")
	change, _ := nextChange(t, others)
	assert.Equal(t, "globex", change.GetEvent().GetOrg(), "what an org trusts is no event of others")
}

func TestWatchSeesOtherProcesses(t *testing.T) {
	t.Parallel()
	here := registrytest.Start(t)
	there := registrytest.Start(t, registrytest.In(here.Dir))
	token := here.Token(t, "mara", publisher, "acme")
	stream, _ := watch(t, here.API(t, token), "")
	began := time.Now()
	create(t, there.API(t, token), "acme", "baton-okta")
	nextChange(t, stream)
	assert.Less(t, time.Since(began), 5*time.Second)
}

func TestAListLeadsToAWatchWithoutAGap(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	api := s.API(t, s.Token(t, "mara", publisher, "acme"))
	create(t, api, "acme", "baton-one")
	list, err := api.ListConnectors(t.Context(), &registryv1.ListConnectorsRequest{})
	require.NoError(t, err)
	require.Len(t, list.GetConnectors(), 1)
	create(t, api, "acme", "baton-two") // after the list, before the watch
	stream, _ := watch(t, api, list.GetCursor())
	change, _ := nextChange(t, stream)
	assert.Equal(t, "baton-two", change.GetConnector().GetRef().GetName())
}

func TestHeartbeatsComeWhileNothingHappens(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t, registrytest.Configured(func(c *registry.Config) { c.Heartbeat = 20 * time.Millisecond }))
	stream, at := watch(t, s.API(t, ""), "")
	for range 3 {
		answer, err := stream.Recv()
		require.NoError(t, err)
		require.NotNil(t, answer.GetHeartbeat())
		assert.Equal(t, at, answer.GetCursor())
	}
}

// What a caller may not see moves his cursor on all the same: else he would
// look through it again with each connection.
func TestHeartbeatsPassWhatIsNotForTheCaller(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t, registrytest.Configured(func(c *registry.Config) { c.Heartbeat = 20 * time.Millisecond }))
	stream, before := watch(t, s.API(t, ""), "")
	create(t, s.API(t, s.Token(t, "mara", publisher, "acme")), "acme", "baton-secret")
	require.Eventually(t, func() bool {
		answer, err := stream.Recv()
		require.NoError(t, err)
		require.Nil(t, answer.GetChange(), "an anonymous caller hears of a connector that is not public: %v", answer)
		return answer.GetCursor() != before
	}, 5*time.Second, time.Millisecond)
}

func TestWhoHearsWhat(t *testing.T) {
	t.Parallel()
	s := registrytest.Start(t)
	root := s.API(t, s.Token(t, "root", admin))
	people := map[string]registrytest.API{
		"admin":               root,
		"maintainer of acme":  s.API(t, s.Token(t, "max", maintainer, "acme")),
		"publisher of acme":   s.API(t, s.Token(t, "pat", publisher, "acme")),
		"publisher of globex": s.API(t, s.Token(t, "gil", publisher, "globex")),
		"publisher of all":    s.API(t, s.Token(t, "alf", publisher)),
		"anonymous":           s.API(t, ""),
	}
	start, err := root.Events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1})
	require.NoError(t, err)
	create(t, people["publisher of acme"], "acme", "baton-okta")
	_, err = people["publisher of globex"].CreateConnector(t.Context(), connector("acme", "baton-github"))
	require.Error(t, err)
	var refused *registryv1.Change
	stream, _ := watch(t, root, start.GetCursor())
	for refused == nil || refused.GetEvent().GetKind() != registryv1.EventKind_EVENT_KIND_REFUSED {
		refused, _ = nextChange(t, stream)
	}
	assert.Equal(t, "gil", refused.GetEvent().GetPerson())
	assert.Equal(t, "NOT_PERMITTED", refused.GetEvent().GetDetail()["reason"])
	_, err = root.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{Person: "new", Roles: []*registryv1.RoleGrant{{Org: "acme", Role: publisher}}})
	require.NoError(t, err)

	for who, want := range map[string][]string{
		"admin":               {"CONNECTOR_CREATED", "REFUSED", "TOKEN_CREATED"},
		"maintainer of acme":  {"CONNECTOR_CREATED", "REFUSED"},
		"publisher of acme":   {"CONNECTOR_CREATED"},
		"publisher of globex": nil,
		"publisher of all":    {"CONNECTOR_CREATED"},
		"anonymous":           nil,
	} {
		t.Run(who, func(t *testing.T) {
			t.Parallel()
			list, err := people[who].Events.ListEvents(t.Context(), &registryv1.ListEventsRequest{Ascending: true, PageSize: 1000})
			require.NoError(t, err)
			var kinds []string
			for _, event := range list.GetEvents() {
				if event.GetSeq() <= refused.GetEvent().GetSeq()-2 {
					continue // tokens made for the story
				}
				kinds = append(kinds, registryv1.Short(event.GetKind()))
				assert.Equal(t, who == "admin", event.GetStored() != nil, "what is stored is for those who may read all")
				assert.Equal(t, who == "admin" || who == "maintainer of acme", event.GetFrom() != "", "addresses are for maintainers")
			}
			assert.Equal(t, want, kinds)
			assert.Equal(t, who == "admin", list.GetHead() != nil)
			assert.NotEmpty(t, list.GetCursor())
		})
	}
}

func TestCursorsOfOthers(t *testing.T) {
	t.Parallel()
	s, other := registrytest.Start(t), registrytest.Start(t)
	root := s.API(t, s.Token(t, "root", admin))
	_, foreign := watch(t, other.API(t, ""), "")

	t.Run("of another registry", func(t *testing.T) {
		t.Parallel()
		stream, err := root.Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{Cursor: foreign})
		require.NoError(t, err)
		first, err := stream.Recv()
		require.NoError(t, err)
		assert.NotNil(t, first.GetReset_(), "list again")
		assert.NotEmpty(t, first.GetCursor())
	})
	t.Run("of a future that was lost", func(t *testing.T) {
		t.Parallel()
		// The log is set back, as by restoring a backup, while a watcher
		// remembers more: his cursor is beyond the end.
		dir := t.TempDir()
		set := registrytest.Start(t, registrytest.In(dir))
		_, at := watch(t, set.API(t, ""), "")
		beyond := []byte(at)
		beyond[len(beyond)-2]++ // the varint of the sequence number
		stream, err := set.API(t, "").Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{Cursor: string(beyond)})
		require.NoError(t, err)
		first, err := stream.Recv()
		require.NoError(t, err)
		assert.NotNil(t, first.GetReset_())
		assert.Equal(t, at, first.GetCursor())
	})
	for _, bad := range []string{"x", "1234", "!!", foreign + "AAAAAAAAAAAAAAAA"} {
		t.Run("no cursor "+bad, func(t *testing.T) {
			t.Parallel()
			stream, err := root.Events.WatchEvents(t.Context(), &registryv1.WatchEventsRequest{Cursor: bad})
			require.NoError(t, err)
			_, err = stream.Recv()
			reason, _ := reasonOf(t, err)
			assert.Equal(t, "INVALID_CURSOR", reason)
		})
	}
}

func TestRevokingATokenEndsItsWatch(t *testing.T) {
	t.Parallel()
	here := registrytest.Start(t)
	there := registrytest.Start(t, registrytest.In(here.Dir))
	root := here.API(t, here.Token(t, "root", admin))
	made, err := root.Admin.CreateToken(t.Context(), &registryv1.CreateTokenRequest{
		Person: "mara", Roles: []*registryv1.RoleGrant{{Org: "acme", Role: publisher}},
	})
	require.NoError(t, err)
	stream, _ := watch(t, there.API(t, made.GetSecret()), "")
	_, err = root.Admin.RevokeToken(t.Context(), &registryv1.RevokeTokenRequest{Id: made.GetToken().GetId()})
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() {
		for {
			if _, err := stream.Recv(); err != nil {
				ended <- err
				return
			}
		}
	}()
	select {
	case err := <-ended:
		assert.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
	case <-time.After(5 * time.Second):
		t.Fatal("the watch of a revoked token goes on")
	}
}

// Writers in two processes, and a watcher in each and one here who lose their
// connection again and again: all of them hear everything once, in order.
func TestWatchHasNoGapAndNoDoubleOverProcessesAndReconnects(t *testing.T) {
	t.Parallel()
	const perWriter = 60
	here := registrytest.Start(t)
	one := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: here.Dir})
	two := registrytest.StartProcess(t, registrytest.ProcessOptions{Dir: here.Dir})
	token := here.Token(t, "root", admin)
	_, start := watch(t, here.API(t, token), "")

	writers := []registrytest.API{one.API(t, token), two.API(t, token), here.API(t, token)}
	total := perWriter * len(writers)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var work sync.WaitGroup
	for i, api := range writers {
		work.Go(func() {
			for n := range perWriter {
				if _, err := api.CreateConnector(ctx, connector("acme", fmt.Sprintf("c-%d-%d", i, n))); err != nil {
					t.Errorf("writer %d: %v", i, err)
					return
				}
			}
		})
	}
	for i, from := range []registrytest.Endpoint{here.Endpoint, one.Endpoint, two.Endpoint} {
		api := from.API(t, token)
		random := rand.New(rand.NewPCG(uint64(i), 7))
		work.Go(func() {
			seqs, err := follow(ctx, api, start, total, random)
			if err != nil {
				t.Errorf("watcher %d after %d events: %v", i, len(seqs), err)
				return
			}
			for n := 1; n < len(seqs); n++ {
				if seqs[n] != seqs[n-1]+1 {
					t.Errorf("watcher %d: event %d came after %d", i, seqs[n], seqs[n-1])
				}
			}
		})
	}
	work.Wait()
}

// follow reads a number of events and drops the connection now and then.
func follow(ctx context.Context, api registrytest.API, cursor string, count int, random *rand.Rand) ([]int64, error) {
	var seqs []int64
	for len(seqs) < count {
		err := func() error {
			once, cancel := context.WithCancel(ctx)
			defer cancel()
			stream, err := api.Events.WatchEvents(once, &registryv1.WatchEventsRequest{Cursor: cursor})
			for patience := 1 + random.IntN(40); err == nil && patience > 0 && len(seqs) < count; patience-- {
				var answer *registryv1.WatchEventsResponse
				if answer, err = stream.Recv(); err != nil {
					break
				}
				if answer.GetReset_() != nil {
					return fmt.Errorf("the cursor %q was reset", cursor)
				}
				cursor = answer.GetCursor()
				if change := answer.GetChange(); change != nil {
					seqs = append(seqs, change.GetEvent().GetSeq())
				}
			}
			return err
		}()
		if err != nil {
			return seqs, err
		}
	}
	return seqs, nil
}

func TestASlowWatcherOnlyLags(t *testing.T) {
	t.Parallel()
	events := 400 // more bytes than fit into the window of a stream that nobody reads
	if os.Getenv("REGISTRAR_SOAK") != "" {
		events = 20_000
	}
	s := registrytest.Start(t)
	token := s.Token(t, "root", admin)
	slow, _ := watch(t, s.API(t, token), "")
	quick, _ := watch(t, s.API(t, token), "")
	writer := s.API(t, token)
	var work sync.WaitGroup
	for w := range 4 {
		work.Go(func() {
			for n := w; n < events; n += 4 {
				if _, err := writer.CreateConnector(t.Context(), connector("acme", fmt.Sprintf("c-%d", n))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	var heard []int64
	for range events {
		change, _ := nextChange(t, quick)
		heard = append(heard, change.GetEvent().GetSeq())
	}
	work.Wait()
	var late []int64
	for range events {
		change, _ := nextChange(t, slow)
		late = append(late, change.GetEvent().GetSeq())
	}
	assert.True(t, slices.IsSorted(heard))
	assert.Equal(t, heard, late, "who did not read for a while has lost nothing")
}
