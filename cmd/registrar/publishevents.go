package main

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/registrar-console/registrar/client/clean"
	"github.com/registrar-console/registrar/client/publish"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/trust"
)

// progressEvery bounds how often one transfer says how far it is.
const progressEvery = time.Second

// publishPrinter prints the events of one publish, one line each: results as
// JSON on stdout, text for people on stderr, but for the last line.
type publishPrinter struct {
	env    *Env
	styles styles
	ref    publish.Ref
	// stable says that the version is to be promoted.
	stable bool
	// said is what was last said of each transfer, and when.
	said map[publish.AssetKey]saidRow
	// leave, if it is set, ends the run as soon as only the registry has
	// something left to do, and left says that it did.
	leave func()
	left  bool
	// err is the first failure to write; the run ends with it.
	err error
}

type saidRow struct {
	at    time.Time
	state publish.RowState
	done  int64
}

func newPublishPrinter(env *Env, plan publish.Plan) *publishPrinter {
	return &publishPrinter{
		env: env, styles: env.styles(env.ErrTerminal), ref: plan.Ref, stable: plan.Stable, said: map[publish.AssetKey]saidRow{},
	}
}

// event is what publish.Run calls, from one goroutine.
func (p *publishPrinter) event(e publish.Event) {
	if step, ok := e.(publish.Step); ok && step.Name == publish.StepValidate && p.leave != nil {
		if step.Status == publish.StatusStarted {
			p.left = true
			p.leave()
		}
		if p.left {
			return // that it was left is no failure
		}
	}
	if p.env.Settings.JSON() {
		for _, line := range p.jsonLines(e) {
			if err := p.env.jsonLine(line); err != nil && p.err == nil {
				p.err = err
			}
		}
		return
	}
	p.text(e)
}

// text says what happened where a person reads it. Errors come back from Run.
func (p *publishPrinter) text(e publish.Event) {
	switch e := e.(type) {
	case publish.Step:
		p.step(e)
	case publish.Hashed:
		if !e.Reused {
			p.line("hash", asset(e.Asset), beside(e.Asset)+wording.Bytes(e.Size)+", sha256 "+wording.Digest(e.SHA256[:]))
		}
	case publish.Signed:
		p.signed(e)
	case publish.Noted:
		mark := p.styles.faint("note")
		if e.Note.Caution {
			mark = p.styles.warn("warning")
		}
		p.line("sign", mark, sentence(e.Note.Text))
	case publish.Targeted:
		if e.Have {
			p.line("upload", asset(e.Asset), beside(e.Asset)+"the registry has these bytes already")
		}
	case publish.Progress:
		for _, row := range p.due(e.Rows) {
			p.line("upload", asset(row.Asset), rowText(row))
		}
	case publish.Stored:
		if !e.Have {
			p.line("upload", asset(e.Asset), beside(e.Asset)+wording.Bytes(e.Size)+" stored in "+wording.Duration(e.Took))
		}
	case publish.Checked:
		p.check(e.Check)
	case publish.Finished:
		p.finished(e)
	}
}

// check says what a person should look at; how many passed is said at the end.
func (p *publishPrinter) check(c *registryv1.Check) {
	calm := c.GetResult() == registryv1.CheckResult_CHECK_RESULT_PASS || c.GetResult() == registryv1.CheckResult_CHECK_RESULT_SKIPPED
	if calm && !p.env.Settings.Verbose {
		return
	}
	about := c.GetName()
	if slug := c.GetPlatform().Slug(); slug != "" {
		about += " of " + slug
	}
	detail := c.GetDetail()
	if c.GetFix() != "" && !calm {
		detail += " " + c.GetFix()
	}
	p.line("check", p.styles.mark(p.styles.theme.CheckResult(c.GetResult())), clean.Line(about, 0)+": "+detail)
}

// step says that a step ended, and that one began which takes time.
func (p *publishPrinter) step(s publish.Step) {
	detail := s.Detail
	switch {
	case s.Status == publish.StatusFailed:
		p.line(string(s.Name), p.styles.bad("failed"), detail)
		return
	case s.Name == publish.StepDone, s.Name == publish.StepStable && !p.stable:
		return // the last line says it, with the result; nobody asked for it
	case s.Status == publish.StatusStarted && s.Name == publish.StepUpload:
		detail = "sending what the registry does not have"
	case s.Status == publish.StatusStarted && s.Name == publish.StepValidate:
		detail = "the registry looks at it"
	}
	if detail != "" {
		p.line(string(s.Name), "", detail)
	}
}

func (p *publishPrinter) line(step, about, detail string) {
	parts := []string{p.styles.faint(pad(step, stepWidth))}
	for _, part := range []string{about, clean.Line(detail, 0)} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	p.env.hint("%s", strings.Join(parts, "  "))
}

// asset names a file in a column of its own.
func asset(key publish.AssetKey) string { return pad(clean.Line(key.String(), 0), assetWidth) }

// beside names a file that is not its platform's release file but lies beside
// it, as signatures do.
func beside(key publish.AssetKey) string {
	kind, _ := registryv1.FromShort[registryv1.AssetKind](key.Kind)
	if key.Platform == "" || !trust.IsMaterial(kind) && kind != registryv1.AssetKind_ASSET_KIND_SBOM {
		return ""
	}
	return key.Filename + ", "
}

// assetWidth is that of the longest platform.
const assetWidth = len("windows-amd64")

// stepWidth is that of the longest step.
const stepWidth = len("connector")

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-len(text)))
}

