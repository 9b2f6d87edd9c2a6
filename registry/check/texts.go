package check

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Limits of the texts of a version, in characters; documents are bounded in
// bytes by the subject.
const (
	MaxChangelog   = 10_000
	MaxDescription = 2_000
	MaxLicense     = 100
	MaxURL         = 500
	// DefaultDocumentBytes bounds each of documentation, capabilities and
	// config schema.
	DefaultDocumentBytes = 1 << 20
)

// texts: every text is within its limit and cannot control a terminal.
func texts(e *examined) []Finding {
	v := e.Version
	limit := e.DocumentBytes
	if limit == 0 {
		limit = DefaultDocumentBytes
	}
	var wrong []string
	characters := func(name, text string, limit int) {
		if n := utf8.RuneCountInString(text); n > limit {
			wrong = append(wrong, fmt.Sprintf("The %s has %d characters, more than %d.", name, n, limit))
		}
		wrong = append(wrong, control(name, text)...)
	}
	document := func(name, text string) {
		if len(text) > limit {
			wrong = append(wrong, fmt.Sprintf("The %s has %d bytes, more than %d.", name, len(text), limit))
		}
		wrong = append(wrong, control(name, text)...)
	}
	characters("description", v.GetDescription(), MaxDescription)
	characters("changelog", v.GetChangelog(), MaxChangelog)
	document("documentation", v.GetDocumentation())
	document("capabilities file", v.GetCapabilities())
	document("config schema", v.GetConfigSchema())
	characters("license", v.GetLicense(), MaxLicense)
	characters("repository", v.GetRepository(), MaxURL)
	characters("homepage", v.GetHomepage(), MaxURL)
	characters("commit", v.GetCommit(), MaxLicense)
	for _, f := range e.files {
		if _, err := artifact.ParseFilename(f.Meta.GetFilename()); err != nil {
			wrong = append(wrong, sentence(fmt.Sprintf("%q: %s", f.Meta.GetFilename(), faults(err))))
		}
	}
	if len(wrong) > 0 {
		return []Finding{{
			Result: registryv1.CheckResult_CHECK_RESULT_FAIL, Reason: registryv1.Reason_REASON_TEXT_INVALID,
			Detail: strings.Join(wrong, " "), Fix: "Correct the texts and publish again.",
		}}
	}
	return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "All texts are within their limits."}}
}

// control finds the first character that could control a terminal.
func control(name, text string) []string {
	if !utf8.ValidString(text) {
		return []string{"The " + name + " is not UTF-8."}
	}
	for i, r := range text {
		if unicode.IsControl(r) && !strings.ContainsRune("\n\r\t", r) {
			return []string{fmt.Sprintf("The %s holds the control character %U at byte %d.", name, r, i)}
		}
	}
	return nil
}

// license: the version says under which license it is.
func license(e *examined) []Finding {
	if text := strings.TrimSpace(e.Version.GetLicense()); text != "" {
		return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: text}}
	}
	return []Finding{{
		Result: registryv1.CheckResult_CHECK_RESULT_WARN,
		Detail: "The version names no license.", Fix: "Add a LICENSE file, or name the license when publishing.",
	}}
}

// order: the number is higher than what is published.
func order(e *examined) []Finding {
	text := e.Version.GetSummary().GetRef().GetVersion()
	if e.Latest == "" {
		return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: "No other version is published."}}
	}
	number, err1 := artifact.ParseNumber(text)
	latest, err2 := artifact.ParseNumber(e.Latest)
	if err1 != nil || err2 != nil {
		return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_SKIPPED, Detail: fmt.Sprintf("%q and %q cannot be compared.", text, e.Latest)}}
	}
	if number.Compare(latest) < 0 {
		return []Finding{{
			Result: registryv1.CheckResult_CHECK_RESULT_WARN,
			Detail: fmt.Sprintf("%s is lower than %s, the latest published version, which stays the latest.", text, e.Latest),
			Fix:    "Choose a higher number, unless this repairs an older line.",
		}}
	}
	return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: fmt.Sprintf("%s follows %s", text, e.Latest)}}
}
