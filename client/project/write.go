package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/registrar-console/registrar"
	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
)

// Description is what a connector.yaml says.
type Description struct {
	Description string `yaml:"description,omitempty"`
	License     string `yaml:"license,omitempty"`
	Homepage    string `yaml:"homepage_url,omitempty"`
	Repository  string `yaml:"repository_url,omitempty"`
}

// DescriptionFile is where a project describes its connector.
const DescriptionFile = connectorYAML

// HasDescription reports whether a directory has a connector.yaml of any kind.
func HasDescription(directory string) bool {
	_, err := os.Lstat(filepath.Join(directory, connectorYAML))
	return err == nil
}

// WriteDescription writes a connector.yaml, unless there is one.
func WriteDescription(directory string, d Description) error {
	if d == (Description{}) {
		return errors.New("writing connector.yaml: there is nothing to say in it")
	}
	text, err := yaml.Marshal(d)
	if err != nil {
		return fmt.Errorf("writing connector.yaml: %w", err)
	}
	return writeNew(directory, connectorYAML, string(text))
}

// WriteLicense writes the Apache-2.0 text as LICENSE, unless the project has a
// license under any of the usual names: which one it has is for its owners.
func WriteLicense(directory string) error {
	for _, name := range licenseFiles {
		if _, err := os.Lstat(filepath.Join(directory, name)); err == nil {
			return fmt.Errorf("writing LICENSE: %s is there already and was left as it is", name)
		}
	}
	return writeNew(directory, licenseFiles[0], registrar.License)
}

// WriteCapabilities runs the connector's own command, which CommandFor names
// for JobCapabilities, and keeps what it prints as baton_capabilities.json in
// place of the one before. What is no such file is not kept. Emit is told what
// the command says besides.
func WriteCapabilities(ctx context.Context, c Command, emit func(line string)) (Outcome, error) {
	out, said := &bounded{limit: artifact.MaxCapabilities + 1}, &lineWriter{emit: emit}
	outcome, err := timed(ctx, c, out, said)
	if err != nil || outcome.Code != 0 {
		return outcome, err
	}
	text := strings.TrimSpace(out.text.String()) + "\n"
	if _, err := artifact.ParseCapabilities([]byte(text)); err != nil {
		why := err.Error()
		if bad, is := errors.AsType[*artifact.InvalidError](err); is && len(bad.Faults) > 0 {
			why = bad.Faults[0].Message
		}
		return outcome, fmt.Errorf("%s printed no capabilities: %s; %s was not changed", c, clean.Line(why, maxSaid), capabilitiesFile)
	}
	return outcome, replace(c.Directory, capabilitiesFile, text)
}

// writeNew writes a file that must not be there. Nobody sees a part of it.
func writeNew(directory, name, text string) error {
	part, err := written(directory, name, text)
	if err != nil {
		return err
	}
	defer os.Remove(part) //nolint:errcheck // it has its other name by then
	err = os.Link(part, filepath.Join(directory, name))
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("writing %s: it is there already and was left as it is", name)
	case err != nil:
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}

// replace writes a file in place of the one before.
func replace(directory, name, text string) error {
	part, err := written(directory, name, text)
	if err != nil {
		return err
	}
	if err := os.Rename(part, filepath.Join(directory, name)); err != nil {
		return fmt.Errorf("writing %s: %w", name, errors.Join(err, os.Remove(part)))
	}
	return nil
}

// fileMode lets everybody read, as files of a project are.
const fileMode = 0o644

// written writes a file under a name of its own beside the one that it is for.
func written(directory, name, text string) (string, error) {
	part, err := os.CreateTemp(directory, "."+name+"-*")
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", name, err)
	}
	_, err = part.WriteString(text)
	err = errors.Join(err, part.Chmod(fileMode), part.Sync(), part.Close())
	if err != nil {
		return "", fmt.Errorf("writing %s: %w", name, errors.Join(err, os.Remove(part.Name())))
	}
	return part.Name(), nil
}
