-- People who sign in, machines that hold a token, and what happened at the door.
-- Secrets stand here as SHA-256 in hex only, passwords as argon2id, TOTP secrets sealed with the server's key.

CREATE TABLE users (
    id {{id}},
    login_name TEXT {{text_c}} NOT NULL UNIQUE,
    display_name TEXT {{text_c}} NOT NULL,
    -- Where letters go: invitations, and what a role is told.
    email TEXT {{text_c}},
    state TEXT NOT NULL CHECK (state IN ('invited', 'active', 'suspended')),
    -- Whose residents and orders a leader or helper reaches.
    leader_id BIGINT REFERENCES leaders (id),
    warehouse_id BIGINT REFERENCES warehouses (id),
    vehicle_id BIGINT REFERENCES vehicles (id),
    password_hash TEXT {{text_c}},
    totp_sealed TEXT {{text_c}},
    -- The time step of the last code that was accepted, so that none is accepted twice.
    totp_step BIGINT,
    -- Until when someone helps who was let in without a password; empty: until it is taken back.
    helps_until BIGINT,
    made_at BIGINT NOT NULL
);
CREATE INDEX users_by_leader ON users (leader_id);

CREATE TABLE user_roles (
    user_id BIGINT NOT NULL REFERENCES users (id),
    role TEXT NOT NULL CHECK (role IN ('leader', 'helper', 'warehouse', 'buyer', 'finance', 'driver', 'admin')),
    PRIMARY KEY (user_id, role)
) {{clustered}};

-- A link that lets someone set a password, or lets a helper in without one. It serves once.
CREATE TABLE invitations (
    id {{id}},
    user_id BIGINT NOT NULL REFERENCES users (id),
    token_hash TEXT {{text_c}} NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX invitations_by_user ON invitations (user_id);

-- Whoever is signed in. A session that ended has no row.
CREATE TABLE sessions (
    id {{id}},
    user_id BIGINT NOT NULL REFERENCES users (id),
    token_hash TEXT {{text_c}} NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('office', 'desk', 'phone', 'helper')),
    -- The second factor: not asked for, still to come, given.
    factor TEXT NOT NULL CHECK (factor IN ('none', 'due', 'given')),
    device TEXT {{text_c}} NOT NULL,
    made_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

CREATE TABLE access_tokens (
    id {{id}},
    name TEXT {{text_c}} NOT NULL UNIQUE,
    token_hash TEXT {{text_c}} NOT NULL UNIQUE,
    -- Scopes by code, a blank between them.
    scopes TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    revoked_at BIGINT
);

-- The leaders that a token is for; none: all.
CREATE TABLE access_token_leaders (
    token_id BIGINT NOT NULL REFERENCES access_tokens (id),
    leader_id BIGINT NOT NULL REFERENCES leaders (id),
    PRIMARY KEY (token_id, leader_id)
) {{clustered}};

-- Wrong passwords lately, by account and by address; the subject is a keyed hash of either.
CREATE TABLE sign_in_throttles (
    subject TEXT {{text_c}} NOT NULL PRIMARY KEY,
    wrong INTEGER NOT NULL CHECK (wrong > 0),
    last_at BIGINT NOT NULL
) {{clustered}};

-- What happened at the door and with what is guarded. Each row holds the hash of the one before it in its chain, so
-- that a row changed or taken away shows. Ids only, never names, passwords or tokens.
CREATE TABLE security_log (
    chain INTEGER NOT NULL CHECK (chain BETWEEN 0 AND 1023),
    seq BIGINT NOT NULL CHECK (seq > 0),
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    actor TEXT {{text_c}} NOT NULL,
    subject TEXT {{text_c}} NOT NULL,
    detail TEXT {{text_c}} NOT NULL,
    request_id TEXT {{text_c}} NOT NULL,
    hash TEXT {{text_c}} NOT NULL,
    PRIMARY KEY (chain, seq)
) {{clustered}};
CREATE INDEX security_log_by_time ON security_log (at);
{{append_only security_log}}
