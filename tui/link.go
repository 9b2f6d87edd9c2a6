package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
)

// linkOpened tells how opening a page in the browser went.
type linkOpened struct {
	url string
	err error
}

// errNoBrowser says that there is nowhere to open a page.
var errNoBrowser = errors.New("there is no browser here")

// openLink opens a page in the browser, or copies its address where there is
// none: at the other end of a connection the clipboard is what reaches home.
func (a *App) openLink(next action.OpenLink) tea.Cmd {
	if why := browse.RefuseLink(next.URL); why != "" {
		return a.do(action.Tell{Text: "The link was not opened: " + why + "."})
	}
	open, ctx := a.cfg.OpenURL, a.ctx
	if open == nil {
		return a.linkOpened(linkOpened{url: next.URL, err: errNoBrowser})
	}
	return func() tea.Msg { return linkOpened{url: next.URL, err: open(ctx, next.URL)} }
}

// linkOpened tells what became of a link.
func (a *App) linkOpened(msg linkOpened) tea.Cmd {
	if msg.err == nil {
		return a.do(action.Tell{Text: "Opened " + msg.url + " in the browser."})
	}
	if errors.Is(msg.err, context.Canceled) {
		return nil
	}
	return a.do(action.Copy{Text: msg.url, What: "the link " + msg.url + ", since no browser opened"})
}
