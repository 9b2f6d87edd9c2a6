package artifact_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/artifact"
)

// shared finds the real files that tests may read, or skips the test.
func shared(t *testing.T, elements ...string) string {
	t.Helper()
	root := os.Getenv("REGISTRAR_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	path := filepath.Join(append([]string{root}, elements...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the real files are not there: %v", err)
		}
		t.Skipf("the real files are not there: %v", err)
	}
	return path
}

func TestTheCapabilitiesOfRealConnectors(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct{ types, syncing int }{
		"baton-demo": {4, 4}, "baton-github": {4, 4}, "baton-okta": {9, 9},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(shared(t, "data", "connectors", name, "baton_capabilities.json"))
			require.NoError(t, err)
			c, err := artifact.ParseCapabilities(data)
			require.NoError(t, err)
			assert.Empty(t, c.Warnings)
			assert.Len(t, c.ResourceTypes, want.types)
			assert.Len(t, c.Syncing(), want.syncing)
			for _, r := range c.ResourceTypes {
				assert.NotEmpty(t, r.ID)
				assert.NotEmpty(t, r.Capabilities)
			}
		})
	}
}

func TestTheCapabilitiesOfTheSample(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "connector", "baton_capabilities.json"))
	require.NoError(t, err)
	c, err := artifact.ParseCapabilities(data)
	require.NoError(t, err)
	assert.Equal(t, []string{"user", "group", "role"}, c.Syncing())
	assert.Equal(t, artifact.ResourceType{
		ID: "role", DisplayName: "Role", Traits: []string{"TRAIT_ROLE"},
		Capabilities: []string{"CAPABILITY_SYNC"}, Permissions: []string{"directory.read"},
	}, c.ResourceTypes[2])
}

func TestOddCapabilitiesAreWarnings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		doc     string
		syncing int
		warning string
	}{
		"a new capability":    {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a"},"capabilities":["CAPABILITY_SYNC","CAPABILITY_FLY"]}]}`, 1, `unknown capability "CAPABILITY_FLY"`},
		"of the connector":    {`{"resourceTypeCapabilities":[],"connectorCapabilities":["CAPABILITY_\u001b[2J"]}`, 0, "the connector has the unknown capability"},
		"unknown fields":      {`{"@type":"x","new":{},"resourceTypeCapabilities":[{"resourceType":{"id":"a","new":1},"capabilities":["CAPABILITY_SYNC"],"new":[]}]}`, 1, ""},
		"a byte order mark":   {"\xef\xbb\xbf" + `{"resourceTypeCapabilities":[]}`, 0, ""},
		"traits as a number":  {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a","traits":1},"capabilities":["CAPABILITY_SYNC"]}]}`, 1, "traits: not a list"},
		"a type as a number":  {`{"resourceTypeCapabilities":[7,{"resourceType":{"id":"a"},"capabilities":["CAPABILITY_SYNC"]}]}`, 1, "resource type 1 cannot be read"},
		"a type without id":   {`{"resourceTypeCapabilities":[{"capabilities":["CAPABILITY_SYNC"]}]}`, 0, "has no id"},
		"a type twice":        {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a"}},{"resourceType":{"id":"a"},"capabilities":["CAPABILITY_SYNC"]}]}`, 0, "listed twice"},
		"other permissions":   {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a"},"permissions":[1]}]}`, 0, "permissions cannot be read"},
		"provisions only":     {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a"},"capabilities":["CAPABILITY_PROVISION"]}]}`, 0, ""},
		"very many traits":    {`{"resourceTypeCapabilities":[{"resourceType":{"id":"a","traits":["x"` + strings.Repeat(`,"x"`, 200) + `]}}]}`, 0, "only the first 100 of 201"},
		"nothing that counts": {`{}`, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := artifact.ParseCapabilities([]byte(c.doc))
			require.NoError(t, err)
			assert.Len(t, got.Syncing(), c.syncing)
			if c.warning == "" {
				assert.Empty(t, got.Warnings)
				return
			}
			require.Len(t, got.Warnings, 1)
			assert.Contains(t, got.Warnings[0], c.warning)
			assertPrintable(t, got.Warnings[0])
		})
	}
}

func TestCapabilitiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ doc, want string }{
		"empty":            {"", "not the JSON"},
		"a list":           {"[]", "not the JSON"},
		"types no list":    {`{"resourceTypeCapabilities":{}}`, "not the JSON"},
		"cut off":          {`{"resourceTypeCapabilities":[`, "not the JSON"},
		"two documents":    {`{} {}`, "something follows"},
		"too long":         {strings.Repeat(" ", artifact.MaxCapabilities+1), "bytes"},
		"deep":             {strings.Repeat(`{"a":`, 20_000), "not the JSON"},
		"very many types":  {`{"resourceTypeCapabilities":[0` + strings.Repeat(",0", 1000) + `]}`, "1001 resource types"},
		"control in error": {"{\x1b", "not the JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := artifact.ParseCapabilities([]byte(c.doc))
			require.ErrorContains(t, err, c.want)
			var wrong *artifact.InvalidError
			require.ErrorAs(t, err, &wrong)
			assertPrintable(t, err.Error())
		})
	}
}

func FuzzCapabilities(f *testing.F) {
	for _, s := range []string{
		`{"resourceTypeCapabilities":[{"resourceType":{"id":"a","traits":["T"]},"capabilities":["CAPABILITY_SYNC"],"permissions":{"permissions":[{"permission":"p"}]}}]}`,
		`{"connectorCapabilities":["CAPABILITY_X"]}`, `[]`, "", `{"resourceTypeCapabilities":[null,1,{}]}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := artifact.ParseCapabilities(data)
		if err != nil {
			assertPrintable(t, err.Error())
			return
		}
		for _, s := range append(c.Warnings, fmt.Sprint(c.ResourceTypes, c.Connector)) {
			for _, r := range s {
				if r == 0x1b || r == 0 {
					t.Fatalf("%q holds a control character", s)
				}
			}
		}
		if len(c.Syncing()) > len(c.ResourceTypes) {
			t.Fatal("more types sync than there are")
		}
	})
}
