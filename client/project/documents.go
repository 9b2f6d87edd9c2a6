package project

import (
	"errors"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
)

const maxDescription = 300

// documentFiles are where a connector is described, the best one first.
var documentFiles = []string{"README.md", "readme.md", "Readme.md", "README", "docs/connector.mdx", "connector.mdx"}

// licenseFiles are where a license is.
var licenseFiles = []string{"LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING", "license", "License"}

// documents reads README, capabilities and configuration schema.
func (p *Project) documents() {
	p.Documentation = p.document(documentFiles...)
	p.Capabilities = p.document(capabilitiesFile)
	p.ConfigSchema = p.document("config_schema.json")
	if p.Documentation.Text == "" {
		p.note("README", "there is no README: people will not know what the connector needs")
	} else {
		p.Description.propose(firstParagraph(p.Documentation.Text), p.Documentation.File)
	}
	p.checkCapabilities()
}

// document reads the first file that is there, without what no terminal may
// get.
func (p *Project) document(names ...string) Document {
	for _, name := range names {
		text, found, err := p.read(name, MaxDocument)
		if !found {
			continue
		}
		if err != nil {
			if errors.Is(err, errTooLarge) {
				p.note(name, "%s is left out: it has more than %d bytes", name, MaxDocument)
			} else {
				p.note(name, "%s is left out: %s", name, clean.Line(err.Error(), 200))
			}
			return Document{}
		}
		if washed := printable(text); washed != text {
			p.note(name, "%s has control characters, which are left out", name)
			text = washed
		}
		return Document{File: name, Text: text}
	}
	return Document{}
}

// printable drops control characters and what is not UTF-8; registries refuse
// texts that hold them. Everything else stays as it was written.
func printable(text string) string {
	clear := !strings.ContainsFunc(text, isControl)
	if clear && utf8.ValidString(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		if isControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

func isControl(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' }

// checkCapabilities says what the registry will say about the capabilities.
func (p *Project) checkCapabilities() {
	const file = capabilitiesFile
	if p.Capabilities.Text == "" {
		p.note(file, "there is no baton_capabilities.json: nobody sees what the connector can do")
		return
	}
	found, err := artifact.ParseCapabilities([]byte(p.Capabilities.Text))
	switch {
	case err != nil:
		p.note(file, "baton_capabilities.json: %s", clean.Line(err.Error(), 300))
	case len(found.Syncing()) == 0:
		p.note(file, "baton_capabilities.json declares no resource type that syncs")
	}
}

// firstParagraph is the first paragraph of a README that is prose: no heading,
// picture, list, quote, code or HTML.
func firstParagraph(text string) string {
	text, described := frontmatter(text)
	if described != "" {
		return clean.Line(described, maxDescription)
	}
	var said []string
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") || strings.HasPrefix(line, "~~~") {
			fenced = !fenced
			continue
		}
		prose := !fenced && line != "" && !strings.ContainsAny(line[:1], "#!<>|=-") && !strings.HasPrefix(line, "* ") && !strings.HasPrefix(line, "[!")
		if !prose {
			if len(said) > 0 {
				break
			}
			continue
		}
		said = append(said, line)
	}
	plain := strings.NewReplacer("`", "", "**", "", "__", "").Replace(link.ReplaceAllString(strings.Join(said, " "), "$1"))
	return clean.Line(html.UnescapeString(plain), maxDescription)
}

// link is a link or a picture, of which the words are kept.
var link = regexp.MustCompile(`!?\[([^\[\]]*)\]\([^()]*\)`)

// frontmatter takes the keys away that pages of documentation begin with; what
// they call the description is one.
func frontmatter(text string) (rest, described string) {
	head, isBlock := strings.CutPrefix(strings.ReplaceAll(text, "\r\n", "\n"), "---\n")
	keys, rest, ended := strings.Cut(head, "\n---\n")
	if !isBlock || !ended {
		return text, ""
	}
	for line := range strings.SplitSeq(keys, "\n") {
		if value, is := strings.CutPrefix(line, "description:"); is {
			described = strings.Trim(strings.TrimSpace(value), `"'`)
		}
	}
	return rest, described
}

// findLicense recognises the common licenses by their own words. What
// connector.yaml says goes first.
func (p *Project) findLicense() {
	for _, name := range licenseFiles {
		text, found, err := p.read(name, MaxDocument)
		if !found || err != nil {
			continue
		}
		id := licenseOf(text)
		switch {
		case p.License.Value != "" && id != "" && !strings.EqualFold(p.License.Value, id):
			p.note("license", "%s says %s, %s is %s", p.License.From, clean.Line(p.License.Value, 100), name, id)
		case id != "":
			p.License.propose(id, name)
		case p.License.Value == "":
			p.note("license", "%s is not one of the licenses that are known by their text; name it with --license", name)
		}
		return
	}
	if p.License.Value == "" {
		p.note("license", "there is no LICENSE file")
	}
}

// licenseOf is the SPDX identifier of a license text, or "". A text is known
// by sentences that only it has.
func licenseOf(text string) string {
	words := strings.ToLower(strings.Join(strings.Fields(text), " "))
	if _, after, ok := strings.Cut(words, "spdx-license-identifier:"); ok {
		if id, _, _ := strings.Cut(strings.TrimSpace(after), " "); id != "" {
			for _, known := range licenses {
				if strings.EqualFold(known.id, id) {
					return known.id
				}
			}
		}
	}
	for _, known := range licenses {
		all := true
		for _, phrase := range known.phrases {
			all = all && strings.Contains(words, phrase)
		}
		if all {
			return known.id
		}
	}
	return ""
}

// licenses go from the more particular to the more general.
var licenses = []struct {
	id      string
	phrases []string
}{
	{"Apache-2.0", []string{"apache license", "version 2.0"}},
	{"AGPL-3.0-only", []string{"gnu affero general public license version 3"}},
	{"LGPL-3.0-only", []string{"gnu lesser general public license version 3"}},
	{"GPL-3.0-only", []string{"gnu general public license version 3"}},
	{"GPL-2.0-only", []string{"gnu general public license version 2"}},
	{"MPL-2.0", []string{"mozilla public license version 2.0"}},
	{"MIT", []string{"permission is hereby granted, free of charge", "the software is provided \"as is\""}},
	{"ISC", []string{"permission to use, copy, modify, and/or distribute this software for any purpose"}},
	{"BSD-3-Clause", []string{"redistribution and use in source and binary forms", "neither the name"}},
	{"BSD-2-Clause", []string{"redistribution and use in source and binary forms"}},
	{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
}
