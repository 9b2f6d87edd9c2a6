package project_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/project"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

const (
	pass       = registryv1.CheckResult_CHECK_RESULT_PASS
	warn       = registryv1.CheckResult_CHECK_RESULT_WARN
	fail       = registryv1.CheckResult_CHECK_RESULT_FAIL
	notChecked = registryv1.CheckResult_CHECK_RESULT_UNSPECIFIED
)

// preflight checks a directory without running anything.
func preflight(t *testing.T, dir string) map[string]*registryv1.PreflightResult {
	t.Helper()
	return preflightWith(t, dir, project.Options{})
}

func preflightWith(t *testing.T, dir string, o project.Options) map[string]*registryv1.PreflightResult {
	t.Helper()
	report, err := project.Preflight(t.Context(), dir, o)
	require.NoError(t, err)
	found := map[string]*registryv1.PreflightResult{}
	for _, r := range report.GetResults() {
		for _, text := range []string{r.GetDetail(), r.GetEvidence(), r.GetFix()} {
			assert.LessOrEqual(t, len(text), 2000, "registries take no more")
			assert.NotRegexp(t, `[\x00-\x09\x0b-\x1f\x7f]`, text)
		}
		assert.NotEmpty(t, r.GetDetail())
		if r.GetResult() != pass {
			assert.NotEmpty(t, r.GetFix(), r.GetRequirement())
		}
		found[r.GetRequirement()] = r
	}
	return found
}

// olderSyncer is a type with the four methods, as most connectors have them.
func olderSyncer(pkg, name string) string {
	return `package ` + pkg + `

import (
	"context"

	sdk "github.com/conductorone/baton-sdk/pb/c1/connector/v2"
	"github.com/conductorone/baton-sdk/pkg/annotations"
	"github.com/conductorone/baton-sdk/pkg/pagination"
)

type ` + name + ` struct{}

func (*` + name + `) ResourceType(ctx context.Context) *sdk.ResourceType { return nil }

func (*` + name + `) List(
	ctx context.Context,
	parent *sdk.ResourceId,
	token *pagination.Token,
) ([]*sdk.Resource, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

func (*` + name + `) Entitlements(_ context.Context, _ *sdk.Resource, _ *pagination.Token) ([]*sdk.Entitlement, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}

func (*` + name + `) Grants(_ context.Context, _ *sdk.Resource, _ *pagination.Token) ([]*sdk.Grant, string, annotations.Annotations, error) {
	return nil, "", nil, nil
}
`
}

// newerSyncer is the same in the newer shape.
func newerSyncer(pkg, name string) string {
	text := olderSyncer(pkg, name)
	return strings.NewReplacer(
		"*pagination.Token", "rs.SyncOpAttrs", "string, annotations.Annotations, error", "*rs.SyncOpResults, error",
		`return nil, "", nil, nil`, "return nil, nil, nil",
		"\t\"github.com/conductorone/baton-sdk/pkg/annotations\"\n\t\"github.com/conductorone/baton-sdk/pkg/pagination\"\n", "\trs \"github.com/conductorone/baton-sdk/pkg/types/resource\"\n",
	).Replace(text)
}

// scaffold is what the official scaffold makes: what a first-time publisher
// really brings.
func scaffold() map[string]string {
	return map[string]string{
		"go.mod":                      "module github.com/acme/baton-widget // the scaffold\n\ngo 1.26\n",
		"main.go":                     "package main\n\nfunc main() {}\n",
		"pkg/connector/users.go":      olderSyncer("connector", "userBuilder"),
		"pkg/connector/groups.go":     "package connector\n\ntype groupBuilder struct{}\n",
		"vendor/example.org/x/x.go":   "package x\n\nfunc (",
		".gitignore":                  "dist/\n",
		"README.md":                   "# baton-widget\n\nA connector for Widget.\n",
		".github/workflows/readme.md": "not a workflow",
	}
}

