package publish

// builtInPaths is what is said of each path unless it is configured. Commands
// are whole lines to copy.
var builtInPaths = map[PathID]PathText{
	PathUpstream: {
		Title:   "Contribute upstream",
		Meaning: "Your change goes into the connector that there is, and its maintainers release it.",
		Needs: []string{
			"a fork of {repository}, and an account that may open a pull request",
			"the SDK guide: {guide}",
			"an account in {system} with the permissions that the connector's README names, to try it",
		},
		Consequences: []string{
			"Everybody who uses the connector gets the change, and nobody maintains a second one.",
			"The maintainers decide whether and when it is released. You publish nothing here.",
		},
		Commands: []string{
			"{fork}",
			"cd {name}",
			"git switch -c my-change",
			"make build",
			"golangci-lint run ./...",
			"go test ./...",
			"go run ./cmd/{name} --help",
			"git push -u origin my-change",
			"gh pr create --fill",
		},
	},
	PathFork: {
		Title:   "Fork and maintain",
		Meaning: "You publish your own connector that begins as a copy of the one that there is.",
		Needs: []string{
			"a fork of {repository} in your org, with its license and notices kept",
			"the SDK guide: {guide}",
			"credentials for {system} with the permissions that the README names",
			"a token of this registry with the role publisher in your org",
		},
		Consequences: []string{
			"It stands beside the other one under your org: people have to choose.",
			"Fixes of the original do not come by themselves. Security problems of your copy are yours.",
			"go.mod keeps the module path of the original; org and name are taken from the git remote.",
		},
		Commands: []string{
			"{fork}",
			"cd {name}",
			"make build",
			"golangci-lint run ./...",
			"go test ./...",
			"registrar check",
			"registrar publish --version v0.1.0 --org {org} --name {name}",
		},
	},
	PathOfficial: {
		Title:   "Open source under {official}",
		Meaning: "{official} hosts the repository; you write the connector with them.",
		Needs: []string{
			"the agreement of {official}: open an issue that names the target system, its API documentation and the use case",
			"the SDK guide: {guide}",
			"credentials for {system} for testing, and the list of permissions that they need",
			"the six requirements that registrar check looks at, with the Apache-2.0 license",
		},
		Consequences: []string{
			"Review, CI and releases are those of {official}, and so are the signatures.",
			"The code is public under Apache-2.0.",
			"Until it is agreed you can go on with a repository of your own and hand it over later.",
		},
		Commands: []string{
			"{issue}",
			"registrar check",
			"registrar publish --version v0.1.0 --org {official} --name {name}",
		},
	},
	PathOwn: {
		Title:   "Open source under your own organization",
		Meaning: "The repository and the releases are yours, and everybody can read and use them.",
		Needs: []string{
			"a public repository in your org",
			"the SDK guide: {guide}",
			"credentials for {system} for testing, and the list of permissions that they need",
			"a token of this registry with the role publisher in your org, and a key to sign with",
		},
		Consequences: []string{
			"You answer issues, release fixes and yank what is broken.",
			"A published number can never be used again.",
			"The code is public under Apache-2.0.",
		},
		Commands: []string{
			"gh repo create {org}/{name} --public --clone",
			"cd {name}",
			"go mod init github.com/{org}/{name}",
			"go get github.com/{sdk}@latest",
			"go build -o dist/$(go env GOOS)_$(go env GOARCH)/ ./cmd/{name}",
			"golangci-lint run ./...",
			"go test ./...",
			"go run ./cmd/{name} capabilities > baton_capabilities.json",
			"registrar check",
			"registrar publish --version v0.1.0 --org {org} --name {name}",
		},
	},
	PathInternal: {
		Title:   "Internal only",
		Meaning: "The connector stays in your company and runs as a service beside {system}.",
		Needs: []string{
			"a place to run it all the time, which reaches {system} and the platform",
			"the SDK guide: {guide}",
			"credentials for {system} with the permissions that the connector needs",
			"a client id and secret for the connector, made in the platform",
		},
		Consequences: []string{
			"Nothing is published: nobody else sees or reviews it.",
			"Updates, monitoring and secrets are yours.",
			"It can be published later; until then no number is used up.",
		},
		Commands: []string{
			"go build -o dist/ ./cmd/{name}",
			"golangci-lint run ./...",
			"go test ./...",
			"./dist/{name} --help",
			"export BATON_CLIENT_ID=ID BATON_CLIENT_SECRET=SECRET",
			"./dist/{name}",
		},
	},
}
