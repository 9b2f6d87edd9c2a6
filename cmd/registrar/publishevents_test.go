package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// told is what a printer says of events that come a second apart.
func told(t *testing.T, output Output, change func(*publishPrinter), events ...publish.Event) (out, errs string) {
	t.Helper()
	var o, e strings.Builder
	now := time.Date(2026, 8, 21, 14, 0, 0, 0, time.UTC)
	env := &Env{Out: &o, Err: &e, Now: func() time.Time {
		now = now.Add(time.Second)
		return now
	}, Settings: Settings{Output: output}}
	p := newPublishPrinter(env, publish.Plan{Ref: publish.Ref{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}})
	if change != nil {
		change(p)
	}
	for _, event := range events {
		p.event(event)
	}
	require.NoError(t, p.err)
	return o.String(), e.String()
}

var linux = publish.AssetKey{Platform: "linux-amd64", Kind: "BINARY", Filename: "baton-sample"}

func row(state publish.RowState, done int64) publish.Row {
	return publish.Row{
		Asset: linux, State: state, Done: done, Total: 2_000_000, Rate: 1_000_000, Wait: 4 * time.Second, Reason: "the connection broke",
	}
}

func progress(rows ...publish.Row) publish.Progress { return publish.Progress{Rows: rows} }

func in(state registryv1.State) *registryv1.Version {
	return &registryv1.Version{Summary: &registryv1.VersionSummary{State: state}}
}

