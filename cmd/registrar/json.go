package main

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// shape says where the JSON of a message differs from a plain walk over its
// fields. Names are those of the contract.
type shape struct {
	// flatten are messages whose members become members of this object.
	flatten []protoreflect.Name
	// hide are fields that only programs of ours need.
	hide []protoreflect.Name
	// always are lists that are written even if they are empty.
	always []protoreflect.Name
	// zeroAbsent are numbers whose zero means that there is none.
	zeroAbsent []protoreflect.Name
	// lead are the JSON names that come first, in this order.
	lead []string
	// replace are fields that replaced writes in their own way.
	replace []protoreflect.Name
}

// shapes are the few messages that people read in another form than the
// contract carries them in. Everything else follows from the contract.
var shapes = map[protoreflect.FullName]shape{
	fullName(&registryv1.Connector{}): {
		flatten: []protoreflect.Name{"ref"},
		hide:    []protoreflect.Name{"id", "revision"},
		replace: []protoreflect.Name{"counts"},
	},
	fullName(&registryv1.VersionSummary{}): {
		flatten: []protoreflect.Name{"ref"},
		hide:    []protoreflect.Name{"id", "revision", "yank_replacement"},
		lead:    versionLead,
		replace: []protoreflect.Name{"yank_category", "platform_verdicts", "platform_received"},
	},
	fullName(&registryv1.Version{}): {
		replace: []protoreflect.Name{"summary"},
		always:  []protoreflect.Name{"assets", "checks", "reviews"},
		lead:    versionLead,
	},
	fullName(&registryv1.Asset{}): {
		zeroAbsent: []protoreflect.Name{"size_bytes"},
		replace:    []protoreflect.Name{"verdict"},
	},
	fullName(&registryv1.SigningKey{}): {
		replace: []protoreflect.Name{"exports"},
	},
	fullName(&registryv1.SignedVersion{}): {
		flatten: []protoreflect.Name{"version"},
		lead:    versionLead,
	},
	fullName(&registryv1.TrustRoot{}): {
		replace: []protoreflect.Name{"document"},
	},
	fullName(&registryv1.QueuedReview{}): {
		flatten: []protoreflect.Name{"version"},
		always:  []protoreflect.Name{"reviews"},
		lead:    versionLead,
	},
	// What was not checked is said, never left out.
	fullName(&registryv1.PreflightResult{}): {
		replace: []protoreflect.Name{"result"},
	},
	fullName(&registryv1.Event{}): {
		flatten:    []protoreflect.Name{"stored"},
		zeroAbsent: []protoreflect.Name{"attempt"},
	},
	// Of the stored form only the hash is for people; `events verify` reads the rest.
	fullName(&registryv1.StoredEvent{}): {
		hide: []protoreflect.Name{"body", "prev", "at_micros", "columns"},
	},
}

var versionLead = []string{"org", "name", "version", "state", "attempt", "stable", "latest", "platforms", "assets", "checks", "reviews"}

func fullName(m proto.Message) protoreflect.FullName {
	return m.ProtoReflect().Descriptor().FullName()
}

// toJSON gives any message of the contract as commands show it: camelCase,
// enums by their short names, times in RFC 3339 and UTC, digests as
// sha256:<hex>, 64-bit numbers as numbers, absent values left out.
func toJSON(m proto.Message) object {
	return messageJSON(m.ProtoReflect())
}

// listJSON is toJSON for a list; no messages give an empty list, never null.
func listJSON[M proto.Message](messages []M) []any {
	list := make([]any, len(messages))
	for i, m := range messages {
		list[i] = toJSON(m)
	}
	return list
}

func messageJSON(m protoreflect.Message) object {
	s := shapes[m.Descriptor().FullName()]
	var o object
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case slices.Contains(s.hide, field.Name()):
		case slices.Contains(s.replace, field.Name()):
			o = append(o, replaced(m.Interface(), field.Name())...)
		case slices.Contains(s.flatten, field.Name()):
			o = append(o, messageJSON(m.Get(field).Message())...)
		case s.shown(m, field):
			o = append(o, member{field.JSONName(), fieldJSON(field, m.Get(field))})
		}
	}
	if len(s.lead) > 0 {
		slices.SortStableFunc(o, func(a, b member) int { return cmp.Compare(s.rank(a), s.rank(b)) })
	}
	return o
}

// rank is the place of a member among those that lead, or after all of them.
func (s shape) rank(m member) int {
	if i := slices.Index(s.lead, m.name); i >= 0 {
		return i
	}
	return len(s.lead)
}

// shown says whether a field is written. A field that the contract gives
// presence is written when it is there. Of the others, false and 0 are values;
// an empty text, list or digest and an unspecified enum are absent.
func (s shape) shown(m protoreflect.Message, field protoreflect.FieldDescriptor) bool {
	if m.Has(field) || slices.Contains(s.always, field.Name()) {
		return true
	}
	if field.HasPresence() || field.IsList() || field.IsMap() || slices.Contains(s.zeroAbsent, field.Name()) {
		return false
	}
	switch field.Kind() {
	case protoreflect.StringKind, protoreflect.BytesKind, protoreflect.EnumKind:
		return false
	default:
		return true
	}
}

func fieldJSON(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch {
	case field.IsMap():
		return mapJSON(field, value.Map())
	case field.IsList():
		items := make([]any, value.List().Len())
		for i := range items {
			items[i] = valueJSON(field, value.List().Get(i))
		}
		return items
	default:
		return valueJSON(field, value)
	}
}

