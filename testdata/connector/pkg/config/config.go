// Package config reads the configuration of the connector from flags and from
// BATON_* variables.
package config

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Config is the configuration of one run.
type Config struct {
	File         string
	PageSize     int
	SkipDisabled bool
	Version      bool
	Command      string // "", "capabilities" or "config".
}

// Field is one setting as config_schema.json describes it.
type Field struct {
	Name        string       `json:"name"`
	DisplayName string       `json:"displayName"`
	Description string       `json:"description"`
	IsRequired  bool         `json:"isRequired,omitempty"`
	StringField *StringField `json:"stringField,omitempty"`
	IntField    *IntField    `json:"intField,omitempty"`
	BoolField   *struct{}    `json:"boolField,omitempty"`
}

// StringField says that a setting is a text.
type StringField struct {
	DefaultValue string `json:"defaultValue,omitempty"`
}

// IntField says that a setting is a number.
type IntField struct {
	DefaultValue string `json:"defaultValue,omitempty"`
}

// Schema describes all settings.
type Schema struct {
	Fields      []Field `json:"fields"`
	DisplayName string  `json:"displayName"`
}

const defaultPageSize = 100

// Describe gives the schema.
func Describe() Schema {
	return Schema{
		DisplayName: "Sample Directory",
		Fields: []Field{
			{
				Name: "file", DisplayName: "Directory file", Description: "The exported directory, a JSON file",
				IsRequired: true, StringField: &StringField{},
			},
			{
				Name: "page-size", DisplayName: "Page size", Description: "Resources in a page, 1 to 1000",
				IntField: &IntField{DefaultValue: strconv.Itoa(defaultPageSize)},
			},
			{
				Name: "skip-disabled", DisplayName: "Skip disabled users", Description: "Leave out users that are disabled",
				BoolField: &struct{}{},
			},
		},
	}
}

// Variable is the environment variable of a setting.
func Variable(name string) string {
	return "BATON_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// Parse reads arguments and, for what they leave open, the environment.
func Parse(args []string, lookup func(string) (string, bool), help io.Writer) (Config, error) {
	var c Config
	flags := flag.NewFlagSet("baton-sample", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.StringVar(&c.File, "file", "", "the exported directory, a JSON file ($BATON_FILE)")
	flags.IntVar(&c.PageSize, "page-size", defaultPageSize, "resources in a page, 1 to 1000 ($BATON_PAGE_SIZE)")
	flags.BoolVar(&c.SkipDisabled, "skip-disabled", false, "leave out users that are disabled ($BATON_SKIP_DISABLED)")
	flags.BoolVar(&c.Version, "version", false, "print the version")
	flags.Usage = func() {
		_, _ = fmt.Fprint(help, "baton-sample syncs a Sample Directory.\n\nUsage:\n"+
			"  baton-sample --file FILE    sync, one JSON document a line\n"+
			"  baton-sample capabilities   print what the connector can do\n"+
			"  baton-sample config         print the configuration schema\n\nFlags:\n")
		flags.PrintDefaults()
	}
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		c.Command, args = args[0], args[1:]
	}
	if err := flags.Parse(args); err != nil {
		return Config{}, err
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, field := range Describe().Fields {
		if value, ok := lookup(Variable(field.Name)); ok && !given[field.Name] {
			if err := flags.Set(field.Name, value); err != nil {
				return Config{}, fmt.Errorf("%s: %w", Variable(field.Name), err)
			}
		}
	}
	return c, c.validate(flags.Args())
}

func (c Config) validate(rest []string) error {
	var faults []error
	if len(rest) > 0 {
		faults = append(faults, fmt.Errorf("unexpected argument %q", rest[0]))
	}
	switch c.Command {
	case "capabilities", "config":
		return errors.Join(faults...)
	case "":
	default:
		faults = append(faults, fmt.Errorf("unknown command %q: use capabilities or config", c.Command))
	}
	if c.File == "" && !c.Version && c.Command == "" {
		faults = append(faults, errors.New("no directory: set --file or BATON_FILE"))
	}
	if c.PageSize < 1 || c.PageSize > 1000 {
		faults = append(faults, fmt.Errorf("the page size %d is not between 1 and 1000", c.PageSize))
	}
	return errors.Join(faults...)
}
