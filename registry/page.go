package registry

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	defaultPageSize = 50
	maxPageSize     = 1000

	// pageTokenVersion is the first byte of a token; a registry that counts
	// its keys in another way uses another one.
	pageTokenVersion = 1
	// listDigestSize is enough to tell lists apart: a token is not a secret.
	listDigestSize = 12
	maxPageToken   = 1024
)

// pagedRequest is any request for a page of a list.
type pagedRequest interface {
	proto.Message
	GetPageSize() int32
	GetPageToken() string
}

// page is which part of a list the caller asks for.
type page struct {
	// Size is how many rows the page holds at most.
	Size int
	// After is the key of the last row of the page before, as next got it;
	// nil on the first page.
	After []byte
	list  [listDigestSize]byte
}

// First says whether this is the first page of the list.
func (p page) First() bool { return p.After == nil }

// openPage reads which page of its list a request asks for. The list is the
// request without its page, so its kind, order and filter, and what the caller
// may see: a token of another list or of another caller is a fault.
func openPage(ctx context.Context, rq pagedRequest) (page, Faults) {
	var faults Faults
	p := page{Size: int(rq.GetPageSize()), list: listDigest(rq, PrincipalFrom(ctx))}
	switch {
	case p.Size == 0:
		p.Size = defaultPageSize
	case p.Size < 0 || p.Size > maxPageSize:
		faults.Add("page_size", registryv1.Reason_REASON_INVALID_ARGUMENT, "the page size is %d, but must be 1 to %d", p.Size, maxPageSize)
	}
	if token := rq.GetPageToken(); token != "" {
		after, ok := p.open(token)
		if !ok {
			faults.Add("page_token", registryv1.Reason_REASON_INVALID_PAGE_TOKEN,
				"the page token is not one of this list, order and filter; start again without one")
		}
		p.After = after
	}
	return p, faults
}

// next is the token of the page that starts after the row with this key.
func (p page) next(key []byte) string {
	token := make([]byte, 0, 1+listDigestSize+len(key))
	token = append(token, pageTokenVersion)
	token = append(token, p.list[:]...)
	token = append(token, key...)
	return base64.RawURLEncoding.EncodeToString(token)
}

// open is the reverse of next. The key is not authenticated: altering it only
// moves the caller about in a list that he may read.
func (p page) open(token string) (after []byte, ok bool) {
	if len(token) > maxPageToken {
		return nil, false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(token)
	if err != nil || len(raw) <= 1+listDigestSize || raw[0] != pageTokenVersion {
		return nil, false
	}
	if subtle.ConstantTimeCompare(raw[1:1+listDigestSize], p.list[:]) != 1 {
		return nil, false
	}
	return raw[1+listDigestSize:], true
}

// listDigest names a list: the request without its page, read by this caller.
func listDigest(rq pagedRequest, caller Principal) (digest [listDigestSize]byte) {
	list := proto.CloneOf[proto.Message](rq).ProtoReflect()
	fields := list.Descriptor().Fields()
	for _, name := range []protoreflect.Name{"page_size", "page_token"} {
		if field := fields.ByName(name); field != nil {
			list.Clear(field)
		}
	}
	hash := sha256.New()
	hash.Write([]byte(list.Descriptor().FullName()))
	hash.Write([]byte{0})
	hash.Write([]byte(caller.Sees()))
	hash.Write([]byte{0})
	// A message that cannot be marshalled came from no wire; its list is then
	// named by its kind alone, which at worst accepts a token of its own kind.
	body, err := proto.MarshalOptions{Deterministic: true}.Marshal(list.Interface())
	if err == nil {
		hash.Write(body)
	}
	copy(digest[:], hash.Sum(nil))
	return digest
}

// Sees names what of a list the caller may see, and nothing else about him:
// two publishers of one org see the same, and may exchange page tokens.
func (p Principal) Sees() string {
	if p.Kind == System {
		return AllOrgs
	}
	var text strings.Builder
	for _, grant := range p.Roles.Grants() {
		text.WriteString(grant.GetOrg() + "=" + registryv1.Short(grant.GetRole()) + " ")
	}
	return text.String()
}
