package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

func TestEveryReasonHasAnExitCode(t *testing.T) {
	t.Parallel()
	values := registryv1.Reason(0).Descriptor().Values()
	for i := range values.Len() {
		reason := registryv1.Reason(values.Get(i).Number())
		code, ok := reasonExits[reason]
		assert.True(t, ok, "%s has no exit code", reason)
		assert.NotEqual(t, exitOK, code, "%s is no success", reason)
	}
	assert.Len(t, reasonExits, values.Len())
}

// These are documented; the others follow from what their code means.
func TestDocumentedExitCodes(t *testing.T) {
	t.Parallel()
	for code, reasons := range map[int]string{
		2:   "INVALID_NAME INVALID_VERSION INVALID_FILTER INVALID_PAGE_TOKEN NOT_A_PROJECT USAGE",
		3:   "NOT_FOUND",
		4:   "UNAUTHENTICATED NOT_PERMITTED SELF_REVIEW",
		5:   "VERSION_EXISTS WRONG_STATE STALE REQUEST_ID_REUSED DOWNLOAD_BLOCKED",
		6:   "PLATFORM_MISSING PLATFORM_BINARY_MISMATCH ARCHIVE_UNSAFE CHECK_FAILED REJECTED WITHDRAWN",
		7:   "SIGNATURE_INVALID DIGEST_MISMATCH SIZE_MISMATCH",
		8:   "UNAVAILABLE",
		130: "INTERRUPTED",
	} {
		for name := range strings.FieldsSeq(reasons) {
			reason, ok := registryv1.FromShort[registryv1.Reason](name)
			require.True(t, ok, name)
			assert.Equal(t, code, exitCode(fmt.Errorf("wrapped: %w", &client.Error{Reason: reason})), name)
		}
	}
}

func TestExitCodesOfOtherErrors(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 0, exitCode(nil))
	assert.Equal(t, 1, exitCode(io.ErrUnexpectedEOF))
	assert.Equal(t, 130, exitCode(fmt.Errorf("reading: %w", context.Canceled)))
	assert.Equal(t, 2, exitCode(usage("", "no")))
	inside := &registry.Error{Reason: registryv1.Reason_REASON_NEWER_SCHEMA, Doing: "opening", Message: "too new", Next: "update"}
	assert.Equal(t, 1, exitCode(inside))
	assert.Equal(t, "opening: too new", asError(inside).Message)
	assert.Equal(t, "update", asError(inside).Next)
}

func TestWhateverAStoppedCommandSaysItWasInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	failed := &client.Error{Reason: registryv1.Reason_REASON_UNAVAILABLE, Doing: "publishing x", Next: "run it again"}
	require.Equal(t, 8, exitCode(interrupted(ctx, failed)))
	cancel()
	err := interrupted(ctx, failed)
	assert.Equal(t, 130, exitCode(err))
	require.ErrorIs(t, err, failed)
	assert.Equal(t, "run it again", asError(err).Next)
	assert.NoError(t, interrupted(ctx, nil), "what was done before the signal came is done")
}

func TestErrorsOfPeopleAndOfScripts(t *testing.T) {
	t.Parallel()
	env := &Env{Settings: Settings{Output: OutputTable}}
	taken := &client.Error{
		Reason: registryv1.Reason_REASON_VERSION_EXISTS, Doing: "publishing acme/x@v1.0.0", Message: "v1.0.0 is published already",
		Next: "the next free number is v1.0.1",
		Faults: []client.Fault{
			{Field: "ref.version", Reason: registryv1.Reason_REASON_VERSION_EXISTS, Message: "taken since 2026-08-21"},
			{Field: "platforms[1]", Reason: registryv1.Reason_REASON_INVALID_PLATFORM, Message: "linux-386 is not a platform"},
		},
	}
	var out strings.Builder
	printError(&out, env.styles(false), fmt.Errorf("wrapped: %w", taken))
	assert.Equal(t, "error  Publishing acme/x@v1.0.0: v1.0.0 is published already.\n"+
		"       - version: taken since 2026-08-21\n"+
		"       - platforms[1]: linux-386 is not a platform\n"+
		"       The next free number is v1.0.1.\n", out.String())
	assert.JSONEq(t, `{"error":{"reason":"VERSION_EXISTS","message":"publishing acme/x@v1.0.0: v1.0.0 is published already",`+
		`"next":"the next free number is v1.0.1","faults":[{"field":"version","reason":"VERSION_EXISTS","message":"taken since 2026-08-21"},`+
		`{"field":"platforms[1]","reason":"INVALID_PLATFORM","message":"linux-386 is not a platform"}]}}`, oneLine(t, errorJSON(taken)))
	assert.JSONEq(t, `{"error":{"reason":"INTERNAL","message":"boom","faults":[]}}`, oneLine(t, errorJSON(errors.New("boom"))))
}

func TestFaultsThatAMessageListsAreNotSaidTwice(t *testing.T) {
	t.Parallel()
	env := &Env{Settings: Settings{Output: OutputTable}}
	two := &client.Error{
		Reason: registryv1.Reason_REASON_INVALID_VERSION, Doing: "reading x", Message: "2 things are wrong: it is long; it is odd",
		Faults: []client.Fault{{Field: "ref.version", Message: "it is long"}, {Field: "ref.version", Message: "it is odd"}},
	}
	var out strings.Builder
	printError(&out, env.styles(false), two)
	assert.Equal(t, "error  Reading x: 2 things are wrong:\n       - version: it is long\n       - version: it is odd\n", out.String())

	one := &client.Error{Message: "it is long", Faults: []client.Fault{{Field: "ref.version", Message: "it is long"}}}
	out.Reset()
	printError(&out, env.styles(false), one)
	assert.Equal(t, "error  It is long.\n", out.String())
}

func TestFaultsKeepTheirCommonReason(t *testing.T) {
	t.Parallel()
	var wrong faults
	require.NoError(t, wrong.err("trying", ""))
	wrong.add("a", registryv1.Reason_REASON_INVALID_PLATFORM, "first")
	assert.Equal(t, registryv1.Reason_REASON_INVALID_PLATFORM, asError(wrong.err("trying", "")).Reason)
	wrong.add("b", registryv1.Reason_REASON_INVALID_PLATFORM, "second")
	assert.Equal(t, registryv1.Reason_REASON_INVALID_PLATFORM, asError(wrong.err("trying", "")).Reason)
	wrong.missing("c", "third") // another reason, and the same exit code
	assert.Equal(t, registryv1.Reason_REASON_INVALID_PLATFORM, asError(wrong.err("trying", "")).Reason)
	wrong.add("d", registryv1.Reason_REASON_ARCHIVE_UNSAFE, "fourth")
	e := asError(wrong.err("trying", ""))
	assert.Equal(t, registryv1.Reason_REASON_USAGE, e.Reason)
	assert.Equal(t, "trying: 4 things are wrong", e.Error())
	assert.Equal(t, "--c is missing: third", e.Faults[2].Message)
}

func TestSentence(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                           "",
		"it failed":                  "It failed.",
		"v1.0.0 is taken":            "v1.0.0 is taken.",
		"--sign: no":                 "--sign: no.",
		"acme/x is gone.":            "acme/x is gone.",
		"did you mean list?":         "Did you mean list?",
		"é is no word of small ones": "é is no word of small ones.",
		"one":                        "one.",
		"see: registrar yank --help": "See: registrar yank --help",
	} {
		assert.Equal(t, want, sentence(in), in)
	}
}
