package publish

import (
	"sync"
)

// Control is a person's hand on a running Run. Its methods may be called from
// anywhere at any time; before and after the upload they do nothing. With a
// Control, a Run whose files stopped waits for a Retry, until its context
// ends; without one it fails when nothing else is left to send.
type Control struct {
	mu    sync.Mutex
	asked []command
	bell  chan struct{}
}

// command is one thing that a person wants.
type command struct {
	asset AssetKey // zero: all
	retry bool
}

// NewControl makes a control for one run.
func NewControl() *Control { return &Control{bell: make(chan struct{}, 1)} }

// Cancel stops the transfer of one file; the others go on.
func (c *Control) Cancel(asset AssetKey) { c.ask(command{asset: asset}) }

// Retry takes up one stopped or waiting file again, at once.
func (c *Control) Retry(asset AssetKey) { c.ask(command{asset: asset, retry: true}) }

// RetryAll takes up every stopped or waiting file again.
func (c *Control) RetryAll() { c.ask(command{retry: true}) }

func (c *Control) ask(what command) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, what)
	select {
	case c.bell <- struct{}{}:
	default: // it rings already
	}
}

// take gives what was asked for since the last time.
func (c *Control) take() []command {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	asked := c.asked
	c.asked = nil
	return asked
}

// rings is nil, which never rings, for no control.
func (c *Control) rings() <-chan struct{} {
	if c == nil {
		return nil
	}
	return c.bell
}
