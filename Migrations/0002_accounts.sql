-- Who may log in, and what proves it.

CREATE TABLE users (
    id uuid PRIMARY KEY,
    customer_id uuid REFERENCES customers,
    email text NOT NULL CHECK (length(email) <= 254),
    -- The form in which two spellings of one address are equal.
    email_key text NOT NULL UNIQUE,
    email_verified_at timestamptz,
    password_hash text NOT NULL,
    full_name text NOT NULL CHECK (length(full_name) BETWEEN 1 AND 200),
    role text NOT NULL CHECK (role IN ('customer', 'support', 'billing', 'admin')),
    active boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL,
    CHECK ((role = 'customer') = (customer_id IS NOT NULL))
);
CREATE INDEX users_of_customer ON users (customer_id);
CALL protect_customer_rows('users');

-- Browser sessions of the portal. The cookie's value is never stored, only its hash.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    remote_address text,
    user_agent text
);
CREATE INDEX sessions_of_user ON sessions (user_id) WHERE ended_at IS NULL;

-- Refresh tokens of the API: each use makes a successor; using an old one ends the family.
CREATE TABLE refresh_families (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_because text
);
CREATE INDEX refresh_families_of_user ON refresh_families (user_id) WHERE revoked_at IS NULL;

CREATE TABLE refresh_tokens (
    id uuid PRIMARY KEY,
    family_id uuid NOT NULL REFERENCES refresh_families,
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE UNIQUE INDEX refresh_tokens_one_live ON refresh_tokens (family_id) WHERE used_at IS NULL;

-- Links that work once: verify an address, reset a password, reveal a password, make an admin.
CREATE TABLE one_time_tokens (
    id uuid PRIMARY KEY,
    purpose text NOT NULL
        CHECK (purpose IN ('verify_email', 'reset_password', 'reveal_password', 'first_admin')),
    token_hash bytea NOT NULL UNIQUE CHECK (length(token_hash) = 32),
    user_id uuid REFERENCES users,
    -- What the token is about when it is not the user, such as a hosting account.
    subject_id uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX one_time_tokens_of_user ON one_time_tokens (user_id, purpose) WHERE used_at IS NULL;

-- Failed log-ins; the wait grows with them and is forgotten after a success or a day.
CREATE TABLE login_throttles (
    key text PRIMARY KEY,
    failures integer NOT NULL CHECK (failures > 0),
    last_failure_at timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);

-- The keys by which panels (and later programs) authenticate.
CREATE TABLE api_keys (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    key text NOT NULL UNIQUE CHECK (key ~ '^npk_[A-Za-z0-9_]{8,64}$'),
    -- Sealed and not hashed: a signature can only be checked with the secret itself.
    secret_sealed text NOT NULL,
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    -- Addresses and networks in CIDR form; empty allows all.
    allowed_addresses text[] NOT NULL DEFAULT '{}',
    created_by uuid REFERENCES users,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- A panel's signature is good once; kept for as long as its time is accepted.
CREATE TABLE used_signatures (
    signature bytea PRIMARY KEY CHECK (length(signature) = 32),
    used_at timestamptz NOT NULL
);
CREATE INDEX used_signatures_age ON used_signatures (used_at);
