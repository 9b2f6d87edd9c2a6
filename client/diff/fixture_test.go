package diff_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// mb is a size that a release file may have.
const mb = 1_000_000

// version is a version with everything that can be compared. change makes it
// the one that a test is about.
func version(tb testing.TB, number string, change func(v *registryv1.Version)) *registryv1.Version {
	tb.Helper()
	v := &registryv1.Version{
		Summary: &registryv1.VersionSummary{
			Ref:       &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: number},
			Platforms: registryv1.Platforms(), Verdict: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED,
		},
		License:       "Apache-2.0",
		Documentation: "# baton-sample\n\nA connector.\n\n## Usage\n\n```sh\n# not a heading\nbaton-sample --file x\n```\n\n## Permissions\n\nIt needs directory.read.\n",
		Capabilities: capabilities(tb, map[string][]string{
			"user": {"CAPABILITY_SYNC"}, "group": {"CAPABILITY_SYNC", "CAPABILITY_PROVISION"}, "role": {"CAPABILITY_SYNC"},
		}, "directory.read"),
		ConfigSchema: `{"fields":[
			{"name":"file","isRequired":true,"stringField":{}},
			{"name":"page-size","intField":{"defaultValue":"100"}},
			{"name":"cache-ttl","intField":{}},
			{"name":"token","isSecret":true,"isRequired":true,"stringField":{"rules":{"isRequired":true}}}]}`,
	}
	for i, p := range registryv1.Platforms() {
		v.Assets = append(v.Assets, &registryv1.Asset{
			Platform: p, Kind: registryv1.AssetKind_ASSET_KIND_ARCHIVE, Filename: "baton-sample-" + p.Slug(), SizeBytes: int64(40+i) * mb,
			Verdict: keyed("release-2026", "0011223344556677"),
			Facts: &registryv1.Facts{
				Container: "tar.gz", GoVersion: "go1.26.6", Module: "example.org/acme/baton-sample",
				Dependencies: []*registryv1.Module{{Path: "github.com/conductorone/baton-sdk", Version: "v0.9.3"}, {Path: "golang.org/x/sync", Version: "v0.17.0"}},
			},
		})
	}
	if change != nil {
		change(v)
	}
	return v
}

// keyed is a good verdict on a file that a key signed.
func keyed(name, fingerprint string) *registryv1.Verdict {
	return &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, Scheme: "cosign-key",
		By: &registryv1.Signer{KeyName: name, Fingerprint: fingerprint},
	}
}

// keyless is a good verdict on a file that a workflow signed.
func keyless(san, ref string) *registryv1.Verdict {
	return &registryv1.Verdict{
		Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, Scheme: "cosign-keyless",
		By: &registryv1.Signer{Identity: san, Issuer: "https://issuer.example", SourceRepository: "https://example.org/acme/baton-sample", SourceRef: ref},
	}
}

// signedBy gives all files a verdict.
func signedBy(verdict *registryv1.Verdict) func(v *registryv1.Version) {
	return func(v *registryv1.Version) {
		for _, a := range v.GetAssets() {
			a.Verdict = verdict
		}
	}
}

// capabilities writes a capabilities document; all types ask for the same
// permissions.
func capabilities(tb testing.TB, types map[string][]string, permissions ...string) string {
	tb.Helper()
	asked := []any{}
	for _, p := range permissions {
		asked = append(asked, map[string]any{"permission": p})
	}
	list := []any{}
	for id, can := range types {
		list = append(list, map[string]any{
			"resourceType": map[string]any{"id": id, "displayName": id}, "capabilities": can,
			"permissions": map[string]any{"permissions": asked},
		})
	}
	data, err := json.Marshal(map[string]any{"@type": "type.googleapis.com/c1.connector.v2.ConnectorCapabilities", "resourceTypeCapabilities": list})
	require.NoError(tb, err)
	return string(data)
}

// lines writes a report for comparing: a change a line, with "!" before what
// deserves a thought.
func lines(changes []diff.Change) []string {
	var out []string
	for _, c := range changes {
		text := fmt.Sprintf("%s %s %s | %s", c.Kind, c.Subject, c.Name, c.Detail)
		if c.Thought != "" {
			text += " ! " + c.Thought
		}
		out = append(out, text)
	}
	return out
}
