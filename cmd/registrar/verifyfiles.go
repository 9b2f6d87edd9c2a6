package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
	"github.com/registrar-console/registrar/trust"
)

// signedFile is one file to check, as it was named.
type signedFile struct {
	path string
	// beside are the files that speak for it; given are those that --signature
	// names instead.
	beside, given []string
	lists         []string // checksum files in its folder
	digest        artifact.Digest
	verdict       *registryv1.Verdict
}

func (f *signedFile) name() string { return filepath.Base(f.path) }

// findSigned finds the files that were named and what lies beside them, and
// notes everything that is wrong with them at once.
func findSigned(paths []string, signature string, wrong *faults) []*signedFile {
	if signature != "" && len(paths) > 1 {
		wrong.add("signature", registryv1.Reason_REASON_USAGE, "--signature speaks for one file, and %d are named", len(paths))
		return nil
	}
	folders := map[string][]string{}
	var files []*signedFile
	for _, path := range paths {
		if err := regular(path); err != "" {
			wrong.add(path, registryv1.Reason_REASON_USAGE, "%q %s", path, err)
			continue
		}
		dir := filepath.Dir(path)
		if _, read := folders[dir]; !read {
			folders[dir] = namesIn(dir)
		}
		f := &signedFile{path: path}
		if signature == "" {
			f.look(folders[dir])
		}
		files = append(files, f)
	}
	if signature == "" {
		return withoutMaterial(files, wrong)
	}
	if err := regular(signature); err != "" {
		wrong.add("signature", registryv1.Reason_REASON_USAGE, "--signature: %q %s", signature, err)
	}
	for _, f := range files {
		f.given = append([]string{signature}, certificateOf(signature)...)
	}
	return files
}

// regular says what is wrong with a path to a file, or nothing.
func regular(path string) string {
	file, err := os.Open(path) // whoever may not read it hears so here
	if err != nil {
		if os.IsNotExist(err) {
			return "does not exist"
		}
		if os.IsPermission(err) {
			return "may not be read by you"
		}
		return "cannot be read: " + err.Error()
	}
	defer file.Close() //nolint:errcheck // it was only opened
	info, err := file.Stat()
	switch {
	case err != nil:
		return "cannot be read: " + err.Error()
	case info.IsDir():
		return "is a directory; name the files in it"
	case !info.Mode().IsRegular():
		return "is not a file"
	default:
		return ""
	}
}

// namesIn lists a folder. One that may be entered and not listed has nothing
// beside its files.
func namesIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		if !e.IsDir() {
			names = append(names, e.Name())
		}
	}
	return names
}

// look finds what lies beside a file, and the checksum files of its folder.
func (f *signedFile) look(names []string) {
	dir := filepath.Dir(f.path)
	f.beside = besides(dir, f.name(), names)
	for _, name := range names {
		if artifact.NamedKind(name) == artifact.KindChecksum && name != f.name() {
			f.lists = append(f.lists, filepath.Join(dir, name))
		}
	}
}

func besides(dir, of string, names []string) []string {
	var found []string
	for _, name := range names {
		if base, ok := artifact.Beside(name); ok && base == of {
			found = append(found, filepath.Join(dir, name))
		}
	}
	return found
}

// withoutMaterial leaves out signatures whose file is named too, as a shell's
// star names them, and refuses those that stand alone: what is wanted is the
// file.
func withoutMaterial(files []*signedFile, wrong *faults) []*signedFile {
	named := map[string]bool{}
	for _, f := range files {
		named[filepath.Clean(f.path)] = true
	}
	var kept []*signedFile
	for _, f := range files {
		base, ok := artifact.Beside(f.path)
		switch {
		case !ok || !trust.IsMaterial(kindOf(f.name())):
			kept = append(kept, f)
		case named[filepath.Clean(base)]:
		case regular(base) == "":
			wrong.add(f.path, registryv1.Reason_REASON_USAGE, "%q speaks for %q; name that file", f.path, base)
		default:
			kept = append(kept, f) // its name only looks like that of a signature
		}
	}
	return kept
}

// certificateOf finds the certificate that belongs to a signature by its name.
func certificateOf(signature string) []string {
	stem, ok := artifact.Beside(signature)
	if !ok {
		return nil
	}
	for _, name := range namesIn(filepath.Dir(signature)) {
		base, ok := artifact.Beside(name)
		if ok && base == filepath.Base(stem) && artifact.NamedKind(name) == artifact.KindCertificate {
			return []string{filepath.Join(filepath.Dir(signature), name)}
		}
	}
	return nil
}

// kindOf is what a file is checked as.
func kindOf(name string) registryv1.AssetKind {
	if kind, ok := registryv1.FromShort[registryv1.AssetKind](string(artifact.NamedKind(name))); ok {
		return kind
	}
	return registryv1.AssetKind_ASSET_KIND_BINARY
}

// group are the files that are checked together: those of one folder and one
// release.
type group struct {
	dir string
	of  signing.Release
}

// checkFiles hashes the files and has their signatures checked.
func checkFiles(ctx context.Context, files []*signedFile, known *trusted) error {
	groups := map[group][]*signedFile{}
	var order []group
	for _, f := range files {
		if err := f.hash(ctx); err != nil {
			return err
		}
		of, err := known.releaseOf(ctx, f)
		if err != nil {
			return err
		}
		g := group{filepath.Dir(f.path), of}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], f)
	}
	for _, g := range order {
		if err := checkGroup(ctx, groups[g], g.of, known); err != nil {
			return err
		}
	}
	return nil
}

func (f *signedFile) hash(ctx context.Context) error {
	file, err := os.Open(f.path)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // it was only read
	f.digest, _, err = artifact.Hash(ctx, file)
	return err
}
