package tui

import (
	"context"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
)

// verifyTask fetches the files of a version into a folder that is gone
// afterwards, and checks their signatures here.
func verifyTask(calls *client.Client, now func() time.Time, s action.Subject) Task {
	return Task{
		ID: browse.VerifyTask(s.Version), Start: "verifying " + s.Version.String(), Slow: true,
		Run: func(ctx context.Context, report *Report) (string, error) {
			meter := &client.Meter{}
			report.Measure(func() float64 { return arrived(meter, s.Size) })
			results, err := calls.VerifyHere(ctx, s.Version.Ref(), nil, meter)
			if err != nil {
				return "", err
			}
			here := &catalog.Here{
				Org: s.Version.Org, Name: s.Version.Name, Number: s.Version.Number, Attempt: s.Attempt,
				At: now(), Files: map[catalog.File]*registryv1.Verdict{},
			}
			for _, each := range results {
				here.Files[catalog.File{Name: each.Name, Platform: each.Platform}] = each.Verdict
			}
			report.Find(here)
			return s.Version.String() + ": " + verifiedHere(results), nil
		},
	}
}

// arrived is how much of the bytes came. Pieces that had to be sent twice
// count twice, hence the bound.
func arrived(m *client.Meter, size int64) float64 {
	if size <= 0 {
		return 0
	}
	return min(1, float64(m.Snapshot().Moved)/float64(size))
}

// verifiedHere says in one sentence what came out.
func verifiedHere(results []trust.Result) string {
	verdicts := make([]*registryv1.Verdict, 0, len(results))
	for _, each := range results {
		verdicts = append(verdicts, each.Verdict)
	}
	status, reason := trust.Sum(verdicts...)
	same := 0
	for _, v := range verdicts {
		if v.GetStatus() == status {
			same++
		}
	}
	files, word := words.Plural(len(results), "file", "files"), words.Verdict(status, reason)
	switch {
	case len(results) == 0:
		return "no file was there to check."
	case same == len(results):
		return files + " checked here, " + word + "."
	default:
		return words.Count(same) + " of " + files + " checked here: " + word + "."
	}
}

// keep puts what a task found into the catalogue. It tells whether that is
// bad news, which stays in sight until somebody has seen it.
func (a *App) keep(found any) (bad bool) {
	here, is := found.(*catalog.Here)
	if !is {
		return false
	}
	a.catalog.KeepHere(here)
	for _, verdict := range here.Files {
		bad = bad || verdict.GetStatus() == registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED
	}
	return bad
}