func TestPublishEventsAsLines(t *testing.T) {
	t.Parallel()
	mismatch := &registryv1.Check{
		Name: "platform-match", Platform: registryv1.Platform_PLATFORM_LINUX_ARM64, Result: registryv1.CheckResult_CHECK_RESULT_FAIL,
		Detail: "made for linux-amd64.", Fix: "Build it again.", Reason: "PLATFORM_BINARY_MISMATCH",
	}
	for name, c := range map[string]struct {
		event      publish.Event
		text, json string
	}{
		"a step begins that takes long": {
			publish.Step{Name: publish.StepUpload, Status: publish.StatusStarted},
			"upload     sending what the registry does not have\n", `{"step":"upload","status":"started"}`,
		},
		"a step begins that does not": {
			publish.Step{Name: publish.StepConnector, Status: publish.StatusStarted}, "", `{"step":"connector","status":"started"}`,
		},
		"a step ends": {
			publish.Step{Name: publish.StepConnector, Status: publish.StatusOK, Detail: "created"},
			"connector  created\n", `{"step":"connector","status":"ok","detail":"created"}`,
		},
		"a step fails": {
			publish.Step{Name: publish.StepFinalize, Status: publish.StatusFailed, Detail: "no"},
			"finalize   failed  no\n", `{"step":"finalize","status":"failed","detail":"no"}`,
		},
		"nobody asked for stable": {
			publish.Step{Name: publish.StepStable, Status: publish.StatusSkipped, Detail: "not asked for"},
			"", `{"step":"stable","status":"skipped","detail":"not asked for"}`,
		},
		"a file is hashed": {
			publish.Hashed{Asset: linux, Size: 2_000_000, SHA256: [32]byte{0xab}},
			"hash       linux-amd64    2.0 MB, sha256 ab00 0000 0000\n",
			`{"step":"hash","platform":"linux-amd64","status":"ok","file":"baton-sample","sizeBytes":2000000,` +
				`"sha256":"sha256:ab00000000000000000000000000000000000000000000000000000000000000","reused":false}`,
		},
		"a signature is good": {
			publish.Signed{Asset: linux, Made: true, Verdict: &registryv1.Verdict{
				Status: registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED, Scheme: "gpg", Signer: "AB12", Detail: "Signed by Ines.",
			}},
			"sign       linux-amd64    ✓ VERIFIED  Signed by Ines.\n",
			`{"step":"sign","platform":"linux-amd64","status":"ok","scheme":"gpg","verdict":"VERIFIED","file":"baton-sample","signer":"AB12",` +
				`"detail":"Signed by Ines.","reused":false}`,
		},
		"a signature is not good": {
			publish.Signed{Asset: linux, Verdict: &registryv1.Verdict{
				Status: registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, Scheme: "gpg", Reason: "WRONG_KEY", Detail: "Another key.",
			}},
			"sign       linux-amd64    ✗ not verified  Another key.\n",
			`{"step":"sign","platform":"linux-amd64","status":"failed","scheme":"gpg","verdict":"NOT_VERIFIED","reason":"WRONG_KEY","file":"baton-sample",` +
				`"detail":"Another key."}`,
		},
		"there is something to know": {
			publish.Noted{Note: publish.Note{About: "sign", Text: "nobody knows the key", Caution: true}},
			"sign       warning  Nobody knows the key.\n",
			`{"step":"sign","status":"warning","about":"sign","detail":"nobody knows the key"}`,
		},
		"the registry has it": {
			publish.Targeted{Asset: linux, Have: true}, "upload     linux-amd64    the registry has these bytes already\n", "",
		},
		"a file is there": {
			publish.Stored{Asset: linux, Size: 2_000_000, Took: 2 * time.Second},
			"upload     linux-amd64    2.0 MB stored in 2 s\n",
			`{"step":"upload","platform":"linux-amd64","status":"ok","file":"baton-sample","bytes":2000000,"total":2000000}`,
		},
		"a signature is there": {
			publish.Stored{Asset: publish.AssetKey{Platform: "linux-amd64", Kind: "SIGNATURE", Filename: "baton-sample.asc"}, Size: 488, Took: time.Second},
			"upload     linux-amd64    baton-sample.asc, 488 B stored in 1 s\n",
			`{"step":"upload","platform":"linux-amd64","status":"ok","file":"baton-sample.asc","bytes":488,"total":488}`,
		},
		"a file waits": {
			progress(row(publish.RowWaiting, 10)), "upload     linux-amd64    waits 4 s: the connection broke\n",
			`{"step":"upload","platform":"linux-amd64","status":"waiting","file":"baton-sample","bytes":10,"total":2000000,"detail":"the connection broke"}`,
		},
		"a check passes": {
			publish.Checked{Check: &registryv1.Check{Name: "license", Result: registryv1.CheckResult_CHECK_RESULT_PASS}},
			"",
			`{"step":"check","status":"ok","name":"license","result":"PASS"}`,
		},
		"a check fails": {
			publish.Checked{Check: mismatch},
			"check      ✗ fail  platform-match of linux-arm64: made for linux-amd64. Build it again.\n",
			`{"step":"check","platform":"linux-arm64","status":"failed","name":"platform-match","result":"FAIL","reason":"PLATFORM_BINARY_MISMATCH",` +
				`"detail":"made for linux-amd64.","fix":"Build it again."}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs := told(t, OutputTable, nil, c.event)
			assert.Equal(t, c.text, errs)
			assert.Empty(t, out, "only the result goes to stdout")
			out, errs = told(t, OutputJSON, nil, c.event)
			assert.Equal(t, c.json, strings.TrimSuffix(out, "\n"))
			assert.Empty(t, errs)
		})
	}
}

func TestProgressIsToldOnceASecondAndOnlyWhenItMoves(t *testing.T) {
	t.Parallel()
	events := []publish.Event{
		progress(row(publish.RowQueued, 0)), progress(row(publish.RowUploading, 0)), progress(row(publish.RowUploading, 500_000)),
		progress(row(publish.RowUploading, 500_000)), progress(row(publish.RowUploading, 1_000_000)),
		progress(row(publish.RowWaiting, 1_000_000)), progress(row(publish.RowWaiting, 1_000_000)),
		progress(row(publish.RowUploading, 1_500_000)), progress(row(publish.RowUploading, 2_000_000)), progress(row(publish.RowStored, 2_000_000)),
	}
	out, _ := told(t, OutputJSON, nil, events...)
	var said []string
	for _, line := range (result{out: out}).lines(t) {
		said = append(said, line["status"].(string)+" "+jsonNumber(line["bytes"]))
	}
	assert.Equal(t, []string{"progress 500000", "progress 1000000", "waiting 1000000", "progress 1500000"}, said)
	_, errs := told(t, OutputTable, nil, events...)
	assert.Equal(t, "upload     linux-amd64    1.0 of 2.0 MB  50 %  1.0 MB/s\n"+
		"upload     linux-amd64    waits 4 s: the connection broke\n"+
		"upload     linux-amd64    1.5 of 2.0 MB  75 %  1.0 MB/s\n", errs)
}

func TestTheLastLineIsTheResult(t *testing.T) {
	t.Parallel()
	failed := in(registryv1.State_STATE_FAILED)
	failed.Failure = &registryv1.Failure{Reason: "ARCHIVE_UNSAFE", Message: "it climbs"}
	waiting := in(registryv1.State_STATE_VALIDATING)
	waiting.Summary.WaitingFor = &registryv1.WaitingFor{ApprovalsGiven: 1, ApprovalsNeeded: 2}
	const ref = `"org":"acme","name":"baton-sample","version":"v1.0.0"`
	for name, c := range map[string]struct {
		result     publish.Result
		err        error
		text, json string
	}{
		"published": {
			publish.Result{Version: in(registryv1.State_STATE_PUBLISHED)},
			nil, "acme/baton-sample@v1.0.0 is PUBLISHED.\n",
			`{"step":"done","status":"ok",` + ref + `,"state":"PUBLISHED"}`,
		},
		"and stable": {
			publish.Result{Version: in(registryv1.State_STATE_PUBLISHED), Stable: true},
			nil, "acme/baton-sample@v1.0.0 is PUBLISHED, and stable.\n",
			`{"step":"done","status":"ok",` + ref + `,"state":"PUBLISHED","stable":true}`,
		},
		"unchanged": {
			publish.Result{Version: in(registryv1.State_STATE_PUBLISHED), Unchanged: true},
			nil,
			"acme/baton-sample@v1.0.0 is PUBLISHED already, exactly so: nothing was changed.\n",
			`{"step":"done","status":"ok",` + ref + `,"state":"PUBLISHED","unchanged":true}`,
		},
		"waiting for people": {
			publish.Result{Version: waiting},
			nil, "acme/baton-sample@v1.0.0 is VALIDATING and waits for 1 more approval.\n",
			`{"step":"done","status":"ok",` + ref + `,"state":"VALIDATING"}`,
		},
		"failed": {
			publish.Result{Version: failed},
			errors.New("it failed"), "",
			`{"step":"done","status":"failed",` + ref + `,"state":"FAILED","failure":{"reason":"ARCHIVE_UNSAFE","message":"it climbs"}}`,
		},
		"before there was a version": {
			publish.Result{}, errors.New("no"), "", `{"step":"done","status":"failed",` + ref + `}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, errs := told(t, OutputTable, nil, publish.Finished{Result: c.result, Err: c.err})
			assert.Equal(t, c.text, out)
			assert.Empty(t, errs, "the error is the command's to print")
			out, _ = told(t, OutputJSON, nil, publish.Finished{Result: c.result, Err: c.err})
			assert.Equal(t, c.json, strings.TrimSuffix(out, "\n"))
		})
	}
}

