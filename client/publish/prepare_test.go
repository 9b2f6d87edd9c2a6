package publish_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// prepare makes a plan without a registry.
func prepare(t *testing.T, a publish.Answers) (publish.Plan, map[string]registryv1.Reason) {
	t.Helper()
	plan, faults, err := publish.Prepare(t.Context(), nil, a, nil)
	require.NoError(t, err)
	return plan, reasons(t, faults)
}

func reasons(t *testing.T, faults []client.Fault) map[string]registryv1.Reason {
	t.Helper()
	found := map[string]registryv1.Reason{}
	for _, f := range faults {
		assert.NotEmpty(t, f.Message)
		found[f.Field] = f.Reason
	}
	return found
}

func noteAbout(p publish.Plan, about string) string {
	for _, n := range p.Notes {
		if n.About == about {
			return n.Text
		}
	}
	return ""
}

func TestPrepareFindsWhatAProjectHas(t *testing.T) {
	t.Parallel()
	dir := newProject(t)
	plan, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0", Changelog: "- more"})
	require.Empty(t, faults)
	assert.Equal(t, publish.Ref{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}, plan.Ref)
	assert.Equal(t, "org acme, from go.mod", noteAbout(plan, "org"))
	assert.Equal(t, "- more", plan.Describe.Changelog)
	assert.Contains(t, plan.Describe.Documentation, "#")
	assert.NotEmpty(t, plan.Describe.Description)
	assert.Equal(t, registryv1.Platforms(), plan.Platforms())
	for _, f := range plan.Files {
		assert.True(t, filepath.IsAbs(f.Path))
		assert.Len(t, f.SHA256, 64)
		assert.Equal(t, "BINARY", f.Asset.Kind)
		assert.Equal(t, "executable", f.Container)
		assert.Equal(t, "build folder", f.FoundBy)
		assert.Equal(t, "application/octet-stream", f.MediaType)
	}
}

func TestPrepareNamesEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	dist := filepath.Join(dir, "dist")
	packOne(t, dist, "v1.0.0", "x", "linux-amd64", "linux-arm64")
	packOne(t, dist, "v1.0.0", "x", "windows-amd64", "darwin-amd64")
	archive := filepath.Join(dist, "baton-sample-v1.0.0-darwin-arm64.tar.gz")
	require.NoError(t, os.Truncate(archive, 1000))
	require.NoError(t, os.Remove(filepath.Join(dist, "baton-sample-v1.0.0-darwin-amd64.tar.gz")))

	_, faults := prepare(t, publish.Answers{
		Directory: dir, Org: "no--such org", Name: "Ünïcode", Version: "va.b.c", Sign: "rot13", Platforms: registryv1.Platforms(),
		Description: "control \x1b character", Changelog: strings.Repeat("x", 10_001),
	})
	assert.Equal(t, map[string]registryv1.Reason{
		"org": registryv1.Reason_REASON_INVALID_NAME, "name": registryv1.Reason_REASON_INVALID_NAME, "version": registryv1.Reason_REASON_INVALID_VERSION,
		"sign": registryv1.Reason_REASON_USAGE, "description": registryv1.Reason_REASON_TEXT_INVALID, "changelog": registryv1.Reason_REASON_TEXT_INVALID,
		"linux-amd64": registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, "windows-amd64": registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH,
		"darwin-arm64": registryv1.Reason_REASON_ARCHIVE_UNSAFE, "darwin-amd64": registryv1.Reason_REASON_PLATFORM_MISSING,
	}, faults)
}

func TestPrepareRefusesBadVersions(t *testing.T) {
	t.Parallel()
	dir := newProject(t)
	for _, version := range []string{"", "va.b.c", "v1..", "v1.0.0/../..", strings.Repeat("1", 300), "v1.0.0\x1b", "v1.0.0+build", "1.0.0", "v\uff11.0.0", "v1.0"} {
		_, faults := prepare(t, publish.Answers{Directory: dir, Version: version})
		assert.Equal(t, map[string]registryv1.Reason{"version": registryv1.Reason_REASON_INVALID_VERSION}, faults, "%q", version)
	}
}

func TestWhatIsNoProject(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	_, faults := prepare(t, publish.Answers{Directory: empty, Version: "v1.0.0"})
	assert.Equal(t, registryv1.Reason_REASON_NOT_A_PROJECT, faults["directory"])
	assert.Equal(t, registryv1.Reason_REASON_NO_FILES, faults["dist"])

	_, faults = prepare(t, publish.Answers{Directory: filepath.Join(empty, "absent"), Version: "v1.0.0"})
	assert.Equal(t, map[string]registryv1.Reason{"directory": registryv1.Reason_REASON_NOT_A_PROJECT}, faults)

	// A folder with releases only is enough for who says what they are.
	plan, faults := prepare(t, publish.Answers{Directory: empty, Dist: []string{sample(t)}, Org: "acme", Name: "baton-sample", Version: "v1.0.0"})
	assert.Empty(t, faults)
	assert.Len(t, plan.Files, 5)
}

