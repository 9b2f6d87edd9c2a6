//go:build !windows

package blob

import (
	"errors"
	"syscall"
)

// diskFull says whether there is no room, on the disk or in the quota.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
