package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/server"
)

// defaultListen is where a registry is reached unless --listen says otherwise.
const defaultListen = "127.0.0.1:7070"

func newServe(env *Env) *cobra.Command {
	var listen []string
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the registry for others",
		Long: "Runs the registry on a data directory: gRPC and HTTP on one port, on loopback addresses and unix sockets. Other " +
			"machines need TLS, which this version does not have; put a proxy with TLS or an SSH tunnel before it.\n\n" +
			"It prints one line with its address when it is ready. Where no admin token exists yet it makes one in " +
			"DIR/admin-token and says so once. Changing anything needs a token, on this computer too. SIGTERM stops it gracefully. " +
			"Several of these, and embedded registries, may work on one data directory at the same time.",
		Example: `registrar serve --data /var/lib/registrar

# A port that is free, and a socket
registrar serve --listen 127.0.0.1:0 --listen unix:/run/registrar.sock`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runServe(cmd.Context(), env, listen) },
	}
	cmd.Flags().StringArrayVar(&listen, "listen", []string{defaultListen}, "HOST:PORT on this computer, or unix:PATH; may be repeated")
	return cmd
}

func runServe(ctx context.Context, env *Env, addresses []string) (err error) {
	if env.getenv("GOGC") == "" { // whoever sets it knows better
		debug.SetGCPercent(server.GCPercent)
	}
	log := env.serveLog()
	r, err := registry.Open(ctx, registry.Config{Dir: env.Settings.Data, Name: "registrar", Version: buildStamp(), Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	listeners, err := listenAll(ctx, addresses)
	if err != nil {
		return err
	}
	s := server.New(r, server.Options{Log: log})
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { ended <- s.Serve(l, r.Tokens()) }()
	}
	err = announce(ctx, env, r, listeners)
	running := len(listeners)
	if err == nil {
		select {
		case <-ctx.Done():
			env.hint("Stopping: no new calls; those that run have %s.", server.DefaultGrace)
		case err = <-ended: // one listener failed: what is left must not go on half alive
			running--
		}
	}
	// The context that asked for the stop must not cut the calls that run.
	err = errors.Join(err, s.Shutdown(context.WithoutCancel(ctx)))
	for range running {
		err = errors.Join(err, <-ended)
	}
	return err
}

// listenAll opens every address, or none.
func listenAll(ctx context.Context, addresses []string) ([]net.Listener, error) {
	var (
		listeners []net.Listener
		failed    error
	)
	for _, address := range addresses {
		l, err := server.Listen(ctx, address)
		if err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		listeners = append(listeners, l)
	}
	if failed == nil {
		return listeners, nil
	}
	for _, l := range listeners {
		failed = errors.Join(failed, l.Close())
	}
	return nil, failed
}

// announce makes the first admin token, if there is none, and says where the
// registry is reached. Scripts wait for that line.
func announce(ctx context.Context, env *Env, r *registry.Registry, listeners []net.Listener) error {
	path, err := r.EnsureAdminToken(ctx)
	if err != nil {
		return err
	}
	if path != "" {
		env.hint("The first admin token is in %s. It is said this once.", path)
	}
	addresses := make([]string, len(listeners))
	for i, l := range listeners {
		addresses[i] = addressText(l.Addr())
	}
	if env.Settings.JSON() {
		list := make([]any, len(addresses))
		for i, address := range addresses {
			list[i] = address
		}
		return env.jsonLine(object{}.with("listening", list).with("data", env.Settings.Data).
			with("version", buildStamp()).with("adminToken", path))
	}
	return env.print("listening on %s", strings.Join(addresses, ", "))
}

// addressText is an address as --registry takes it.
func addressText(addr net.Addr) string {
	if addr.Network() == "unix" {
		return "unix:" + addr.String()
	}
	return addr.String()
}

// serveLog is the log of a registry that others use, which writes down every
// call. It goes to stderr: where logs are kept is for the system to say.
func (e *Env) serveLog() *slog.Logger {
	level := slog.LevelInfo
	if e.Settings.Verbose {
		level = slog.LevelDebug
	}
	handler := &slog.HandlerOptions{Level: level}
	if e.Settings.JSON() {
		return slog.New(slog.NewJSONHandler(e.Err, handler))
	}
	return slog.New(slog.NewTextHandler(e.Err, handler))
}
