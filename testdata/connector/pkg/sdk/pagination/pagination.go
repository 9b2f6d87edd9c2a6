// Package pagination carries where a list goes on.
package pagination

import (
	"fmt"
	"strconv"
)

// Token asks for a page.
type Token struct {
	Size  int    // How many rows the caller wants.
	Token string // What the last page returned; empty for the first.
}

// Window turns the token into a range of a list of n rows, and gives the token
// of the page after it: empty when there is none.
func (t *Token) Window(n int) (from, to int, next string, err error) {
	if t != nil && t.Token != "" {
		if from, err = strconv.Atoi(t.Token); err != nil || from < 0 || from > n {
			return 0, 0, "", fmt.Errorf("page token %q is not one of ours", t.Token)
		}
	}
	to = n
	if t != nil && t.Size > 0 {
		to = min(n, from+t.Size)
	}
	if to < n {
		next = strconv.Itoa(to)
	}
	return from, to, next, nil
}
