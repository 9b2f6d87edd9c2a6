package artifact

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Bounds of a capabilities file. Real ones have up to some 20 resource types.
const (
	MaxCapabilities  = 1 << 20 // Bytes.
	maxResourceTypes = 1000
	maxListed        = 100 // Traits, capabilities and permissions of one resource type.
)

// CapabilitySync is what a resource type needs to be synced at all.
const CapabilitySync = "CAPABILITY_SYNC"

// Capabilities is what a connector says it can do: baton_capabilities.json.
type Capabilities struct {
	ResourceTypes []ResourceType
	Connector     []string // Of the connector as a whole.
	// Warnings are about what is odd and not wrong: unknown capabilities,
	// resource types that were left out.
	Warnings []string
}

// ResourceType is a kind of resource and what can be done with it.
type ResourceType struct {
	ID           string
	DisplayName  string
	Traits       []string
	Capabilities []string
	Permissions  []string // What the account in the target system needs.
}

// Syncing are the ids of the resource types that are synced. A connector
// without any does nothing.
func (c Capabilities) Syncing() []string {
	var out []string
	for _, t := range c.ResourceTypes {
		if slices.Contains(t.Capabilities, CapabilitySync) {
			out = append(out, t.ID)
		}
	}
	return out
}

// knownCapabilities are the ones that connectors have today.
var knownCapabilities = []string{
	"CAPABILITY_PROVISION", "CAPABILITY_SYNC", "CAPABILITY_EVENT_FEED", "CAPABILITY_EVENT_FEED_V2", "CAPABILITY_TICKETING",
	"CAPABILITY_ACCOUNT_PROVISIONING", "CAPABILITY_CREDENTIAL_ROTATION", "CAPABILITY_RESOURCE_CREATE", "CAPABILITY_RESOURCE_DELETE",
	"CAPABILITY_SYNC_SECRETS", "CAPABILITY_ACTIONS", "CAPABILITY_TARGETED_SYNC", "CAPABILITY_SERVICE_MODE_TARGETED_SYNC",
}

// rawType is a resource type as it is in the file. Fields that may have
// another shape one day are read on their own, so that they cost a warning.
type rawType struct {
	ResourceType struct {
		ID          string          `json:"id"`
		DisplayName string          `json:"displayName"`
		Traits      json.RawMessage `json:"traits"`
	} `json:"resourceType"`
	Capabilities json.RawMessage `json:"capabilities"`
	Permissions  json.RawMessage `json:"permissions"`
}

// ParseCapabilities reads baton_capabilities.json. It is lenient: unknown
// fields are passed over, and what is odd in one resource type is a warning.
// The error is an *InvalidError.
func ParseCapabilities(data []byte) (Capabilities, error) {
	var c Capabilities
	fault := func(format string, args ...any) (Capabilities, error) {
		return Capabilities{}, &InvalidError{Value: "baton_capabilities.json", Faults: []Fault{{
			Field: FieldCapabilities, Message: fmt.Sprintf(format, args...),
			Fix: "let the connector write it: run it with the argument capabilities",
		}}}
	}
	if len(data) > MaxCapabilities {
		return fault("it has %d bytes, at most %d are read", len(data), MaxCapabilities)
	}
	var doc struct {
		Types     []json.RawMessage `json:"resourceTypeCapabilities"`
		Connector json.RawMessage   `json:"connectorCapabilities"`
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	if err := decoder.Decode(&doc); err != nil {
		return fault("it is not the JSON that is expected: %s", printable(err.Error()))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fault("something follows the JSON document")
	}
	if len(doc.Types) > maxResourceTypes {
		return fault("it has %d resource types, at most %d are read", len(doc.Types), maxResourceTypes)
	}
	for i, raw := range doc.Types {
		c.addType(i, raw)
	}
	c.Connector = c.strings("connectorCapabilities", doc.Connector)
	c.warnUnknown("the connector", c.Connector)
	return c, nil
}

func (c *Capabilities) warn(format string, args ...any) {
	if len(c.Warnings) < maxListed {
		c.Warnings = append(c.Warnings, fmt.Sprintf(format, args...))
	}
}

func (c *Capabilities) addType(i int, data json.RawMessage) {
	var raw rawType
	if err := json.Unmarshal(data, &raw); err != nil {
		c.warn("resource type %d cannot be read and is left out: %s", i+1, printable(err.Error()))
		return
	}
	t := ResourceType{ID: printable(raw.ResourceType.ID), DisplayName: printable(raw.ResourceType.DisplayName)}
	switch {
	case t.ID == "":
		c.warn("resource type %d has no id and is left out", i+1)
		return
	case slices.ContainsFunc(c.ResourceTypes, func(other ResourceType) bool { return other.ID == t.ID }):
		c.warn("resource type %s is listed twice", quote(t.ID))
		return
	}
	where := "resource type " + quote(t.ID)
	t.Traits = c.strings(where+": traits", raw.ResourceType.Traits)
	t.Capabilities = c.strings(where+": capabilities", raw.Capabilities)
	c.warnUnknown(where, t.Capabilities)
	t.Permissions = c.permissions(where, raw.Permissions)
	c.ResourceTypes = append(c.ResourceTypes, t)
}

// strings reads a list of strings; another shape is a warning.
func (c *Capabilities) strings(where string, data json.RawMessage) []string {
	if len(data) == 0 {
		return nil
	}
	var list []string
	if err := json.Unmarshal(data, &list); err != nil {
		c.warn("%s: not a list of names", where)
		return nil
	}
	if len(list) > maxListed {
		c.warn("%s: only the first %d of %d are kept", where, maxListed, len(list))
		list = list[:maxListed]
	}
	for i := range list {
		list[i] = printable(list[i])
	}
	return list
}

func (c *Capabilities) permissions(where string, data json.RawMessage) []string {
	if len(data) == 0 {
		return nil
	}
	var raw struct {
		Permissions []struct {
			Permission string `json:"permission"`
		} `json:"permissions"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		c.warn("%s: its permissions cannot be read", where)
		return nil
	}
	var out []string
	for _, p := range raw.Permissions[:min(len(raw.Permissions), maxListed)] {
		out = append(out, printable(p.Permission))
	}
	return out
}

func (c *Capabilities) warnUnknown(where string, list []string) {
	for _, name := range list {
		if !slices.Contains(knownCapabilities, name) {
			c.warn("%s has the unknown capability %s", where, quote(name))
		}
	}
}
