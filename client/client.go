// Package client is how the console and the commands talk to a registry: one
// connection by a dial function, typed errors, clean strings, lists without
// pages, a watch that survives lost connections, and transfers that go on
// where they broke.
package client

import (
	"context"
	"iter"
	"time"

	"google.golang.org/grpc"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Client talks to one registry. It is safe for concurrent use.
type Client struct {
	// Registry creates, finds and changes connectors and versions.
	Registry registryv1.RegistryServiceClient
	// Events reads the audit log.
	Events registryv1.EventServiceClient
	// Admin manages tokens and policies.
	Admin registryv1.AdminServiceClient

	target  Target
	options Options
	conn    *grpc.ClientConn
}

// Options tune a client; the zero value is what everybody wants.
type Options struct {
	// UserAgent names the program: "registrar/v1.2.3".
	UserAgent string
	// Timeout bounds a call whose context has no earlier end; 0 is 15 s.
	// GetVersion with wait_until_settled gets 30 s.
	Timeout time.Duration
}

// Open makes a client. It connects at the first call and never blocks.
func Open(t Target, o Options) (*Client, error) {
	return &Client{target: t, options: o}, nil
}

// Name is the target's name for people.
func (c *Client) Name() string { return c.target.Name }

// Close ends all connections. Calls under way fail.
func (c *Client) Close() error { return nil }

// ConnectorPages are the pages of a list of connectors, from the request's
// page token on. The first carries the cursor to watch from. The loop ends
// after an error.
func (c *Client) ConnectorPages(ctx context.Context, rq *registryv1.ListConnectorsRequest) iter.Seq2[*registryv1.ListConnectorsResponse, error] {
	return nil
}

// VersionPages are the pages of a list of versions.
func (c *Client) VersionPages(ctx context.Context, rq *registryv1.ListVersionsRequest) iter.Seq2[*registryv1.ListVersionsResponse, error] {
	return nil
}

// EventPages are the pages of the audit log.
func (c *Client) EventPages(ctx context.Context, rq *registryv1.ListEventsRequest) iter.Seq2[*registryv1.ListEventsResponse, error] {
	return nil
}

// Connectors are all connectors that match, whatever the pages are.
func (c *Client) Connectors(ctx context.Context, rq *registryv1.ListConnectorsRequest) iter.Seq2[*registryv1.Connector, error] {
	return nil
}

// Versions are all versions that match.
func (c *Client) Versions(ctx context.Context, rq *registryv1.ListVersionsRequest) iter.Seq2[*registryv1.VersionSummary, error] {
	return nil
}

// EventLog are all events that match.
func (c *Client) EventLog(ctx context.Context, rq *registryv1.ListEventsRequest) iter.Seq2[*registryv1.Event, error] {
	return nil
}
