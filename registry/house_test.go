package registry_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/registrytest"
)

// The states and reasons under short names.
const (
	pending    = registryv1.State_STATE_PENDING
	uploading  = registryv1.State_STATE_UPLOADING
	validating = registryv1.State_STATE_VALIDATING
	published  = registryv1.State_STATE_PUBLISHED
	failed     = registryv1.State_STATE_FAILED
	yanked     = registryv1.State_STATE_YANKED

	ok              = registryv1.Reason_REASON_UNSPECIFIED
	notFound        = registryv1.Reason_REASON_NOT_FOUND
	notPermitted    = registryv1.Reason_REASON_NOT_PERMITTED
	unauthenticated = registryv1.Reason_REASON_UNAUTHENTICATED
	wrongState      = registryv1.Reason_REASON_WRONG_STATE
	stale           = registryv1.Reason_REASON_STALE
	versionExists   = registryv1.Reason_REASON_VERSION_EXISTS
	invalidArgument = registryv1.Reason_REASON_INVALID_ARGUMENT
	invalidName     = registryv1.Reason_REASON_INVALID_NAME
	invalidVersion  = registryv1.Reason_REASON_INVALID_VERSION
	invalidPlatform = registryv1.Reason_REASON_INVALID_PLATFORM
	assetMissing    = registryv1.Reason_REASON_ASSET_MISSING
	assetUnexpected = registryv1.Reason_REASON_ASSET_UNEXPECTED
	platformMissing = registryv1.Reason_REASON_PLATFORM_MISSING
	digestMismatch  = registryv1.Reason_REASON_DIGEST_MISMATCH
	sizeMismatch    = registryv1.Reason_REASON_SIZE_MISMATCH
)

// house is a registry with the people who use it, called without a transport.
// Validations and sweeps happen only when the test asks for them, and its
// clock stands still until the test moves it.
type house struct {
	dir   string
	clock *registrytest.Clock
	// configure changes how the registry is opened; nil changes nothing.
	configure func(*registry.Config)

	r    *registry.Registry
	auth registry.Auth

	// The people. Anna and Amir publish for acme, Rita reviews for it, Maja
	// maintains it; Bob publishes for beta; Root is the admin of all.
	anna, amir, rita, maja, bob, root, anonymous *person
}

// person is somebody who calls: the services of the registry as he sees them.
type person struct {
	name   string
	secret string
	house  *house
	registryv1.RegistryServiceClient
	events  registryv1.EventServiceClient
	admin   registryv1.AdminServiceClient
	keys    registryv1.SigningKeyServiceClient
	reviews registryv1.ReviewServiceClient
}

// newHouse opens a registry in an empty directory, for one test.
func newHouse(t *testing.T, configure ...func(*registry.Config)) *house {
	t.Helper()
	h, err := openHouse(t.TempDir(), configure...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.r.Close()) })
	return h
}

func openHouse(dir string, configure ...func(*registry.Config)) (*house, error) {
	h := &house{dir: dir, clock: registrytest.NewClock()}
	h.configure = func(cfg *registry.Config) {
		for _, change := range configure {
			change(cfg)
		}
	}
	if err := h.open(); err != nil {
		return nil, err
	}
	for _, p := range []struct {
		who  **person
		name string
		role registryv1.Role
		org  string
	}{
		{&h.anna, "anna", registryv1.Role_ROLE_PUBLISHER, "acme"},
		{&h.amir, "amir", registryv1.Role_ROLE_PUBLISHER, "acme"},
		{&h.rita, "rita", registryv1.Role_ROLE_REVIEWER, "acme"},
		{&h.maja, "maja", registryv1.Role_ROLE_MAINTAINER, "acme"},
		{&h.bob, "bob", registryv1.Role_ROLE_PUBLISHER, "beta"},
		{&h.root, "root", registryv1.Role_ROLE_ADMIN, registry.AllOrgs},
		{&h.anonymous, "", 0, ""},
	} {
		made, err := h.person(p.name, p.role, p.org)
		if err != nil {
			return nil, errors.Join(err, h.r.Close())
		}
		*p.who = made
	}
	return h, nil
}

func (h *house) open() (err error) {
	cfg := registry.Config{Dir: h.dir, Now: h.clock.Now, Validators: -1}
	h.configure(&cfg)
	h.r, err = registry.Open(context.Background(), cfg)
	if err == nil {
		h.auth = h.r.Tokens()
	}
	return err
}

// restart closes the registry and opens it again.
func (h *house) restart() error {
	if err := h.r.Close(); err != nil {
		return err
	}
	return h.open()
}

