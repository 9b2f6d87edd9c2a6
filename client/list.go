package client

import (
	"context"
	"iter"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// ConnectorPages are the pages of a list of connectors, from the request's
// page token on. The first carries the cursor to watch from. A page may be
// empty and not the last. The loop ends after an error.
func (c *Client) ConnectorPages(ctx context.Context, rq *registryv1.ListConnectorsRequest) iter.Seq2[*registryv1.ListConnectorsResponse, error] {
	return pages(ctx, rq, c.Registry.ListConnectors, func(rq *registryv1.ListConnectorsRequest, token string) { rq.PageToken = token })
}

// VersionPages are the pages of a list of versions, of one connector or of
// the whole registry.
func (c *Client) VersionPages(ctx context.Context, rq *registryv1.ListVersionsRequest) iter.Seq2[*registryv1.ListVersionsResponse, error] {
	return pages(ctx, rq, c.Registry.ListVersions, func(rq *registryv1.ListVersionsRequest, token string) { rq.PageToken = token })
}

// EventPages are the pages of the audit log.
func (c *Client) EventPages(ctx context.Context, rq *registryv1.ListEventsRequest) iter.Seq2[*registryv1.ListEventsResponse, error] {
	return pages(ctx, rq, c.Events.ListEvents, func(rq *registryv1.ListEventsRequest, token string) { rq.PageToken = token })
}

// TokenPages are the pages of the list of access tokens.
func (c *Client) TokenPages(ctx context.Context, rq *registryv1.ListTokensRequest) iter.Seq2[*registryv1.ListTokensResponse, error] {
	return pages(ctx, rq, c.Admin.ListTokens, func(rq *registryv1.ListTokensRequest, token string) { rq.PageToken = token })
}

// Connectors are all connectors that match, whatever the pages are.
func (c *Client) Connectors(ctx context.Context, rq *registryv1.ListConnectorsRequest) iter.Seq2[*registryv1.Connector, error] {
	return rows(c.ConnectorPages(ctx, rq), (*registryv1.ListConnectorsResponse).GetConnectors)
}

// Versions are all versions that match.
func (c *Client) Versions(ctx context.Context, rq *registryv1.ListVersionsRequest) iter.Seq2[*registryv1.VersionSummary, error] {
	return rows(c.VersionPages(ctx, rq), (*registryv1.ListVersionsResponse).GetVersions)
}

// EventLog are all events that match.
func (c *Client) EventLog(ctx context.Context, rq *registryv1.ListEventsRequest) iter.Seq2[*registryv1.Event, error] {
	return rows(c.EventPages(ctx, rq), (*registryv1.ListEventsResponse).GetEvents)
}

// SigningKeys are all keys of an org.
func (c *Client) SigningKeys(ctx context.Context, rq *registryv1.ListSigningKeysRequest) iter.Seq2[*registryv1.SigningKey, error] {
	return rows(pages(ctx, rq, c.Keys.ListSigningKeys, func(rq *registryv1.ListSigningKeysRequest, token string) { rq.PageToken = token }),
		(*registryv1.ListSigningKeysResponse).GetKeys)
}

// Identities are all keyless identities that an org trusts.
func (c *Client) Identities(ctx context.Context, rq *registryv1.ListIdentitiesRequest) iter.Seq2[*registryv1.Identity, error] {
	return rows(pages(ctx, rq, c.Keys.ListIdentities, func(rq *registryv1.ListIdentitiesRequest, token string) { rq.PageToken = token }),
		(*registryv1.ListIdentitiesResponse).GetIdentities)
}

// SignedVersions are all versions that a key signed, newest first.
func (c *Client) SignedVersions(ctx context.Context, rq *registryv1.ListSignedVersionsRequest) iter.Seq2[*registryv1.SignedVersion, error] {
	return rows(pages(ctx, rq, c.Keys.ListSignedVersions, func(rq *registryv1.ListSignedVersionsRequest, token string) { rq.PageToken = token }),
		(*registryv1.ListSignedVersionsResponse).GetVersions)
}

// ReviewQueuePages are the pages of what waits for people. The first carries
// the cursor to watch from, and each how many wait in all.
func (c *Client) ReviewQueuePages(ctx context.Context, rq *registryv1.ListReviewQueueRequest) iter.Seq2[*registryv1.ListReviewQueueResponse, error] {
	return pages(ctx, rq, c.Reviews.ListReviewQueue, func(rq *registryv1.ListReviewQueueRequest, token string) { rq.PageToken = token })
}

// ReviewQueue is all that waits for people, the longest wait first.
func (c *Client) ReviewQueue(ctx context.Context, rq *registryv1.ListReviewQueueRequest) iter.Seq2[*registryv1.QueuedReview, error] {
	return rows(c.ReviewQueuePages(ctx, rq), (*registryv1.ListReviewQueueResponse).GetItems)
}

// Decisions are all reviews of one version, or of all, the latest first.
func (c *Client) Decisions(ctx context.Context, rq *registryv1.ListReviewsRequest) iter.Seq2[*registryv1.ReviewOf, error] {
	return rows(pages(ctx, rq, c.Reviews.ListReviews, func(rq *registryv1.ListReviewsRequest, token string) { rq.PageToken = token }),
		(*registryv1.ListReviewsResponse).GetReviews)
}

// page is an answer with a next one.
type page interface {
	proto.Message
	GetNextPageToken() string
}

// pages calls until there is no next page. The request is the caller's and
// stays as it is.
func pages[RQ proto.Message, RS page](ctx context.Context, rq RQ,
	call func(context.Context, RQ, ...grpc.CallOption) (RS, error), turn func(RQ, string),
) iter.Seq2[RS, error] {
	return func(yield func(RS, error) bool) {
		next := proto.CloneOf(rq)
		last := ""
		for {
			rs, err := call(ctx, next)
			if err != nil {
				var none RS
				yield(none, err)
				return
			}
			token := rs.GetNextPageToken()
			if !yield(rs, nil) || token == "" {
				return
			}
			if token == last {
				var none RS
				yield(none, &Error{
					Reason: registryv1.Reason_REASON_INTERNAL, Code: codes.Internal, Doing: "reading a list",
					Message: "the registry gives the same page again and again", Next: "report it to whoever runs the registry",
				})
				return
			}
			last = token
			turn(next, token)
		}
	}
}

// rows takes the pages apart.
func rows[RS page, R any](all iter.Seq2[RS, error], of func(RS) []R) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		var none R
		for rs, err := range all {
			if err != nil {
				yield(none, err)
				return
			}
			for _, row := range of(rs) {
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}
