package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

func call(t *testing.T, env map[string]string, args ...string) (string, string, error) {
	t.Helper()
	var out, help bytes.Buffer
	err := run(context.Background(), args, func(key string) (string, bool) {
		value, ok := env[key]
		return value, ok
	}, &out, &help)
	return out.String(), help.String(), err
}

func TestTheCommittedDocumentsAreWhatTheProgramPrints(t *testing.T) {
	for command, file := range map[string]string{
		"capabilities": "../../baton_capabilities.json",
		"config":       "../../config_schema.json",
	} {
		t.Run(command, func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got, _, err := call(t, nil, command)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s is out of date: write what `baton-sample %s` prints into it:\n%s", file, command, got)
			}
		})
	}
}

func TestSyncPrintsEverything(t *testing.T) {
	const file = "../../example/directory.json"
	for name, size := range map[string]string{"in one page": "100", "row by row": "1"} {
		t.Run(name, func(t *testing.T) {
			out, _, err := call(t, map[string]string{"BATON_FILE": file, "BATON_PAGE_SIZE": size})
			if err != nil {
				t.Fatal(err)
			}
			for line, want := range map[string]int{
				`"resource-type"`: 3, `{"resource":`: 7, `{"entitlement":{`: 4, `{"grant":`: 6,
			} {
				if got := strings.Count(out, line); got != want {
					t.Errorf("%s: %d lines, want %d", line, got, want)
				}
			}
		})
	}
	out, _, err := call(t, nil, "--file", file, "--skip-disabled")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out, "Chi Nguyen") {
		t.Error("a disabled user was not skipped")
	}
}

func TestHelpNamesEveryVariable(t *testing.T) {
	_, help, err := call(t, nil, "--help")
	if !errors.Is(err, flag.ErrHelp) {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"BATON_FILE", "BATON_PAGE_SIZE", "BATON_SKIP_DISABLED", "capabilities"} {
		if !strings.Contains(help, want) {
			t.Errorf("the help does not name %s", want)
		}
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no file":         {nil, "BATON_FILE"},
		"unknown command": {[]string{"sink"}, `"sink"`},
		"page size":       {[]string{"--file", "x", "--page-size", "0"}, "between 1 and 1000"},
		"missing file":    {[]string{"--file", "no-such-file"}, "no-such-file"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := call(t, nil, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something about %s", err, c.want)
			}
		})
	}
}
