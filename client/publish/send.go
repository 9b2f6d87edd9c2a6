package publish

import (
	"context"
	"errors"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// atOnce is how many files are sent at the same time: those of all five
	// platforms, so that none waits for the others and is last all alone, and
	// one more for what lies beside them.
	atOnce = 6
	// frame is the time between two snapshots: twelve a second.
	frame = time.Second / 12
	// maxLinks is how often a file gets a new link when one is not valid any
	// more.
	maxLinks = 3
)

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
