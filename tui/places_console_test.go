package tui_test

import (
	"bytes"
	"crypto/sha256"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui"
	"github.com/registrar-console/registrar/tui/tuitest"
)

// breaks brings a version to FAILED: its one file is no program, which the
// registry sees once the bytes are there.
func breaks(t *testing.T, h hall, calls *client.Client, name, version string) {
	t.Helper()
	ref := &registryv1.VersionRef{Org: "acme", Name: name, Version: version}
	made, err := calls.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_ARM64}})
	require.NoError(t, err)
	content := []byte("no program at all")
	sum := sha256.Sum256(content)
	specs := []*registryv1.AssetSpec{{
		Platform: registryv1.Platform_PLATFORM_LINUX_ARM64, Kind: registryv1.AssetKind_ASSET_KIND_BINARY, Filename: name,
		SizeBytes: new(int64(len(content))), Sha256: sum[:],
	}}
	attempt := made.GetVersion().GetSummary().GetAttempt()
	links, err := calls.Registry.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: ref, Attempt: attempt, Assets: specs})
	require.NoError(t, err)
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://registry"+links.GetTargets()[0].GetPut().GetUrl(), bytes.NewReader(content))
	require.NoError(t, err)
	answer, err := h.server.HTTP(t).Do(put)
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	_, err = calls.Registry.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: ref, Attempt: attempt, Assets: specs})
	require.NoError(t, err)
	_, err = calls.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref, WaitUntilSettled: true})
	require.NoError(t, err)
	require.Equal(t, registryv1.State_STATE_FAILED, state(t, calls, name, version))
}

// begins leaves a draft at the registry.
func begins(t *testing.T, calls *client.Client, name, version string) {
	t.Helper()
	_, err := calls.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: name}})
	require.NoError(t, err)
	_, err = calls.Registry.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{
		Ref: &registryv1.VersionRef{Org: "acme", Name: name, Version: version}, Platforms: registryv1.Platforms(),
	})
	require.NoError(t, err)
}

