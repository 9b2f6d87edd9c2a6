package publish_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/publish"
)

// able is a connector with resource types, each with capabilities.
func able(types map[string][]string, connector ...string) artifact.Capabilities {
	c := artifact.Capabilities{Connector: connector}
	for _, id := range []string{"user", "group", "role"} {
		if list, has := types[id]; has {
			c.ResourceTypes = append(c.ResourceTypes, artifact.ResourceType{ID: id, Capabilities: list})
		}
	}
	return c
}

func TestChanges(t *testing.T) {
	t.Parallel()
	sync, provision := []string{"SYNC"}, []string{"SYNC", "PROVISION"}
	permitted := able(map[string][]string{"user": sync})
	permitted.ResourceTypes[0].Permissions = []string{"users.read"}
	trait := able(map[string][]string{"user": sync})
	trait.ResourceTypes[0].Traits = []string{"TRAIT_USER"}
	for name, c := range map[string]struct {
		before, after artifact.Capabilities
		want          []string
	}{
		"nothing":              {able(map[string][]string{"user": sync}), able(map[string][]string{"user": sync}), nil},
		"type removed":         {able(map[string][]string{"user": sync, "group": sync}), able(map[string][]string{"user": sync}), []string{"major: resource type group is removed"}},
		"type new":             {able(map[string][]string{"user": sync}), able(map[string][]string{"user": sync, "role": sync}), []string{"minor: resource type role is new"}},
		"capability removed":   {able(map[string][]string{"user": provision}), able(map[string][]string{"user": sync}), []string{"major: capability PROVISION of resource type user is removed"}},
		"capability new":       {able(map[string][]string{"user": sync}), able(map[string][]string{"user": provision}), []string{"minor: capability PROVISION of resource type user is new"}},
		"largest first":        {able(map[string][]string{"user": sync, "group": provision}), able(map[string][]string{"user": provision, "group": sync}), []string{"major: capability PROVISION of resource type group is removed", "minor: capability PROVISION of resource type user is new"}},
		"of the connector":     {able(nil, "A", "B"), able(nil, "B", "C"), []string{"major: capability A of the connector is removed", "minor: capability C of the connector is new"}},
		"older file":           {able(nil), able(nil, "A"), nil},
		"permission":           {able(map[string][]string{"user": sync}), permitted, []string{"minor: permission users.read of resource type user is needed now"}},
		"permission is spared": {permitted, able(map[string][]string{"user": sync}), nil},
		"trait removed":        {trait, able(map[string][]string{"user": sync}), []string{"major: trait TRAIT_USER of resource type user is removed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, change := range publish.Changes(c.before, c.after) {
				got = append(got, change.Size.String()+": "+change.Text)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestNumberChoices(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		taken string
		size  publish.Size
		want  string
	}{
		"first":               {"", publish.SizePatch, "major v1.0.0, minor v0.1.0*"},
		"patch":               {"v1.2.3 v1.2.2", publish.SizePatch, "major v2.0.0, minor v1.3.0, patch v1.2.4*"},
		"minor":               {"v1.2.3", publish.SizeMinor, "major v2.0.0, minor v1.3.0*, patch v1.2.4"},
		"major":               {"v1.2.3", publish.SizeMajor, "major v2.0.0*, minor v1.3.0, patch v1.2.4"},
		"a break before v1":   {"v0.4.1", publish.SizeMajor, "major v1.0.0, minor v0.5.0*, patch v0.4.2"},
		"a fix before v1":     {"v0.4.1", publish.SizePatch, "major v1.0.0, minor v0.5.0, patch v0.4.2*"},
		"order is not by age": {"v1.10.0 v1.9.0", publish.SizeMinor, "major v2.0.0, minor v1.11.0*, patch v1.10.1"},
		"a pre-release":       {"v1.2.0 v2.0.0-rc.9", publish.SizeMajor, "release v2.0.0, pre-release v2.0.0-rc.10*"},
		"larger than 64 bits": {"v1.99999999999999999999.0", publish.SizeMinor, "major v2.0.0, minor v1.100000000000000000000.0*, patch v1.99999999999999999999.1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var taken []artifact.Number
			for text := range strings.FieldsSeq(c.taken) {
				taken = append(taken, artifact.MustNumber(text))
			}
			var got []string
			for _, choice := range publish.NumberChoices(taken, []publish.Change{{Size: c.size}}) {
				assert.NotEmpty(t, choice.When)
				line := choice.Kind + " " + choice.Number.String()
				if choice.Proposed {
					line += "*"
				}
				got = append(got, line)
			}
			assert.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
	long := artifact.MustNumber("v" + strings.Repeat("9", 123) + ".0.0")
	for _, choice := range publish.NumberChoices([]artifact.Number{long}, nil) {
		_, err := artifact.ParseNumber(choice.Number.String())
		assert.NoError(t, err)
	}
}
