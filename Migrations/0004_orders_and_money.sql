-- Orders, invoices, payments and the ledger that proves them.

CREATE SEQUENCE order_numbers START 10001;

CREATE TABLE orders (
    id uuid PRIMARY KEY,
    number bigint NOT NULL UNIQUE DEFAULT nextval('order_numbers'),
    customer_id uuid NOT NULL REFERENCES customers,
    user_id uuid NOT NULL REFERENCES users,
    status text NOT NULL CHECK (
        status IN (
            'pending', 'paid', 'fulfilling', 'completed', 'attention', 'cancelled', 'refunded'
        )
    ),
    currency char(3) NOT NULL,
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor bigint NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
    total_minor bigint NOT NULL,
    -- The caller's key: a repeated request gives the same order, whatever crashed in between.
    idempotency_key text,
    created_at timestamptz NOT NULL,
    paid_at timestamptz,
    finished_at timestamptz,
    UNIQUE (customer_id, idempotency_key),
    CHECK (total_minor = subtotal_minor - discount_minor + tax_minor),
    CHECK ((status IN ('pending', 'cancelled')) = (paid_at IS NULL))
);
CREATE INDEX orders_of_customer ON orders (customer_id, id);
CREATE INDEX orders_by_status ON orders (status, id);
CALL protect_customer_rows('orders');

CREATE TABLE order_items (
    id uuid PRIMARY KEY,
    order_id uuid NOT NULL REFERENCES orders,
    customer_id uuid NOT NULL REFERENCES customers,
    position integer NOT NULL CHECK (position >= 0),
    plan_id uuid NOT NULL REFERENCES plans,
    price_id uuid NOT NULL REFERENCES prices,
    plan_name text NOT NULL,
    billing_cycle text NOT NULL CHECK (billing_cycle IN ('monthly', 'yearly')),
    plan_amount_minor bigint NOT NULL CHECK (plan_amount_minor >= 0),
    -- What was promised at the sale; later changes of the plan do not reach it.
    max_accounts bigint,
    max_domains bigint,
    max_databases bigint,
    max_emails bigint,
    domain_name text,
    domain_action text CHECK (domain_action IN ('register', 'transfer', 'own')),
    domain_years integer CHECK (domain_years BETWEEN 1 AND 10),
    domain_amount_minor bigint NOT NULL DEFAULT 0 CHECK (domain_amount_minor >= 0),
    domain_auth_code_sealed text,
    UNIQUE (order_id, position),
    CHECK ((domain_name IS NULL) = (domain_action IS NULL)),
    CHECK (domain_action IS DISTINCT FROM 'register' OR domain_years IS NOT NULL),
    CHECK ((domain_action = 'transfer') IS TRUE = (domain_auth_code_sealed IS NOT NULL))
);
CALL protect_customer_rows('order_items');

CREATE TABLE invoice_series (
    id text PRIMARY KEY,
    next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0)
);

CREATE TABLE invoices (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    order_id uuid UNIQUE REFERENCES orders,
    series_id text REFERENCES invoice_series,
    number bigint,
    number_text text UNIQUE,
    status text NOT NULL CHECK (status IN ('draft', 'open', 'paid', 'void', 'uncollectible')),
    currency char(3) NOT NULL,
    subtotal_minor bigint NOT NULL CHECK (subtotal_minor >= 0),
    discount_minor bigint NOT NULL CHECK (discount_minor BETWEEN 0 AND subtotal_minor),
    tax_minor bigint NOT NULL CHECK (tax_minor >= 0),
    total_minor bigint NOT NULL CHECK (total_minor >= 0),
    paid_minor bigint NOT NULL DEFAULT 0,
    -- Who sold and who bought, as they were when the document was issued.
    seller jsonb,
    buyer jsonb,
    created_at timestamptz NOT NULL,
    issued_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    UNIQUE (series_id, number),
    CHECK (total_minor = subtotal_minor - discount_minor + tax_minor),
    CHECK (paid_minor BETWEEN 0 AND total_minor),
    CHECK ((status = 'draft') = (number IS NULL)),
    CHECK ((number IS NULL) = (number_text IS NULL)),
    CHECK ((number IS NULL) = (series_id IS NULL)),
    CHECK ((number IS NULL) = (issued_at IS NULL)),
    CHECK ((number IS NULL) = (seller IS NULL)),
    CHECK ((number IS NULL) = (buyer IS NULL)),
    CHECK ((status = 'paid') = (paid_at IS NOT NULL)),
    CHECK (status <> 'paid' OR paid_minor = total_minor)
);
CREATE INDEX invoices_of_customer ON invoices (customer_id, id);
CALL protect_customer_rows('invoices');

