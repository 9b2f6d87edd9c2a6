package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/registrar-console/registrar/tui/tuitest"
)

// Every step of a publish, dark and light, on a wide page and on a small one,
// as a first-time publisher sees it.
func TestPicturesOfPublishing(t *testing.T) {
	dir := pictureFolder(t)
	for _, look := range pictureLooks {
		for _, size := range []struct{ w, h int }{{120, 40}, {80, 24}} {
			drawPublish(t, size.w, size.h, look.light, func(term *tuitest.Terminal, step string) {
				look.take(t, term, dir, fmt.Sprintf("publish-%s-%dx%d", step, size.w, size.h))
			})
		}
	}
}

// drawPublish walks through the wizard and has a picture drawn of each step.
func drawPublish(t *testing.T, w, h int, light bool, picture func(term *tuitest.Terminal, step string)) {
	t.Helper()
	ines, link, validate := publisherOnALink(t)
	dir, key := scaffoldWithReleases(t), signingKey(t, ines)
	term := ines.console(t, tuitest.Options{Width: w, Height: h, Light: light, Wait: time.Minute}, "publish", dir)
	term.Expect("Which system is it for?").Expect("knows no connectors")
	picture(term, "path")
	term.GoOn("Which project is it")
	picture(term, "project")
	term.GoOn("of six requirements are not met yet")
	picture(term, "preflight")
	mendScaffold(t, dir)
	term.Key("r").Expect("One of six requirements is not met yet.").Key("w").Expect("No requirement fails.").GoOn("Which number is it")
	picture(term, "version")
	term.GoOn("All five platforms found")
	picture(term, "files")
	term.GoOn("How is it signed?").Key("down", "f").Expect("Which file has the private key?").Type(key).Expect("enter goes to this path").Key("enter")
	term.Expect("Passphrase").Type("secret words").Key("enter").Expect("5 files are signed.").Key("a").Expect("Register the cosign key").Key("enter").Expect("VERIFIED")
	picture(term, "signing")
	term.GoOn("Ready to publish")
	picture(term, "confirm")
	link.slow(true)
	term.GoOn("Uploading 10 files").Expect("UPLOADING")
	time.Sleep(2 * time.Second)
	picture(term, "upload")
	link.slow(false)
	term.Expect("Nothing is public before the checks have passed.")
	picture(term, "validation")
	validate()
	term.Expect("PUBLISHED").Expect("What is where now")
	picture(term, "done")
}