// person makes somebody with a token; without a name he has none.
func (h *house) person(name string, role registryv1.Role, org string) (*person, error) {
	p := &person{name: name, house: h}
	p.RegistryServiceClient, p.events = registryv1.NewRegistryServiceClient(p), registryv1.NewEventServiceClient(p)
	p.admin, p.keys = registryv1.NewAdminServiceClient(p), registryv1.NewSigningKeyServiceClient(p)
	p.reviews = registryv1.NewReviewServiceClient(p)
	if name == "" {
		return p, nil
	}
	ctx := registry.WithPrincipal(context.Background(), registry.Principal{Kind: registry.System})
	token, err := h.r.CreateToken(ctx, &registryv1.CreateTokenRequest{
		Name: name + " of " + org, Person: name, Roles: []*registryv1.RoleGrant{{Org: org, Role: role}},
	})
	p.secret = token.GetSecret()
	return p, err
}

// Invoke implements grpc.ClientConnInterface by calling the registry as its
// server does: find out who calls, ask whether he may, do it.
func (p *person) Invoke(ctx context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	who, err := p.house.auth.Identify(ctx, p.secret)
	if err != nil {
		return err
	}
	rq, isMessage := args.(proto.Message)
	into, isAnswer := reply.(proto.Message)
	if !isMessage || !isAnswer {
		return fmt.Errorf("%s is called with %T and %T", method, args, reply)
	}
	if err := p.house.r.Authorize(who, method, rq); err != nil {
		return err
	}
	handle, err := handlerOf(method)
	if err != nil {
		return err
	}
	decode := func(in any) error {
		message, isMessage := in.(proto.Message)
		if !isMessage {
			return fmt.Errorf("%s takes a %T", method, in)
		}
		proto.Merge(message, rq)
		return nil
	}
	answer, err := handle(p.house.r, registry.WithPrincipal(ctx, who), decode, nil)
	if err != nil {
		return err
	}
	message, isMessage := answer.(proto.Message)
	if !isMessage {
		return fmt.Errorf("%s answers with a %T", method, answer)
	}
	proto.Merge(into, message)
	return nil
}

// NewStream implements grpc.ClientConnInterface.
func (p *person) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errors.New("streams need a transport")
}

func handlerOf(method string) (func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error), error) {
	for _, service := range []*grpc.ServiceDesc{
		&registryv1.RegistryService_ServiceDesc, &registryv1.EventService_ServiceDesc, &registryv1.AdminService_ServiceDesc,
		&registryv1.SigningKeyService_ServiceDesc,
		&registryv1.ReviewService_ServiceDesc,
	} {
		for _, m := range service.Methods {
			if "/"+service.ServiceName+"/"+m.MethodName == method {
				return m.Handler, nil
			}
		}
	}
	return nil, fmt.Errorf("there is no method %s", method)
}

// send brings bytes to a link as a client does.
func (h *house) send(url string, data []byte) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	rq := httptest.NewRequest(http.MethodPut, "http://registry"+url, bytes.NewReader(data))
	h.r.Transfers().ServeHTTP(answer, rq)
	return answer
}

// fetch reads the bytes behind a link.
func (h *house) fetch(url string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	h.r.Transfers().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://registry"+url, nil))
	return answer
}

// head is the number of the newest event, in all of the log.
func (h *house) head(t *testing.T) int64 {
	t.Helper()
	page, err := h.root.events.ListEvents(t.Context(), &registryv1.ListEventsRequest{PageSize: 1})
	require.NoError(t, err)
	return page.GetHead().GetSeq()
}

// reasonOf is why a call was refused; the zero reason if it was not.
func reasonOf(err error) registryv1.Reason {
	if err == nil {
		return ok
	}
	return registry.AsError(err).Reason
}

// refused requires that a call was refused for a reason and changed nothing.
func (h *house) refused(t *testing.T, reason registryv1.Reason, call func() error) registry.Error {
	t.Helper()
	before := h.head(t)
	err := call()
	require.Error(t, err)
	refusal := registry.AsError(err)
	require.Equal(t, registryv1.Short(reason), registryv1.Short(refusal.Reason), "%v", err)
	require.NotEmpty(t, refusal.Doing, "an error says what was being done")
	require.Equal(t, before, h.head(t), "a refused call changes nothing")
	return *refusal
}

// fields are the fields of a refusal's faults.
func fields(e registry.Error) []string {
	var list []string
	for _, fault := range e.Faults {
		list = append(list, fault.Field)
	}
	return list
}

// at names a version: "acme/baton-okta v1.0.0".
func at(label string) *registryv1.VersionRef {
	connector, number, _ := strings.Cut(label, " ")
	org, name, _ := strings.Cut(connector, "/")
	return &registryv1.VersionRef{Org: org, Name: name, Version: number}
}

// of names a connector: "acme/baton-okta".
func of(label string) *registryv1.ConnectorRef {
	return &registryv1.ConnectorRef{Org: at(label).GetOrg(), Name: at(label).GetName()}
}

// file is one file of a release.
type file struct {
	platform registryv1.Platform
	kind     registryv1.AssetKind
	name     string
	data     []byte
}

// exe is a bare executable for a platform.
func exe(platform registryv1.Platform, salt string) file {
	return file{platform, registryv1.AssetKind_ASSET_KIND_BINARY, "baton-" + platform.Slug(), program(platform, salt)}
}

