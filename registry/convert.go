package registry

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/check"
	"github.com/registrar-console/registrar/registry/store"
)

// This file is the only place where rows of the store become messages of the
// API and the other way round.

// timestamp is nil for the zero time: absent, not 1970.
func timestamp(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// timeOf is the reverse of timestamp.
func timeOf(t *timestamppb.Timestamp) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.AsTime()
}

// digestBytes is nil for no digest.
func digestBytes(d *store.Digest) []byte {
	if d == nil {
		return nil
	}
	return d[:]
}

// connectorProto is a connector as a caller may see it. Its Newest was already
// chosen for him by the store.
func connectorProto(c store.Connector, see store.Visibility) *registryv1.Connector {
	out := &registryv1.Connector{
		Ref:         &registryv1.ConnectorRef{Org: c.OrgSpelling, Name: c.Spelling},
		Id:          int64(c.ID),
		DisplayName: c.DisplayName,
		Description: c.Description,
		Repository:  c.Repository,
		Homepage:    c.Homepage,
		License:     c.License,
		Stable:      c.Stable,
		Latest:      c.Latest,
		Revision:    c.Revision,
		CreatedAt:   timestamp(c.CreatedAt),
		UpdatedAt:   timestamp(c.UpdatedAt),
	}
	for _, alias := range c.Aliases {
		out.Aliases = append(out.Aliases, alias.Spelling)
	}
	if d := c.Deprecation; d != nil {
		out.Deprecation = &registryv1.Deprecation{Reason: d.Reason, Replacement: d.Replacement, By: d.By, At: timestamp(d.At)}
	}
	if c.Newest != nil {
		out.Newest = summaryProto(*c.Newest)
	}
	for state := pending; state <= yanked; state++ {
		if n := c.Counts.Of(state); n > 0 && (store.Public(state) || see.Org(c.Org)) {
			out.Counts = append(out.Counts, &registryv1.StateCount{State: state, Count: n})
		}
	}
	return out
}

// summaryProto is a version as a row of a list. A page is mostly made of
// these, so that the parts of one lie together.
func summaryProto(v store.Version) *registryv1.VersionSummary {
	parts := &struct {
		summary                     registryv1.VersionSummary
		ref                         registryv1.VersionRef
		created, updated, published timestamppb.Timestamp
	}{}
	ref := &parts.ref
	ref.Org, ref.Name, ref.Version = v.OrgSpelling, v.Name, v.Number
	out := &parts.summary
	out.Ref = ref
	out.Id = int64(v.ID)
	out.State = v.State
	out.Attempt = v.Attempt
	out.Revision = v.Revision
	out.Platforms = v.Platforms.List()
	out.PlatformVerdicts = make([]registryv1.VerdictStatus, len(out.Platforms))
	out.PlatformReceived = make([]bool, len(out.Platforms))
	for i, platform := range out.Platforms {
		out.PlatformVerdicts[i] = v.Verdicts.Of(platform)
		out.PlatformReceived[i] = v.Received.Has(platform)
	}
	out.Verdict = v.Verdict
	out.VerdictReason = v.VerdictReason
	out.SizeBytes = v.Size
	out.Author = v.Author
	out.Stable = v.Stable
	out.Latest = v.Latest
	out.CreatedAt = timestampIn(&parts.created, v.CreatedAt)
	out.UpdatedAt = timestampIn(&parts.updated, v.UpdatedAt)
	out.PublishedAt = timestampIn(&parts.published, v.PublishedAt)
	out.Reason = v.Reason
	out.YankCategory = v.YankCategory
	out.YankReplacement = v.YankReplacement
	if v.State == validating {
		out.WaitingFor = &registryv1.WaitingFor{Checks: !v.Awaiting, ApprovalsGiven: v.Given, ApprovalsNeeded: v.Needed}
	}
	return out
}

// timestampIn is timestamp in a place that is there already.
func timestampIn(to *timestamppb.Timestamp, t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	to.Seconds, to.Nanos = t.Unix(), int32(t.Nanosecond()) //nolint:gosec // less than a billion
	return to
}

// page of a version: everything that its own page shows.
type versionPage struct {
	store.VersionDetail
	Assets []store.Asset
	Checks []store.Check
	// Reviews are what people decided about this attempt.
	Reviews []store.Review
	// Facts are what was found inside the files, by their digest.
	Facts map[store.Digest]*registryv1.Facts
}