// finished is a project that meets everything that can be seen in its files.
func finished() map[string]string {
	license, err := os.ReadFile(filepath.Join("..", "..", "testdata", "connector", "LICENSE"))
	if err != nil {
		panic(err)
	}
	return map[string]string{
		"go.mod":                                "module github.com/acme/baton-widget\n\ngo 1.26\n",
		"cmd/baton-widget/main.go":              "package main\n\nfunc main() {}\n",
		"pkg/connector/users.go":                olderSyncer("connector", "userBuilder"),
		"pkg/connector/groups.go":               newerSyncer("connector", "groupBuilder"),
		"pkg/connector/users_test.go":           "package connector\n\nimport \"testing\"\n\nfunc TestUsers(t *testing.T) {}\n\nfunc FuzzUsers(f *testing.F) {}\n\nfunc helper(t *testing.T) {}\n",
		"pkg/connector/integration_test.go":     "//go:build integration\n\npackage connector\n\nimport \"testing\"\n\nfunc TestAll(t *testing.T) {}\n",
		"README.md":                             "# baton-widget\n\n## Permissions\n\nRead access to users.\n\n## Configuration\n\nSet `--widget-domain` or BATON_WIDGET_TOKEN.\n\n## Usage\n\n```\nbaton-widget --widget-domain x\n```\n",
		"LICENSE":                               string(license),
		"baton_capabilities.json":               `{"resourceTypeCapabilities":[{"resourceType":{"id":"user","displayName":"User"},"capabilities":["CAPABILITY_SYNC"]},{"resourceType":{"id":"group"},"capabilities":["CAPABILITY_SYNC"]}]}`,
		"config_schema.json":                    `{"fields":[{"name":"widget-domain","isRequired":true},{"name":"widget-token","isRequired":true},{"name":"other"}]}`,
		"Makefile":                              ".PHONY: build lint test\nX := y\nbuild:\n\tgo build\nlint:\n\tgolangci-lint run\ntest:\n\tgo test ./...\n",
		".golangci.yml":                         "version: \"2\"\n",
		".github/workflows/ci.yaml":             "name: ci\njobs:\n  a:\n    steps:\n      - uses: golangci/golangci-lint-action@v8\n      - run: go test ./...\n",
		".github/workflows/release.yaml":        "jobs:\n  release:\n    uses: acme/workflows/.github/workflows/release.yaml@v2\n",
		"vendor/github.com/x/y/untidy_stuff.go": "package y\nfunc   ( ",
	}
}

func with(files map[string]string, more map[string]string) map[string]string {
	all := maps.Clone(files)
	for name, text := range more {
		if text == "" {
			delete(all, name)
			continue
		}
		all[name] = text
	}
	return all
}

// both are the changes of two maps together.
func both(one, other map[string]string) map[string]string {
	all := maps.Clone(one)
	maps.Copy(all, other)
	return all
}

func TestTheScaffoldFailsWithEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	got := preflight(t, tree(t, scaffold()))
	want := map[string]registryv1.CheckResult{
		project.RequirementSyncer: pass, project.RequirementLint: notChecked, project.RequirementTests: fail, project.RequirementReadme: fail,
		project.RequirementLicense: fail, project.RequirementCapabilities: fail,
		project.AdviceLayout: warn, project.AdviceCI: warn, project.AdviceIntegration: warn,
	}
	for name, result := range want {
		assert.Equal(t, result, got[name].GetResult(), "%s: %s", name, got[name])
	}
	assert.Equal(t, "0 test files found in 2 packages", got[project.RequirementTests].GetDetail())
	assert.Equal(t, "there is no LICENSE file", got[project.RequirementLicense].GetDetail())
	assert.Equal(t, "let the connector write it: go run . capabilities > baton_capabilities.json", got[project.RequirementCapabilities].GetFix())
	assert.Contains(t, got[project.AdviceLayout].GetFix(), "move main.go to cmd/baton-widget")
}

