package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// families are the exit codes of the commands for each reason, as people see
// them. Reasons may only be added here with a decision, never by default.
var families = map[int][]registryv1.Reason{
	1: {
		registryv1.Reason_REASON_STORAGE_FULL, registryv1.Reason_REASON_UNIMPLEMENTED, registryv1.Reason_REASON_NEWER_SCHEMA,
		registryv1.Reason_REASON_DATA_BUSY, registryv1.Reason_REASON_INTERNAL, registryv1.Reason_REASON_UPLOAD_EXPIRED,
		registryv1.Reason_REASON_UPLOAD_INVALID, registryv1.Reason_REASON_UPLOAD_OFFSET, registryv1.Reason_REASON_FILE_CHANGED,
	},
	2: {
		registryv1.Reason_REASON_INVALID_NAME, registryv1.Reason_REASON_INVALID_VERSION, registryv1.Reason_REASON_INVALID_PLATFORM,
		registryv1.Reason_REASON_INVALID_FILTER, registryv1.Reason_REASON_INVALID_PAGE_TOKEN, registryv1.Reason_REASON_INVALID_CURSOR,
		registryv1.Reason_REASON_INVALID_ARGUMENT, registryv1.Reason_REASON_TEXT_INVALID, registryv1.Reason_REASON_TOO_LARGE,
		registryv1.Reason_REASON_NOT_A_PROJECT, registryv1.Reason_REASON_NO_FILES, registryv1.Reason_REASON_USAGE,
		registryv1.Reason_REASON_CAPABILITIES_INVALID, registryv1.Reason_REASON_INVALID_KEY, registryv1.Reason_REASON_INVALID_IDENTITY,
	},
	3: {registryv1.Reason_REASON_NOT_FOUND},
	4: {registryv1.Reason_REASON_UNAUTHENTICATED, registryv1.Reason_REASON_NOT_PERMITTED, registryv1.Reason_REASON_SELF_REVIEW},
	5: {
		registryv1.Reason_REASON_VERSION_EXISTS, registryv1.Reason_REASON_WRONG_STATE, registryv1.Reason_REASON_STALE,
		registryv1.Reason_REASON_REQUEST_ID_REUSED, registryv1.Reason_REASON_DOWNLOAD_BLOCKED,
	},
	6: {
		registryv1.Reason_REASON_PLATFORM_MISSING, registryv1.Reason_REASON_ASSET_MISSING, registryv1.Reason_REASON_ASSET_UNEXPECTED,
		registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, registryv1.Reason_REASON_ARCHIVE_UNSAFE,
		registryv1.Reason_REASON_LICENSE_MISSING, registryv1.Reason_REASON_CHECK_FAILED, registryv1.Reason_REASON_CHECKSUM_MISMATCH,
		registryv1.Reason_REASON_WITHDRAWN, registryv1.Reason_REASON_REJECTED,
	},
	7: {
		registryv1.Reason_REASON_SIGNATURE_INVALID, registryv1.Reason_REASON_DIGEST_MISMATCH, registryv1.Reason_REASON_SIZE_MISMATCH,
		registryv1.Reason_REASON_SIGNING_FAILED,
	},
	8:   {registryv1.Reason_REASON_UNAVAILABLE},
	130: {registryv1.Reason_REASON_INTERRUPTED},
}

func TestEveryReasonHasACodeAndAnExitCode(t *testing.T) {
	t.Parallel()
	exits := map[registryv1.Reason]int{}
	for exit, reasons := range families {
		for _, reason := range reasons {
			require.NotContains(t, exits, reason, "a reason has one exit code")
			exits[reason] = exit
		}
	}
	// What a client that knows no reasons makes of the code must not
	// contradict what one that knows them makes of the reason.
	allowed := map[codes.Code][]int{
		codes.InvalidArgument: {2}, codes.NotFound: {3}, codes.PermissionDenied: {1, 4}, codes.Unauthenticated: {4},
		codes.AlreadyExists: {5}, codes.Aborted: {5}, codes.FailedPrecondition: {1, 5, 6, 7}, codes.Unavailable: {8},
		codes.Canceled: {130}, codes.ResourceExhausted: {1}, codes.OutOfRange: {1}, codes.Unimplemented: {1}, codes.Internal: {1},
	}
	for number, name := range registryv1.Reason_name {
		reason := registryv1.Reason(number)
		if reason == registryv1.Reason_REASON_UNSPECIFIED {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, ok := reasonCodes[reason]
			require.True(t, ok, "the reason has no gRPC code")
			require.Contains(t, exits, reason, "the reason has no exit code")
			assert.Contains(t, allowed[code], exits[reason], "code %s", code)
		})
	}
}

