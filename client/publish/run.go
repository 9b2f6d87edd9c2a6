package publish

import (
	"context"

	"github.com/registrar-console/registrar/client"
)

// Run publishes a plan. Events come from one goroutine, Finished last, and
// emit must not block for long. A run that was stopped, failed or killed is
// finished by running the same plan again. ctl may be nil. The plan is
// returned as the run knows it, with digests, for the journal.
func Run(ctx context.Context, c *client.Client, p Plan, ctl *Control, emit func(Event)) (Result, error) {
	return Result{}, nil
}
