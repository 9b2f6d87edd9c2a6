package publish

import (
	"context"
	"slices"

	"github.com/registrar-console/registrar/client"
)

// Sign does the part of a run that makes signatures and looks at all there
// are, ahead of the run: a person sees what they are worth before anything is
// created. The plan of the result has them, also where the registry would
// refuse them, and a run of that plan signs nothing again as long as the files
// are the same: it needs neither the key nor its passphrase. Unlike a run it
// signs with a key that the org has not registered: whoever asks can register
// it and look again.
func Sign(ctx context.Context, c *client.Client, p Plan, m Means, emit func(Event)) (Result, error) {
	return drive(ctx, c, p, m, emit, func(r *runner, ctx context.Context) error {
		r.ahead = true
		return r.steps(ctx, []step{
			{name: StepHash, do: r.hash},
			{name: StepSign, do: r.sign, skip: r.nothingToSign},
		})
	})
}

// signedBefore takes the signatures that were made for this plan earlier, if
// there is one of every file as it is now.
func (s *signer) signedBefore(ctx context.Context) bool {
	var made, signed []File
	for _, f := range s.run.plan.Files {
		if !f.Asset.toSign() {
			continue
		}
		signature, ok := s.earlier(ctx, f)
		if !ok {
			return false
		}
		made, signed = append(made, signature), append(signed, f)
	}
	for _, f := range signed {
		s.made[f.Asset] = true
	}
	s.run.plan.Files = append(s.run.plan.Files, made...)
	return len(made) > 0
}

// earlier is the signature that was made of a file, if it is still what it was.
func (s *signer) earlier(ctx context.Context, f File) (File, bool) {
	for _, known := range s.run.earlier.Files {
		if !known.signs(f) {
			continue
		}
		now, _, err := known.hash(ctx)
		if err == nil && now.SHA256 == known.SHA256 {
			return now, true
		}
	}
	return File{}, false
}

// SignedAhead reports whether every file of the plan that gets a signature has
// one that was made for it.
func (p Plan) SignedAhead() bool {
	some := false
	for _, f := range p.Files {
		if !f.Asset.toSign() {
			continue
		}
		if !slices.ContainsFunc(p.Files, func(s File) bool { return s.signs(f) }) {
			return false
		}
		some = true
	}
	return some
}
