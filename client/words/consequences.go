package words

import (
	"slices"
	"strings"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Line is one consequence of an action.
type Line struct {
	// Text is one or two sentences.
	Text string
	// Caution marks what a person should stop at.
	Caution bool
}

func note(text string) Line    { return Line{Text: text} }
func caution(text string) Line { return Line{Text: text, Caution: true} }

// Yank says what yanking does, the worst that cannot be undone last.
func Yank(c *registryv1.Consequences) []Line {
	number := c.GetRef().GetVersion()
	lines := stableLeaves(c, number)
	if c.GetLatestBefore() == number {
		lines = append(lines, latestLeaves(c))
	}
	lines = append(lines, platformsAfter(c, number)...)
	switch after := c.GetLatestAfter(); {
	case c.GetPublishedAfter() == 0:
		lines = append(lines, caution("Nothing else of "+c.GetRef().GetName()+" is public: users are left without a version."))
	case after != "" && after != number:
		lines = append(lines, note(after+" stays published: users are not left without a version."))
	}
	if c.GetDownloadsBlocked() {
		lines = append(lines, caution("Downloads are refused, by exact version too. Whoever asks for "+number+" gets your reason instead."))
	} else {
		lines = append(lines, note("Downloads by exact version go on, with your reason as a warning."))
	}
	if c.GetNumberBurned() {
		lines = append(lines, caution("The number "+number+" can never be used again, not even after an unyank."))
	}
	return lines
}

// stableLeaves says where stable goes if the version has it.
func stableLeaves(c *registryv1.Consequences, number string) []Line {
	if c.GetStableBefore() != number {
		return nil
	}
	switch after := c.GetStableAfter(); {
	case after != "":
		return []Line{caution("It is stable. Stable moves to " + after + ".")}
	case c.GetLatestAfter() != "":
		return []Line{caution("It is stable. Afterwards no version is: plain downloads take latest, " + c.GetLatestAfter() + ".")}
	default:
		return []Line{caution("It is stable. Afterwards no version is: plain downloads find nothing.")}
	}
}

func latestLeaves(c *registryv1.Consequences) Line {
	if c.GetLatestAfter() == "" {
		return caution("It is latest. Afterwards no version is.")
	}
	return note("It is latest. Latest moves back to " + c.GetLatestAfter() + ".")
}

// platformsAfter says for which platforms the newest public version changes,
// platforms with the same answer in one line.
func platformsAfter(c *registryv1.Consequences, number string) []Line {
	var replacements []string
	lost := map[string][]string{}
	keeps := map[string]bool{}
	for _, p := range c.GetNewestByPlatform() {
		if p.GetBefore() != number {
			keeps[p.GetBefore()] = true
			continue
		}
		if !slices.Contains(replacements, p.GetAfter()) {
			replacements = append(replacements, p.GetAfter())
		}
		lost[p.GetAfter()] = append(lost[p.GetAfter()], p.GetPlatform().Slug())
	}
	if len(replacements) == 0 {
		if len(keeps) != 1 {
			return nil
		}
		for newer := range keeps {
			return []Line{note("It is the newest of no platform: " + newer + " ships " + allOf(len(c.GetNewestByPlatform())) + ".")}
		}
	}
	var lines []Line
	slices.SortStableFunc(replacements, func(a, b string) int { // what is lost for good comes last
		return btoi(a == "") - btoi(b == "")
	})
	for _, after := range replacements {
		names := lost[after]
		switch {
		case after == "" && c.GetPublishedAfter() == 0: // said by the line on the whole connector
		case after == "":
			lines = append(lines, caution("It is the only public version for "+List(names)+"."))
		case len(names) == len(c.GetNewestByPlatform()):
			lines = append(lines, note("It is the newest of "+allPlatforms(len(names))+": "+after+" becomes that again."))
		default:
			lines = append(lines, note("It is the newest for "+List(names)+": "+after+" becomes that again."))
		}
	}
	return lines
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// allOf is "it", "both", "all three" and so on for n platforms.
func allOf(n int) string {
	switch n {
	case 1:
		return "it"
	case 2:
		return "both"
	default:
		return "all " + Numeral(n)
	}
}

func allPlatforms(n int) string {
	if n == 1 {
		return "its one platform"
	}
	return allOf(n) + " platforms"
}

// Unyank says what taking a yank back does.
func Unyank(c *registryv1.Consequences) []Line {
	number := c.GetRef().GetVersion()
	lines := []Line{note(number + " is PUBLISHED again. Its yank stays in the audit log.")}
	if c.GetLatestAfter() == number && c.GetLatestBefore() != number {
		lines = append(lines, note(becomesLatest(c)))
	}
	switch stable := c.GetStableAfter(); stable {
	case number:
		lines = append(lines, caution("It becomes stable: plain downloads take it."))
	case "":
		lines = append(lines, note("No version is stable, and this changes nothing about it."))
	default:
		lines = append(lines, note("Stable stays "+stable+"."))
	}
	return append(lines, caution("Everybody who looks at it or downloads it does so without the warning."))
}

func becomesLatest(c *registryv1.Consequences) string {
	if before := c.GetLatestBefore(); before != "" {
		return "It becomes latest instead of " + before + "."
	}
	return "It becomes latest."
}

// SetStable says what promoting a version does.
func SetStable(c *registryv1.Consequences) []Line {
	number, before := c.GetRef().GetVersion(), c.GetStableBefore()
	switch before {
	case number:
		return []Line{note(number + " is stable already. Nothing changes.")}
	case "":
		lines := []Line{note("Plain downloads take " + number + " from now on.")}
		if latest := c.GetLatestBefore(); latest != "" && latest != number {
			lines = append(lines, note("Until now they took latest, "+latest+", since no version was stable."))
		}
		return lines
	}
	lines := []Line{note("Plain downloads take " + number + " from now on instead of " + before + ".")}
	if c.GetBelowLatest() {
		lines = append(lines, caution("It is not the highest: latest is "+c.GetLatestAfter()+"."))
	}
	return lines
}

// isPrerelease reads a number that the registry has checked.
func isPrerelease(number string) bool { return strings.Contains(number, "-") }

// Abandon says what removing a draft, or withdrawing a VALIDATING version, does.
func Abandon(v *registryv1.VersionSummary, earlierAttempts int) []Line {
	number := v.GetRef().GetVersion()
	if v.GetState() == registryv1.State_STATE_VALIDATING {
		return []Line{
			note("Nothing of it was public. The number " + number + " stays free."),
			caution("Attempt " + Count(max(v.GetAttempt(), 1)) + " fails, with your reason. What was checked and reviewed counts for nothing in the next one."),
		}
	}
	lines := []Line{note("Nothing of it was public. The number " + number + " is free again.")}
	if earlierAttempts > 0 {
		lines = append(lines, note(Plural(earlierAttempts, "earlier attempt goes", "earlier attempts go")+" with it and live on in the audit log."))
	}
	return append(lines, caution("The draft and what was uploaded of it, "+Bytes(v.GetSizeBytes())+", are removed. This cannot be undone."))
}

// Publish says what publishing a version will do; stable is whether it is to
// be promoted at once.
func Publish(c *registryv1.Consequences, stable bool) []Line {
	number := c.GetRef().GetVersion()
	var lines []Line
	if c.GetAttempt() > 1 {
		lines = append(lines, note("This is attempt "+Count(c.GetAttempt())+". The earlier ones failed and were never public."))
	}
	switch before := c.GetLatestBefore(); {
	case c.GetBelowLatest():
		lines = append(lines, caution("It is lower than latest, "+before+", which stays latest."))
	case before != "" && isPrerelease(number) && !isPrerelease(before):
		lines = append(lines, note("It is a pre-release: "+before+" stays latest."))
	default:
		lines = append(lines, note(becomesLatest(c)))
	}
	switch before := c.GetStableBefore(); {
	case stable && before != "" && before != number:
		lines = append(lines, note("It becomes stable instead of "+before+" as soon as it is public."))
	case stable:
		lines = append(lines, note("It becomes stable as soon as it is public."))
	case before != "":
		lines = append(lines, note("Stable stays "+before+"."))
	}
	return append(lines,
		note("Nothing is public before all files are in and the checks have passed."),
		caution("Once it is public, the number "+number+" can never be used again."))
}
