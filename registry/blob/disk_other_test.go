//go:build !linux

package blob_test

import "testing"

// smallDisk is a folder with room for so many bytes only.
func smallDisk(t *testing.T, _ int) string {
	t.Helper()
	t.Skip("a full disk is tried on Linux only")
	return ""
}
