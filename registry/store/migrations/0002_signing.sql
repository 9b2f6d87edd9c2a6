-- What orgs trust, what their keys and identities signed, and trusted roots.
-- The conventions are those of the first schema.

-- +goose Up
create table signing_keys (
    id          integer primary key autoincrement,
    org_id      integer not null references orgs,
    key         text not null, -- of the name, in lower case
    name        text not null,
    type        integer not null,
    fingerprint text not null, -- hexadecimal, of one spelling for each type
    algorithm   text not null,
    user_ids    text not null, -- one a line
    expires_at  integer not null default 0,
    added_at    integer not null,
    added_by    text not null,
    retired_at  integer not null default 0,
    retired_by  text not null default '',
    revoked_at  integer not null default 0,
    revoked_by  text not null default '',
    revoked_reason    text not null default '',
    compromised_since integer not null default 0, -- of revoked keys; 0: ever
    -- How many versions it signed, in any state and PUBLISHED or YANKED, kept
    -- by signed.go.
    n_signed        integer not null default 0,
    n_signed_public integer not null default 0
) strict;
create unique index signing_keys_name on signing_keys (org_id, key);
create unique index signing_keys_fingerprint on signing_keys (org_id, type, fingerprint);

-- Every export that was ever registered; never changed and never removed.
create table key_exports (
    id       integer primary key autoincrement,
    key_id   integer not null references signing_keys,
    export   blob not null,
    sha256   blob not null,
    added_at integer not null,
    added_by text not null
) strict;
create unique index key_exports_bytes on key_exports (key_id, sha256);

create table identities (
    id         integer primary key autoincrement,
    org_id     integer not null references orgs,
    issuer     text not null,
    san        text not null,
    san_regexp text not null,
    source_repository text not null,
    source_ref text not null,
    added_at   integer not null,
    added_by   text not null,
    removed_at integer not null default 0, -- the row stays for what it signed
    removed_by text not null default ''
) strict;
create unique index identities_org on identities (org_id, id) where removed_at = 0;
create unique index identities_same on identities (org_id, issuer, san, san_regexp, source_repository, source_ref) where removed_at = 0;

-- Which key or identity (0: none) made a good signature of a file of an attempt.
create table signed (
    version_id  integer not null references versions,
    attempt     integer not null,
    key_id      integer not null,
    identity_id integer not null,
    primary key (version_id, attempt, key_id, identity_id)
) strict, without rowid;
create index signed_key on signed (key_id, version_id) where key_id <> 0;
create index signed_identity on signed (identity_id, version_id) where identity_id <> 0;

-- Every root that was ever imported; the last one counts.
create table trust_roots (
    id       integer primary key autoincrement,
    document blob not null,
    sha256   blob not null,
    set_at   integer not null,
    set_by   text not null
) strict;

-- Read from the file's header by whoever opens it; see migrate.go.
pragma user_version = 2;
