package tui

import (
	"context"
	"crypto/sha256"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// noon is the time of all golden screens.
var noon = time.Date(2026, 8, 22, 12, 4, 7, 0, time.UTC)

func ago(d time.Duration) *timestamppb.Timestamp { return timestamppb.New(noon.Add(-d)) }

// newApp makes a console whose registry never answers, so that a test alone
// decides what arrives.
func newApp(tb testing.TB, look *theme.Theme, w, h int) *App {
	tb.Helper()
	calls, err := client.Open(client.Memory("hub.example.org", func(ctx context.Context) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}), client.Options{})
	require.NoError(tb, err)
	ctx, cancel := context.WithCancel(context.Background())
	tb.Cleanup(func() { cancel(); _ = calls.Close() })
	a := New(ctx, Config{Client: calls, Now: func() time.Time { return noon }, Palette: theme.Standard(), Directory: "/src/baton-okta", Start: action.Connectors, Computer: registryv1.Platform_PLATFORM_LINUX_AMD64})
	a.width, a.height, a.theme = w, h, look
	a.catalog.Caller = &registryv1.GetCallerResponse{Person: "mara", Roles: []*registryv1.RoleGrant{{Org: "*", Role: registryv1.Role_ROLE_ADMIN}}}
	a.live.answered(noon)
	a.live.started, a.live.waiting = true, true
	a.receive(page{connectors: connectors()})
	a.receive(page{list: oktaList, versions: versions()})
	a.receive(page{list: catalog.List{All: true}, versions: versions()})
	return a
}

// receive takes a page as if it was asked for.
func (a *App) receive(p page) {
	if reading := a.catalog.Reading(p.list); !reading.Underway() {
		a.read(p.list, false)
	}
	p.reading = a.catalog.Reading(p.list).Number()
	a.Update(p)
}

var oktaList = catalog.List{Org: "ConductorOne", Name: "baton-okta"}

// released is one line of the fixture.
type released struct {
	name, number   string
	state          registryv1.State
	stable, latest bool
	age            time.Duration
	author         string
	received       int // platforms, -1: all
}

func (r released) summary(id int64) *registryv1.VersionSummary {
	v := &registryv1.VersionSummary{
		Ref: &registryv1.VersionRef{Org: "ConductorOne", Name: r.name, Version: r.number},
		Id:  id, State: r.state, Attempt: 1, Revision: id, Platforms: registryv1.Platforms(), SizeBytes: 211_000_000 + id*100_000,
		Author: r.author, Stable: r.stable, Latest: r.latest, CreatedAt: ago(r.age + time.Hour), UpdatedAt: ago(r.age),
	}
	r.sign(v)
	if r.state == registryv1.State_STATE_YANKED {
		v.YankCategory, v.Reason = registryv1.YankCategory_YANK_CATEGORY_BROKEN, "loops on empty pages"
		v.YankReplacement = map[string]string{"v0.24.10": "v0.24.9", "v0.5.23": "v0.5.24"}[r.number]
	}
	for i := range v.GetPlatforms() {
		v.PlatformReceived = append(v.PlatformReceived, r.received < 0 || i < r.received)
		verdict := v.GetVerdict()
		if verdict == notVerified && i < len(v.GetPlatforms())-1 {
			verdict = verified
		}
		v.PlatformVerdicts = append(v.PlatformVerdicts, verdict)
	}
	return v
}

func versions() []*registryv1.VersionSummary {
	hour, day := time.Hour, 24*time.Hour
	lines := []released{
		{"baton-okta", "v0.5.27-rc.1", registryv1.State_STATE_UPLOADING, false, false, 22 * time.Minute, "ines", 2},
		{"baton-okta", "v0.5.26", registryv1.State_STATE_PUBLISHED, false, true, 15 * hour, "ines", -1},
		{"baton-okta", "v0.5.25", registryv1.State_STATE_PUBLISHED, true, false, 3 * day, "ines", -1},
		{"baton-okta", "v0.5.24", registryv1.State_STATE_PUBLISHED, false, false, 8 * day, "ines", -1},
		{"baton-okta", "v0.5.23", registryv1.State_STATE_YANKED, false, false, 10 * day, "tomas", -1},
		{"baton-okta", "v0.5.22", registryv1.State_STATE_PUBLISHED, false, false, 17 * day, "tomas", -1},
		{"baton-okta", "v0.5.21", registryv1.State_STATE_FAILED, false, false, 19 * day, "tomas", -1},
		{"baton-okta", "v0.5.10", registryv1.State_STATE_PUBLISHED, false, false, 61 * day, "juno", -1},
	}
	var out []*registryv1.VersionSummary
	for i, line := range lines {
		out = append(out, line.summary(int64(100+i)))
	}
	return out
}

