package artifact

import (
	"errors"
	"os"
	"path/filepath"
)

// byHand takes the files that somebody picked, wherever they lie, and what
// lies beside them. folder is the number of the first folder that is free.
func (s *search) byHand(folder int) []*candidate {
	var siblings []*candidate
	for i, pick := range s.want.Picked {
		f, err := s.pickedFile(pick.Path)
		if err != nil {
			s.skip(pick.Path, "it was picked and cannot be taken: %s", printable(err.Error()))
			s.note(pick.Platform, "%s was picked and cannot be taken: %s", quote(pick.Path), printable(err.Error()))
			continue
		}
		platform := pick.Platform
		if s.universal(f, platform) {
			platform = DarwinUniversal
		}
		label := parseReleaseName(filepath.Base(f.path))
		c := s.add(folder+i, f, candidate{
			File:    File{Platform: platform, Kind: KindArchive, Filename: filepath.Base(f.path)},
			variant: label.variant, version: label.version,
		}, FoundByHand, "it was picked for %s", pick.Platform)
		c.picked, c.Platform, c.Kind = true, platform, KindArchive
		if c.folder == folder+i {
			siblings = append(siblings, s.besidePick(folder+i, f)...)
		}
	}
	return siblings
}

// pickedFile is a picked file. Unlike what a search comes across, it may lie
// anywhere: a person pointed at it.
func (s *search) pickedFile(path string) (distFile, error) {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return distFile{}, err
	}
	info, err := os.Lstat(real)
	if err != nil {
		return distFile{}, err
	}
	if !info.Mode().IsRegular() {
		return distFile{}, errors.New("it is not a regular file")
	}
	return distFile{path: path, real: real, rel: filepath.Base(path), info: info}, nil
}

// universal looks into a file that was picked for a Mac: one that serves both
// is published for both.
func (s *search) universal(f distFile, p Platform) bool {
	if p != DarwinAMD64 && p != DarwinARM64 {
		return false
	}
	facts, err := InspectFile(s.ctx, f.real, Limits{})
	return err == nil && facts.Executable != nil && facts.Executable.Platform == DarwinUniversal
}

// besidePick finds the signatures and the like beside a picked file. The rest
// of its folder, which may be anything, is not looked at.
func (s *search) besidePick(folder int, f distFile) []*candidate {
	var beside []distFile
	for _, ending := range siblingSuffixes {
		path := f.path + ending.suffix
		if info, err := os.Lstat(path); err == nil && info.Mode().IsRegular() {
			beside = append(beside, distFile{path: path, real: path, rel: filepath.Base(path), info: info})
		}
	}
	return s.siblings(folder, beside)
}

// leaves reports whether a file is passed over, by its path without links.
func (s *search) leaves(real string) bool {
	for _, path := range s.want.LeaveOut {
		if same, err := filepath.EvalSymlinks(path); err == nil && same == real {
			return true
		}
	}
	return false
}
