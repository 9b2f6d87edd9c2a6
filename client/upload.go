package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strconv"
	"time"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Header fields of resumable uploads.
const (
	headerOffset   = "Upload-Offset"
	headerComplete = "Upload-Complete"
	partialUpload  = "application/partial-upload"
)

// expectFrom is from which size on the registry is asked before the bytes
// are sent, so that a refusal costs nothing and is not lost in a broken pipe.
const expectFrom = 256 << 10

// Put brings the bytes of one asset to where the target says. A broken upload
// goes on from the byte that arrived, also one that an earlier process began;
// a busy registry is waited for. The meter may be nil.
func (c *Client) Put(ctx context.Context, t *registryv1.UploadTarget, src io.ReaderAt, size int64, m *Meter) error {
	doing := "uploading " + clean.Line(path.Base(t.GetAsset().GetFilename()), maxErrorLine)
	var err error
	switch way := t.GetWay().(type) {
	case *registryv1.UploadTarget_AlreadyThere, *registryv1.UploadTarget_External:
		m.begin(1, size)
	case *registryv1.UploadTarget_Put:
		err = c.put(ctx, way.Put, src, 0, size, size, m)
	case *registryv1.UploadTarget_Parts:
		err = c.parts(ctx, way.Parts, src, size, m)
	default:
		err = &Error{
			Reason: registryv1.Reason_REASON_UNIMPLEMENTED, Doing: doing, Message: "the registry wants the bytes in a way that this program does not know",
			Next: "use a newer program",
		}
	}
	if err != nil {
		fault := c.failed(ctx, doing, err)
		fault.Doing = doing
		m.end(size, fault)
		return fault
	}
	m.end(size, nil)
	return nil
}

// parts sends an upload in parts. A part that failed is sent again whole.
func (c *Client) parts(ctx context.Context, t *registryv1.UploadParts, src io.ReaderAt, size int64, m *Meter) error {
	step := t.GetPartSize()
	if step <= 0 || (size+step-1)/step > int64(len(t.GetParts())) {
		return fmt.Errorf("the registry gave %d links for parts of %d bytes: %w", len(t.GetParts()), step, errGivenUp)
	}
	for i, p := range t.GetParts() {
		from := int64(i) * step
		if from >= size && i > 0 {
			break
		}
		if err := c.put(ctx, p, src, from, min(step, size-from), size, m); err != nil {
			return err
		}
	}
	return nil
}

// put sends one piece, from a byte on, until it is there or no attempt helps.
func (c *Client) put(ctx context.Context, t *registryv1.UploadPut, src io.ReaderAt, from, length, total int64, m *Meter) error {
	u := &upload{client: c, target: t, src: io.NewSectionReader(src, from, length), base: from, size: length, meter: m}
	var err error
	if u.http, u.url, err = c.link(t.GetUrl()); err != nil {
		return err
	}
	u.ask = t.GetResumable() // an earlier run may have left a part
	for attempt := 1; ; attempt++ {
		m.begin(attempt, total)
		began := u.offset
		dog := newWatchdog(ctx)
		err := u.attempt(dog)
		reason := ""
		if err != nil && ctx.Err() == nil {
			reason = c.explain(err, dog.ctx)
		}
		dog.stop()
		if err == nil {
			return nil
		}
		u.ask = t.GetResumable()
		if ctx.Err() != nil || !passing(err) {
			return err
		}
		if u.offset-began >= progressWorth {
			attempt = 0
		}
		if attempt == MaxAttempts {
			return err
		}
		if err := u.pause(ctx, attempt, err, reason); err != nil {
			return err
		}
	}
}

// upload is one piece on its way.
type upload struct {
	client *Client
	target *registryv1.UploadPut
	http   *http.Client
	url    string
	src    *io.SectionReader
	meter  *Meter
	// base is where the piece begins within the file, size how long it is.
	base, size int64
	// offset is how much of the piece is known to be there; ask says that it
	// is not known any more.
	offset int64
	ask    bool
}

// pause waits before the next attempt. A mere difference about the offset is
// settled at once.
func (u *upload) pause(ctx context.Context, attempt int, err error, reason string) error {
	wait := transferPause.after(max(attempt, 1))
	if r, ok := errors.AsType[*refusal](err); ok {
		switch {
		case r.status == http.StatusConflict && r.offset >= 0:
			wait = 0
		case r.after > 0:
			wait = r.after + transferPause.after(1)/4
		}
	}
	if wait == 0 {
		return nil
	}
	if u.target.GetResumable() && u.base+u.offset > 0 {
		reason += "; goes on at byte " + words.Count(u.base+u.offset)
	}
	u.meter.wait(time.Now().Add(wait), reason)
	return sleep(ctx, wait)
}

