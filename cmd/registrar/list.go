package main

import (
	"context"
	"iter"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/registrar-console/registrar/client/filter"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// pageSize asks for as much as a page may hold: a command reads it all anyway.
const pageSize = 1000

// filterHelp ends the help of every command that takes a filter.
const filterHelp = "\n\nA filter is free words, which match any column, and key:value terms: state:failed, platform:windows, signed:no. " +
	"A comma is or, a space is and, a - before the value excludes: state:-yanked."

func newList(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "list [FILTER...]",
		Short: "List connectors",
		Long:  "Lists connectors with their stable and their newest version." + filterHelp,
		Example: `# All connectors
registrar list

# Those of one org whose newest version failed
registrar list org:acme state:failed -o json`,
		RunE: func(cmd *cobra.Command, args []string) error { return runList(cmd.Context(), env, args) },
	}
}

func runList(ctx context.Context, env *Env, filterWords []string) error {
	terms, err := parseFilter(filterWords)
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		connectors, err := collect(s.Connectors(ctx, &registryv1.ListConnectorsRequest{Filter: terms, PageSize: pageSize}))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(connectors))
		}
		if len(connectors) == 0 {
			env.hint("%s", nothingFound("connector", filterWords))
		}
		return writeConnectors(env, connectors)
	})
}

func writeConnectors(env *Env, connectors []*registryv1.Connector) error {
	t := env.newTable("connector", "stable", "latest", "newest", "state", "signature", "platforms", ">updated", "note")
	now := env.Now()
	for _, c := range connectors {
		state, signature := "", ""
		if c.GetNewest() != nil {
			state, signature = t.styles.mark(t.styles.theme.State(c.GetNewest().GetState())), t.styles.signature(c.GetNewest())
		}
		name := t.styles.bold(t.text(spellConnector(c.GetRef())))
		if c.GetDeprecation() != nil {
			name += " " + t.styles.warn("(deprecated)")
		}
		t.row(name, orDash(t.text(c.GetStable())), orDash(t.text(c.GetLatest())),
			orDash(t.text(c.GetNewest().GetRef().GetVersion())), state, signature,
			platformList(c.GetNewest().GetPlatforms()), age(now, c.GetUpdatedAt()), t.note(standing(c.GetNewest())))
	}
	return t.write(env.Out)
}

func newVersions(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "versions [ORG/NAME] [FILTER...]",
		Short: "List versions of one connector, or of the whole registry",
		Long: "Lists the versions of one connector, highest number first, or those of the whole registry, last changed first." +
			filterHelp,
		Example: `# The versions of one connector
registrar versions acme/baton-sample

# Whatever failed or was yanked, anywhere
registrar versions state:failed,yanked`,
		RunE: func(cmd *cobra.Command, args []string) error { return runVersions(cmd.Context(), env, args) },
	}
}

func runVersions(ctx context.Context, env *Env, args []string) error {
	rq := &registryv1.ListVersionsRequest{PageSize: pageSize}
	filterWords := args
	// A filter term has a colon before its slash, if it has one at all.
	if len(args) > 0 && strings.Contains(args[0], "/") && !strings.Contains(args[0], ":") {
		ref, err := parseConnector(args[0])
		if err != nil {
			return err
		}
		rq.Connector, filterWords = ref, args[1:]
	}
	terms, err := parseFilter(filterWords)
	if err != nil {
		return err
	}
	rq.Filter = terms
	return with(ctx, env, func(s *session) error {
		versions, err := collect(s.Versions(ctx, rq))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(versions))
		}
		if len(versions) == 0 {
			env.hint("%s", nothingFound("version", filterWords))
		}
		return writeVersions(env, versions, rq.GetConnector() == nil)
	})
}

func writeVersions(env *Env, versions []*registryv1.VersionSummary, withConnector bool) error {
	columns := []string{"version", "state", "signature", "platforms", ">size", "author", ">updated", "note"}
	if withConnector {
		columns = append([]string{"connector"}, columns...)
	}
	t := env.newTable(columns...)
	now := env.Now()
	for _, v := range versions {
		cells := []string{
			t.styles.bold(t.text(v.GetRef().GetVersion())),
			t.styles.mark(t.styles.theme.State(v.GetState())), t.styles.signature(v),
			platformList(v.GetPlatforms()), wording.Bytes(v.GetSizeBytes()), t.text(v.GetAuthor()),
			age(now, v.GetUpdatedAt()), t.note(noteOf(v)),
		}
		if withConnector {
			cells = append([]string{t.text(v.GetRef().GetOrg() + "/" + v.GetRef().GetName())}, cells...)
		}
		t.row(cells...)
	}
	return t.write(env.Out)
}

// noteOf is what is particular about a version: pointers to it, what it waits
// for, or why it is what it is; and of a yanked one what to use instead.
func noteOf(v *registryv1.VersionSummary) (note, instead string) {
	var notes []string
	if v.GetStable() {
		notes = append(notes, "stable")
	}
	if v.GetLatest() {
		notes = append(notes, "latest")
	}
	why, instead := standing(v)
	if why != "" {
		notes = append(notes, why)
	}
	return strings.Join(notes, ", "), instead
}

