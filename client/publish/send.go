package publish

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// atOnce is how many files are sent at the same time.
	atOnce = 4
	// frame is the time between two snapshots: twelve a second.
	frame = time.Second / 12
	// maxLinks is how often a file gets a new link when one is not valid any
	// more.
	maxLinks = 3
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

// row is one file on its way. It belongs to the sender's own goroutine; only
// the meter is written elsewhere.
type row struct {
	file   File
	target *registryv1.UploadTarget
	state  RowState
	meter  *client.Meter
	began  time.Time
	took   time.Duration
	err    error
	reason string
	// cancel ends the transfer under way; again and stop say why it was.
	cancel      context.CancelFunc
	again, stop bool
	// fresh: the file is read, and its link asked for, anew.
	fresh bool
	speed speed
	// before counts the bytes that earlier tries moved.
	before int64
}

// arrived is how a transfer ended.
type arrived struct {
	row    *row
	file   File
	target *registryv1.UploadTarget
	err    error
}

// sender sends the files of a run.
type sender struct {
	run      *runner
	rows     []*row
	arrivals chan arrived
	running  int
	speed    speed
	// news: something changed that no snapshot has shown yet.
	news bool
	// fatal ends the whole upload: no other file would fare better.
	fatal error
}

// upload brings every file to the registry that it does not have.
func (r *runner) upload(ctx context.Context) (string, error) {
	r.control.take() // what was asked for before does not concern these transfers
	targets, err := r.targets(ctx, r.plan.Files)
	if err != nil {
		return "", err
	}
	s := &sender{run: r, arrivals: make(chan arrived, len(targets))}
	here := 0
	for i, f := range r.plan.Files {
		w := &row{file: f, target: targets[i], state: RowQueued, meter: &client.Meter{}}
		have := targets[i].GetAlreadyThere() != nil
		if have {
			w.state = RowHave
			here++
		}
		s.rows = append(s.rows, w)
		r.emit(Targeted{Asset: f.Asset, Size: f.Stamp.Size, Have: have})
		if have {
			r.emit(Stored{Asset: f.Asset, Size: f.Stamp.Size, Have: true})
		}
	}
	err = s.send(ctx)
	for i, w := range s.rows {
		r.plan.Files[i] = w.file
		r.result.Sent += w.moved()
	}
	r.emit(s.snapshot(time.Now()))
	if err != nil {
		return "", err
	}
	detail := words.Bytes(r.result.Sent) + " sent"
	if here > 0 {
		detail += fmt.Sprintf(", %d of %d were there already", here, len(s.rows))
	}
	return detail, nil
}

// targets asks how the bytes of files come to the registry.
func (r *runner) targets(ctx context.Context, files []File) ([]*registryv1.UploadTarget, error) {
	rq := &registryv1.GetUploadURLsRequest{Ref: r.plan.Ref.version(), Attempt: r.attempt}
	for _, f := range files {
		rq.Assets = append(rq.Assets, f.spec())
	}
	rs, err := r.client.Registry.GetUploadURLs(ctx, rq)
	if err != nil {
		return nil, err
	}
	if len(rs.GetTargets()) != len(files) {
		return nil, &client.Error{
			Reason: registryv1.Reason_REASON_INTERNAL, Code: codes.Internal, Doing: r.doing(),
			Message: fmt.Sprintf("the registry gave %d upload links for %d files", len(rs.GetTargets()), len(files)),
		}
	}
	return rs.GetTargets(), nil
}

// send is the loop that starts transfers, hears how they end, and obeys the
// control, until everything is there or nothing is left to do.
func (s *sender) send(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tick := time.NewTicker(frame)
	defer tick.Stop()
	for {
		if s.fatal == nil && ctx.Err() == nil {
			s.start(ctx)
		}
		if s.running == 0 {
			if over, err := s.over(ctx); over {
				return err
			}
		}
		select {
		case a := <-s.arrivals:
			s.arrive(ctx, a)
			s.news = true
			if s.fatal != nil {
				cancel()
			}
		case <-s.run.control.rings():
			for _, c := range s.run.control.take() {
				s.obey(c)
			}
			s.news = true
		case now := <-tick.C:
			if s.running > 0 || s.news {
				s.news = !s.run.offer(s.snapshot(now))
			}
		case <-s.idle(ctx):
			return ctx.Err()
		}
	}
}

// idle ends a wait for a person when the run ends; transfers under way notice
// that themselves.
func (s *sender) idle(ctx context.Context) <-chan struct{} {
	if s.running > 0 {
		return nil
	}
	return ctx.Done()
}

// start starts what waits, as many as may run at once.
func (s *sender) start(ctx context.Context) {
	for _, w := range s.rows {
		if s.running >= atOnce {
			return
		}
		if w.state != RowQueued {
			continue
		}
		var one context.Context
		one, w.cancel = context.WithCancel(ctx)
		w.state, w.began, w.again, w.stop, w.err, w.reason = RowUploading, time.Now(), false, false, nil, ""
		w.before += w.meter.Snapshot().Moved
		w.meter = &client.Meter{}
		s.running++
		go func(file File, target *registryv1.UploadTarget, meter *client.Meter, fresh bool) {
			a := arrived{row: w}
			a.file, a.target, a.err = s.run.one(one, file, target, meter, fresh)
			s.arrivals <- a
		}(w.file, w.target, w.meter, w.fresh)
	}
}

