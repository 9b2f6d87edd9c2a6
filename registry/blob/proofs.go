package blob

import (
	"io/fs"
	"sync"

	"github.com/registrar-console/registrar/artifact"
)

// maxProofs bounds how many blobs a process remembers to have hashed. One more
// only costs that one is read again.
const maxProofs = 1024

// proofs are the blobs that this process hashed while it received them, with
// what their files looked like then. The check of a version comes moments
// later: it would read the same bytes of the system's memory once more. They
// live only in memory, so whoever starts anew reads everything.
type proofs struct {
	mu    sync.Mutex
	files map[artifact.Digest]fs.FileInfo
}

func newProofs() *proofs { return &proofs{files: map[artifact.Digest]fs.FileInfo{}} }

// keep remembers a blob that was hashed just now.
func (p *proofs) keep(digest artifact.Digest, file fs.FileInfo) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.files[digest]; !ok && len(p.files) >= maxProofs {
		for other := range p.files { // any: they are all as cheap to make again
			delete(p.files, other)
			break
		}
	}
	p.files[digest] = file
}

// hold reports whether a file is still what was hashed. One that was replaced,
// or written to since, is not.
func (p *proofs) hold(digest artifact.Digest, file fs.FileInfo) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	before, ok := p.files[digest]
	if ok && !untouched(before, file) {
		delete(p.files, digest)
		return false
	}
	return ok
}