// standing is noteOf without the pointers.
func standing(v *registryv1.VersionSummary) (note, instead string) {
	if waits := wording.WaitingFor(v.GetWaitingFor()); waits != "" {
		note = "waits for " + waits
	}
	if v.GetReason() == "" {
		return note, ""
	}
	why, instead := wording.Withdrawn(v.GetYankCategory(), v.GetReason(), v.GetYankReplacement())
	if note != "" {
		why = note + ", " + why
	}
	return why, instead
}

type statusOptions struct {
	connector string
	states    []string
}

func newStatus(env *Env) *cobra.Command {
	var o statusOptions
	cmd := &cobra.Command{
		Use:   "status",
		Short: "List versions that are not finished, or in a state",
		Long:  "Lists the versions that are PENDING, UPLOADING or VALIDATING, or those in the states that --state names.",
		Example: `# What is on its way
registrar status

# What failed of one connector
registrar status --connector acme/baton-sample --state failed`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runStatus(cmd.Context(), env, o) },
	}
	cmd.Flags().StringVar(&o.connector, "connector", "", "only of this connector, as ORG/NAME")
	cmd.Flags().StringSliceVar(&o.states, "state", nil, "only in this state; may be repeated")
	return cmd
}

func runStatus(ctx context.Context, env *Env, o statusOptions) error {
	rq, err := o.request()
	if err != nil {
		return err
	}
	return with(ctx, env, func(s *session) error {
		versions, err := collect(s.Versions(ctx, rq))
		if err != nil {
			return err
		}
		if env.Settings.JSON() {
			return env.json(listJSON(versions))
		}
		if len(versions) == 0 {
			env.hint("No version is %s.", alternatives(rq.GetFilter()[0].GetValues()))
		}
		return writeVersions(env, versions, true)
	})
}

// alternatives are states as a sentence has them: "PENDING or UPLOADING".
func alternatives(states []string) string {
	upper := make([]string, len(states))
	for i, state := range states {
		upper[i] = strings.ToUpper(state)
	}
	return strings.Join(upper, " or ")
}

func (o statusOptions) request() (*registryv1.ListVersionsRequest, error) {
	rq := &registryv1.ListVersionsRequest{PageSize: pageSize}
	states := o.states
	if len(states) == 0 {
		states = []string{"pending", "uploading", "validating"}
	}
	var wrong faults
	var values []string
	for _, name := range states {
		state, ok := registryv1.FromShort[registryv1.State](name)
		if !ok {
			wrong.add("state", registryv1.Reason_REASON_USAGE, "%q is not a state: there are pending, uploading, validating, published, failed and yanked", name)
			continue
		}
		values = append(values, strings.ToLower(registryv1.Short(state)))
	}
	if o.connector != "" {
		ref, err := parseConnector(o.connector)
		if err != nil {
			wrong.add("connector", registryv1.Reason_REASON_USAGE, "--connector: %s; %s", asError(err).Message, connectorHint)
		}
		rq.Connector = ref
	}
	rq.Filter = []*registryv1.FilterTerm{{Field: registryv1.FilterField_FILTER_FIELD_STATE, Values: values}}
	return rq, wrong.err("listing what is not finished", "")
}

// parseFilter reads the words of a filter as the registry takes it.
func parseFilter(filterWords []string) ([]*registryv1.FilterTerm, error) {
	query, err := parseQuery(filterWords)
	return query.Proto(), err
}

// parseQuery reads the words of a filter and names everything that is wrong
// with it.
func parseQuery(filterWords []string) (filter.Query, error) {
	query, found := filter.ParseArgs(filterWords)
	var wrong faults
	for _, fault := range found {
		wrong.add("filter", registryv1.Reason_REASON_INVALID_FILTER, "%s", fault.Message)
	}
	return query, wrong.err("reading the filter", "")
}

// collect reads a list to its end.
func collect[M proto.Message](items iter.Seq2[M, error]) ([]M, error) {
	var all []M
	for item, err := range items {
		if err != nil {
			return nil, err
		}
		all = append(all, item)
	}
	return all, nil
}

func nothingFound(what string, filterWords []string) string {
	if len(filterWords) > 0 {
		return "No " + what + " matches " + strings.Join(filterWords, " ") + "."
	}
	return "There is no " + what + " yet. Publish the first one from a project directory with: registrar publish --version v0.1.0"
}

func platformList(platforms []registryv1.Platform) string {
	slugs := make([]string, len(platforms))
	for i, platform := range platforms {
		slugs[i] = platform.Slug()
	}
	return strings.Join(slugs, " ")
}

// age is how long ago something was; of times in the future, which other
// computers' clocks give, it is 0.
func age(now time.Time, at *timestamppb.Timestamp) string {
	if at == nil {
		return ""
	}
	return wording.Age(max(0, now.Sub(at.AsTime())))
}

func orDash(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