// versionProto is a version with all that a caller may know about it. What
// earlier attempts were, and what reviewers said, is not public.
func versionProto(v versionPage, see store.Visibility) *registryv1.Version {
	out := &registryv1.Version{
		Summary:       summaryProto(v.Version),
		Description:   v.Texts.Description,
		Changelog:     v.Texts.Changelog,
		Documentation: v.Texts.Documentation,
		Capabilities:  v.Texts.Capabilities,
		ConfigSchema:  v.Texts.ConfigSchema,
		License:       v.Texts.License,
		Repository:    v.Texts.Repository,
		Homepage:      v.Texts.Homepage,
		Commit:        v.Texts.Commit,
		WorkflowRunId: v.Texts.WorkflowRunID,
		ReleasedAt:    timestamp(v.Texts.ReleasedAt),
		Preflight:     v.Texts.Preflight,
		Images:        v.Texts.Images,
		Yank:          yankProto(v.Yank),
		AssetSet:      digestBytes(v.AssetSet),
	}
	if v.Failure != nil {
		out.Failure = failureProto(*v.Failure)
	}
	verdicts := map[store.AssetID]*registryv1.Verdict{}
	for _, c := range v.Checks {
		out.Checks = append(out.Checks, checkProto(c))
		if c.Verdict != nil {
			verdicts[c.Asset] = c.Verdict
		}
	}
	for _, asset := range v.Assets {
		file := assetProto(asset, v.Facts)
		file.Verdict = verdicts[asset.ID]
		out.Assets = append(out.Assets, file)
	}
	for _, step := range v.Steps {
		out.Steps = append(out.Steps, &registryv1.Step{State: step.State, At: timestamp(step.At), By: step.By})
	}
	if see.Org(v.Org) {
		for _, earlier := range v.Earlier {
			out.EarlierAttempts = append(out.EarlierAttempts, attemptProto(earlier))
		}
		for _, review := range v.Reviews {
			out.Reviews = append(out.Reviews, reviewProto(review))
		}
	}
	return out
}

func attemptProto(a store.Attempt) *registryv1.Attempt {
	return &registryv1.Attempt{
		Attempt: a.Attempt, State: a.State, Failure: failureProto(a.Failure),
		AssetSet: digestBytes(a.AssetSet), EndedAt: timestamp(a.EndedAt),
	}
}

// reviewProto is one person's decision.
func reviewProto(r store.Review) *registryv1.Review {
	return &registryv1.Review{
		Person: r.Person, Decision: r.Decision, Criteria: r.Criteria, Note: r.Note, AssetSet: r.AssetSet[:], At: timestamp(r.At),
		Attempt: r.Attempt, SelfReview: r.Self, Void: r.Void,
	}
}

// claimProto is nil for no claim.
func claimProto(c *store.Claim) *registryv1.Claim {
	if c == nil {
		return nil
	}
	return &registryv1.Claim{Person: c.Person, At: timestamp(c.At), Until: timestamp(c.Until)}
}

func failureProto(f store.Failure) *registryv1.Failure {
	return &registryv1.Failure{Reason: registryv1.Short(f.Reason), Message: f.Message}
}

func yankProto(y *store.Yank) *registryv1.Yank {
	if y == nil {
		return nil
	}
	return &registryv1.Yank{
		Category: y.Category, Reason: y.Reason, Advisory: y.Advisory, Replacement: y.Replacement,
		Credit: y.Credit, By: y.By, At: timestamp(y.At), DownloadsBlocked: y.Blocked,
	}
}

// assetProto is a file; facts may be nil where nobody asked for them.
func assetProto(a store.Asset, facts map[store.Digest]*registryv1.Facts) *registryv1.Asset {
	out := &registryv1.Asset{
		Platform: a.Platform, Kind: a.Kind, Filename: a.Filename, MediaType: a.MediaType, SizeBytes: a.Size,
		Sha256: digestBytes(a.Digest), Source: a.Source, Url: a.URL, ReceivedAt: timestamp(a.ReceivedAt),
		Attestations: a.Attestations,
	}
	if a.Digest != nil {
		out.Facts = facts[*a.Digest]
	}
	return out
}

func checkProto(c store.Check) *registryv1.Check {
	return &registryv1.Check{
		Name: c.Name, Platform: c.Platform, Filename: c.Filename, Result: c.Result, Detail: c.Detail, Fix: c.Fix,
		At: timestamp(c.At), Required: c.Required, Reason: registryv1.Short(c.Reason),
	}
}