func TestAFinishedProjectMeetsWhatCanBeSeen(t *testing.T) {
	t.Parallel()
	report, err := project.Preflight(t.Context(), tree(t, finished()), project.Options{Now: time.Unix(1000, 0)})
	require.NoError(t, err)
	assert.Empty(t, project.Failed(report))
	assert.Equal(t, int64(1000), report.GetAt().GetSeconds())
	for _, r := range report.GetResults() {
		want := pass
		// Nothing ran, so nothing says that linter and tests pass.
		if r.GetRequirement() == project.RequirementLint || r.GetRequirement() == project.RequirementTests {
			want = notChecked
		}
		assert.Equal(t, want, r.GetResult(), "%s", r)
		assert.NotEqual(t, r.GetRequirement(), project.Title(r.GetRequirement()))
	}
	assert.Equal(t, "3 tests in 2 files of 1 package were counted, not run", report.GetResults()[2].GetDetail())
}

func TestTheSampleConnectorMeetsTheRequirements(t *testing.T) {
	t.Parallel()
	began := time.Now()
	got := preflight(t, filepath.Join("..", "..", "testdata", "connector"))
	assert.Less(t, time.Since(began), time.Second)
	assert.Equal(t, "3 types in pkg/connector, 1 type in pkg/sdk/connectorbuilder, all four methods each", got[project.RequirementSyncer].GetDetail())
	for _, name := range []string{project.RequirementReadme, project.RequirementLicense, project.RequirementCapabilities, project.AdviceLayout} {
		assert.Equal(t, pass, got[name].GetResult(), "%s", got[name])
	}
	assert.Contains(t, got[project.RequirementReadme].GetEvidence(), "permissions at README.md:33: The connector only reads.")
}

func TestSyncers(t *testing.T) {
	t.Parallel()
	older := olderSyncer("connector", "users")
	without := func(text, method string) string {
		return strings.Replace(text, ") "+method+"(", ") Nothing"+method+"(", 1)
	}
	for name, c := range map[string]struct {
		files  map[string]string
		result registryv1.CheckResult
		says   string
	}{
		"older":            {map[string]string{"a.go": older}, pass, "1 type in the project's root, all four methods each"},
		"newer":            {map[string]string{"a.go": newerSyncer("connector", "users")}, pass, "with SyncOpAttrs"},
		"value receivers":  {map[string]string{"a.go": strings.ReplaceAll(older, "(*users)", "(u users)")}, pass, "a.go:15 users, with page tokens"},
		"generic":          {map[string]string{"a.go": strings.NewReplacer("(*users)", "(u *users[T])", "type users struct", "type users[T any] struct").Replace(older)}, pass, "1 type"},
		"two packages":     {map[string]string{"a/a.go": older, "b/b.go": older}, pass, "1 type in a, 1 type in b"},
		"one is missing":   {map[string]string{"a.go": strings.Replace(older, ") Grants(", ") Unrelated(", 1)}, fail, "users: Grants is missing; Unrelated has its signature"},
		"one looks alike":  {map[string]string{"a.go": strings.Replace(strings.Replace(older, ") Grants(", ") Grant(", 1), "[]*sdk.Grant", "[]*sdk.Gift", 1)}, fail, "Grants is missing; Grant looks like it"},
		"lower case":       {map[string]string{"a.go": strings.Replace(older, ") List(", ") list(", 1)}, fail, "List is missing; list has its signature"},
		"other result":     {map[string]string{"a.go": strings.Replace(older, "[]*sdk.Grant, string", "[]sdk.Grant, string", 1)}, fail, "Grants has another signature, want (Context,*Resource,*Token)([]*Grant,string,Annotations,error)"},
		"mixed":            {map[string]string{"a.go": mixed(older)}, fail, "List is with page tokens, the others are with SyncOpAttrs"},
		"complete and not": {map[string]string{"a.go": older, "b.go": without(olderSyncer("connector", "groups"), "List")}, warn, "1 type comes close"},
		"embedded": {map[string]string{
			"a.go": older, "b.go": "package connector\n\ntype admins struct {\n\t*users\n}\n",
		}, pass, "2 types in the project's root"},
		"embedded of another package": {map[string]string{
			"base/a.go": strings.ReplaceAll(olderSyncer("base", "Users"), ") Grants(", ") Other("),
			"b.go":      "package connector\n\nimport (\n\t\"context\"\n\n\t\"github.com/acme/baton-widget/base\"\n)\n\ntype admins struct{ base.Users }\n\nfunc (admins) Grants(context.Context, *v2.Resource, *Token) ([]*v2.Grant, string, Annotations, error) {\n\treturn nil, \"\", nil, nil\n}\n",
		}, warn, "1 type in the project's root"},
		"embedded of another module": {map[string]string{
			"b.go": "package connector\n\nimport \"example.org/other\"\n\ntype admins struct{ other.BaseSyncer }\n",
		}, notChecked, "admins embeds BaseSyncer of another module"},
		"only in tests":   {map[string]string{"a_test.go": older}, fail, "no type has these methods"},
		"only vendored":   {map[string]string{"vendor/x/a.go": older, "testdata/a.go": older, "_x/a.go": older, ".x/a.go": older}, fail, "there are no Go files"},
		"only interfaces": {map[string]string{"a.go": "package connector\n\ntype S interface{ List() }\n"}, fail, "no type has these methods in 1 Go file"},
		"a client's List": {map[string]string{"a.go": "package connector\n\nfunc (c *client) List(n int) error { return nil }\n\nfunc (c *client) Grants() {}\n"}, fail, "no type has these methods"},
		"does not parse":  {map[string]string{"a.go": "package connector\n\nfunc ("}, fail, "1 file does not parse"},
		"some of it does": {map[string]string{"a.go": older, "b.go": "nothing"}, warn, "1 file does not parse"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(c.files, map[string]string{"go.mod": "module github.com/acme/baton-widget\n"})))[project.RequirementSyncer]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail()+"\n"+got.GetEvidence(), c.says)
		})
	}
}