func connectors() []*registryv1.Connector {
	lines := []struct {
		name, stable string
		newest       released
	}{
		{"baton-okta-aws-federation", "v0.3.29", released{number: "v0.3.30", state: registryv1.State_STATE_PUBLISHED, age: 2 * time.Hour, received: -1}},
		{"baton", "", released{number: "v0.25.0", state: registryv1.State_STATE_PUBLISHED, age: 13 * time.Hour, received: -1}},
		{"baton-coupa", "v0.1.5", released{number: "v0.1.9", state: registryv1.State_STATE_PENDING, age: 18 * time.Hour}},
		{"baton-okta", "v0.5.25", released{number: "v0.5.27-rc.1", state: registryv1.State_STATE_UPLOADING, age: 22 * time.Minute, received: 2}},
		{"baton-workday", "v0.1.7", released{number: "v0.1.12", state: registryv1.State_STATE_VALIDATING, age: 20 * time.Hour, received: -1}},
		{"baton-github", "v0.4.0", released{number: "v0.4.1", state: registryv1.State_STATE_FAILED, age: 45 * time.Hour, received: -1}},
		{"baton-http", "v0.24.9", released{number: "v0.24.10", state: registryv1.State_STATE_YANKED, age: 50 * time.Hour, received: -1}},
	}
	var out []*registryv1.Connector
	for i, line := range lines {
		line.newest.name, line.newest.author = line.name, "ines"
		id := int64(i + 1)
		c := &registryv1.Connector{
			Ref: &registryv1.ConnectorRef{Org: "ConductorOne", Name: line.name}, Id: id, Stable: line.stable, Latest: line.stable,
			Newest: line.newest.summary(id), Revision: id, License: "Apache-2.0",
			Counts:    []*registryv1.StateCount{{State: registryv1.State_STATE_PUBLISHED, Count: 5}, {State: line.newest.state, Count: 1}},
			CreatedAt: timestamppb.New(time.Date(2022, 11, 14, 0, 0, 0, 0, time.UTC)), UpdatedAt: ago(line.newest.age),
		}
		if line.name == "baton-okta" {
			c.Latest = "v0.5.26"
		}
		out = append(out, c)
	}
	return out
}

// whole is a version with all that is known about it.
func whole(number string) *registryv1.Version {
	var summary *registryv1.VersionSummary
	for _, v := range versions() {
		if v.GetRef().GetVersion() == number {
			summary = v
		}
	}
	set := sha256.Sum256([]byte(number))
	v := &registryv1.Version{
		Summary: summary, Description: "Users, groups, roles and apps of Okta", License: "Apache-2.0",
		Repository: "https://github.com/ConductorOne/baton-okta", Commit: "4be19c07d2a1", AssetSet: set[:],
		Changelog: "- Sync devices and their owners. Needs the scope okta.devices.read.\n- Read at most 200 groups a page.",
	}
	at := summary.GetCreatedAt().AsTime()
	passed := []registryv1.State{registryv1.State_STATE_PENDING, registryv1.State_STATE_UPLOADING, registryv1.State_STATE_VALIDATING, summary.GetState()}
	if summary.GetState() == registryv1.State_STATE_YANKED {
		passed = append(passed[:3], registryv1.State_STATE_PUBLISHED, registryv1.State_STATE_YANKED)
	}
	for i, state := range passed {
		v.Steps = append(v.Steps, &registryv1.Step{State: state, At: timestamppb.New(at.Add(time.Duration(i*i) * 13 * time.Second)), By: "ines"})
	}
	for i, p := range registryv1.Platforms() {
		sum := sha256.Sum256([]byte(number + strconv.Itoa(i)))
		v.Assets = append(v.Assets, &registryv1.Asset{
			Platform: p, Kind: registryv1.AssetKind_ASSET_KIND_ARCHIVE, Filename: "baton-okta-" + number + "-" + p.Slug() + ".tar.gz",
			MediaType: "application/gzip", SizeBytes: 42_100_000 + int64(i)*900_000, Sha256: sum[:],
			Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED, ReceivedAt: summary.GetCreatedAt(),
			Facts: &registryv1.Facts{
				Container: "tar.gz", Entries: 1, ExecutableFormat: "ELF", ExecutableName: "baton-okta", ExecutablePlatform: p,
				GoVersion: "go1.26.8", Module: "github.com/conductorone/baton-okta", ModuleVersion: number,
				Dependencies: []*registryv1.Module{{Path: "github.com/conductorone/baton-sdk", Version: "v0.9.4"}},
			},
		})
		v.Checks = append(v.Checks, &registryv1.Check{
			Name: "platform-match", Platform: p, Filename: v.GetAssets()[i].GetFilename(), Required: true,
			Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "ELF 64-bit x86-64",
		})
	}
	signs(v)
	v.Checks = append(v.Checks,
		&registryv1.Check{Name: "capabilities", At: timestamppb.New(at.Add(2 * time.Minute)), Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "8 resource types, all sync"},
		&registryv1.Check{Name: "license", Result: registryv1.CheckResult_CHECK_RESULT_WARN, Detail: "The version names no license.", Fix: "Publish with --license Apache-2.0."},
	)
	if summary.GetState() == registryv1.State_STATE_FAILED {
		v.Failure = &registryv1.Failure{Reason: "PLATFORM_BINARY_MISMATCH", Message: "linux-arm64: the executable is ELF x86-64, so it runs on linux-amd64.\nwindows-amd64: the archive has two executables."}
		v.Checks[3].Result, v.Checks[3].Detail, v.Checks[3].Fix = registryv1.CheckResult_CHECK_RESULT_FAIL, "The executable is ELF x86-64, so it runs on linux-amd64.", "Build it with GOARCH=arm64 and publish attempt 2."
	}
	if summary.GetState() == registryv1.State_STATE_YANKED {
		v.Yank = &registryv1.Yank{Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "Sync stops after the first page of groups.", By: "mara", At: ago(9 * 24 * time.Hour), Replacement: "v0.5.24"}
	}
	return v
}
