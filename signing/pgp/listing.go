package pgp

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The fields of a line of gpg --with-colons that are read here, counted from 0.
const (
	fieldType = iota
	fieldValidity
	fieldLength
	fieldAlgorithm
	_ // key id
	fieldCreated
	fieldExpires
	_
	_
	fieldUserID
	_
	fieldCapabilities
	_
	_
	fieldToken
	_
	fieldCurve
)

// parseListing reads what gpg --with-colons --list-secret-keys prints. Lines
// and fields that it does not know are passed over, as gpg's format asks for.
func parseListing(out []byte) []SecretKey {
	var keys []SecretKey
	var primary bool
	for line := range strings.Lines(string(out)) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), ":")
		field := func(i int) string {
			if i < len(f) {
				return f[i]
			}
			return ""
		}
		switch field(fieldType) {
		case "sec":
			keys = append(keys, listedKey(field))
			primary = true
		case "ssb":
			primary = false
			if len(keys) > 0 {
				subkeyToo(&keys[len(keys)-1], field)
			}
		case "fpr":
			if primary && len(keys) > 0 {
				keys[len(keys)-1].Fingerprint = clean(field(fieldUserID), 64)
			}
		case "uid":
			if k := len(keys) - 1; k >= 0 && len(keys[k].UserIDs) < maxUserIDs && !strings.Contains(field(fieldValidity), "r") {
				keys[k].UserIDs = append(keys[k].UserIDs, clean(unescape(field(fieldUserID)), maxUserIDText))
			}
		}
	}
	return slices.DeleteFunc(keys, func(k SecretKey) bool { return k.Fingerprint == "" })
}

func listedKey(field func(int) string) SecretKey {
	key := SecretKey{
		Algorithm: listedAlgorithm(field(fieldAlgorithm), field(fieldLength), field(fieldCurve)),
		Created:   listedTime(field(fieldCreated)),
		Expires:   listedTime(field(fieldExpires)),
		Card:      card(field(fieldToken)),
	}
	// Capital letters speak of the whole key, its usable subkeys included.
	capabilities := field(fieldCapabilities)
	switch {
	case strings.Contains(field(fieldValidity), "r"):
		key.Off = "revoked"
	case strings.Contains(field(fieldValidity), "e"):
		key.Off = "expired on " + day(key.Expires)
	case strings.Contains(capabilities, "D"):
		key.Off = "disabled"
	case !strings.Contains(capabilities, "S"):
		key.Off = "cannot sign"
	}
	return key
}

// subkeyToo takes over the card of a signing subkey: that is the one gpg uses.
func subkeyToo(key *SecretKey, field func(int) string) {
	if strings.Contains(field(fieldCapabilities), "s") && key.Card == "" {
		key.Card = card(field(fieldToken))
	}
}

// card tells a serial number from the marks for "here" and "not here".
func card(token string) string {
	if token == "+" || token == "#" {
		return ""
	}
	return clean(token, 64)
}

func listedTime(s string) time.Time {
	seconds, err := strconv.ParseInt(s, 10, 64)
	if err != nil || seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}

func listedAlgorithm(number, length, curve string) string {
	switch number {
	case "1", "2", "3":
		return "RSA " + clean(length, 8)
	case "17":
		return "DSA " + clean(length, 8)
	case "19":
		return "ECDSA " + clean(curve, 32)
	case "22":
		return strings.Replace(clean(curve, 32), "ed", "Ed", 1)
	default:
		return "algorithm " + clean(number, 8)
	}
}

// unescape undoes the \xNN by which gpg writes colons and control characters.
func unescape(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], `\x`) && i+4 <= len(s) {
			if c, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				b = append(b, byte(c))
				i += 3
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}
