package tui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// documented is a version with its documents: each has some of what the one
// before it had.
func documented(number string) *registryv1.Version {
	v := whole(number)
	resources := []string{"user", "group", "role", "app", "custom-role", "resource-set", "api-token"}
	fields := []string{
		`{"name":"domain","isRequired":true,"stringField":{}}`, `{"name":"api-token","isRequired":true,"isSecret":true,"stringField":{}}`,
		`{"name":"sync-secrets","boolField":{}}`,
	}
	size, sdk := `{"name":"page-size","intField":{"defaultValue":"100"}}`, "v0.9.3"
	usage := "baton-okta --domain acme.okta.com"
	switch number {
	case "v0.5.26", "v0.5.27-rc.1":
		resources = append(resources, "device")
		size, sdk = `{"name":"page-size","intField":{"defaultValue":"200"}}`, "v0.9.4"
		usage += "\nbaton-okta --page-size 200"
		for i, a := range v.GetAssets() {
			if a.GetFacts() == nil {
				continue
			}
			a.GetFacts().Dependencies = append(a.GetFacts().Dependencies, &registryv1.Module{Path: "golang.org/x/time", Version: "v0.15.0"})
			if i == 4 {
				a.SizeBytes += a.GetSizeBytes() / 12
			}
		}
	default:
		fields = append(fields, `{"name":"cache-ttl","intField":{}}`)
		for _, a := range v.GetAssets() {
			if a.GetFacts() != nil {
				a.GetFacts().GoVersion = "go1.26.6"
			}
			a.SizeBytes -= a.GetSizeBytes() / 250
		}
	}
	for _, a := range v.GetAssets() {
		for _, m := range a.GetFacts().GetDependencies() {
			if strings.HasSuffix(m.GetPath(), "/baton-sdk") {
				m.Version = sdk
			}
		}
	}
	if number == "v0.5.27-rc.1" {
		resources, fields = append(resources, "device-assurance"), fields[:2]
	}
	types := make([]string, len(resources))
	for i, each := range resources {
		types[i] = `{"resourceType":{"id":"` + each + `","displayName":"` + each + `"},"capabilities":["CAPABILITY_SYNC","CAPABILITY_TARGETED_SYNC"],` +
			`"permissions":{"permissions":[{"permission":"okta.` + strings.ReplaceAll(each, "-", "") + `s.read"}]}}`
	}
	v.Capabilities = `{"resourceTypeCapabilities":[` + strings.Join(types, ",") + `]}`
	v.ConfigSchema = `{"fields":[` + strings.Join(append(fields, size), ",") + `]}`
	v.Documentation = "# baton-okta\n\n## Usage\n\n" + usage + "\n\n## Permissions\n\nSee above.\n"
	return v
}

// contrasted answers the question what changed in a version, whichever number
// that question has.
func (a *App) contrasted(old, recent *registryv1.Version) {
	from, to := old.GetSummary().GetRef(), recent.GetSummary().GetRef()
	for asked := 1; asked < 6; asked++ {
		a.Update(catalog.Contrasted{
			Org: to.GetOrg(), Name: to.GetName(), Old: from.GetVersion(), New: to.GetVersion(), Asked: asked, Report: diff.Compare(old, recent),
		})
	}
}

// since answers what changed since the version before.
func (a *App) since(number string) {
	if before, known := a.catalog.Before(catalog.Home(okta.Org, okta.Name), number); known {
		a.contrasted(documented(before.Number), documented(number))
	}
}

func versionAt(number string) action.Version {
	v := okta
	v.Number = number
	return v
}

// compare opens the page about two versions; change makes them the ones that
// a test is about.
func (a *App) compare(old, recent string, change func(old, recent *registryv1.Version)) {
	a.do(action.Compare{Old: versionAt(old), New: versionAt(recent)})
	from, to := documented(old), documented(recent)
	if change != nil {
		change(from, to)
	}
	a.contrasted(from, to)
}

