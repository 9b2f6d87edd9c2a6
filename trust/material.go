package trust

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/registrar-console/registrar/artifact"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/signing"
)

// IsMaterial says whether a file speaks for another one and is not judged
// itself.
func IsMaterial(kind registryv1.AssetKind) bool {
	switch kind {
	case registryv1.AssetKind_ASSET_KIND_SIGNATURE, registryv1.AssetKind_ASSET_KIND_CERTIFICATE,
		registryv1.AssetKind_ASSET_KIND_BUNDLE, registryv1.AssetKind_ASSET_KIND_PROVENANCE:
		return true
	default:
		return false
	}
}

// side is one file that lies beside another, read.
type side struct {
	name string
	kind registryv1.AssetKind
	data []byte
}

// Beside are the files that one file speaks for by its name, as indexes: those
// of its own platform, and if there are none, all that have the name.
func Beside(files []File, by File) []int {
	base, ok := artifact.Beside(by.Name)
	if !ok {
		return nil
	}
	return Named(files, base, by.Platform)
}

// Named are the files of a name, as indexes: those of a platform, and if there
// are none, or the platform is none, all of the name.
func Named(files []File, name string, platform registryv1.Platform) []int {
	var all, own []int
	for i, f := range files {
		if f.Name != name {
			continue
		}
		all = append(all, i)
		if f.Platform == platform {
			own = append(own, i)
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

// serves says whether a platform is one.
func serves(p registryv1.Platform) bool { return len(p.Serves()) > 0 }

// readMaterial reads what lies beside each file, by the index of that file.
func readMaterial(ctx context.Context, files []File) (map[int][]side, error) {
	out := map[int][]side{}
	for _, f := range files {
		if f.Open == nil || !IsMaterial(f.Kind) && f.Kind != registryv1.AssetKind_ASSET_KIND_SBOM {
			continue
		}
		about := Beside(files, f)
		if len(about) == 0 {
			continue
		}
		data, err := read(ctx, f, signing.MaxMaterial)
		if errors.Is(err, signing.ErrTooLarge) {
			// One byte past the limit makes the verdict say so.
			data, err = make([]byte, signing.MaxMaterial+1), nil
		}
		if err != nil {
			return nil, err
		}
		if !signedByContent(f, data) {
			continue
		}
		for _, i := range about {
			out[i] = append(out[i], side{name: f.Name, kind: f.Kind, data: data})
		}
	}
	return out, nil
}

// signedByContent tells attestations in bundles from plain SBOMs and from
// statements in other envelopes, which say nothing here about who signed them
// and so speak for nobody. What is called a bundle has to be one.
func signedByContent(f File, data []byte) bool {
	plain := f.Kind == registryv1.AssetKind_ASSET_KIND_SBOM || f.Kind == registryv1.AssetKind_ASSET_KIND_PROVENANCE
	return !plain || isBundle(data) || strings.HasSuffix(strings.ToLower(f.Name), ".sigstore.json")
}

// read reads a small file whole.
func read(ctx context.Context, f File, limit int64) ([]byte, error) {
	r, err := f.Open(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading %q: %w", f.Name, err)
	}
	data, err := signing.ReadMaterial(r, limit)
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, fmt.Errorf("reading %q: %w", f.Name, err)
	}
	return data, nil
}

// isBundle tells Sigstore bundles, and what older versions of cosign wrote in
// their place, from other JSON.
func isBundle(data []byte) bool {
	return bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) &&
		(bytes.Contains(data, []byte(`"mediaType"`)) && bytes.Contains(data, []byte("sigstore.bundle")) ||
			bytes.Contains(data, []byte(`"base64Signature"`)))
}

// named is the material of one signature with the names of its files.
type named struct {
	signing.Material
	names []string
}

// gather puts the files beside one file together into signatures. A signature
// takes the certificate of its own name, or the only one there is, and a bundle
// of the same signature, which then must agree with both; each OpenPGP
// signature and each attestation stands for itself.
func gather(sides []side) []named {
	var out []named
	var loose, bundles, certs []side
	for _, s := range sides {
		switch {
		case s.kind == registryv1.AssetKind_ASSET_KIND_CERTIFICATE:
			certs = append(certs, s)
		case s.kind == registryv1.AssetKind_ASSET_KIND_SIGNATURE && signing.LooksLikePGP(s.data):
			out = append(out, named{Material: signing.Material{Signature: s.data}, names: []string{s.name}})
		case s.kind == registryv1.AssetKind_ASSET_KIND_SIGNATURE && !isBundle(s.data):
			loose = append(loose, s)
		case s.kind == registryv1.AssetKind_ASSET_KIND_BUNDLE && !isAttestation(s.data):
			bundles = append(bundles, s)
		default:
			out = append(out, named{Material: signing.Material{Bundle: s.data}, names: []string{s.name}})
		}
	}
	for i, s := range loose {
		m := named{Material: signing.Material{Signature: s.data}, names: []string{s.name}}
		if k := partner(s.name, certs, len(loose) == 1); k >= 0 {
			m.Certificate, m.names = certs[k].data, append(m.names, certs[k].name)
			certs = append(certs[:k:k], certs[k+1:]...)
		}
		if i == 0 && len(loose) == 1 && len(bundles) == 1 {
			m.Bundle, m.names = bundles[0].data, append(m.names, bundles[0].name)
			bundles = nil
		}
		out = append(out, m)
	}
	for _, s := range bundles {
		out = append(out, named{Material: signing.Material{Bundle: s.data}, names: []string{s.name}})
	}
	for _, s := range certs {
		// Alone it is refused as such: a certificate speaks for nothing.
		if len(out) == 0 {
			out = append(out, named{Material: signing.Material{Certificate: s.data}, names: []string{s.name}})
		}
	}
	return out
}

// partner finds the certificate of a signature: the one of the same name, or
// the only one.
func partner(signature string, certs []side, only bool) int {
	stem := strings.TrimSuffix(signature, ".sig")
	for i, c := range certs {
		if base, ok := artifact.Beside(c.name); ok && base == stem {
			return i
		}
	}
	if only && len(certs) == 1 {
		return 0
	}
	return -1
}

// isAttestation tells signed statements from signatures of a file.
func isAttestation(data []byte) bool {
	return bytes.Contains(data, []byte(`"dsseEnvelope"`)) || bytes.Contains(data, []byte(`"payloadType"`))
}

// Open makes the Open of a File from bytes at hand.
func Open(data []byte) func(context.Context) (io.ReadCloser, error) {
	return func(context.Context) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
}
