package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

// A seeded catalogue is for measuring: it goes straight into the store and has
// no files. Nothing else of the program makes versions in this way.

// seedMoves are the legal moves that seeding makes, in the order in which a
// version passes through its states.
var seedMoves = []store.Transition{
	{From: registryv1.State_STATE_PENDING, To: registryv1.State_STATE_UPLOADING, Cause: registryv1.EventKind_EVENT_KIND_VERSION_UPLOADING},
	{From: registryv1.State_STATE_UPLOADING, To: registryv1.State_STATE_VALIDATING, Cause: registryv1.EventKind_EVENT_KIND_VERSION_FINALIZED},
	{From: registryv1.State_STATE_VALIDATING, To: registryv1.State_STATE_FAILED, Cause: registryv1.EventKind_EVENT_KIND_VERSION_FAILED},
	{From: registryv1.State_STATE_VALIDATING, To: registryv1.State_STATE_PUBLISHED, Cause: registryv1.EventKind_EVENT_KIND_VERSION_PUBLISHED},
	{From: registryv1.State_STATE_PUBLISHED, To: registryv1.State_STATE_YANKED, Cause: registryv1.EventKind_EVENT_KIND_VERSION_YANKED},
}

// seedRow is one version to be made.
type seedRow struct {
	org, name, number string
	platforms         []registryv1.Platform
	state             registryv1.State
	author            string
	at                time.Time
	stable            bool
}

// seeder fills a data directory.
type seeder struct {
	store *store.Store
	// clock is the time of the next transaction.
	clock      time.Time
	orgs       map[string]store.OrgID
	connectors map[string]store.ConnectorID
	versions   int
	// refused says of each row that breaks the rules why.
	refused []string
}

// seed fills a data directory that no registry has open. Rows of one time
// become one transaction.
func seed(ctx context.Context, dir string, rows []seedRow) (*seeder, error) {
	s := &seeder{orgs: map[string]store.OrgID{}, connectors: map[string]store.ConnectorID{}}
	var err error
	s.store, err = store.Open(ctx, store.Config{Dir: dir, Legal: seedMoves, Now: func() time.Time { return s.clock }})
	if err != nil {
		return nil, fmt.Errorf("seeding a catalogue: %w", err)
	}
	for len(rows) > 0 && err == nil {
		n := 1
		for n < len(rows) && rows[n].at.Equal(rows[0].at) {
			n++
		}
		err = s.write(ctx, rows[:n])
		rows = rows[n:]
	}
	return s, errors.Join(err, s.store.Close())
}

func (s *seeder) write(ctx context.Context, rows []seedRow) error {
	s.clock = rows[0].at
	err := s.store.Write(ctx, store.Actor{Person: rows[0].author, From: "seed"}, func(tx *store.Tx) error {
		for _, row := range rows {
			if err := s.row(ctx, tx, row); err != nil {
				return fmt.Errorf("seeding %s/%s %s: %w", row.org, row.name, row.number, err)
			}
		}
		return nil
	})
	return err
}

// row makes one version, or notes why it cannot be made.
func (s *seeder) row(ctx context.Context, tx *store.Tx, row seedRow) error {
	number, err := artifact.ParseNumber(row.number)
	if err == nil {
		_, err = artifact.ParseConnector(row.name)
	}
	if err != nil {
		s.refused = append(s.refused, fmt.Sprintf("%s %s: %v", row.name, row.number, err))
		return nil
	}
	connector, err := s.connector(ctx, tx, row.org, row.name)
	if err != nil {
		return err
	}
	v, err := tx.CreateVersion(ctx, store.NewVersion{
		Connector: connector, Number: number.String(), Precedence: number.Precedence(), Prerelease: number.Prerelease() != "",
		Draft: store.Draft{Platforms: store.PlatformsOf(row.platforms...), Author: row.author},
	})
	if taken, ok := errors.AsType[*store.ExistsError](err); ok {
		s.refused = append(s.refused, fmt.Sprintf("%s %s: %v", row.name, row.number, taken))
		return nil
	}
	if err != nil {
		return err
	}
	s.versions++
	if err := s.walk(ctx, tx, v.ID, row.state); err != nil {
		return err
	}
	if row.stable && row.state == registryv1.State_STATE_PUBLISHED {
		_, err = tx.SetStable(ctx, v.ID)
	}
	return err
}

// walk moves a new version through the states up to the wished one.
func (s *seeder) walk(ctx context.Context, tx *store.Tx, id store.VersionID, state registryv1.State) error {
	var set store.Digest
	binary.BigEndian.PutUint64(set[:], uint64(id)) //nolint:gosec // ids count from one
	at := registryv1.State_STATE_PENDING
	for _, step := range seedMoves {
		failing := step.To == registryv1.State_STATE_FAILED
		if at == state || step.From != at || failing != (state == registryv1.State_STATE_FAILED && at == registryv1.State_STATE_VALIDATING) {
			continue
		}
		move := store.Move{From: step.From, Attempt: 1, To: step.To, Cause: step.Cause}
		switch step.To {
		case registryv1.State_STATE_VALIDATING:
			move.AssetSet = &set
		case registryv1.State_STATE_FAILED:
			move.Failure = &store.Failure{Reason: registryv1.Reason_REASON_PLATFORM_BINARY_MISMATCH, Message: "linux-arm64: the executable is made for linux-amd64"}
		case registryv1.State_STATE_YANKED:
			move.Yank = &store.Yank{Category: registryv1.YankCategory_YANK_CATEGORY_BROKEN, Reason: "loops on empty pages"}
		default:
		}
		if _, err := tx.Move(ctx, id, move); err != nil {
			return err
		}
		at = step.To
	}
	return nil
}

func (s *seeder) connector(ctx context.Context, tx *store.Tx, org, name string) (store.ConnectorID, error) {
	key := org + "/" + artifact.ConnectorKey(name)
	if id, ok := s.connectors[key]; ok {
		return id, nil
	}
	orgID, ok := s.orgs[org]
	if !ok {
		made, err := tx.EnsureOrg(ctx, artifact.OrgKey(org), org)
		if err != nil {
			return 0, err
		}
		orgID = made.ID
		s.orgs[org] = orgID
	}
	made, err := tx.CreateConnector(ctx, store.NewConnector{Org: orgID, Key: artifact.ConnectorKey(name), Spelling: name})
	if err != nil {
		return 0, err
	}
	s.connectors[key] = made.ID
	return made.ID, nil
}
