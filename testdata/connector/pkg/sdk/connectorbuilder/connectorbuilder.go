// Package connectorbuilder runs the syncers of a connector.
package connectorbuilder

import (
	"context"
	"fmt"

	"github.com/acme/baton-sample/pkg/sdk/annotations"
	"github.com/acme/baton-sample/pkg/sdk/pagination"
	"github.com/acme/baton-sample/pkg/sdk/resource"
	v2 "github.com/acme/baton-sample/pkg/sdk/v2"
)

// ResourceSyncer lists the resources of one type.
type ResourceSyncer interface {
	ResourceType(ctx context.Context) *v2.ResourceType
	List(ctx context.Context, parent *v2.ResourceId, token *pagination.Token) ([]*v2.Resource, string, annotations.Annotations, error)
	Entitlements(ctx context.Context, r *v2.Resource, token *pagination.Token) ([]*v2.Entitlement, string, annotations.Annotations, error)
	Grants(ctx context.Context, r *v2.Resource, token *pagination.Token) ([]*v2.Grant, string, annotations.Annotations, error)
}

// ResourceSyncerV2 is the newer shape of a ResourceSyncer.
type ResourceSyncerV2 interface {
	ResourceType(ctx context.Context) *v2.ResourceType
	List(ctx context.Context, parent *v2.ResourceId, attrs resource.SyncOpAttrs) ([]*v2.Resource, *resource.SyncOpResults, error)
	Entitlements(ctx context.Context, r *v2.Resource, attrs resource.SyncOpAttrs) ([]*v2.Entitlement, *resource.SyncOpResults, error)
	Grants(ctx context.Context, r *v2.Resource, attrs resource.SyncOpAttrs) ([]*v2.Grant, *resource.SyncOpResults, error)
}

// Upgrade lets the older shape be used as the newer one.
func Upgrade(s ResourceSyncer) ResourceSyncerV2 { return upgraded{s} }

type upgraded struct{ old ResourceSyncer }

func (u upgraded) ResourceType(ctx context.Context) *v2.ResourceType { return u.old.ResourceType(ctx) }

func (u upgraded) List(ctx context.Context, parent *v2.ResourceId, a resource.SyncOpAttrs) ([]*v2.Resource, *resource.SyncOpResults, error) {
	rows, next, notes, err := u.old.List(ctx, parent, &a.PageToken)
	return rows, &resource.SyncOpResults{NextPageToken: next, Annotations: notes}, err
}

func (u upgraded) Entitlements(ctx context.Context, r *v2.Resource, a resource.SyncOpAttrs) ([]*v2.Entitlement, *resource.SyncOpResults, error) {
	rows, next, notes, err := u.old.Entitlements(ctx, r, &a.PageToken)
	return rows, &resource.SyncOpResults{NextPageToken: next, Annotations: notes}, err
}

func (u upgraded) Grants(ctx context.Context, r *v2.Resource, a resource.SyncOpAttrs) ([]*v2.Grant, *resource.SyncOpResults, error) {
	rows, next, notes, err := u.old.Grants(ctx, r, &a.PageToken)
	return rows, &resource.SyncOpResults{NextPageToken: next, Annotations: notes}, err
}

// Sync runs syncers to their end and hands every row to emit: first all
// resources, then what can be had on them, then who has it.
func Sync(ctx context.Context, syncers []ResourceSyncerV2, pageSize int, emit func(kind string, row any) error) error {
	for _, s := range syncers {
		kind := s.ResourceType(ctx)
		if err := emit("resource-type", kind); err != nil {
			return err
		}
		var found []*v2.Resource
		err := pages(pageSize, func(a resource.SyncOpAttrs) (*resource.SyncOpResults, error) {
			rows, results, err := s.List(ctx, nil, a)
			found = append(found, rows...)
			return results, err
		})
		if err != nil {
			return fmt.Errorf("listing resources of type %s: %w", kind.Id, err)
		}
		for _, r := range found {
			if err := emit("resource", r); err != nil {
				return err
			}
			if err := syncResource(ctx, s, r, pageSize, emit); err != nil {
				return fmt.Errorf("syncing %s %s: %w", r.Id.ResourceType, r.Id.Resource, err)
			}
		}
	}
	return nil
}

func syncResource(ctx context.Context, s ResourceSyncerV2, r *v2.Resource, pageSize int, emit func(string, any) error) error {
	err := pages(pageSize, func(a resource.SyncOpAttrs) (*resource.SyncOpResults, error) {
		rows, results, err := s.Entitlements(ctx, r, a)
		return results, emitAll("entitlement", rows, err, emit)
	})
	if err != nil {
		return err
	}
	return pages(pageSize, func(a resource.SyncOpAttrs) (*resource.SyncOpResults, error) {
		rows, results, err := s.Grants(ctx, r, a)
		return results, emitAll("grant", rows, err, emit)
	})
}

func emitAll[T any](kind string, rows []T, err error, emit func(string, any) error) error {
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := emit(kind, row); err != nil {
			return err
		}
	}
	return nil
}

// pages calls step until it names no next page.
func pages(size int, step func(resource.SyncOpAttrs) (*resource.SyncOpResults, error)) error {
	token := pagination.Token{Size: size}
	for {
		results, err := step(resource.SyncOpAttrs{PageToken: token})
		if err != nil {
			return err
		}
		if results == nil || results.NextPageToken == "" {
			return nil
		}
		token.Token = results.NextPageToken
	}
}
