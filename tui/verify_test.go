package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// why is why verifying is off now.
func (a *App) why() string {
	b, _ := ui.FindID(a.bindings(), "version.verify")
	return b.Why()
}

// Verifying here says why it is off: without the registry, without files, and
// where downloads are blocked.
func TestWhyVerifyingIsOff(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
	a.do(action.Move{By: 1})
	assert.Empty(t, a.why())

	v := whole("v0.5.23")
	v.Yank.DownloadsBlocked = true
	ref := action.VersionOf(v.GetSummary().GetRef())
	a.do(action.OpenVersion{Version: ref})
	assert.Equal(t, "there is no version here", a.why(), "it is not read yet")
	a.Update(catalog.Shown{Org: ref.Org, Name: ref.Name, Number: ref.Number, Asked: 1, Version: v})
	assert.Equal(t, "downloads of v0.5.23 are blocked by its yank", a.why())

	v = whole("v0.5.27-rc.1")
	v.Summary.PlatformReceived = make([]bool, 5)
	ref = action.VersionOf(v.GetSummary().GetRef())
	a.do(action.OpenVersion{Version: ref})
	a.Update(catalog.Shown{Org: ref.Org, Name: ref.Name, Number: ref.Number, Asked: 1, Version: v})
	assert.Equal(t, "no file of v0.5.27-rc.1 has arrived yet", a.why())

	a.open("v0.5.26")
	assert.Empty(t, a.why())
	a.Update(batch{lost: &client.Error{Message: "hub.example.org does not answer"}})
	assert.Equal(t, "hub.example.org does not answer", a.why())
}

// While it runs, the same key stops it; being stopped is no failure.
func TestTheSameKeyStops(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.open("v0.5.26")
	a.Update(tea.KeyPressMsg{Text: "v", Code: 'v'})
	assert.Len(t, a.tasks.running, 1)
	assert.Contains(t, a.text(), "v stop verifying")
	assert.Contains(t, a.text(), "verifying ConductorOne/baton-okta v0.5.26")
	a.Update(tea.KeyPressMsg{Text: "v", Code: 'v'})
	a.Update(taskDone{id: "verify " + okta.String(), err: &client.Error{Reason: registryv1.Reason_REASON_INTERRUPTED, Message: "it was stopped"}})
	assert.Contains(t, a.text(), "Stopped verifying ConductorOne/baton-okta v0.5.26.")
	assert.Contains(t, a.text(), "v verify here")
	assert.False(t, a.toast.bad)
}

// What was found here belongs to the attempt whose bytes were looked at.
func TestAnotherAttemptWasNotVerified(t *testing.T) {
	t.Parallel()
	a := plainApp(t)
	a.openAssets("v0.5.26", 2)
	a.verifiedHereAs("v0.5.26", "linux-amd64")
	assert.Contains(t, a.text(), "another answer")
	v := whole("v0.5.26")
	v.Summary.Attempt = 2
	a.Update(catalog.Shown{Org: okta.Org, Name: okta.Name, Number: okta.Number, Asked: 1, Version: v})
	assert.NotContains(t, a.text(), "another answer")
	assert.NotContains(t, a.text(), "DIGEST MISMATCH")
}

func TestVerifiedHere(t *testing.T) {
	t.Parallel()
	result := func(s registryv1.VerdictStatus, reason string) trust.Result {
		return trust.Result{Verdict: &registryv1.Verdict{Status: s, Reason: reason}}
	}
	good, bad := result(verified, ""), result(notVerified, "REVOKED_KEY")
	assert.Equal(t, "no file was there to check.", verifiedHere(nil))
	assert.Equal(t, "1 file checked here, VERIFIED.", verifiedHere([]trust.Result{good}))
	assert.Equal(t, "2 of 3 files checked here: REVOKED KEY.", verifiedHere([]trust.Result{bad, good, bad}))
	assert.Equal(t, "1 of 2 files checked here: UNSIGNED.", verifiedHere([]trust.Result{good, result(unsigned, "")}))
	assert.Zero(t, arrived(&client.Meter{}, 0))
}

// Verdicts are found by column, by reason, and by free words.
func TestFilteringByVerdict(t *testing.T) {
	t.Parallel()
	for filter, shown := range map[string]string{
		"signed:yes": "1 of 3 ∙", "signed:no": "1 of 5 ∙", "verdict:digest-mismatch": "1 of 1 ∙", "verdict:unsigned": "1 of 2 ∙",
		"verdict:not-verified": "1 of 2 ∙", "revoked key": "1 of 1 ∙", "state:published signed:-yes": "1 of 2 ∙",
	} {
		a := plainApp(t)
		a.do(action.OpenConnector{Org: okta.Org, Name: okta.Name})
		a.do(action.SetFilter{Text: filter})
		assert.Contains(t, a.text(), shown, filter)
	}
}
