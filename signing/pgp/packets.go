package pgp

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

// Limits on what is read from outside. A key with many certifications by
// other people is some hundred kilobytes, a signature some hundred bytes.
const (
	MaxKey       = 1 << 20
	MaxSignature = 64 << 10
	maxPackets   = 4096
)

const (
	publicBlock    = "PGP PUBLIC KEY BLOCK"
	privateBlock   = "PGP PRIVATE KEY BLOCK"
	signatureBlock = "PGP SIGNATURE"
)

// Packet types of RFC 9580, section 5, that this package looks at itself.
const (
	tagSignature     = 2
	tagSecretKey     = 5
	tagPublicKey     = 6
	tagSecretSubkey  = 7
	tagMarker        = 10
	tagTrust         = 12
	tagUserID        = 13
	tagPublicSubkey  = 14
	tagUserAttribute = 17
	tagPadding       = 21
)

const (
	armorBegin = "-----BEGIN "
	armorEnd   = "-----END "
	armorDash  = "-----"
)

// unarmor gives the binary form of data, which is either binary already or
// exactly one armored block. The library stops reading at the end of the first
// block and skips text in front of it; a file that holds more than it shows
// would then pass, so the frame is checked here.
func unarmor(data []byte, limit int, what string) (body []byte, block string, err error) {
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, "", problem(Empty, nil, "", "the %s is empty", what)
	case len(data) > limit:
		return nil, "", problem(TooLarge, nil, "", "the %s has %d bytes, more than the %d that are read", what, len(data), limit)
	case data[0]&0x80 != 0:
		return data, "", nil
	}
	block, err = armorFrame(data, what)
	if err != nil {
		return nil, block, err
	}
	b, err := armor.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, block, problem(Malformed, err, "", "the armor of the %s is damaged", what)
	}
	body, err = io.ReadAll(b.Body)
	if err != nil {
		return nil, block, problem(Malformed, err, "", "the armor of the %s is damaged", what)
	}
	if len(body) == 0 {
		return nil, block, problem(Empty, nil, "", "the armor of the %s holds nothing", what)
	}
	return body, block, nil
}

// armorFrame checks that data is one armored block and nothing else, and says
// which. After the checksum the library reads no further, so only the end may follow.
func armorFrame(data []byte, what string) (block string, err error) {
	const (
		before = iota
		inside
		checked
		after
	)
	several := problem(Malformed, nil, "give one block per file", "the %s holds more than one armored block", what)
	place := before
	for line := range bytes.Lines(data) {
		text := string(bytes.TrimSpace(line))
		dashed := strings.HasPrefix(text, armorDash)
		switch {
		case place == before && strings.HasPrefix(text, armorBegin) && strings.HasSuffix(text, armorDash):
			block = strings.TrimSuffix(strings.TrimPrefix(text, armorBegin), armorDash)
			place = inside
		case (place == inside || place == checked) && text == armorEnd+block+armorDash:
			place = after
		case text == "", place == inside && !dashed:
			if len(text) == 5 && text[0] == '=' {
				place = checked
			}
		case dashed && place != before:
			return block, several
		default:
			return block, problem(Malformed, nil, "give the block alone", "the %s is not OpenPGP, or has other text around its armor", what)
		}
	}
	if place != after {
		return block, problem(Malformed, nil, "", "the %s is cut off: its armor has no end", what)
	}
	return block, nil
}

// split cuts data into packets without interpreting them. It is what keeps
// packets that the library would pass over, among them secret keys in formats
// that it does not know, from going unnoticed.
func split(data []byte, what string) ([]*packet.OpaquePacket, error) {
	var all []*packet.OpaquePacket
	r := bytes.NewReader(data)
	packets := packet.NewOpaqueReader(r)
	for {
		p, err := packets.Next()
		if errors.Is(err, io.EOF) && p == nil {
			return all, nil
		}
		if err != nil {
			return nil, problem(Malformed, err, "", "the %s is damaged or cut off", what)
		}
		if len(all) == maxPackets {
			return nil, problem(TooLarge, nil, "", "the %s has more than %d packets", what, maxPackets)
		}
		all = append(all, p)
	}
}

// clean makes text out of a key fit to be shown: one line, bounded, and
// nothing in it that a terminal would obey or that hides what stands there.
func clean(s string, limit int) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n == limit {
			b.WriteString("...")
			break
		}
		if !unicode.IsPrint(r) {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
