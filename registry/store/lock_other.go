//go:build !linux && !darwin

package store

// lockHolders is not known here.
func lockHolders(string) []int { return nil }

// networkFilesystem is not known here.
func networkFilesystem(string) string { return "" }
