package publish_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func connector(name, repository string) *registryv1.Connector {
	return &registryv1.Connector{Ref: &registryv1.ConnectorRef{Org: "Acme", Name: name}, Repository: repository}
}

// pathOf is one path.
func pathOf(t *testing.T, paths []publish.Path, id publish.PathID) publish.Path {
	t.Helper()
	i := slices.IndexFunc(paths, func(p publish.Path) bool { return p.ID == id })
	require.GreaterOrEqual(t, i, 0)
	return paths[i]
}

func TestEveryPathIsWhole(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]publish.Subject{
		"nothing known": {}, "a system": {System: "Google Workspace", Org: "acme"},
		"a connector": {System: "okta", Existing: connector("baton-okta", "https://github.com/acme/baton-okta")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			paths := publish.DefaultGuide().Paths(s)
			require.Len(t, paths, 5)
			for _, p := range paths {
				assert.NotEmpty(t, p.Title)
				assert.NotEmpty(t, p.Meaning)
				assert.NotEmpty(t, p.Commands)
				all := slices.Concat([]string{p.Title, p.Meaning}, p.Needs, p.Consequences, p.Commands)
				for _, text := range all {
					assert.NotContains(t, text, "{")
					assert.NotContains(t, text, "\n")
				}
				assert.Contains(t, strings.Join(p.Needs, "\n"), "SDK guide")
				assert.Equal(t, p.ID != publish.PathUpstream && p.ID != publish.PathInternal, p.Publishes)
				assert.Equal(t, p.ID == publish.PathUpstream && s.Existing != nil, p.Suggested)
			}
		})
	}
}

func TestCommandsAreFilledIn(t *testing.T) {
	t.Parallel()
	guide := publish.DefaultGuide()
	paths := guide.Paths(publish.Subject{System: "Google Workspace", Org: "acme"})
	assert.Contains(t, pathOf(t, paths, publish.PathOwn).Commands, "registrar publish --version v0.1.0 --org acme --name baton-google-workspace")
	assert.Contains(t, pathOf(t, paths, publish.PathUpstream).Commands, "gh repo fork OWNER/baton-google-workspace --clone")
	issue := pathOf(t, paths, publish.PathOfficial).Commands[0]
	assert.Equal(t, "gh issue create --repo conductorone/baton-sdk --title 'Connector for Google Workspace' --body 'Target system: Google Workspace. "+
		"API documentation: LINK. Use case: WHAT IT IS FOR, AND FOR WHOM. Code: LINK.'", issue)

	paths = guide.Paths(publish.Subject{System: "okta", Existing: connector("baton-okta", "https://github.com/Example/okta-connector.git")})
	assert.Equal(t, "gh repo fork Example/okta-connector --clone", pathOf(t, paths, publish.PathUpstream).Commands[0])
	paths = guide.Paths(publish.Subject{System: "okta", Existing: connector("baton-okta", "https://git.example.org/acme/baton-okta")})
	assert.Equal(t, "git clone https://git.example.org/acme/baton-okta baton-okta", pathOf(t, paths, publish.PathFork).Commands[0])
	assert.Contains(t, guide.SecurityNote(), guide.Security)
	assert.NotContains(t, publish.Guide{}.SecurityNote(), "write to")
}

// What a registry or a person says must not become a command of its own: each
// line is given to a shell, which may only see words.
func TestNothingEscapesFromACommand(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	for name, s := range map[string]publish.Subject{
		"system":        {System: "x'; touch owned; echo '$(touch owned)`touch owned`\n\ntouch owned\x1b[31m"},
		"repository":    {System: "x", Existing: connector("baton-x", "https://github.com/a/b;touch owned")},
		"query":         {System: "x", Existing: connector("baton-x", "https://github.com/a/b?x=$(touch owned)")},
		"flag":          {System: "x", Existing: connector("--upload-pack=touch owned", "https://github.com/-a/-b")},
		"host":          {System: "x", Existing: connector("baton-x", "https://$(touch owned)/a/b")},
		"program":       {System: "x", Existing: connector("baton-x", "ext::sh -c touch% owned")},
		"name and org":  {System: "x", Org: "$(touch owned)", Existing: connector("$(touch owned)", "")},
		"other scripts": {System: "接続 ünï"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, p := range publish.DefaultGuide().Paths(s) {
				for _, command := range p.Commands {
					assert.NotContains(t, command, "\x1b")
					assert.NotContains(t, command, "\n")
					for _, part := range strings.Split(command, " > ")[:1] {
						// Every program of the lines is a function that does nothing.
						script := "gh() { :; }; git() { :; }; go() { echo x; }; make() { :; }; golangci-lint() { :; }; registrar() { :; }; cd() { :; }\n"
						if strings.HasPrefix(part, "./dist/") {
							continue
						}
						cmd := exec.CommandContext(t.Context(), shell, "-c", strings.ReplaceAll(script, "golangci-lint() { :; }; ", "")+strings.Replace(part, "golangci-lint", ":", 1))
						cmd.Dir = dir
						out, err := cmd.CombinedOutput()
						require.NoError(t, err, "%s: %s", part, out)
					}
				}
			}
			assert.NoFileExists(t, dir+"/owned")
		})
	}
}

