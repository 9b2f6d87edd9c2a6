//go:build !race

package cosign_test

// Every byte is flipped.
const stride = 1
