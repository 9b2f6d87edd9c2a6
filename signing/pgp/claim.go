package pgp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	openpgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"

	"github.com/registrar-console/registrar/signing"
)

// maxClaims bounds the signatures in one file: each may cost a pass over the
// artifact.
const maxClaims = 8

// claim is one signature of a file, as it describes itself. All of it is
// hearsay until the library has verified it.
type claim struct {
	packet    []byte // this signature alone, as the library gets to see it
	sig       *packet.Signature
	issuer    string // fingerprint, or key id where it names only that
	created   time.Time
	algorithm string
	armored   bool

	// What rules it out before any key is asked.
	reason signing.Reason
	detail string
	next   string
	cause  error
}

// The fields that begin a version 4 or 6 signature packet, and their values
// after RFC 9580, sections 5.2.1 and 9.5.
const (
	offVersion = iota
	offType
	offKeyAlgorithm
	offHash
	claimHeader
)

// hashNames are the hash algorithms of OpenPGP by their numbers.
var hashNames = map[byte]string{
	1: "MD5", 2: "SHA-1", 3: "RIPEMD-160", 8: "SHA-256", 9: "SHA-384", 10: "SHA-512", 11: "SHA-224", 12: "SHA3-256", 14: "SHA3-512",
}

func weakHash(id byte) bool { return id >= 1 && id <= 3 }

// readClaims takes a signature file apart. An error is an *Error about the
// file as a whole; what is wrong with one signature is in its claim.
func readClaims(data []byte) ([]claim, error) {
	const what = "signature"
	body, block, err := unarmor(data, MaxSignature, what)
	switch {
	case block != "" && block != signatureBlock:
		return nil, notASignature(block)
	case err != nil:
		return nil, err
	}
	all, err := split(body, what)
	if err != nil {
		return nil, err
	}
	var claims []claim
	for _, p := range all {
		switch p.Tag {
		case tagMarker, tagPadding:
		case tagSignature:
			if len(claims) == maxClaims {
				return nil, problem(TooLarge, nil, "", "the file holds more than %d signatures", maxClaims)
			}
			c := readClaim(p)
			c.armored = block != ""
			claims = append(claims, c)
		default:
			return nil, problem(Malformed, nil, detached, "this is not a detached signature: it holds an OpenPGP packet of type %d", p.Tag)
		}
	}
	if len(claims) == 0 {
		return nil, problem(Empty, nil, detached, "there is no signature in the file")
	}
	return claims, nil
}

const detached = "run gpg --armor --detach-sign FILE to make a detached signature"

func notASignature(block string) error {
	switch block {
	case "PGP SIGNED MESSAGE":
		return problem(Malformed, nil, detached, "this is a clear-signed text, not a signature of a file")
	case publicBlock:
		return problem(Malformed, nil, detached, "this is a public key, not a signature")
	case privateBlock:
		return problem(PrivateKey, nil, "remove it at once: whoever has it can sign in your name", "this is a private key, not a signature")
	default:
		return problem(Malformed, nil, detached, "this is a %s, not a signature", clean(block, 40))
	}
}

func readClaim(p *packet.OpaquePacket) claim {
	var c claim
	var one bytes.Buffer
	if err := p.Serialize(&one); err != nil {
		return c.ruledOut(signing.Malformed, err, "", "the signature packet is damaged")
	}
	c.packet = one.Bytes()
	if len(p.Contents) < claimHeader {
		return c.ruledOut(signing.Malformed, nil, "", "the signature packet is cut off")
	}
	h := p.Contents
	c.algorithm = hashNames[h[offHash]]
	switch {
	case h[offVersion] != 4 && h[offVersion] != 6:
		return c.ruledOut(signing.Unsupported, nil, detached, "signatures of version %d are not supported", h[offVersion])
	case weakHash(h[offHash]):
		return c.ruledOut(signing.WeakAlgorithm, nil, "use gpg --digest-algo SHA256 and sign again", "the signature uses %s, which others can forge", c.algorithm)
	case h[offType] == byte(packet.SigTypeText):
		// It would hold for every spelling of the line ends: for other bytes.
		return c.ruledOut(signing.Unsupported, nil, "leave out --textmode and sign again", "the signature was made in text mode, which does not cover the exact bytes")
	case h[offType] != byte(packet.SigTypeBinary):
		return c.ruledOut(signing.Malformed, nil, detached, "this is a signature of type 0x%02x, which speaks of keys, not of files", h[offType])
	}
	return c.parse()
}

// parse lets the library read the signature; what it does not know it says by
// an UnsupportedError.
func (c claim) parse() claim {
	pkt, err := packet.Read(bytes.NewReader(c.packet))
	sig, ok := pkt.(*packet.Signature)
	if _, unsupported := errors.AsType[openpgperrors.UnsupportedError](err); unsupported {
		return c.ruledOut(signing.Unsupported, err, "", "the signature is of a kind that is not supported")
	}
	if err != nil || !ok {
		return c.ruledOut(signing.Malformed, err, "", "the signature packet is damaged")
	}
	c.sig, c.created = sig, sig.CreationTime.UTC()
	switch {
	case len(sig.IssuerFingerprint) > 0:
		c.issuer = strings.ToUpper(hex.EncodeToString(sig.IssuerFingerprint))
	case sig.IssuerKeyId != nil:
		c.issuer = fmt.Sprintf("%016X", *sig.IssuerKeyId)
	default:
		return c.ruledOut(signing.Malformed, nil, "", "the signature does not say which key made it")
	}
	return c
}

func (c claim) ruledOut(r signing.Reason, cause error, next, format string, args ...any) claim {
	c.reason, c.cause, c.next, c.detail = r, cause, next, fmt.Sprintf(format, args...)
	return c
}

// form is how the signature came, for people.
func (c claim) form() string {
	if c.armored {
		return "armored"
	}
	return "binary"
}

// end is when the signature itself says that it ends; zero: never.
func (c claim) end() time.Time {
	if c.sig == nil || c.sig.SigLifetimeSecs == nil || *c.sig.SigLifetimeSecs == 0 {
		return time.Time{}
	}
	return c.created.Add(time.Duration(*c.sig.SigLifetimeSecs) * time.Second)
}

// by finds the part of a key that the signature names, by the whole
// fingerprint where it has one. nil: another key.
func (c claim) by(e *openpgp.Entity) *packet.PublicKey {
	for _, pk := range publicKeys(e) {
		if len(c.sig.IssuerFingerprint) > 0 {
			if bytes.Equal(c.sig.IssuerFingerprint, pk.Fingerprint) {
				return pk
			}
		} else if *c.sig.IssuerKeyId == pk.KeyId {
			return pk
		}
	}
	return nil
}

func publicKeys(e *openpgp.Entity) []*packet.PublicKey {
	all := []*packet.PublicKey{e.PrimaryKey}
	for i := range e.Subkeys {
		all = append(all, e.Subkeys[i].PublicKey)
	}
	return all
}