// spec declares the file with its size and sha256.
func (f file) spec() *registryv1.AssetSpec {
	sum := sha256.Sum256(f.data)
	return &registryv1.AssetSpec{
		Platform: f.platform, Kind: f.kind, Filename: f.name, MediaType: "application/octet-stream",
		SizeBytes: new(int64(len(f.data))), Sha256: sum[:],
	}
}

func specs(files ...file) []*registryv1.AssetSpec {
	var list []*registryv1.AssetSpec
	for _, f := range files {
		list = append(list, f.spec())
	}
	return list
}

// have makes sure that a connector is there.
func (p *person) have(t *testing.T, connector string) {
	t.Helper()
	_, err := p.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: of(connector)})
	require.NoError(t, err)
}

// draft makes a version PENDING, with its connector.
func (p *person) draft(t *testing.T, label string, platforms ...registryv1.Platform) *registryv1.VersionSummary {
	t.Helper()
	connector, _, _ := strings.Cut(label, " ")
	p.have(t, connector)
	made, err := p.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(label), Platforms: platforms})
	require.NoError(t, err)
	return made.GetVersion().GetSummary()
}

// links asks for the links of files.
func (p *person) links(t *testing.T, v *registryv1.VersionSummary, files ...file) []*registryv1.UploadTarget {
	t.Helper()
	answer, err := p.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	require.NoError(t, err)
	require.Len(t, answer.GetTargets(), len(files))
	return answer.GetTargets()
}

// bring uploads files that the registry does not have yet.
func (p *person) bring(t *testing.T, v *registryv1.VersionSummary, files ...file) {
	t.Helper()
	for i, target := range p.links(t, v, files...) {
		if url := target.GetPut().GetUrl(); url != "" {
			answer := p.house.send(url, files[i].data)
			require.Equal(t, http.StatusCreated, answer.Code, answer.Body)
		}
	}
}

// finalize names files as all of a version.
func (p *person) finalize(t *testing.T, v *registryv1.VersionSummary, files ...file) *registryv1.Version {
	t.Helper()
	answer, err := p.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: v.GetAttempt(), Assets: specs(files...)})
	require.NoError(t, err)
	return answer.GetVersion()
}

// submit brings a version to VALIDATING.
func (p *person) submit(t *testing.T, label string, files ...file) *registryv1.VersionSummary {
	t.Helper()
	v := p.draft(t, label, platformsOf(files)...)
	p.bring(t, v, files...)
	return p.finalize(t, v, files...).GetSummary()
}

// publish brings a version with an executable for linux-amd64 to PUBLISHED.
func (p *person) publish(t *testing.T, label string, files ...file) *registryv1.Version {
	t.Helper()
	if len(files) == 0 {
		files = []file{exe(linuxAMD, label)}
	}
	p.submit(t, label, files...)
	v := p.house.settle(t, p, label)
	require.Equal(t, published, v.GetSummary().GetState(), v.GetFailure().GetMessage())
	return v
}

// settle validates what is open and reads a version.
func (h *house) settle(t *testing.T, p *person, label string) *registryv1.Version {
	t.Helper()
	require.NoError(t, h.r.Drain(t.Context()))
	return p.see(t, label)
}

// see reads a version.
func (p *person) see(t *testing.T, label string) *registryv1.Version {
	t.Helper()
	answer, err := p.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(label)})
	require.NoError(t, err)
	return answer.GetVersion()
}

// connector reads a connector.
func (p *person) connector(t *testing.T, label string) *registryv1.Connector {
	t.Helper()
	answer, err := p.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: of(label)})
	require.NoError(t, err)
	return answer.GetConnector()
}

// yank withdraws a version.
func (p *person) yank(t *testing.T, label string, change ...func(*registryv1.YankVersionRequest)) *registryv1.YankVersionResponse {
	t.Helper()
	rq := &registryv1.YankVersionRequest{Ref: at(label), Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "it does not start"}
	for _, c := range change {
		c(rq)
	}
	answer, err := p.YankVersion(t.Context(), rq)
	require.NoError(t, err)
	return answer
}

// platformsOf are the platforms that files serve.
func platformsOf(files []file) []registryv1.Platform {
	var list []registryv1.Platform
	served := map[registryv1.Platform]bool{}
	for _, f := range files {
		for _, p := range f.platform.Serves() {
			served[p] = true
		}
	}
	for _, p := range registryv1.Platforms() {
		if served[p] {
			list = append(list, p)
		}
	}
	return list
}

// day is long.
const day = 24 * time.Hour

// filesUnder are the paths of all files in a folder and below.
func filesUnder(t *testing.T, dir string) []string {
	t.Helper()
	var list []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			list = append(list, path)
		}
		return err
	}))
	return list
}

// blobDir is where the bytes of release files are.
func (h *house) blobDir() string { return filepath.Join(h.dir, "files", "blobs") }
