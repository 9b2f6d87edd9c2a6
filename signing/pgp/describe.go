package pgp

import (
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp/packet"
	openpgp "github.com/ProtonMail/go-crypto/openpgp/v2"
)

// describe says of a key what people want to know. It asks the library without
// a date, so that the newest valid statements of the owner count.
func describe(e *openpgp.Entity) Key {
	cfg := lenientConfig(time.Time{})
	key := Key{
		Fingerprint: fingerprint(e.PrimaryKey),
		Algorithm:   algorithm(e.PrimaryKey),
		Created:     e.PrimaryKey.CreationTime.UTC(),
		UserIDs:     userIDs(e, cfg),
		Expires:     primaryExpiry(e, cfg),
		Revocation:  primaryRevocation(e),
	}
	if self, err := e.PrimarySelfSignature(time.Time{}, cfg); err == nil {
		key.Signs = self.FlagsValid && self.FlagSign && e.PrimaryKey.PubKeyAlgo.CanSign()
	}
	for i := range e.Subkeys {
		sub := &e.Subkeys[i]
		binding, err := sub.LatestValidBindingSignature(time.Time{}, cfg)
		if err != nil {
			continue
		}
		key.Subkeys = append(key.Subkeys, Subkey{
			Fingerprint: fingerprint(sub.PublicKey),
			Algorithm:   algorithm(sub.PublicKey),
			Created:     sub.PublicKey.CreationTime.UTC(),
			Expires:     expiry(sub.PublicKey, binding),
			Signs:       binding.FlagsValid && binding.FlagSign && sub.PublicKey.PubKeyAlgo.CanSign(),
			Revocation:  subkeyRevocation(sub),
		})
	}
	return key
}

func userIDs(e *openpgp.Entity, cfg *packet.Config) []string {
	var ids []string
	_, primary := e.PrimaryIdentity(time.Time{}, cfg)
	if primary != nil {
		ids = append(ids, clean(primary.Name, maxUserIDText))
	}
	for _, name := range slices.Sorted(maps.Keys(e.Identities)) {
		id := e.Identities[name]
		if id == primary {
			continue
		}
		if _, err := id.Verify(time.Time{}, cfg); err != nil {
			continue
		}
		if len(ids) == maxUserIDs {
			break
		}
		ids = append(ids, clean(name, maxUserIDText))
	}
	return ids
}

// primaryExpiry follows the library's rule: a direct signature may shorten what
// the user id's signature says.
func primaryExpiry(e *openpgp.Entity, cfg *packet.Config) time.Time {
	var until time.Time
	if self, err := e.PrimarySelfSignature(time.Time{}, cfg); err == nil {
		until = expiry(e.PrimaryKey, self)
	}
	if direct, err := e.LatestValidDirectSignature(time.Time{}, cfg); err == nil {
		until = sooner(until, expiry(e.PrimaryKey, direct))
	}
	return until
}

func expiry(pk *packet.PublicKey, self *packet.Signature) time.Time {
	if self.KeyLifetimeSecs == nil || *self.KeyLifetimeSecs == 0 {
		return time.Time{}
	}
	return pk.CreationTime.Add(time.Duration(*self.KeyLifetimeSecs) * time.Second).UTC()
}

// sooner treats the zero time as never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func primaryRevocation(e *openpgp.Entity) *Revocation {
	return worst(e.Revocations, e.PrimaryKey.VerifyRevocationSignature)
}

func subkeyRevocation(s *openpgp.Subkey) *Revocation {
	return worst(s.Revocations, func(sig *packet.Signature) error {
		return s.Primary.PrimaryKey.VerifySubkeyRevocationSignature(sig, s.PublicKey)
	})
}

// worst gives the revocation that takes most away: one that reaches back before
// one that does not, then the earliest.
func worst(sigs []*packet.VerifiableSignature, valid func(*packet.Signature) error) *Revocation {
	var found *Revocation
	for _, sig := range sigs {
		if valid(sig.Packet) != nil {
			continue
		}
		r := revocation(sig.Packet)
		if found == nil || r.Always && !found.Always || r.Always == found.Always && r.At.Before(found.At) {
			found = r
		}
	}
	return found
}

func revocation(sig *packet.Signature) *Revocation {
	r := &Revocation{At: sig.CreationTime.UTC(), Reason: "no reason given", Text: clean(sig.RevocationReasonText, maxUserIDText), Always: true}
	if sig.RevocationReason == nil {
		return r
	}
	switch *sig.RevocationReason {
	case packet.KeyCompromised:
		r.Reason = "compromised"
	case packet.KeySuperseded:
		r.Reason, r.Always = "superseded", false
	case packet.KeyRetired:
		r.Reason, r.Always = "retired", false
	case packet.UserIDNotValid:
		r.Reason, r.Always = "user id no longer valid", false
	default:
	}
	return r
}

func fingerprint(pk *packet.PublicKey) string {
	return strings.ToUpper(hex.EncodeToString(pk.Fingerprint))
}

func isRSA(pk *packet.PublicKey) bool {
	return pk.PubKeyAlgo == packet.PubKeyAlgoRSA || pk.PubKeyAlgo == packet.PubKeyAlgoRSASignOnly || pk.PubKeyAlgo == packet.PubKeyAlgoRSAEncryptOnly
}

// algorithm names the kind of a key as people write it.
func algorithm(pk *packet.PublicKey) string {
	bits, _ := pk.BitLength()
	curve, _ := pk.Curve()
	switch pk.PubKeyAlgo {
	case packet.PubKeyAlgoRSA, packet.PubKeyAlgoRSASignOnly, packet.PubKeyAlgoRSAEncryptOnly:
		return fmt.Sprintf("RSA %d", bits)
	case packet.PubKeyAlgoDSA:
		return fmt.Sprintf("DSA %d", bits)
	case packet.PubKeyAlgoElGamal:
		return fmt.Sprintf("ElGamal %d", bits)
	case packet.PubKeyAlgoECDSA:
		return "ECDSA " + curveName(curve)
	case packet.PubKeyAlgoECDH:
		return "ECDH " + curveName(curve)
	case packet.PubKeyAlgoEdDSA, packet.PubKeyAlgoEd25519, packet.PubKeyAlgoEd448:
		return strings.Replace(string(curve), "Curve", "Ed", 1)
	case packet.PubKeyAlgoX25519, packet.PubKeyAlgoX448:
		return strings.Replace(string(curve), "Curve", "X", 1)
	default:
		return fmt.Sprintf("algorithm %d", pk.PubKeyAlgo)
	}
}

func curveName(c packet.Curve) string {
	if n, ok := strings.CutPrefix(string(c), "P"); ok {
		return "P-" + n
	}
	return string(c)
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
