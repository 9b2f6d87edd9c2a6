package client

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/registrar-console/registrar/client/diff"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Compare reads two versions at once and says what changed from one to the other.
func (c *Client) Compare(ctx context.Context, from, to *registryv1.VersionRef) (diff.Report, error) {
	var sides [2]*registryv1.Version
	group, ctx := errgroup.WithContext(ctx)
	for i, ref := range []*registryv1.VersionRef{from, to} {
		group.Go(func() error {
			answer, err := c.Registry.GetVersion(ctx, &registryv1.GetVersionRequest{Ref: ref})
			sides[i] = answer.GetVersion()
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return diff.Report{}, err
	}
	return diff.Compare(sides[0], sides[1]), nil
}
