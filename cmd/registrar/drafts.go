package main

import (
	"context"
	"path/filepath"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/publish"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// journal holds the unfinished publishes of this computer.
func (e *Env) journal() *publish.Journal { return publish.OpenJournal(e.journalDir()) }

func (e *Env) journalDir() string { return filepath.Join(e.stateDir(), "publishes") }

// reviewsDir is where half-written reviews are kept.
func (e *Env) reviewsDir() string { return filepath.Join(e.stateDir(), "reviews") }

func newDrafts(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "drafts",
		Short: "List unfinished publishes",
		Long: "Lists the versions that the registry holds as drafts (PENDING or UPLOADING), and the publishes that were begun on this " +
			"computer and not finished, with the directory to go on from.",
		Example: "registrar drafts\nregistrar publish --version v1.2.0 --resume",
		Args:    none,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runDrafts(cmd.Context(), env) },
	}
}

// draft is an unfinished publish, on the registry, on this computer, or both.
type draft struct {
	summary *registryv1.VersionSummary
	local   *publish.Draft
}

func runDrafts(ctx context.Context, env *Env) error {
	return with(ctx, env, func(s *session) error {
		held, err := collect(s.Versions(ctx, &registryv1.ListVersionsRequest{
			PageSize: pageSize,
			Filter: []*registryv1.FilterTerm{{
				Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: []string{"pending", "uploading"},
			}},
		}))
		if err != nil {
			return err
		}
		local, err := env.journal().ListFor(s.Name())
		if err != nil {
			// One file that cannot be read must not hide all the other drafts.
			printError(env.Err, env.styles(env.ErrTerminal), err)
		}
		drafts := joinDrafts(held, local)
		if env.Settings.JSON() {
			return env.json(draftsJSON(drafts))
		}
		if len(drafts) == 0 {
			env.hint("No publish is unfinished.")
		}
		return writeDrafts(env, drafts)
	})
}

// joinDrafts puts what both sides know about the same version into one row.
func joinDrafts(held []*registryv1.VersionSummary, local []publish.Draft) []draft {
	refs := make([]*registryv1.VersionRef, len(held))
	for i, summary := range held {
		refs[i] = summary.GetRef()
	}
	beside, alone := publish.Pair(refs, local)
	drafts := make([]draft, 0, len(held)+len(alone))
	for i, summary := range held {
		drafts = append(drafts, draft{summary: summary, local: beside[i]})
	}
	for _, one := range alone {
		drafts = append(drafts, draft{local: one})
	}
	return drafts
}

func writeDrafts(env *Env, drafts []draft) error {
	t := env.newTable("connector", "version", "state", "platforms", ">size", ">active", "directory")
	now := env.Now()
	for _, d := range drafts {
		if d.summary == nil {
			ref := d.local.Plan.Ref
			t.row(t.text(ref.Org+"/"+ref.Name), t.text(ref.Version), "not begun there", platformList(d.local.Plan.Platforms()),
				"", age(now, timestamppb.New(d.local.SavedAt)), t.text(d.local.Plan.Directory))
			continue
		}
		directory := ""
		if d.local != nil {
			directory = d.local.Plan.Directory
		}
		ref := d.summary.GetRef()
		t.row(t.text(ref.GetOrg()+"/"+ref.GetName()), t.text(ref.GetVersion()), t.styles.mark(t.styles.theme.State(d.summary.GetState())),
			platformList(d.summary.GetPlatforms()), wording.Bytes(d.summary.GetSizeBytes()), age(now, d.summary.GetUpdatedAt()), t.text(directory))
	}
	return t.write(env.Out)
}

func draftsJSON(drafts []draft) []any {
	list := make([]any, len(drafts))
	for i, d := range drafts {
		o := object{}
		if d.summary != nil {
			o = toJSON(d.summary)
		} else {
			ref := d.local.Plan.Ref
			o = o.with("org", ref.Org).with("name", ref.Name).with("version", ref.Version)
		}
		if d.local != nil {
			o = o.with("directory", d.local.Plan.Directory).with("savedAt", timeText(d.local.SavedAt))
		}
		list[i] = o
	}
	return list
}

func newAbandon(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "abandon ORG/NAME VERSION",
		Short: "Remove a draft, or withdraw a version that is VALIDATING",
		Long: "Removes a draft with its files; its number is free again, and earlier FAILED attempts of it go too. A version that is " +
			"VALIDATING is withdrawn and becomes FAILED.",
		Example:     "registrar abandon acme/baton-sample v1.4.0",
		Args:        words(1, 2, versionHint),
		Annotations: changing("abandoning"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ref, err := parseVersion(args...)
			if err != nil {
				return err
			}
			return runAbandon(cmd.Context(), env, ref)
		},
	}
}

func runAbandon(ctx context.Context, env *Env, ref *registryv1.VersionRef) error {
	return with(ctx, env, func(s *session) error {
		answer, err := s.Registry.AbandonVersion(ctx, &registryv1.AbandonVersionRequest{RequestId: newRequestID(), Ref: ref})
		if err != nil {
			return err
		}
		if err := env.journal().Forget(s.Name(), ref); err != nil {
			env.hint("%s is gone from the registry, and this computer still remembers it: %v", clean.Line(spell(ref), 0), err)
		}
		withdrawn := answer.GetVersion() != nil
		if env.Settings.JSON() {
			if withdrawn {
				return env.json(toJSON(answer.GetVersion()))
			}
			return env.json(object{}.with("org", ref.GetOrg()).with("name", ref.GetName()).with("version", ref.GetVersion()).
				with("removed", true).with("removedAttempts", answer.GetRemovedAttempts()))
		}
		if withdrawn {
			return env.print("%s is withdrawn: it is FAILED now.", clean.Line(spell(ref), 0))
		}
		if n := answer.GetRemovedAttempts(); n > 0 {
			env.hint("%s went with it.", wording.Plural(n, "earlier attempt", "earlier attempts"))
		}
		return env.print("%s is removed. The number is free again.", clean.Line(spell(ref), 0))
	})
}
