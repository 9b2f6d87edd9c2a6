package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// Bounds of the two documents. Real ones have some 20 resource types and 30
// fields; what is beyond them is not compared.
const (
	maxDocument = 2 << 20 // Bytes.
	maxEntries  = 1000    // Resource types or fields.
	maxListed   = 200     // Capabilities or permissions of one type.
)

var (
	errTooLarge = errors.New("it is too large")
	errNotJSON  = errors.New("it is not JSON of the expected form")
)

// abilities are what a capabilities document says. Whatever has another form
// than is known is passed over: the registry's own check names it.
type abilities struct {
	types map[string]resource
	// whole are the capabilities of the connector as a whole; stated tells a
	// document that lists them from an older one that does not.
	whole  []string
	stated bool
}

// resource is one resource type.
type resource struct {
	display      string
	traits       []string
	capabilities []string
	permissions  []string
}

// field is one field of the configuration.
type field struct {
	form             string // "text", "number"
	required, secret bool
	standard         string // its default
}

// document reads the members of a JSON object.
func document(text string, into any) error {
	if len(text) > maxDocument {
		return errTooLarge
	}
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix([]byte(text), []byte("\xef\xbb\xbf"))))
	if err := decoder.Decode(into); err != nil {
		return errNotJSON
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errNotJSON
	}
	return nil
}

// lenient reads what has the form that is asked for, and leaves the rest.
func lenient[T any](data json.RawMessage) (value T) {
	if json.Unmarshal(data, &value) != nil {
		var none T
		return none
	}
	return value
}

// names reads a list of names: clean, each once, in their order.
func names(data json.RawMessage) []string {
	list := lenient[[]string](data)
	out := make([]string, 0, min(len(list), maxListed))
	for _, each := range list[:min(len(list), maxListed)] {
		if name := line(each); name != "" {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// rawResource is a resource type as it stands in the document.
type rawResource struct {
	Type struct {
		ID          string            `json:"id"`
		DisplayName string            `json:"displayName"`
		Traits      json.RawMessage   `json:"traits"`
		Annotations []json.RawMessage `json:"annotations"`
	} `json:"resourceType"`
	Capabilities json.RawMessage `json:"capabilities"`
	Permissions  json.RawMessage `json:"permissions"`
}

// parseAbilities reads baton_capabilities.json.
func parseAbilities(text string) (abilities, error) {
	var doc struct {
		Types []json.RawMessage `json:"resourceTypeCapabilities"`
		Whole json.RawMessage   `json:"connectorCapabilities"`
	}
	if err := document(text, &doc); err != nil {
		return abilities{}, err
	}
	if len(doc.Types) > maxEntries {
		return abilities{}, errTooLarge
	}
	a := abilities{types: map[string]resource{}, whole: names(doc.Whole), stated: len(doc.Whole) > 0}
	for _, data := range doc.Types {
		raw := lenient[rawResource](data)
		id := line(raw.Type.ID)
		if _, twice := a.types[id]; id == "" || twice {
			continue
		}
		a.types[id] = resource{
			display: line(raw.Type.DisplayName), traits: names(raw.Type.Traits),
			capabilities: names(raw.Capabilities), permissions: permissions(raw),
		}
	}
	return a, nil
}

// permissions are what a resource type needs in the target system. Documents
// say it beside the type, among its annotations, or in both places.
func permissions(raw rawResource) []string {
	type listed struct {
		Permissions []struct {
			Permission string `json:"permission"`
		} `json:"permissions"`
	}
	var out []string
	for _, data := range append([]json.RawMessage{raw.Permissions}, raw.Type.Annotations...) {
		for _, p := range lenient[listed](data).Permissions {
			if name := line(p.Permission); name != "" && len(out) < maxListed {
				out = append(out, name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// forms are the kinds of fields as people say them.
var forms = map[string]string{
	"stringField": "text", "intField": "number", "boolField": "yes or no", "stringSliceField": "list", "stringMapField": "map",
}

// parseFields reads config_schema.json.
func parseFields(text string) (map[string]field, error) {
	var doc struct {
		Fields []map[string]json.RawMessage `json:"fields"`
	}
	if err := document(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Fields) > maxEntries {
		return nil, errTooLarge
	}
	fields := map[string]field{}
	for _, raw := range doc.Fields {
		name := line(lenient[string](raw["name"]))
		if _, twice := fields[name]; name == "" || twice {
			continue
		}
		f := field{required: lenient[bool](raw["isRequired"]), secret: lenient[bool](raw["isSecret"])}
		f.typed(raw)
		fields[name] = f
	}
	return fields, nil
}

// typed reads what depends on the kind of a field, which stands in a member of
// its own: {"stringField":{"defaultValue":"info"}}.
func (f *field) typed(raw map[string]json.RawMessage) {
	for _, key := range keys(raw) {
		if !strings.HasSuffix(key, "Field") {
			continue
		}
		if f.form = forms[key]; f.form == "" {
			f.form = line(strings.TrimSuffix(key, "Field"))
		}
		of := lenient[struct {
			Default json.RawMessage `json:"defaultValue"`
			Rules   struct {
				Required bool `json:"isRequired"`
			} `json:"rules"`
		}](raw[key])
		f.required = f.required || of.Rules.Required
		f.standard = standard(of.Default)
		return
	}
}

// standard is a default as one line. Numbers come with and without quotes.
func standard(data json.RawMessage) string {
	if len(data) == 0 {
		return ""
	}
	var text string
	if json.Unmarshal(data, &text) == nil {
		return line(text)
	}
	var compact bytes.Buffer
	if json.Compact(&compact, data) != nil {
		return ""
	}
	return line(compact.String())
}

// ResourceTypes are the ids of the resource types that a capabilities document
// states, sorted; none if it cannot be read.
func ResourceTypes(capabilities string) []string {
	if capabilities == "" {
		return nil
	}
	stated, err := parseAbilities(capabilities)
	if err != nil {
		return nil
	}
	return slices.Sorted(maps.Keys(stated.types))
}
