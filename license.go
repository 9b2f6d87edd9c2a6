// Package registrar is the root of the module. It holds what stands beside the
// code and that the program needs when it runs.
package registrar

import _ "embed"

// License is the text of the Apache License 2.0, under which registrar itself
// is. It has no names to replace, so that other projects can take it as it is.
//
//go:embed LICENSE
var License string
