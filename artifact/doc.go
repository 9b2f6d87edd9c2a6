// Package artifact says what a release is made of: names of orgs and
// connectors, version numbers, platforms, digests, and the release files
// themselves. It looks into files that strangers sent, so everything it reads
// is bounded, and whatever is wrong with a file is a value, never a panic.
//
// The registry and the publisher use the same functions, so that a file which
// passes here passes there. The package depends on the standard library and
// golang.org/x/mod only.
package artifact
