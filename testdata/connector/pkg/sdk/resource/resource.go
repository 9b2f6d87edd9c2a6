// Package resource has what the newer shape of a syncer takes and returns.
package resource

import (
	"github.com/acme/baton-sample/pkg/sdk/annotations"
	"github.com/acme/baton-sample/pkg/sdk/pagination"
)

// SyncOpAttrs is what a step of a sync is asked for.
type SyncOpAttrs struct {
	PageToken pagination.Token
}

// SyncOpResults is what a step of a sync says beside its rows.
type SyncOpResults struct {
	NextPageToken string
	Annotations   annotations.Annotations
}
