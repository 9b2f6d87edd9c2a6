package main

import (
	"fmt"
	"strings"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	"github.com/registrar-console/registrar/client/yank"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// writeYanks prints what came of each version. One version that was refused
// is just an error; of many, the results stay results.
func writeYanks(env *Env, o yankOptions, weighed yank.Weighed, results []yank.Result) error {
	if !o.many() && results[0].Err != nil {
		return results[0].Err
	}
	if err := printYanks(env, o, weighed, results); err != nil {
		return err
	}
	return yankError(o, results)
}

// stoppedYanks says what was done before it could not go on, and how to finish.
func stoppedYanks(env *Env, o yankOptions, results []yank.Result, err error) error {
	yanked, _, open := yank.Count(results)
	if !o.many() {
		return err
	}
	if fault := printYanks(env, o, yank.Weighed{}, results); fault != nil {
		return fault
	}
	e := *asError(err)
	e.Message = fmt.Sprintf("%s; %d of %d are YANKED, and %d are open", e.Message, yanked, len(results), open)
	e.Next = "run the same command again: it leaves alone what is done"
	return &e
}

func printYanks(env *Env, o yankOptions, weighed yank.Weighed, results []yank.Result) error {
	if env.Settings.JSON() {
		list := make([]any, len(results))
		for i, result := range results {
			list[i] = yankJSON(result, o.dryRun)
		}
		if !o.many() {
			return env.json(list[0])
		}
		return env.json(list)
	}
	if !o.many() {
		return printYank(env, o, weighed, results[0])
	}
	t := env.newTable("version", "result", "detail")
	for _, result := range results {
		t.row(t.text(spell(result.Version)), resultWord(t.styles, result), t.text(resultDetail(weighed, result)))
	}
	if err := t.write(env.Out); err != nil || !o.dryRun || weighed.Accepted() == 0 {
		return err
	}
	st := env.styles(env.ErrTerminal)
	for _, line := range foretold(o, weighed) {
		text := line.Text
		if line.Caution {
			text = st.warn(text)
		}
		env.hint("%s", text)
	}
	return nil
}

// resultWord is what became of a version.
func resultWord(st styles, r yank.Result) string {
	switch r.Outcome {
	case yank.Ready:
		return st.warn("would be yanked")
	case yank.Done:
		return st.warn("yanked")
	case yank.Already:
		return st.faint("yanked before")
	case yank.Refused:
		return st.bad("refused")
	default:
		return st.faint("not tried")
	}
}

// resultDetail is why, or what it moved. Of what would happen, the whole of
// the connector is said, since one version alone may seem to move stable to
// another one that leaves as well.
func resultDetail(weighed yank.Weighed, r yank.Result) string {
	switch r.Outcome {
	case yank.Refused:
		return r.Err.Message
	case yank.Already:
		return "with the same words; nothing was changed"
	case yank.Ready:
		set, known := weighed.Set(r.Version)
		if !known || r.Facts.GetRef().GetVersion() != set.Facts.GetStableBefore() {
			return ""
		}
		return wording.StableMoves(set.Facts)
	default:
		return pointerChanges(r.Facts)
	}
}

// refusedText says why a version will be left out.
func refusedText(st styles, r yank.Result) string {
	if r.Outcome == yank.Already {
		return "YANKED before with the same words"
	}
	return st.bad(r.Err.Message)
}

// spellSet is ORG/NAME with what leaves of it.
func spellSet(s yank.Set) string {
	ref := s.Facts.GetRef()
	const most = 5
	numbers := s.Numbers
	more := ""
	if len(numbers) > most {
		numbers, more = numbers[:most], fmt.Sprintf(" and %d more", len(numbers)-most)
	}
	return ref.GetOrg() + "/" + ref.GetName() + " " + strings.Join(numbers, " ") + more
}

// foretold is what would happen.
func foretold(o yankOptions, weighed yank.Weighed) []wording.Line {
	if weighed.Accepted() == 1 && len(o.refs) == 1 {
		return wording.Yank(weighed.Sets[0].Facts)
	}
	return wording.YankTogether(weighed.Accepted(), weighed.Facts(), o.block)
}

func printYank(env *Env, o yankOptions, weighed yank.Weighed, result yank.Result) error {
	if result.Outcome == yank.Already {
		return env.print("%s was YANKED before with the same words. Nothing was changed.", clean.Line(spell(result.Version), 0))
	}
	if o.dryRun {
		st := env.styles(env.OutTerminal)
		for _, line := range foretold(o, weighed) {
			text := line.Text
			if line.Caution {
				text = st.warn(text)
			}
			if err := env.print("%s", text); err != nil {
				return err
			}
		}
		return nil
	}
	if err := env.print("%s is YANKED.", clean.Line(spell(result.Version), 0)); err != nil {
		return err
	}
	if moved := pointerChanges(result.Facts); moved != "" {
		env.hint("%s", sentence(moved))
	}
	return nil
}

// yankJSON is the version as it is now, with the consequences of a dry run, or
// with the error that refused it. One that was not tried is only named.
func yankJSON(r yank.Result, dryRun bool) object {
	named := object{}.with("org", r.Version.GetOrg()).with("name", r.Version.GetName()).with("version", r.Version.GetVersion())
	switch {
	case r.Err != nil:
		return append(named, errorJSON(r.Err)...)
	case r.Answer == nil:
		return named
	}
	o := toJSON(r.Answer)
	if dryRun && r.Facts != nil {
		o = o.with("consequences", toJSON(r.Facts))
	}
	return o
}

// pointerChanges says where stable and latest go.
func pointerChanges(c *registryv1.Consequences) string {
	var parts []string
	if c.GetStableBefore() != c.GetStableAfter() {
		parts = append(parts, "stable: "+c.GetStableBefore()+" -> "+orNone(c.GetStableAfter()))
	}
	if c.GetLatestBefore() != c.GetLatestAfter() {
		parts = append(parts, "latest: "+c.GetLatestBefore()+" -> "+orNone(c.GetLatestAfter()))
	}
	return strings.Join(parts, ", ")
}

func orNone(version string) string {
	if version == "" {
		return "none"
	}
	return version
}

// yankError is the error of many: the reason of the first refusal, and every
// refusal as a fault.
func yankError(o yankOptions, results []yank.Result) error {
	var first *client.Error
	var refused faults
	for _, result := range results {
		if result.Err == nil {
			continue
		}
		if first == nil {
			first = result.Err
		}
		refused.add(spell(result.Version), result.Err.Reason, "%s: %s", spell(result.Version), result.Err.Message)
	}
	if first == nil {
		return nil
	}
	done := "were not yanked"
	if o.dryRun {
		done = "would be refused"
	}
	return &client.Error{
		Reason:  first.Reason,
		Message: fmt.Sprintf("%d of %s %s", len(refused), wording.Plural(len(results), "version", "versions"), done),
		Next:    first.Next,
		Faults:  refused,
		Code:    first.Code,
		Err:     first,
	}
}
