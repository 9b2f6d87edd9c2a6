package project

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// maxParents is how far up a repository's root is looked for.
const maxParents = 20

// gitRepository reads remote and commit from git's own files. git itself is
// not run: a repository's configuration can make it run anything. The address
// of the remote is returned.
func (p *Project) gitRepository() Proposal {
	dir, common := findGit(p.Directory)
	if dir == "" {
		return Proposal{}
	}
	p.Commit = commit(dir, common)
	config, found, err := readFile(filepath.Join(common, "config"), MaxDocument)
	if !found || err != nil {
		return Proposal{}
	}
	name, address := remote(config)
	if address == "" {
		return Proposal{}
	}
	from := "git remote " + name
	host, repository := splitRemote(address)
	parts := strings.Split(strings.Trim(repository, "/"), "/")
	if host == "" || len(parts) < 2 {
		return Proposal{}
	}
	p.claim(parts[len(parts)-2], parts[len(parts)-1], from)
	return Proposal{"https://" + host + "/" + strings.Join(parts, "/"), from}
}

// findGit finds the git directory of a project, and the one that it shares
// with other work trees.
func findGit(dir string) (gitDir, common string) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", ""
	}
	for range maxParents {
		at := filepath.Join(dir, ".git")
		if info, err := os.Stat(at); err == nil {
			if info.IsDir() {
				return at, at
			}
			return linkedGit(at)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return "", ""
}

// linkedGit follows a .git file, as work trees and submodules have it.
func linkedGit(file string) (gitDir, common string) {
	text, found, err := readFile(file, maxSmall)
	target, ok := strings.CutPrefix(strings.TrimSpace(text), "gitdir:")
	if !found || err != nil || !ok {
		return "", ""
	}
	gitDir = resolve(filepath.Dir(file), strings.TrimSpace(target))
	common = gitDir
	if shared, found, err := readFile(filepath.Join(gitDir, "commondir"), maxSmall); found && err == nil {
		common = resolve(gitDir, strings.TrimSpace(shared))
	}
	return gitDir, common
}

func resolve(base, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(base, path)
}

// commit is what HEAD points at, or "".
func commit(gitDir, common string) string {
	head, found, err := readFile(filepath.Join(gitDir, "HEAD"), maxSmall)
	if !found || err != nil {
		return ""
	}
	head = strings.TrimSpace(head)
	ref, symbolic := strings.CutPrefix(head, "ref: ")
	if !symbolic {
		return hash(head)
	}
	if !filepath.IsLocal(filepath.FromSlash(ref)) {
		return ""
	}
	for _, dir := range []string{gitDir, common} {
		if text, found, err := readFile(filepath.Join(dir, filepath.FromSlash(ref)), maxSmall); found && err == nil {
			return hash(strings.TrimSpace(text))
		}
	}
	packed, found, err := readFile(filepath.Join(common, "packed-refs"), 16<<20)
	if !found || err != nil {
		return ""
	}
	for line := range strings.Lines(packed) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && name == ref {
			return hash(sum)
		}
	}
	return ""
}

// hash returns s if it is the name of a commit, else "".
func hash(s string) string {
	if len(s) != 40 && len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return ""
	}
	return s
}

// remote finds the remote that the project is published from: origin, or the
// only other one.
func remote(config string) (name, address string) {
	section := ""
	for line := range strings.Lines(config) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = ""
			if quoted, ok := strings.CutPrefix(line, `[remote "`); ok {
				section, _, _ = strings.Cut(quoted, `"`)
			}
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if section == "" || !ok || strings.TrimSpace(key) != "url" {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		if section == "origin" {
			return section, value
		}
		if address == "" {
			name, address = section, value
		}
	}
	return name, address
}

// splitRemote takes the ways apart in which git names a repository: URLs, and
// user@host:path. Paths on this computer have no host. Names and passwords go.
func splitRemote(address string) (host, repository string) {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return u.Hostname(), strings.TrimSuffix(u.Path, ".git")
	}
	where, path, ok := strings.Cut(address, ":")
	if !ok || strings.ContainsAny(where, `/\`) || len(where) < 2 { // C:\x is a path too
		return "", ""
	}
	if _, after, ok := strings.Cut(where, "@"); ok {
		where = after
	}
	return where, strings.TrimSuffix(path, ".git")
}
