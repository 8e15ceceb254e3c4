-- Subscriptions are billed from what happened to them, and payments pay invoices with an order or
-- without one.

ALTER TABLE subscriptions
    ADD COLUMN quantity integer NOT NULL DEFAULT 1 CHECK (quantity >= 1),
    -- The zone whose calendar its periods follow, by its name in the IANA database.
    ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC' CHECK (time_zone ~ '^[A-Za-z0-9_+/-]{1,64}$'),
    -- When its bills have to be looked at again; null when nothing more is billed.
    ADD COLUMN next_bill_at timestamptz,
    -- When it ends, once that is decided.
    ADD COLUMN ends_at timestamptz;

-- Bills are counted in whole seconds.
UPDATE subscriptions SET
    current_period_start = date_trunc('second', current_period_start),
    current_period_end = date_trunc('second', current_period_end),
    next_bill_at = CASE WHEN status <> 'cancelled'
        THEN date_trunc('second', current_period_end) END;
ALTER TABLE subscriptions
    ADD CHECK (status <> 'cancelled' OR next_bill_at IS NULL);
-- A licence is good for as long as its subscription lives: a bill that is late, or a billing system
-- that is down, must not stop a site. It gets an end when its subscription gets one.
UPDATE licenses SET expires_at = NULL
    FROM subscriptions s WHERE s.id = subscription_id AND s.status <> 'cancelled';
CREATE INDEX subscriptions_to_bill ON subscriptions (next_bill_at) WHERE next_bill_at IS NOT NULL;

-- What happened to a subscription and concerns its bills. What is owed is computed from these.
CREATE TABLE subscription_events (
    subscription_id uuid NOT NULL REFERENCES subscriptions,
    number integer NOT NULL CHECK (number >= 1),
    customer_id uuid NOT NULL REFERENCES customers,
    at timestamptz NOT NULL CHECK (at = date_trunc('second', at)),
    kind text NOT NULL CHECK (
        kind IN (
            'started', 'changed', 'change_withdrawn', 'repriced', 'cancelled',
            'cancellation_withdrawn', 'reactivated'
        )
    ),
    plan_id uuid REFERENCES plans,
    price_id uuid REFERENCES prices,
    unit_minor bigint CHECK (unit_minor >= 0),
    currency char(3) CHECK (currency ~ '^[A-Z]{3}$'),
    quantity integer CHECK (quantity >= 1),
    billing_cycle text CHECK (billing_cycle IN ('monthly', 'yearly')),
    time_zone text,
    timing text CHECK (timing IN ('at_once', 'at_period_end')),
    unused text CHECK (unused IN ('credited', 'forfeited')),
    effective_from timestamptz CHECK (effective_from = date_trunc('second', effective_from)),
    PRIMARY KEY (subscription_id, number),
    CHECK (
        (kind IN ('started', 'changed', 'reactivated'))
        = (plan_id IS NOT NULL AND quantity IS NOT NULL AND billing_cycle IS NOT NULL)
    ),
    CHECK (
        (kind IN ('started', 'changed', 'reactivated', 'repriced'))
        = (price_id IS NOT NULL AND unit_minor IS NOT NULL AND currency IS NOT NULL)
    ),
    CHECK ((kind IN ('started', 'reactivated')) = (time_zone IS NOT NULL)),
    CHECK ((kind IN ('changed', 'cancelled')) = (timing IS NOT NULL)),
    CHECK ((kind = 'cancelled' AND timing = 'at_once') IS TRUE = (unused IS NOT NULL)),
    CHECK ((kind = 'repriced') = (effective_from IS NOT NULL))
);
CALL protect_customer_rows('subscription_events');
REVOKE UPDATE, DELETE ON subscription_events FROM billing_app;

ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_kind_check;
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_kind_check
    CHECK (kind IN ('plan', 'domain', 'subscription'));
-- Time that was charged and is not used is taken back by a line below zero.
ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_unit_minor_check;
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_unit_minor_check
    CHECK (unit_minor >= 0 OR kind = 'subscription');
ALTER TABLE invoice_lines DROP CONSTRAINT invoice_lines_check;
ALTER TABLE invoice_lines ADD CONSTRAINT invoice_lines_check
    CHECK (discount_minor >= 0 AND discount_minor <= greatest(amount_minor, 0));

