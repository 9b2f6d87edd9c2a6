package wizard

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/registrytest"
	"github.com/registrar-console/registrar/tui/action"
)

// registryWith is a real registry that knows connectors.
func registryWith(t *testing.T, connectors ...*registryv1.CreateConnectorRequest) *client.Client {
	t.Helper()
	s := registrytest.Start(t)
	c, err := client.Open(client.Memory("hub.example.org", s.Dial).WithToken(s.Token(t, "mara", registryv1.Role_ROLE_MAINTAINER)), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	for _, each := range connectors {
		_, err := c.Registry.CreateConnector(t.Context(), each)
		require.NoError(t, err)
	}
	return c
}

func create(org, name, description string, aliases ...string) *registryv1.CreateConnectorRequest {
	return &registryv1.CreateConnectorRequest{Ref: &registryv1.ConnectorRef{Org: org, Name: name}, Description: description, Aliases: aliases}
}

// path is the first step.
func path(s *Publish) *pathStep { return s.steps[atPath].(*pathStep) }

// Who publishes each week presses enter once: the project says what it is for,
// and that it is the connector that is there already.
func TestThePathOfAConnectorThatIsThere(t *testing.T) {
	t.Parallel()
	calls := registryWith(t, create("acme", "baton-widget", "Theirs."), create("mara", "baton-widget", "Mine."))
	s := early(folder(t, scaffold()))
	settle(t, s, calls, s.enter(atPath))
	p := path(s)
	assert.Equal(t, "widget", p.typed())
	assert.False(t, s.Typing(), "there is nothing to type")
	assert.Equal(t, publish.PathOwn, p.chosen().ID)
	assert.True(t, p.chosen().Suggested)
	text := shown(s, 120, 30)
	assert.True(t, text.Contains("mara/baton-widget is the connector of this project."), text.Text())
	keys(t, s, calls, "enter")
	assert.Equal(t, atProject, s.at)
	assert.Equal(t, "widget", s.answers.System)
	assert.Equal(t, publish.PathOwn, s.answers.Path)
}

// A newcomer types a system, sees at once what there is, and is kept from
// going on with a way that ends here.
func TestThePathOfANewcomer(t *testing.T) {
	t.Parallel()
	calls := registryWith(t, create("ConductorOne", "baton-okta", "Okta.", "okta-workforce"), create("acme", "baton-jira", "Jira."))
	s := early("")
	settle(t, s, calls, s.enter(atPath))
	p := path(s)
	require.True(t, s.Typing())
	keys(t, s, calls, "Okt")
	assert.Nil(t, p.found.Best())
	assert.Len(t, p.found.Found, 1, "a part of the name is the same")
	keys(t, s, calls, "a")
	assert.Equal(t, "ConductorOne", p.found.Best().GetRef().GetOrg())
	assert.Equal(t, publish.PathUpstream, p.chosen().ID)
	assert.Equal(t, "Okta", p.system.Value())

	keys(t, s, calls, "enter")
	assert.Equal(t, atPath, s.at, "one looks at the ways first")
	require.False(t, s.Typing())
	assert.Equal(t, "until you choose another way: this one ends here", off(t, s, "enter"))
	s.Handle(action.Turn{By: 1})
	assert.Equal(t, atPath, s.at)
	copied := keys(t, s, calls, "1")
	assert.Equal(t, "gh repo fork ConductorOne/baton-okta --clone", copied.(action.Copy).Text)
	assert.NotEmpty(t, off(t, s, "h"))

	keys(t, s, calls, "down", "down")
	require.Equal(t, publish.PathOfficial, p.chosen().ID)
	assert.Equal(t, publish.IssueText("Okta"), keys(t, s, calls, "h").(action.Copy).Text)
	keys(t, s, calls, "down", "down")
	assert.Equal(t, publish.PathInternal, p.chosen().ID)
	assert.NotEmpty(t, off(t, s, "enter"))
	keys(t, s, calls, "up", "enter")
	assert.Equal(t, atProject, s.at)
	assert.Equal(t, publish.PathOwn, s.answers.Path)
	s.Handle(action.Turn{By: -1})
	settle(t, s, calls, s.enter(atPath))
	assert.Equal(t, publish.PathOwn, p.chosen().ID, "the answer stays")
}

// An empty registry never says that there is no connector.
func TestAnEmptyRegistryKnowsNoConnectors(t *testing.T) {
	t.Parallel()
	calls := registryWith(t)
	s := early("")
	settle(t, s, calls, s.enter(atPath))
	keys(t, s, calls, "okta", "enter")
	text := shown(s, 120, 30)
	assert.True(t, text.Contains("This registry knows no connectors"), text.Text())
	assert.Equal(t, publish.PathOwn, path(s).chosen().ID)
}

// What comes late, or about something else, changes nothing.
func TestALateSearchIsDropped(t *testing.T) {
	t.Parallel()
	s := early("")
	first := s.enter(atPath).(action.Ask).Question.(lookForSystem)
	next, _ := s.Handle(tea.KeyPressMsg{Code: 'o', Text: "o"})
	assert.Nil(t, next, "one question at a time")
	next, _ = s.Handle(systemFound{about: first.system, known: &publish.Known{}})
	assert.Equal(t, "o", next.(action.Ask).Question.(lookForSystem).system)
	s.Handle(systemFound{about: "other", known: &publish.Known{}, found: publish.Search{Examined: 7}})
	assert.Zero(t, path(s).found.Examined)
}

// A registry that does not answer keeps nobody from the ways.
func TestThePathWithoutARegistry(t *testing.T) {
	t.Parallel()
	s := early("")
	s.enter(atPath)
	s.Handle(systemFound{about: "", err: &client.Error{Message: "hub.example.org does not answer"}})
	text := shown(s, 120, 30)
	assert.True(t, text.Contains("could not be looked up"), text.Text())
	assert.Len(t, path(s).paths, 5)
	assert.Nil(t, s.steps[atPath].handle(systemFound{about: ""}))
}

// pathPages are the first step in its situations.
func pathPages() map[string]func(s *Publish) {
	hostile := "Two\x1b[31m lines\n\u202eand more"
	okta := &registryv1.Connector{Ref: &registryv1.ConnectorRef{Org: "ConductorOne", Name: "baton-okta"}, Stable: "v0.5.25", Description: hostile, Aliases: []string{"okta-workforce"}}
	aws := &registryv1.Connector{Ref: &registryv1.ConnectorRef{Org: "ConductorOne", Name: "baton-okta-aws-federation"}, Latest: "v0.3.30", Description: "AWS through Okta", Deprecation: &registryv1.Deprecation{Reason: "old"}}
	found := publish.Search{System: "okta", Examined: 274, Found: []publish.Existing{{Connector: okta, How: "the same name", Exact: true}, {Connector: aws, How: "a part of the name is the same"}}}
	answer := func(s *Publish, system string, a systemFound) {
		s.answers.System = system
		s.enter(atPath)
		a.about, a.known = system, &publish.Known{}
		s.Handle(a)
	}
	return map[string]func(s *Publish){
		"path":          func(s *Publish) { s.enter(atPath) },
		"path-existing": func(s *Publish) { answer(s, "okta", systemFound{found: found}) },
		"path-own": func(s *Publish) {
			answer(s, "okta", systemFound{found: found, mine: publish.Ref{Org: "conductorone", Name: "okta"}})
		},
		"path-official": func(s *Publish) {
			answer(s, "Coupa", systemFound{found: publish.Search{System: "Coupa", Examined: 274}})
			path(s).choose(2)
			path(s).at = atText
		},
		"path-refused": func(s *Publish) {
			answer(s, "", systemFound{err: &client.Error{Message: "hub.example.org does not answer", Next: "try again"}})
		},
	}
}

func TestPathScreens(t *testing.T) {
	t.Parallel()
	for name, prepare := range pathPages() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pageTest(t, name, func() *Publish {
				s := early("/home/mara/baton-coupa")
				prepare(s)
				return s
			})
		})
	}
}
