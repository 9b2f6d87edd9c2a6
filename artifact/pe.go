package artifact

import (
	"encoding/binary"
	"fmt"
)

// Fields of PE that matter here.
const (
	peAMD64         = 0x8664
	peExecutable    = 0x0002
	peDLL           = 0x2000
	pePlus          = 0x20b
	peGUI           = 2
	peConsole       = 3
	peSectionSize   = 40
	peSymbolSize    = 18
	peWritableData  = 0xc0000040 // Initialised, readable, writable: where Go's build information is.
	peAlignmentMask = 0x00f00000
	peMaxSections   = 96 // What Windows itself loads at most.
)

var peMachines = map[uint32]string{0x14c: "x86", peAMD64: "x86-64", 0xaa64: "arm64", 0x1c4: "ARM"}

func readPE(w window) (image, error) {
	dos, err := w.read(0, 64)
	if err != nil {
		return image{}, err
	}
	le := binary.LittleEndian
	at := uint64(le.Uint32(dos[60:]))
	h, err := w.read(at, 24)
	if err != nil {
		return image{}, err
	}
	if string(h[:4]) != "PE\x00\x00" {
		return image{}, fmt.Errorf("%w: there is no PE header", errMalformedExecutable)
	}
	coff := h[4:]
	machine := uint32(le.Uint16(coff))
	flags := le.Uint16(coff[18:])
	img := image{arch: machineName(machine, peMachines), bits: 32, program: flags&peExecutable != 0 && flags&peDLL == 0}
	optional, err := w.read(at+24, uint64(le.Uint16(coff[16:])))
	if err != nil {
		return img, err
	}
	if len(optional) >= 2 && le.Uint16(optional) == pePlus {
		img.bits = 64
		if machine == peAMD64 {
			img.platform = WindowsAMD64
		}
	}
	if err := img.peOptional(w, optional); err != nil {
		return img, err
	}
	// The symbol table, if any, and behind it at least the length of its names.
	if symbols := uint64(le.Uint32(coff[8:])); symbols > 0 {
		if err := w.inside(symbols, uint64(le.Uint32(coff[12:]))*peSymbolSize+4); err != nil {
			return img, err
		}
	}
	if err := img.peSections(w, at+24+uint64(len(optional)), uint64(le.Uint16(coff[2:]))); err != nil {
		return img, err
	}
	img.findBuild(w)
	return img, nil
}

// peOptional looks at the subsystem and at the certificate table, which is at
// the end of signed files.
func (img *image) peOptional(w window, optional []byte) error {
	le := binary.LittleEndian
	if img.bits != 64 {
		return nil
	}
	if len(optional) < 112 {
		return fmt.Errorf("%w: an optional header of %d bytes", errMalformedExecutable, len(optional))
	}
	if sub := le.Uint16(optional[68:]); sub != peGUI && sub != peConsole {
		img.program = false
	}
	const certificates = 112 + 4*8
	if le.Uint32(optional[108:]) > 4 && len(optional) >= certificates+8 {
		return w.inside(uint64(le.Uint32(optional[certificates:])), uint64(le.Uint32(optional[certificates+4:])))
	}
	return nil
}

// peSections checks that all sections are in the file and finds the ones that
// may hold the Go build information.
func (img *image) peSections(w window, at, n uint64) error {
	if n == 0 || n > peMaxSections {
		return fmt.Errorf("%w: %d sections", errMalformedExecutable, n)
	}
	sections, err := w.read(at, n*peSectionSize)
	if err != nil {
		return err
	}
	le := binary.LittleEndian
	for s := sections; len(s) > 0; s = s[peSectionSize:] {
		part := span{uint64(le.Uint32(s[20:])), uint64(le.Uint32(s[16:]))}
		if part.off == 0 {
			continue // Memory only.
		}
		if err := w.inside(part.off, part.size); err != nil {
			return err
		}
		if le.Uint32(s[36:])&^peAlignmentMask == peWritableData {
			img.data = append(img.data, part)
		}
	}
	return nil
}