// mapJSON sorts by key, since maps have no order of their own.
func mapJSON(field protoreflect.FieldDescriptor, values protoreflect.Map) object {
	o := make(object, 0, values.Len())
	values.Range(func(key protoreflect.MapKey, value protoreflect.Value) bool {
		o = append(o, member{key.String(), valueJSON(field.MapValue(), value)})
		return true
	})
	slices.SortFunc(o, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return o
}

func valueJSON(field protoreflect.FieldDescriptor, value protoreflect.Value) any {
	switch field.Kind() {
	case protoreflect.EnumKind:
		return enumName(field.Enum(), value.Enum())
	case protoreflect.BytesKind:
		return bytesText(value.Bytes())
	case protoreflect.MessageKind, protoreflect.GroupKind:
		if at, ok := value.Message().Interface().(*timestamppb.Timestamp); ok {
			return timeText(at.AsTime())
		}
		return messageJSON(value.Message())
	default:
		return value.Interface()
	}
}

// enumName is the short name of a value: platforms as people spell them, all
// others in UPPER_SNAKE without the prefix of the enum.
func enumName(enum protoreflect.EnumDescriptor, number protoreflect.EnumNumber) string {
	if enum.FullName() == registryv1.Platform(0).Descriptor().FullName() {
		return registryv1.Platform(number).Slug()
	}
	value := enum.Values().ByNumber(number)
	if value == nil {
		return fmt.Sprintf("UNKNOWN_%d", number)
	}
	prefix := strings.TrimSuffix(string(enum.Values().ByNumber(0).Name()), "UNSPECIFIED")
	return strings.TrimPrefix(string(value.Name()), prefix)
}

// digestBytes is the length of every digest of the contract.
const digestBytes = 32

func bytesText(b []byte) string {
	if len(b) == digestBytes {
		return "sha256:" + hex.EncodeToString(b)
	}
	return base64.StdEncoding.EncodeToString(b)
}

// timeText is a time as commands print it. Fractions are kept, since the
// order of two events may hang on them.
func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// replaced gives the members that stand for a field of its own form; none if
// it is absent.
func replaced(owner proto.Message, field protoreflect.Name) object {
	switch m := owner.(type) {
	case *registryv1.Connector:
		return countsByState(m)
	case *registryv1.VersionSummary:
		switch field {
		case "yank_category":
			return yankInShort(m)
		case "platform_received":
			return receivedPlatforms(m)
		default:
			return verdictsByPlatform(m)
		}
	case *registryv1.Version:
		return withoutYank(m.GetSummary())
	case *registryv1.Asset:
		return assetVerdict(m)
	case *registryv1.SigningKey:
		return exportsText(m)
	case *registryv1.TrustRoot:
		return object{}.with("document", string(m.GetDocument()))
	case *registryv1.PreflightResult:
		return object{}.with("result", requirementStatus(m.GetResult()))
	default:
		return nil
	}
}

// yankInShort is what a list says of a yank, under the names that it has in
// the whole version.
func yankInShort(v *registryv1.VersionSummary) object {
	if v.GetYankCategory() == registryv1.YankCategory_YANK_CATEGORY_UNSPECIFIED {
		return nil
	}
	return some("yank", object{}.with("category", registryv1.Short(v.GetYankCategory())).
		with("reason", v.GetReason()).with("replacement", v.GetYankReplacement()))
}

// withoutYank is a summary beside the whole yank of its version.
func withoutYank(v *registryv1.VersionSummary) object {
	return slices.DeleteFunc(toJSON(v), func(m member) bool { return m.name == "yank" })
}

func countsByState(c *registryv1.Connector) object {
	var counts object
	for _, count := range c.GetCounts() {
		counts = append(counts, member{registryv1.Short(count.GetState()), count.GetCount()})
	}
	return some("counts", counts)
}

// verdictsByPlatform names the platform of each verdict, which the contract
// leaves to the order of the list; platforms without a verdict are left out.
func verdictsByPlatform(v *registryv1.VersionSummary) object {
	var verdicts object
	for i, platform := range v.GetPlatforms() {
		if i < len(v.GetPlatformVerdicts()) {
			verdicts = verdicts.with(platform.Slug(), registryv1.Short(v.GetPlatformVerdicts()[i]))
		}
	}
	return some("platformVerdicts", verdicts)
}

// receivedPlatforms lists the platforms that have all their bytes.
func receivedPlatforms(v *registryv1.VersionSummary) object {
	var received []any
	for i, platform := range v.GetPlatforms() {
		if i < len(v.GetPlatformReceived()) && v.GetPlatformReceived()[i] {
			received = append(received, platform.Slug())
		}
	}
	if len(received) == 0 {
		return nil
	}
	return object{{"received", received}}
}

// assetVerdict writes the status as the verdict of a file, why it is that, and
// everything that is known beyond it as its signature.
func assetVerdict(a *registryv1.Asset) object {
	v := a.GetVerdict()
	if v == nil {
		return nil
	}
	o := object{}.with("verdict", registryv1.Short(v.GetStatus())).with("verdictReason", v.GetReason())
	rest := proto.CloneOf(v)
	rest.Status, rest.Reason = registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED, ""
	if v.GetScheme() == "" && len(v.GetSteps()) == 0 && len(v.GetMaterial()) == 0 {
		return o // there is none
	}
	return append(o, some("signature", toJSON(rest))...)
}

// some is one member, or none if the object is empty.
func some(name string, value object) object {
	if len(value) == 0 {
		return nil
	}
	return object{{name, value}}
}

// exportsText writes public keys as the texts that they mostly are, to be kept
// in files; binary ones stay base64.
func exportsText(k *registryv1.SigningKey) object {
	if len(k.GetExports()) == 0 {
		return nil
	}
	exports := make([]any, len(k.GetExports()))
	for i, export := range k.GetExports() {
		exports[i] = base64.StdEncoding.EncodeToString(export)
		if utf8.Valid(export) {
			exports[i] = string(export)
		}
	}
	return object{{"exports", exports}}
}
