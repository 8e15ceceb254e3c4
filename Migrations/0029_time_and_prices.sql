-- Where a customer's days begin, what is sold for more or less with notice, several of a plan in one
-- order, and what panels were found to say.

ALTER TABLE customers
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CHECK (time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$');

-- What a customer pays in, once something was ordered.
ALTER TABLE customers ADD COLUMN currency char(3) CHECK (currency ~ '^[A-Z]{3}$');
UPDATE customers SET currency = (
    SELECT currency FROM invoices WHERE customer_id = customers.id AND status <> 'draft'
    ORDER BY id LIMIT 1
);

ALTER TABLE order_items
    ADD COLUMN quantity integer NOT NULL DEFAULT 1 CHECK (quantity >= 1);

-- A new price for what was sold, from the first period on that begins after the notice. It may be
-- withdrawn until then.
CREATE TABLE repricings (
    id uuid PRIMARY KEY,
    plan_id uuid NOT NULL REFERENCES plans,
    price_id uuid NOT NULL REFERENCES prices,
    effective_from timestamptz NOT NULL
        CHECK (effective_from = date_trunc('second', effective_from)),
    announced_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    -- When every subscription had been gone through, for the announcement or the withdrawal.
    finished_at timestamptz,
    CHECK (effective_from > announced_at),
    CHECK (withdrawn_at < effective_from)
);
CREATE UNIQUE INDEX repricings_one_a_price ON repricings (price_id) WHERE withdrawn_at IS NULL;

CREATE TABLE repriced_subscriptions (
    repricing_id uuid NOT NULL REFERENCES repricings,
    subscription_id uuid NOT NULL REFERENCES subscriptions,
    customer_id uuid NOT NULL REFERENCES customers,
    -- What was charged before.
    old_price_id uuid NOT NULL REFERENCES prices,
    old_minor bigint NOT NULL,
    event_number integer NOT NULL,
    -- The event that took it back.
    undone_number integer,
    PRIMARY KEY (repricing_id, subscription_id),
    FOREIGN KEY (subscription_id, event_number) REFERENCES subscription_events
);
CALL protect_customer_rows('repriced_subscriptions');

ALTER TABLE hosting_accounts
    -- What its panel said when it was last asked; null before that.
    ADD COLUMN panel_state text CHECK (panel_state IN ('active', 'suspended', 'missing')),
    ADD COLUMN panel_seen_at timestamptz,
    -- Counts how often its plan was changed, and up to which change its panel knows.
    ADD COLUMN plan_number integer NOT NULL DEFAULT 0 CHECK (plan_number >= 0),
    ADD COLUMN plan_settled integer NOT NULL DEFAULT 0 CHECK (plan_settled >= 0),
    -- What has to be done at the panel by hand, because its interface cannot.
    ADD COLUMN plan_note text CHECK (length(plan_note) BETWEEN 1 AND 500);
