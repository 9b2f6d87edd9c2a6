package client

import (
	"errors"
	"io"
	"net/url"
	"sync/atomic"
)

// meteredBody counts what is read of a file on its way out.
type meteredBody struct {
	src   *io.SectionReader
	meter *Meter
	dog   *watchdog
	read  int64
	// fault is why the file could not be read, as opposed to the connection.
	fault atomic.Pointer[cause]
}

// Read reads on, unless the attempt has ended: a transport may go on reading
// for a moment after that.
func (b *meteredBody) Read(p []byte) (int, error) {
	if err := b.dog.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := b.src.Read(p)
	if n > 0 {
		b.read += int64(n)
		b.meter.move(n)
		b.dog.moved()
	}
	if errors.Is(err, io.EOF) && b.read < b.src.Size() {
		err = errors.New("it is shorter than it was")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.fault.Store(&cause{err})
	}
	return n, err
}

// Close has nothing to close: the file is its owner's.
func (b *meteredBody) Close() error { return nil }

// bare takes off the layer that repeats method and link, which hold a
// credential that must not get into an error.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