// attempt asks how far the piece got if that is not known, and sends the rest.
func (u *upload) attempt(dog *watchdog) error {
	if u.ask {
		complete, err := u.head(dog)
		if err != nil || complete {
			return err
		}
	}
	u.meter.at(u.base + u.offset)
	method, headers := http.MethodPut, u.target.GetHeaders()
	if u.offset > 0 {
		method = http.MethodPatch
		headers = map[string]string{"Content-Type": partialUpload, headerOffset: strconv.FormatInt(u.offset, 10), headerComplete: "?1"}
	}
	rs, err := u.send(dog, method, headers)
	if err != nil {
		return err
	}
	if rs.StatusCode == http.StatusOK || rs.StatusCode == http.StatusCreated {
		drain(rs)
		u.offset = u.size
		return nil
	}
	refusal := refused(rs)
	if refusal.status == http.StatusForbidden && refusal.reason == registryv1.Reason_REASON_UNSPECIFIED {
		// A connection that is closed while bytes are on their way may lose the
		// text. A new link shows whether it was that.
		return forbidden()
	}
	if refusal.status == http.StatusNoContent { // some of it is still missing
		u.ask = true
		return u.head204(refusal)
	}
	if refusal.offset >= 0 && refusal.offset <= u.size {
		u.offset = refusal.offset
		if refusal.complete && refusal.offset == u.size {
			return nil
		}
	}
	return refusal
}

// forbidden is an upload that is refused without a word about why.
func forbidden() *refusal {
	return &refusal{
		status: http.StatusForbidden, reason: registryv1.Reason_REASON_UPLOAD_EXPIRED, offset: -1,
		message: "the upload link is not valid any more", next: "run it again for a new link",
	}
}

// head204 turns an answer that took the bytes and wants more into a failure
// that is gone on from.
func (u *upload) head204(r *refusal) error {
	if r.offset >= 0 && r.offset < u.size {
		u.offset = r.offset
	}
	r.status, r.message = http.StatusConflict, "the registry wants more bytes"
	return r
}

// head asks how many bytes are there.
func (u *upload) head(dog *watchdog) (complete bool, err error) {
	rq, err := http.NewRequestWithContext(dog.ctx, http.MethodHead, u.url, nil)
	if err != nil {
		return false, errors.Join(errGivenUp, err)
	}
	rq.Header.Set("User-Agent", u.client.options.UserAgent)
	rs, err := u.http.Do(rq) //nolint:bodyclose // refused closes it
	if err != nil {
		return false, bare(err)
	}
	dog.moved()
	r := refused(rs)
	switch {
	case rs.StatusCode == http.StatusForbidden:
		// HEAD has no text: only asking in another way tells whether the link
		// ended or was never good.
		return false, forbidden()
	case rs.StatusCode != http.StatusOK:
		return false, r
	case r.offset < 0 || r.offset > u.size:
		u.offset = 0 // nothing usable is there: from the start
		return false, nil
	}
	u.offset = r.offset
	u.meter.at(u.base + u.offset)
	return r.complete && r.offset == u.size, nil
}

// send sends what is missing.
func (u *upload) send(dog *watchdog, method string, headers map[string]string) (*http.Response, error) {
	left := u.size - u.offset
	body := &meteredBody{src: io.NewSectionReader(u.src, u.offset, left), meter: u.meter, dog: dog}
	rq, err := http.NewRequestWithContext(dog.ctx, method, u.url, body)
	if err != nil {
		return nil, errors.Join(errGivenUp, err)
	}
	rq.ContentLength = left
	if left == 0 {
		rq.Body = http.NoBody
	}
	rq.Header.Set("User-Agent", u.client.options.UserAgent)
	for key, value := range headers {
		rq.Header.Set(key, value)
	}
	if left >= expectFrom {
		rq.Header.Set("Expect", "100-continue")
	}
	rs, err := u.http.Do(rq)
	if fault := body.fault.Load(); fault != nil {
		if err == nil {
			drain(rs)
		}
		return nil, fmt.Errorf("reading the file %w: %w", errSource, fault.err)
	}
	if err != nil {
		return nil, bare(err)
	}
	return rs, nil
}