func TestErrorTravelsWhole(t *testing.T) {
	t.Parallel()
	sent := refuse(registryv1.Reason_REASON_WRONG_STATE, "v1.2.0 is YANKED").
		While("yanking acme/baton-okta %s", "v1.2.0").
		WithNext("take the yank back first").
		WithMeta("state", "YANKED").
		WithCause(errors.New("select from secret_table"))
	sent.Faults = []Fault{
		{Field: "ref.version", Reason: registryv1.Reason_REASON_WRONG_STATE, Message: "is YANKED"},
		{Field: "reason", Reason: registryv1.Reason_REASON_TEXT_INVALID, Message: "is too long"},
	}
	st := status.Convert(fmt.Errorf("call: %w", sent))

	assert.Equal(t, codes.FailedPrecondition, st.Code())
	assert.NotContains(t, st.String(), "secret_table", "causes stay in the registry")
	require.Len(t, st.Details(), 2)
	info := st.Details()[0].(*errdetails.ErrorInfo)
	assert.Equal(t, "WRONG_STATE", info.GetReason())
	assert.Equal(t, "registrar", info.GetDomain())
	assert.Equal(t, map[string]string{
		"doing": "yanking acme/baton-okta v1.2.0", "next": "take the yank back first", "state": "YANKED",
	}, info.GetMetadata())
	violations := st.Details()[1].(*errdetails.BadRequest).GetFieldViolations()
	require.Len(t, violations, 2)
	assert.Equal(t, "reason", violations[1].GetField())
	assert.Equal(t, "TEXT_INVALID", violations[1].GetReason())
	assert.Equal(t, "is too long", violations[1].GetDescription())
}

func TestErrorTextIsBoundedAndValid(t *testing.T) {
	t.Parallel()
	huge := strings.Repeat("ä", 100_000) + "\xff\xfe"
	e := refuse(registryv1.Reason_REASON_INVALID_NAME, "%s", huge).While("%s", huge).WithNext("%s", huge).WithMeta(huge, huge)
	for range 500 {
		e.Faults = append(e.Faults, Fault{Field: huge, Reason: registryv1.Reason_REASON_INVALID_NAME, Message: huge})
	}
	st := e.GRPCStatus()
	require.Len(t, st.Details(), 2, "details that are not valid UTF-8 would have been dropped")
	assert.True(t, utf8.ValidString(st.Message()))
	assert.LessOrEqual(t, len(st.Message()), maxErrorText)
	violations := st.Details()[1].(*errdetails.BadRequest).GetFieldViolations()
	require.Len(t, violations, maxFaults+1)
	assert.Contains(t, violations[maxFaults].GetDescription(), "400 more faults")
	assert.LessOrEqual(t, len(e.Error()), maxErrorText)
}

func TestFaultsTellAllAtOnce(t *testing.T) {
	t.Parallel()
	const (
		name    = registryv1.Reason_REASON_INVALID_NAME
		version = registryv1.Reason_REASON_INVALID_VERSION
		missing = registryv1.Reason_REASON_PLATFORM_MISSING
		digest  = registryv1.Reason_REASON_DIGEST_MISMATCH
	)
	for _, test := range []struct {
		title   string
		reasons []registryv1.Reason
		want    registryv1.Reason
	}{
		{"one", []registryv1.Reason{version}, version},
		{"twice the same", []registryv1.Reason{name, name}, name},
		{"different wrong input", []registryv1.Reason{name, version}, registryv1.Reason_REASON_INVALID_ARGUMENT},
		{"different faults of files", []registryv1.Reason{missing, digest}, missing},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			var faults Faults
			require.NoError(t, faults.Err("doing it"))
			for i, reason := range test.reasons {
				faults.Add("field", reason, "fault %d", i)
			}
			e := AsError(faults.Err("doing it"))
			assert.Equal(t, test.want, e.Reason)
			for i := range test.reasons {
				assert.Contains(t, e.Message, fmt.Sprintf("fault %d", i))
			}
			assert.Len(t, e.Faults, len(test.reasons))
		})
	}
}

