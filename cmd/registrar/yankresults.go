package main

import (
	"fmt"
	"strings"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/clean"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// writeYanks prints what came of each version. One version that was refused
// is just an error; of many, the results stay results.
func writeYanks(env *Env, o yankOptions, results []yanked) error {
	if !o.many() && results[0].err != nil {
		return results[0].err
	}
	if err := printYanks(env, o, results); err != nil {
		return err
	}
	return yankError(o, results)
}

func printYanks(env *Env, o yankOptions, results []yanked) error {
	if env.Settings.JSON() {
		list := make([]any, len(results))
		for i, result := range results {
			list[i] = result.json(o.dryRun)
		}
		if !o.many() {
			return env.json(list[0])
		}
		return env.json(list)
	}
	if !o.many() {
		return printYank(env, o, results[0])
	}
	t := env.newTable("version", "result", "detail")
	for _, result := range results {
		word, detail := t.styles.warn("yanked"), pointerChanges(result.answer.GetConsequences())
		switch {
		case result.err != nil:
			word, detail = t.styles.bad("refused"), asError(result.err).Message
		case o.dryRun:
			word = "would be yanked"
		}
		t.row(t.text(spell(result.ref)), word, t.text(detail))
	}
	return t.write(env.Out)
}

func printYank(env *Env, o yankOptions, result yanked) error {
	if o.dryRun {
		st := env.styles(env.OutTerminal)
		for _, line := range wording.Yank(result.answer.GetConsequences()) {
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
	if err := env.print("%s is YANKED.", clean.Line(spell(result.ref), 0)); err != nil {
		return err
	}
	if moved := pointerChanges(result.answer.GetConsequences()); moved != "" {
		env.hint("%s", sentence(moved))
	}
	return nil
}

// json is the version as it is now, with the consequences of a dry run, or
// with the error that refused it.
func (y yanked) json(dryRun bool) object {
	if y.err != nil {
		o := object{}.with("org", y.ref.GetOrg()).with("name", y.ref.GetName()).with("version", y.ref.GetVersion())
		return append(o, errorJSON(y.err)...)
	}
	o := toJSON(y.answer.GetVersion())
	if dryRun {
		o = o.with("consequences", toJSON(y.answer.GetConsequences()))
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
func yankError(o yankOptions, results []yanked) error {
	var first *client.Error
	var refused faults
	for _, result := range results {
		if result.err == nil {
			continue
		}
		e := asError(result.err)
		if first == nil {
			first = e
		}
		refused.add(spell(result.ref), e.Reason, "%s: %s", spell(result.ref), e.Message)
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
		Message: fmt.Sprintf("%d of %s %s", len(refused), wording.Plural(len(o.refs), "version", "versions"), done),
		Next:    first.Next,
		Faults:  refused,
		Code:    first.Code,
		Err:     first,
	}
}
