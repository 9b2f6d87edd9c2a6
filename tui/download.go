package tui

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/trust"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/browse"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

func filesOf(v action.Version) *registryv1.GetDownloadURLsRequest {
	return &registryv1.GetDownloadURLsRequest{Connector: &registryv1.ConnectorRef{Org: v.Org, Name: v.Name}, Version: v.Number}
}

// offer asks which files there are to download.
func (a *App) offer(next action.Offer) tea.Cmd {
	return a.command(func(ctx context.Context, calls *client.Client) tea.Msg {
		answer, err := calls.Registry.GetDownloadURLs(ctx, filesOf(next.Version))
		return catalog.Offered{Org: next.Version.Org, Name: next.Version.Name, Asked: next.Asked, Answer: answer, Err: err}
	})
}

// downloadTask fetches release files and verifies each before it takes its
// place. Links do not last, so that the registry is asked again for them.
func downloadTask(calls *client.Client, now func() time.Time, d action.Download) Task {
	return Task{
		ID: browse.DownloadTask(d.Version), Start: "downloading " + d.Version.String(), Slow: true,
		Run: func(ctx context.Context, report *Report) (string, error) {
			answer, err := calls.Registry.GetDownloadURLs(ctx, filesOf(d.Version))
			if err != nil {
				return "", err
			}
			f := fetching{calls: calls, now: now, answer: answer, files: client.ReleaseFiles(answer.GetDownloads(), d.Platforms), folder: d.Folder}
			report.Measure(f.meters())
			return f.run(ctx)
		},
	}
}

// fetching is one download of one or more files.
type fetching struct {
	calls    *client.Client
	now      func() time.Time
	answer   *registryv1.GetDownloadURLsResponse
	files    []*registryv1.Download
	folder   string
	measured []*client.Meter
}

// meters makes a meter for each file, and tells how far they are together.
func (f *fetching) meters() func() float64 {
	size := int64(0)
	for _, file := range f.files {
		size += file.GetAsset().GetSizeBytes()
		f.measured = append(f.measured, &client.Meter{})
	}
	measured := f.measured
	return func() float64 {
		done := int64(0)
		for _, m := range measured {
			done += m.Snapshot().Done
		}
		if size <= 0 {
			return 0
		}
		return min(1, float64(done)/float64(size))
	}
}

// run fetches the files one after the other. The first that is not good ends
// it; those before it were verified and stay.
func (f *fetching) run(ctx context.Context) (said string, err error) {
	if len(f.files) == 0 {
		return "", &client.Error{
			Reason: registryv1.Reason_REASON_PLATFORM_MISSING, Doing: "downloading " + f.answer.GetVersion().GetRef().GetVersion(),
			Message: "it ships no such file any more", Next: "ask again what there is",
		}
	}
	var size int64
	var verdicts []*registryv1.Verdict
	for i := range f.files {
		got, verdict, err := f.fetch(ctx, i)
		if err != nil {
			return "", f.before(i, err)
		}
		size += got.Size
		verdicts = append(verdicts, verdict)
	}
	return f.said(size, verdicts), nil
}

// fetch fetches one file. A folder that was made for one that is not good goes
// with it.
func (f *fetching) fetch(ctx context.Context, i int) (client.Downloaded, *registryv1.Verdict, error) {
	folder := f.folder
	if client.SameNames(f.files) {
		folder = filepath.Join(folder, f.files[i].GetAsset().GetPlatform().Slug())
	}
	_, absent := os.Stat(folder)
	got, verdict, err := f.calls.DownloadVerified(ctx, f.answer, f.files[i], folder, f.measured[i], f.now)
	if err != nil && errors.Is(absent, fs.ErrNotExist) {
		_ = os.Remove(folder) // only if it is empty, which is the point
	}
	return got, verdict, err
}

// before adds to a failure what came before it.
func (f *fetching) before(n int, err error) error {
	known, is := errors.AsType[*client.Error](err)
	if n == 0 || !is {
		return err
	}
	fault := *known
	fault.Message += ". " + words.Plural(n, "file that came before it is good and stays", "files that came before it are good and stay") + " in " + f.folder
	return &fault
}

// said tells what is where now, and what to know about it.
func (f *fetching) said(size int64, verdicts []*registryv1.Verdict) string {
	what := words.Plural(len(f.files), "file", "files")
	if len(f.files) == 1 {
		what = f.files[0].GetAsset().GetFilename()
	}
	status, reason := trust.Sum(verdicts...)
	is := " is in "
	if len(f.files) > 1 {
		is = " are in "
	}
	sentences := []string{what + is + f.folder + ": " + words.Bytes(size) + ", " + words.Verdict(status, reason) + "."}
	for _, verdict := range verdicts {
		for _, clause := range words.Worth(verdict) {
			if sentence := ui.Sentence(clause); !slices.Contains(sentences, sentence) {
				sentences = append(sentences, sentence)
			}
		}
	}
	return strings.Join(sentences, " ")
}
