package reliability

import (
	"context"
	"encoding/hex"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// observer is somebody without a token who looks at a registry all the time,
// while its processes die and come back. A version is for him not there, or
// PUBLISHED with everything, and then for ever.
type observer struct {
	registry registryv1.RegistryServiceClient
	log      registryv1.EventServiceClient
	of       *release
	stop     context.CancelFunc
	ended    chan struct{}

	mu        sync.Mutex
	looks     int
	published bool
	faults    []string
}

// observe begins to look.
func observe(t *testing.T, address string, of *release) *observer {
	t.Helper()
	o := &observer{of: of, ended: make(chan struct{})}
	// He comes back at once when a process does.
	conn := registrytest.At(address).Conn(t, "", grpc.WithConnectParams(grpc.ConnectParams{
		Backoff: backoff.Config{BaseDelay: time.Millisecond, Multiplier: 1, MaxDelay: time.Millisecond}, MinConnectTimeout: time.Second,
	}))
	o.registry, o.log = registryv1.NewRegistryServiceClient(conn), registryv1.NewEventServiceClient(conn)
	var ctx context.Context
	ctx, o.stop = context.WithCancel(t.Context())
	t.Cleanup(func() { o.stop(); <-o.ended })
	go func() {
		defer close(o.ended)
		for ctx.Err() == nil {
			o.look(ctx)
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	return o
}

// look asks in all ways there are.
func (o *observer) look(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ref := o.of.ref()
	connector := &registryv1.ConnectorRef{Org: ref.GetOrg(), Name: ref.GetName()}

	one, err := o.registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref})
	o.saw("GetVersion", err, func() { o.version(one.GetVersion()) })
	of, err := o.registry.ListVersions(ctx, &registryv1.ListVersionsRequest{Connector: connector})
	o.saw("ListVersions of the connector", err, func() { o.list(of) })
	all, err := o.registry.ListVersions(ctx, &registryv1.ListVersionsRequest{})
	o.saw("ListVersions", err, func() { o.list(all) })
	c, err := o.registry.GetConnector(ctx, &registryv1.GetConnectorRequest{Ref: connector})
	o.saw("GetConnector", err, func() { o.connector(c.GetConnector()) })
	links, err := o.registry.GetDownloadURLs(ctx, &registryv1.GetDownloadURLsRequest{Connector: connector, Version: ref.GetVersion()})
	o.saw("GetDownloadURLs", err, func() { o.downloads(links) })
	log, err := o.log.ListEvents(ctx, &registryv1.ListEventsRequest{})
	o.saw("ListEvents", err, func() { o.events(log.GetEvents()) })
}

// saw takes an answer, or the refusal that there is nothing yet. A process
// that is not there at the moment shows nothing.
func (o *observer) saw(call string, err error, answer func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch code := status.Code(err); {
	case err == nil:
		o.looks++
		answer()
	case code == codes.NotFound:
		o.looks++
		o.must(!o.published, "%s: %v, after it was PUBLISHED", call, err)
	case code == codes.Unavailable, code == codes.Canceled, code == codes.DeadlineExceeded:
	default:
		o.must(false, "%s: %v", call, err)
	}
}

func (o *observer) must(ok bool, format string, args ...any) {
	if !ok && len(o.faults) < 20 {
		o.faults = append(o.faults, fmt.Sprintf(format, args...))
	}
}

func (o *observer) summary(v *registryv1.VersionSummary) {
	o.must(v.GetState() == registryv1.State_STATE_PUBLISHED, "it is %s", v.GetState())
	o.must(v.GetLatest(), "it is PUBLISHED and not the latest")
	o.must(v.GetAttempt() == 1, "it is in attempt %d", v.GetAttempt())
	o.published = true
}

func (o *observer) version(v *registryv1.Version) {
	o.summary(v.GetSummary())
	o.must(len(v.GetAssets()) == len(o.of.sums), "it has %d files", len(v.GetAssets()))
	for _, a := range v.GetAssets() {
		o.asset(a)
	}
	o.must(len(v.GetChecks()) > 0, "it was not checked")
}

func (o *observer) asset(a *registryv1.Asset) {
	key := fileKey(a.GetPlatform(), a.GetFilename())
	o.must(hex.EncodeToString(a.GetSha256()) == o.of.sums[key], "%s is %x", key, a.GetSha256())
	o.must(a.GetReceivedAt() != nil, "%s was not received", key)
}

func (o *observer) list(page *registryv1.ListVersionsResponse) {
	o.must(len(page.GetVersions()) <= 1, "there are %d versions", len(page.GetVersions()))
	o.must(len(page.GetVersions()) == 1 || !o.published, "the list lost it")
	for _, v := range page.GetVersions() {
		o.summary(v)
	}
}

func (o *observer) connector(c *registryv1.Connector) {
	counts := map[registryv1.State]int64{}
	for _, n := range c.GetCounts() {
		counts[n.GetState()] = n.GetCount()
	}
	for state, n := range counts {
		o.must(n == 0 || state == registryv1.State_STATE_PUBLISHED && n == 1, "the connector counts %d %s", n, state)
	}
	o.must(c.GetLatest() == "" || c.GetLatest() == o.of.version, "latest is %s", c.GetLatest())
	o.must(c.GetLatest() != "" || !o.published, "the connector lost it")
	o.published = o.published || c.GetLatest() != ""
}

func (o *observer) downloads(links *registryv1.GetDownloadURLsResponse) {
	o.summary(links.GetVersion())
	o.must(len(links.GetDownloads()) == len(o.of.sums), "%d files can be downloaded", len(links.GetDownloads()))
	for _, d := range links.GetDownloads() {
		o.asset(d.GetAsset())
	}
}

func (o *observer) events(list []*registryv1.Event) {
	n := 0
	for _, e := range list {
		switch e.GetKind() {
		case registryv1.EventKind_EVENT_KIND_CONNECTOR_CREATED:
		case registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED:
			n++
		default:
			o.must(false, "the log shows %s", e.GetKind())
		}
	}
	o.must(n <= 1, "it was published %d times", n)
	o.must(n == 1 || !o.published, "the log lost the publication")
	o.published = o.published || n > 0
}

// done waits until he has seen the version, and says what he saw.
func (o *observer) done(t *testing.T) {
	t.Helper()
	assert.Eventually(t, func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.published
	}, patience, 2*time.Millisecond, "in the end everybody sees it")
	o.stop()
	<-o.ended
	assert.Empty(t, o.faults, "what anybody saw in %d looks", o.looks)
}
