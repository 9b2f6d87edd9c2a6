package client

import (
	"context"
	"math/rand/v2"
	"time"
)

// pause is how long to wait between tries: it doubles from the first to the
// most, and is spread so that many clients do not come back at once.
type pause struct{ first, most time.Duration }

// after is the pause after the n-th failure, between half and all of it.
func (p pause) after(n int) time.Duration {
	d := p.most
	if n < 30 {
		d = min(p.first<<max(n-1, 0), p.most)
	}
	return d/2 + rand.N(d/2+1) //nolint:gosec // spreads load, guards nothing
}

// sleep waits, or returns the context's error when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