func TestEmptyFilesAndFolders(t *testing.T) {
	t.Parallel()
	dir := newProject(t)
	require.NoError(t, os.Truncate(filepath.Join(dir, "dist", "linux_amd64", "baton-sample"), 0))
	plan, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0", Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64}})
	assert.NotEmpty(t, faults, "an empty file is nothing to publish: %v", plan.Files)
	// Among good ones it is no platform less, but a fault: nobody asked for that.
	_, faults = prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0"})
	assert.Equal(t, map[string]registryv1.Reason{"linux-amd64": registryv1.Reason_REASON_PLATFORM_MISSING}, faults)

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "dist")))
	_, faults = prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0"})
	assert.Equal(t, map[string]registryv1.Reason{"dist": registryv1.Reason_REASON_NO_FILES}, faults)
}

func TestSomePlatformsOnly(t *testing.T) {
	t.Parallel()
	dir := newProject(t)
	linux := []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_LINUX_ARM64}
	plan, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0", Platforms: linux})
	require.Empty(t, faults)
	assert.Equal(t, linux, plan.Platforms())
	assert.Len(t, plan.Files, 2)
	assert.Empty(t, noteAbout(plan, "windows-amd64"), "what was not asked for is not missed")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "dist", "windows_amd64")))
	plan, faults = prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0"})
	require.Empty(t, faults, "four of five platforms in one folder is normal")
	assert.Contains(t, noteAbout(plan, "windows-amd64"), "not shipped")
	assert.Len(t, plan.Platforms(), 4)
}

func TestSignaturesAreLeftAlone(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	for _, suffix := range []string{".sig", ".cert", ".sigstore.json"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz"+suffix), []byte("{}"), 0o600))
	}
	plan, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0", Sign: publish.SignNone})
	require.Empty(t, faults)
	assert.Len(t, plan.Files, 5)
	assert.Equal(t, "3 signature and attestation files beside the release files are left alone, since no signatures were asked for", noteAbout(plan, "sign"))
	assert.False(t, plan.Signed())
}

func TestSignaturesThatLieThereAreTaken(t *testing.T) {
	t.Parallel()
	dir := newSource(t)
	pack(t, dir, "v1.0.0", "x")
	linux := filepath.Join(dir, "dist", "baton-sample-v1.0.0-linux-amd64.tar.gz")
	for _, name := range []string{linux + ".asc", linux + ".sigstore.json", linux + ".provenance.sigstore.json", linux + ".sbom.json", linux + ".sbom.json.sig", "not-released.zip.sig"} {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, "dist", name)
		}
		require.NoError(t, os.WriteFile(name, []byte("{}"), 0o600))
	}
	kinds := func(a publish.Answers) map[string]string {
		a.Directory, a.Version = dir, "v1.0.0"
		plan, faults := prepare(t, a)
		require.Empty(t, faults)
		assert.True(t, plan.Signed())
		found := map[string]string{}
		for _, f := range plan.Files[5:] {
			assert.Equal(t, "linux-amd64", f.Asset.Platform)
			assert.NotEmpty(t, f.SHA256)
			found[strings.TrimPrefix(f.Asset.Filename, filepath.Base(linux))] = f.Asset.Kind + " " + f.MediaType
		}
		return found
	}
	statements := map[string]string{
		".provenance.sigstore.json": "PROVENANCE application/json", ".sbom.json": "SBOM application/json", ".sbom.json.sig": "SIGNATURE text/plain",
	}
	all := map[string]string{".asc": "SIGNATURE application/pgp-signature", ".sigstore.json": "BUNDLE application/json"}
	maps.Copy(all, statements)
	assert.Equal(t, all, kinds(publish.Answers{}))
	assert.Equal(t, statements, kinds(publish.Answers{Sign: "keyless"}), "what is made anew is not taken as well")
	assert.Empty(t, kindsOfOthers(t, dir), "of another platform nothing is taken")
}

// kindsOfOthers are the files that come along when only Windows is published.
func kindsOfOthers(t *testing.T, dir string) []publish.File {
	t.Helper()
	plan, faults := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0", Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_WINDOWS_AMD64}})
	require.Empty(t, faults)
	return plan.Files[1:]
}

func TestTheRegistrysSpellingIsTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	plan := b.prepare(t, dir, "v1.0.0")
	assert.Contains(t, noteAbout(plan, "name"), "name baton-sample, from go.mod")
	_, err := b.client.Registry.CreateConnector(t.Context(), &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "ACME", Name: "sample"}})
	require.NoError(t, err)
	plan = b.prepare(t, dir, "v1.0.0")
	assert.Equal(t, publish.Ref{Org: "ACME", Name: "sample", Version: "v1.0.0"}, plan.Ref)
	assert.Equal(t, "hub.example.org", plan.Registry)
	_, err = publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err, "both spellings are the same connector")
}

func TestStableIsRefusedWhilePreparing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := open(t, b.server.Endpoint, b.server.Token(t, "pia", registryv1.Role_ROLE_PUBLISHER, "acme"))
	_, faults, err := publish.Prepare(t.Context(), c, publish.Answers{Directory: newProject(t), Version: "v1.0.0", Stable: true}, nil)
	require.NoError(t, err)
	assert.Equal(t, map[string]registryv1.Reason{"stable": registryv1.Reason_REASON_NOT_PERMITTED}, reasons(t, faults))
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	plan := b.prepare(t, newProject(t), "v1.0.0")
	rs, err := publish.DryRun(t.Context(), b.client, plan)
	require.NoError(t, err)
	assert.Equal(t, registryv1.CreateOutcome_CREATE_OUTCOME_NEW, rs.GetOutcome())
	_, err = b.client.Registry.GetConnector(t.Context(), &registryv1.GetConnectorRequest{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}})
	assert.Equal(t, registryv1.Reason_REASON_NOT_FOUND, client.ReasonOf(err))

	_, err = publish.Run(t.Context(), b.client, plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	rs, err = publish.DryRun(t.Context(), b.client, plan)
	require.NoError(t, err, "a run would find that exactly this is there")
	assert.Equal(t, registryv1.State_STATE_PUBLISHED, publish.Already(rs))

	plan.Ref.Version = "v0.9.0"
	rs, err = publish.DryRun(t.Context(), b.client, plan)
	require.NoError(t, err)
	assert.True(t, rs.GetConsequences().GetBelowLatest())
	assert.Equal(t, registryv1.State_STATE_UNSPECIFIED, publish.Already(rs))
}

func TestAPlanSurvivesTheJournal(t *testing.T) {
	t.Parallel()
	dir := newProject(t)
	plan, _ := prepare(t, publish.Answers{Directory: dir, Version: "v1.0.0"})
	data, err := json.Marshal(plan)
	require.NoError(t, err)
	var again publish.Plan
	require.NoError(t, json.Unmarshal(data, &again))
	assert.Equal(t, plan, again)

	b := newBench(t)
	h := heard{}
	_, err = publish.Run(t.Context(), b.client, again, nil, h.emit)
	require.NoError(t, err)
	assert.Equal(t, 5, h.count(func(e publish.Event) bool { hashed, ok := e.(publish.Hashed); return ok && hashed.Reused }), "files that did not change are not read again")
}

func TestJournal(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state", "drafts")
	j := publish.OpenJournal(dir)
	drafts, err := j.List()
	require.NoError(t, err)
	assert.Empty(t, drafts)

	plan := publish.Plan{Registry: "hub", Ref: publish.Ref{Org: "Acme", Name: "baton-x", Version: "v1.0.0"}, Directory: "/src/x"}
	first, err := j.Save(plan)
	require.NoError(t, err)
	plan.Ref.Org, plan.Ref.Name, plan.Stable = "acme", "x", true
	second, err := j.Save(plan)
	require.NoError(t, err)
	assert.Equal(t, first, second, "the same version on the same registry is one draft")
	plan.Registry = "elsewhere"
	other, err := j.Save(plan)
	require.NoError(t, err)
	assert.NotEqual(t, first, other)

	drafts, err = j.List()
	require.NoError(t, err)
	require.Len(t, drafts, 2)
	assert.Equal(t, other, drafts[0].ID, "last saved first")
	assert.Equal(t, plan, drafts[0].Plan)
	assert.True(t, drafts[1].Plan.Stable)

	info, err := os.Stat(filepath.Join(dir, first+".json"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.WriteFile(filepath.Join(dir, "0123456789abcdef.json"), []byte("{"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "fedcba9876543210.json"), []byte(`{"format":99}`), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600))
	drafts, err = j.List()
	require.ErrorContains(t, err, "0123456789abcdef")
	require.ErrorContains(t, err, "format 99")
	assert.Len(t, drafts, 2, "the others are there all the same")

	require.NoError(t, j.Remove(first))
	require.NoError(t, j.Remove(first), "gone is gone")
	require.Error(t, j.Remove("../../etc/passwd"))
	drafts, _ = j.List()
	assert.Len(t, drafts, 1)
}
