package triage

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/diff"
	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/changes"
	"github.com/registrar-console/registrar/tui/ui"
)

// evidence is what is known already about a criterion, in one line.
func (s *Review) evidence(t *theme.Theme, i, w int) []ui.Text {
	parts := s.warned(t, registryv1.Criteria()[i])
	switch i {
	case 0:
		parts = append(parts, s.ofCorrectness(t)...)
	case 1:
		parts = append(parts, s.ofCompleteness()...)
	case 2:
		parts = append(append(parts, s.preflight(t, project.RequirementLint, "lint")...), s.builtWith()...)
	case 3:
		parts = append(parts, s.preflight(t, project.RequirementTests, "tests")...)
	case 4:
		parts = append(parts, s.ofDocumentation(t)...)
	default:
		parts = append(parts, s.ofSecurity(t)...)
	}
	var x ui.Text
	for _, part := range parts {
		if part.Width() == 0 {
			continue
		}
		if len(x) > 0 {
			x = x.And(ui.Say(theme.Muted, ", "))
		}
		x = x.And(part...)
	}
	if len(x) == 0 {
		x = ui.Words(theme.Muted, t.Glyph(theme.GlyphUnchecked)+" nothing is known about it")
	}
	return []ui.Text{ui.Cell(t, x, min(w, x.Width()))}
}

// distinctWarnings are those of the registry's checks, each once: several platforms often have
// the same.
func (s *Review) distinctWarnings() []*registryv1.Check {
	var all []*registryv1.Check
	for _, c := range s.version.GetChecks() {
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_WARN && !slices.ContainsFunc(all, func(other *registryv1.Check) bool {
			return other.GetName() == c.GetName() && other.GetDetail() == c.GetDetail()
		}) {
			all = append(all, c)
		}
	}
	return all
}

// warned is what the registry's checks warn of that belongs to a criterion, in
// a word; the changes beside it, or the version's own page, say the rest.
func (s *Review) warned(t *theme.Theme, criterion string) []ui.Text {
	var parts []ui.Text
	for _, c := range s.distinctWarnings() {
		if client.CriterionOf(c.GetName()) == criterion && c.GetName() != capabilitiesCheck {
			parts = append(parts, ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" check "+c.GetName()+" warns"))
		}
	}
	return parts
}

// capabilitiesCheck is the check whose finding stands under correctness.
const capabilitiesCheck = "capabilities"

func plainly(said string) ui.Text { return ui.Words(theme.Muted, said) }

// check is what a check of the registry found about the whole version.
func (s *Review) check(t *theme.Theme, name string) ui.Text {
	for _, c := range s.version.GetChecks() {
		if c.GetName() != name || c.GetDetail() == "" {
			continue
		}
		said := strings.TrimSuffix(c.GetDetail(), ".")
		if c.GetResult() == registryv1.CheckResult_CHECK_RESULT_WARN {
			return ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" "+said)
		}
		return plainly(said)
	}
	return nil
}

// ofCorrectness is what the connector says that it does.
func (s *Review) ofCorrectness(t *theme.Theme) []ui.Text {
	if found := s.check(t, capabilitiesCheck); found != nil {
		return []ui.Text{found}
	}
	if s.version.GetCapabilities() == "" {
		return []ui.Text{ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" it ships no baton_capabilities.json")}
	}
	return []ui.Text{plainly("it ships its capabilities")}
}

// ofCompleteness is which resource types came and went.
func (s *Review) ofCompleteness() []ui.Text {
	if s.previous == "" {
		return []ui.Text{plainly("the first version")}
	}
	if !s.known {
		return nil
	}
	came, gone := s.named(diff.Resource, diff.Added), s.named(diff.Resource, diff.Removed)
	var parts []ui.Text
	switch len(came) {
	case 0:
	case 1:
		parts = append(parts, plainly(came[0]+" is new"))
	default:
		parts = append(parts, plainly(words.Count(len(came))+" resource types are new: "+words.List(came)))
	}
	if len(gone) > 0 {
		parts = append(parts, ui.Words(theme.Warn, words.List(gone)+" is gone"))
	}
	if len(parts) == 0 {
		parts = append(parts, plainly("no resource type is new"))
	}
	return parts
}

// named are the things of a subject that changed in a way.
func (s *Review) named(of diff.Subject, kind diff.Kind) []string {
	var names []string
	for _, c := range s.report.Changes {
		if c.Subject == of && c.Kind == kind {
			names = append(names, c.Name)
		}
	}
	return names
}

