package main

import (
	"context"
	"io"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/proto"

	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/clean"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// fileSet gathers the files of one check: those that were named, what speaks
// for them, and the signed lists of their folder.
type fileSet struct {
	files []trust.File
	seen  map[string]bool
	// given are the paths of signatures that do not lie beside their file, by
	// the names under which they are checked.
	given map[string]string
}

// checkGroup has the signatures of one group checked.
func checkGroup(ctx context.Context, files []*signedFile, of signing.Release, known *trusted) error {
	set := &fileSet{seen: map[string]bool{}, given: map[string]string{}}
	for _, f := range files {
		set.subject(f)
	}
	for _, f := range files {
		if err := set.addLists(ctx, f); err != nil {
			return err
		}
	}
	results, err := trust.Check(ctx, set.files, of, known.policy)
	if err != nil {
		return err
	}
	byName := map[string]*registryv1.Verdict{}
	for _, r := range results {
		byName[r.Name] = r.Verdict
	}
	for _, f := range files {
		f.verdict = proto.CloneOf(byName[f.name()])
		set.restore(f.verdict)
		known.advise(f.verdict, of)
		clean.Message(f.verdict)
	}
	return nil
}

func (s *fileSet) add(name, path string, kind registryv1.AssetKind, digest artifact.Digest) {
	if s.seen[name] {
		return
	}
	s.seen[name] = true
	s.files = append(s.files, trust.File{
		Name: name, Kind: kind, SHA256: digest,
		Open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) },
	})
}

// subject adds a file with what speaks for it. A signature that --signature
// names gets a name beside the file; what it is, its content says.
func (s *fileSet) subject(f *signedFile) {
	kind := kindOf(f.name())
	if trust.IsMaterial(kind) {
		kind = registryv1.AssetKind_ASSET_KIND_BINARY // it was named as a file, so it is one
	}
	s.add(f.name(), f.path, kind, f.digest)
	for _, path := range f.beside {
		s.add(filepath.Base(path), path, kindOf(filepath.Base(path)), artifact.Digest{})
	}
	for i, path := range f.given {
		name, kind := f.name()+".sig", registryv1.AssetKind_ASSET_KIND_SIGNATURE
		if i > 0 {
			name, kind = f.name()+".cert", registryv1.AssetKind_ASSET_KIND_CERTIFICATE
		}
		s.given[name] = path
		s.add(name, path, kind, artifact.Digest{})
	}
}

// addLists adds the checksum files beside a file that are signed themselves.
func (s *fileSet) addLists(ctx context.Context, f *signedFile) error {
	for _, path := range f.lists {
		list := &signedFile{path: path}
		list.look(namesIn(filepath.Dir(path)))
		if len(list.beside) == 0 || s.seen[list.name()] {
			continue
		}
		if err := list.hash(ctx); err != nil {
			return err
		}
		s.subject(list)
	}
	return nil
}

// restore gives signatures from elsewhere their own names back.
func (s *fileSet) restore(v *registryv1.Verdict) {
	for i, name := range v.GetMaterial() {
		if path, ok := s.given[name]; ok {
			v.Material[i] = path
		}
	}
	for _, other := range v.GetOthers() {
		s.restore(other)
	}
}

// advise says what to do where a flag of this command is the answer.
func (t *trusted) advise(v *registryv1.Verdict, of signing.Release) {
	switch {
	case v.GetReason() == string(signing.NoTrust) && t.none():
		v.Next = "Say what to trust: the signer's public key with --key, a keyless signer with --identity and --issuer, or the org with --org."
	case v.GetReason() == string(signing.NoTrust) && t.registry != nil:
		v.Next = of.Org + " has registered no key and no identity for it. See what it has with: registrar keys list " + of.Org
	case v.GetReason() == string(signing.ReleaseMismatch) && t.registry != nil && of.Version == "":
		v.Next = "The name of the file does not say which release it is of. Say it with --org " + of.Org + "/NAME@VERSION."
	}
}
