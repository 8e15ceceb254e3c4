-- What was bought: subscriptions, licences, domain names and hosting accounts, and the steps that
-- deliver them.

CREATE TABLE subscriptions (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    order_item_id uuid NOT NULL UNIQUE REFERENCES order_items,
    plan_id uuid NOT NULL REFERENCES plans,
    price_id uuid NOT NULL REFERENCES prices,
    status text NOT NULL
        CHECK (status IN ('trialing', 'active', 'past_due', 'suspended', 'cancelled')),
    billing_cycle text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
    current_period_start timestamptz NOT NULL,
    current_period_end timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    cancelled_at timestamptz,
    CHECK (current_period_start < current_period_end),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL))
);
CREATE INDEX subscriptions_of_customer ON subscriptions (customer_id, id);
CALL protect_customer_rows('subscriptions');

CREATE TABLE order_steps (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    customer_id uuid NOT NULL REFERENCES customers,
    -- Null for the payment, which is the whole order's.
    item_id uuid REFERENCES order_items,
    position integer NOT NULL,
    name text NOT NULL CHECK (
        name IN (
            'payment', 'license', 'domain', 'hosting_account', 'panel_license', 'welcome_email'
        )
    ),
    status text NOT NULL CHECK (
        status IN ('pending', 'running', 'succeeded', 'failed', 'compensated', 'skipped')
    ),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    detail text,
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE NULLS NOT DISTINCT (order_id, item_id, name),
    CHECK ((name = 'payment') = (item_id IS NULL)),
    CHECK ((status IN ('pending', 'running')) = (finished_at IS NULL))
);
CALL protect_customer_rows('order_steps');

CREATE TABLE licenses (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    subscription_id uuid NOT NULL UNIQUE REFERENCES subscriptions,
    plan_id uuid NOT NULL REFERENCES plans,
    key_hash bytea NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    key_sealed text NOT NULL,
    -- The last group, which tells licences apart on a page.
    key_hint text NOT NULL CHECK (length(key_hint) = 4),
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'expired', 'cancelled')),
    -- Null means unlimited.
    max_accounts bigint CHECK (max_accounts >= 0),
    max_domains bigint CHECK (max_domains >= 0),
    max_databases bigint CHECK (max_databases >= 0),
    max_emails bigint CHECK (max_emails >= 0),
    expires_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX licenses_of_customer ON licenses (customer_id, id);
CALL protect_customer_rows('licenses');

CREATE TABLE license_usage (
    license_id uuid NOT NULL REFERENCES licenses,
    customer_id uuid NOT NULL REFERENCES customers,
    resource text NOT NULL CHECK (resource IN ('accounts', 'domains', 'databases', 'emails')),
    used bigint NOT NULL CHECK (used >= 0),
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (license_id, resource)
);
CALL protect_customer_rows('license_usage');

CREATE TABLE usage_events (
    license_id uuid NOT NULL REFERENCES licenses,
    event_id text NOT NULL CHECK (length(event_id) BETWEEN 1 AND 128),
    resource text NOT NULL,
    used_after bigint NOT NULL,
    api_key_id uuid REFERENCES api_keys,
    at timestamptz NOT NULL,
    PRIMARY KEY (license_id, event_id)
);

-- Tells every instance which licence or key to read again; see the licence cache.
CREATE FUNCTION tell_license_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('license_changes', TG_ARGV[0] || ':' || CASE TG_TABLE_NAME
        WHEN 'license_usage' THEN (to_jsonb(NEW) ->> 'license_id') ELSE (to_jsonb(NEW) ->> 'id')
    END);
    RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON licenses
    FOR EACH ROW EXECUTE FUNCTION tell_license_change('license');
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON license_usage
    FOR EACH ROW EXECUTE FUNCTION tell_license_change('license');
CREATE TRIGGER tell AFTER INSERT OR UPDATE OF revoked_at, scopes, allowed_addresses, secret_sealed
    ON api_keys FOR EACH ROW EXECUTE FUNCTION tell_license_change('api_key');

-- The registrar's records of our customers.
CREATE TABLE registrar_customers (
    customer_id uuid NOT NULL REFERENCES customers,
    registrar text NOT NULL,
    remote_customer_id text,
    remote_contact_id text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, registrar)
);
CALL protect_customer_rows('registrar_customers');

CREATE TABLE domains (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    order_item_id uuid NOT NULL UNIQUE REFERENCES order_items,
    name text NOT NULL CHECK (name = lower(name)),
    -- own: the customer's elsewhere; we only host it.
    kind text NOT NULL CHECK (kind IN ('registered', 'transferred', 'own')),
    status text NOT NULL
        CHECK (status IN ('pending', 'active', 'failed', 'expired', 'cancelled')),
    registrar text,
    registrar_order text,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((kind = 'own') = (registrar IS NULL))
);
CREATE UNIQUE INDEX domains_one_live ON domains (name)
    WHERE status IN ('pending', 'active') AND kind <> 'own';