// preflight is what the publisher's own report says of a requirement.
func (s *Review) preflight(t *theme.Theme, requirement, what string) []ui.Text {
	for _, r := range s.version.GetPreflight().GetResults() {
		if r.GetRequirement() != requirement {
			continue
		}
		said := strings.TrimSuffix(r.GetDetail(), ".")
		switch r.GetResult() {
		case registryv1.CheckResult_CHECK_RESULT_PASS:
			if said == "" {
				said = what + " passed at the publisher"
			}
			return []ui.Text{plainly(said)}
		case registryv1.CheckResult_CHECK_RESULT_FAIL, registryv1.CheckResult_CHECK_RESULT_WARN:
			if r.GetOverride() != "" {
				said += ", overridden: " + r.GetOverride()
			}
			return []ui.Text{ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" "+said)}
		default:
			return []ui.Text{plainly(t.Glyph(theme.GlyphUnchecked) + " the publisher did not check it")}
		}
	}
	return []ui.Text{plainly(t.Glyph(theme.GlyphUnchecked) + " the publisher sent no report of " + what)}
}

// builtWith is with which Go it was built.
func (s *Review) builtWith() []ui.Text {
	for _, a := range s.version.GetAssets() {
		if v := a.GetFacts().GetGoVersion(); v != "" {
			return []ui.Text{plainly(v)}
		}
	}
	return nil
}

// ofDocumentation is whether there is a README, and whether it kept up.
func (s *Review) ofDocumentation(t *theme.Theme) []ui.Text {
	if s.version.GetDocumentation() == "" {
		return []ui.Text{ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" it ships no README")}
	}
	doc := strings.ToLower(s.version.GetDocumentation())
	var unnamed []string
	for _, p := range s.named(diff.Permission, diff.Added) {
		if !strings.Contains(doc, strings.ToLower(p)) {
			unnamed = append(unnamed, p)
		}
	}
	switch len(unnamed) {
	case 0:
	case 1:
		return []ui.Text{ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" README does not name "+unnamed[0])}
	default:
		return []ui.Text{ui.Words(theme.Warn, t.Glyph(theme.GlyphCaution)+" README does not name "+words.Count(len(unnamed))+" new permissions")}
	}
	for _, c := range s.report.Changes {
		switch {
		case c.Subject != diff.Readme:
		case c.Kind == diff.Same:
			return []ui.Text{plainly("README unchanged")}
		case c.Kind != diff.Unknown:
			return []ui.Text{plainly(strings.TrimSpace("README " + changes.Mark(t, c).Word + " " + c.Detail))}
		}
	}
	return []ui.Text{plainly("it ships a README")}
}

// ofSecurity is who signed it, what that is worth, and what it may do now.
func (s *Review) ofSecurity(t *theme.Theme) []ui.Text {
	v := s.version.GetSummary()
	var parts []ui.Text
	if v.GetVerdict() != registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED && v.GetVerdict() != registryv1.VerdictStatus_VERDICT_STATUS_UNSPECIFIED {
		mark := t.Verdict(v.GetVerdict()).With(words.Verdict(v.GetVerdict(), v.GetVerdictReason()))
		parts = append(parts, ui.Words(mark.Role, mark.Glyph+" "+mark.Word))
	}
	for _, c := range s.report.Changes {
		switch {
		case c.Subject != diff.Signer:
		case c.Kind == diff.Same:
			parts = append(parts, plainly("same signer"))
		case c.Thought != "":
			parts = append(parts, ui.Words(theme.Warn, c.Thought))
		}
	}
	if len(parts) == 0 && v.GetVerdict() == registryv1.VerdictStatus_VERDICT_STATUS_VERIFIED {
		parts = append(parts, plainly("VERIFIED"))
	}
	if !s.known {
		return parts
	}
	added, gone := len(s.named(diff.Permission, diff.Added)), len(s.named(diff.Permission, diff.Removed))
	switch {
	case added > 0:
		parts = append(parts, ui.Words(theme.Warn, words.Plural(added, "permission", "permissions")+" added"))
	case gone > 0:
		parts = append(parts, plainly(words.Plural(gone, "permission", "permissions")+" removed"))
	default:
		parts = append(parts, plainly("no permission added"))
	}
	return parts
}
