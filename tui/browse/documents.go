package browse

import (
	"slices"
	"strings"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/markdown"
	"github.com/registrar-console/registrar/tui/ui"
)

// Rendered carries a text of a version, laid out for the screen as it is.
type Rendered struct {
	Version action.Version
	// Asked is the number that the page gave its question.
	Asked    int
	Document markdown.Document
}

// TextWidth is how many cells a text to read has on a screen of w columns.
func TextWidth(w int) int { return max(1, min(w-4, readMost)) }

// read is a text that was sent to be rendered: what stands on the page while
// nothing newer arrived.
type read struct {
	source   string
	asked    int
	ready    bool
	document markdown.Document
}

// forget drops the text, and the answer that may still come.
func (r *read) forget() { *r = read{asked: r.asked + 1} }

// take keeps what was rendered; answers to earlier questions are dropped.
func (r *read) take(of action.Version, msg Rendered) {
	if msg.Version == of && msg.Asked == r.asked {
		r.ready, r.document = true, msg.Document
	}
}

// render has the text of the tab rendered, unless it stands there already.
// Again says that size or colours are others now: the old lines stay until
// the new ones are there.
func (s *Version) render(again bool) action.Action {
	source := ""
	if of := s.page().text; of != nil && s.version != nil {
		source = strings.TrimSpace(of(s.version))
	}
	if source != s.text.source {
		s.text.forget()
		s.text.source = source
	} else if s.text.asked > 0 && !again {
		return nil
	}
	if source == "" {
		return nil
	}
	s.text.asked++
	return action.Render{Version: s.ref, Text: source, Asked: s.text.asked}
}

// docsTab is what the publisher says of the connector.
func docsTab() versionTab {
	return documentTab("docs", "Docs", "documentation", "This version came without documentation. Publishing takes README.md or docs/connector.mdx of the project.",
		func(v *registryv1.Version) string { return v.GetDocumentation() })
}

// changelogTab is what the publisher says of the version.
func changelogTab() versionTab {
	return documentTab("changelog", "Changelog", "changelog", "This version came without a changelog.",
		func(v *registryv1.Version) string { return v.GetChangelog() })
}

// documentTab shows a text of a version; none is what it says without one.
func documentTab(id, label, what, none string, text func(v *registryv1.Version) string) versionTab {
	return versionTab{
		id: id, label: label, copies: "copy text", text: text,
		status: (*Version).documentStatus, outline: (*Version).outlineDocument,
		view:   (*Version).documentView,
		none:   none,
		copied: func(s *Version) (string, string) { return text(s.version), "the " + what + " of " + s.ref.Number },
	}
}

// documentLines is the text with what stands below it.
func (s *Version) documentLines() []ui.Text {
	switch {
	case s.text.source == "":
		return []ui.Text{ui.Words(theme.Muted, s.page().none)}
	case !s.text.ready:
		return []ui.Text{ui.Words(theme.Muted, "rendering")}
	}
	lines := s.text.document.Lines
	switch {
	case len(lines) == 0:
		return []ui.Text{ui.Words(theme.Muted, "Nothing in it is text that can be shown here; c copies it.")}
	case s.text.document.Cut:
		lines = append(slices.Clip(lines), nil, ui.Words(theme.Muted, "It goes on, and is too long to be shown here; c copies all of it."))
	}
	return lines
}

// documentView is the part of the text that is in sight.
func (s *Version) documentView(l ui.Look, w, h int) []string {
	lines := s.documentLines()
	if s.text.source == "" {
		lines = ui.Wrap(lines[0], TextWidth(w))
	}
	s.scroll = max(0, min(s.scroll, len(lines)-h))
	s.below = len(lines) - h - s.scroll
	return ui.Indent(l.Theme, lines[s.scroll:], w, h)
}

// documentStatus says which lines of the text are in sight.
func (s *Version) documentStatus(ui.Look) ui.Text {
	switch {
	case s.text.source == "":
		return nil
	case !s.text.ready:
		return ui.Words(theme.Muted, "rendering")
	}
	n := len(s.documentLines())
	last := min(n, s.scroll+s.height)
	return ui.Words(theme.Muted, "lines "+words.Count(min(s.scroll+1, last))+"-"+words.Count(last)+" of "+words.Count(n))
}
