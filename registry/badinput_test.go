package registry_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

// Every call with bad input hears all faults of the request at once, each with
// its field, and changes nothing.

func TestBadNamesAndNumbers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.have(t, okta)
	const good = "v1.0.0"
	for _, test := range []struct {
		name               string
		org, conn, version string
		reason             registryv1.Reason
		fields             []string
	}{
		{"org with an underscore", "ac_me", "baton-okta", good, invalidName, []string{"ref.org"}},
		{"org with a hyphen at its end", "acme-", "baton-okta", good, invalidName, []string{"ref.org"}},
		{"org with a control character", "ac\x1bme", "baton-okta", good, invalidName, []string{"ref.org"}},
		{"org in look-alike letters", "аcme", "baton-okta", good, invalidName, []string{"ref.org"}},
		{"org of 300 characters", strings.Repeat("a", 300), "baton-okta", good, invalidName, []string{"ref.org"}},
		{"name with a slash", "acme", "baton/okta", good, invalidName, []string{"ref.name"}},
		{"name that starts with a digit", "acme", "1okta", good, invalidName, []string{"ref.name"}},
		{"name of 300 characters", "acme", strings.Repeat("b", 300), good, invalidName, []string{"ref.name"}},
		{"no name", "acme", "", good, invalidName, []string{"ref.name"}},
		{"no version", "acme", "baton-okta", "", invalidVersion, []string{"ref.version"}},
		{"version without v", "acme", "baton-okta", "1.0.0", invalidVersion, []string{"ref.version"}},
		{"version of letters", "acme", "baton-okta", "va.b.c", invalidVersion, []string{"ref.version", "ref.version", "ref.version"}},
		{"version of dots", "acme", "baton-okta", "v1..", invalidVersion, []string{"ref.version", "ref.version"}},
		{"version with a path", "acme", "baton-okta", "v1.0.0/../..", invalidVersion, nil},
		{"version of 300 characters", "acme", "baton-okta", "v1.0.0-" + strings.Repeat("a", 293), invalidVersion, []string{"ref.version"}},
		{"version with a control character", "acme", "baton-okta", "v1.0.0\n", invalidVersion, nil},
		{"version in other digits", "acme", "baton-okta", "v1.0.٣", invalidVersion, nil},
		{"version with build metadata", "acme", "baton-okta", "v1.0.0+1", invalidVersion, []string{"ref.version"}},
		{"everything at once", "ac_me", "Baton Okta", "1", invalidArgument, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ref := &registryv1.VersionRef{Org: test.org, Name: test.conn, Version: test.version}
			// The admin may act in every org, so that it is the name that is refused.
			for method, call := range map[string]func() error{
				"CreateVersion": func() error {
					_, err := h.root.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: ref, Platforms: []registryv1.Platform{linuxAMD}})
					return err
				},
				"GetUploadURLs": func() error {
					_, err := h.root.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: ref, Attempt: 1, Assets: specs(exe(linuxAMD, ""))})
					return err
				},
				"FinalizeVersion": func() error {
					_, err := h.root.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: ref, Attempt: 1, Assets: specs(exe(linuxAMD, ""))})
					return err
				},
				"AbandonVersion": func() error {
					_, err := h.root.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: ref})
					return err
				},
				"YankVersion": func() error {
					_, err := h.root.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: ref, Category: 1, Reason: "x"})
					return err
				},
				"UnyankVersion": func() error {
					_, err := h.root.UnyankVersion(t.Context(), &registryv1.UnyankVersionRequest{Ref: ref})
					return err
				},
				"SetStableVersion": func() error {
					_, err := h.root.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: ref})
					return err
				},
				"GetVersion": func() error {
					_, err := h.anonymous.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: ref})
					return err
				},
			} {
				refusal := h.refused(t, test.reason, call)
				if test.fields != nil {
					assert.Equal(t, test.fields, fields(refusal), method)
				}
				assert.NotContains(t, refusal.Error(), "\x1b", method)
				assert.NotContains(t, refusal.Error(), "\n", method)
			}
		})
	}
}

