package browse

import (
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// checksTab lists what the registry checked.
func checksTab() versionTab {
	return versionTab{
		id: "checks", label: "Checks", copies: "copy",
		count: func(s *Version) string { return count(len(s.version.GetChecks())) },
		status: func(s *Version, _ ui.Look) ui.Text {
			return ui.Words(theme.Muted, position(s.checks.Cursor(), len(s.checked)))
		},
		view: (*Version).checksView, outline: (*Version).outlineChecks,
		cursor: func(s *Version) (*ui.List, int) { return &s.checks, len(s.checked) },
		copied: (*Version).checkCopied,
	}
}

// checkCopied is what to do about the check under the cursor, or what it found.
func (s *Version) checkCopied() (text, what string) {
	if len(s.checked) == 0 {
		return "", ""
	}
	c := s.checked[min(s.checks.Cursor(), len(s.checked)-1)]
	if c.GetFix() != "" {
		return c.GetFix(), "what to do about " + c.GetName()
	}
	return c.GetDetail(), "what " + c.GetName() + " found"
}

// checksView is the list of checks with what to do about each.
func (s *Version) checksView(l ui.Look, w, h int) []string {
	t := l.Theme
	if len(s.checked) == 0 {
		return ui.Indent(t, []ui.Text{ui.Words(theme.Muted, "Nothing was checked yet. The registry checks a version once all its files are in.")}, w, h)
	}
	return s.checks.View(t, w, h, len(s.checked), true, func(i, w int, chosen bool) []ui.Text {
		return checkLines(t, s.checked[i], w, chosen)
	})
}

// urgency orders checks: what failed comes first, what was skipped last.
func urgency(c *registryv1.Check) int {
	switch c.GetResult() {
	case registryv1.CheckResult_CHECK_RESULT_FAIL:
		return 0
	case registryv1.CheckResult_CHECK_RESULT_WARN:
		return 1
	case registryv1.CheckResult_CHECK_RESULT_PASS:
		return 3
	case registryv1.CheckResult_CHECK_RESULT_SKIPPED:
		return 4
	default:
		return 2
	}
}

// checkLines is one check.
func checkLines(t *theme.Theme, c *registryv1.Check, w int, chosen bool) []ui.Text {
	finding := ui.Finding{Result: t.CheckResult(c.GetResult()), Name: c.GetName(), About: aboutOf(c), Detail: c.GetDetail(), Fix: c.GetFix()}
	return finding.Lines(t, w, chosen)
}

// aboutOf is what a check is about: a platform, or the whole version.
func aboutOf(c *registryv1.Check) string {
	if p := c.GetPlatform().Slug(); p != "" {
		return p
	}
	return "version"
}
