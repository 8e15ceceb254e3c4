-- What we have paid to registrars: bills of theirs, or money that we keep with them for names.
CREATE TABLE registrar_payments (
    id uuid PRIMARY KEY,
    registrar text NOT NULL CHECK (registrar ~ '^[a-z0-9_-]{1,50}$'),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- What the bank's statement or the registrar calls it.
    reference text NOT NULL CHECK (length(reference) BETWEEN 1 AND 200),
    paid_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    -- It was recorded by mistake.
    reversed_at timestamptz,
    reversal_reason text CHECK (length(reversal_reason) BETWEEN 1 AND 500),
    CHECK ((reversed_at IS NULL) = (reversal_reason IS NULL)),
    CHECK (paid_at <= created_at)
);
CREATE UNIQUE INDEX registrar_payments_once ON registrar_payments (registrar, reference)
    WHERE reversed_at IS NULL;
CREATE INDEX registrar_payments_of_registrar ON registrar_payments (registrar, id);
REVOKE DELETE ON registrar_payments FROM billing_app;
