package main

import (
	"github.com/spf13/cobra"
)

func newDemo(env *Env) *cobra.Command {
	return &cobra.Command{Use: "demo", Args: none, RunE: func(*cobra.Command, []string) error { return nil }}
}
