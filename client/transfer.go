package client

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/codes"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	// MaxAttempts is how often a transfer is tried without getting further.
	MaxAttempts = 6
	// progressWorth is how far an attempt must get to count as none: a bad
	// line that still moves bytes must not end a large transfer.
	progressWorth = 1 << 20
	// stall is how long a transfer may stand still before the attempt ends.
	stall = 60 * time.Second
	// maxRetryAfter bounds how long a server may ask to wait.
	maxRetryAfter = 2 * time.Minute
	// transferBuffer is what each transfer holds in memory.
	transferBuffer = 256 << 10
	// maxRefusal bounds what is read of the text of a refusal.
	maxRefusal = 16 << 10
	maxHops    = 5
)

var transferPause = pause{first: 500 * time.Millisecond, most: 20 * time.Second}

// transports makes the two ways to move bytes. Both speak HTTP/1.1: a
// connection for each file, which several streams on one connection would
// only slow down.
func (c *Client) transports() (here, elsewhere *http.Client) {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	base := func() *http.Transport {
		return &http.Transport{
			Protocols:             protocols,
			DisableCompression:    true,
			MaxIdleConnsPerHost:   8,
			IdleConnTimeout:       30 * time.Second,
			TLSHandshakeTimeout:   10 * time.Second,
			ExpectContinueTimeout: 2 * time.Second,
			WriteBufferSize:       64 << 10,
			ReadBufferSize:        64 << 10,
		}
	}
	own := base()
	own.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return c.dial(ctx) }
	if c.target.TLS != nil {
		own.TLSClientConfig = c.target.TLS.Clone()
		own.TLSClientConfig.NextProtos = nil
	}
	foreign := base()
	foreign.Proxy = http.ProxyFromEnvironment
	foreign.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	here = &http.Client{Transport: own, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	elsewhere = &http.Client{Transport: foreign, CheckRedirect: func(rq *http.Request, via []*http.Request) error {
		if via[0].Method != http.MethodGet || len(via) >= maxHops {
			return http.ErrUseLastResponse
		}
		return checkForeign(rq.URL)
	}}
	return here, elsewhere
}

// link says where a link leads: a path goes over the target's connections,
// anything else elsewhere. Neither carries the caller's token, since the link
// is its own credential.
func (c *Client) link(raw string) (*http.Client, string, error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, "", errors.New("the registry gave a link that is none")
	}
	if strings.HasPrefix(raw, "/") && u.Host == "" && u.Scheme == "" {
		u.Scheme, u.Host = "http", c.target.authority()
		if c.target.TLS != nil {
			u.Scheme = "https"
		}
		return c.here, u.String(), nil
	}
	if err := checkForeign(u); err != nil {
		return nil, "", err
	}
	return c.elsewhere, u.String(), nil
}

// checkForeign refuses absolute links that would be fetched in the open.
func checkForeign(u *url.URL) error {
	switch {
	case u.Host == "" || u.User != nil:
		return errors.New("the registry gave a link that leads nowhere")
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Host):
		return nil
	}
	return fmt.Errorf("the registry gave a link that is not https: %s://%s", clean.Line(u.Scheme, 20), clean.Line(u.Host, 200))
}

// refusal is an answer that is not what was hoped for.
type refusal struct {
	status  int
	reason  registryv1.Reason
	message string
	next    string
	// offset is how many bytes the server has, -1 if it did not say; complete
	// is whether these are all.
	offset   int64
	complete bool
	after    time.Duration
}

// Error is what the server said, or its status.
func (r *refusal) Error() string { return r.message }

// refused reads a refusal and closes the answer.
func refused(rs *http.Response) *refusal {
	defer drain(rs)
	r := &refusal{status: rs.StatusCode, offset: -1, after: retryAfter(rs.Header.Get("Retry-After"))}
	if n, err := strconv.ParseInt(rs.Header.Get(headerOffset), 10, 64); err == nil && n >= 0 {
		r.offset = n
		r.complete = rs.Header.Get(headerComplete) == "?1"
	}
	text, _ := io.ReadAll(io.LimitReader(rs.Body, maxRefusal)) // what could be read is better than nothing
	var ours struct {
		Error struct{ Reason, Message, Next string }
	}
	if json.Unmarshal(text, &ours) == nil && ours.Error.Reason != "" {
		r.reason, _ = registryv1.FromShort[registryv1.Reason](ours.Error.Reason)
		r.message = clean.Line(ours.Error.Message, maxErrorLine)
		r.next = clean.Line(ours.Error.Next, maxErrorLine)
	}
	r.message = cmp.Or(r.message, fmt.Sprintf("the answer was %d %s", rs.StatusCode, http.StatusText(rs.StatusCode)))
	return r
}

