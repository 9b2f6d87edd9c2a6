package blobtest

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var errAsked = errors.New("the store did not answer")

// failing is an answer that Delete must not take for a yes.
func failing(context.Context) (bool, error) { return true, errAsked }

// alterations are the ways in which somebody may try to make a link do more
// than it was given for.
func alterations(t *testing.T, link string) map[string]string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	out := map[string]string{}
	alter := func(name string, change func(u *url.URL, q url.Values)) {
		changed := *u
		query := u.Query()
		change(&changed, query)
		changed.RawQuery = query.Encode()
		out[name] = changed.String()
	}
	alter("no signature", func(_ *url.URL, q url.Values) { q.Del("sig") })
	alter("empty signature", func(_ *url.URL, q url.Values) { q.Set("sig", "") })
	alter("two signatures", func(_ *url.URL, q url.Values) { q.Add("sig", q.Get("sig")) })
	alter("longer life", func(_ *url.URL, q url.Values) {
		until, err := strconv.ParseInt(q.Get("until"), 10, 64)
		require.NoError(t, err)
		q.Set("until", strconv.FormatInt(until+1, 10))
	})
	alter("another spelling of the time", func(_ *url.URL, q url.Values) { q.Set("until", "x"+q.Get("until")) })
	alter("one bit of the signature", func(_ *url.URL, q url.Values) {
		sig := q.Get("sig")
		last := map[bool]string{true: "B", false: "A"}[strings.HasPrefix(sig, "A")]
		q.Set("sig", last+sig[1:])
	})
	alter("one digit of the path", func(u *url.URL, _ url.Values) {
		parts := strings.Split(u.Path, "/")
		digit := map[bool]string{true: "1", false: "0"}[strings.HasPrefix(parts[3], "0")]
		parts[3] = digit + parts[3][1:]
		u.Path = strings.Join(parts, "/")
	})
	alter("an element more", func(u *url.URL, _ url.Values) { u.Path += "/x" })
	alter("upper case", func(u *url.URL, _ url.Values) {
		parts := strings.Split(u.Path, "/")
		parts[3] = strings.ToUpper(parts[3])
		u.Path = strings.Join(parts, "/")
	})
	return out
}
