package publish

// Control is a person's hand on a running Run. Its methods may be called from
// anywhere at any time.
type Control struct{}

// NewControl makes a control for one run.
func NewControl() *Control { return &Control{} }

// Cancel stops the transfer of one file; the others go on. The run waits for a
// Retry, or ends when nothing else is left to do.
func (c *Control) Cancel(asset AssetKey) {}

// Retry takes up one stopped or waiting file again, at once.
func (c *Control) Retry(asset AssetKey) {}

// RetryAll takes up every stopped or waiting file again.
func (c *Control) RetryAll() {}