// arrive takes note of how one transfer ended.
func (s *sender) arrive(ctx context.Context, a arrived) {
	w := a.row
	w.cancel()
	s.running--
	w.file, w.target, w.err = a.file, a.target, a.err
	switch {
	case a.err == nil:
		w.state, w.took = RowStored, time.Since(w.began)
		have := w.target.GetAlreadyThere() != nil
		s.run.emit(Stored{Asset: w.file.Asset, Size: w.file.Stamp.Size, Took: w.took, Have: have})
	case ctx.Err() != nil:
		w.state, w.reason = RowStopped, "the publish was stopped"
	case w.again:
		w.state = RowQueued
	case w.stop:
		w.state, w.reason, w.fresh = RowStopped, "it was stopped here", true
		w.err = &client.Error{
			Reason: registryv1.Reason_REASON_INTERRUPTED, Code: codes.Canceled, Doing: "uploading " + w.file.Asset.Filename,
			Message: "it was stopped", Err: context.Canceled,
		}
	default:
		w.state, w.reason, w.fresh = RowStopped, plain(a.err), true
		if concernsAll(a.err) {
			s.fatal = a.err
		}
	}
}

// plain is what went wrong, without what was being done: the row says that.
func plain(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok && e.Message != "" {
		return e.Message
	}
	return err.Error()
}

// concernsAll reports whether the other files would fail in the same way.
func concernsAll(err error) bool {
	switch client.ReasonOf(err) {
	case registryv1.Reason_REASON_UNAUTHENTICATED, registryv1.Reason_REASON_NOT_PERMITTED, registryv1.Reason_REASON_WRONG_STATE,
		registryv1.Reason_REASON_STALE, registryv1.Reason_REASON_NOT_FOUND, registryv1.Reason_REASON_UNIMPLEMENTED, registryv1.Reason_REASON_VERSION_EXISTS:
		return true
	default:
		return false
	}
}

// over reports whether nothing more happens, now that nothing runs.
func (s *sender) over(ctx context.Context) (bool, error) {
	if s.fatal != nil {
		return true, s.fatal
	}
	if err := ctx.Err(); err != nil {
		return true, err
	}
	var failed []error
	for _, w := range s.rows {
		if w.state == RowStopped {
			failed = append(failed, w.err)
		}
	}
	if len(failed) == 0 {
		return true, nil
	}
	if s.run.control != nil {
		return false, nil // a person may take it up again
	}
	return true, together(s.run.doing(), failed)
}

// obey does what a person asked for.
func (s *sender) obey(c command) {
	for _, w := range s.rows {
		if c.asset != (AssetKey{}) && c.asset != w.file.Asset {
			continue
		}
		waiting := w.state == RowUploading && w.meter.Snapshot().Phase == client.PhaseWaiting
		switch {
		case c.retry && w.state == RowStopped:
			w.state, w.fresh = RowQueued, true
		case c.retry && waiting:
			w.again, w.stop = true, false
			w.cancel()
		case !c.retry && w.state == RowUploading:
			w.stop, w.again = true, false
			w.cancel()
		case !c.retry && w.state == RowQueued:
			w.state, w.reason, w.fresh = RowStopped, "it was stopped here", true
			w.err = &client.Error{Reason: registryv1.Reason_REASON_INTERRUPTED, Code: codes.Canceled, Message: "it was stopped", Err: context.Canceled}
		}
	}
}

// one brings one file across. A link that ended is renewed; a file that is not
// what it was is found out, before its bytes are sent or by what the registry
// says of them.
func (r *runner) one(ctx context.Context, f File, target *registryv1.UploadTarget, m *client.Meter, fresh bool) (File, *registryv1.UploadTarget, error) {
	for links := 0; ; links++ {
		if fresh || links > 0 {
			var err error
			if f, target, err = r.renew(ctx, f); err != nil {
				return f, target, err
			}
		}
		err := r.put(ctx, f, target, m)
		switch client.ReasonOf(err) {
		case registryv1.Reason_REASON_UPLOAD_EXPIRED, registryv1.Reason_REASON_UPLOAD_INVALID:
			if links < maxLinks {
				continue
			}
		case registryv1.Reason_REASON_DIGEST_MISMATCH, registryv1.Reason_REASON_SIZE_MISMATCH, registryv1.Reason_REASON_INTERNAL:
			err = blame(ctx, f, err)
		default:
		}
		return f, target, err
	}
}

// renew reads the file again if it changed, and asks for a new link.
func (r *runner) renew(ctx context.Context, f File) (File, *registryv1.UploadTarget, error) {
	hashed, reused, err := f.hash(ctx)
	if err != nil {
		return f, nil, err
	}
	if !reused {
		if err := refuseSwapped(ctx, hashed, r.plan.Ref); err != nil {
			return f, nil, err
		}
	}
	targets, err := r.targets(ctx, []File{hashed})
	if err != nil {
		return hashed, nil, err
	}
	return hashed, targets[0], nil
}

// put sends the bytes of a file that is still what was hashed.
func (r *runner) put(ctx context.Context, f File, target *registryv1.UploadTarget, m *client.Meter) (err error) {
	file, stamp, err := f.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if !stamp.Same(f.Stamp) {
		return f.changed("")
	}
	return r.client.Put(ctx, target, file, f.Stamp.Size, m)
}

// blame finds out whether a refusal of the bytes is because the file changed
// under the transfer.
func blame(ctx context.Context, f File, refusal error) error {
	now := f
	now.SHA256 = ""
	now, _, err := now.hash(ctx)
	if err != nil || now.SHA256 == f.SHA256 {
		return refusal
	}
	sum := now.digest()
	return f.changed(words.Digest(sum[:]))
}

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
