package triage

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

const (
	linux   = registryv1.Platform_PLATFORM_LINUX_AMD64
	windows = registryv1.Platform_PLATFORM_WINDOWS_AMD64
)

// offered is what a registry answers about a version that ships for platforms.
func offered(platforms ...registryv1.Platform) *registryv1.GetDownloadURLsResponse {
	summary := &registryv1.VersionSummary{Ref: v.Ref(), Platforms: platforms}
	answer := &registryv1.GetDownloadURLsResponse{Version: summary, ChosenBy: registryv1.ChosenBy_CHOSEN_BY_NUMBER}
	for _, p := range platforms {
		summary.PlatformVerdicts = append(summary.PlatformVerdicts, registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED)
		answer.Downloads = append(answer.Downloads,
			&registryv1.Download{Asset: &registryv1.Asset{
				Platform: p, Kind: registryv1.AssetKind_ASSET_KIND_ARCHIVE, Filename: "baton-sample-" + p.Slug() + ".zip", SizeBytes: 10_000_000,
			}},
			&registryv1.Download{Asset: &registryv1.Asset{Platform: p, Kind: registryv1.AssetKind_ASSET_KIND_SIGNATURE, Filename: "baton-sample-" + p.Slug() + ".zip.sig", SizeBytes: 96}},
		)
	}
	return answer
}

// answered is a dialog that the registry has answered.
func answered(t *testing.T, of action.Version, answer *registryv1.GetDownloadURLsResponse) *Download {
	t.Helper()
	d := NewDownload(of, linux, "/src")
	assert.Equal(t, action.Offer{Version: of, Asked: 1}, d.Ask())
	seen(t, d)
	d.Handle(catalog.Offered{Org: of.Org, Name: of.Name, Asked: 1, Answer: answer})
	return d
}

// The file for this computer is chosen already; one or all others may be.
func TestWhatIsDownloaded(t *testing.T) {
	t.Parallel()
	d := answered(t, v, offered(linux, windows))
	said := text(d)
	assert.Contains(t, said, "Download baton-sample v1.1.0?")
	assert.Contains(t, said, "baton-sample-linux-amd64.zip, 10 MB.")
	assert.Contains(t, said, "/src")
	assert.Equal(t, action.Close{Then: action.Download{Version: v, Platforms: []registryv1.Platform{linux}, Folder: "/src"}}, press(d, "tab", "tab", "tab", "enter"))

	d = answered(t, v, offered(linux, windows))
	press(d, "tab", "right")
	assert.Contains(t, text(d), "baton-sample-windows-amd64.zip, 10 MB.")
	press(d, "right")
	assert.Contains(t, text(d), "2 files, 20 MB.")
	press(d, "tab", "/dist")
	assert.Equal(t, action.Close{Then: action.Download{Version: v, Platforms: []registryv1.Platform{linux, windows}, Folder: "/src/dist"}}, press(d, "tab", "enter"))
	assert.Equal(t, action.Back{}, press(d, "esc"))
}

// Without a number it is about what a plain download takes, and says so.
func TestAPlainDownload(t *testing.T) {
	t.Parallel()
	plain := action.Version{Org: v.Org, Name: v.Name}
	answer := offered(linux)
	answer.ChosenBy = registryv1.ChosenBy_CHOSEN_BY_STABLE
	d := answered(t, plain, answer)
	said := text(d)
	assert.Contains(t, said, "Download baton-sample v1.1.0?")
	assert.Contains(t, said, "Taking v1.1.0, the stable version.")
	assert.NotContains(t, said, "all", "there is one only")
}

// What one should know before taking it is said.
func TestWhatToKnowOfADownload(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*registryv1.GetDownloadURLsResponse)
		says   string
		off    string
	}{
		"yanked": {func(a *registryv1.GetDownloadURLsResponse) {
			a.Yank = &registryv1.Yank{Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "It loops.", Replacement: "v1.0.0"}
		}, "v1.1.0 is yanked (broken): It loops. Use v1.0.0 instead.", ""},
		"unsigned": {func(a *registryv1.GetDownloadURLsResponse) {
			a.Version.PlatformVerdicts[0] = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
		}, "No signature is: UNSIGNED.", ""},
		"unsigned where signatures are required": {func(a *registryv1.GetDownloadURLsResponse) {
			a.Version.PlatformVerdicts[0] = registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED
			a.SignaturesRequired = true
		}, "The policy of acme requires signatures, and there is none.", ""},
		"not verified": {func(a *registryv1.GetDownloadURLsResponse) {
			a.Version.PlatformVerdicts[0], a.Version.VerdictReason = registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED, "REVOKED_KEY"
		}, "The registry says REVOKED KEY for linux-amd64.", ""},
		"not for this computer": {func(a *registryv1.GetDownloadURLsResponse) {
			a.Downloads = offered(windows).GetDownloads()
		}, "It ships nothing for linux-amd64, where this runs. Choose a platform.", "choose a platform"},
		"nothing": {func(a *registryv1.GetDownloadURLsResponse) { a.Downloads = nil }, "The version has no file that could be run.", "there is no file to fetch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := offered(linux)
			c.change(answer)
			d := answered(t, v, answer)
			assert.Contains(t, strings.Join(strings.Fields(text(d)), " "), c.says)
			assert.Equal(t, c.off, d.incomplete())
		})
	}
}

// Files that share a name do not overwrite each other.
func TestFilesOfOneName(t *testing.T) {
	t.Parallel()
	answer := offered(linux, windows)
	for _, d := range answer.GetDownloads() {
		d.Asset.Filename = "baton-sample"
	}
	d := answered(t, v, answer)
	assert.NotContains(t, text(d), "share a name")
	press(d, "tab", "right", "right")
	assert.Contains(t, text(d), "They share a name, so that each goes into a folder of its")
}

// The registry's refusal is shown, and asked again once it answers again.
func TestARefusedDownload(t *testing.T) {
	t.Parallel()
	d := NewDownload(v, linux, "/src")
	d.Ask()
	assert.Equal(t, "the registry was not asked yet", d.incomplete())
	d.Handle(catalog.Offered{Org: v.Org, Name: v.Name, Asked: 1, Err: &client.Error{Message: "v1.1.0 is yanked and its downloads are blocked", Next: "use v1.0.0"}})
	assert.Contains(t, text(d), "v1.1.0 is yanked and its downloads are blocked. Next: use v1.0.0.")
	assert.Equal(t, "the registry refuses it", d.incomplete())
	next, _ := d.Handle(catalog.Back{})
	assert.Equal(t, action.Offer{Version: v, Asked: 2}, next)
	d.Handle(catalog.Offered{Org: v.Org, Name: v.Name, Asked: 1, Answer: offered(linux)})
	assert.Equal(t, "the registry refuses it", d.incomplete(), "that was the first question")
	d.Handle(catalog.Offered{Org: v.Org, Name: v.Name, Asked: 2, Answer: offered(linux)})
	assert.Empty(t, d.incomplete())
	d.folder.SetValue(" ")
	assert.Equal(t, "say where to", d.incomplete())
}