// drain reads a small rest, so that the connection can be used again, and
// closes the answer.
func drain(rs *http.Response) {
	_, _ = io.CopyN(io.Discard, rs.Body, maxRefusal) // only to keep the connection
	_ = rs.Body.Close()                              // nothing more is wanted of it
}

// retryAfter reads the header in its form of seconds; its other form, a date,
// needs clocks that agree.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(header))
	if err != nil || seconds < 0 {
		return 0
	}
	return min(time.Duration(seconds)*time.Second, maxRetryAfter)
}

// passing reports whether a failed attempt may go better the next time:
// broken connections, and servers that are busy or starting.
func passing(err error) bool {
	r, ok := errors.AsType[*refusal](err)
	if !ok {
		if _, typed := errors.AsType[*Error](err); typed {
			return false
		}
		return !errors.Is(err, errSource) && !errors.Is(err, errGivenUp)
	}
	switch r.status {
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusLocked, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return r.reason != registryv1.Reason_REASON_WRONG_STATE
	}
	return r.reason == registryv1.Reason_REASON_UPLOAD_OFFSET
}

// errSource marks what went wrong on this side: a file that cannot be read or
// written. Another attempt would not help.
var errSource = errors.New("on this computer")

// errGivenUp marks answers that no further attempt will change.
var errGivenUp = errors.New("given up")

// explain puts a failed attempt in a few words for the person who watches.
func (c *Client) explain(err error, attempt context.Context) string {
	r, ok := errors.AsType[*refusal](err)
	switch {
	case ok && r.after > 0:
		return fmt.Sprintf("the registry answered %d, asked for %d s", r.status, int(r.after.Seconds()))
	case ok && r.status >= http.StatusInternalServerError:
		return fmt.Sprintf("the registry answered %d", r.status)
	case ok:
		return r.message
	case errors.Is(context.Cause(attempt), errStalled):
		return "nothing moved for " + stall.String()
	}
	if _, isDial := errors.AsType[*net.OpError](err); isDial {
		return plainNetwork(err)
	}
	return "the connection broke"
}

var errStalled = errors.New("the transfer stands still")

// watchdog ends an attempt that stands still.
type watchdog struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
}

func newWatchdog(ctx context.Context) *watchdog {
	ctx, cancel := context.WithCancelCause(ctx)
	return &watchdog{ctx: ctx, cancel: cancel, timer: time.AfterFunc(stall, func() { cancel(errStalled) })}
}

// moved tells that something happened.
func (w *watchdog) moved() { w.timer.Reset(stall) }

func (w *watchdog) stop() {
	w.timer.Stop()
	w.cancel(context.Canceled)
}

// failed turns the end of a transfer into our error.
func (c *Client) failed(ctx context.Context, doing string, err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if ctx.Err() != nil {
		return interrupted(ctx, doing)
	}
	if r, ok := errors.AsType[*refusal](err); ok {
		e := &Error{Reason: r.reason, Doing: doing, Message: r.message, Next: cmp.Or(r.next, nextAfter(r)), Code: codeByHTTP(r.status), Err: err}
		if e.Reason == registryv1.Reason_REASON_UNSPECIFIED {
			e.Reason = byCode(e.Code)
		}
		return e
	}
	if errors.Is(err, errSource) || errors.Is(err, errGivenUp) {
		next := askOperator
		if errors.Is(err, errSource) {
			next = "look whether the file is there and can be read and written, then run it again"
		}
		return &Error{Reason: registryv1.Reason_REASON_INTERNAL, Doing: doing, Message: clean.Line(err.Error(), maxErrorLine), Next: next, Err: err}
	}
	return c.unreachable(doing, plainNetwork(err), err)
}

const askOperator = "tell whoever runs the registry"

// nextAfter is what to do about an answer that does not say it itself, such
// as one of a proxy in between.
func nextAfter(r *refusal) string {
	if passing(r) {
		return "run it again in a while: it goes on where it stopped"
	}
	return askOperator
}

func codeByHTTP(status int) codes.Code {
	switch status {
	case http.StatusBadRequest, http.StatusLengthRequired, http.StatusRequestEntityTooLarge:
		return codes.InvalidArgument
	case http.StatusUnauthorized:
		return codes.Unauthenticated
	case http.StatusForbidden:
		return codes.PermissionDenied
	case http.StatusNotFound, http.StatusGone:
		return codes.NotFound
	case http.StatusConflict, http.StatusLocked:
		return codes.Aborted
	case http.StatusUnprocessableEntity, http.StatusPreconditionFailed:
		return codes.FailedPrecondition
	case http.StatusInsufficientStorage:
		return codes.ResourceExhausted
	case http.StatusMethodNotAllowed, http.StatusNotImplemented:
		return codes.Unimplemented
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return codes.Unavailable
	default:
		return codes.Unknown
	}
}
