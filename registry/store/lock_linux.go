package store

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// lockHolders are the other processes that hold the lock of a file, as far as
// the system says.
func lockHolders(path string) []int {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	table, err := os.ReadFile("/proc/locks")
	if err != nil {
		return nil
	}
	// A line is "1: FLOCK  ADVISORY  READ 7964 fe:00:9977906 0 EOF".
	inode := fmt.Sprintf(":%d", stat.Ino)
	var pids []int
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 6 || fields[1] != "FLOCK" || !strings.HasSuffix(fields[5], inode) {
			continue
		}
		pid, err := strconv.Atoi(fields[4])
		if err == nil && pid > 0 && pid != os.Getpid() && !slices.Contains(pids, pid) {
			pids = append(pids, pid)
		}
	}
	slices.Sort(pids)
	return pids
}

// networkFilesystem names the network file system that a directory is on; ""
// for any other.
func networkFilesystem(dir string) string {
	var stat syscall.Statfs_t
	if err := syscall.Statfs(dir, &stat); err != nil {
		return ""
	}
	return map[uint32]string{
		0x6969:     "NFS",
		0x517b:     "SMB",
		0xff534d42: "CIFS",
		0xfe534d42: "SMB2",
		0x5346414f: "AFS",
		0x73757245: "Coda",
		0x00c36400: "Ceph",
		0x01021997: "9P",
		0x0bd00bd0: "Lustre",
	}[uint32(stat.Type)] //nolint:gosec // G115: the magic numbers are 32 bits wide.
}
