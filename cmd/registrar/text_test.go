package main

import (
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client"
)

// What people read, on a registry with something of everything.
func TestWhatPeopleRead(t *testing.T) {
	t.Parallel()
	s := serve(t)
	mara := s.person(t, "mara", "maintainer", "acme")
	mara.publishes(t, "acme", "baton-sample", "v1.0.0").ok(t)
	mara.publishes(t, "acme", "baton-sample", "v1.1.0").ok(t)
	mara.run(t, "set-stable", "acme/baton-sample@v1.0.0").ok(t)
	mara.run(t, "yank", "acme/baton-sample@v1.1.0", "--category", "security", "--reason", "leaks", "--advisory", "CVE-2026-0001",
		"--replacement", "v1.0.0", "--credit", "juno", "--block-downloads", "--yes").ok(t)
	mara.run(t, "deprecate", "acme/baton-sample", "--reason", "the API is gone", "--replacement", "acme/baton-better").ok(t)
	halfUploaded(t, mara)

	for line, wants := range map[string][]string{
		"list":                                {`acme/baton-sample \(deprecated\) +v1.0.0 +v1.0.0 +v1.5.0 +◌ PENDING`},
		"list nothing":                        {`^$`},
		"versions acme/baton-sample":          {`v1.1.0 +⊖ YANKED .* leaks`, `v1.0.0 +✓ PUBLISHED .* stable, latest`, `v1.4.0 +◔ UPLOADING`},
		"versions state:yanked":               {`acme/baton-sample +v1.1.0 +⊖ YANKED`},
		"status":                              {`acme/baton-sample +v1.5.0 +◌ PENDING`, `acme/baton-sample +v1.4.0 +◔ UPLOADING`},
		"status --state failed":               {`^$`},
		"drafts":                              {`acme/baton-sample +v1.4.0 +◔ UPLOADING`},
		"show acme/sample":                    {`stable +v1.0.0`, `deprecated +the API is gone`, `use instead +acme/baton-better`, `versions +.*1 YANKED`, `newest +v1.5.0  ◌ PENDING`},
		"show acme/sample v1.1.0":             {`state +⊖ YANKED`, `because +leaks`, `advisory +CVE-2026-0001`, `use instead +v1.0.0`, `found by +juno`, `yanked by +mara, `, `downloads +blocked`, `linux-amd64 +executable +baton-sample +262 kB +◊ UNSIGNED +sha256:[0-9a-f]{64}`, `signatures +◊ UNSIGNED`, `platform-match +✓ pass +linux-arm64 +ELF 64-bit arm64`},
		"show acme/sample@v1.4.0":             {`not received yet`, `darwin-amd64 .* sha256:`},
		"show acme/sample --platforms":        {`windows-amd64 +v1.0.0`},
		"show acme/sample@v1.4.0 --platforms": {`darwin-amd64 +yes`, `windows-amd64 +no`},
		"events category:security":            {`mara yanked acme/baton-sample v1.1.0 \(security\): leaks`},
		"events --since 1h state:published":   {`published acme/baton-sample v1.0.0`},
		"events --since 2999-01-01":           {`^$`},
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			got := mara.run(t, strings.Fields(line)...).ok(t)
			for _, want := range wants {
				assert.Regexp(t, want, got.out)
			}
			for row := range strings.Lines(got.out) {
				assert.Equal(t, strings.TrimRight(row, " \n"), strings.TrimSuffix(row, "\n"))
			}
		})
	}
	assert.Contains(t, mara.run(t, "list", "nothing").ok(t).err, "No connector matches nothing.")
	assert.Contains(t, mara.run(t, "status", "--state", "failed").ok(t).err, "No version is FAILED.")
	assert.Regexp(t, `1 +admin +admin in all orgs`, s.admin.run(t, "tokens", "list").ok(t).out)
	blocked := mara.run(t, "download", "acme/baton-sample@v1.1.0", "--platform", "linux-amd64", "--dir", mara.home)
	assert.Equal(t, 5, blocked.code, blocked.err)
}

func TestDownloadsChooseTheStableVersionAndSaySo(t *testing.T) {
	t.Parallel()
	d := published(t, "v1.0.0", "v1.1.0")
	download := func(args ...string) result {
		return d.run(t, append([]string{"download", "acme/sample", "--platform", "windows-amd64", "--dir", filepath.Join(d.home, "x")}, args...)...)
	}
	latest := download().ok(t)
	assert.Contains(t, latest.err, "Taking v1.1.0, the latest version; none is stable.")
	assert.Contains(t, latest.err, "No signature was verified")
	assert.Equal(t, filepath.Join(d.home, "x", "baton-sample.exe")+"\n", latest.out)
	d.run(t, "set-stable", "acme/sample", "v1.0.0").ok(t)
	assert.Contains(t, download("--skip-verify").ok(t).err, "Taking v1.0.0, the stable version.")
	assert.NotContains(t, download("--skip-verify").ok(t).err, "signature")
	assert.Equal(t, 3, d.run(t, "download", "acme/none").code)
	assert.Equal(t, 3, d.run(t, "download", "acme/sample@v9.9.9").code)
}

// Progress of a download is drawn on one line that goes away, and only where
// somebody looks.
func TestTransfersAreDrawnForTerminalsOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env   Env
		drawn bool
	}{
		"terminal":       {Env{ErrTerminal: true, Settings: Settings{Output: OutputTable}}, true},
		"pipe":           {Env{Settings: Settings{Output: OutputTable}}, false},
		"terminal, JSON": {Env{ErrTerminal: true, Settings: Settings{Output: OutputJSON}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out lockedBuffer
			env := c.env
			env.Err = &out
			stop := env.showTransfer(new(client.Meter), "file")
			time.Sleep(2 * redraw)
			stop()
			assert.Equal(t, c.drawn, strings.HasSuffix(out.String(), eraseLine), "%q", out.String())
		})
	}
}

func TestTheLogStaysOffTheScreenOfTheConsole(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var errs strings.Builder
	env := &Env{Err: &errs, Out: io.Discard, Environ: d.environ}
	done, err := env.logToFile()
	require.NoError(t, err)
	env.log().Error("something")
	require.NoError(t, done())
	assert.Empty(t, errs.String())
	content, err := filepath.Glob(filepath.Join(d.home, "state", "registrar", "registrar.log"))
	require.NoError(t, err)
	assert.Len(t, content, 1)
	env.log().Error("after it")
	assert.Contains(t, errs.String(), "after it")
}