CREATE INDEX domains_of_customer ON domains (customer_id, id);
CALL protect_customer_rows('domains');

-- The intent and outcome of every call that costs money at a registrar.
CREATE TABLE domain_operations (
    id uuid PRIMARY KEY,
    domain_id uuid NOT NULL REFERENCES domains,
    customer_id uuid NOT NULL REFERENCES customers,
    kind text NOT NULL CHECK (kind IN ('register', 'transfer')),
    parameters jsonb NOT NULL,
    -- unknown: sent, and nobody knows what became of it; it is looked up, never sent again blindly.
    status text NOT NULL
        CHECK (status IN ('queued', 'sent', 'pending', 'confirmed', 'rejected', 'unknown')),
    outcome text,
    cost_minor bigint CHECK (cost_minor >= 0),
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    finished_at timestamptz
);
CREATE UNIQUE INDEX domain_operations_one_open ON domain_operations (domain_id, kind)
    WHERE status <> 'rejected';
CALL protect_customer_rows('domain_operations');

CREATE TABLE servers (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    description text CHECK (length(description) <= 500),
    base_url text NOT NULL UNIQUE CHECK (base_url ~ '^https?://[^/]+$'),
    api_key_sealed text NOT NULL,
    api_secret_sealed text NOT NULL,
    capacity integer NOT NULL CHECK (capacity >= 0),
    current_accounts integer NOT NULL DEFAULT 0,
    location text CHECK (length(location) <= 100),
    tags text[] NOT NULL DEFAULT '{}',
    active boolean NOT NULL,
    healthy boolean NOT NULL,
    checked_at timestamptz,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK (current_accounts BETWEEN 0 AND capacity)
);

CREATE TABLE hosting_accounts (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    -- Null for an account that staff made by hand.
    order_item_id uuid REFERENCES order_items,
    server_id uuid NOT NULL REFERENCES servers,
    remote_user_id bigint,
    username text NOT NULL CHECK (username ~ '^[a-z][a-z0-9_-]{1,31}$'),
    email text NOT NULL,
    account_type text NOT NULL CHECK (account_type IN ('panel', 'reseller', 'master-reseller')),
    -- The exact body of the creation, to recognise its account again; the password is sealed apart.
    parameters jsonb NOT NULL,
    -- The initial password until its owner has seen it.
    password_sealed text,
    status text NOT NULL
        CHECK (status IN ('provisioning', 'active', 'suspended', 'terminated', 'failed')),
    suspended_reason text,
    panel_license_status text CHECK (panel_license_status IN ('accepted', 'not_supported')),
    -- When the creation was last sent; from then on its account is looked for before sending again.
    sent_at timestamptz,
    created_at timestamptz NOT NULL,
    terminated_at timestamptz,
    CHECK (status NOT IN ('active', 'suspended') OR remote_user_id IS NOT NULL),
    CHECK ((status = 'suspended') = (suspended_reason IS NOT NULL)),
    CHECK ((status IN ('terminated', 'failed')) = (terminated_at IS NOT NULL))
);
CREATE UNIQUE INDEX hosting_accounts_one_per_item ON hosting_accounts (order_item_id)
    WHERE status IN ('provisioning', 'active', 'suspended');
CREATE UNIQUE INDEX hosting_accounts_remote_once ON hosting_accounts (server_id, remote_user_id)
    WHERE status IN ('provisioning', 'active', 'suspended') AND remote_user_id IS NOT NULL;
CREATE UNIQUE INDEX hosting_accounts_username_once ON hosting_accounts (server_id, username)
    WHERE status IN ('provisioning', 'active', 'suspended');
CREATE INDEX hosting_accounts_of_customer ON hosting_accounts (customer_id, id);
CALL protect_customer_rows('hosting_accounts');

-- Wakes the live pages of an order.
CREATE FUNCTION tell_order_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify(
        'order_changes',
        coalesce(to_jsonb(NEW) ->> 'order_id', to_jsonb(NEW) ->> 'id')
    );
    RETURN NULL;
END
$$;
CREATE TRIGGER tell AFTER INSERT OR UPDATE ON order_steps
    FOR EACH ROW EXECUTE FUNCTION tell_order_change();
CREATE TRIGGER tell AFTER UPDATE OF status ON orders
    FOR EACH ROW EXECUTE FUNCTION tell_order_change();
