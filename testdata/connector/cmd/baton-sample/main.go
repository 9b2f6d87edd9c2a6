// Baton-sample syncs a Sample Directory.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/acme/baton-sample/pkg/config"
	"github.com/acme/baton-sample/pkg/connector"
	"github.com/acme/baton-sample/pkg/directory"
	"github.com/acme/baton-sample/pkg/sdk/connectorbuilder"
)

// version is set by the build.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprintln(os.Stderr, "baton-sample:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, lookup func(string) (string, bool), out, help io.Writer) error {
	c, err := config.Parse(args, lookup, help)
	switch {
	case err != nil:
		return err
	case c.Version:
		_, err := fmt.Fprintln(out, "baton-sample", version)
		return err
	case c.Command == "capabilities":
		return writeJSON(out, connector.New(&directory.Directory{}, false).Capabilities(ctx))
	case c.Command == "config":
		return writeJSON(out, config.Describe())
	default:
		return sync(ctx, c, out)
	}
}

// sync prints one document a line.
func sync(ctx context.Context, c config.Config, out io.Writer) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // Only read.
	d, err := directory.Read(f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	lines := json.NewEncoder(out)
	syncers := connector.New(d, c.SkipDisabled).ResourceSyncers(ctx)
	return connectorbuilder.Sync(ctx, syncers, c.PageSize, func(kind string, row any) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return lines.Encode(map[string]any{kind: row})
	})
}

func writeJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