func TestNoWaitLeavesWhenTheRegistryGoesOnAlone(t *testing.T) {
	t.Parallel()
	events := []publish.Event{
		publish.Step{Name: publish.StepFinalize, Status: publish.StatusOK},
		publish.Step{Name: publish.StepValidate, Status: publish.StatusStarted},
		publish.Finished{Err: errors.New("stopped")},
	}
	left := 0
	out, _ := told(t, OutputTable, func(p *publishPrinter) { p.leave = func() { left++ } }, events...)
	assert.Equal(t, 1, left)
	assert.Equal(t, "acme/baton-sample@v1.0.0 is VALIDATING. See what became of it with: registrar show acme/baton-sample@v1.0.0\n", out)
	out, _ = told(t, OutputJSON, func(p *publishPrinter) { p.leave = func() {} }, events...)
	assert.True(t, strings.HasSuffix(out, `"version":"v1.0.0","state":"VALIDATING"}`+"\n"), out)

	// Where there is nothing to wait for, nothing is left.
	done := []publish.Event{
		publish.Step{Name: publish.StepValidate, Status: publish.StatusSkipped, Detail: "exactly this is published"},
		publish.Finished{Result: publish.Result{Version: in(registryv1.State_STATE_PUBLISHED), Unchanged: true}},
	}
	out, _ = told(t, OutputTable, func(p *publishPrinter) { p.leave = func() { left++ } }, done...)
	assert.Equal(t, 1, left)
	assert.Contains(t, out, "nothing was changed")
}
