package main

import (
	"cmp"
	"context"
	"errors"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"github.com/registrar-console/registrar/client"
	"github.com/registrar-console/registrar/registry"
	"github.com/registrar-console/registrar/registry/server"
)

// embeddedName is what the embedded registry is called to people.
const embeddedName = "embedded"

// session is a connection to a registry for the time of one command.
type session struct {
	*client.Client
	target client.Target
	// embedded is nil for a registry elsewhere.
	embedded *embedded
}

// open connects to the registry that the settings name, or opens the embedded
// one. A registry elsewhere is dialled at the first call.
func (e *Env) open(ctx context.Context) (*session, error) {
	if e.Settings.Registry != "" {
		target, err := client.ParseTarget(e.Settings.Registry)
		if err != nil {
			return nil, err
		}
		return newSession(target.WithToken(e.Settings.Token), nil)
	}
	inside, err := openEmbedded(ctx, e, embeddedConfig(e))
	if err != nil {
		return nil, err
	}
	s, err := newSession(inside.target(e.embeddedName(), e.person()), inside)
	if err != nil {
		return nil, errors.Join(err, inside.close())
	}
	return s, nil
}

func newSession(target client.Target, inside *embedded) (*session, error) {
	c, err := client.Open(target, client.Options{UserAgent: userAgent()})
	if err != nil {
		return nil, err
	}
	return &session{Client: c, target: target, embedded: inside}, nil
}

// end closes the session. An embedded registry finishes its own validations
// first: nobody else would.
func (s *session) end() error {
	err := s.Close()
	if s.embedded != nil {
		err = errors.Join(err, s.embedded.close())
	}
	return err
}

// embeddedName tells embedded registries apart, since drafts of this computer
// belong to one of them.
func (e *Env) embeddedName() string {
	if e.Settings.Data == e.defaultData() {
		return embeddedName
	}
	dir, err := filepath.Abs(e.Settings.Data)
	if err != nil {
		dir = e.Settings.Data
	}
	return embeddedName + " in " + dir
}

// person is who sits at the keyboard, as the operating system knows it.
func (e *Env) person() string {
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if i := strings.LastIndexByte(name, '\\'); i >= 0 { // DOMAIN\name
		name = name[i+1:]
	}
	return cmp.Or(name, e.getenv("USER"), "owner")
}

func embeddedConfig(e *Env) registry.Config {
	return registry.Config{
		Dir: e.Settings.Data, Name: e.embeddedName(), Version: buildStamp(), Embedded: true, Log: e.log(),
	}
}

// embedded is a registry inside this process: the only place of the program
// where one is wired together, with serve.
type embedded struct {
	registry *registry.Registry
	server   *server.Server
	// ended gets what Serve of each listener returned.
	ended   chan error
	serving int
	slow    func() (quick func())
}

// drainNotice is after how long closing says what it waits for.
const drainNotice = 700 * time.Millisecond

func openEmbedded(ctx context.Context, e *Env, cfg registry.Config) (*embedded, error) {
	r, err := registry.Open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	return &embedded{
		registry: r,
		server:   server.New(r, server.Options{Log: cfg.Log, Grace: time.Second}),
		ended:    make(chan error, maxListeners),
		slow: func() (quick func()) {
			said := make(chan struct{})
			notice := time.AfterFunc(drainNotice, func() {
				defer close(said)
				e.hint("Finishing the checks that were begun.")
			})
			return func() {
				if !notice.Stop() {
					<-said // whoever reads what was said must not meet it half written
				}
			}
		},
	}, nil
}

// maxListeners is more than anybody serves in memory: persons of the demo.
const maxListeners = 16

// target serves the registry in memory, to a caller who is one person with all
// roles, and returns how to reach it.
func (i *embedded) target(name, person string) client.Target {
	return i.serve(name, registry.Owner(person))
}

// targetWith serves it to a caller who shows a token.
func (i *embedded) targetWith(name, token string) client.Target {
	return i.serve(name, i.registry.Tokens()).WithToken(token)
}

func (i *embedded) serve(name string, auth registry.Auth) client.Target {
	inside := server.Memory()
	i.serving++
	go func() { i.ended <- i.server.Serve(inside, auth) }()
	return client.Memory(name, inside.Dial)
}

// close stops the server, drains the registry's own jobs, and closes it.
func (i *embedded) close() error {
	quick := i.slow()
	defer quick()
	err := i.server.Shutdown(context.Background())
	for range i.serving {
		err = errors.Join(err, <-i.ended)
	}
	return errors.Join(err, i.registry.Close())
}
