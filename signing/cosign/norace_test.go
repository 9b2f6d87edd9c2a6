//go:build !race

package cosign_test

// Every byte is flipped.
var stride = 1
