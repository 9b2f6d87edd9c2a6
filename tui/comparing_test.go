package tui_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
)

// documents are what lies in a project beside its programs.
type documents map[string]string

// publishesWith brings a version to PUBLISHED with documents of its own.
func publishesWith(t *testing.T, calls *client.Client, name, version string, docs documents) {
	t.Helper()
	dir := project(t, name, version, 20_000)
	for file, text := range docs {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	publishesFrom(t, calls, dir, name, version)
}

// user and device are resource types as capabilities documents list them.
const (
	user   = `{"resourceType":{"id":"user"},"capabilities":["CAPABILITY_SYNC"]}`
	device = `{"resourceType":{"id":"device"},"capabilities":["CAPABILITY_SYNC"],"permissions":{"permissions":[{"permission":"devices.read"}]}}`
)

// Someone who wants to know what is new: at the side of the list, on the page
// of the version, between any two, and with the command for it.
func TestSeeingWhatChanged(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishesWith(t, ines, "baton-sample", "v1.0.0", nil)
	publishesWith(t, ines, "baton-sample", "v1.1.0", documents{
		"baton_capabilities.json": `{"resourceTypeCapabilities":[` + user + `]}`,
		"config_schema.json":      `{"fields":[{"name":"domain","isRequired":true,"stringField":{}},{"name":"cache-ttl","intField":{}}]}`,
		"README.md":               "# Sample\n\n## Permissions\n\nNone.\n",
	})
	publishesWith(t, ines, "baton-sample", "v1.2.0", documents{
		"baton_capabilities.json": `{"resourceTypeCapabilities":[` + user + `,` + device + `]}`,
		"config_schema.json":      `{"fields":[{"name":"domain","isRequired":true,"stringField":{}},{"name":"token","isRequired":true,"isSecret":true,"stringField":{}}]}`,
		"README.md":               "# Sample\n\n## Permissions\n\ndevices.read\n",
	})

	term := console(t, h.connect("mara", maintainer))
	term.Expect("New in v1.2.0").ExpectLine("+ permission devices.read").ExpectLine("+ field token")
	term.Key("enter").Expect("highest first").ExpectLine("v1.2.0", "latest").Expect("= compare")
	term.Key("=").Expect("acme/baton-sample › v1.1.0 -> v1.2.0").Expect("to think about")
	term.ExpectLine("resources", "+ device", "sync").ExpectLine("permissions", "+ devices.read", "asked by device").Expect("! the account needs it before the update")
	term.ExpectLine("+ token", "required, secret, text").Expect("! this secret must be set before the update").ExpectLine("- cache-ttl", "was optional")
	term.ExpectLine("README", "in Permissions").Expect("! what it says about permissions changed")
	term.Key("c").Expect("Copied registrar compare acme/baton-sample v1.1.0 v1.2.0.")

	// One further back there were other documents.
	term.Key("]").Expect("v1.0.0 -> v1.2.0").ExpectLine("config", "? v1.0.0 has no config schema")
	term.Key("]").Expect("v1.0.0 is the lowest version.").Key("[").Expect("v1.1.0 -> v1.2.0").Key("[").Expect("No version is between v1.1.0 and v1.2.0.")

	term.Key("enter").Expect("What changed since v1.1.0").ExpectLine("+ permission", "devices.read !").Key("]").Expect("What changed since v1.0.0")
	term.Key("]").Expect("v1.0.0").ExpectNot("What changed since").Key("=").Expect("compare: no PUBLISHED version is lower than v1.0.0")

	// Any two that are marked, in whichever order; more are not two.
	term.Key("esc").Expect("v1.1.0 -> v1.2.0").Key("esc").Expect("highest first").Key("G", "space", "g", "space").Expect("= compare 2").Key("=").Expect("v1.0.0 -> v1.2.0")
	term.Key("esc").Expect("= compare 2").Key("space").Expect("3 marked").Key("=").Expect("compare: that takes two versions, and 3 are marked")

	// The version before is yanked by somebody else: then it is the one before that.
	term.Key("g", "enter").Expect("What changed since v1.1.0")
	yank(t, ines, "baton-sample", "v1.1.0")
	term.Expect("What changed since v1.0.0").Key("=").Expect("v1.0.0 -> v1.2.0").ExpectLine("from", "v1.0.0", "PUBLISHED")
}

// What changed is read aloud as well.
func TestHearingWhatChanged(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ines := h.connect("ines", publisher)
	publishesWith(t, ines, "baton-sample", "v1.0.0", nil)
	publishesWith(t, ines, "baton-sample", "v1.1.0", documents{"baton_capabilities.json": `{"resourceTypeCapabilities":[` + user + `,` + device + `]}`})
	said := plainly(t, h.connect("mara", maintainer))
	said.Expect("sample").Type("1").Expect("v1.1.0").Type("1").Expect("Overview, tab 1 of ", "What changed since v1.0.0", "+ permission devices.read ! asked by device", "+ resource type device sync")
	said.Type("=").Expect("v1.0.0 -> v1.1.0", "from v1.0.0", "to v1.1.0", "resource type: added, device, sync", "permission: added, devices.read, asked by device ! the account needs it before the update")
	assert.NotContains(t, said.End(), "\x1b")
}
