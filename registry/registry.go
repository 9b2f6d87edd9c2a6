package registry

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/blob"
	"github.com/registrar-console/registrar/registry/store"
)

// Config says what a registry is made of. Dir is the only field that must be
// set; the zero value of every other one is a sensible default.
type Config struct {
	// Dir is the data directory; it is created if it is not there.
	Dir string
	// Name is what people see as the name of this registry.
	Name string
	// Version is that of the program, for GetCaller and the log.
	Version string
	// Embedded says that the registry runs inside its caller's own process:
	// self review is allowed, and Close drains the open validations first.
	Embedded bool
	// Now is the clock; nil is the real one.
	Now func() time.Time
	// Log is where calls and faults are written; nil is nowhere.
	Log *slog.Logger
	// DraftTTL is how long a draft lives without activity.
	DraftTTL time.Duration
	// LinkTTL is how long upload and download links are valid.
	LinkTTL time.Duration
	// Limits bound what one version may bring.
	Limits Limits
	// Validators is how many versions this process validates at once; 0 is 2.
	// With a negative number nothing is validated, nor cleared away, but in
	// Drain and Sweep: for tests that decide when that happens.
	Validators int
	// DrainTimeout bounds how long Close of an embedded registry waits for
	// its own validations; what is left is taken up by the next process.
	DrainTimeout time.Duration
	// Lease is how long a job belongs to the process that claimed it. It is
	// renewed while that works, so that the work of a killed one is taken up
	// by another when the lease ends.
	Lease time.Duration
	// Heartbeat is how often a quiet watch says that it is alive.
	Heartbeat time.Duration
	// At is called with the name of each point of a write at which a crash
	// must do no harm. Tests end the process there; nil does nothing.
	At func(point string)
}

// Limits bound what a registry accepts. The zero value of a field is its
// default.
type Limits struct {
	// AssetBytes bounds one release file.
	AssetBytes int64
	// VersionBytes bounds all files of one version together.
	VersionBytes int64
	// Assets bounds the number of files of one version.
	Assets int
	// DocumentBytes bounds one text or JSON document of a version, but for
	// the changelog, whose limit is part of the API.
	DocumentBytes int
}

const (
	// linkKey names the secret that signs links; blobDir is where the bytes of
	// release files lie in the data directory.
	linkKey = "links"
	blobDir = "files"

	// asideLimit bounds one piece of work beside calls, and so Close.
	asideLimit = 10 * time.Second

	defaultDraftTTL     = 7 * 24 * time.Hour
	defaultLinkTTL      = time.Hour
	defaultDrainTimeout = 30 * time.Second
	defaultLease        = 30 * time.Second
	defaultHeartbeat    = 15 * time.Second
	defaultValidators   = 2

	defaultAssetBytes    = 2 << 30
	defaultVersionBytes  = 16 << 30
	defaultAssets        = 200
	defaultDocumentBytes = 1 << 20
)