func TestErrorsOfOthersGetAReason(t *testing.T) {
	t.Parallel()
	found := store.Version{Number: "v1.2.0", State: registryv1.State_STATE_PUBLISHED, Attempt: 2, AssetSet: &store.Digest{1}}
	for _, test := range []struct {
		title string
		err   error
		want  registryv1.Reason
		says  string
	}{
		{"stale", &store.StaleError{Found: found}, registryv1.Reason_REASON_STALE, "v1.2.0 is PUBLISHED by now"},
		{"gone", &store.StaleError{NotFound: true}, registryv1.Reason_REASON_STALE, "gone"},
		{"number taken", &store.ExistsError{Version: &found}, registryv1.Reason_REASON_VERSION_EXISTS, "v1.2.0"},
		{"name taken", &store.ExistsError{Key: "okta"}, registryv1.Reason_REASON_INVALID_NAME, "okta"},
		{"request id", &store.ReusedError{ID: "r1", Method: "YankVersion"}, registryv1.Reason_REASON_REQUEST_ID_REUSED, "YankVersion"},
		{"filter", &store.FilterError{Faults: []store.FilterFault{{Term: 2, Message: "no such state"}}}, registryv1.Reason_REASON_INVALID_FILTER, "no such state"},
		{"page key", store.ErrBadKey, registryv1.Reason_REASON_INVALID_PAGE_TOKEN, "page token"},
		{"not found", store.ErrNotFound, registryv1.Reason_REASON_NOT_FOUND, "no such"},
		{"closed", store.ErrClosed, registryv1.Reason_REASON_UNAVAILABLE, "stopping"},
		{"full", store.ErrFull, registryv1.Reason_REASON_STORAGE_FULL, "full"},
		{"no space", syscall.ENOSPC, registryv1.Reason_REASON_STORAGE_FULL, "full"},
		{"newer", &store.NewerSchemaError{Dir: "d", Have: 9, Know: 1}, registryv1.Reason_REASON_NEWER_SCHEMA, "schema 9"},
		{"busy", &store.BusyError{Dir: "d", PIDs: []int{41}, Doing: "migrating"}, registryv1.Reason_REASON_UNAVAILABLE, "busy"},
		{"network", &store.NetworkFilesystemError{Dir: "d", Type: "nfs"}, registryv1.Reason_REASON_USAGE, "nfs"},
		{"illegal move", &store.IllegalMoveError{}, registryv1.Reason_REASON_INTERNAL, "log knows more"},
		{"canceled", context.Canceled, registryv1.Reason_REASON_INTERRUPTED, "went away"},
		{"deadline", context.DeadlineExceeded, registryv1.Reason_REASON_UNAVAILABLE, "longer"},
		{"unimplemented", status.Error(codes.Unimplemented, "x"), registryv1.Reason_REASON_UNIMPLEMENTED, "does not know"},
		{"anything", errors.New("near SELECT: syntax"), registryv1.Reason_REASON_INTERNAL, "log knows more"},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			e := AsError(fmt.Errorf("deep inside: %w", test.err))
			assert.Equal(t, registryv1.Short(test.want), registryv1.Short(e.Reason))
			assert.Contains(t, e.Message, test.says)
			require.Error(t, e.Cause, "the log must know more")
			assert.NotContains(t, e.Message, "deep inside")
		})
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		assert.Nil(t, AsError(nil))
		require.NoError(t, wrap("doing", nil))
	})
	t.Run("one of ours stays", func(t *testing.T) {
		t.Parallel()
		ours := refuse(registryv1.Reason_REASON_NOT_FOUND, "no such version")
		assert.Same(t, ours, AsError(fmt.Errorf("outer: %w", ours)))
	})
}