CREATE TABLE invoice_lines (
    id uuid PRIMARY KEY,
    invoice_id uuid NOT NULL REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    position integer NOT NULL CHECK (position >= 0),
    kind text NOT NULL CHECK (kind IN ('plan', 'domain')),
    order_item_id uuid REFERENCES order_items,
    description text NOT NULL,
    quantity bigint NOT NULL CHECK (quantity >= 1),
    unit_minor bigint NOT NULL CHECK (unit_minor >= 0),
    amount_minor bigint NOT NULL,
    discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor BETWEEN 0 AND amount_minor),
    tax_minor bigint NOT NULL DEFAULT 0 CHECK (tax_minor >= 0),
    period_start timestamptz,
    period_end timestamptz,
    UNIQUE (invoice_id, position),
    CHECK (amount_minor = quantity * unit_minor),
    CHECK ((period_start IS NULL) = (period_end IS NULL)),
    CHECK (period_start < period_end)
);
CALL protect_customer_rows('invoice_lines');

-- An issued invoice is a document: only its payment may still change.
CREATE FUNCTION keep_issued_invoice() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.status <> 'draft' THEN
            RAISE EXCEPTION 'an issued invoice cannot be deleted' USING ERRCODE = 'NP001';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.status <> 'draft'
        AND to_jsonb(NEW) - '{status,paid_minor,paid_at}'::text[]
            IS DISTINCT FROM to_jsonb(OLD) - '{status,paid_minor,paid_at}'::text[]
    THEN
        RAISE EXCEPTION 'an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER keep_issued BEFORE UPDATE OR DELETE ON invoices
    FOR EACH ROW EXECUTE FUNCTION keep_issued_invoice();

CREATE FUNCTION keep_issued_lines() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    invoice uuid := coalesce(NEW.invoice_id, OLD.invoice_id);
BEGIN
    IF EXISTS (SELECT FROM invoices WHERE id = invoice AND status <> 'draft') THEN
        RAISE EXCEPTION 'a line of an issued invoice cannot be changed' USING ERRCODE = 'NP001';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER keep_issued BEFORE INSERT OR UPDATE OR DELETE ON invoice_lines
    FOR EACH ROW EXECUTE FUNCTION keep_issued_lines();

-- The card processor's records of our customers.
CREATE TABLE gateway_customers (
    customer_id uuid NOT NULL REFERENCES customers,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    idempotency_key text NOT NULL,
    -- As they were at the first call: the same key has to ask for the same thing.
    email text NOT NULL,
    name text NOT NULL,
    remote_id text UNIQUE,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (customer_id, gateway)
);
CALL protect_customer_rows('gateway_customers');

