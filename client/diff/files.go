package diff

import (
	"slices"
	"strconv"

	"github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// platforms compares what the versions are shipped for.
func (r *Report) platforms(before, after []registryv1.Platform) {
	same, from := 0, len(r.Changes)
	for _, p := range registryv1.Platforms() {
		was, is := slices.Contains(before, p), slices.Contains(after, p)
		switch {
		case is && !was:
			r.add(Change{Kind: Added, Subject: Platform, Name: p.Slug()})
		case was && !is:
			r.add(Change{Kind: Removed, Subject: Platform, Name: p.Slug(), Thought: "nobody on it can update"})
		case was:
			same++
		}
	}
	r.unchanged(Platform, same, len(r.Changes) > from)
}

// pair is the release file of one platform in both versions.
type pair struct {
	platform registryv1.Platform
	was, is  *registryv1.Asset
}

// grew is by which part of its size the file grew.
func (p pair) grew() float64 {
	return float64(p.is.GetSizeBytes()-p.was.GetSizeBytes()) / float64(max(1, p.was.GetSizeBytes()))
}

// repacked reports whether the file is packed in another way, so that its size
// says nothing about what is inside.
func (p pair) repacked() bool { return container(p.was) != container(p.is) }

// container is what a file is, by its bytes if they were looked at.
func container(a *registryv1.Asset) string {
	if c := a.GetFacts().GetContainer(); c != "" {
		return line(c)
	}
	return words.Kind(a.GetKind())
}

// release is the release file that serves a platform, once it has a size.
func release(v *registryv1.Version, p registryv1.Platform) *registryv1.Asset {
	for _, a := range v.GetAssets() {
		if k := a.GetKind(); k != registryv1.AssetKind_ASSET_KIND_ARCHIVE && k != registryv1.AssetKind_ASSET_KIND_BINARY {
			continue
		}
		if a.GetSizeBytes() > 0 && slices.Contains(a.GetPlatform().Serves(), p) {
			return a
		}
	}
	return nil
}

// Growth that deserves a thought: of all together, and of one file compared
// with the others, which are taken to grow by a percent at least.
const (
	muchTogether = 0.5
	muchAlone    = 0.05
	timesOthers  = 3
	leastOthers  = 0.01
)

// sizes compares the release files of the platforms that both versions ship.
func (r *Report) sizes(from, to *registryv1.Version) {
	var pairs []pair
	var was, is int64
	filesBefore, filesAfter := false, false
	for _, p := range registryv1.Platforms() {
		each := pair{platform: p, was: release(from, p), is: release(to, p)}
		filesBefore, filesAfter = filesBefore || each.was != nil, filesAfter || each.is != nil
		if each.was == nil || each.is == nil {
			continue
		}
		pairs = append(pairs, each)
		was, is = was+each.was.GetSizeBytes(), is+each.is.GetSizeBytes()
	}
	switch {
	case r.noFiles(Size, filesBefore, filesAfter):
	case len(pairs) == 0:
		r.unknown(Size, "no platform has a file in both versions", "")
	case was == is && !slices.ContainsFunc(pairs, func(p pair) bool { return p.was.GetSizeBytes() != p.is.GetSizeBytes() || p.repacked() }):
		r.add(Change{Kind: Same, Subject: Size, Detail: words.Bytes(is)})
	default:
		r.grown(pairs, was, is)
	}
}

// noFiles notes that a version has no release files yet, and reports whether
// any has none.
func (r *Report) noFiles(s Subject, before, after bool) bool {
	switch {
	case before && after:
		return false
	case after:
		r.unknown(s, r.Old+" has no release files", "")
	case before:
		r.unknown(s, r.New+" has no release files yet", "")
	default:
		r.unknown(s, "neither version has release files", "")
	}
	return true
}

// grown notes the sizes that changed, all together first.
func (r *Report) grown(pairs []pair, was, is int64) {
	all := Change{Kind: Changed, Subject: Size, Detail: resized(was, is)}
	repacked := slices.ContainsFunc(pairs, pair.repacked)
	if !repacked && float64(is-was) > muchTogether*float64(was) {
		all.Thought = "it grew by more than half"
	}
	r.add(all)
	for i, p := range pairs {
		c := Change{Kind: Changed, Subject: Size, Name: p.platform.Slug()}
		switch {
		case p.repacked():
			c.Detail = resized(p.was.GetSizeBytes(), p.is.GetSizeBytes()) + ", " + became(container(p.was), container(p.is))
		case p.was.GetSizeBytes() == p.is.GetSizeBytes():
			continue
		default:
			c.Detail = resized(p.was.GetSizeBytes(), p.is.GetSizeBytes())
			c.Thought = outgrown(p, slices.Concat(pairs[:i], pairs[i+1:]))
		}
		r.add(c)
	}
}

// outgrown is why the growth of one file deserves a thought: it is large, and
// far more than that of the others.
func outgrown(p pair, others []pair) string {
	others = slices.DeleteFunc(slices.Clone(others), pair.repacked)
	if len(others) == 0 || p.grew() < muchAlone {
		return ""
	}
	growths := make([]float64, len(others))
	for i, each := range others {
		growths[i] = each.grew()
	}
	slices.Sort(growths)
	usual := growths[len(growths)/2]
	switch {
	case p.grew() < timesOthers*max(usual, leastOthers):
		return ""
	case usual < leastOthers:
		return "it grew, and the rest hardly did"
	default:
		return "it grew " + strconv.Itoa(int(p.grew()/usual+0.5)) + " times as much as the rest"
	}
}

// resized is a size before and after: "+0.4 %, 210 MB -> 211 MB". Where both
// read alike, once is enough.
func resized(was, is int64) string {
	if words.Bytes(was) == words.Bytes(is) {
		return percent(was, is) + ", " + words.Bytes(is)
	}
	return percent(was, is) + ", " + became(words.Bytes(was), words.Bytes(is))
}

// percent is by how much a size changed, with its sign.
func percent(was, is int64) string {
	part := 100 * float64(is-was) / float64(max(1, was))
	decimals := 1
	if part >= 10 || part <= -10 {
		decimals = 0
	}
	said := strconv.FormatFloat(part, 'f', decimals, 64)
	if part > 0 {
		said = "+" + said
	}
	if said == "+0.0" || said == "-0.0" || said == "0.0" {
		return "hardly"
	}
	return said + " %"
}
