package registry

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newMessage(t *testing.T, kind protoreflect.MessageDescriptor) proto.Message {
	t.Helper()
	found, err := protoregistry.GlobalTypes.FindMessageByName(kind.FullName())
	require.NoError(t, err)
	return found.New().Interface()
}

func ofAcme(state string) *registryv1.ListVersionsRequest {
	return &registryv1.ListVersionsRequest{
		Connector: &registryv1.ConnectorRef{Org: "acme", Name: "baton-okta"},
		Filter:    []*registryv1.FilterTerm{{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{state}}},
	}
}

func TestPageTokens(t *testing.T) {
	t.Parallel()
	publisher := WithPrincipal(context.Background(), in("acme", asPublisher))
	first, faults := openPage(publisher, ofAcme("PUBLISHED"))
	require.Empty(t, faults)
	require.True(t, first.First())
	token := first.next([]byte("key 1"))

	for _, test := range []struct {
		title string
		ctx   context.Context
		rq    func() pagedRequest
		good  bool
	}{
		{"the same list", publisher, func() pagedRequest { return ofAcme("PUBLISHED") }, true},
		{"with another page size", publisher, func() pagedRequest {
			rq := ofAcme("PUBLISHED")
			rq.PageSize = 7
			return rq
		}, true},
		{"by somebody with the same roles", WithPrincipal(context.Background(), Principal{Kind: TokenHolder, Person: "lee", Roles: in("acme", asPublisher).Roles}), func() pagedRequest { return ofAcme("PUBLISHED") }, true},
		{"another filter", publisher, func() pagedRequest { return ofAcme("FAILED") }, false},
		{"another connector", publisher, func() pagedRequest {
			rq := ofAcme("PUBLISHED")
			rq.Connector.Name = "baton-github"
			return rq
		}, false},
		{"another kind of list", publisher, func() pagedRequest { return &registryv1.ListTokensRequest{} }, false},
		{"somebody who sees less", context.Background(), func() pagedRequest { return ofAcme("PUBLISHED") }, false},
		{"somebody who sees more", WithPrincipal(context.Background(), Principal{Kind: System}), func() pagedRequest { return ofAcme("PUBLISHED") }, false},
	} {
		t.Run(test.title, func(t *testing.T) {
			t.Parallel()
			rq := test.rq()
			field := rq.ProtoReflect().Descriptor().Fields().ByName("page_token")
			rq.ProtoReflect().Set(field, protoreflect.ValueOfString(token))
			page, faults := openPage(test.ctx, rq)
			if test.good {
				require.Empty(t, faults)
				assert.Equal(t, []byte("key 1"), page.After)
				return
			}
			require.Len(t, faults, 1)
			assert.Equal(t, registryv1.Reason_REASON_INVALID_PAGE_TOKEN, faults[0].Reason)
			assert.Nil(t, page.After)
		})
	}
}

func TestForeignPageTokensAreRefused(t *testing.T) {
	t.Parallel()
	page, _ := openPage(context.Background(), ofAcme("PUBLISHED"))
	token := page.next([]byte("key"))
	raw, err := base64.RawURLEncoding.DecodeString(token)
	require.NoError(t, err)
	raw[0]++
	for title, bad := range map[string]string{
		"text":               "next please",
		"padding":            token + "=",
		"cut":                token[:10],
		"only a header":      token[:16],
		"of a later version": base64.RawURLEncoding.EncodeToString(raw),
		"endless":            strings.Repeat("A", maxPageToken+4),
		"control characters": "\x1b[2J",
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			rq := ofAcme("PUBLISHED")
			rq.PageToken = bad
			_, faults := openPage(context.Background(), rq)
			require.Len(t, faults, 1)
			assert.Equal(t, "page_token", faults[0].Field)
		})
	}
}

func TestPageSizes(t *testing.T) {
	t.Parallel()
	for sent, want := range map[int32]int{0: 50, 1: 1, 1000: 1000} {
		rq := ofAcme("PUBLISHED")
		rq.PageSize = sent
		page, faults := openPage(context.Background(), rq)
		assert.Empty(t, faults)
		assert.Equal(t, want, page.Size)
	}
	for _, sent := range []int32{-1, 1001, 1 << 30} {
		rq := ofAcme("PUBLISHED")
		rq.PageSize, rq.PageToken = sent, "no token"
		_, faults := openPage(context.Background(), rq)
		assert.Len(t, faults, 2, "both faults at once")
	}
}

func FuzzPageToken(f *testing.F) {
	rq := ofAcme("PUBLISHED")
	page, _ := openPage(context.Background(), rq)
	f.Add(page.next([]byte("key")))
	f.Add("")
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, token string) {
		after, ok := page.open(token)
		if ok && page.next(after) != token {
			t.Errorf("%q opens to %q, which has another token", token, after)
		}
		if !ok && after != nil {
			t.Errorf("%q is refused but gives a key", token)
		}
	})
}

func FuzzCursor(f *testing.F) {
	f.Add(newCursor(41, storeTag{1, 2, 3}))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		tag := storeTag{1, 2, 3}
		seq, ours, err := openCursor(text, tag)
		if err != nil || !ours {
			return
		}
		again, ours, err := openCursor(newCursor(seq, tag), tag)
		if err != nil || !ours || again != seq {
			t.Errorf("the cursor %q means %d, which does not come back: %d, %v, %v", text, seq, again, ours, err)
		}
	})
}
