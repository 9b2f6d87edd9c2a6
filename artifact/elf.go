package artifact

import (
	"encoding/binary"
	"fmt"
)

// Fields of ELF that matter here.
const (
	elfTypeExec  = 2
	elfTypeDyn   = 3
	elfLoad      = 1
	elfFlagX     = 1
	elfFlagW     = 2
	elfNoBits    = 8
	elfProgSize  = 56
	elfShdrSize  = 64
	elfX8664     = 62
	elfAArch64   = 183
	elfABISystem = 0
	elfABILinux  = 3
)

var (
	elfMachines = map[uint32]string{
		3: "x86", elfX8664: "x86-64", 40: "ARM", elfAArch64: "arm64", 8: "MIPS", 21: "ppc64", 22: "s390x", 243: "RISC-V", 258: "LoongArch",
	}
	elfSystems = map[byte]string{2: "NetBSD", 6: "Solaris", 9: "FreeBSD", 12: "OpenBSD"}
)

func readELF(w window) (image, error) {
	ident, err := w.read(0, 20)
	if err != nil {
		return image{}, err
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if ident[5] == 2 {
		order = binary.BigEndian
	}
	machine := uint32(order.Uint16(ident[18:]))
	img := image{arch: machineName(machine, elfMachines), bits: 32}
	kind := order.Uint16(ident[16:])
	img.program = kind == elfTypeExec || kind == elfTypeDyn
	abi := ident[7]
	if abi != elfABISystem && abi != elfABILinux {
		img.system = fmt.Sprintf("the system %d", abi)
		if name, ok := elfSystems[abi]; ok {
			img.system = name
		}
	}
	switch ident[4] {
	case 1:
		return img, nil
	case 2:
		img.bits = 64
	default:
		return img, fmt.Errorf("%w: the class is %d", errMalformedExecutable, ident[4])
	}
	if order == binary.BigEndian {
		return img, nil
	}
	if img.system == "" {
		switch machine {
		case elfX8664:
			img.platform = LinuxAMD64
		case elfAArch64:
			img.platform = LinuxARM64
		}
	}
	return img, img.readELFTables(w)
}

// readELFTables walks program headers and sections of a little-endian 64-bit
// file: every part must be inside the file.
func (img *image) readELFTables(w window) error {
	h, err := w.read(0, 64)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	if img.program && le.Uint64(h[24:]) == 0 {
		img.program = false // No entry point: a shared library.
	}
	progs, err := readTable(w, le.Uint64(h[32:]), le.Uint16(h[56:]), le.Uint16(h[54:]), elfProgSize)
	if err != nil {
		return err
	}
	if len(progs) == 0 && img.program {
		return fmt.Errorf("%w: there is nothing to load", errMalformedExecutable)
	}
	var writable []span
	for p := progs; len(p) > 0; p = p[elfProgSize:] {
		if le.Uint32(p) != elfLoad {
			continue
		}
		part := span{le.Uint64(p[8:]), le.Uint64(p[32:])}
		if err := w.inside(part.off, part.size); err != nil {
			return err
		}
		if le.Uint32(p[4:])&(elfFlagX|elfFlagW) == elfFlagW {
			writable = append(writable, part)
		}
	}
	sections, err := readTable(w, le.Uint64(h[40:]), le.Uint16(h[60:]), le.Uint16(h[58:]), elfShdrSize)
	if err != nil {
		return err
	}
	if err := img.readELFSections(w, sections, le.Uint16(h[62:])); err != nil {
		return err
	}
	img.data = append(img.data, writable...)
	img.findBuild(w)
	return nil
}

// readELFSections checks that all sections are in the file and finds the one
// with the Go build information.
func (img *image) readELFSections(w window, sections []byte, namesIndex uint16) error {
	le := binary.LittleEndian
	var names []byte
	if at := int(namesIndex) * elfShdrSize; at > 0 && at < len(sections) {
		s := sections[at:]
		var err error
		if names, err = w.read(le.Uint64(s[24:]), le.Uint64(s[32:])); err != nil {
			return err
		}
	}
	for s := sections; len(s) > 0; s = s[elfShdrSize:] {
		part := span{le.Uint64(s[24:]), le.Uint64(s[32:])}
		if kind := le.Uint32(s[4:]); kind == 0 || kind == elfNoBits {
			continue
		}
		if err := w.inside(part.off, part.size); err != nil {
			return err
		}
		if at := uint64(le.Uint32(s)); at < uint64(len(names)) && text(names[at:min(at+32, uint64(len(names)))]) == ".go.buildinfo" {
			img.data = append(img.data, part)
		}
	}
	return nil
}

// readTable reads a table of headers; none is no fault.
func readTable(w window, off uint64, n, entry, want uint16) ([]byte, error) {
	switch {
	case n == 0:
		return nil, nil
	case entry != want:
		return nil, fmt.Errorf("%w: headers of %d bytes instead of %d", errMalformedExecutable, entry, want)
	case n > maxSections:
		return nil, fmt.Errorf("%w: %d headers", errMalformedExecutable, n)
	}
	return w.read(off, uint64(n)*uint64(entry))
}
