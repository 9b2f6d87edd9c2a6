package client

import (
	"fmt"
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Evidence is what is known about one criterion of a review before anybody has
// judged it. What only the publisher says is said to be his.
type Evidence struct {
	Criterion string
	Known     []string
}

// belongs says which criterion an automatic check, or a line of the
// publisher's own report, tells something about. What is not in it is about
// correctness.
var belongs = map[string]string{
	"platforms": "completeness", "capabilities": "completeness", "resource-syncer": "completeness",
	"module": "code-quality", "lint": "code-quality", "layout": "code-quality",
	"tests": "test-coverage", "integration-tests": "test-coverage", "ci": "test-coverage",
	"texts": "documentation", "readme": "documentation",
	"signatures": "security", "archive-safety": "security", "license": "security",
}

// shownTypes is how many resource types are named before the rest is counted.
const shownTypes = 8

// EvidenceOf gathers what is known about a version for each of the six
// criteria, in their order.
func EvidenceOf(v *registryv1.Version) []Evidence {
	known := map[string][]string{}
	add := func(criterion, format string, args ...any) {
		known[criterion] = append(known[criterion], fmt.Sprintf(format, args...))
	}
	checksKnown(v, add)
	add("completeness", "ships %s", shipped(v.GetSummary().GetPlatforms()))
	if types := diff.ResourceTypes(v.GetCapabilities()); len(types) > 0 {
		add("completeness", "%s: %s", words.Plural(len(types), "resource type", "resource types"), someOf(types))
	}
	if built := builtWith(v.GetAssets()); built != "" {
		add("code-quality", "built with %s", built)
	}
	if v.GetCommit() != "" {
		add("code-quality", "from commit %s", v.GetCommit())
	}
	documentsKnown(v, add)
	add("security", "signature: %s", words.Verdict(v.GetSummary().GetVerdict(), v.GetSummary().GetVerdictReason()))
	if v.GetLicense() != "" {
		add("security", "license %s", v.GetLicense())
	}
	reportKnown(v.GetPreflight(), add)
	list := make([]Evidence, 0, len(registryv1.Criteria()))
	for _, criterion := range registryv1.Criteria() {
		list = append(list, Evidence{Criterion: criterion, Known: known[criterion]})
	}
	return list
}

// CriterionOf names the criterion that an automatic check, or a line of the
// publisher's own report, tells something about.
func CriterionOf(name string) string {
	if criterion, ok := belongs[name]; ok {
		return criterion
	}
	return "correctness"
}

// checksKnown says how many checks passed, and every one that did not; what is
// the same on several platforms is said once.
func checksKnown(v *registryv1.Version, add func(criterion, format string, args ...any)) {
	passed := 0
	type finding struct {
		name, detail string
		result       registryv1.CheckResult
	}
	var findings []finding
	times := map[finding]int{}
	for _, c := range v.GetChecks() {
		switch c.GetResult() {
		case registryv1.CheckResult_CHECK_RESULT_PASS:
			passed++
		case registryv1.CheckResult_CHECK_RESULT_WARN, registryv1.CheckResult_CHECK_RESULT_FAIL:
			f := finding{name: c.GetName(), detail: c.GetDetail(), result: c.GetResult()}
			if times[f]++; times[f] == 1 {
				findings = append(findings, f)
			}
		default:
		}
	}
	for _, f := range findings {
		name := f.name
		if n := times[f]; n > 1 {
			name += ", " + words.Count(n) + " times"
		}
		add(CriterionOf(f.name), "check %s: %s: %s", name, words.Result(f.result), f.detail)
	}
	add("correctness", "%s passed", words.Plural(passed, "check", "checks"))
}

// documentsKnown says what there is to read.
func documentsKnown(v *registryv1.Version, add func(criterion, format string, args ...any)) {
	for _, document := range []struct{ name, text string }{{"documentation", v.GetDocumentation()}, {"changelog", v.GetChangelog()}} {
		if strings.TrimSpace(document.text) == "" {
			add("documentation", "no %s", document.name)
			continue
		}
		lines := strings.Count(strings.TrimSpace(document.text), "\n") + 1
		add("documentation", "%s of %s", document.name, words.Plural(lines, "line", "lines"))
	}
}

// reportKnown is what the publisher's own report says.
func reportKnown(report *registryv1.PreflightReport, add func(criterion, format string, args ...any)) {
	if len(report.GetResults()) == 0 {
		for _, criterion := range []string{"code-quality", "test-coverage"} {
			add(criterion, "the publisher sent no report of the project")
		}
	}
	for _, r := range report.GetResults() {
		said := fmt.Sprintf("the publisher's report, %s: %s", r.GetRequirement(), words.Result(r.GetResult()))
		if r.GetDetail() != "" {
			said += ": " + r.GetDetail()
		}
		if r.GetOverride() != "" {
			said += "; published all the same: " + r.GetOverride()
		}
		add(CriterionOf(r.GetRequirement()), "%s", said)
	}
}

func shipped(platforms []registryv1.Platform) string {
	slugs := make([]string, len(platforms))
	for i, p := range platforms {
		slugs[i] = p.Slug()
	}
	return words.List(slugs)
}

func someOf(names []string) string {
	if len(names) <= shownTypes {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:shownTypes], ", ") + fmt.Sprintf(" and %d more", len(names)-shownTypes)
}

// builtWith are the Go versions of the executables; more than one is worth a
// look.
func builtWith(assets []*registryv1.Asset) string {
	var versions []string
	for _, a := range assets {
		if version := a.GetFacts().GetGoVersion(); version != "" && !slices.Contains(versions, version) {
			versions = append(versions, version)
		}
	}
	slices.Sort(versions)
	return strings.Join(versions, ", ")
}