// mixed takes the last two methods of the newer shape.
func mixed(older string) string {
	const from = "func (*users) Entitlements"
	before, _, _ := strings.Cut(older, from)
	_, after, _ := strings.Cut(newerSyncer("connector", "users"), from)
	return before + from + after
}

func TestTestsAreCounted(t *testing.T) {
	t.Parallel()
	const dir = "pkg/connector/"
	for name, c := range map[string]struct {
		files  map[string]string
		result registryv1.CheckResult
		says   string
	}{
		"none":         {nil, fail, "0 test files found in 2 packages"},
		"no functions": {map[string]string{dir + "a_test.go": "package connector\n\nfunc helper() {}\n"}, fail, "1 test file, and no test function in them"},
		"not tests": {map[string]string{
			dir + "a_test.go": "package connector\n\nimport \"testing\"\n\nfunc Testify(t *testing.T) {}\n\nfunc TestX() {}\n\nfunc TestMain(m *testing.M) {}\n\nfunc (x) TestY(t *testing.T) {}\n",
		}, fail, "no test function"},
		"some":         {map[string]string{dir + "a_test.go": "package connector\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n\nfunc Test_b(t *testing.T) {}\n"}, notChecked, "2 tests in 1 file of 1 package were counted, not run"},
		"not vendored": {map[string]string{"vendor/x/a_test.go": "package connector\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\n"}, fail, "0 test files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(scaffold(), c.files)))[project.RequirementTests]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail(), c.says)
		})
	}
}

