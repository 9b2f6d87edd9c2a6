package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"

	"github.com/registrar-console/registrar/client/publish"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// Output is the form of results.
type Output string

// The forms of results.
const (
	OutputTable      Output = "table"
	OutputJSON       Output = "json"
	OutputJSONPretty Output = "json-pretty"
)

// Settings are what holds for every command: from the configuration file, the
// environment and the global flags, in rising order.
type Settings struct {
	// Registry is the address; empty is the embedded registry.
	Registry string
	// Token is sent with every call; empty is anonymous.
	Token string
	// Data is the directory of the embedded registry.
	Data     string
	Output   Output
	NoColor  bool
	ASCII    bool
	ReadOnly bool
	Verbose  bool
	// Theme names the colours of the console; "" is standard.
	Theme string
	// Plain writes line by line, for screen readers.
	Plain bool
	// Console is what only the configuration file can say of the console.
	Console ConsoleSettings
	// Guide is what is told of the publishing paths.
	Guide publish.Guide
}

// JSON says whether results are JSON.
func (s Settings) JSON() bool { return s.Output == OutputJSON || s.Output == OutputJSONPretty }

// setting is one value that may be set in three places. A setting has no name
// in the file when a file is no place for it.
type setting struct {
	flag, shorthand, env, key string
	usage                     string
	text                      func(*Settings) *string
	on                        func(*Settings) *bool
}

// settings is the one table of what can be set, and where.
var settings = []setting{
	{
		flag: "registry", env: "REGISTRAR_REGISTRY", key: "registry",
		usage: "address of the registry: host:port, a URL or unix:PATH (default: the embedded one)",
		text:  func(s *Settings) *string { return &s.Registry },
	},
	{
		flag: "registry-token", env: "REGISTRAR_TOKEN",
		usage: "access token (env REGISTRAR_TOKEN)",
		text:  func(s *Settings) *string { return &s.Token },
	},
	{
		flag: "data", env: "REGISTRAR_DATA", key: "data",
		usage: "directory of the embedded registry (default: the XDG data directory)",
		text:  func(s *Settings) *string { return &s.Data },
	},
	{
		flag: "output", shorthand: "o", env: "REGISTRAR_OUTPUT", key: "output",
		usage: "form of results: table, json or json-pretty",
		text:  func(s *Settings) *string { return (*string)(&s.Output) },
	},
	{
		flag: "no-color", env: "REGISTRAR_NO_COLOR", key: "no-color",
		usage: "no colours (also env NO_COLOR)",
		on:    func(s *Settings) *bool { return &s.NoColor },
	},
	{
		flag: "ascii", env: "REGISTRAR_ASCII", key: "ascii",
		usage: "draw with ASCII characters only",
		on:    func(s *Settings) *bool { return &s.ASCII },
	},
	{
		flag: "read-only", env: "REGISTRAR_READ_ONLY", key: "read-only",
		usage: "refuse everything that would change the registry",
		on:    func(s *Settings) *bool { return &s.ReadOnly },
	},
	{
		flag: "verbose", shorthand: "v", env: "REGISTRAR_VERBOSE", key: "verbose",
		usage: "say on stderr what happens underneath",
		on:    func(s *Settings) *bool { return &s.Verbose },
	},
	{
		flag: "theme", env: "REGISTRAR_THEME", key: consoleKey + ".theme",
		usage: "colours of the console: standard, colour-blind or one of your own",
		text:  func(s *Settings) *string { return &s.Theme },
	},
	{
		flag: "plain", env: "REGISTRAR_PLAIN", key: "plain",
		usage: "the console line by line, for screen readers (also env ACCESSIBLE)",
		on:    func(s *Settings) *bool { return &s.Plain },
	},
}

// addSettingFlags declares the global flags. Their values are read by
// loadSettings, which knows what else may have set them.
func addSettingFlags(flags *pflag.FlagSet) {
	flags.SetNormalizeFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if name == "registry-url" { // the name that users of cone know
			name = "registry"
		}
		return pflag.NormalizedName(name)
	})
	for _, s := range settings {
		if s.on != nil {
			flags.BoolP(s.flag, s.shorthand, false, s.usage)
			continue
		}
		flags.StringP(s.flag, s.shorthand, "", s.usage)
	}
}

// loadSettings reads the file, the environment and the flags. What is wrong in
// any of them comes back at once.
func loadSettings(flags *pflag.FlagSet, getenv func(string) string) (Settings, error) {
	loaded := Settings{Output: OutputTable, Guide: publish.DefaultGuide()}
	var wrong faults
	path := filepath.Join(xdg(getenv, "XDG_CONFIG_HOME", ".config"), "config.yaml")
	if err := loadFile(path, &loaded, &wrong); err != nil {
		return Settings{}, err
	}
	if on := getenv("ACCESSIBLE"); on != "" && on != "0" {
		loaded.Plain = true // what other programs read, too; our own variable counts more
	}
	loadEnv(getenv, &loaded, &wrong)
	loadFlags(flags, &loaded)
	switch loaded.Output {
	case OutputTable, OutputJSON, OutputJSONPretty:
	default:
		wrong.add("output", registryv1.Reason_REASON_USAGE,
			"%q is not a form of output: it is table, json or json-pretty", string(loaded.Output))
		loaded.Output = OutputTable
	}
	if getenv("NO_COLOR") != "" {
		loaded.NoColor = true
	}
	if _, known := loaded.palette(); !known {
		wrong.add("theme", registryv1.Reason_REASON_USAGE, "%q is not a theme; there are %s", loaded.Theme, strings.Join(loaded.themeNames(), ", "))
		loaded.Theme = ""
	}
	if loaded.Data == "" {
		loaded.Data = defaultData(getenv)
	}
	return loaded, wrong.err("reading the settings", "")
}

