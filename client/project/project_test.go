package project_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
)

// tree writes files into a new directory.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return dir
}

func read(t *testing.T, dir string) project.Project {
	t.Helper()
	p, err := project.Read(dir)
	require.NoError(t, err)
	return p
}

const sum = "4be19c07d2a14be19c07d2a14be19c07d2a14be1"

func TestTheSampleConnector(t *testing.T) {
	t.Parallel()
	p := read(t, filepath.Join("..", "..", "testdata", "connector"))
	assert.Equal(t, "github.com/acme/baton-sample", p.Module)
	assert.Equal(t, "baton_capabilities.json", p.Capabilities.File)
	assert.Equal(t, "README.md", p.Documentation.File)
	assert.Equal(t, project.Proposal{Value: "Apache-2.0", From: "LICENSE"}, p.License)
	assert.NotEmpty(t, p.Description.Value)
	assert.NotEmpty(t, p.ConfigSchema.Text)
}

func TestAForkIsNamedByItsRemote(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, map[string]string{
		"go.mod":               "module github.com/conductorone/baton-okta\n\ngo 1.26\n",
		".git/HEAD":            "ref: refs/heads/main\n",
		".git/refs/heads/main": sum + "\n",
		".git/config":          "[core]\n\tbare = false\n[remote \"upstream\"]\n\turl = https://github.com/ConductorOne/baton-okta.git\n[remote \"origin\"]\n\turl = git@github.com:Acme/baton-okta.git\n\tfetch = x\n",
	}))
	assert.Equal(t, project.Proposal{Value: "Acme", From: "git remote origin"}, p.Org)
	assert.Equal(t, project.Proposal{Value: "baton-okta", From: "git remote origin"}, p.Name)
	assert.Equal(t, "https://github.com/Acme/baton-okta", p.Repository.Value)
	assert.Equal(t, sum, p.Commit)
}

func TestRemotes(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://github.com/Acme/baton-x":                   "https://github.com/Acme/baton-x",
		"https://user:secret@github.com/Acme/baton-x.git":   "https://github.com/Acme/baton-x",
		"ssh://git@example.org:2222/Acme/baton-x.git":       "https://example.org/Acme/baton-x",
		"git@example.org:group/sub/baton-x.git":             "https://example.org/group/sub/baton-x",
		"example.org:Acme/baton-x":                          "https://example.org/Acme/baton-x",
		"../elsewhere/baton-x":                              "",
		"/srv/git/baton-x.git":                              "",
		`C:\work\baton-x`:                                   "",
		"https://example.org/baton-x":                       "",
		"":                                                  "",
		"git://example.org/Acme/baton-x/":                   "https://example.org/Acme/baton-x",
		"\"https://github.com/Acme/baton-x.git\"":           "https://github.com/Acme/baton-x",
		"https://token-without-colon@github.com/Acme/bat.x": "https://github.com/Acme/bat.x",
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			p := read(t, tree(t, map[string]string{".git/HEAD": "x", ".git/config": "[remote \"origin\"]\nurl = " + address + "\n"}))
			assert.Equal(t, want, p.Repository.Value)
			assert.Empty(t, p.Commit)
		})
	}
}

func TestCommits(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]map[string]string{
		"detached": {".git/HEAD": sum + "\n"},
		"packed":   {".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": "# pack-refs with: peeled\n" + sum + " refs/heads/main\n"},
		"work tree": {
			".git": "gitdir: real/worktrees/x\n", "real/worktrees/x/HEAD": "ref: refs/heads/main", "real/worktrees/x/commondir": "../..\n", "real/refs/heads/main": sum,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, sum, read(t, tree(t, files)).Commit)
		})
	}
	dir := tree(t, map[string]string{".git/HEAD": "ref: ../../../etc/passwd\n", "sub/go.mod": "module x\n"})
	assert.Empty(t, read(t, dir).Commit)
	dir = tree(t, map[string]string{".git/HEAD": sum, "connectors/x/go.mod": "module example.org/acme/mono/x/v2\n"})
	p := read(t, filepath.Join(dir, "connectors", "x"))
	assert.Equal(t, sum, p.Commit, "a repository may hold several projects")
	assert.Equal(t, "x", p.Name.Value, "a major version is no name")
	assert.Equal(t, "go.mod", p.Name.From)
}

