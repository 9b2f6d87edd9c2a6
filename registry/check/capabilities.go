package check

import (
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// maxSaid bounds how many warnings about one document are repeated.
const maxSaid = 5

// capabilities: baton_capabilities.json can be read and syncs something.
func capabilities(e *examined) []Finding {
	const fix = "Let the connector write it: run it with the argument capabilities, and publish the file."
	found := func(result registryv1.CheckResult, detail string) []Finding {
		f := Finding{Result: result, Detail: detail, Fix: fix}
		if result == registryv1.CheckResult_CHECK_RESULT_FAIL {
			f.Reason = registryv1.Reason_REASON_CAPABILITIES_INVALID
		}
		return []Finding{f}
	}
	text := e.Version.GetCapabilities()
	if strings.TrimSpace(text) == "" {
		return found(registryv1.CheckResult_CHECK_RESULT_WARN, "The version has no baton_capabilities.json.")
	}
	parsed, err := artifact.ParseCapabilities([]byte(text))
	if err != nil {
		return found(registryv1.CheckResult_CHECK_RESULT_FAIL, sentence("baton_capabilities.json: "+faults(err)))
	}
	syncing := len(parsed.Syncing())
	if syncing == 0 {
		return found(registryv1.CheckResult_CHECK_RESULT_FAIL, "baton_capabilities.json declares no resource type that syncs.")
	}
	if len(parsed.Warnings) > 0 {
		said := parsed.Warnings[:min(len(parsed.Warnings), maxSaid)]
		sentences := make([]string, len(said))
		for i, w := range said {
			sentences[i] = sentence(w)
		}
		return found(registryv1.CheckResult_CHECK_RESULT_WARN, strings.Join(sentences, " "))
	}
	return []Finding{{Result: registryv1.CheckResult_CHECK_RESULT_PASS, Detail: count(syncing, "resource type") + " synced"}}
}
