-- The registry's first schema.
--
-- Ids are AUTOINCREMENT: that of a removed draft never comes back, since jobs,
-- uploads and events name it. Times are microseconds since 1970 UTC and 0 for
-- none; enums are the numbers of the contract and 0 for none; digests are 32
-- bytes; a pointer to a row is 0 for none. Columns that lists read come first
-- in their table.

-- +goose Up
create table meta (
    name  text primary key,
    value text not null
) strict, without rowid;

create table secrets (
    name  text primary key,
    value blob not null
) strict, without rowid;

create table orgs (
    id       integer primary key autoincrement,
    key      text not null unique, -- ASCII lower case
    spelling text not null,
    policy   blob
) strict;

create table connectors (
    id         integer primary key autoincrement,
    org_id     integer not null references orgs,
    org_key      text not null, -- of the org, to order by
    org_spelling text not null, -- of the org
    key        text not null, -- lower case, without "baton-" unless nothing is left
    spelling   text not null,
    -- Pointers to versions, kept by follow.go.
    stable_id  integer not null default 0,
    latest_id  integer not null default 0,
    newest_id  integer not null default 0, -- in any state
    newest_public_id integer not null default 0, -- PUBLISHED or YANKED
    -- How many versions are in each state, kept by follow.go.
    n_pending    integer not null default 0,
    n_uploading  integer not null default 0,
    n_validating integer not null default 0,
    n_published  integer not null default 0,
    n_failed     integer not null default 0,
    n_yanked     integer not null default 0,
    revision   integer not null default 1,
    created_at integer not null,
    updated_at integer not null,
    display_name text not null,
    description  text not null,
    aliases      text not null, -- spellings, one a line
    repository   text not null,
    homepage     text not null,
    license      text not null,
    deprecated_at          integer not null default 0,
    deprecated_by          text not null default '',
    deprecated_reason      text not null default '',
    deprecated_replacement text not null default '',
    search       text not null -- all names and texts in lower case, for free words
) strict;
create unique index connectors_name on connectors (org_key, key);
create index connectors_recent on connectors (updated_at, id);

create table aliases (
    org_id       integer not null references orgs,
    key          text not null,
    connector_id integer not null references connectors,
    primary key (org_id, key)
) strict, without rowid;
create index aliases_connector on aliases (connector_id);

create table versions (
    id           integer primary key autoincrement,
    connector_id integer not null references connectors,
    org_id       integer not null, -- of the connector
    number       text not null,    -- never compared: precedence is the order
    precedence   blob not null,
    prerelease   integer not null,
    state        integer not null, -- written by move.go only
    attempt      integer not null default 1,
    revision     integer not null default 1,
    platforms    integer not null, -- bits by platform
    received     integer not null default 0, -- those of them whose bytes are complete
    verdict      integer not null default 0,
    verdicts     integer, -- packed by platform; null until signatures are checked
    verdict_reason text not null default '',
    size         integer not null default 0,
    author       text not null,
    reason       text not null default '', -- one line for lists
    yank_category integer not null default 0,
    blocked      integer not null default 0,
    asset_set    blob,
    created_at   integer not null,
    activity_at  integer not null,
    updated_at   integer not null,
    published_at integer not null default 0,
    fail_reason  integer not null default 0,
    fail_message text not null default '',
    yanked_at    integer not null default 0,
    yanked_by    text not null default '',
    yank_reason  text not null default '',
    yank_advisory    text not null default '',
    yank_replacement text not null default '',
    yank_credit      text not null default ''
) strict;
-- One row per number: another build of it is no other version.
create unique index versions_number on versions (connector_id, precedence);
create index versions_latest on versions (connector_id, prerelease, precedence desc) where state = 4;
create index versions_state on versions (state, updated_at, id);
create index versions_recent on versions (updated_at, id);
create index versions_org on versions (org_id, updated_at, id);

-- What is read for a version's own page only, apart from what lists read.
create table version_texts (
    version_id    integer primary key references versions,
    license       text not null,
    repository    text not null,
    homepage      text not null,
    commit_sha    text not null,
    workflow_run_id text not null,
    released_at   integer not null,
    description   text not null,
    changelog     text not null,
    documentation text not null,
    capabilities  text not null,
    config_schema text not null,
    preflight     blob,
    images        blob
) strict;

-- The stages that each attempt passed; revision is the version's then.
create table steps (
    version_id integer not null references versions,
    attempt    integer not null,
    revision   integer not null,
    state      integer not null,
    at         integer not null,
    person     text not null,
    primary key (version_id, attempt, revision)
) strict, without rowid;

