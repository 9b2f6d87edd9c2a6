package client

import (
	"strings"

	"github.com/registrar-console/registrar/client/filter"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// EventRow lets filters look at an event. The zero value matches no word.
type EventRow struct {
	text                                        string
	org, name, version, author, state, category string
}

var _ filter.Row = EventRow{}

// NewEventRow makes the row of an event, once.
func NewEventRow(e *registryv1.Event) EventRow {
	parts := []string{
		words.Ref(e.GetOrg(), e.GetName(), e.GetVersion()), e.GetPerson(), e.GetReason(),
		registryv1.Short(e.GetKind()), words.Did(e.GetKind()),
	}
	for _, value := range e.GetDetail() {
		parts = append(parts, value)
	}
	return EventRow{
		text: strings.ToLower(strings.Join(parts, " ")),
		org:  strings.ToLower(e.GetOrg()), name: strings.ToLower(e.GetName()), version: strings.ToLower(e.GetVersion()),
		author: strings.ToLower(e.GetPerson()), state: stateAfter(e.GetKind()), category: strings.ReplaceAll(strings.ToLower(e.GetDetail()["category"]), "_", "-"),
	}
}

// Text implements filter.Row.
func (r EventRow) Text() string { return r.text }

// Field implements filter.Row.
func (r EventRow) Field(f registryv1.FilterField) string {
	switch f {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return r.org
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return r.name
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return r.version
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return r.author
	case registryv1.FilterField_FILTER_FIELD_STATE:
		return r.state
	case registryv1.FilterField_FILTER_FIELD_CATEGORY:
		return r.category
	default:
		return ""
	}
}

// stateAfter is the state that a version came to by an event; "" is none.
func stateAfter(kind registryv1.EventKind) string {
	switch kind {
	case registryv1.EventKind_EVENT_KIND_VERSION_CREATED, registryv1.EventKind_EVENT_KIND_VERSION_RETRIED:
		return "pending"
	case registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING:
		return "uploading"
	case registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED:
		return "validating"
	case registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED, registryv1.EventKind_EVENT_KIND_VERSION_UNYANKED:
		return "published"
	case registryv1.EventKind_EVENT_KIND_VERSION_FAILED, registryv1.EventKind_EVENT_KIND_VERSION_WITHDRAWN:
		return "failed"
	case registryv1.EventKind_EVENT_KIND_VERSION_YANKED:
		return "yanked"
	default:
		return ""
	}
}
