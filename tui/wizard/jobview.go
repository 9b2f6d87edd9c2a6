package wizard

import (
	"context"
	"errors"
	"strconv"

	"github.com/registrar-console/registrar/client/project"
	"github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/ui"
)

// output is the pane in which a job writes. It follows the end until somebody
// scrolls up, and again from when he is back there.
type output struct {
	job *job
	// held is that it does not follow; top is then the first line in sight.
	held bool
	top  int
	// behind is the line behind the last one in sight, as drawn last.
	behind int
}

// show begins with the output of another job.
func (o *output) show(j *job) { *o = output{job: j} }

// move scrolls by lines.
func (o *output) move(by int) {
	if by > 0 && !o.held {
		return
	}
	o.held, o.top = true, max(0, o.top+by)
}

// edge goes to the first line that is kept, or to the end.
func (o *output) edge(last bool) { o.held, o.top = !last, 0 }

// running reports whether the job is under way.
func (o *output) running() bool { return o.job != nil && !o.job.snapshot().over }

// view draws heading and lines for w cells on h lines.
func (o *output) view(t *theme.Theme, w, h int, focused bool) []ui.Text {
	if o.job == nil || h <= 0 {
		return nil
	}
	body := o.body(t, w, h-1)
	return append([]ui.Text{ui.Section(o.title(focused), o.state(t), w)}, body...)
}

// title is the command, as a person would type it.
func (o *output) title(focused bool) ui.Text {
	name := jobName(o.job.kind)
	if c := o.job.snapshot().command; len(c.Args) > 0 {
		name = c.String()
	}
	title := ui.Line(ui.Say(theme.Text, name))
	if focused {
		title[0] = ui.Say(theme.Accent, name).Bold()
	}
	if o.held {
		return title.And(ui.Say(theme.Muted, "  held at line "+words.Count(o.top+1)+"; G follows"))
	}
	return title
}

// state is how the job goes or went.
func (o *output) state(t *theme.Theme) ui.Text {
	now := o.job.snapshot()
	switch {
	case !now.over:
		return ui.Mark(t.Mark(theme.GlyphUploading, theme.Motion, "running"))
	case errors.Is(now.err, context.Canceled):
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "stopped"))
	case now.err != nil:
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "failed"))
	case now.outcome.Code != 0:
		return ui.Mark(t.Mark(theme.GlyphFailed, theme.Bad, "exit code "+strconv.Itoa(now.outcome.Code)+" after "+words.Duration(now.outcome.Took)))
	default:
		return ui.Mark(t.Mark(theme.GlyphGood, theme.OK, "done in "+words.Duration(now.outcome.Took)))
	}
}

// body are the lines in sight, wrapped; h of them at most.
func (o *output) body(t *theme.Theme, w, h int) []ui.Text {
	if h <= 0 {
		return nil
	}
	if o.held {
		if lines, whole := o.from(t, w, h); !whole {
			return lines
		}
		o.held = false
	}
	return o.tail(t, w, h)
}

// from are the lines from where one scrolled to; whole says that the last one
// is among them, so that the end can be followed again.
func (o *output) from(t *theme.Theme, w, h int) (lines []ui.Text, whole bool) {
	kept, first, behind := o.job.read(o.top, h)
	o.top = min(max(o.top, first), behind)
	at := o.top
	for _, line := range kept {
		lines = append(lines, ui.Wrap(ui.Words(theme.Muted, line), w)...)
		at++
		if len(lines) >= h {
			break
		}
	}
	o.behind = at
	return lines[:min(len(lines), h)], at >= behind && len(lines) <= h
}

// tail are the last lines, and how it ended where that is no matter of lines.
func (o *output) tail(t *theme.Theme, w, h int) []ui.Text {
	_, first, behind := o.job.read(0, 0)
	kept, _, _ := o.job.read(behind-h, h)
	lines := o.ending(t, w)
	at := behind
	for i := len(kept) - 1; i >= 0 && len(lines) < h; i-- {
		lines = append(ui.Wrap(ui.Words(theme.Muted, kept[i]), w), lines...)
		at--
	}
	o.top, o.behind = max(first, at), behind
	if len(kept) == 0 && len(lines) == 0 {
		return ui.Wrap(ui.Words(theme.Faint, "It has written nothing yet."), w)
	}
	return lines[max(0, len(lines)-h):]
}

// ending is why a job did not run to its end, or how much of its output was
// not kept.
func (o *output) ending(t *theme.Theme, w int) []ui.Text {
	now := o.job.snapshot()
	switch {
	case errors.Is(now.err, context.Canceled):
		return ui.Wrap(ui.Words(theme.Muted, "You stopped it, and everything that it started."), w)
	case now.err != nil:
		return ui.Hanging(ui.Say(theme.Bad, t.Glyph(theme.GlyphFailed)+" "), ui.Words(theme.Text, ui.Sentence(now.err.Error())), w)
	case now.over && now.outcome.Left > 0:
		return ui.Wrap(ui.Words(theme.Faint, words.Plural(now.outcome.Left, "line", "lines")+" more were not kept."), w)
	case now.over && now.outcome.Lines == 0 && o.job.kind == project.JobCapabilities && now.worked():
		return ui.Wrap(ui.Words(theme.Muted, "baton_capabilities.json was written."), w)
	case now.over && now.outcome.Lines == 0:
		return ui.Wrap(ui.Words(theme.Faint, "It wrote nothing."), w)
	default:
		return nil
	}
}
