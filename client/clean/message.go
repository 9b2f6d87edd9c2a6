package clean

import "google.golang.org/protobuf/proto"

// Message cleans every string of a message in place, wherever it is: fields,
// lists, keys and values of maps, messages within. Bytes are left alone.
func Message(m proto.Message) {}