func TestABareModuleNamesNoOrg(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, map[string]string{"go.mod": "module example.com/baton-x\n"}))
	assert.Empty(t, p.Org.Value)
	assert.Equal(t, "baton-x", p.Name.Value)
}

func TestConnectorYAMLGoesFirst(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, map[string]string{
		"connector.yaml": "description: \"Users of X # not a comment\" # a comment\nlicense: MIT\nhomepage_url: https://x.example.org\nrepository_url: https://git.example.org/x\n",
		"LICENSE":        "Apache License Version 2.0",
		"README.md":      "# X\n\nSomething else.\n",
	}))
	assert.Equal(t, project.Proposal{Value: "Users of X # not a comment", From: "connector.yaml"}, p.Description)
	assert.Equal(t, "MIT", p.License.Value)
	assert.Equal(t, "https://x.example.org", p.Homepage.Value)
	assert.Equal(t, "https://git.example.org/x", p.Repository.Value)

	p = read(t, tree(t, map[string]string{"connector.yaml": "\t- nothing: [that"}))
	assert.True(t, noted(p, "connector.yaml"))
}

func noted(p project.Project, about string) bool {
	for _, n := range p.Notes {
		if n.About == about && n.Text != "" && n.Caution {
			return true
		}
	}
	return false
}

func TestDescriptionIsTheFirstProse(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, map[string]string{
		"README.md": "![logo](x.png)\n# `baton-x`\n\n<p>html</p>\n\n```\ncode\n```\n- a list\n* another\n\n[![badge](x)](y)\n\n`baton-x` **syncs** users,\ngroups and `roles`\x1b[31m of X.\n\nMore.\n",
	}))
	assert.Equal(t, "baton-x syncs users, groups and roles[31m of X.", p.Description.Value)
	assert.True(t, noted(p, "README.md"), "control characters were left out")
	assert.NotContains(t, p.Documentation.Text, "\x1b")
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	t.Parallel()
	p := read(t, tree(t, nil))
	for _, about := range []string{"README", "license", "baton_capabilities.json"} {
		assert.True(t, noted(p, about), about)
	}
	p = read(t, tree(t, map[string]string{"baton_capabilities.json": "{", "LICENSE": "you may look at it", "README.md": strings.Repeat("x", project.MaxDocument+1)}))
	for _, about := range []string{"README.md", "license", "baton_capabilities.json"} {
		assert.True(t, noted(p, about), about)
	}
	assert.Empty(t, p.Documentation.Text)
}

func TestLicenses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"                                 Apache License\n                           Version 2.0, January 2004":                       "Apache-2.0",
		"MIT License\n\nPermission is hereby granted, free of charge, to any person\n... THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT": "MIT",
		"GNU GENERAL PUBLIC LICENSE\n   Version 3, 29 June 2007":                                                                      "GPL-3.0-only",
		"Redistribution and use in source and binary forms, ... Neither the name of":                                                  "BSD-3-Clause",
		"SPDX-License-Identifier: mpl-2.0": "MPL-2.0",
		"All rights reserved.":             "",
	} {
		p := read(t, tree(t, map[string]string{"LICENSE": text}))
		assert.Equal(t, want, p.License.Value)
	}
}

func TestNotADirectory(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"file": "x"})
	_, err := project.Read(filepath.Join(dir, "file"))
	require.ErrorContains(t, err, "not a directory")
	_, err = project.Read(filepath.Join(dir, "absent"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzRead(f *testing.F) {
	f.Add("module x\n", "[remote \"origin\"]\nurl = git@x:y/z\n", "# README\n\ntext\n", "description: x\n")
	f.Add("module \x00", "[remote \"", "```", ":")
	f.Fuzz(func(t *testing.T, mod, config, readme, yaml string) {
		p, err := project.Read(tree(t, map[string]string{
			"go.mod": mod, ".git/config": config, ".git/HEAD": "ref: " + readme, "README.md": readme, "connector.yaml": yaml, "LICENSE": readme,
		}))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range p.Documentation.Text {
			if r < 0x20 && r != '\n' && r != '\t' && r != '\r' {
				t.Fatalf("a control character got through: %q", p.Documentation.Text)
			}
		}
	})
}
