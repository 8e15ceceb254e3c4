-- What is for sale. A price is never changed: it is retired, and a new one takes its place.

CREATE TABLE plans (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 60),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description text NOT NULL CHECK (length(description) <= 1000),
    position integer NOT NULL,
    -- Null means unlimited.
    max_accounts bigint CHECK (max_accounts >= 0),
    max_domains bigint CHECK (max_domains >= 0),
    max_databases bigint CHECK (max_databases >= 0),
    max_emails bigint CHECK (max_emails >= 0),
    features text[] NOT NULL,
    -- The package of this plan on the panels, when they have one.
    package_id bigint,
    active boolean NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);

CREATE TABLE prices (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES plans,
    billing_cycle text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
    amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);
CREATE UNIQUE INDEX prices_one_current ON prices (plan_id, billing_cycle, currency)
    WHERE retired_at IS NULL;

-- What a name costs a year by its ending.
CREATE TABLE domain_prices (
    ending text NOT NULL CHECK (ending ~ '^[a-z0-9-]+(\.[a-z0-9-]+)?$'),
    action text NOT NULL CHECK (action IN ('register', 'transfer', 'renew')),
    amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    position integer NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (ending, action, currency)
);