// due are the transfers of which there is something new to say: another state,
// or a while later more bytes.
func (p *publishPrinter) due(rows []publish.Row) []publish.Row {
	var due []publish.Row
	now := p.env.Now()
	for _, row := range rows {
		moving := row.State == publish.RowUploading
		if !moving && row.State != publish.RowWaiting {
			continue // what is stored, or was there before, has its own event
		}
		last, known := p.said[row.Asset]
		switch {
		case known && row.State == last.state && !moving:
			continue
		case known && row.State == last.state && (row.Done == last.done || now.Sub(last.at) < progressEvery):
			continue
		case moving && row.Done == row.Total, !known && moving && row.Done == 0:
			continue // nothing to say yet, or soon said by its end
		case !known && moving && !p.env.Settings.JSON():
			p.said[row.Asset] = saidRow{now, row.State, row.Done}
			continue // people care about what takes long
		}
		p.said[row.Asset] = saidRow{now, row.State, row.Done}
		due = append(due, row)
	}
	return due
}

func rowText(row publish.Row) string {
	if row.State == publish.RowWaiting {
		return "waits " + wording.Duration(row.Wait) + ": " + row.Reason
	}
	text := wording.BytesOf(row.Done, row.Total) + "  " + wording.Percent(row.Done, row.Total)
	if row.Rate > 0 {
		text += "  " + wording.Rate(row.Rate)
	}
	return text
}

// finished is the result, on stdout. What went wrong is the command's error.
func (p *publishPrinter) finished(f publish.Finished) {
	s := f.Result.Version.GetSummary()
	ref := clean.Line(p.ref.String(), 0)
	switch {
	case p.left:
		p.err = p.env.print("%s is VALIDATING. See what became of it with: registrar show %s", ref, ref)
	case f.Err != nil:
	case f.Result.Unchanged:
		p.err = p.env.print("%s is %s already, exactly so: nothing was changed.", ref, wording.State(s.GetState()))
	case s.GetState() == registryv1.State_STATE_VALIDATING:
		p.err = p.env.print("%s is VALIDATING and waits for %s.", ref, orElse(wording.WaitingFor(s.GetWaitingFor()), "the checks"))
	case f.Result.Stable:
		p.err = p.env.print("%s is %s, and stable.", ref, wording.State(s.GetState()))
	default:
		p.err = p.env.print("%s is %s.", ref, wording.State(s.GetState()))
	}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// jsonLines are the documents of one event.
func (p *publishPrinter) jsonLines(e publish.Event) []object {
	switch e := e.(type) {
	case publish.Step:
		if e.Name == publish.StepDone { // the last line says it, with the result
			return nil
		}
		return []object{object{}.with("step", string(e.Name)).with("status", string(e.Status)).with("detail", e.Detail)}
	case publish.Hashed:
		return []object{assetLine("hash", e.Asset, "ok").with("file", e.Asset.Filename).
			with("sizeBytes", e.Size).with("sha256", "sha256:"+hex.EncodeToString(e.SHA256[:])).with("reused", e.Reused)}
	case publish.Signed:
		return []object{signedLine(e)}
	case publish.Noted:
		status := "note"
		if e.Note.Caution {
			status = "warning"
		}
		return []object{object{}.with("step", "sign").with("status", status).with("about", e.Note.About).with("detail", e.Note.Text)}
	case publish.Targeted:
		return nil // Stored says whether it was there
	case publish.Progress:
		var lines []object
		for _, row := range p.due(e.Rows) {
			status := "progress"
			if row.State == publish.RowWaiting {
				status = "waiting"
			}
			lines = append(lines, assetLine("upload", row.Asset, status).with("file", row.Asset.Filename).
				with("bytes", row.Done).with("total", row.Total).with("detail", row.Reason))
		}
		return lines
	case publish.Stored:
		status := "ok"
		if e.Have {
			status = "skipped"
		}
		return []object{assetLine("upload", e.Asset, status).with("file", e.Asset.Filename).
			with("bytes", e.Size).with("total", e.Size)}
	case publish.Checked:
		return []object{object{}.with("step", "check").with("platform", e.Check.GetPlatform().Slug()).
			with("status", checkStatus(e.Check.GetResult())).with("name", e.Check.GetName()).
			with("result", registryv1.Short(e.Check.GetResult())).with("reason", e.Check.GetReason()).
			with("detail", e.Check.GetDetail()).with("fix", e.Check.GetFix())}
	case publish.Finished:
		return []object{p.doneLine(e)}
	default:
		return nil
	}
}

func assetLine(step string, asset publish.AssetKey, status string) object {
	return object{}.with("step", step).with("platform", asset.Platform).with("status", status)
}

func checkStatus(result registryv1.CheckResult) string {
	switch result {
	case registryv1.CheckResult_CHECK_RESULT_FAIL:
		return "failed"
	case registryv1.CheckResult_CHECK_RESULT_SKIPPED:
		return "skipped"
	default:
		return "ok"
	}
}

// doneLine is the last line of every publish.
func (p *publishPrinter) doneLine(f publish.Finished) object {
	status := "ok"
	if f.Err != nil && !p.left {
		status = "failed"
	}
	o := object{}.with("step", "done").with("status", status).
		with("org", p.ref.Org).with("name", p.ref.Name).with("version", p.ref.Version)
	s := f.Result.Version.GetSummary()
	switch {
	case s == nil && p.left:
		return o.with("state", registryv1.Short(registryv1.State_STATE_VALIDATING))
	case s == nil:
		return o
	}
	o = o.with("state", registryv1.Short(s.GetState()))
	if f.Result.Unchanged {
		o = o.with("unchanged", true)
	}
	if f.Result.Stable {
		o = o.with("stable", true)
	}
	if failure := f.Result.Version.GetFailure(); failure != nil && s.GetState() == registryv1.State_STATE_FAILED {
		o = o.with("failure", toJSON(failure))
	}
	return o
}
