-- What every feature stands on: the app's role, row-level security, settings, jobs, the audit log,
-- idempotency keys and the outbox of mails.

DO $$
BEGIN
    -- Roles belong to the whole server; another database's migration may be making it right now.
    PERFORM pg_advisory_xact_lock(7001);
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'billing_app') THEN
        CREATE ROLE billing_app NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END
$$;

GRANT billing_app TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO billing_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO billing_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO billing_app;

-- Who a transaction works for: `system`, or one customer. With neither set, no row is visible.
CREATE FUNCTION acting_for_system() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT current_setting('app.scope', true) = 'system' $$;

CREATE FUNCTION acting_customer() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.customer_id', true), '')::uuid $$;

-- Lets a customer's transactions see that customer's rows of a table and no others.
CREATE PROCEDURE protect_customer_rows(target regclass, owner_column name DEFAULT 'customer_id')
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format(
        'CREATE POLICY owner_rows ON %s '
        'USING ((SELECT acting_for_system()) OR %I = (SELECT acting_customer())) '
        'WITH CHECK ((SELECT acting_for_system()) OR %I = (SELECT acting_customer()))',
        target, owner_column, owner_column
    );
END
$$;

CREATE TABLE settings (
    name text PRIMARY KEY CHECK (name ~ '^[a-z_]{1,64}$'),
    value jsonb NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE customers (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    company text CHECK (length(company) BETWEEN 1 AND 200),
    email text NOT NULL CHECK (length(email) <= 254),
    phone_country_code text CHECK (phone_country_code ~ '^[0-9]{1,3}$'),
    phone text CHECK (phone ~ '^[0-9]{4,14}$'),
    address_line1 text CHECK (length(address_line1) BETWEEN 1 AND 200),
    address_line2 text CHECK (length(address_line2) BETWEEN 1 AND 200),
    city text CHECK (length(city) BETWEEN 1 AND 100),
    state text CHECK (length(state) BETWEEN 1 AND 100),
    postal_code text CHECK (length(postal_code) BETWEEN 1 AND 16),
    country char(2) CHECK (country ~ '^[A-Z]{2}$'),
    created_at timestamptz NOT NULL
);
CALL protect_customer_rows('customers', 'id');

CREATE TABLE jobs (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    -- At most one queued or running job of a kind has this key.
    dedup_key text,
    -- At most one job of a kind ever has this slot; schedules use the time they are due.
    slot text,
    order_id uuid,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'dead')),
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    max_attempts integer NOT NULL CHECK (max_attempts > 0),
    lease_token uuid,
    leased_until timestamptz,
    last_error text,
    created_at timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((status = 'running') = (leased_until IS NOT NULL)),
    CHECK ((status = 'running') = (lease_token IS NOT NULL)),
    CHECK ((status IN ('done', 'dead')) = (finished_at IS NOT NULL))
);
CREATE UNIQUE INDEX jobs_one_active ON jobs (kind, dedup_key)
    WHERE status IN ('queued', 'running') AND dedup_key IS NOT NULL;
CREATE UNIQUE INDEX jobs_one_slot ON jobs (kind, slot) WHERE slot IS NOT NULL;
CREATE INDEX jobs_due ON jobs (run_at) WHERE status = 'queued';
CREATE INDEX jobs_leased ON jobs (leased_until) WHERE status = 'running';
CREATE INDEX jobs_of_order ON jobs (order_id) WHERE order_id IS NOT NULL;

CREATE TABLE audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_type text NOT NULL
        CHECK (actor_type IN ('user', 'api_key', 'job', 'gateway', 'system', 'anonymous')),
    actor_id text,
    actor_label text,
    action text NOT NULL CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_type text NOT NULL,
    object_id text NOT NULL,
    customer_id uuid,
    before jsonb,
    after jsonb,
    remote_address text,
    request_id text
);
CREATE INDEX audit_log_of_object ON audit_log (object_type, object_id, id);
CREATE INDEX audit_log_of_customer ON audit_log (customer_id, id) WHERE customer_id IS NOT NULL;
REVOKE UPDATE, DELETE ON audit_log FROM billing_app;
CALL protect_customer_rows('audit_log');

CREATE TABLE idempotency_keys (
    -- Who asked; the same key of another caller is another key.
    actor text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint bytea NOT NULL,
    -- Null while the request is in flight.
    response_status integer,
    response_body text,
    response_type text,
    created_at timestamptz NOT NULL,
    locked_until timestamptz,
    PRIMARY KEY (actor, key),
    CHECK ((response_status IS NULL) = (locked_until IS NOT NULL))
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE email_outbox (
    id uuid PRIMARY KEY,
    customer_id uuid REFERENCES customers,
    template text NOT NULL,
    cause_type text NOT NULL,
    cause_id text NOT NULL,
    recipient text NOT NULL,
    subject text NOT NULL,
    -- Sealed: mails carry links that work once.
    body_text_sealed text NOT NULL,
    body_html_sealed text NOT NULL,
    status text NOT NULL CHECK (status IN ('queued', 'sending', 'sent', 'failed')),
    last_error text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    UNIQUE (template, cause_type, cause_id, recipient)
);
CALL protect_customer_rows('email_outbox');
