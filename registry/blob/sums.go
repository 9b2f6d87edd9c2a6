package blob

import (
	"crypto/sha256"
	"hash"
	"io/fs"
	"os"
	"sync"
)

// maxSums bounds how many broken uploads a process keeps the hash of. One
// more only costs that a part is read again.
const maxSums = 1024

// bufferSize is what one transfer or one reading of a part needs of memory.
const bufferSize = 256 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

func newHash() hash.Hash { return sha256.New() }

// sums are the hashes of broken uploads as far as they got. They live only
// in memory: a stored one, beside a file that lost its tail in a power cut,
// would make wrong bytes right.
type sums struct {
	mu     sync.Mutex
	byPart map[UploadID]kept
}

// kept is a hash and what the file looked like when it was right.
type kept struct {
	sum  hash.Hash
	file fs.FileInfo
}

func newSums() *sums { return &sums{byPart: map[UploadID]kept{}} }

// keep stores the hash of all bytes that the file has now.
func (s *sums) keep(id UploadID, sum hash.Hash, file fs.FileInfo) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.byPart[id]; !ok && len(s.byPart) >= maxSums {
		for other := range s.byPart { // any: they are all as cheap to make again
			delete(s.byPart, other)
			break
		}
	}
	s.byPart[id] = kept{sum: sum, file: file}
}

// take gives the hash back, or nil if there is none or if the file is not the
// one, or not as, it was.
func (s *sums) take(id UploadID, file fs.FileInfo) hash.Hash {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.byPart[id]
	delete(s.byPart, id)
	if !ok || !untouched(k.file, file) {
		return nil
	}
	return k.sum
}

// untouched reports whether two looks at a file saw the same bytes.
func untouched(before, now fs.FileInfo) bool {
	return os.SameFile(before, now) && before.Size() == now.Size() && before.ModTime().Equal(now.ModTime())
}

func (s *sums) forget(id UploadID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byPart, id)
}