func TestReadmes(t *testing.T) {
	t.Parallel()
	whole := finished()["README.md"]
	for name, c := range map[string]struct {
		files  map[string]string
		result registryv1.CheckResult
		says   string
	}{
		"whole":               {map[string]string{"README.md": whole}, pass, "usage at README.md:14: baton-widget --widget-domain x"},
		"none":                {map[string]string{"README.md": ""}, fail, "there is no README.md"},
		"only the guide":      {map[string]string{"README.md": "", "docs/connector.mdx": whole}, fail, "there is no README.md"},
		"empty":               {map[string]string{"README.md": " \n\n"}, fail, "README.md is empty"},
		"headings in a fence": {map[string]string{"README.md": "# x\n\n~~~sh\n# Permissions\n## Usage\n~~~\n"}, fail, "tells neither"},
		"no permissions":      {map[string]string{"README.md": strings.Replace(whole, "## Permissions\n\nRead access to users.", "", 1)}, warn, "no line names the permissions"},
		"permissions in the guide": {map[string]string{
			"README.md":          strings.Replace(whole, "## Permissions\n\nRead access to users.", "", 1),
			"docs/connector.mdx": "# Widget\n\nThe token needs the scope users.read.\n",
		}, pass, "permissions at docs/connector.mdx:3: The token needs the scope users.read."},
		"permissions are what it is about": {map[string]string{
			"README.md": strings.Replace(whole, "## Permissions\n\nRead access to users.", "Our goal is to make permissions sprawl less painful.", 1),
		}, warn, "no line names the permissions"},
		"no usage":           {map[string]string{"README.md": strings.Replace(whole, "baton-widget --widget-domain x", "make", 1)}, warn, "no section shows how to run baton-widget"},
		"an unnamed field":   {map[string]string{"README.md": strings.Replace(whole, "BATON_WIDGET_TOKEN", "a token", 1)}, warn, "1 required field that it does not name: --widget-token"},
		"underlined heading": {map[string]string{"README.md": strings.Replace(whole, "## Usage\n", "Usage\n-----\n", 1)}, pass, "usage at README.md:15"},
		"another fence":      {map[string]string{"README.md": strings.Replace(whole, "```\nbaton", "~~~~\n```\nbaton", 1)}, pass, "usage at"},
		"too large":          {map[string]string{"README.md": strings.Repeat("x", project.MaxDocument+1)}, fail, "README.md cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(finished(), c.files)))[project.RequirementReadme]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail()+"\n"+got.GetEvidence(), c.says)
		})
	}
}

func TestLicensesOfAPreflight(t *testing.T) {
	t.Parallel()
	apache := finished()["LICENSE"]
	for name, c := range map[string]struct {
		files  map[string]string
		result registryv1.CheckResult
		says   string
	}{
		"whole":         {nil, pass, "LICENSE is the text of Apache-2.0"},
		"other name":    {map[string]string{"LICENSE": "", "LICENSE.txt": apache}, pass, "LICENSE.txt"},
		"none":          {map[string]string{"LICENSE": ""}, fail, "there is no LICENSE file"},
		"a notice":      {map[string]string{"LICENSE": "Licensed under the Apache License, Version 2.0 (the \"License\")\n"}, warn, "does not hold its whole text"},
		"another":       {map[string]string{"LICENSE": "MIT License\n\nPermission is hereby granted, free of charge, to x. THE SOFTWARE IS PROVIDED \"AS IS\""}, fail, "LICENSE is MIT, not Apache-2.0"},
		"unknown":       {map[string]string{"LICENSE": "You may look at it.\n"}, fail, "LICENSE: You may look at it."},
		"only named":    {map[string]string{"LICENSE": "", "connector.yaml": "license: Apache-2.0\n"}, fail, "there is no LICENSE file; connector.yaml says Apache-2.0"},
		"contradiction": {map[string]string{"connector.yaml": "license: MIT\n"}, warn, "LICENSE is Apache-2.0, and connector.yaml says MIT"},
		"hostile":       {map[string]string{"LICENSE": "\x1b]0;owned\x07 all rights reserved"}, fail, "?]0;owned?"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(finished(), c.files)))[project.RequirementLicense]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail()+"\n"+got.GetEvidence(), c.says)
		})
	}
}

func TestCapabilitiesOfAPreflight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text   string
		result registryv1.CheckResult
		says   string
	}{
		"none":             {"", fail, "there is no baton_capabilities.json"},
		"not JSON":         {"{", fail, "it is not the JSON that is expected"},
		"nothing syncs":    {`{"resourceTypeCapabilities":[{"resourceType":{"id":"x"},"capabilities":["CAPABILITY_PROVISION"]}]}`, fail, "declares no resource type that syncs"},
		"unknown":          {`{"resourceTypeCapabilities":[{"resourceType":{"id":"x"},"capabilities":["CAPABILITY_SYNC","CAPABILITY_NEW"]}]}`, warn, "unknown capability"},
		"a single one":     {`{"resourceTypeCapabilities":[{"resourceType":{"id":"x"},"capabilities":["CAPABILITY_SYNC"]}]}`, pass, "1 resource type, 1 of them sync"},
		"beyond its bound": {strings.Repeat(" ", 1<<20+1), fail, "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(finished(), map[string]string{"baton_capabilities.json": c.text})))[project.RequirementCapabilities]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail()+"\n"+got.GetEvidence(), c.says)
		})
	}
}

