package clean

import (
	"sync"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Message cleans every string of a message in place, wherever it is: fields,
// lists, keys and values of maps, messages within. Bytes are left alone.
// Fields that hold a text, such as a changelog, keep their lines; every other
// string becomes one line.
func Message(m proto.Message) {
	if m == nil {
		return
	}
	r := m.ProtoReflect()
	if r.IsValid() {
		message(r)
	}
}

// texts are the names of fields that may have several lines.
var texts = map[protoreflect.Name]bool{
	"capabilities": true, "changelog": true, "config_schema": true, "description": true, "detail": true, "documentation": true,
	"evidence": true, "fix": true, "message": true, "note": true, "override": true, "reason": true,
}

// plans remembers, by message, which fields can hold strings, so that
// timestamps and numbers cost nothing.
var plans sync.Map // protoreflect.MessageDescriptor -> []protoreflect.FieldDescriptor

func plan(d protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	if known, ok := plans.Load(d); ok {
		return known.([]protoreflect.FieldDescriptor)
	}
	var fields []protoreflect.FieldDescriptor
	for i := range d.Fields().Len() {
		if f := d.Fields().Get(i); holdsStrings(f, map[protoreflect.FullName]bool{}) {
			fields = append(fields, f)
		}
	}
	plans.Store(d, fields)
	return fields
}

// holdsStrings reports whether a field is a string or leads to one.
func holdsStrings(f protoreflect.FieldDescriptor, seen map[protoreflect.FullName]bool) bool {
	if f.Kind() == protoreflect.StringKind {
		return true
	}
	d := f.Message()
	if d == nil || seen[d.FullName()] {
		return false
	}
	seen[d.FullName()] = true
	for i := range d.Fields().Len() {
		if holdsStrings(d.Fields().Get(i), seen) {
			return true
		}
	}
	return false
}

func message(m protoreflect.Message) {
	for _, f := range plan(m.Descriptor()) {
		if !m.Has(f) {
			continue
		}
		switch {
		case f.IsMap():
			mapField(m, f)
		case f.IsList():
			list(m, f)
		case f.Message() != nil:
			message(m.Get(f).Message())
		default:
			was := m.Get(f).String()
			if now := value(f, was); now != was {
				m.Set(f, protoreflect.ValueOfString(now))
			}
		}
	}
}

func list(m protoreflect.Message, f protoreflect.FieldDescriptor) {
	l := m.Get(f).List()
	for i := range l.Len() {
		if f.Message() != nil {
			message(l.Get(i).Message())
			continue
		}
		was := l.Get(i).String()
		if now := value(f, was); now != was {
			l.Set(i, protoreflect.ValueOfString(now))
		}
	}
}

// mapField cleans keys and values. Two keys that become the same are kept
// apart by a number of signs behind the later one, so that nothing is lost
// without a trace.
func mapField(m protoreflect.Message, f protoreflect.FieldDescriptor) {
	entries := m.Get(f).Map()
	stringKeys, values := f.MapKey().Kind() == protoreflect.StringKind, f.MapValue()
	var dirty []protoreflect.MapKey
	entries.Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
		if values.Message() != nil {
			message(v.Message())
		} else if values.Kind() == protoreflect.StringKind && Text(v.String(), 0) != v.String() {
			dirty = append(dirty, k)
			return true
		}
		if stringKeys && Line(k.String(), 0) != k.String() {
			dirty = append(dirty, k)
		}
		return true
	})
	for _, k := range dirty {
		v := entries.Get(k)
		entries.Clear(k)
		if values.Kind() == protoreflect.StringKind {
			v = protoreflect.ValueOfString(Text(v.String(), 0))
		}
		if stringKeys {
			name := Line(k.String(), 0)
			for entries.Has(protoreflect.ValueOfString(name).MapKey()) {
				name += string(Replacement)
			}
			k = protoreflect.ValueOfString(name).MapKey()
		}
		entries.Set(k, v)
	}
}

func value(f protoreflect.FieldDescriptor, s string) string {
	if firstDirty(s, false) == len(s) {
		return s
	}
	if texts[f.Name()] {
		return Text(s, 0)
	}
	return Line(s, 0)
}
