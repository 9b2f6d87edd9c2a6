package tui

import (
	"context"
	"slices"
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

// page is one page of a list, or why it could not be read.
type page struct {
	list       catalog.List
	reading    uint32 // the reading that it belongs to
	connectors []*registryv1.Connector
	versions   []*registryv1.VersionSummary
	queued     []*registryv1.QueuedReview
	cursor     string
	next       string // token of the next page
	err        error
}

// callerRead says who calls, once the registry answered.
type callerRead struct {
	caller *registryv1.GetCallerResponse
	err    error
}

// command makes a command of one read whose answer the page waits for.
func (a *App) command(read func(ctx context.Context, calls *client.Client) tea.Msg) tea.Cmd {
	return a.awaiting(a.background(read))
}

// background makes a command of one read. It closes over values only.
func (a *App) background(read func(ctx context.Context, calls *client.Client) tea.Msg) tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, readTimeout)
		defer cancel()
		return read(ctx, calls)
	}
}

func (a *App) readCaller() tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		caller, err := calls.Registry.GetCaller(ctx, &registryv1.GetCallerRequest{})
		return callerRead{caller: caller, err: err}
	})
}

// callerRead keeps the answer. That a registry does not answer is what the
// lists tell already.
func (a *App) callerRead(msg callerRead) tea.Cmd {
	if msg.err != nil {
		a.catalog.Attention.Miss(msg.err)
		return nil
	}
	a.catalog.Caller = msg.caller
	return tea.Batch(a.attend(), a.loadQueue())
}

// refresh tries to reach a lost registry at once, and reads again what is in
// sight and who one is.
func (a *App) refresh() tea.Cmd {
	a.cfg.Client.TryNow()
	commands := []tea.Cmd{a.readCaller(), a.readJournal(), a.load(action.Load{Again: true})}
	for _, next := range a.top().Open() {
		if load, is := next.(action.Load); is {
			load.Again = true
			next = load
		}
		commands = append(commands, a.do(next))
	}
	return tea.Batch(commands...)
}

// load reads a list, unless the watch keeps it up to date already.
func (a *App) load(next action.Load) tea.Cmd {
	list := catalog.List{Org: next.Org, Name: next.Name, All: next.All, Waiting: next.Waiting}
	reading := a.catalog.Reading(list)
	kept := reading.Whole() && a.live.started && reading.Err() == nil
	if !next.Again && (kept || reading.Underway()) {
		return nil
	}
	return a.read(list, false)
}

// read reads a list from its beginning.
func (a *App) read(list catalog.List, distrust bool) tea.Cmd {
	if !slices.Contains(a.opened, list) {
		a.opened = append(a.opened, list)
	}
	return a.readPage(page{list: list, reading: a.catalog.Reading(list).Begin(distrust)}, firstPage)
}

// readAnew reads every list that was opened, since changes were missed.
func (a *App) readAnew() tea.Cmd {
	var commands []tea.Cmd
	for _, list := range a.opened {
		commands = append(commands, a.read(list, true))
	}
	commands = append(commands, a.attend())
	return tea.Batch(commands...)
}

// readAgain reads what could not be read while the registry was lost. Lists
// that were whole before are not: the watch catches up with what was missed.
func (a *App) readAgain() tea.Cmd {
	var commands []tea.Cmd
	switch {
	case a.catalog.Caller == nil:
		commands = append(commands, a.readCaller())
	case a.catalog.Attention.Err != nil:
		commands = append(commands, a.attend())
	}
	for _, list := range a.opened {
		if a.catalog.Reading(list).Err() != nil {
			commands = append(commands, a.read(list, false))
		}
	}
	return tea.Batch(commands...)
}

// readPage reads the page that follows another one.
func (a *App) readPage(after page, size int32) tea.Cmd {
	begin := a.command
	if after.next != "" {
		begin = a.background // the first page is there to be read
	}
	return begin(func(ctx context.Context, calls *client.Client) tea.Msg {
		p := page{list: after.list, reading: after.reading}
		switch {
		case p.list == (catalog.List{}):
			p.readConnectors(ctx, calls, after.next, size)
		case p.list.Waiting:
			p.readQueue(ctx, calls, after.next, size)
		default:
			p.readVersions(ctx, calls, after.next, size)
		}
		return p
	})
}

