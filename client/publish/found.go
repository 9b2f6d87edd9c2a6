package publish

import (
	"github.com/registrar-console/registrar/artifact"
	"github.com/registrar-console/registrar/client/words"
)

// beside takes what lies beside the files that are published: signatures and
// what else speaks for them. Signatures that the person is about to make anew
// are left alone, and with "none" everything is.
func (p *preparation) beside(found artifact.Discovery) {
	taken := map[string]AssetKey{} // by folderless name and platform
	key := func(platform artifact.Platform, name string) string { return string(platform) + "/" + name }
	for _, f := range p.plan.Files {
		taken[key(artifact.Platform(f.Asset.Platform), f.Asset.Filename)] = f.Asset
	}
	left, made := 0, 0
	for _, f := range found.Files {
		if f.For == "" {
			continue
		}
		about, published := taken[key(f.Platform, f.For)]
		switch {
		case p.how.Way == SignNothing:
			left++
		case !published:
		case p.how.Now() && isSignature(assetKind(f.Kind)) && about.toSign():
			made++
		default:
			p.take(f)
			last := p.plan.Files[len(p.plan.Files)-1]
			taken[key(f.Platform, f.Filename)] = last.Asset
		}
	}
	if left > 0 {
		p.note("sign", false, "%s beside the release files %s left alone, since no signatures were asked for",
			words.Plural(left, "signature or attestation file", "signature and attestation files"), isOrAre(left))
	}
	if made > 0 {
		p.note("sign", false, "%s beside the release files %s left alone, since new ones are made now",
			words.Plural(made, "signature file", "signature files"), isOrAre(made))
	}
}

func isOrAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
