package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/known/timestamppb"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func at(text string) *timestamppb.Timestamp {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		panic(err)
	}
	return timestamppb.New(t)
}

var sumAB = bytes.Repeat([]byte{0xab}, 32)

const sumABText = "sha256:abababababababababababababababababababababababababababababababab"

func oneLine(t *testing.T, value any) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, writeJSON(&out, value, false))
	require.True(t, json.Valid([]byte(out.String())), "%s", out.String())
	return strings.TrimSuffix(out.String(), "\n")
}

// The expected texts are those of the documented examples: scripts rely on
// names, forms and absence exactly as they stand here.
func TestJSONByExample(t *testing.T) {
	t.Parallel()
	summary := func() *registryv1.VersionSummary {
		return &registryv1.VersionSummary{
			Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}, Id: 7, Revision: 12,
			State: registryv1.State_STATE_PUBLISHED, Attempt: 1, Stable: true, Latest: true,
			Platforms: []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64},
			SizeBytes: 2097152, Author: "mara",
			CreatedAt: at("2026-08-21T14:00:00Z"), UpdatedAt: at("2026-08-21T14:00:05.25Z"), PublishedAt: at("2026-08-21T14:00:05+02:00"),
		}
	}
	const head = `{"org":"acme","name":"baton-sample","version":"v1.0.0","state":"PUBLISHED","attempt":1,"stable":true,"latest":true,"platforms":["linux-amd64"]`
	const tail = `"sizeBytes":2097152,"author":"mara","createdAt":"2026-08-21T14:00:00Z","updatedAt":"2026-08-21T14:00:05.25Z","publishedAt":"2026-08-21T12:00:05Z"`

	yanked, failed := summary(), summary()
	yanked.State, yanked.Stable, yanked.Latest = registryv1.State_STATE_YANKED, false, false
	yanked.Reason, yanked.YankCategory, yanked.YankReplacement = "loops <on> empty & pages", registryv1.YankCategory_YANK_CATEGORY_BROKEN, "v1.0.1"
	why := `,"reason":"loops <on> empty & pages"`
	failed.State, failed.Stable, failed.Latest = registryv1.State_STATE_FAILED, false, false
	drafted := summary()
	drafted.State, drafted.Stable, drafted.Latest, drafted.PublishedAt, drafted.SizeBytes = registryv1.State_STATE_UPLOADING, false, false, nil, 0
	drafted.Platforms = []registryv1.Platform{registryv1.Platform_PLATFORM_LINUX_AMD64, registryv1.Platform_PLATFORM_LINUX_ARM64}
	drafted.PlatformReceived = []bool{false, true}
	drafted.PlatformVerdicts = []registryv1.VerdictStatus{0, registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED}

	for name, c := range map[string]struct {
		message proto.Message
		want    string
	}{
		"show": {
			&registryv1.Version{
				Summary: summary(),
				Assets: []*registryv1.Asset{{
					Platform: registryv1.Platform_PLATFORM_LINUX_AMD64, Kind: registryv1.AssetKind_ASSET_KIND_BINARY, Filename: "baton-sample",
					MediaType: "application/octet-stream", SizeBytes: 2097152, Sha256: sumAB,
					Verdict: &registryv1.Verdict{Status: registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED},
				}},
				Checks: []*registryv1.Check{{
					Name: "platform-match", Platform: registryv1.Platform_PLATFORM_LINUX_AMD64,
					Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "ELF 64-bit x86-64",
				}},
			},
			head + `,"assets":[{"platform":"linux-amd64","kind":"BINARY","filename":"baton-sample","mediaType":"application/octet-stream",` +
				`"sizeBytes":2097152,"sha256":"` + sumABText + `","verdict":"UNSIGNED"}],` +
				`"checks":[{"name":"platform-match","platform":"linux-amd64","result":"PASS","detail":"ELF 64-bit x86-64","required":false}],` +
				`"reviews":[],` + tail + `}`,
		},
		"show, yanked": {
			&registryv1.Version{Summary: yanked, Yank: &registryv1.Yank{
				Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops <on> empty & pages", Advisory: "CVE-2026-0001",
				Replacement: "v1.0.1", By: "mara", At: at("2026-08-22T10:00:00Z"),
			}},
			strings.NewReplacer("PUBLISHED", "YANKED", "true", "false").Replace(head) + `,"assets":[],"checks":[],"reviews":[],` + tail + why +
				`,"yank":{"category":"BROKEN","reason":"loops <on> empty & pages","advisory":"CVE-2026-0001","replacement":"v1.0.1","by":"mara",` +
				`"at":"2026-08-22T10:00:00Z","downloadsBlocked":false}}`,
		},
		"show, failed": {
			&registryv1.Version{Summary: failed, Failure: &registryv1.Failure{Reason: "PLATFORM_BINARY_MISMATCH", Message: "one\ntwo"}},
			strings.NewReplacer("PUBLISHED", "FAILED", "true", "false").Replace(head) + `,"assets":[],"checks":[],"reviews":[],` + tail +
				`,"failure":{"reason":"PLATFORM_BINARY_MISMATCH","message":"one\ntwo"}}`,
		},
		"versions": {summary(), head + `,` + tail + `}`},
		"versions, yanked": {
			yanked, strings.NewReplacer("PUBLISHED", "YANKED", "true", "false").Replace(head) + `,` + tail + why +
				`,"yank":{"category":"BROKEN","reason":"loops <on> empty & pages","replacement":"v1.0.1"}}`,
		},
		"versions, a draft": {
			drafted,
			`{"org":"acme","name":"baton-sample","version":"v1.0.0","state":"UPLOADING","attempt":1,"stable":false,"latest":false,` +
				`"platforms":["linux-amd64","linux-arm64"],"sizeBytes":0,"author":"mara","createdAt":"2026-08-21T14:00:00Z",` +
				`"updatedAt":"2026-08-21T14:00:05.25Z","platformVerdicts":{"linux-arm64":"UNSIGNED"},"received":["linux-arm64"]}`,
		},
		"list": {
			&registryv1.Connector{
				Ref: &registryv1.ConnectorRef{Org: "acme", Name: "baton-sample"}, Id: 3, Stable: "v1.0.0", Latest: "v1.1.0",
				Counts:    []*registryv1.StateCount{{State: registryv1.State_STATE_PUBLISHED, Count: 2}, {State: registryv1.State_STATE_FAILED, Count: 1}},
				CreatedAt: at("2026-08-21T14:00:00Z"),
			},
			`{"org":"acme","name":"baton-sample","stable":"v1.0.0","latest":"v1.1.0","counts":{"PUBLISHED":2,"FAILED":1},"createdAt":"2026-08-21T14:00:00Z"}`,
		},
		"events": {
			&registryv1.Event{
				Seq: 41, At: at("2026-08-22T10:00:00Z"), Kind: registryv1.EventKind_EVENT_KIND_VERSION_YANKED, Person: "mara", From: "127.0.0.1",
				Org: "acme", Name: "baton-sample", Version: "v1.0.0", Reason: "leaks",
				Detail: map[string]string{"category": "SECURITY", "advisory": "CVE-2026-0001"},
				Stored: &registryv1.StoredEvent{Body: []byte("body"), Prev: sumAB, Hash: sumAB, AtMicros: 1, Columns: &registryv1.EventBody{Org: "acme"}},
			},
			`{"seq":41,"at":"2026-08-22T10:00:00Z","kind":"VERSION_YANKED","person":"mara","from":"127.0.0.1","org":"acme","name":"baton-sample",` +
				`"version":"v1.0.0","reason":"leaks","detail":{"advisory":"CVE-2026-0001","category":"SECURITY"},"hash":"` + sumABText + `"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, oneLine(t, toJSON(c.message)))
		})
	}
}

func TestJSONKeepsWhatHasPresenceAndWhatIsBeyondTheVerdict(t *testing.T) {
	t.Parallel()
	zero := int64(0)
	assert.JSONEq(t, `{"filename":"x","sizeBytes":0}`, oneLine(t, toJSON(&registryv1.AssetSpec{Filename: "x", SizeBytes: &zero})),
		"an optional 0 was declared")
	assert.JSONEq(t, `{"filename":"x"}`, oneLine(t, toJSON(&registryv1.AssetSpec{Filename: "x"})))
	assert.JSONEq(t, `{"filename":"x","verdict":"NOT_VERIFIED","verdictReason":"DIGEST_MISMATCH","signature":{"scheme":"gpg"}}`,
		oneLine(t, toJSON(&registryv1.Asset{Filename: "x", Verdict: &registryv1.Verdict{
			Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Reason: "DIGEST_MISMATCH", Scheme: "gpg",
		}})))
	assert.Equal(t, `[]`, oneLine(t, listJSON[*registryv1.Connector](nil)), "nothing found is an empty list")
	assert.JSONEq(t, `{"publishedAfter":0}`, oneLine(t, object{{"publishedAfter", int64(0)}}))
}

func TestJSONWritesUnknownEnumsOfANewerRegistry(t *testing.T) {
	t.Parallel()
	assert.JSONEq(t, `{"state":"UNKNOWN_99"}`, oneLine(t, toJSON(&registryv1.Step{State: 99})))
}

func TestJSONPrettyIsTheSameDocument(t *testing.T) {
	t.Parallel()
	v := toJSON(&registryv1.Version{Summary: &registryv1.VersionSummary{Ref: &registryv1.VersionRef{Org: "acme"}}})
	var pretty strings.Builder
	require.NoError(t, writeJSON(&pretty, v, true))
	assert.JSONEq(t, oneLine(t, v), pretty.String())
	assert.Contains(t, pretty.String(), "{\n  \"org\": \"acme\",\n")
	assert.Contains(t, pretty.String(), "\"assets\": [],\n")
}

func TestJSONRefusesValuesWithoutAForm(t *testing.T) {
	t.Parallel()
	assert.Error(t, writeJSON(&strings.Builder{}, object{{"x", struct{}{}}}, false))
}

// Every message of the contract has a form: whatever a later version adds
// comes out as JSON without anybody thinking of it.
func TestJSONHasAFormForEveryMessageOfTheContract(t *testing.T) {
	t.Parallel()
	files := []protoreflect.FileDescriptor{
		registryv1.File_registry_v1_types_proto, registryv1.File_registry_v1_registry_proto,
		registryv1.File_registry_v1_event_proto, registryv1.File_registry_v1_admin_proto,
	}
	for _, file := range files {
		for i := range file.Messages().Len() {
			descriptor := file.Messages().Get(i)
			t.Run(string(descriptor.Name()), func(t *testing.T) {
				t.Parallel()
				s := shapes[descriptor.FullName()]
				for _, names := range [][]protoreflect.Name{s.flatten, s.hide, s.always, s.zeroAbsent, s.replace} {
					for _, name := range names {
						assert.NotNil(t, descriptor.Fields().ByName(name), "%s has no field %s", descriptor.Name(), name)
					}
				}
				oneLine(t, toJSON(filled(t, descriptor, 0)))
			})
		}
	}
}

// filled makes a message with a value in every field, down to a bounded depth.
func filled(t *testing.T, descriptor protoreflect.MessageDescriptor, depth int) proto.Message {
	t.Helper()
	message := newMessage(t, descriptor)
	fields := descriptor.Fields()
	for i := range fields.Len() {
		field := fields.Get(i)
		switch {
		case field.IsMap():
			message.Mutable(field).Map().Set(protoreflect.ValueOfString("k").MapKey(), protoreflect.ValueOfString("v"))
		case field.Message() != nil && depth > 4:
		case field.IsList() && field.Message() != nil:
			message.Mutable(field).List().Append(protoreflect.ValueOfMessage(filled(t, field.Message(), depth+1).ProtoReflect()))
		case field.IsList():
			message.Mutable(field).List().Append(scalar(field))
		case field.Message() != nil:
			message.Set(field, protoreflect.ValueOfMessage(filled(t, field.Message(), depth+1).ProtoReflect()))
		default:
			message.Set(field, scalar(field))
		}
	}
	return message.Interface()
}

func scalar(field protoreflect.FieldDescriptor) protoreflect.Value {
	switch field.Kind() {
	case protoreflect.StringKind:
		return protoreflect.ValueOfString("text")
	case protoreflect.BytesKind:
		return protoreflect.ValueOfBytes([]byte("bytes"))
	case protoreflect.EnumKind:
		return protoreflect.ValueOfEnum(1)
	case protoreflect.BoolKind:
		return protoreflect.ValueOfBool(true)
	case protoreflect.Int32Kind:
		return protoreflect.ValueOfInt32(3)
	default:
		return protoreflect.ValueOfInt64(5)
	}
}

func newMessage(t *testing.T, descriptor protoreflect.MessageDescriptor) protoreflect.Message {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(descriptor.FullName())
	require.NoError(t, err)
	return kind.New()
}
