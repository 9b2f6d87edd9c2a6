package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
)

// The first page is small, so that something shows at once; the others are
// large, so that 100,000 rows take a hundred calls.
const (
	firstPage = 100
	nextPage  = 1000
)

// readTimeout bounds one read; the client's own retries happen within it.
const readTimeout = 20 * time.Second

// The keys of the lists that are not of one connector.
const (
	connectorsList = ""
	versionsList   = "*"
)

// pageRead is one page of a list, or why it could not be read.
type pageRead struct {
	list       string // a key of the loads
	generation int
	connectors []*registryv1.Connector
	versions   []*registryv1.VersionSummary
	cursor     string
	next       string // token of the next page
	org, name  string
	err        error
}

// callerRead says who calls, once the registry answered.
type callerRead struct {
	caller *registryv1.GetCallerResponse
	err    error
}

func (a *App) readCaller() tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		caller, err := calls.Registry.GetCaller(ctx, &registryv1.GetCallerRequest{})
		return callerRead{caller: caller, err: err}
	}
}

// callerRead keeps the answer. A registry that does not answer is what the
// lists tell already.
func (a *App) callerRead(msg callerRead) tea.Cmd {
	if msg.err == nil {
		a.caller = msg.caller
	}
	return nil
}

// readConnectors reads the list of connectors from its beginning.
func (a *App) readConnectors() tea.Cmd {
	return a.readPage(pageRead{list: connectorsList, generation: a.begin(connectorsList)}, firstPage)
}

// load reads a list of versions from its beginning.
func (a *App) load(next action.Load) tea.Cmd {
	list := versionsList
	if next.Name != "" {
		list = catalog.Home(next.Org, next.Name)
	}
	return a.readPage(pageRead{list: list, generation: a.begin(list), org: next.Org, name: next.Name}, firstPage)
}

// begin starts a new reading of a list; pages of the one before are dropped.
func (a *App) begin(list string) int {
	a.loads[list]++
	return a.loads[list]
}

// readPage reads the page that follows another one.
func (a *App) readPage(after pageRead, size int32) tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		page := pageRead{list: after.list, generation: after.generation, org: after.org, name: after.name}
		if page.list == connectorsList {
			readConnectors(ctx, calls, after.next, size, &page)
		} else {
			readVersions(ctx, calls, after.next, size, &page)
		}
		return page
	}
}

func readConnectors(ctx context.Context, calls *client.Client, token string, size int32, page *pageRead) {
	rs, err := calls.Registry.ListConnectors(ctx, &registryv1.ListConnectorsRequest{
		Order: registryv1.ConnectorOrder_CONNECTOR_ORDER_UPDATED, PageSize: size, PageToken: token,
	})
	page.connectors, page.next, page.cursor, page.err = rs.GetConnectors(), rs.GetNextPageToken(), rs.GetCursor(), err
}

func readVersions(ctx context.Context, calls *client.Client, token string, size int32, page *pageRead) {
	rq := &registryv1.ListVersionsRequest{PageSize: size, PageToken: token}
	if page.name != "" {
		rq.Connector = &registryv1.ConnectorRef{Org: page.org, Name: page.name}
	}
	rs, err := calls.Registry.ListVersions(ctx, rq)
	page.versions, page.next, page.cursor, page.err = rs.GetVersions(), rs.GetNextPageToken(), rs.GetCursor(), err
}

// pageRead puts a page into the catalogue and asks for the next one.
func (a *App) pageRead(page pageRead) tea.Cmd {
	if page.generation != a.loads[page.list] {
		return nil
	}
	home := page.list
	if page.list == connectorsList || page.list == versionsList {
		home = ""
	}
	loaded := catalog.Loaded{Home: home, All: page.list == versionsList, Done: page.next == "" && page.err == nil, Err: page.err}
	if page.err != nil {
		return a.failedRead(page, loaded)
	}
	if page.list == connectorsList {
		a.catalog.AddConnectors(page.connectors)
	} else {
		a.catalog.AddVersions(home, page.versions)
	}
	commands := []tea.Cmd{a.watchFrom(page.cursor)}
	if loaded.Done {
		a.whole(page.list)
	} else {
		commands = append(commands, a.readPage(page, nextPage))
	}
	return tea.Batch(append(commands, a.tell(loaded))...)
}

// failedRead starts the watch nevertheless: it is what finds out when the
// registry answers again, and then everything is read anew.
func (a *App) failedRead(page pageRead, loaded catalog.Loaded) tea.Cmd {
	commands := []tea.Cmd{a.tell(loaded)}
	if page.list == connectorsList {
		a.live.lost(page.err)
		commands = append(commands, a.watchFrom(""))
	}
	return tea.Batch(commands...)
}

// whole marks a list as read to its end.
func (a *App) whole(list string) {
	switch list {
	case connectorsList:
		a.catalog.Connectors.SetWhole(true)
	case versionsList:
		a.catalog.Versions.SetWhole(true)
	default:
		a.catalog.Of(list).SetWhole(true)
	}
}

// showVersion reads one version whole.
func (a *App) showVersion(next action.Show) tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		rs, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: next.Version.Ref()})
		v := next.Version
		return catalog.Shown{Org: v.Org, Name: v.Name, Number: v.Number, Version: rs.GetVersion(), Err: err}
	}
}

// weigh asks the registry what a yank would do. It sends what is there
// already; what is still missing is filled so that the answer is about the
// consequences, not about the form.
func (a *App) weigh(next action.Weigh) tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		rq := yankRequest(next.Yank)
		rq.ValidateOnly = true
		if rq.GetCategory() == registryv1.YankCategory_YANK_CATEGORY_UNSPECIFIED {
			rq.Category = registryv1.YankCategory_YANK_CATEGORY_OTHER
		}
		if rq.GetReason() == "" {
			rq.Reason = "not said yet"
		}
		rs, err := calls.Registry.YankVersion(ctx, rq)
		v := next.Yank.Version
		return catalog.Weighed{Org: v.Org, Name: v.Name, Number: v.Number, Consequences: rs.GetConsequences(), Err: err}
	}
}
