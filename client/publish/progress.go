package publish

import (
	"time"

	"github.com/registrar-console/registrar/client"
)

// moved is how many bytes of the file went over the wire.
func (w *row) moved() int64 { return w.before + w.meter.Snapshot().Moved }

// snapshot draws all rows.
func (s *sender) snapshot(now time.Time) Progress {
	p := Progress{Rows: make([]Row, len(s.rows))}
	for i, w := range s.rows {
		r := w.draw(now)
		p.Rows[i] = r
		p.Done += r.Done
		p.Total += r.Total
		p.Sent += w.moved()
	}
	p.Rate = s.speed.at(now, p.Sent)
	p.Left = left(p.Total-p.Done, p.Rate)
	return p
}

func (w *row) draw(now time.Time) Row {
	r := Row{Asset: w.file.Asset, State: w.state, Total: w.file.Stamp.Size, Attempts: client.MaxAttempts, Reason: w.reason}
	t := w.meter.Snapshot()
	switch w.state {
	case RowHave:
		r.Done = r.Total
	case RowStored:
		r.Done, r.Took, r.Attempt = r.Total, w.took, t.Attempt
	case RowUploading:
		r.Done, r.Attempt = min(t.Done, r.Total), t.Attempt
		if t.Phase == client.PhaseWaiting {
			r.State, r.Reason, r.Wait = RowWaiting, t.Reason, max(t.Until.Sub(now), 0)
			return r
		}
		r.Rate = w.speed.at(now, w.moved())
		r.Left = left(r.Total-r.Done, r.Rate)
	default:
		r.Done, r.Attempt = min(t.Done, r.Total), t.Attempt
	}
	return r
}

// speed measures how fast a counter grows, over the last two seconds.
type speed struct {
	samples [24]struct {
		at    time.Time
		moved int64
	}
	next int
}

// at adds a sample and returns bytes a second; 0 is not known yet.
func (s *speed) at(now time.Time, moved int64) float64 {
	oldest := s.samples[s.next]
	if oldest.at.IsZero() {
		oldest = s.samples[0]
	}
	s.samples[s.next].at, s.samples[s.next].moved = now, moved
	s.next = (s.next + 1) % len(s.samples)
	passed := now.Sub(oldest.at).Seconds()
	if oldest.at.IsZero() || passed < 0.1 {
		return 0
	}
	return float64(moved-oldest.moved) / passed
}

// left guesses how long the rest takes; 0 is unknown.
func left(bytes int64, rate float64) time.Duration {
	if rate < 1 || bytes <= 0 {
		return 0
	}
	return min(time.Duration(float64(bytes)/rate*float64(time.Second)), 100*time.Hour)
}
