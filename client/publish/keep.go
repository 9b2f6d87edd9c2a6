package publish

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/registrar-console/registrar/client"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// keeper keeps the signatures of one version in a folder of this program: the
// dist folder is the person's, and the next build empties it.
type keeper struct{ dir string }

// keeper opens the folder. Where none was named, it lasts as long as the run.
func (r *runner) keeper() (keeper, error) {
	dir := r.means.Signatures
	if dir == "" {
		temp, err := os.MkdirTemp("", "registrar-signatures-")
		if err != nil {
			return keeper{}, fmt.Errorf("making a folder for the signatures: %w", err)
		}
		r.cleanup = append(r.cleanup, func() error { return os.RemoveAll(temp) })
		dir = temp
	}
	return keeper{dir}, nil
}

// path is that of one signature. Files of several platforms share names.
func (k keeper) path(as AssetKey) string {
	platform := as.Platform
	if platform == "" {
		platform = "all"
	}
	return filepath.Join(k.dir, platform, as.Filename)
}

// read gives a signature that is kept, nil if none is.
func (k keeper) read(_ context.Context, as AssetKey) ([]byte, error) {
	file, err := os.Open(k.path(as))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	data, err := signing.ReadMaterial(file, signing.MaxMaterial)
	return data, errors.Join(err, file.Close())
}

// fetch gets a signature of the registry.
func (k keeper) fetch(ctx context.Context, c *client.Client, as AssetKey, d *registryv1.Download) ([]byte, error) {
	if _, err := c.Download(ctx, d, filepath.Dir(k.path(as)), nil); err != nil {
		return nil, err
	}
	return k.read(ctx, as)
}

// write keeps a signature of the file with a digest and makes it a file of the
// plan. Who reads it sees it whole or not at all.
func (k keeper) write(ctx context.Context, as AssetKey, data []byte, of string) (File, error) {
	f := File{Path: k.path(as), Asset: as, MediaType: mediaType(as, ""), FoundBy: "signed", Made: true, Signs: of}
	if have, err := k.read(ctx, as); err != nil || string(have) != string(data) {
		if err := replace(f.Path, data); err != nil {
			return f, fmt.Errorf("keeping the signature %s: %w", f.Path, err)
		}
	}
	f, _, err := f.hash(ctx)
	return f, err
}

// replace writes a private file in one step.
func replace(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".part-*")
	if err != nil {
		return err
	}
	_, err = part.Write(data)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err == nil {
		err = os.Rename(part.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part.Name()))
	}
	return nil
}