// withDefaults fills in what the caller left open.
func (c Config) withDefaults() Config {
	if c.Name == "" {
		c.Name = "registry"
	}
	if c.Version == "" {
		c.Version = "unknown"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.At == nil {
		c.At = func(string) {}
	}
	if c.Validators == 0 {
		c.Validators = defaultValidators
	}
	c.DraftTTL = defaulted(c.DraftTTL, defaultDraftTTL)
	c.LinkTTL = defaulted(c.LinkTTL, defaultLinkTTL)
	c.DrainTimeout = defaulted(c.DrainTimeout, defaultDrainTimeout)
	c.Lease = defaulted(c.Lease, defaultLease)
	c.Heartbeat = defaulted(c.Heartbeat, defaultHeartbeat)
	c.Limits.AssetBytes = defaulted(c.Limits.AssetBytes, defaultAssetBytes)
	c.Limits.VersionBytes = defaulted(c.Limits.VersionBytes, defaultVersionBytes)
	c.Limits.Assets = defaulted(c.Limits.Assets, defaultAssets)
	c.Limits.DocumentBytes = defaulted(c.Limits.DocumentBytes, defaultDocumentBytes)
	return c
}

func defaulted[N ~int | ~int64](value, fallback N) N {
	if value <= 0 {
		return fallback
	}
	return value
}

// Registry is an open data directory and everything that can be done with it.
// It implements the gRPC services; all methods may be called at once.
type Registry struct {
	services

	config Config
	now    func() time.Time
	log    *slog.Logger
	store  *store.Store
	blobs  *blob.Dir
	worker *Worker

	refusals refusals

	// stopping is closed when whoever waits inside a call should give up.
	stopping chan struct{}
	stopOnce sync.Once
	// aside is what runs beside calls and must end before the store closes;
	// once asideDone nothing new starts.
	aside     sync.WaitGroup
	asideMu   sync.Mutex
	asideDone bool
}

// NewMemo makes a memory of what is read from a registry: see store.Memo.
func NewMemo[V any](r *Registry, limit int) *store.Memo[V] { return store.NewMemo[V](r.store, limit) }

// Open opens a data directory, or makes one, and starts to work on what is
// open there: this process is then a replica like every other one. The context
// bounds opening only.
func Open(ctx context.Context, cfg Config) (*Registry, error) {
	if cfg.Dir == "" {
		return nil, refuse(registryv1.Reason_REASON_USAGE, "no data directory was named").While("opening a registry")
	}
	cfg = cfg.withDefaults()
	r := &Registry{config: cfg, now: cfg.Now, log: cfg.Log, stopping: make(chan struct{})}
	if err := r.open(ctx); err != nil {
		return nil, openError(cfg.Dir, err)
	}
	return r, nil
}

// openError shows the cause: whoever opens a directory is at home in it, and
// there is no log yet that could know more.
func openError(dir string, err error) error {
	known := AsError(err).While("opening the data directory %q", dir)
	if busy, ok := errors.AsType[*store.BusyError](err); ok {
		known.Reason, known.Message, known.Next = registryv1.Reason_REASON_DATA_BUSY, busy.Error(), "end the other process and try again"
	}
	if known.Reason == registryv1.Reason_REASON_INTERNAL {
		known.Message = err.Error()
		known.Next = "look whether the directory is yours and is writable"
	}
	return known
}

func (r *Registry) open(ctx context.Context) (err error) {
	cfg := r.config
	r.store, err = store.Open(ctx, store.Config{Dir: cfg.Dir, Now: cfg.Now, Legal: legalMoves(), At: cfg.At, Log: cfg.Log})
	if err != nil {
		return err
	}
	key, err := r.store.Secret(ctx, linkKey)
	if err != nil {
		return errors.Join(err, r.store.Close())
	}
	r.blobs, err = blob.OpenDir(blob.Config{
		Path: filepath.Join(cfg.Dir, blobDir), Key: key[:], Now: cfg.Now, MaxSize: cfg.Limits.AssetBytes, Log: cfg.Log, At: cfg.At,
	})
	if err != nil {
		return errors.Join(err, r.store.Close())
	}
	r.worker = newWorker(r)
	r.worker.Start()
	return nil
}

// Close stops the registry. An embedded one first finishes the open
// validations, for a bounded time: nobody else may come to do it. What is left
// is taken up by the next process. Servers must be shut down before.
func (r *Registry) Close() error {
	r.EndWatches()
	if r.config.Embedded {
		ctx, cancel := context.WithTimeout(context.Background(), r.config.DrainTimeout)
		if err := r.Drain(ctx); err != nil {
			r.log.Warn("open validations are left to the next process", "cause", err)
		}
		cancel()
	}
	err := wrap("stopping the worker", r.worker.Stop())
	r.endAside()
	return errors.Join(err, wrap("closing the store", r.store.Close()))
}

// services answers calls of the contract that the registry does not implement
// with UNIMPLEMENTED. It is a type of its own to keep the generated
// types out of Registry's exported fields.
type services struct {
	registryv1.UnimplementedRegistryServiceServer
	registryv1.UnimplementedEventServiceServer
	registryv1.UnimplementedAdminServiceServer
	registryv1.UnimplementedSigningKeyServiceServer
	registryv1.UnimplementedReviewServiceServer
}

// EndWatches sends watchers away with their cursor, and whoever waits for a
// version to settle. It is the first step of stopping; calls go on working.
func (r *Registry) EndWatches() { r.stopOnce.Do(func() { close(r.stopping) }) }

// background runs something short beside a call. Close waits for it; after
// Close nothing runs.
func (r *Registry) background(do func(ctx context.Context)) {
	r.asideMu.Lock()
	defer r.asideMu.Unlock()
	if r.asideDone {
		return
	}
	r.aside.Go(func() {
		ctx, cancel := context.WithTimeout(context.Background(), asideLimit)
		defer cancel()
		do(ctx)
	})
}

func (r *Registry) endAside() {
	r.asideMu.Lock()
	r.asideDone = true
	r.asideMu.Unlock()
	r.aside.Wait()
}

// Transfers serves the bytes of release files. Its links are signed, and no
// other credential is asked for.
func (r *Registry) Transfers() http.Handler { return r.blobs.Handler(uploads{r}, downloads{r}) }

// GetCaller implements registryv1.RegistryServiceServer.
func (r *Registry) GetCaller(ctx context.Context, _ *registryv1.GetCallerRequest) (*registryv1.GetCallerResponse, error) {
	caller := PrincipalFrom(ctx)
	return &registryv1.GetCallerResponse{
		Person: caller.Person, Roles: caller.Roles.Grants(), TokenName: caller.TokenName, TokenUntil: timestamp(caller.TokenUntil),
		RegistryName: r.config.Name, RegistryVersion: r.config.Version, Embedded: r.config.Embedded,
	}, nil
}

// Ready says why the registry cannot answer calls now; nil if it can.
func (r *Registry) Ready(ctx context.Context) error {
	return r.store.Read(ctx, func(v *store.View) error {
		_, err := v.Head(ctx)
		return err
	})
}