func TestBadConnectors(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, test := range []struct {
		name   string
		rq     *registryv1.CreateConnectorRequest
		reason registryv1.Reason
		fields []string
	}{
		{"nothing at all", &registryv1.CreateConnectorRequest{}, invalidName, []string{"ref.org", "ref.name"}},
		{"capital letters", &registryv1.CreateConnectorRequest{Ref: of("acme/Baton-Okta")}, invalidName, []string{"ref.name"}},
		{
			"texts of all kinds", &registryv1.CreateConnectorRequest{
				Ref: of(okta), DisplayName: "two\nlines", Description: strings.Repeat("d", 2001), Repository: strings.Repeat("r", 501),
				Homepage: "\x07", License: strings.Repeat("l", 101),
			}, registryv1.Reason_REASON_TEXT_INVALID,
			[]string{"display_name", "description", "repository", "homepage", "license"},
		},
		{
			"aliases", &registryv1.CreateConnectorRequest{Ref: of(okta), Aliases: []string{"fine", "Not Fine", "okta", "baton-fine"}},
			invalidName,
			[]string{"aliases[1]", "aliases[2]", "aliases[3]"},
		},
		{
			"too many aliases", &registryv1.CreateConnectorRequest{Ref: of(okta), Aliases: strings.Split("a b c d e f g h i j k l m n o p q r s t u", " ")},
			invalidArgument,
			[]string{"aliases"},
		},
		{"a request id with spaces", &registryv1.CreateConnectorRequest{Ref: of(okta), RequestId: "not one"}, invalidArgument, []string{"request_id"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refusal := h.refused(t, test.reason, func() error {
				_, err := h.root.CreateConnector(t.Context(), test.rq)
				return err
			})
			assert.Equal(t, test.fields, fields(refusal))
		})
	}
}