-- What a line of an invoice was computed from. A line of a subscription is billed once.
CREATE TABLE subscription_lines (
    invoice_line_id uuid PRIMARY KEY REFERENCES invoice_lines,
    customer_id uuid NOT NULL REFERENCES customers,
    subscription_id uuid NOT NULL REFERENCES subscriptions,
    kind text NOT NULL CHECK (kind IN ('period', 'proration', 'credit')),
    -- The event that set the terms, or made the change.
    cause integer NOT NULL,
    revision integer NOT NULL CHECK (revision >= 1),
    is_reversal boolean NOT NULL,
    period_start_at timestamptz NOT NULL,
    period_end_at timestamptz NOT NULL,
    span_start_at timestamptz NOT NULL,
    span_end_at timestamptz NOT NULL,
    plan_id uuid NOT NULL REFERENCES plans,
    price_id uuid NOT NULL REFERENCES prices,
    unit_minor bigint NOT NULL CHECK (unit_minor >= 0),
    currency char(3) NOT NULL,
    quantity integer NOT NULL CHECK (quantity >= 1),
    billing_cycle text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
    rounding text NOT NULL CHECK (rounding = 'half_even'),
    due_at timestamptz NOT NULL,
    amount_minor bigint NOT NULL,
    FOREIGN KEY (subscription_id, cause) REFERENCES subscription_events,
    UNIQUE (subscription_id, period_start_at, kind, cause, revision),
    CHECK (period_start_at < period_end_at),
    CHECK (period_start_at <= span_start_at AND span_end_at <= period_end_at),
    CHECK (span_start_at <= span_end_at)
);
CALL protect_customer_rows('subscription_lines');
REVOKE UPDATE ON subscription_lines FROM billing_app;

INSERT INTO subscription_events (
    subscription_id, number, customer_id, at, kind, plan_id, price_id, unit_minor, currency,
    quantity, billing_cycle, time_zone
)
SELECT s.id, 1, s.customer_id, s.current_period_start, 'started', s.plan_id, s.price_id,
    p.amount_minor, p.currency, 1, s.billing_cycle, 'UTC'
FROM subscriptions s JOIN prices p ON p.id = s.price_id;

INSERT INTO subscription_lines (
    invoice_line_id, customer_id, subscription_id, kind, cause, revision, is_reversal,
    period_start_at, period_end_at, span_start_at, span_end_at, plan_id, price_id, unit_minor,
    currency, quantity, billing_cycle, rounding, due_at, amount_minor
)
SELECT l.id, s.customer_id, s.id, 'period', 1, 1, false, s.current_period_start,
    s.current_period_end, s.current_period_start, s.current_period_end, s.plan_id, s.price_id,
    p.amount_minor, p.currency, 1, s.billing_cycle, 'half_even', s.current_period_start,
    l.amount_minor
FROM subscriptions s JOIN prices p ON p.id = s.price_id
    JOIN invoice_lines l ON l.order_item_id = s.order_item_id AND l.kind = 'plan';

ALTER TABLE payments ALTER COLUMN order_id DROP NOT NULL;
ALTER TABLE payments DROP CONSTRAINT payments_kind_check;
ALTER TABLE payments ADD CONSTRAINT payments_kind_check
    CHECK (kind IN ('checkout', 'intent', 'saved_card'));
CREATE INDEX payments_of_invoice ON payments (invoice_id, id);

-- Cards that a customer has saved at the card processor, as it told us of them.
CREATE TABLE payment_methods (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    gateway_method_id text NOT NULL UNIQUE,
    brand text NOT NULL CHECK (length(brand) BETWEEN 1 AND 40),
    last_digits text NOT NULL CHECK (last_digits ~ '^[0-9]{4}$'),
    expires_month integer NOT NULL CHECK (expires_month BETWEEN 1 AND 12),
    expires_year integer NOT NULL CHECK (expires_year BETWEEN 2000 AND 2999),
    is_default boolean NOT NULL,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    CHECK (NOT is_default OR removed_at IS NULL)
);
CREATE UNIQUE INDEX payment_methods_one_default ON payment_methods (customer_id) WHERE is_default;
CREATE INDEX payment_methods_of_customer ON payment_methods (customer_id, id);
CALL protect_customer_rows('payment_methods');
