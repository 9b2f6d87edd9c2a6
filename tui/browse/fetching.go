package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// DownloadTask is the id of the task that downloads files of a version.
func DownloadTask(v action.Version) string { return "download " + v.String() }

// unfetchable is why files of a version cannot be fetched.
func unfetchable(s action.Subject, known bool) string {
	switch {
	case !known:
		return noVersion
	case s.Empty:
		return "no file of " + s.Version.Number + " has arrived yet"
	case s.Blocked:
		return "downloads of " + s.Version.Number + " are blocked by its yank"
	default:
		return ""
	}
}

// downloading is the binding that downloads a version.
func downloading(c *catalog.Catalog, chosen func() (action.Subject, bool)) ui.Binding {
	subject, known := chosen()
	return download(c, subject.Version, subject.Version, func() string { return unfetchable(subject, known) })
}

// download is the binding that asks about a download; while one of the version
// is under way, the same key stops it.
func download(c *catalog.Catalog, v, ask action.Version, off func() string) ui.Binding {
	if task := DownloadTask(v); c.Underway(task) {
		return ui.Binding{
			ID: "version.download", Label: "stop download", Help: "stop the download; nothing of it stays", Keys: []string{"d"},
			Do: do(action.StopTask{Task: task}),
		}
	}
	return ui.Binding{
		ID: "version.download", Label: "download", Help: "fetch release files and verify them; asks first which and where to", Keys: []string{"d"},
		Asks: true, Off: off, Do: do(action.AskDownload{Version: ask}),
	}
}

// retrying is the binding that publishes a FAILED version again.
func retrying(c *catalog.Catalog, chosen func() (action.Subject, bool)) ui.Binding {
	subject, known := chosen()
	return ui.Binding{
		ID: "version.retry", Label: "retry", Help: "publish a FAILED version again, as its next attempt", Keys: []string{"r"}, Risk: ui.Changes,
		Quiet: subject.State != registryv1.State_STATE_FAILED,
		Off: func() string {
			switch {
			case !known:
				return noVersion
			case subject.State != registryv1.State_STATE_FAILED:
				return only(registryv1.State_STATE_FAILED, subject)
			case !c.May(subject.Version.Org, registryv1.Role_ROLE_PUBLISHER, registryv1.Role_ROLE_MAINTAINER):
				return roleless(subject, "publisher")
			default:
				return ""
			}
		},
		Do: do(action.Retry{Version: subject.Version}),
	}
}
