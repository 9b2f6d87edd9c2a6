package project

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/registrar-console/registrar/client/clean"
)

// Bounds of what is taken from a history.
const (
	maxCommits  = 100
	maxHistory  = 8_000
	historyTool = "git"
)

// Changelogs are proposals for what is new in a version: its section of the
// changelog file, then what git has since the last tag. Those that are not
// there are left out.
func Changelogs(ctx context.Context, directory, number string) []Proposal {
	var proposals []Proposal
	for _, name := range []string{"CHANGELOG.md", "CHANGES.md", "HISTORY.md"} {
		all, found, err := readRegular(os.Lstat, os.Open, filepath.Join(directory, name), MaxDocument)
		if err != nil || !found {
			continue
		}
		if text := sectionOf(all, number); text != "" {
			proposals = append(proposals, Proposal{clean.Text(text, maxHistory), name})
			break
		}
	}
	if text, tag := history(ctx, directory); text != "" {
		from := "git, all of it"
		if tag != "" {
			from = "git since " + tag
		}
		proposals = append(proposals, Proposal{text, from})
	}
	return proposals
}

// sectionOf is the part of a changelog under the heading of a version, or
// under "Unreleased" where the version has none yet.
func sectionOf(text, number string) string {
	var unreleased, mine []string
	var into *[]string
	level := 0
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		heading := strings.TrimLeft(line, "#")
		depth := len(line) - len(heading)
		if depth > 0 && strings.HasPrefix(heading, " ") && (into == nil || depth <= level) {
			into = nil
			title := strings.ToLower(strings.TrimSpace(heading))
			switch {
			case number != "" && namesNumber(title, strings.TrimPrefix(strings.ToLower(number), "v")):
				into, level = &mine, depth
			case strings.Contains(title, "unreleased"):
				into, level = &unreleased, depth
			}
			continue
		}
		if into != nil {
			*into = append(*into, line)
		}
	}
	if said := strings.TrimSpace(strings.Join(mine, "\n")); said != "" {
		return said
	}
	return strings.TrimSpace(strings.Join(unreleased, "\n"))
}

// namesNumber reports whether a heading is about a version, and not about one
// whose number only begins with it.
func namesNumber(title, number string) bool {
	for word := range strings.FieldsFuncSeq(title, func(r rune) bool { return strings.ContainsRune(" []()", r) }) {
		if strings.TrimPrefix(word, "v") == number {
			return true
		}
	}
	return false
}

// history is a line for each commit since the last tag, the latest first.
func history(ctx context.Context, directory string) (text, tag string) {
	if gitDir, _ := findGit(directory); gitDir == "" {
		return "", ""
	}
	tag = strings.TrimSpace(git(ctx, directory, "describe", "--tags", "--abbrev=0"))
	since := "HEAD"
	if tag != "" {
		since = tag + "..HEAD"
	}
	var lines []string
	for line := range strings.Lines(git(ctx, directory, "log", "--no-merges", "--max-count=100", "--format=%s", since, "--")) {
		line = clean.Line(strings.TrimSpace(line), 200)
		if line != "" && len(lines) < maxCommits {
			lines = append(lines, "- "+line)
		}
	}
	return clean.Text(strings.Join(lines, "\n"), maxHistory), tag
}

// git is what a command of git writes; nothing where it fails, since a
// changelog can be typed as well.
func git(ctx context.Context, directory string, args ...string) string {
	var out bytes.Buffer
	// The words are ours but for the tag, which git itself named.
	cmd := exec.CommandContext(ctx, historyTool, append([]string{"-c", "core.fsmonitor=false", "-C", directory}, args...)...) //nolint:gosec // see above
	cmd.Stdout = &limited{to: &out, left: MaxDocument}
	if cmd.Run() != nil {
		return ""
	}
	return out.String()
}

// limited takes no more than some bytes and forgets the rest.
type limited struct {
	to   *bytes.Buffer
	left int
}

// Write implements io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	l.to.Write(p[:n])
	return len(p), nil
}
