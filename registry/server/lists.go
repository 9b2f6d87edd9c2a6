package server

import (
	"context"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding"
	encproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry"
)

// listsLimit bounds the pages of lists that are kept as they go over the
// wire, in bytes: some two thousand pages of a console.
const listsLimit = 24 << 20

// encoded is an answer in the form in which it goes over the wire.
type encoded []byte

// codec is the codec of protobuf, which takes answers that are encoded already.
type codec struct{ encoding.CodecV2 }

func newCodec() codec { return codec{encoding.GetCodecV2(encproto.Name)} }

// Marshal implements encoding.CodecV2.
func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	if known, ok := v.(encoded); ok {
		return mem.BufferSlice{mem.SliceBuffer(known)}, nil
	}
	return c.CodecV2.Marshal(v)
}

// listed reports whether a call reads a page of a list of which many people
// read the same: the console, and everything that follows a registry.
func listed(method string) bool {
	return method == registryv1.RegistryService_ListVersions_FullMethodName || method == registryv1.RegistryService_ListConnectors_FullMethodName
}

// answer does what a call asks for. Pages of lists are given again, as they
// went over the wire, to whoever may see the same, for as long as nothing in
// the store has changed. That is looked at for each call, so that no page is
// older than its question, whichever process writes.
func (ch *chain) answer(ctx context.Context, method string, caller registry.Principal, rq any, handle grpc.UnaryHandler) (any, error) {
	message, is := rq.(proto.Message)
	if !is || !listed(method) {
		return handle(ctx, rq)
	}
	asked, err := proto.MarshalOptions{Deterministic: true}.Marshal(message)
	if err != nil {
		return handle(ctx, rq)
	}
	key := method + "\x00" + caller.Sees() + "\x00" + string(asked)
	return ch.lists.Remembered(ctx, key, func() (encoded, int, error) {
		answer, err := handle(ctx, rq)
		if err != nil {
			return nil, 0, err
		}
		page, err := proto.Marshal(answer.(proto.Message)) //nolint:forcetypeassert // grpc answers with messages
		return page, len(page), err
	})
}