-- What earlier attempts were.
create table attempts (
    version_id   integer not null references versions,
    attempt      integer not null,
    state        integer not null,
    fail_reason  integer not null,
    fail_message text not null,
    asset_set    blob,
    ended_at     integer not null,
    primary key (version_id, attempt)
) strict, without rowid;

-- Every version that stable ever pointed to: where it goes back to on a yank.
create table stables (
    id           integer primary key autoincrement,
    connector_id integer not null references connectors,
    version_id   integer not null references versions,
    at           integer not null,
    person       text not null
) strict;
create index stables_connector on stables (connector_id, id);
create index stables_version on stables (version_id);

create table assets (
    id          integer primary key autoincrement,
    version_id  integer not null references versions,
    attempt     integer not null,
    platform    integer not null,
    kind        integer not null,
    filename    text not null,
    media_type  text not null,
    source      integer not null,
    url         text not null,
    declared_size   integer,
    declared_sha256 blob,
    size        integer not null default 0,
    sha256      blob, -- null until the bytes are complete
    received_at integer not null default 0,
    attestations blob,
    unique (version_id, attempt, platform, kind, filename)
) strict;
create index assets_sha256 on assets (sha256) where sha256 is not null;

-- What was found in bytes, whichever version they belong to.
create table facts (
    sha256 blob primary key,
    facts  blob not null
) strict, without rowid;

create table checks (
    version_id integer not null references versions,
    attempt    integer not null,
    position   integer not null,
    name       text not null,
    platform   integer not null,
    asset_id   integer not null, -- 0: the whole version
    result     integer not null,
    detail     text not null,
    fix        text not null,
    required   integer not null,
    reason     integer not null,
    verdict    blob,
    at         integer not null,
    primary key (version_id, attempt, position)
) strict, without rowid;

-- How far an upload came is the length of its part file, never a column.
create table uploads (
    id       blob primary key,
    asset_id integer not null references assets,
    until    integer not null,
    done     integer not null default 0
) strict, without rowid;
create index uploads_asset on uploads (asset_id);
create index uploads_until on uploads (until);

-- A row says that the bytes are complete and durable.
create table blobs (
    sha256 blob primary key,
    size   integer not null,
    at     integer not null
) strict, without rowid;
create index blobs_at on blobs (at);

create table jobs (
    id          integer primary key autoincrement,
    kind        integer not null,
    version_id  integer not null, -- 0: none
    attempt     integer not null,
    run_after   integer not null, -- while leased, the end of the lease
    leased_by   text not null default '',
    lease_until integer not null default 0,
    tries       integer not null default 0,
    last_error  text not null default '',
    unique (kind, version_id, attempt)
) strict;
create index jobs_due on jobs (run_after, id);
create index jobs_version on jobs (version_id);

-- body is what was hashed; the columns before it are copies to find it by.
create table events (
    seq          integer primary key,
    at           integer not null,
    kind         integer not null,
    actor        text not null,
    token_id     integer not null,
    address      text not null,
    org_id       integer not null,
    connector_id integer not null,
    version_id   integer not null,
    body         blob not null,
    prev         blob not null,
    hash         blob not null
) strict;
create index events_version on events (version_id, seq) where version_id <> 0;
create index events_connector on events (connector_id, seq) where connector_id <> 0;
create index events_kind on events (kind, seq);
create index events_at on events (at, seq);

-- The newest event.
create table chain (
    id   integer primary key check (id = 1),
    seq  integer not null,
    hash blob not null
) strict;
insert into chain (id, seq, hash) values (1, 0, zeroblob(32));

-- First answers, for requests that come twice.
create table requests (
    principal text not null,
    id        text not null,
    method    text not null,
    digest    blob not null,
    answer    blob not null,
    at        integer not null,
    primary key (principal, id)
) strict, without rowid;
create index requests_at on requests (at);

create table tokens (
    id         integer primary key autoincrement,
    name       text not null,
    person     text not null,
    hash       blob not null unique,
    created_at integer not null,
    until      integer not null,
    used_at    integer not null default 0,
    revoked_at integer not null default 0
) strict;

create table token_roles (
    token_id integer not null references tokens,
    org_id   integer not null, -- 0: all
    role     integer not null,
    primary key (token_id, org_id, role)
) strict, without rowid;

-- Read from the file's header by whoever opens it; see migrate.go.
pragma user_version = 1;
