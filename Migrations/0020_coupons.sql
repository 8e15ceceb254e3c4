-- Coupons, who has taken one, and which subscriptions keep one.

-- A request that is repeated after a crash grants once.
ALTER TABLE credits ADD COLUMN idempotency_key text;
ALTER TABLE credits ADD CONSTRAINT credits_granted_once UNIQUE (customer_id, idempotency_key);

CREATE TABLE coupons (
    id uuid PRIMARY KEY,
    code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9][A-Z0-9_-]{1,39}$'),
    -- What staff say of it.
    note text CHECK (length(note) BETWEEN 1 AND 200),
    -- Hundredths of a per cent; null for an amount in each currency.
    basis_points integer CHECK (basis_points BETWEEN 1 AND 10000),
    -- How many of a subscription's periods it is for; null for ever.
    periods integer CHECK (periods BETWEEN 1 AND 1000),
    -- Null for all plans, and for what is ordered along.
    plans uuid[] CHECK (cardinality(plans) BETWEEN 1 AND 100),
    is_first_order_only boolean NOT NULL,
    valid_from timestamptz,
    valid_to timestamptz,
    total_limit integer CHECK (total_limit >= 1),
    customer_limit integer CHECK (customer_limit >= 1),
    -- How often it is taken now; what is taken back does not count.
    used integer NOT NULL DEFAULT 0 CHECK (used >= 0),
    created_by uuid REFERENCES users,
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK (valid_from < valid_to),
    CHECK (used <= total_limit)
);

CREATE TABLE coupon_amounts (
    coupon_id uuid NOT NULL REFERENCES coupons,
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (coupon_id, currency)
);
REVOKE UPDATE, DELETE ON coupon_amounts FROM billing_app;

CREATE TABLE coupon_uses (
    id uuid PRIMARY KEY,
    coupon_id uuid NOT NULL REFERENCES coupons,
    customer_id uuid NOT NULL REFERENCES customers,
    order_id uuid NOT NULL UNIQUE REFERENCES orders,
    taken_at timestamptz NOT NULL,
    -- When the order was given up.
    released_at timestamptz
);
CREATE INDEX coupon_uses_of_coupon ON coupon_uses (coupon_id, id);
CREATE INDEX coupon_uses_of_customer ON coupon_uses (customer_id, coupon_id);
CALL protect_customer_rows('coupon_uses');
REVOKE DELETE ON coupon_uses FROM billing_app;

-- The coupon that a subscription was bought with, which reduces its later bills as well.
CREATE TABLE subscription_coupons (
    subscription_id uuid PRIMARY KEY REFERENCES subscriptions,
    customer_id uuid NOT NULL REFERENCES customers,
    use_id uuid NOT NULL REFERENCES coupon_uses,
    -- When the subscription was taken up again, at the price of that day.
    ended_at timestamptz
);
CREATE INDEX subscription_coupons_of_use ON subscription_coupons (use_id);
CALL protect_customer_rows('subscription_coupons');
REVOKE DELETE ON subscription_coupons FROM billing_app;

-- What a coupon promises is never changed: it is ended, and another one begins.
CREATE FUNCTION keep_coupon() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF to_jsonb(NEW) - '{used,ended_at,note}'::text[]
        IS DISTINCT FROM to_jsonb(OLD) - '{used,ended_at,note}'::text[]
    THEN
        RAISE EXCEPTION 'a coupon cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_coupon BEFORE UPDATE ON coupons
    FOR EACH ROW EXECUTE FUNCTION keep_coupon();
