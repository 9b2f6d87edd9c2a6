package client

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"path"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// maxTries is how often a call that is safe to repeat is made in all.
const maxTries = 4

var callPause = pause{first: 150 * time.Millisecond, most: 2 * time.Second}

// unary is what every call goes through: it gets an end, a request_id and,
// where that is safe, further tries; its answer is cleaned and its error typed.
func (c *Client) unary(ctx context.Context, method string, rq, rs any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	request, _ := rq.(proto.Message)
	request = withRequestID(request)
	ctx, cancel := context.WithTimeout(ctx, c.timeout(request))
	defer cancel()
	for try := 1; ; try++ {
		err := invoke(ctx, method, request, rs, cc, opts...)
		if err == nil {
			if answer, ok := rs.(proto.Message); ok {
				clean.Message(answer)
			}
			return nil
		}
		fault := c.typed(ctx, err, doing(method, request))
		if try == maxTries || fault.Code != codes.Unavailable || !repeatable(method, request) {
			return fault
		}
		// Another process may answer on the address by now.
		c.conn.ResetConnectBackoff()
		if sleep(ctx, callPause.after(try)) != nil {
			return fault
		}
	}
}

func (c *Client) timeout(request proto.Message) time.Duration {
	if get, ok := request.(*registryv1.GetVersionRequest); ok && get.GetWaitUntilSettled() {
		return max(waitTimeout, c.options.Timeout)
	}
	return c.options.Timeout
}

// stream is what every stream goes through: its messages are cleaned, its
// errors typed. It has no end of its own.
func (c *Client) stream(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	s, err := open(ctx, desc, cc, method, opts...)
	if err != nil {
		return nil, c.typed(ctx, err, doing(method, nil))
	}
	return &cleanStream{ClientStream: s, caller: ctx, client: c, doing: doing(method, nil)}, nil
}

type cleanStream struct {
	grpc.ClientStream
	// caller is the context that the stream was asked for with: the stream's
	// own is cancelled by its end, whoever caused that.
	caller context.Context //nolint:containedctx // a stream lives as long as it
	client *Client
	doing  string
}

// RecvMsg receives one message, clean, or a typed error; io.EOF stays what it is.
func (s *cleanStream) RecvMsg(m any) error {
	if err := s.ClientStream.RecvMsg(m); err != nil {
		if errors.Is(err, io.EOF) {
			return err
		}
		return s.client.typed(s.caller, err, s.doing)
	}
	if message, ok := m.(proto.Message); ok {
		clean.Message(message)
	}
	return nil
}

// SendMsg sends one message; grpc reports its failures when receiving.
func (s *cleanStream) SendMsg(m any) error {
	if err := s.ClientStream.SendMsg(m); err != nil && !errors.Is(err, io.EOF) {
		return s.client.typed(s.caller, err, s.doing)
	}
	return nil
}

const (
	requestIDField    protoreflect.Name = "request_id"
	validateOnlyField protoreflect.Name = "validate_only"
)

// withRequestID gives a mutation an id of its own, so that it may be repeated
// when the answer got lost. The caller's message is not touched: used again,
// it means another mutation.
func withRequestID(request proto.Message) proto.Message {
	if request == nil {
		return nil
	}
	m := request.ProtoReflect()
	field := m.Descriptor().Fields().ByName(requestIDField)
	if field == nil || m.Has(field) || onlyValidates(m) {
		return request
	}
	named := proto.Clone(request)
	named.ProtoReflect().Set(field, protoreflect.ValueOfString(NewRequestID()))
	return named
}

// NewRequestID makes an id for a mutation, for callers that want to repeat it
// themselves, also after their program ended.
func NewRequestID() string { return rand.Text() }

func onlyValidates(m protoreflect.Message) bool {
	field := m.Descriptor().Fields().ByName(validateOnlyField)
	return field != nil && m.Get(field).Bool()
}

// repeatable reports whether a call may be made twice: it reads, it only
// validates, or the registry knows it again by its request_id.
func repeatable(method string, request proto.Message) bool {
	if request == nil {
		return false
	}
	m := request.ProtoReflect()
	if field := m.Descriptor().Fields().ByName(requestIDField); field != nil {
		return m.Has(field) || onlyValidates(m)
	}
	name := path.Base(method)
	return strings.HasPrefix(name, "Get") || strings.HasPrefix(name, "List")
}

// gerunds say what a call does, for errors that never reached a registry.
var gerunds = map[string]string{
	"CreateConnector": "creating", "CreateVersion": "creating", "GetUploadURLs": "asking for the upload links of",
	"FinalizeVersion": "finalizing", "YankVersion": "yanking", "GetConnector": "reading", "ListConnectors": "listing the connectors",
	"GetVersion": "reading", "ListVersions": "listing the versions", "GetDownloadURLs": "asking for the download links of",
	"SetStableVersion": "setting the stable version to", "DeprecateConnector": "deprecating", "UnyankVersion": "taking back the yank of",
	"AbandonVersion": "abandoning", "GetCaller": "asking who you are", "ListEvents": "reading the audit log", "WatchEvents": "following the audit log",
	"CreateToken": "creating a token", "ListTokens": "listing the tokens", "RevokeToken": "revoking a token", "GetPolicy": "reading the policy of",
	"SetPolicy": "setting the policy of", "GetTrustRoot": "reading the trusted root", "SetTrustRoot": "setting the trusted root",
	"ListReviewQueue": "listing what waits for review", "ListReviews": "listing the reviews", "ClaimReview": "claiming the review of",
	"SubmitReview": "reviewing",
}

// doing says what a call was about to do, to what.
func doing(method string, request proto.Message) string {
	said, ok := gerunds[path.Base(method)]
	if !ok {
		said = "calling " + path.Base(method)
	}
	subject := ""
	switch rq := request.(type) {
	case interface{ GetRef() *registryv1.VersionRef }:
		subject = refText(rq.GetRef().GetOrg(), rq.GetRef().GetName(), rq.GetRef().GetVersion())
	case interface {
		GetRef() *registryv1.ConnectorRef
	}:
		subject = refText(rq.GetRef().GetOrg(), rq.GetRef().GetName(), "")
	case *registryv1.GetDownloadURLsRequest:
		subject = refText(rq.GetConnector().GetOrg(), rq.GetConnector().GetName(), rq.GetVersion())
	case *registryv1.ListVersionsRequest:
		if rq.GetConnector() != nil {
			said += " of"
			subject = refText(rq.GetConnector().GetOrg(), rq.GetConnector().GetName(), "")
		}
	case interface{ GetOrg() string }:
		subject = rq.GetOrg()
	}
	return clean.Line(strings.TrimSpace(said+" "+subject), maxErrorLine)
}

// refText is ORG/NAME VERSION, as far as there is something to say.
func refText(org, name, version string) string {
	text := org
	if name != "" {
		text += "/" + name
	}
	if version != "" {
		text += " " + version
	}
	return text
}