func TestTheGuideIsConfiguration(t *testing.T) {
	t.Parallel()
	guide := publish.DefaultGuide()
	guide.Official, guide.SDK, guide.SDKGuide = "C1", "c1/sdk", "https://docs.example.org/sdk"
	guide.Texts = map[publish.PathID]publish.PathText{publish.PathOwn: {Title: "Yours, {org}", Commands: []string{"make publish NAME={name}"}}}
	paths := guide.Paths(publish.Subject{System: "okta", Org: "acme"})
	assert.Equal(t, "Open source under C1", pathOf(t, paths, publish.PathOfficial).Title)
	assert.Contains(t, pathOf(t, paths, publish.PathOfficial).Commands[0], "--repo c1/sdk")
	own := pathOf(t, paths, publish.PathOwn)
	assert.Equal(t, "Yours, acme", own.Title)
	assert.Equal(t, []string{"make publish NAME=baton-okta"}, own.Commands)
	assert.Contains(t, own.Needs, "the SDK guide: https://docs.example.org/sdk", "what is not configured stays")
}

func TestSearch(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	guide := publish.DefaultGuide()
	empty, err := publish.FindExisting(t.Context(), b.client, "okta")
	require.NoError(t, err)
	assert.Empty(t, empty.Found)
	assert.Equal(t, "This registry knows no connectors, so it cannot tell whether there is one for okta; the Hub may know more", empty.Summary(guide))
	guide.Hub = "https://hub.example.org"
	assert.Contains(t, empty.Summary(guide), "look on the Hub, too: https://hub.example.org")

	for _, rq := range []*registryv1.CreateConnectorRequest{
		{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-okta"}, Description: "Users of Okta."},
		{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-google-workspace"}, DisplayName: "Google Workspace", Aliases: []string{"gsuite"}},
		{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-google-cloud"}},
		{Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-salesforce"}, Description: strings.Repeat("words ", 60) + "also for MuleSoft."},
		{Ref: &registryv1.ConnectorRef{Org: "umbrella", Name: "okta"}, DisplayName: "Okta of Umbrella"},
	} {
		_, err := b.client.Registry.CreateConnector(t.Context(), rq)
		require.NoError(t, err)
	}
	for system, want := range map[string][]string{
		"okta":             {"acme/baton-okta the same name", "umbrella/okta the same name"},
		"Baton-Okta":       {"acme/baton-okta the same name", "umbrella/okta the same name"},
		"okat":             {"acme/baton-okta spelled alike", "umbrella/okta spelled alike"},
		"googleworkspace":  {"acme/baton-google-workspace the same name"},
		"G Suite":          {"acme/baton-google-workspace alias gsuite"},
		"google":           {"acme/baton-google-cloud a part of the name is the same", "acme/baton-google-workspace a part of the name is the same"},
		"salesfroce":       {"acme/baton-salesforce spelled alike"},
		"mulesoft":         {"acme/baton-salesforce its description names it"},
		"words":            {"acme/baton-salesforce its description names it"},
		"Workday":          nil,
		"???":              nil,
		"o":                nil,
		"google workspase": {"acme/baton-google-workspace spelled alike"},
	} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			found, err := publish.FindExisting(t.Context(), b.client, system)
			require.NoError(t, err)
			assert.Equal(t, 5, found.Examined)
			var got []string
			for _, e := range found.Found {
				got = append(got, e.Connector.GetRef().GetOrg()+"/"+e.Connector.GetRef().GetName()+" "+e.How)
			}
			assert.Equal(t, want, got)
			summary := found.Summary(publish.DefaultGuide())
			assert.NotContains(t, strings.ToLower(summary), "none exists")
			assert.NotContains(t, strings.ToLower(summary), "there is no")
		})
	}
}

func FuzzPaths(f *testing.F) {
	f.Add("Google Workspace", "acme", "baton-x", "https://github.com/a/b.git")
	f.Add("'\n$(x)", "-", "--x", "https://[::1]:x/a/b")
	f.Fuzz(func(t *testing.T, system, org, name, repository string) {
		s := publish.Subject{System: system, Org: org, Existing: connector(name, repository)}
		for _, p := range publish.DefaultGuide().Paths(s) {
			for _, command := range p.Commands {
				if strings.ContainsAny(command, "\n\r\x1b") {
					t.Fatalf("%q", command)
				}
			}
		}
	})
}

// A project goes on with the connector that it is; another one for the same
// system is not its own.
func TestTheSuggestedPath(t *testing.T) {
	t.Parallel()
	okta := connector("baton-okta", "")
	mine := publish.Ref{Org: "acme", Name: "Okta"}
	for name, c := range map[string]struct {
		subject publish.Subject
		want    publish.PathID
	}{
		"nothing known":         {publish.Subject{System: "okta"}, ""},
		"there is one":          {publish.Subject{System: "okta", Existing: okta}, publish.PathUpstream},
		"its own":               {publish.Subject{System: "okta", Existing: okta, Mine: mine}, publish.PathOwn},
		"somebody else's":       {publish.Subject{System: "okta", Existing: okta, Mine: publish.Ref{Org: "other", Name: "baton-okta"}}, publish.PathUpstream},
		"new":                   {publish.Subject{System: "okta", Mine: mine}, publish.PathOwn},
		"new, in the official":  {publish.Subject{System: "okta", Mine: publish.Ref{Org: "conductorone", Name: "baton-okta"}}, publish.PathOfficial},
		"its own, the official": {publish.Subject{Existing: &registryv1.Connector{Ref: &registryv1.ConnectorRef{Org: "ConductorOne", Name: "baton-okta"}}, Mine: publish.Ref{Org: "conductorone", Name: "baton-okta"}}, publish.PathOfficial},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, p := range publish.DefaultGuide().Paths(c.subject) {
				assert.Equal(t, p.ID == c.want, p.Suggested, p.ID)
			}
		})
	}
	assert.Equal(t, "Connector for Okta\n\nTarget system: Okta. API documentation: LINK. Use case: WHAT IT IS FOR, AND FOR WHOM. Code: LINK.\n", publish.IssueText("Okta\n"))
}
