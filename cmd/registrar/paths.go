package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/publish"
)

func newPaths(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "paths [SYSTEM | PATH]",
		Short: "Show the ways to publish a connector",
		Long: "Shows the five ways to publish a connector: what each means, what it needs, what follows from it, and the commands to copy. " +
			"With the name of a target system it first looks whether this registry has a connector for it, by name, alias, description " +
			"and similar spelling, and fills the commands in.\n\n" +
			"A PATH shows only that way; they are upstream, fork, official, own and internal. Texts and links can be changed in the " +
			"configuration file.",
		Example: `# Is there a connector for Okta, and what can I do?
registrar paths okta

# Only one way
registrar paths own`,
		Args: words(0, 1, "name one target system; put quotes around a name of several words"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPaths(cmd.Context(), env, strings.Join(args, ""))
		},
	}
}

func runPaths(ctx context.Context, env *Env, word string) error {
	guide := env.Settings.Guide
	if slices.Contains(publish.PathIDs(), publish.PathID(word)) {
		paths := guide.Paths(publish.Subject{})
		paths = slices.DeleteFunc(paths, func(p publish.Path) bool { return p.ID != publish.PathID(word) })
		return writePaths(env, guide, nil, paths)
	}
	if strings.TrimSpace(word) == "" {
		return writePaths(env, guide, nil, guide.Paths(publish.Subject{}))
	}
	var found publish.Search
	searched := with(ctx, env, func(s *session) (err error) {
		found, err = publish.FindExisting(ctx, s.Client, word)
		return err
	})
	// The paths are told all the same; what is missing is what the registry
	// knows.
	search := &found
	if searched != nil {
		search = nil
	}
	paths := guide.Paths(publish.Subject{System: word, Existing: found.Best()})
	return errors.Join(searched, writePaths(env, guide, search, paths))
}

func writePaths(env *Env, guide publish.Guide, search *publish.Search, paths []publish.Path) error {
	if env.Settings.JSON() {
		return env.json(pathsJSON(guide, search, paths))
	}
	st := env.styles(env.OutTerminal)
	if search != nil {
		if err := env.print("%s", sentence(clean.Line(search.Summary(guide), 0))); err != nil {
			return err
		}
		if err := existingTable(env, search.Found).write(env.Out); err != nil {
			return err
		}
	}
	var out strings.Builder
	for i, path := range paths {
		if i > 0 || search != nil {
			out.WriteByte('\n')
		}
		out.WriteString(st.bold(clean.Line(path.Title, 0)) + "  " + st.faint(string(path.ID)) + "\n")
		out.WriteString("  " + clean.Line(path.Meaning, 0) + "\n")
		section(&out, st, "needs", path.Needs)
		section(&out, st, "then", path.Consequences)
		out.WriteByte('\n')
		for _, command := range path.Commands {
			out.WriteString("    " + clean.Line(command, 0) + "\n")
		}
	}
	out.WriteString("\n" + clean.Line(guide.SecurityNote(), 0) + "\n")
	_, err := env.Out.Write([]byte(out.String()))
	return err
}

// section writes lines under a key, as facts are written.
func section(out *strings.Builder, st styles, key string, texts []string) {
	for i, text := range texts {
		label := strings.Repeat(" ", len("needs"))
		if i == 0 {
			label = st.faint(key) + strings.Repeat(" ", len("needs")-len(key))
		}
		out.WriteString("  " + label + "  " + clean.Line(text, 0) + "\n")
	}
}

func existingTable(env *Env, found []publish.Existing) *table {
	t := env.newTable("connector", "stable", "latest", "found by", "description")
	for _, e := range found {
		c := e.Connector
		name := t.styles.bold(t.text(spellConnector(c.GetRef())))
		if c.GetDeprecation() != nil {
			name += " " + t.styles.warn("(deprecated)")
		}
		t.row(name, orDash(t.text(c.GetStable())), orDash(t.text(c.GetLatest())), t.text(e.How), t.short(c.GetDescription()))
	}
	return t
}

func pathsJSON(guide publish.Guide, search *publish.Search, paths []publish.Path) object {
	o := object{}
	if search != nil {
		found := []any{}
		for _, e := range search.Found {
			found = append(found, append(object{}.with("found", e.How).with("exact", e.Exact), toJSON(e.Connector)...))
		}
		o = o.with("system", search.System).with("searched", search.Examined).with("summary", search.Summary(guide)).with("connectors", found)
	}
	listed := make([]any, len(paths))
	for i, p := range paths {
		listed[i] = object{}.with("path", string(p.ID)).with("title", p.Title).with("meaning", p.Meaning).
			with("publishes", p.Publishes).with("suggested", p.Suggested).
			with("needs", texts(p.Needs)).with("consequences", texts(p.Consequences)).with("commands", texts(p.Commands))
	}
	return o.with("paths", listed).with("security", guide.SecurityNote())
}

func texts(list []string) []any {
	out := make([]any, len(list))
	for i, text := range list {
		out[i] = text
	}
	return out
}
