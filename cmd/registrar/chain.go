package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/registrar-console/registrar/client"
	wording "github.com/registrar-console/registrar/client/words"
	registryv1 "github.com/registrar-console/registrar/proto/registry/v1"
)

// maxChainFaults bounds how many broken links are named: one altered event in
// a long log breaks one link, a log that was replaced breaks all of them.
const maxChainFaults = 20

func newEventsVerify(env *Env) *cobra.Command {
	var head string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Prove that nothing in the audit log was altered",
		Long: "Reads the whole log as it is stored, computes the chain of hashes anew on this computer, and prints its head.\n\n" +
			"What a chain alone cannot show is that its end was cut off, or that all of it was written anew. For that, keep the " +
			"head that this command prints, and give it later with --head: it is then proved to be still in the log.",
		Example: `# Verify, and keep the head
registrar events verify

# Prove that an earlier head is still in the log
registrar events verify --head 412:sha256:91c05e7ad1f3...`,
		Args: none,
		RunE: func(cmd *cobra.Command, _ []string) error { return runEventsVerify(cmd.Context(), env, head) },
	}
	cmd.Flags().StringVar(&head, "head", "", "an earlier head as SEQ:HASH, which must still be in the log")
	return cmd
}

func runEventsVerify(ctx context.Context, env *Env, head string) error {
	c := chain{}
	if head != "" {
		seq, hash, err := parseHead(head)
		if err != nil {
			return err
		}
		c.wantSeq, c.wantHash = seq, hash
	}
	return with(ctx, env, func(s *session) error {
		rq := &registryv1.ListEventsRequest{Ascending: true, PageSize: pageSize}
		var known *registryv1.ChainHead
		for page, err := range s.EventPages(ctx, rq) {
			if err != nil {
				return err
			}
			if page.GetHead() != nil {
				known = page.GetHead()
			}
			for _, event := range page.GetEvents() {
				if event.GetStored() == nil {
					return notReadable()
				}
				c.add(event)
			}
		}
		if known == nil && c.events == 0 {
			// Whoever may not read the whole log gets no head, not even an empty one.
			return notReadable()
		}
		c.end(known)
		return writeChain(env, &c)
	})
}

func notReadable() error {
	return &client.Error{
		Reason:  registryv1.Reason_REASON_NOT_PERMITTED,
		Doing:   "verifying the audit log",
		Message: "your token may not read the whole log as it is stored",
		Next:    "use the token of an admin of this registry",
	}
}

// parseHead reads SEQ:HASH as this command prints it.
func parseHead(text string) (seq int64, hash []byte, err error) {
	number, digest, ok := strings.Cut(text, ":")
	if ok {
		seq, err = strconv.ParseInt(number, 10, 64)
	}
	if ok && err == nil && seq > 0 {
		hash, err = hex.DecodeString(strings.TrimPrefix(digest, "sha256:"))
	}
	if !ok || err != nil || seq <= 0 || len(hash) != digestBytes {
		return 0, nil, usage("write it as this command prints it: 412:sha256:<64 hexadecimal digits>",
			"--head: %q is not a head", text)
	}
	return seq, hash, nil
}

// chain recomputes the log. Every event must follow the one before it, hash to
// what is stored, and say in its columns, and to people, what its stored bytes
// say.
type chain struct {
	events int64
	seq    int64
	hash   []byte
	wrong  faults
	more   int

	wantSeq  int64
	wantHash []byte
	found    bool
}

func (c *chain) fault(seq int64, format string, args ...any) {
	if len(c.wrong) == maxChainFaults {
		c.more++
		return
	}
	c.wrong.add("event "+strconv.FormatInt(seq, 10), registryv1.Reason_REASON_DIGEST_MISMATCH,
		"event %d %s", seq, fmt.Sprintf(format, args...))
}

func (c *chain) add(e *registryv1.Event) {
	stored, seq := e.GetStored(), e.GetSeq()
	c.events++
	if wrong := client.CheckPlace(e, c.seq, c.hash); wrong != "" {
		c.fault(seq, "%s", wrong)
	}
	for _, wrong := range client.CheckStored(e) {
		c.fault(seq, "%s", wrong)
	}
	if seq == c.wantSeq {
		c.found = true
		if !bytes.Equal(stored.GetHash(), c.wantHash) {
			c.fault(seq, "has the hash %s and not that of the earlier head: the log was written anew", bytesText(stored.GetHash()))
		}
	}
	c.seq, c.hash = seq, stored.GetHash()
}

// end compares with what the registry says is the newest event, and with the
// earlier head. Events that came in meanwhile are not part of the known head.
func (c *chain) end(known *registryv1.ChainHead) {
	if known.GetSeq() > c.seq {
		c.fault(known.GetSeq(), "is the newest by the registry's own account, and the log ends with event %d", c.seq)
	}
	if c.wantSeq > 0 && !c.found {
		c.fault(c.wantSeq, "of the earlier head is not in the log, which ends with event %d", c.seq)
	}
}

// writeChain prints what was found on stdout; the error, if the log is not
// intact, follows on stderr.
func writeChain(env *Env, c *chain) error {
	head := ""
	if c.events > 0 {
		head = strconv.FormatInt(c.seq, 10) + ":" + bytesText(c.hash)
	}
	if env.Settings.JSON() {
		o := object{}.with("ok", len(c.wrong) == 0).with("events", c.events)
		if c.events > 0 {
			o = o.with("head", object{}.with("seq", c.seq).with("hash", bytesText(c.hash)))
		}
		if err := env.json(o); err != nil {
			return err
		}
		return c.err()
	}
	if len(c.wrong) == 0 {
		if err := env.print("%s: nothing was altered, inserted, reordered or removed.", wording.Plural(c.events, "event", "events")); err != nil {
			return err
		}
	}
	if head != "" {
		if err := env.print("head  %s", head); err != nil {
			return err
		}
	}
	if len(c.wrong) == 0 && head != "" && c.wantSeq == 0 {
		env.hint("Keep this head. A chain cannot show by itself that its end was cut off; registrar events verify --head SEQ:HASH can.")
	}
	return c.err()
}

func (c *chain) err() error {
	if len(c.wrong) == 0 {
		return nil
	}
	message := "the log is not intact: " + wording.Plural(int64(len(c.wrong)+c.more), "fault", "faults")
	if c.more > 0 {
		message += fmt.Sprintf(", of which the first %d are named", maxChainFaults)
	}
	return &client.Error{
		Reason:  registryv1.Reason_REASON_DIGEST_MISMATCH,
		Doing:   "verifying the audit log",
		Message: message,
		Next:    "keep a copy of the data directory as it is, and compare it with an earlier one",
		Faults:  c.wrong,
	}
}
