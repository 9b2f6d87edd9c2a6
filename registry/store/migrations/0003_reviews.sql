-- What people decide about versions whose checks passed. The conventions are
-- those of the first schema.

-- +goose Up
-- When the checks had passed of a VALIDATING version that waits for people; 0
-- of every other one. Kept by waiting.go, and ended by every move.
alter table versions add column waiting_since integer not null default 0;
alter table versions add column approvals_given integer not null default 0;
alter table versions add column approvals_needed integer not null default 0;
create index versions_waiting on versions (waiting_since, id) where waiting_since <> 0;
create index versions_waiting_org on versions (org_id, waiting_since, id) where waiting_since <> 0;

-- Every decision that was ever made; only void changes.
create table reviews (
    id         integer primary key autoincrement,
    version_id integer not null references versions,
    org_id     integer not null, -- of the version
    attempt    integer not null,
    asset_set  blob not null,
    person     text not null,
    decision   integer not null,
    criteria   blob,
    note       text not null,
    self       integer not null, -- by the author
    void       integer not null default 0, -- it does not count any more
    at         integer not null
) strict;
create index reviews_version on reviews (version_id, id);

-- Who looks at a version, until he stops or the time is over.
create table claims (
    version_id integer primary key references versions,
    attempt    integer not null,
    person     text not null,
    at         integer not null,
    until      integer not null
) strict;

-- Read from the file's header by whoever opens it; see migrate.go.
pragma user_version = 3;
