// Package registry is the registry itself, without a transport: connectors and
// versions, their lifecycle, validation, the audit log and who may do what.
//
// A *Registry implements the gRPC services of proto/registry/v1; package
// server puts it on listeners. Every process that opens a data directory is an
// equal replica of one store: nothing here is special to the first of them.
package registry
