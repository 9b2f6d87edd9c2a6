package triage

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/theme"
	"github.com/registrar-console/registrar/tui/action"
	"github.com/registrar-console/registrar/tui/catalog"
	"github.com/registrar-console/registrar/tui/ui"
)

// Download asks which files of a version are fetched, and where to.
type Download struct {
	*ui.Dialog
	version  action.Version // without a number: what a plain download takes
	computer registryv1.Platform
	asked    int
	offer    *registryv1.GetDownloadURLsResponse
	err      error
	shipped  []registryv1.Platform // in the order of the choices
	platform *ui.ChoiceField
	folder   *ui.TextField
}

// everything is the last choice.
const everything = "all"

// NewDownload makes the dialog. computer is the platform of this computer, or
// zero; folder is proposed.
func NewDownload(v action.Version, computer registryv1.Platform, folder string) *Download {
	d := &Download{
		version: v, computer: computer,
		platform: &ui.ChoiceField{Name: "Platform", Chosen: -1, Needed: true},
		folder:   &ui.TextField{Name: "Into", Needed: true},
	}
	d.folder.SetValue(folder)
	d.folder.Placeholder = "a folder; it is made if it is not there"
	d.Dialog = ui.NewDialog(nil, ui.Button{ID: doButton, Label: "Download", Off: d.incomplete})
	return d
}

// incomplete tells why the button is off.
func (d *Download) incomplete() string {
	switch {
	case d.err != nil:
		return "the registry refuses it"
	case d.offer == nil:
		return "the registry was not asked yet"
	case len(d.shipped) == 0:
		return "there is no file to fetch"
	case d.platform.Chosen < 0:
		return "choose a platform"
	case strings.TrimSpace(d.folder.Value()) == "":
		return "say where to"
	default:
		return ""
	}
}

// Ask implements the console's Dialog: what there is to fetch is asked first.
func (d *Download) Ask() action.Action {
	d.asked++
	return action.Offer{Version: d.version, Asked: d.asked}
}

// Waits implements the console's Dialog: the status row shows the download.
func (d *Download) Waits(string) bool { return false }

// Handle implements the console's Dialog.
func (d *Download) Handle(msg tea.Msg) (action.Action, tea.Cmd) {
	switch msg := msg.(type) {
	case catalog.Offered:
		if msg.Asked == d.asked && msg.Org == d.version.Org && msg.Name == d.version.Name {
			d.offered(msg)
		}
		return nil, nil
	case catalog.Back:
		return d.Ask(), nil
	}
	pressed, cmd := d.Dialog.Handle(msg)
	switch pressed {
	case ui.Cancel:
		return action.Back{}, cmd
	case doButton:
		return action.Close{Then: d.answer()}, cmd
	default:
		return nil, cmd
	}
}

// offered takes what the registry has. What runs here is chosen already.
func (d *Download) offered(msg catalog.Offered) {
	d.offer, d.err = msg.Answer, msg.Err
	if msg.Err != nil {
		return
	}
	d.version.Number = msg.Answer.GetVersion().GetRef().GetVersion()
	d.shipped, d.platform.Options, d.platform.Chosen = nil, nil, -1
	for _, p := range registryv1.Platforms() {
		if client.ReleaseFile(msg.Answer.GetDownloads(), p) != nil {
			d.shipped = append(d.shipped, p)
			d.platform.Options = append(d.platform.Options, p.Slug())
		}
	}
	if len(d.shipped) == 0 {
		d.Fields = nil
		return
	}
	d.platform.Chosen = slices.Index(d.shipped, d.computer)
	if len(d.shipped) > 1 {
		d.platform.Options = append(d.platform.Options, everything)
	}
	d.Fields = []ui.Field{d.platform, d.folder}
}

// platforms are those that are chosen.
func (d *Download) platforms() []registryv1.Platform {
	switch at := d.platform.Chosen; {
	case at < 0:
		return nil
	case at < len(d.shipped):
		return d.shipped[at : at+1]
	default:
		return d.shipped
	}
}

// answer is the form as it stands.
func (d *Download) answer() action.Download {
	return action.Download{Version: d.version, Platforms: d.platforms(), Folder: strings.TrimSpace(d.folder.Value())}
}