func TestWorkflows(t *testing.T) {
	t.Parallel()
	const ci = ".github/workflows/ci.yaml"
	none := map[string]string{".github/workflows/release.yaml": ""}
	for name, c := range map[string]struct {
		files  map[string]string
		result registryv1.CheckResult
		says   string
	}{
		"all":                    {nil, pass, "release in .github/workflows/release.yaml"},
		"none":                   {both(none, map[string]string{ci: ""}), warn, "there is no CI workflow"},
		"names are no work":      {both(none, map[string]string{ci: "name: go test and golangci-lint\njobs:\n  goreleaser:\n    steps:\n      - name: make lint\n        run: echo # go test\n"}), warn, "no workflow does this: lint, test, release"},
		"another repository's":   {both(none, map[string]string{ci: "jobs:\n  a:\n    uses: acme/w/.github/workflows/verify.yaml@v1\n"}), notChecked, "ci.yaml calls acme/w/.github/workflows/verify.yaml@v1"},
		"not YAML":               {both(none, map[string]string{ci: "\t: ["}), warn, "lint, test, release"},
		"another file of GitLab": {both(none, map[string]string{ci: "", ".gitlab-ci.yml": "t:\n  script:\n    - make lint\n    - make test\n    - goreleaser release\n"}), pass, "lints, tests and releases"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflight(t, tree(t, with(finished(), c.files)))[project.AdviceCI]
			assert.Equal(t, c.result, got.GetResult(), "%s", got)
			assert.Contains(t, got.GetDetail()+"\n"+got.GetEvidence(), c.says)
		})
	}
}

func TestLintWithoutToolsLooksAtTheFormatOnly(t *testing.T) {
	t.Parallel()
	got := preflight(t, tree(t, finished()))[project.RequirementLint]
	assert.Equal(t, notChecked, got.GetResult())
	assert.Equal(t, "golangci-lint was not run; gofmt found nothing", got.GetDetail())
	got = preflight(t, tree(t, with(finished(), map[string]string{"a.go": "package x\nfunc  f( ) {}\n", "b.go": "// Code generated by x. DO NOT EDIT.\npackage x\nfunc  g( ) {}\n"})))[project.RequirementLint]
	assert.Equal(t, warn, got.GetResult())
	assert.Equal(t, "a.go: gofmt would change it", got.GetEvidence())
}

// linter skips a test where golangci-lint is not installed; make puts it into
// the path.
func linter(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("golangci-lint"); err != nil {
		t.Skip("golangci-lint is not installed")
	}
}

func TestTheTrapOfTheOlderLintConfiguration(t *testing.T) {
	t.Parallel()
	linter(t)
	files := map[string]string{"go.mod": "module example.org/acme/x\n\ngo 1.26\n", "x.go": "// Package x is small.\npackage x\n"}
	for name, c := range map[string]struct{ config, says string }{
		"format of v1": {"linters:\n  enable: [errcheck]\n", "is in the format of golangci-lint v1, which the installed 2."},
		"plugins":      {"version: \"2\"\nlinters:\n  settings:\n    custom:\n      mine:\n        path: ./evil.so\n", "loads plugins into the linter"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := preflightWith(t, tree(t, with(files, map[string]string{".golangci.yml": c.config})), project.Options{Tools: true, Only: []string{project.RequirementLint}})
			require.Len(t, got, 1)
			assert.Equal(t, notChecked, got[project.RequirementLint].GetResult())
			assert.Contains(t, got[project.RequirementLint].GetDetail(), c.says)
			assert.Contains(t, got[project.RequirementLint].GetDetail(), "gofmt and go vet found nothing")
		})
	}
}