func TestBadVersions(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(cfg *registry.Config) { cfg.Limits.DocumentBytes = 1000 })
	h.anna.have(t, okta)
	linux := []registryv1.Platform{linuxAMD}
	for _, test := range []struct {
		name   string
		rq     *registryv1.CreateVersionRequest
		reason registryv1.Reason
		fields []string
	}{
		{"no platform", &registryv1.CreateVersionRequest{}, invalidPlatform, []string{"platforms"}},
		{
			"platforms of all kinds", &registryv1.CreateVersionRequest{Platforms: []registryv1.Platform{linuxAMD, 0, linuxAMD, universal, 99}},
			invalidPlatform,
			[]string{"platforms[1]", "platforms[2]", "platforms[3]", "platforms[4]"},
		},
		{"a long changelog", &registryv1.CreateVersionRequest{Platforms: linux, Changelog: strings.Repeat("é", 10_001)}, registryv1.Reason_REASON_TEXT_INVALID, []string{"changelog"}},
		{
			"texts of all kinds", &registryv1.CreateVersionRequest{
				Platforms: linux, Description: "\x00", Documentation: strings.Repeat("d", 1001), Capabilities: strings.Repeat("c", 1001),
				ConfigSchema: "\x1b[2J", License: "a\nb", Repository: "\x7f", Homepage: "\u0085", Commit: strings.Repeat("0", 101), WorkflowRunId: "\x01",
			}, registryv1.Reason_REASON_TEXT_INVALID,
			[]string{"description", "documentation", "capabilities", "config_schema", "license", "repository", "homepage", "commit", "workflow_run_id"},
		},
		{
			"times that are none", &registryv1.CreateVersionRequest{
				Platforms: linux, ReleasedAt: &timestamppb.Timestamp{Nanos: -1},
				Preflight: &registryv1.PreflightReport{At: &timestamppb.Timestamp{Seconds: -1 << 62}},
			}, invalidArgument, []string{"released_at", "preflight.at"},
		},
		{
			"a preflight report", &registryv1.CreateVersionRequest{
				Platforms: linux, Preflight: &registryv1.PreflightReport{Results: []*registryv1.PreflightResult{{Requirement: "lint"}, {Requirement: "a\nb", Detail: "\x1b"}}},
			}, registryv1.Reason_REASON_TEXT_INVALID, []string{"preflight.results[1].requirement", "preflight.results[1].detail"},
		},
		{
			"images", &registryv1.CreateVersionRequest{
				Platforms: linux, Images: []*registryv1.Image{{Key: "\n", Attestations: []*registryv1.Attestation{{Type: "\x02"}}}},
			}, registryv1.Reason_REASON_TEXT_INVALID, []string{"images[0].key", "images[0].attestations[0].type"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.rq.Ref = at(okta + " v1.0.0")
			for _, dry := range []bool{false, true} {
				test.rq.ValidateOnly = dry
				refusal := h.refused(t, test.reason, func() error {
					_, err := h.anna.CreateVersion(t.Context(), test.rq)
					return err
				})
				assert.Equal(t, test.fields, fields(refusal), "dry run: %t", dry)
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(cfg *registry.Config) {
		cfg.Limits = registry.Limits{AssetBytes: 1000, VersionBytes: 1500, Assets: 3}
	})
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD, darwinARM)
	change := func(change func(*registryv1.AssetSpec)) *registryv1.AssetSpec {
		spec := exe(linuxAMD, "").spec()
		change(spec)
		return spec
	}
	big := func(name string) *registryv1.AssetSpec {
		return change(func(s *registryv1.AssetSpec) { s.Filename, s.SizeBytes = name, proto.Int64(800) })
	}
	for _, test := range []struct {
		name   string
		assets []*registryv1.AssetSpec
		reason registryv1.Reason
		fields []string
	}{
		{"no file", nil, assetMissing, []string{"assets"}},
		{"names that are paths", []*registryv1.AssetSpec{
			change(func(s *registryv1.AssetSpec) { s.Filename = "../x" }),
			change(func(s *registryv1.AssetSpec) { s.Filename = "" }),
			change(func(s *registryv1.AssetSpec) { s.Filename = "a\x00b" }),
		}, invalidArgument, []string{"assets[0].filename", "assets[1].filename", "assets[2].filename"}},
		{"no kind", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Kind = 0 })}, invalidArgument, []string{"assets[0].kind"}},
		{"an unknown kind", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Kind = 77 })}, invalidArgument, []string{"assets[0].kind"}},
		{"an executable for no platform", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Platform = 0 })}, invalidPlatform, []string{"assets[0].platform"}},
		{"an unknown platform", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Platform = 77 })}, invalidPlatform, []string{"assets[0].platform"}},
		{"a platform that is not declared", specs(exe(linuxAMD, ""), exe(windowsAMD, "")), invalidPlatform, []string{"assets[1].platform"}},
		{"half a digest", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Sha256 = s.GetSha256()[:16] })}, invalidArgument, []string{"assets[0].sha256"}},
		{"an empty file", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.SizeBytes = proto.Int64(0) })}, sizeMismatch, []string{"assets[0].size_bytes"}},
		{"less than nothing", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.SizeBytes = proto.Int64(-5) })}, sizeMismatch, []string{"assets[0].size_bytes"}},
		{"a file that is too large", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.SizeBytes = proto.Int64(1001) })}, registryv1.Reason_REASON_TOO_LARGE, []string{"assets[0].size_bytes"}},
		{"files that are too large together", []*registryv1.AssetSpec{big("a"), big("b")}, registryv1.Reason_REASON_TOO_LARGE, []string{"assets"}},
		{"the same file twice", specs(exe(linuxAMD, ""), exe(linuxAMD, "x")), invalidArgument, []string{"assets[1]"}},
		{"too many files", []*registryv1.AssetSpec{big("a"), big("b"), big("c"), big("d")}, invalidArgument, []string{"assets"}},
		{"a file that stays elsewhere", []*registryv1.AssetSpec{change(func(s *registryv1.AssetSpec) { s.Url = "https://example.org/x" })}, registryv1.Reason_REASON_UNIMPLEMENTED, []string{"assets[0].url"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			refusal := h.refused(t, test.reason, func() error {
				_, err := h.anna.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: 1, Assets: test.assets})
				return err
			})
			assert.Equal(t, test.fields, fields(refusal))
		})
	}
}

func TestTheAttemptMustBeThePresentOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	for attempt, reason := range map[int32]registryv1.Reason{0: invalidArgument, -1: invalidArgument, 2: stale} {
		h.refused(t, reason, func() error {
			_, err := h.anna.GetUploadURLs(t.Context(), &registryv1.GetUploadURLsRequest{Ref: v.GetRef(), Attempt: attempt, Assets: specs(exe(linuxAMD, ""))})
			return err
		})
		h.refused(t, reason, func() error {
			_, err := h.anna.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: attempt, Assets: specs(exe(linuxAMD, ""))})
			return err
		})
	}
}

