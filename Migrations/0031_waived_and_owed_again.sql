-- Credit that had paid a part of an invoice which was cancelled is there again.
ALTER TABLE credits
    DROP CONSTRAINT credits_source_check,
    ADD CONSTRAINT credits_source_check CHECK (
        source IN ('grant', 'overpayment', 'carried', 'credit_note', 'returned', 'voided')
    );

-- A payment of an overdue invoice was taken back: what is done about the invoice is counted anew
-- from then on, in another round.
CREATE TABLE dunning_restarts (
    invoice_id uuid NOT NULL REFERENCES dunning_cases (invoice_id),
    round integer NOT NULL CHECK (round >= 2),
    customer_id uuid NOT NULL REFERENCES customers,
    at timestamptz NOT NULL,
    PRIMARY KEY (invoice_id, round)
);
CREATE INDEX dunning_restarts_of_customer ON dunning_restarts (customer_id);
CALL protect_customer_rows('dunning_restarts');
REVOKE UPDATE, DELETE ON dunning_restarts FROM billing_app;

ALTER TABLE dunning_steps
    ADD COLUMN round integer NOT NULL DEFAULT 1 CHECK (round >= 1),
    DROP CONSTRAINT dunning_steps_pkey,
    ADD PRIMARY KEY (invoice_id, round, action, number);
