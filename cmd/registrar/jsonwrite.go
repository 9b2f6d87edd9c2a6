package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
)

// object is a JSON object whose members keep the order in which they were
// added, so that the same answer always gives the same bytes.
type object []member

type member struct {
	name  string
	value any
}

// with returns the object with one more member; empty texts are absent values
// and are left out.
func (o object) with(name string, value any) object {
	if text, ok := value.(string); ok && text == "" {
		return o
	}
	return append(o, member{name, value})
}

// writeJSON writes one document and a line feed.
func writeJSON(w io.Writer, value any, pretty bool) error {
	var out bytes.Buffer
	if err := appendJSON(&out, value); err != nil {
		return err
	}
	if pretty {
		var indented bytes.Buffer
		if err := json.Indent(&indented, out.Bytes(), "", "  "); err != nil {
			return fmt.Errorf("indenting JSON: %w", err)
		}
		out = indented
	}
	out.WriteByte('\n')
	_, err := w.Write(out.Bytes())
	return err
}

func appendJSON(out *bytes.Buffer, value any) error {
	switch v := value.(type) {
	case object:
		return appendObject(out, v)
	case []any:
		out.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				out.WriteByte(',')
			}
			if err := appendJSON(out, item); err != nil {
				return err
			}
		}
		out.WriteByte(']')
	case string:
		return appendText(out, v)
	case bool:
		out.WriteString(strconv.FormatBool(v))
	case int:
		out.WriteString(strconv.Itoa(v))
	case int32:
		out.WriteString(strconv.FormatInt(int64(v), 10))
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
	case uint32:
		out.WriteString(strconv.FormatUint(uint64(v), 10))
	case uint64:
		out.WriteString(strconv.FormatUint(v, 10))
	default:
		return fmt.Errorf("writing JSON: there is no form for a %T", value)
	}
	return nil
}

func appendObject(out *bytes.Buffer, o object) error {
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := appendText(out, m.name); err != nil {
			return err
		}
		out.WriteByte(':')
		if err := appendJSON(out, m.value); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}

// appendText leaves <, > and & as they are: nobody embeds this in a page, and
// people read it.
func appendText(out *bytes.Buffer, text string) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	out.Truncate(out.Len() - 1) // the line feed that Encode adds
	return nil
}
