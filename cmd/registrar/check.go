package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	projects "github.com/registrar-console/registrar/client/project"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

func newCheck(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "check [DIR]",
		Short: "Check a project against the requirements",
		Long: "Checks a project directory against the six requirements of a connector, all at once: ResourceSyncer, lint, tests, README, " +
			"license and capabilities; then against what is only advice: the standard layout, a CI workflow, integration tests. Each line " +
			"says what was found, where, and how to correct it.\n\n" +
			"It runs golangci-lint, or go vet where that is not installed, and none of the project's own code: tests are counted and not " +
			"run, and what was not checked is never shown as passed. A requirement that fails is exit code 6.",
		Example: `# The project in this directory
registrar check

# Another one, for a script
registrar check ../baton-sample -o json`,
		Args: words(0, 1, "give one project directory"),
		RunE: func(cmd *cobra.Command, args []string) error {
			directory := "."
			if len(args) == 1 {
				directory = args[0]
			}
			return runCheck(cmd.Context(), env, directory)
		},
	}
}

func runCheck(ctx context.Context, env *Env, directory string) error {
	report, err := projects.Preflight(ctx, directory, projects.Options{Tools: true, Now: env.Now()})
	if err != nil {
		return notAProject(ctx, directory, err)
	}
	if env.Settings.JSON() {
		err = env.json(checkJSON(directory, report))
	} else {
		err = writeCheck(env, report)
	}
	if err != nil {
		return err
	}
	if e := unmet(report); e != nil {
		return e
	}
	return nil
}

// notAProject is a directory that cannot be checked.
func notAProject(ctx context.Context, directory string, err error) error {
	if ctx.Err() != nil {
		return err
	}
	next := "name the directory that holds the connector's go.mod"
	if errors.Is(err, projects.ErrNoProject) {
		next = "name the directory that holds it, or begin one with go mod init"
	}
	return &client.Error{Reason: registryv1.Reason_REASON_NOT_A_PROJECT, Doing: "checking " + clean.Line(directory, 0), Message: clean.Line(err.Error(), 0), Next: next, Err: err}
}

// unmet is the error of a report with failed requirements; nil if there are
// none.
func unmet(report *registryv1.PreflightReport) *client.Error {
	failed := projects.Failed(report)
	if len(failed) == 0 {
		return nil
	}
	var wrong faults
	for _, r := range failed {
		wrong.add(r.GetRequirement(), registryv1.Reason_REASON_CHECK_FAILED, "%s", r.GetDetail())
	}
	return &client.Error{
		Reason: registryv1.Reason_REASON_CHECK_FAILED, Message: requirementsUnmet(len(failed)) + ".",
		Next: "correct them, then run registrar check again", Faults: wrong,
	}
}

// requirementsUnmet is "2 of six requirements are not met".
func requirementsUnmet(n int) string {
	if n == 1 {
		return "1 of six requirements is not met"
	}
	return fmt.Sprintf("%d of six requirements are not met", n)
}

// writeCheck prints a report: the requirements, then the advice.
func writeCheck(env *Env, report *registryv1.PreflightReport) error {
	st := env.styles(env.OutTerminal)
	width := 0
	for _, r := range report.GetResults() {
		width = max(width, len(projects.Title(r.GetRequirement())))
	}
	var out strings.Builder
	required := true
	for _, r := range report.GetResults() {
		if required && !projects.Required(r.GetRequirement()) {
			required = false
			out.WriteString("\n" + st.bold("Advice") + "\n")
		}
		writeCheckLine(&out, st, r, width)
	}
	out.WriteString("\n" + totals(report) + "\n")
	_, err := env.Out.Write([]byte(out.String()))
	return err
}

// markWidth is as wide as the longest mark, "? not checked".
const markWidth = 13

func writeCheckLine(out *strings.Builder, st styles, r *registryv1.PreflightResult, width int) {
	mark := st.theme.CheckResult(r.GetResult())
	title := projects.Title(r.GetRequirement())
	pad := strings.Repeat(" ", max(0, markWidth-2-len(mark.Word)))
	indent := strings.Repeat(" ", markWidth+2+width+2)
	out.WriteString(st.mark(mark) + pad + "  " + st.bold(title) + strings.Repeat(" ", width-len(title)) + "  ")
	out.WriteString(strings.Join(st.wrapped(r.GetDetail(), len(indent)), "\n"+indent) + "\n")
	for line := range strings.Lines(r.GetEvidence()) {
		for _, part := range st.wrapped(strings.TrimRight(line, "\n"), len(indent)) {
			out.WriteString(indent + st.faint(part) + "\n")
		}
	}
	if r.GetFix() != "" {
		const key = "fix  "
		out.WriteString(indent + st.faint(key) + strings.Join(st.wrapped(r.GetFix(), len(indent)+len(key)), "\n"+indent+strings.Repeat(" ", len(key))) + "\n")
	}
}

// wrapped is a text from outside on lines that fit beside an indent, where a
// person reads them. Programs get one line.
func (s styles) wrapped(text string, indent int) []string {
	text = clean.Line(text, 0)
	if !s.on {
		return []string{text}
	}
	lines := strings.Split(ansi.Wordwrap(text, wrapWidth-indent, ""), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return lines
}

// wrapWidth is a width that a report fits into on most terminals.
const wrapWidth = 100

// ownReport sums up the report that came with a version: whoever reads it must
// know that it is the publisher's own.
func ownReport(report *registryv1.PreflightReport) string {
	if report == nil {
		return ""
	}
	said := "by the publisher's own report: " + totals(report)
	if n := len(projects.Failed(report)); n > 0 {
		said += "; " + requirementsUnmet(n)
	}
	return said
}

// totals is one sentence on a report.
func totals(report *registryv1.PreflightReport) string {
	count := map[registryv1.CheckResult]int{}
	for _, r := range report.GetResults() {
		count[r.GetResult()]++
	}
	var parts []string
	for _, one := range checkOrder {
		if n := count[one]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, wording.Result(one)))
		}
	}
	return strings.Join(parts, ", ")
}

// checkOrder is the order in which results are counted.
var checkOrder = []registryv1.CheckResult{
	registryv1.CheckResult_CHECK_RESULT_PASS, registryv1.CheckResult_CHECK_RESULT_WARN,
	registryv1.CheckResult_CHECK_RESULT_FAIL, registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED,
	registryv1.CheckResult_CHECK_RESULT_SKIPPED, // only of other programs' reports
}

// checkJSON is a report with the directory that it is about. Detail, evidence
// and fix are always there: a script reads the same members of every line.
func checkJSON(directory string, report *registryv1.PreflightReport) object {
	results := make([]any, len(report.GetResults()))
	count := map[registryv1.CheckResult]int{}
	for i, r := range report.GetResults() {
		count[r.GetResult()]++
		results[i] = object{
			{"requirement", r.GetRequirement()},
			{"status", requirementStatus(r.GetResult())},
			{"detail", r.GetDetail()},
			{"evidence", r.GetEvidence()},
			{"fix", r.GetFix()},
		}
	}
	summary := object{}
	for i, name := range []string{"pass", "warn", "fail", "notChecked"} {
		summary = summary.with(name, count[checkOrder[i]])
	}
	return object{}.with("directory", directory).with("results", results).with("summary", summary)
}

// requirementStatus is a result by its short name; what was not checked says so.
func requirementStatus(r registryv1.CheckResult) string {
	if r == registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED {
		return "NOT_CHECKED"
	}
	return registryv1.Short(r)
}