func TestBadYanks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.publish(t, okta+" v1.0.0")
	h.anna.publish(t, okta+" v1.1.0")
	h.anna.yank(t, okta+" v1.1.0")
	h.anna.draft(t, okta+" v1.2.0", linuxAMD)
	for _, test := range []struct {
		name   string
		rq     *registryv1.YankVersionRequest
		reason registryv1.Reason
		fields []string
	}{
		{"neither category nor reason", &registryv1.YankVersionRequest{}, invalidArgument, []string{"category", "reason"}},
		{"a blank reason", &registryv1.YankVersionRequest{Category: 1, Reason: " \n "}, invalidArgument, []string{"reason"}},
		{"a category that is none", &registryv1.YankVersionRequest{Category: 99, Reason: "x"}, invalidArgument, []string{"category"}},
		{"a long reason", &registryv1.YankVersionRequest{Category: 1, Reason: strings.Repeat("x", 2001)}, registryv1.Reason_REASON_TEXT_INVALID, []string{"reason"}},
		{"texts of all kinds", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Advisory: "\n", Credit: "\x1b"}, registryv1.Reason_REASON_TEXT_INVALID, []string{"advisory", "credit"}},
		{"a replacement that is no number", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Replacement: "1.1"}, invalidVersion, nil},
		{"itself", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Replacement: "v1.0.0"}, invalidArgument, []string{"replacement"}},
		{"a yanked one", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Replacement: "v1.1.0"}, invalidArgument, []string{"replacement"}},
		{"a draft", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Replacement: "v1.2.0"}, invalidArgument, []string{"replacement"}},
		{"one that does not exist", &registryv1.YankVersionRequest{Category: 1, Reason: "x", Replacement: "v9.0.0"}, invalidArgument, []string{"replacement"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.rq.Ref = at(okta + " v1.0.0")
			for _, dry := range []bool{false, true} {
				test.rq.ValidateOnly = dry
				refusal := h.refused(t, test.reason, func() error {
					_, err := h.anna.YankVersion(t.Context(), test.rq)
					return err
				})
				if test.fields != nil {
					assert.Equal(t, test.fields, fields(refusal))
				}
			}
		})
	}
	for _, label := range []string{okta + " v1.1.0", okta + " v1.2.0"} {
		refusal := h.refused(t, wrongState, func() error {
			_, err := h.anna.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: at(label), Category: 1, Reason: "x"})
			return err
		})
		assert.NotEmpty(t, refusal.Next)
	}
}

func TestBadDeprecations(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.anna.have(t, okta)
	for _, test := range []struct {
		name   string
		rq     *registryv1.DeprecateConnectorRequest
		reason registryv1.Reason
		fields []string
	}{
		{"no reason", &registryv1.DeprecateConnectorRequest{}, invalidArgument, []string{"reason"}},
		{"itself", &registryv1.DeprecateConnectorRequest{Reason: "x", Replacement: "Acme/okta"}, invalidArgument, []string{"replacement"}},
		{"no connector", &registryv1.DeprecateConnectorRequest{Reason: "x", Replacement: "okta"}, invalidName, []string{"replacement"}},
		{"a version", &registryv1.DeprecateConnectorRequest{Reason: "x", Replacement: "acme/idp@v1.0.0"}, invalidName, []string{"replacement"}},
		{"a reason to undo", &registryv1.DeprecateConnectorRequest{Undo: true, Reason: "x"}, invalidArgument, []string{"undo"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.rq.Ref = of(okta)
			refusal := h.refused(t, test.reason, func() error {
				_, err := h.maja.DeprecateConnector(t.Context(), test.rq)
				return err
			})
			assert.Equal(t, test.fields, fields(refusal))
		})
	}
}

func TestFinalizeNamesEverythingThatDiffersAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	v := h.anna.draft(t, label, linuxAMD, linuxARM, windowsAMD, darwinARM)
	right, other, extra := exe(linuxAMD, "a"), exe(linuxARM, "b"), exe(windowsAMD, "c")
	longer := exe(darwinARM, "d")
	h.anna.bring(t, v, right, other, extra, longer)

	changed := exe(linuxARM, "not b")
	wrongSize := longer.spec()
	wrongSize.SizeBytes = new(wrongSize.GetSizeBytes() + 1)
	missing := file{linuxAMD, registryv1.AssetKind_ASSET_KIND_SBOM, "sbom.json", []byte("{}")}
	for _, dry := range []bool{true, false} {
		refusal := h.refused(t, digestMismatch, func() error {
			_, err := h.anna.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{
				Ref: v.GetRef(), Attempt: 1, ValidateOnly: dry,
				Assets: append(specs(right, changed, missing), wrongSize),
			})
			return err
		})
		assert.Equal(t, []string{"assets[1].sha256", "assets[2]", "assets[3].size_bytes", "assets", "assets"}, fields(refusal))
		var reasons []registryv1.Reason
		for _, fault := range refusal.Faults {
			reasons = append(reasons, fault.Reason)
		}
		assert.Equal(t, []registryv1.Reason{digestMismatch, assetMissing, sizeMismatch, assetUnexpected, platformMissing}, reasons)
		assert.Contains(t, refusal.Faults[3].Message, "baton-windows-amd64")
		assert.Contains(t, refusal.Faults[4].Message, "windows-amd64")
	}
	assert.Equal(t, uploading, h.anna.see(t, label).GetSummary().GetState())
}