// loadFile reads the configuration file. One that is not there sets nothing.
func loadFile(path string, into *Settings, wrong *faults) error {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the configuration file: %w", err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil {
		wrong.add(path, registryv1.Reason_REASON_USAGE, "%s is not YAML: %v", path, err)
		return nil
	}
	if len(document.Content) == 0 {
		return nil
	}
	eachSetting(path, document.Content[0], wrong, func(key, value *yaml.Node) string {
		if key.Value == consoleKey {
			into.Console.read(path, value, into, wrong)
			return ""
		}
		if key.Value == pathsKey {
			readGuide(path, value, &into.Guide, wrong)
			return ""
		}
		return setFromFile(key.Value, value, into)
	})
	return nil
}

// eachSetting reads the lines of one level of the file: set takes each, or
// says what is wrong with it.
func eachSetting(path string, of *yaml.Node, wrong *faults, set func(key, value *yaml.Node) string) {
	if of.Kind != yaml.MappingNode {
		wrong.add(fmt.Sprintf("%s:%d", path, of.Line), registryv1.Reason_REASON_USAGE,
			"%s:%d: expected lines of the form key: value", path, of.Line)
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(of.Content); i += 2 {
		key, value := of.Content[i], of.Content[i+1]
		place := fmt.Sprintf("%s:%d", path, key.Line)
		if first, twice := seen[key.Value]; twice {
			wrong.add(place, registryv1.Reason_REASON_USAGE, "%s: %q was set before, in line %d", place, key.Value, first)
			continue
		}
		seen[key.Value] = key.Line
		if message := set(key, value); message != "" {
			wrong.add(place, registryv1.Reason_REASON_USAGE, "%s: %s", place, message)
		}
	}
}

// setFromFile sets one value of the file, or says what is wrong with it.
func setFromFile(key string, value *yaml.Node, into *Settings) string {
	i := slices.IndexFunc(settings, func(s setting) bool { return s.key != "" && s.key == key })
	if i < 0 {
		return fmt.Sprintf("%q is not a setting; there are %s", key, strings.Join(settingKeys(), ", "))
	}
	if value.Kind != yaml.ScalarNode {
		return fmt.Sprintf("%q takes one value", key)
	}
	if on := settings[i].on; on != nil {
		if err := value.Decode(on(into)); err != nil {
			return fmt.Sprintf("%q is true or false, not %q", key, value.Value)
		}
		return ""
	}
	*settings[i].text(into) = value.Value
	return ""
}

func settingKeys() []string {
	var keys []string
	for _, s := range settings {
		if s.key != "" && !strings.Contains(s.key, ".") {
			keys = append(keys, s.key)
		}
	}
	return append(keys, consoleKey, pathsKey)
}

// loadEnv reads REGISTRAR_ variables; an empty one is not set.
func loadEnv(getenv func(string) string, into *Settings, wrong *faults) {
	for _, s := range settings {
		value := getenv(s.env)
		switch {
		case value == "":
		case s.text != nil:
			*s.text(into) = value
		default:
			on, err := strconv.ParseBool(value)
			if err != nil {
				wrong.add(s.env, registryv1.Reason_REASON_USAGE, "%s is true or false, not %q", s.env, value)
				continue
			}
			*s.on(into) = on
		}
	}
}

func loadFlags(flags *pflag.FlagSet, into *Settings) {
	for _, s := range settings {
		flag := flags.Lookup(s.flag)
		if flag == nil || !flag.Changed {
			continue
		}
		if s.text != nil {
			*s.text(into) = flag.Value.String()
			continue
		}
		*s.on(into) = flag.Value.String() == "true"
	}
}

// defaultData is where the embedded registry of a person lives.
func defaultData(getenv func(string) string) string {
	return xdg(getenv, "XDG_DATA_HOME", filepath.Join(".local", "share"))
}

// xdg is our directory below one of the XDG base directories, or below the
// given place in the home directory.
func xdg(getenv func(string) string, variable, fallback string) string {
	base := getenv(variable)
	// The specification has programs ignore relative paths.
	if base == "" || !filepath.IsAbs(base) {
		home := getenv("HOME")
		if home == "" {
			home, _ = os.UserHomeDir() // empty: below the working directory
		}
		base = filepath.Join(home, fallback)
	}
	return filepath.Join(base, "registrar")
}
