package catalog

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Text returns what free words of a filter match.
func (c *Connector) Text() string { return c.text }

// Field returns one column in the words of the filter language.
func (c *Connector) Field(f registryv1.FilterField) string {
	switch f {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return c.Home[:strings.IndexByte(c.Home, '/')]
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return c.Home[strings.IndexByte(c.Home, '/')+1:]
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return strings.ToLower(c.Newest.Number)
	case registryv1.FilterField_FILTER_FIELD_STATE:
		return stateWords[c.Newest.State&7]
	case registryv1.FilterField_FILTER_FIELD_PLATFORM:
		return platformWords[c.Newest.Platforms.Declared&31]
	case registryv1.FilterField_FILTER_FIELD_SIGNED:
		return yes(c.Newest.Verdict == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
	case registryv1.FilterField_FILTER_FIELD_VERDICT:
		return verdictWord(c.Newest.Verdict, c.Newest.Reason)
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return strings.ToLower(c.Newest.Author)
	case registryv1.FilterField_FILTER_FIELD_STABLE:
		return yes(c.Stable != "")
	case registryv1.FilterField_FILTER_FIELD_LATEST:
		return yes(c.Latest != "")
	default:
		return ""
	}
}

// Called returns the name that a filter finds by letters of it as well.
func (c *Connector) Called() string { return c.called }

// Called returns the name that a filter finds by letters of it as well.
func (v *Version) Called() string { return v.called }

// Text returns what free words of a filter match.
func (v *Version) Text() string { return v.text }

// Field returns one column in the words of the filter language.
func (v *Version) Field(f registryv1.FilterField) string {
	switch f {
	case registryv1.FilterField_FILTER_FIELD_ORG:
		return v.Home[:strings.IndexByte(v.Home, '/')]
	case registryv1.FilterField_FILTER_FIELD_NAME:
		return v.Home[strings.IndexByte(v.Home, '/')+1:]
	case registryv1.FilterField_FILTER_FIELD_VERSION:
		return strings.ToLower(v.Number)
	case registryv1.FilterField_FILTER_FIELD_STATE:
		return stateWords[v.State&7]
	case registryv1.FilterField_FILTER_FIELD_PLATFORM:
		return platformWords[v.Platforms.Declared&31]
	case registryv1.FilterField_FILTER_FIELD_SIGNED:
		return yes(v.Verdict == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
	case registryv1.FilterField_FILTER_FIELD_VERDICT:
		return verdictWord(v.Verdict, v.VerdictReason)
	case registryv1.FilterField_FILTER_FIELD_AUTHOR:
		return strings.ToLower(v.Author)
	case registryv1.FilterField_FILTER_FIELD_STABLE:
		return yes(v.Stable)
	case registryv1.FilterField_FILTER_FIELD_LATEST:
		return yes(v.Latest)
	case registryv1.FilterField_FILTER_FIELD_CATEGORY:
		return categoryWords[v.Category&7]
	default:
		return ""
	}
}

// The words of enums in lower case, made once: filters look at every row at
// every key, and must not allocate.
var (
	stateWords    = words8[registryv1.State]()
	categoryWords = words8[registryv1.YankCategory]()
	verdictWords  = words8[registryv1.VerdictStatus]()
	platformWords = platformSets()
)

// words8 makes the lower-case words of an enum with at most eight values.
func words8[E interface {
	~int32
	protoreflect.Enum
}]() (out [8]string) {
	for i := range out {
		if word := registryv1.Short(E(i)); !strings.HasPrefix(word, "UNKNOWN") {
			out[i] = strings.ReplaceAll(strings.ToLower(word), "_", "-")
		}
	}
	return out
}

// platformSets makes the text of every set of platforms.
func platformSets() (out [32]string) {
	for mask := range out {
		var slugs []string
		for i, platform := range registryv1.Platforms() {
			if mask>>i&1 == 1 {
				slugs = append(slugs, platform.Slug())
			}
		}
		out[mask] = strings.Join(slugs, " ")
	}
	return out
}

func verdictWord(v registryv1.VerdictStatus, reason string) string {
	switch v {
	case registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED:
		return "verified"
	case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
		return "unsigned"
	case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
		return "not-verified " + strings.ReplaceAll(strings.ToLower(reason), "_", "-")
	default:
		return ""
	}
}

// verdictText is a verdict as its column shows it, for free words.
func verdictText(v registryv1.VerdictStatus, reason string) string {
	if v == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED && reason != "" {
		return strings.ReplaceAll(reason, "_", " ")
	}
	return verdictWords[v&7]
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
