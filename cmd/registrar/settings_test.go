package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/registrar-console/registrar/client/publish"
)

// load reads settings as a command line with this file, environment and flags
// would.
func load(t *testing.T, file string, environ map[string]string, args ...string) (Settings, error) {
	t.Helper()
	config := t.TempDir()
	if file != "" {
		require.NoError(t, os.MkdirAll(filepath.Join(config, "registrar"), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(config, "registrar", "config.yaml"), []byte(file), 0o600))
	}
	flags := pflag.NewFlagSet("registrar", pflag.ContinueOnError)
	addSettingFlags(flags)
	require.NoError(t, flags.Parse(args))
	return loadSettings(flags, func(name string) string {
		if name == "XDG_CONFIG_HOME" {
			return config
		}
		return environ[name]
	})
}

func TestSettingsRiseFromFileToEnvironmentToFlags(t *testing.T) {
	t.Parallel()
	const file = "registry: file.example:443\ndata: /file\noutput: json\nno-color: true\n"
	s, err := load(t, file, nil)
	require.NoError(t, err)
	assert.Equal(t, Settings{Registry: "file.example:443", Data: "/file", Output: OutputJSON, NoColor: true, Guide: publish.DefaultGuide()}, s)

	environ := map[string]string{"REGISTRAR_REGISTRY": "env.example:443", "REGISTRAR_DATA": "/env", "REGISTRAR_NO_COLOR": "false", "REGISTRAR_TOKEN": "t"}
	s, err = load(t, file, environ)
	require.NoError(t, err)
	assert.Equal(t, Settings{Registry: "env.example:443", Data: "/env", Output: OutputJSON, Token: "t", Guide: publish.DefaultGuide()}, s)

	s, err = load(t, file, environ, "--registry-url", "flag.example:443", "-o", "table", "--registry-token=u", "--read-only", "-v", "--ascii")
	require.NoError(t, err)
	assert.Equal(t, Settings{
		Registry: "flag.example:443", Data: "/env", Output: OutputTable, Token: "u", ReadOnly: true, Verbose: true, ASCII: true, Guide: publish.DefaultGuide(),
	}, s)
}

func TestDefaultSettings(t *testing.T) {
	t.Parallel()
	s, err := load(t, "", map[string]string{"HOME": "/home/mara", "NO_COLOR": "1"})
	require.NoError(t, err)
	assert.Equal(t, Settings{Data: filepath.FromSlash("/home/mara/.local/share/registrar"), Output: OutputTable, NoColor: true, Guide: publish.DefaultGuide()}, s)

	s, err = load(t, "# nothing but a comment\n", map[string]string{"XDG_DATA_HOME": "/data", "HOME": "/home/mara"})
	require.NoError(t, err)
	assert.Equal(t, filepath.FromSlash("/data/registrar"), s.Data)

	s, err = load(t, "", map[string]string{"XDG_DATA_HOME": "relative", "HOME": "/home/mara"})
	require.NoError(t, err)
	assert.Equal(t, filepath.FromSlash("/home/mara/.local/share/registrar"), s.Data, "the specification has relative paths ignored")
}

func TestWrongSettingsAreNamedWithTheirLinesAllAtOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file    string
		environ map[string]string
		args    []string
		want    []string
	}{
		"unknown key":        {file: "data: /x\nregistr: y\n", want: []string{`config.yaml:2: "registr" is not a setting; there are registry, data,`}},
		"token in the file":  {file: "token: secret\n", want: []string{`config.yaml:1: "token" is not a setting`}},
		"set twice":          {file: "data: /x\ndata: /y\n", want: []string{`config.yaml:2: "data" was set before, in line 1`}},
		"not a truth":        {file: "ascii: perhaps\n", want: []string{`config.yaml:1: "ascii" is true or false, not "perhaps"`}},
		"a list":             {file: "data: [a, b]\n", want: []string{`config.yaml:1: "data" takes one value`}},
		"not a mapping":      {file: "- data\n", want: []string{`config.yaml:1: expected lines of the form key: value`}},
		"not YAML":           {file: "data: \"x\n", want: []string{`is not YAML`}},
		"environment":        {environ: map[string]string{"REGISTRAR_ASCII": "perhaps"}, want: []string{`REGISTRAR_ASCII is true or false, not "perhaps"`}},
		"form":               {args: []string{"-o", "xml"}, want: []string{`"xml" is not a form of output: it is table, json or json-pretty`}},
		"everything at once": {file: "x: 1\ny: 2\n", args: []string{"-o", "xml"}, want: []string{`"x" is not`, `"y" is not`, `"xml" is not`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := load(t, c.file, c.environ, c.args...)
			require.Error(t, err)
			assert.Equal(t, 2, exitCode(err))
			e := asError(err)
			require.Len(t, e.Faults, len(c.want))
			for i, want := range c.want {
				assert.Contains(t, e.Faults[i].Message, want)
			}
		})
	}
}

func FuzzConfigurationFile(f *testing.F) {
	f.Add("registry: x\n")
	f.Add(consoleFile)
	f.Add("data: [a]\nascii: no\n? x\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(t.TempDir(), "config.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var s Settings
		var wrong faults
		if err := loadFile(path, &s, &wrong); err != nil {
			t.Errorf("%q: %v", text, err)
		}
		for _, fault := range wrong {
			if !strings.Contains(fault.Field, path) {
				t.Errorf("%q: the fault %q names no line", text, fault.Message)
			}
		}
	})
}