CREATE TABLE payments (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    order_id uuid NOT NULL REFERENCES orders,
    invoice_id uuid NOT NULL REFERENCES invoices,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    kind text NOT NULL CHECK (kind IN ('checkout', 'intent')),
    -- created: stored, the processor was not heard yet. attention: money we cannot place.
    status text NOT NULL CHECK (
        status IN (
            'created', 'open', 'processing', 'succeeded', 'failed', 'expired', 'cancelled',
            'attention'
        )
    ),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL,
    idempotency_key text NOT NULL UNIQUE,
    -- The exact parameters of the first call, to send the same again.
    parameters jsonb NOT NULL,
    gateway_checkout_id text UNIQUE,
    gateway_intent_id text UNIQUE,
    checkout_url text,
    failure text,
    created_at timestamptz NOT NULL,
    checked_at timestamptz,
    settled_at timestamptz,
    CHECK ((status = 'succeeded') = (settled_at IS NOT NULL))
);
-- One payment may be under way for an invoice, and one may succeed.
CREATE UNIQUE INDEX payments_one_under_way ON payments (invoice_id)
    WHERE status IN ('created', 'open', 'processing');
CREATE UNIQUE INDEX payments_one_success ON payments (invoice_id) WHERE status = 'succeeded';
CREATE INDEX payments_of_customer ON payments (customer_id, id);
CREATE INDEX payments_under_way ON payments (checked_at)
    WHERE status IN ('created', 'open', 'processing');
CALL protect_customer_rows('payments');

CREATE TABLE refunds (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    customer_id uuid NOT NULL REFERENCES customers,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL,
    reason text NOT NULL,
    status text NOT NULL CHECK (status IN ('created', 'pending', 'succeeded', 'failed')),
    idempotency_key text NOT NULL UNIQUE,
    gateway_refund_id text UNIQUE,
    created_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX refunds_of_payment ON refunds (payment_id);
CALL protect_customer_rows('refunds');

-- What the processor told us, once each.
CREATE TABLE webhook_events (
    gateway text NOT NULL,
    event_id text NOT NULL,
    type text NOT NULL,
    object_id text,
    body jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('received', 'applied', 'ignored')),
    outcome text,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    PRIMARY KEY (gateway, event_id),
    CHECK ((status = 'received') = (applied_at IS NULL))
);

CREATE TABLE ledger_accounts (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (
        kind IN (
            'receivable', 'clearing', 'revenue', 'deferred_revenue', 'tax', 'customer_credit',
            'refunds', 'fees', 'domain_costs', 'suspense'
        )
    ),
    customer_id uuid REFERENCES customers,
    gateway text,
    currency char(3) NOT NULL,
    UNIQUE NULLS NOT DISTINCT (kind, customer_id, gateway, currency),
    UNIQUE (id, currency),
    CHECK ((kind IN ('receivable', 'customer_credit')) = (customer_id IS NOT NULL)),
    CHECK ((kind IN ('clearing', 'fees')) = (gateway IS NOT NULL))
);
CALL protect_customer_rows('ledger_accounts');

CREATE TABLE ledger_transactions (
    id uuid PRIMARY KEY,
    kind text NOT NULL,
    cause_type text NOT NULL,
    cause_id uuid NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (kind, cause_type, cause_id)
);

CREATE TABLE ledger_entries (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    transaction_id uuid NOT NULL REFERENCES ledger_transactions,
    account_id uuid NOT NULL,
    -- Debits are positive, credits negative.
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    currency char(3) NOT NULL,
    FOREIGN KEY (account_id, currency) REFERENCES ledger_accounts (id, currency)
);
CREATE INDEX ledger_entries_of_transaction ON ledger_entries (transaction_id);
CREATE INDEX ledger_entries_of_account ON ledger_entries (account_id, id);

-- All entries of a transaction are inserted by one statement and balance in each currency.
CREATE FUNCTION check_ledger_balance() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM inserted GROUP BY transaction_id, currency
        HAVING sum(amount_minor) <> 0 OR count(*) < 2
    ) THEN
        RAISE EXCEPTION 'a ledger transaction does not balance' USING ERRCODE = 'NP002';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER balanced AFTER INSERT ON ledger_entries
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION check_ledger_balance();

REVOKE UPDATE, DELETE ON ledger_transactions, ledger_entries FROM billing_app;