// comparePages are the pages on which two versions are compared.
func comparePages() map[string]func(a *App) {
	return map[string]func(a *App){
		"compare":         func(a *App) { a.compare("v0.5.25", "v0.5.26", nil) },
		"compare-same":    func(a *App) { a.compare("v0.5.22", "v0.5.10", nil) },
		"compare-loading": func(a *App) { a.do(action.Compare{Old: versionAt("v0.5.25"), New: okta}) },
		"compare-failed": func(a *App) {
			a.do(action.Compare{Old: versionAt("v0.5.25"), New: okta})
			a.Update(catalog.Contrasted{Org: okta.Org, Name: okta.Name, Old: "v0.5.25", New: "v0.5.26", Asked: 1, Err: errors.New("acme/baton-okta has no version v0.5.25")})
		},
		"compare-below": func(a *App) {
			a.compare("v0.5.25", "v0.5.26", nil)
			a.screen()
			a.do(action.Edge{Last: true})
		},
		"compare-absent": func(a *App) {
			a.compare("v0.5.10", "v0.5.26", func(old, _ *registryv1.Version) {
				old.Capabilities, old.ConfigSchema, old.Documentation, old.License, old.Assets = "", "", "", "", nil
			})
		},
		"compare-hostile": func(a *App) {
			a.compare("v0.5.25", "v0.5.26", func(_, recent *registryv1.Version) {
				recent.License, recent.Documentation = nasty[:2000], nasty
				recent.Capabilities = `{"resourceTypeCapabilities":[{"resourceType":{"id":"\u001b]0;owned\u0007\u202eturned ` + strings.Repeat("long ", 60) + `"}}]}`
				recent.ConfigSchema = `{"fields":[{"name":"` + strings.Repeat("x", 150) + `","isRequired":true,"stringField":{"defaultValue":"` + strings.Repeat("y", 190) + `"}}]}`
			})
		},
		"connectors-news": func(a *App) {
			a.rest()
			a.since("v0.5.27-rc.1")
		},
		"connectors-news-unknown": func(a *App) {
			a.rest()
			a.contrasted(whole("v0.5.26"), &registryv1.Version{Summary: whole("v0.5.27-rc.1").GetSummary(), License: "Apache-2.0"})
		},
		"connectors-news-loading": func(a *App) { a.rest() },
		"version-since-loading": func(a *App) {
			a.do(action.OpenVersion{Version: okta})
			a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: okta.Number, Asked: 1, Version: documented(okta.Number)})
		},
	}
}

// rest lets the cursor of the list of connectors come to rest. On a narrow
// screen nothing waits for that.
func (a *App) rest() {
	a.screen()
	_, cmd := a.Update(catalog.Changed{})
	if cmd != nil {
		a.Update(cmd())
	}
}

// enters presses a key of text.
func (a *App) enters(key string) {
	a.Update(tea.KeyPressMsg{Text: key, Code: rune(key[0])})
}

// The list compares the row under the cursor with the PUBLISHED one before it,
// and says why it cannot.
func TestComparingFromTheList(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	assert.Empty(t, a.off("version.compare"))
	a.do(action.Edge{Last: true})
	assert.Equal(t, "no PUBLISHED version is lower than v0.5.10", a.off("version.compare"))
	a.enters("=")
	assert.Equal(t, "compare: no PUBLISHED version is lower than v0.5.10", a.toast.text)

	// Between v0.5.24 and v0.5.22 one is YANKED.
	a.do(action.Move{By: -4})
	assert.Contains(t, a.text(), "▐   v0.5.24")
	a.enters("=")
	assert.Contains(t, a.text(), "ConductorOne/baton-okta › v0.5.22 -> v0.5.24")

	// The list of all versions knows what its own rows are.
	a.do(action.Go{To: action.Versions})
	a.do(action.SetFilter{Text: "v0.5.26"})
	a.enters("=")
	assert.Contains(t, a.text(), "Versions › ConductorOne/baton-okta › v0.5.25 -> v0.5.26")
}