func TestFinalizeWithoutFilesOrDigestsIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.anna.draft(t, okta+" v1.0.0", linuxAMD)
	h.refused(t, assetMissing, func() error {
		_, err := h.anna.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: 1})
		return err
	})
	spec := exe(linuxAMD, "").spec()
	spec.Sha256 = nil
	refusal := h.refused(t, invalidArgument, func() error {
		_, err := h.anna.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: 1, Assets: []*registryv1.AssetSpec{spec}})
		return err
	})
	assert.Equal(t, []string{"assets[0].sha256"}, fields(refusal))
}

func TestFinalizingTheSameAgainChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	files := []file{exe(linuxAMD, ""), exe(windowsAMD, "")}
	v := h.anna.submit(t, label, files...)
	again := func(p *person, files ...file) (*registryv1.FinalizeVersionResponse, error) {
		return p.FinalizeVersion(t.Context(), &registryv1.FinalizeVersionRequest{Ref: v.GetRef(), Attempt: 1, Assets: specs(files...)})
	}
	for _, state := range []registryv1.State{validating, published} {
		if state == published {
			h.settle(t, h.anna, label)
		}
		head := h.head(t)
		answer, err := again(h.amir, files[1], files[0])
		require.NoError(t, err, "the order of the files does not matter")
		assert.Equal(t, state, answer.GetVersion().GetSummary().GetState())
		assert.Equal(t, head, h.head(t))
		reason := map[registryv1.State]registryv1.Reason{validating: wrongState, published: versionExists}[state]
		refusal := h.refused(t, reason, func() error {
			_, err := again(h.anna, files[0])
			return err
		})
		assert.NotEmpty(t, refusal.Meta["asset_set"])
	}
	h.anna.yank(t, label)
	h.refused(t, versionExists, func() error {
		_, err := again(h.anna, files...)
		return err
	})
}

func TestUniversalFileServesBothMacs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.anna.draft(t, okta+" v1.0.0", darwinAMD, darwinARM)
	both := exe(universal, "")
	h.anna.bring(t, v, both)
	h.anna.finalize(t, v, both)
	done := h.settle(t, h.anonymous, okta+" v1.0.0")
	assert.Equal(t, published, done.GetSummary().GetState(), done.GetFailure())
	assert.Equal(t, []bool{true, true}, done.GetSummary().GetPlatformReceived())
}

func TestRolesAreAskedForInTheOrgThatIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	label := okta + " v1.0.0"
	h.anna.publish(t, label)
	h.anna.draft(t, okta+" v2.0.0", linuxAMD)
	for name, test := range map[string]struct {
		who    *person
		reason registryv1.Reason
	}{
		"nobody": {h.anonymous, unauthenticated}, "a publisher of another org": {h.bob, notPermitted}, "a reviewer": {h.rita, notPermitted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.refused(t, test.reason, func() error {
				_, err := test.who.CreateVersion(t.Context(), &registryv1.CreateVersionRequest{Ref: at(okta + " v3.0.0"), Platforms: []registryv1.Platform{linuxAMD}})
				return err
			})
			h.refused(t, test.reason, func() error {
				_, err := test.who.YankVersion(t.Context(), &registryv1.YankVersionRequest{Ref: at(label), Category: 1, Reason: "x"})
				return err
			})
			h.refused(t, test.reason, func() error {
				_, err := test.who.AbandonVersion(t.Context(), &registryv1.AbandonVersionRequest{Ref: at(okta + " v2.0.0")})
				return err
			})
		})
	}
	for _, p := range []*person{h.anna, h.rita} {
		h.refused(t, notPermitted, func() error {
			_, err := p.SetStableVersion(t.Context(), &registryv1.SetStableVersionRequest{Ref: at(label)})
			return err
		})
	}
	assert.Equal(t, pending, h.rita.see(t, okta+" v2.0.0").GetSummary().GetState(), "reviewers see drafts")
	for _, p := range []*person{h.bob, h.anonymous} {
		_, err := p.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: at(okta + " v2.0.0")})
		assert.Equal(t, notFound, reasonOf(err))
	}
}
