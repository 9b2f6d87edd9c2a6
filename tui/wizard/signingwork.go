package wizard

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/publish"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/signing/cosign"
	"github.com/registrar-console/registrar/signing/pgp"
	"github.com/registrar-console/registrar/trust"
)

// outcome is what signing, or looking at signatures, came to.
type outcome struct {
	// sign is the way, as publish.Answers has it.
	sign string
	// plan has the signatures.
	plan     publish.Plan
	verdicts []publish.Signed
	notes    []publish.Note
	// key is the one that signed, nil where that was not told.
	key *signing.TrustedKey
	err error
}

// hear takes what the pipeline tells.
func (o *outcome) hear(e publish.Event) {
	switch e := e.(type) {
	case publish.SignsWith:
		o.key = &e.Key
	case publish.Signed:
		o.verdicts = append(o.verdicts, e)
	case publish.Noted:
		o.notes = append(o.notes, e.Note)
	case publish.Finished:
		o.plan = e.Result.Plan
	default:
	}
}

// judge makes the plan of the answers, keeps the signatures of an earlier one,
// and signs and looks as a run would.
func judge(ctx context.Context, calls *client.Client, a publish.Answers, earlier publish.Plan, known *publish.Digests, means publish.Means, hear func(publish.Event)) error {
	plan, faults, err := publish.Prepare(ctx, calls, a, known)
	if err != nil {
		return err
	}
	for _, fault := range faults {
		if fault.Field == "sign" {
			return errors.New(fault.Message)
		}
	}
	_, err = publish.Sign(ctx, calls, plan.Knowing(earlier), means, hear)
	return err
}

// lookForSigners finds out what can sign, what the org trusts, and what the
// signatures that are there are worth.
type lookForSigners struct {
	asked   int
	answers publish.Answers
	plan    publish.Plan
	known   *publish.Digests
	with    publish.SignWith
	folder  string
}

// signersFound is the answer to lookForSigners.
type signersFound struct {
	asked   int
	sources trust.Sources
	keys    []pgp.SecretKey
	noGPG   error
	// beside is what the signatures beside the files are worth, present what
	// came of the way that was chosen before.
	beside, present outcome
	err             error
}

// Ask implements action.Question.
func (q lookForSigners) Ask(ctx context.Context, calls *client.Client) any {
	found := signersFound{asked: q.asked}
	if found.sources, found.err = calls.Trust(ctx, q.plan.Ref.Org); found.err != nil {
		return found
	}
	if q.with.GPG == nil {
		found.noGPG = errors.New("there is no gpg here")
	} else {
		found.keys, found.noGPG = q.with.GPG.Keys(ctx)
	}
	beside := q.answers
	beside.Sign = ""
	found.beside.err = judge(ctx, calls, beside, q.plan, q.known, publish.Means{}, found.beside.hear)
	found.present.sign = q.answers.Sign
	if how, err := publish.ParseSigning(q.answers.Sign); err == nil && (q.plan.SignedAhead() || how.Way == publish.SignNothing) {
		found.present.err = judge(ctx, calls, q.answers, q.plan, q.known, publish.Means{Signatures: q.folder}, found.present.hear)
	}
	return found
}

// judgeSignatures looks at the signatures that a plan has.
type judgeSignatures struct {
	asked   int
	answers publish.Answers
	plan    publish.Plan
	known   *publish.Digests
}

// signaturesJudged is the answer to judgeSignatures.
type signaturesJudged struct {
	asked int
	outcome
}

// Ask implements action.Question.
func (q judgeSignatures) Ask(ctx context.Context, calls *client.Client) any {
	judged := signaturesJudged{asked: q.asked, outcome: outcome{sign: q.answers.Sign}}
	judged.err = judge(ctx, calls, q.answers, q.plan, q.known, publish.Means{}, judged.hear)
	return judged
}

// errLocked says that a passphrase is needed and nobody has typed one.
var errLocked = errors.New("the key needs its passphrase")

// needsPassphrase says whether an error is for the want of a passphrase, and
// whether one was tried in vain.
func needsPassphrase(err error) (needs, tried bool) {
	switch {
	case errors.Is(err, errLocked), errors.Is(err, cosign.ErrNeedsPassphrase):
		return true, false
	case errors.Is(err, cosign.ErrWrongPassphrase), errors.Is(err, &pgp.Error{Problem: pgp.WrongPassphrase}):
		return true, true
	default:
		return false, false
	}
}

// signWork signs the files. The passphrase lives as long as it works.
type signWork struct {
	answers publish.Answers
	plan    publish.Plan
	known   *publish.Digests
	with    publish.SignWith
	folder  string
	secret  []byte

	mu            sync.Mutex
	came          outcome
	address, code string
}

// Task implements action.Work.
func (w *signWork) Task() string { return "sign " + w.plan.Ref.String() }

// Doing implements action.Work.
func (w *signWork) Doing() string {
	return "signing " + w.plan.Ref.Org + "/" + w.plan.Ref.Name + " " + w.plan.Ref.Version
}

// tell is told where to log in.
func (w *signWork) tell(address, code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.address, w.code = address, code
}

// login is where to log in, as far as that was told.
func (w *signWork) login() (address, code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.address, w.code
}

// Do implements action.Work.
func (w *signWork) Do(ctx context.Context, calls *client.Client, report func(fraction float64)) (string, error) {
	defer clear(w.secret)
	with := w.with
	with.AgentAsks = w.secret == nil
	with.Passphrase = func(context.Context, string) ([]byte, error) {
		if w.secret == nil {
			return nil, errLocked
		}
		return bytes.Clone(w.secret), nil
	}
	hear := func(e publish.Event) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.came.hear(e)
	}
	err := judge(ctx, calls, w.answers, w.plan, w.known, publish.Means{Sign: with, Signatures: w.folder}, hear)
	report(1)
	if err != nil {
		return "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return words.Plural(len(w.came.verdicts), "file", "files") + " of " + w.plan.Ref.Name + " signed", nil
}

// ended is what came of it.
func (w *signWork) ended(err error) outcome {
	w.mu.Lock()
	defer w.mu.Unlock()
	o := w.came
	o.sign, o.err = w.answers.Sign, err
	return o
}

// registerSigner registers who signed as a signer of the org.
type registerSigner struct {
	asked     int
	org, name string
	key       signing.TrustedKey
	by        *registryv1.Signer
	with      publish.SignWith
}

// signerRegistered is the answer to registerSigner.
type signerRegistered struct {
	asked int
	said  string
	err   error
}

// Ask implements action.Question. A key that others signed with is taken out
// of the person's keyring.
func (q registerSigner) Ask(ctx context.Context, calls *client.Client) any {
	done := signerRegistered{asked: q.asked}
	if q.by.GetIdentity() != "" {
		_, done.err = publish.RegisterIdentity(ctx, calls, q.org, q.by)
		done.said = q.by.GetIdentity() + " is trusted by " + q.org + " now."
		return done
	}
	if len(q.key.Exports) == 0 {
		if q.with.GPG == nil || q.key.Scheme != signing.GPG {
			done.err = errors.New("its public half is not here; register it with registrar keys add")
			return done
		}
		public, err := q.with.GPG.Export(ctx, q.key.Fingerprint)
		if err != nil {
			done.err = err
			return done
		}
		q.key.Exports = [][]byte{public}
	}
	key, err := publish.RegisterKey(ctx, calls, q.org, q.name, q.key)
	done.err = err
	done.said = key.GetName() + " is a signing key of " + q.org + " now."
	return done
}
