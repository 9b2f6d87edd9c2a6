package registry

import (
	"context"
	"strings"

	"google.golang.org/protobuf/proto"

	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
	"github.com/registrar-console/registrar/registry/store"
)

const maxRequestID = 128

// mutation is any request that may be repeated under one request_id.
type mutation interface {
	proto.Message
	GetRequestId() string
}

// mutate runs a mutation in one transaction by the caller. Repeated within 24
// hours under the same request_id it is not done again: the first answer is
// given again, from the same transaction that did it. do may be called more
// than once, and so has no effect but on its transaction.
func mutate[T proto.Message](ctx context.Context, r *Registry, rq mutation, do func(tx *store.Tx) (T, error)) (T, error) {
	var answer, none T
	var faults Faults
	checkRequestID(&faults, rq.GetRequestId())
	if err := faults.Err(""); err != nil {
		return none, err
	}
	err := r.store.Write(ctx, PrincipalFrom(ctx).Actor(), func(tx *store.Tx) (err error) {
		answer, err = store.Once(ctx, tx, rq.GetRequestId(), methodOf(rq), rq, func() (T, error) { return do(tx) })
		return err
	})
	if err != nil {
		return none, err
	}
	return answer, nil
}

// methodOf is the method that a request is for, by the rule of the contract.
func methodOf(rq proto.Message) string {
	return strings.TrimSuffix(string(rq.ProtoReflect().Descriptor().Name()), "Request")
}

// checkRequestID lets through what people and programs make as ids: visible
// ASCII of a bounded length.
func checkRequestID(faults *Faults, id string) {
	visible := !strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c > '~' })
	if len(id) > maxRequestID || !visible {
		faults.Add("request_id", registryv1.Reason_REASON_INVALID_ARGUMENT,
			"the request_id must be at most %d visible ASCII characters without spaces", maxRequestID)
	}
}
