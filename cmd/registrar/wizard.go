package main

import (
	"context"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// opensWizard says whether a publish asks step by step: when that is wished
// for, or in a terminal when no version was named.
func (o *publishOptions) opensWizard(env *Env) bool {
	if o.wizard {
		return true
	}
	return o.version == "" && !o.resume && !o.dryRun && !env.Settings.JSON() && env.showsConsole()
}

// runWizard opens the publish screen with what the flags say filled in.
func runWizard(ctx context.Context, env *Env, o publishOptions) error {
	if !env.showsConsole() {
		return usage("name the version to publish without a screen: registrar publish --version v1.2.3",
			"the wizard needs a terminal, and there is none here")
	}
	var wrong faults
	for flag, set := range map[string]bool{"dry-run": o.dryRun, "resume": o.resume, "no-wait": o.noWait, "strict": o.strict} {
		if set {
			wrong.add(flag, registryv1.Reason_REASON_USAGE, "--%s is for publishing without a screen; the wizard asks itself", flag)
		}
	}
	answers, err := o.wishes(ctx, &wrong)
	defer o.signing.forget()
	if err != nil {
		return err
	}
	if answers, err = answers.Absolute(); err != nil {
		return err
	}
	return showConsole(ctx, env, &answers)
}