// Home names what waits for the person, opens it, and follows what others do.
func TestHomeNamesWhatWaits(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	last := time.Now()
	breaks(t, h, ines, "baton-sample", "v1.1.0")
	begins(t, ines, "baton-desk", "v0.1.0")

	term := console(t, ines, func(c *tui.Config) { c.Start, c.Last.At = 0, last })
	term.Expect("Two things need you").Expect("Home 2").Expect("Drafts 1")
	term.ExpectLine("Failed 1", "yours first").ExpectLine("✗", "baton-sample v1.1.0", "attempt 1, by ines").ExpectLine("◌", "baton-desk v0.1.0", "created, nothing sent")
	term.Expect("Since you were last here").Expect("1 failed. 1 connector is new: desk.")
	term.Key("enter").Expect("Why it failed").ExpectLine("Home › acme/baton-sample › v1.1.0", "FAILED")
	term.Key("esc").Expect("Two things need you")

	// Others yank, and publish what failed here.
	yank(t, h.connect("mara", maintainer), "baton-sample", "v1.0.0")
	term.Expect("Yanked lately").ExpectLine("⊖", "baton-sample v1.0.0", "broken: loops on empty pages", "by mara")
	publishes(t, ines, "baton-sample", "v1.1.0")
	term.Expect("One thing needs you").ExpectNot("Failed 1")
	term.Key("/").Type("desk").Expect("1 of 2").Key("enter", "1").Expect("One thing needs you")

	// The draft is opened and abandoned; then nothing waits.
	term.Key("enter").Expect("Home › acme/baton-desk › v0.1.0").Key("esc").Expect("One thing needs you").Key("5").ExpectLine("desk", "v0.1.0", "registry only", "PENDING", "0 of 5", "ines")
	_, err := ines.Registry.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-desk", Version: "v0.1.0"}, Attempt: 1})
	require.NoError(t, err)
	term.Expect("No publish is unfinished.").Key("1").Expect("Nothing waits for you")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

// Activity shows what others do as it happens, holds still, opens what an
// event is about, and looks through the whole log.
func TestActivityFollows(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines, mara := h.connect("ines", publisher), h.connect("mara", maintainer)
	publishes(t, ines, "baton-sample", "v1.0.0")
	publishes(t, ines, "baton-sample", "v1.1.0")
	publishes(t, ines, "baton-desk", "v0.3.0")

	term := console(t, h.connect("root", registryv1.Role_ROLE_ADMIN))
	term.Key("7").Expect("Activity following, newest on top").ExpectLine("registrar", "publish", "baton-desk v0.3.0").Expect("✓ chain verified to event ")
	yank(t, mara, "baton-sample", "v1.1.0")
	term.ExpectLine("▐", "mara", "yank", "⊖ baton-sample v1.1.0 broken: loops on empty pages").Expect("mara yanked acme/baton-sample v1.1.0 (broken): loops on empty pages.")
	term.Expect("✓ chain verified to event ").ExpectNot("✗ chain")

	term.Key("space").Expect("space follows")
	yank(t, mara, "baton-sample", "v1.0.0")
	term.Expect("1 new, space follows").ExpectNot("baton-sample v1.0.0 broken")
	term.Key("space").ExpectLine("▐", "mara", "yank", "baton-sample v1.0.0")
	term.Key("enter").Expect("Why it was yanked").ExpectLine("Activity › acme/baton-sample › v1.0.0", "YANKED")

	// The version's own part of the log, oldest below.
	term.Key("shift+tab").ExpectLine("mara", "yank").ExpectLine("ines", "create").Expect("mara yanked acme/baton-sample v1.0.0").ExpectNot("v1.1.0")
	term.Key("esc").Expect("following, space holds still")

	term.Key("/").Type("desk state:published").ExpectLine("1 of ").Key("enter").Expect("filter desk state:published").ExpectLine("▐", "publish", "baton-desk v0.3.0").ExpectNot("sample")
	term.Key("e").Expect("Copied registrar events -o json desk state:published.").Key("esc").ExpectLine("yank", "baton-sample v1.0.0")

	// Who may not read the whole log is told nothing about its chain.
	other := console(t, mara)
	other.Key("7").ExpectLine("mara", "yank", "baton-sample v1.0.0").ExpectNot("chain")
	term.Key("q")
	require.NoError(t, term.ExpectEnd())
}

// A publish that was left is gone on with from Drafts, with its answers; one
// that the registry knows nothing of is removed from this computer.
func TestDraftsAreGoneOnWith(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishes(t, ines, "baton-sample", "v1.0.0")
	dir, kept := project(t, "baton-sample", "v1.1.0", 2000), t.TempDir()
	journal := publish.OpenJournal(kept)
	keep := func(answers publish.Answers) {
		plan, faults, err := publish.Prepare(t.Context(), ines, answers, nil)
		require.NoError(t, err)
		require.Empty(t, faults)
		_, err = journal.Save(plan)
		require.NoError(t, err)
	}
	keep(publish.Answers{Directory: dir, Org: "acme", Name: "baton-sample", Version: "v1.1.0", Changelog: "Reads suppliers."})
	keep(publish.Answers{Directory: dir, Org: "acme", Name: "baton-sample", Version: "v1.2.0"})
	begins(t, ines, "baton-sample", "v1.1.0")

	term := console(t, ines, func(c *tui.Config) { c.Journal = kept })
	term.Expect("Drafts 2").Key("5").ExpectLine("sample", "v1.1.0", "here, registry", "PENDING").ExpectLine("sample", "v1.2.0", "here only")
	term.Insist("k", "is on the draft that the registry knows", func(s tuitest.Screen) bool { return s.Contains("acme/baton-sample v1.1.0") })
	term.Key("enter").Expect("Ready to publish acme/baton-sample v1.1.0").GoOn("PUBLISHED").ExpectLine("✓ PUBLISHED", "acme/baton-sample v1.1.0")
	term.Key("esc").ExpectLine("▐", "sample", "v1.2.0", "here only").ExpectNot("v1.1.0")

	term.Key("X").Expect("Abandon the draft of baton-sample v1.2.0?").Expect("nothing changes there")
	term.Insist("tab", "has the focus on the button", func(s tuitest.Screen) bool {
		style, ok := s.StyleOf("Remove it")
		return ok && style != ""
	})
	term.Key("enter").Expect("The draft of acme/baton-sample v1.2.0 is removed from this computer.").Expect("No publish is unfinished.")
	drafts, err := journal.List()
	require.NoError(t, err)
	assert.Empty(t, drafts)
	assert.FileExists(t, dir+"/go.mod")
}