// The page of a version compares with the PUBLISHED one before it, reads that
// at once, and follows to its neighbours.
func TestComparingFromTheVersion(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	assert.Contains(t, a.text(), "What changed since v0.5.25")
	assert.Contains(t, a.text(), "permission     okta.devices.read !")
	assert.Contains(t, a.text(), "= same license, same platforms")
	a.enters("]")
	assert.NotContains(t, a.text(), "What changed")
	v := documented("v0.5.25")
	a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: "v0.5.25", Asked: 2, Version: v})
	assert.Contains(t, a.text(), "What changed since v0.5.24")
	assert.NotContains(t, a.text(), "permission     okta.devices.read")
	a.since("v0.5.25")
	assert.Contains(t, a.text(), "verdict ")
	a.enters("=")
	assert.Contains(t, a.text(), "v0.5.24 -> v0.5.25")
	a.do(action.Back{})

	a.open("v0.5.10")
	assert.NotContains(t, a.text(), "What changed")
	assert.Equal(t, "no PUBLISHED version is lower than v0.5.10", a.off("version.compare"))
}

// The version before may be yanked while one looks: then it is another one.
func TestTheVersionBeforeIsYanked(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	yanked := versions()[2]
	yanked.State, yanked.Revision = registryv1.State_STATE_YANKED, yanked.GetRevision()+1
	a.changed(batch{events: []*registryv1.Change{{
		Event:   &registryv1.Event{Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "juno", Org: okta.Org, Name: okta.Name, Version: "v0.5.25"},
		Version: yanked, VersionId: yanked.GetId(),
	}}})
	assert.Contains(t, a.text(), "What changed since v0.5.24")
	assert.NotContains(t, a.text(), "permission     okta.devices.read", "that was about another version")
	a.since("v0.5.26")
	assert.Contains(t, a.text(), "permission     okta.devices.read")
}

func TestTheComparePage(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.compare("v0.5.24", "v0.5.26", nil)
	assert.Contains(t, a.text(), "to think about")
	a.enters("c")
	assert.Equal(t, "Copied registrar compare ConductorOne/baton-okta v0.5.24 v0.5.26.", a.toast.text)

	// [ and ] move the older side, up to the newer one and down to the lowest.
	a.enters("[")
	assert.Contains(t, a.text(), "v0.5.25 -> v0.5.26")
	assert.NotContains(t, a.text(), "okta.devices.read")
	a.contrasted(documented("v0.5.24"), documented("v0.5.26"))
	assert.NotContains(t, a.text(), "okta.devices.read", "that answer was about another pair")
	a.contrasted(documented("v0.5.25"), documented("v0.5.26"))
	assert.Contains(t, a.text(), "okta.devices.read")
	a.enters("[")
	assert.Equal(t, "No version is between v0.5.25 and v0.5.26.", a.toast.text)
	for range 5 {
		a.enters("]")
	}
	assert.Contains(t, a.text(), "v0.5.10 -> v0.5.26")
	a.enters("]")
	assert.Equal(t, "v0.5.10 is the lowest version.", a.toast.text)
	assert.Equal(t, "it is not read yet", a.off("compare.thought"))
}

// n goes from one change that deserves a thought to the next, and begins anew.
func TestGoingThroughWhatDeservesAThought(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.width, a.height = 80, 24
	a.compare("v0.5.25", "v0.5.26", nil)
	a.screen()
	top := func() string { return strings.TrimSpace(strings.Split(a.text(), "\n")[2]) }
	first := top()
	a.enters("n")
	assert.Contains(t, top(), "okta.devices.read")
	a.enters("n")
	assert.Contains(t, top(), "cache-ttl")
	a.do(action.Edge{Last: true})
	a.screen()
	a.enters("n")
	assert.Contains(t, top(), "okta.devices.read")
	a.enters("g")
	assert.Equal(t, first, top())
}

// What cannot be read again stays, and the status row says so.
func TestAComparisonThatCannotBeReadAgain(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.compare("v0.5.25", "v0.5.26", nil)
	for asked := 1; asked < 4; asked++ {
		a.Update(catalog.Contrasted{Org: okta.Org, Name: okta.Name, Old: "v0.5.25", New: "v0.5.26", Asked: asked, Err: errors.New("gone")})
	}
	assert.Contains(t, a.text(), "It could not be read again; ctrl+r tries.")
	assert.Contains(t, a.text(), "okta.devices.read")
	// Once the registry answers again, it is asked again.
	_, cmd := a.Update(catalog.Back{})
	require.NotNil(t, cmd)
}
