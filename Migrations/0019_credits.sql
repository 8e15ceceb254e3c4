-- Money that customers have with us: where it came from, and what became of it.

CREATE TABLE credits (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    source text NOT NULL CHECK (
        source IN ('grant', 'overpayment', 'carried', 'credit_note', 'returned')
    ),
    -- The payment, invoice, credit note or order that it came of, once each.
    cause_id uuid,
    reason text CHECK (length(reason) BETWEEN 1 AND 500),
    granted_by uuid REFERENCES users,
    created_at timestamptz NOT NULL,
    -- It may be spent until before this moment. What a customer has paid for never expires.
    expires_at timestamptz CHECK (expires_at > created_at),
    UNIQUE (source, cause_id),
    UNIQUE (id, customer_id),
    CHECK ((source = 'grant') = (cause_id IS NULL)),
    CHECK ((source = 'grant') = (reason IS NOT NULL)),
    CHECK (source = 'grant' OR granted_by IS NULL AND expires_at IS NULL)
);
CREATE INDEX credits_of_customer ON credits (customer_id, id);
CREATE INDEX credits_expiring ON credits (expires_at) WHERE expires_at IS NOT NULL;
CALL protect_customer_rows('credits');
REVOKE UPDATE, DELETE ON credits FROM billing_app;

CREATE TABLE credit_spendings (
    id uuid PRIMARY KEY,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invoice', 'refund', 'expiry', 'revocation')),
    invoice_id uuid REFERENCES invoices,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    at timestamptz NOT NULL,
    FOREIGN KEY (credit_id, customer_id) REFERENCES credits (id, customer_id),
    CHECK ((kind = 'invoice') = (invoice_id IS NOT NULL))
);
CREATE INDEX credit_spendings_of_credit ON credit_spendings (credit_id) INCLUDE (amount_minor);
CREATE INDEX credit_spendings_of_customer ON credit_spendings (customer_id, id);
CREATE INDEX credit_spendings_of_invoice ON credit_spendings (invoice_id)
    WHERE invoice_id IS NOT NULL;
CALL protect_customer_rows('credit_spendings');
REVOKE UPDATE, DELETE ON credit_spendings FROM billing_app;

-- What pays for a part of an order while a payment of the rest is under way. Once that payment has
-- ended otherwise, it keeps nothing any more.
CREATE TABLE credit_holds (
    payment_id uuid NOT NULL REFERENCES payments,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    PRIMARY KEY (payment_id, credit_id),
    FOREIGN KEY (credit_id, customer_id) REFERENCES credits (id, customer_id)
);
CREATE INDEX credit_holds_of_credit ON credit_holds (credit_id);
CALL protect_customer_rows('credit_holds');
REVOKE UPDATE, DELETE ON credit_holds FROM billing_app;

-- The customer's row is locked before anything is spent, so that these sums are the last word.
CREATE FUNCTION check_credit_left() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM credits c
        WHERE id IN (SELECT credit_id FROM inserted) AND amount_minor < (
            SELECT sum(amount_minor) FROM credit_spendings s WHERE s.credit_id = c.id
        )
    ) THEN
        RAISE EXCEPTION 'more is spent of a credit than it is' USING ERRCODE = 'NP003';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER within_credit AFTER INSERT ON credit_spendings
    REFERENCING NEW TABLE AS inserted
    FOR EACH STATEMENT EXECUTE FUNCTION check_credit_left();
