package triage

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// connector is a catalogue that knows one.
func connector(deprecation *registryv1.Deprecation) *catalog.Catalog {
	c := catalog.New()
	c.AddConnectors([]*registryv1.Connector{{Ref: &registryv1.ConnectorRef{Org: v.Org, Name: v.Name}, Id: 1, Stable: "v1.0.0", Deprecation: deprecation}})
	return c
}

var ask = action.AskDeprecate{Org: v.Org, Name: v.Name}

func TestDeprecateNeedsAReason(t *testing.T) {
	t.Parallel()
	d := NewDeprecate(connector(nil), ask)
	seen(t, d)
	assert.Contains(t, text(d), "Deprecate baton-sample?")
	assert.Contains(t, text(d), "Its versions stay as they are, and downloads go on.")
	assert.Equal(t, "say why", d.incomplete())
	press(d, "tab", "the API it reads is gone", "tab", "acme/baton-better")
	assert.Contains(t, text(d), "they are pointed to acme/baton-better.")
	next := press(d, "tab", "enter")
	assert.Equal(t, action.Deprecate{Org: v.Org, Name: v.Name, Reason: "the API it reads is gone", Replacement: "acme/baton-better"}, next)
	assert.Nil(t, press(d, "enter"), "once is enough")

	next, _ = d.Handle(catalog.Done{ID: DeprecateTask(v.Org, v.Name), Err: &client.Error{Message: "acme/baton-better does not exist", Next: "name another one"}})
	assert.Nil(t, next)
	assert.Contains(t, text(d), "acme/baton-better does not exist. Next: name another one.")
	assert.IsType(t, action.Deprecate{}, press(d, "tab", "tab", "tab", "enter"), "it can be sent again")
	next, _ = d.Handle(catalog.Done{ID: DeprecateTask(v.Org, v.Name)})
	assert.Equal(t, action.Back{}, next)
}

func TestUndeprecate(t *testing.T) {
	t.Parallel()
	d := NewDeprecate(connector(&registryv1.Deprecation{Reason: "the API it reads is gone"}), ask)
	seen(t, d)
	assert.Contains(t, text(d), "Take back the deprecation of baton-sample?")
	assert.Contains(t, text(d), "the API it reads is gone")
	assert.Equal(t, action.Deprecate{Org: v.Org, Name: v.Name, Undo: true}, press(d, "tab", "enter"))
}

// Who was faster is named; what happens to a version of the connector is none
// of this.
func TestDeprecationOvertaken(t *testing.T) {
	t.Parallel()
	d := NewDeprecate(connector(nil), ask)
	seen(t, d)
	press(d, "tab", "gone")
	d.Handle(changed(registryv1.EventKind_EVENT_KIND_VERSION_YANKED, v.Number, registryv1.State_STATE_YANKED))
	assert.Empty(t, d.moved)
	d.Handle(changed(registryv1.EventKind_EVENT_KIND_CONNECTOR_DEPRECATED, "", registryv1.State_STATE_UNSPECIFIED))
	assert.Contains(t, text(d), "juno deprecated this connector at 2026-08-22 12:04:07 UTC; your answer was")
	assert.NotEmpty(t, d.incomplete())
	assert.Equal(t, action.Back{}, press(d, "esc"))
}