func TestTheLinterRuns(t *testing.T) {
	t.Parallel()
	linter(t)
	files := map[string]string{
		"go.mod": "module example.org/acme/x\n\ngo 1.26\n", ".golangci.yml": "version: \"2\"\n",
		"x.go": "// Package x is small.\npackage x\n\nimport \"os\"\n\nfunc F() { os.Remove(\"x\") }\n",
	}
	only := project.Options{Tools: true, Only: []string{project.RequirementLint}}
	got := preflightWith(t, tree(t, files), only)[project.RequirementLint]
	assert.Equal(t, fail, got.GetResult(), "%s", got)
	assert.Contains(t, got.GetEvidence(), "x.go:6")
	got = preflightWith(t, tree(t, with(files, map[string]string{"x.go": "// Package x is small.\npackage x\n"})), only)[project.RequirementLint]
	assert.Equal(t, pass, got.GetResult(), "%s", got)
	got = preflightWith(t, tree(t, with(files, map[string]string{"x.go": "// Package x is small.\npackage x\n\nimport _ \"example.org/not/there\"\n"})), only)[project.RequirementLint]
	assert.Equal(t, notChecked, got.GetResult(), "what cannot be compiled was not checked: %s", got)
	only.Patience = time.Nanosecond
	got = preflightWith(t, tree(t, files), only)[project.RequirementLint]
	assert.Equal(t, notChecked, got.GetResult(), "%s", got)
}

func TestCapabilitiesAreComparedWithTheConnector(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join("..", "..", "testdata", "connector"))))
	allowed := project.Options{Connector: true, Only: []string{project.RequirementCapabilities}}
	got := preflightWith(t, dir, allowed)[project.RequirementCapabilities]
	assert.Equal(t, pass, got.GetResult(), "%s", got)
	assert.Contains(t, got.GetDetail(), "as the connector itself prints them")

	file := filepath.Join(dir, "baton_capabilities.json")
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(finished()["baton_capabilities.json"], `"group"`, `"team"`)), 0o600))
	got = preflightWith(t, dir, allowed)[project.RequirementCapabilities]
	assert.Equal(t, warn, got.GetResult())
	for _, says := range []string{"resource type group is missing in the file", "resource type role is missing in the file", "resource type team is in the file only"} {
		assert.Contains(t, got.GetEvidence(), says)
	}
	require.NoError(t, os.RemoveAll(filepath.Join(dir, "cmd")))
	got = preflightWith(t, dir, allowed)[project.RequirementCapabilities]
	assert.Equal(t, notChecked, got.GetResult(), "%s", got)
	assert.Contains(t, got.GetEvidence(), "no main function")
}

func TestWhereThereIsNoProject(t *testing.T) {
	t.Parallel()
	_, err := project.Preflight(t.Context(), tree(t, map[string]string{"x.go": "package x\n"}), project.Options{})
	require.ErrorIs(t, err, project.ErrNoProject)
	_, err = project.Preflight(t.Context(), tree(t, map[string]string{"baton-x/go.mod": "module x\n"}), project.Options{})
	require.ErrorContains(t, err, "baton-x has one")
	_, err = project.Preflight(t.Context(), filepath.Join(t.TempDir(), "absent"), project.Options{})
	require.ErrorIs(t, err, os.ErrNotExist)

	stopped := errors.New("stopped by a test")
	ctx, stop := context.WithCancelCause(t.Context())
	stop(stopped)
	_, err = project.Preflight(ctx, tree(t, finished()), project.Options{Tools: true})
	require.ErrorIs(t, err, stopped)
}

func TestFailedLinesAreCheckedAgain(t *testing.T) {
	t.Parallel()
	dir := tree(t, scaffold())
	report, err := project.Preflight(t.Context(), dir, project.Options{})
	require.NoError(t, err)
	var again []string
	for _, r := range project.Failed(report) {
		again = append(again, r.GetRequirement())
	}
	assert.Equal(t, []string{project.RequirementTests, project.RequirementReadme, project.RequirementLicense, project.RequirementCapabilities}, again)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(finished()["LICENSE"]), 0o600))
	newer, err := project.Preflight(t.Context(), dir, project.Options{Only: again})
	require.NoError(t, err)
	require.Len(t, newer.GetResults(), len(again))
	updated := project.Update(report, newer)
	assert.Len(t, updated.GetResults(), 9)
	assert.Len(t, project.Failed(updated), 3)
	assert.Equal(t, project.RequirementSyncer, updated.GetResults()[0].GetRequirement(), "the order stays")
}
