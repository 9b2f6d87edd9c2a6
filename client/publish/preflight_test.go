package publish_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// The report goes into the journal, to the registry, and comes back as it was.
func TestThePreflightReportGoesWithTheVersion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	dir := newProject(t)
	report, err := project.Preflight(t.Context(), dir, project.Options{Now: time.Unix(1_800_000_000, 0)})
	require.NoError(t, err)
	require.NotEmpty(t, project.Failed(report), "there is no Go file in it")
	report.Results[0].Override = "the source is elsewhere"

	plan, faults, err := publish.Prepare(t.Context(), b.client, publish.Answers{Directory: dir, Version: "v1.0.0", Preflight: publish.Preflight{Report: report}}, nil)
	require.NoError(t, err)
	require.Empty(t, faults)
	journal := publish.OpenJournal(t.TempDir())
	_, err = journal.Save(plan)
	require.NoError(t, err)
	drafts, err := journal.List()
	require.NoError(t, err)
	require.Len(t, drafts, 1)
	assert.True(t, proto.Equal(report, drafts[0].Plan.Preflight.Report))

	_, err = publish.Run(t.Context(), b.client, drafts[0].Plan, nil, func(publish.Event) {})
	require.NoError(t, err)
	rs, err := b.client.Registry.GetVersion(t.Context(), &registryv1.GetVersionRequest{Ref: &registryv1.VersionRef{Org: "acme", Name: "baton-sample", Version: "v1.0.0"}})
	require.NoError(t, err)
	assert.True(t, proto.Equal(report, rs.GetVersion().GetPreflight()), "%s", rs.GetVersion().GetPreflight())
}