// specProto is a file as it was declared, for the answer to who declared it.
func specProto(s store.AssetSpec) *registryv1.AssetSpec {
	return &registryv1.AssetSpec{
		Platform: s.Platform, Kind: s.Kind, Filename: s.Filename, MediaType: s.MediaType,
		SizeBytes: s.DeclaredSize, Sha256: digestBytes(s.DeclaredDigest), Url: s.URL, Attestations: s.Attestations,
	}
}

// specOf is a file that a request declares, after its fields were checked.
func specOf(s *registryv1.AssetSpec) store.AssetSpec {
	out := store.AssetSpec{
		Platform: s.GetPlatform(), Kind: s.GetKind(), Filename: s.GetFilename(), MediaType: s.GetMediaType(),
		Source: registryv1.AssetSource_ASSET_SOURCE_UPLOADED, URL: s.GetUrl(), DeclaredSize: s.SizeBytes,
		Attestations: s.GetAttestations(),
	}
	if digest, ok := artifact.DigestFromBytes(s.GetSha256()); ok {
		out.DeclaredDigest = (*store.Digest)(&digest)
	}
	return out
}

// draftOf is what a request to create a version says about it.
func draftOf(rq *registryv1.CreateVersionRequest, author string) store.Draft {
	return store.Draft{
		Platforms: store.PlatformsOf(rq.GetPlatforms()...),
		Author:    author,
		Texts: store.VersionTexts{
			Description:   rq.GetDescription(),
			Changelog:     rq.GetChangelog(),
			Documentation: rq.GetDocumentation(),
			Capabilities:  rq.GetCapabilities(),
			ConfigSchema:  rq.GetConfigSchema(),
			License:       rq.GetLicense(),
			Repository:    rq.GetRepository(),
			Homepage:      rq.GetHomepage(),
			Commit:        rq.GetCommit(),
			WorkflowRunID: rq.GetWorkflowRunId(),
			ReleasedAt:    timeOf(rq.GetReleasedAt()),
			Preflight:     rq.GetPreflight(),
			Images:        rq.GetImages(),
		},
	}
}

// setOf is the digest of a set of received files: what reviews and checks are
// about, and what "the same again" means.
func setOf(assets []store.Asset) store.Digest {
	entries := make([]artifact.SetEntry, len(assets))
	for i, a := range assets {
		entries[i] = artifact.SetEntry{
			Platform: artifact.Platform(a.Platform.Slug()), Kind: kindOf(a.Kind), Filename: a.Filename, Size: a.Size,
		}
		if a.Digest != nil {
			entries[i].SHA256 = *a.Digest
		}
	}
	return store.Digest(artifact.SetDigest(entries))
}

// kindOf is the kind of a file as package artifact spells it.
func kindOf(kind registryv1.AssetKind) artifact.Kind {
	return artifact.Kind(strings.ToLower(registryv1.Short(kind)))
}

// factsProto is what looking at the bytes of one file found.
func factsProto(f artifact.Facts) *registryv1.Facts {
	out := &registryv1.Facts{
		Container: string(f.Container), UnpackedBytes: f.UnpackedBytes, Entries: int32(len(f.Entries)), //nolint:gosec // artifact's limits bound the number of entries
	}
	exe := f.Executable
	if exe == nil {
		return out
	}
	out.ExecutableFormat, out.ExecutableName = string(exe.Format), exe.Name
	out.ExecutablePlatform, _ = registryv1.PlatformFromSlug(string(exe.Platform))
	if build := exe.Go; build != nil {
		out.GoVersion, out.Module, out.ModuleVersion = build.GoVersion, build.Module, build.ModuleVersion
		out.VcsRevision, out.VcsModified = build.VCSRevision, build.VCSModified
		for _, dep := range build.Deps {
			out.Dependencies = append(out.Dependencies, &registryv1.Module{Path: dep.Path, Version: dep.Version})
		}
	}
	return out
}

// checkOf is a finding as it is stored.
func checkOf(f check.Finding, at time.Time) store.Check {
	return store.Check{
		Name: f.Check, Platform: f.Platform, Asset: store.AssetID(f.AssetID), Filename: f.Filename, Result: f.Result,
		Detail: f.Detail, Fix: f.Fix, Required: f.Required, Reason: f.Reason, Verdict: f.Verdict, At: at,
	}
}