func (p *page) readConnectors(ctx context.Context, calls *client.Client, token string, size int32) {
	rs, err := calls.Registry.ListConnectors(ctx, &registryv1.ListConnectorsRequest{
		Order: registryv1.ConnectorOrder_CONNECTOR_ORDER_UPDATED, PageSize: size, PageToken: token,
	})
	p.connectors, p.next, p.cursor, p.err = rs.GetConnectors(), rs.GetNextPageToken(), rs.GetCursor(), err
}

func (p *page) readVersions(ctx context.Context, calls *client.Client, token string, size int32) {
	rq := &registryv1.ListVersionsRequest{PageSize: size, PageToken: token}
	if !p.list.All {
		rq.Connector = &registryv1.ConnectorRef{Org: p.list.Org, Name: p.list.Name}
	}
	rs, err := calls.Registry.ListVersions(ctx, rq)
	p.versions, p.next, p.cursor, p.err = rs.GetVersions(), rs.GetNextPageToken(), rs.GetCursor(), err
}

// pageRead puts a page into the catalogue and asks for the next one.
func (a *App) pageRead(p page) tea.Cmd {
	reading := a.catalog.Reading(p.list)
	if p.reading != reading.Number() {
		return nil
	}
	if p.err != nil {
		return a.failedRead(p)
	}
	switch {
	case p.list == (catalog.List{}):
		a.catalog.AddConnectors(p.connectors)
	case p.list.Waiting:
		a.catalog.AddQueued(p.queued)
	default:
		a.catalog.AddVersions(p.list, p.versions)
	}
	a.live.answered(a.now)
	commands := []tea.Cmd{a.live.watch(p.cursor)}
	if p.next == "" {
		reading.End()
	} else {
		commands = append(commands, a.readPage(p, nextPage))
	}
	return tea.Batch(append(commands, a.tell(catalog.Changed{}))...)
}

// failedRead starts the watch nevertheless when nobody answers: it is what
// finds out when the registry answers again, and then everything is read anew.
func (a *App) failedRead(p page) tea.Cmd {
	a.catalog.Reading(p.list).Break(p.err)
	told := a.tell(catalog.Changed{})
	if !unreachable(p.err) {
		// That a connector is not there says nothing about the caller.
		if !a.live.started && client.ReasonOf(p.err) != registryv1.Reason_REASON_NOT_FOUND {
			a.live.state, a.live.why = refused, message(p.err)
		}
		return told
	}
	a.live.lost(p.err)
	return tea.Batch(told, a.live.watch(""))
}

// showVersion reads one version whole.
func (a *App) showVersion(next action.Show) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		rs, err := calls.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: next.Version.Ref()})
		v := next.Version
		return catalog.Shown{Org: v.Org, Name: v.Name, Number: v.Number, Asked: next.Asked, Version: rs.GetVersion(), Err: err}
	})
}

// weigh asks the registry what a yank would do. It sends what is there
// already; what is still missing is filled so that the answer is about the
// consequences, not about the form.
func (a *App) weigh(next action.Weigh) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
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
		return catalog.Weighed{Org: v.Org, Name: v.Name, Number: v.Number, Asked: next.Asked, Consequences: rs.GetConsequences(), Err: err}
	})
}

// lookUp finds out what a page wants to know. It may read large files, so
// nothing but the console's end bounds it.
func (a *App) lookUp(q action.Question) tea.Cmd {
	ctx, calls := a.ctx, a.cfg.Client
	return a.awaiting(func() tea.Msg { return q.Ask(ctx, calls) })
}

// begin starts what takes a while and shows itself how far it is.
func (a *App) begin(w action.Work) tea.Cmd {
	calls := a.cfg.Client
	task := Task{ID: w.Task(), Start: w.Doing(), Slow: true}
	if says, is := w.(interface{ Left() []string }); is {
		task.Left = says.Left
	}
	task.Run = func(ctx context.Context, r *Report) (string, error) {
		return w.Do(ctx, calls, r.Set)
	}
	return a.start(task)
}
