package blob

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginWriting asks the system to write a piece of a file, and does not wait:
// the disk works while more arrives, and the sync at the end finds less to do.
// It promises nothing; only the sync does.
func beginWriting(f *os.File, from, length int64) {
	conn, err := f.SyscallConn()
	if err != nil {
		return // closed: the sync will say so
	}
	_ = conn.Control(func(fd uintptr) {
		_ = unix.SyncFileRange(int(fd), from, length, unix.SYNC_FILE_RANGE_WRITE)
	})
}