// View implements the console's Dialog.
func (d *Download) View(l ui.Look, maxW, maxH int) []string {
	d.fill(l)
	return d.Dialog.View(l.Theme, maxW, maxH)
}

// Inquiry is the dialog as it is asked question by question.
func (d *Download) Inquiry(l ui.Look) ui.Inquiry {
	d.fill(l)
	return d.Dialog.Inquiry()
}

// Pending reports whether the registry was asked and did not answer yet.
func (d *Download) Pending() bool { return d.offer == nil && d.err == nil }

// fill puts what is known now into the dialog.
func (d *Download) fill(l ui.Look) {
	d.Title = ui.Words(theme.Text, "Download "+strings.TrimSpace(d.version.Name+" "+d.version.Number)+"?")
	d.Say = d.Say[:0]
	for _, line := range d.says() {
		d.Say = append(d.Say, ui.Consequence(l.Theme, line.Caution, ui.Say(theme.Text, line.Text)))
	}
}

// says is what one should know before taking it.
func (d *Download) says() []words.Line {
	switch {
	case d.err != nil:
		return []words.Line{{Text: ui.Sentence(refusalOf(d.err)), Caution: true}}
	case d.offer == nil:
		return []words.Line{{Text: "Asking the registry what there is."}}
	case len(d.shipped) == 0:
		return []words.Line{{Text: "The version has no file that could be run.", Caution: true}}
	}
	var lines []words.Line
	if chosen := words.Chosen(d.version.Number, d.offer.GetChosenBy()); chosen != "" {
		lines = append(lines, words.Line{Text: chosen})
	}
	files := client.ReleaseFiles(d.offer.GetDownloads(), d.platforms())
	if len(files) == 0 {
		lines = append(lines, words.Line{Text: d.nothingFor()})
	} else {
		lines = append(lines, words.Line{Text: fetched(files)}, d.verdict())
	}
	if yanked := words.Yanked(d.version.Number, d.offer.GetYank()); yanked != "" {
		lines = append(lines, words.Line{Text: ui.Sentence(yanked), Caution: true})
	}
	return lines
}

// nothingFor says that nothing is shipped for what runs here.
func (d *Download) nothingFor() string {
	if d.computer == registryv1.Platform_PLATFORM_UNSPECIFIED {
		return "Connectors are not made for the computer that this runs on. Choose a platform."
	}
	return "It ships nothing for " + d.computer.Slug() + ", where this runs. Choose a platform."
}

// fetched is what arrives, and where it goes if names are not enough.
func fetched(files []*registryv1.Download) string {
	size := int64(0)
	for _, f := range files {
		size += f.GetAsset().GetSizeBytes()
	}
	if len(files) == 1 {
		return files[0].GetAsset().GetFilename() + ", " + words.Bytes(size) + "."
	}
	text := words.Plural(len(files), "file", "files") + ", " + words.Bytes(size) + "."
	if client.SameNames(files) {
		text += " They share a name, so that each goes into a folder of its platform."
	}
	return text
}

// verdict is what the registry says of the signatures for the chosen
// platforms, the worst of it, and what is checked here whatever it says.
func (d *Download) verdict() words.Line {
	v := d.offer.GetVersion()
	unsigned := false
	for i, platform := range v.GetPlatforms() {
		if i >= len(v.GetPlatformVerdicts()) || !slices.Contains(d.platforms(), platform) {
			continue
		}
		switch status := v.GetPlatformVerdicts()[i]; status {
		case registryv1.VerdictStatus_VERDICT_STATUS_NOT_VERIFIED:
			says := words.Verdict(status, v.GetVerdictReason())
			return words.Line{Text: "The registry says " + says + " for " + platform.Slug() + ". It is checked here, too, and not kept if that holds.", Caution: true}
		case registryv1.VerdictStatus_VERDICT_STATUS_UNSIGNED:
			unsigned = true
		default:
		}
	}
	switch {
	case unsigned && d.offer.GetSignaturesRequired():
		return words.Line{Text: "The policy of " + d.version.Org + " requires signatures, and there is none. It will not be kept.", Caution: true}
	case unsigned:
		return words.Line{Text: "Size and sha256 are checked. No signature is: UNSIGNED.", Caution: true}
	default:
		return words.Line{Text: "Size, sha256 and signatures are checked here. What is not good is not kept."}
	}
}
