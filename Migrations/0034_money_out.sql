-- Money that leaves: credit that is paid out, payouts that a bank sends back, what the processor
-- settles in another currency than it was charged in, and what disputes stop.

-- Credit that was sent back to the customer.
CREATE TABLE credit_payouts (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES customers,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- card: to the payments that it came from. bank_transfer: sent by staff.
    way text NOT NULL CHECK (way IN ('card', 'bank_transfer')),
    -- What the bank's statement calls it.
    reference text CHECK (length(reference) BETWEEN 1 AND 200),
    reason text NOT NULL CHECK (length(reason) BETWEEN 1 AND 500),
    paid_by uuid REFERENCES users,
    asked_with text CHECK (length(asked_with) BETWEEN 1 AND 255),
    created_at timestamptz NOT NULL,
    UNIQUE (customer_id, asked_with),
    UNIQUE (id, customer_id),
    CHECK ((way = 'bank_transfer') = (reference IS NOT NULL))
);
CREATE UNIQUE INDEX credit_payouts_reference_once ON credit_payouts (reference)
    WHERE reference IS NOT NULL;
CREATE INDEX credit_payouts_of_customer ON credit_payouts (customer_id, id);
CALL protect_customer_rows('credit_payouts');
REVOKE UPDATE, DELETE ON credit_payouts FROM billing_app;

ALTER TABLE credit_spendings
    ADD COLUMN payout_id uuid,
    ADD FOREIGN KEY (payout_id, customer_id) REFERENCES credit_payouts (id, customer_id),
    ADD CHECK ((kind = 'refund') = (payout_id IS NOT NULL));
CREATE INDEX credit_spendings_of_payout ON credit_spendings (payout_id)
    WHERE payout_id IS NOT NULL;

ALTER TABLE refunds
    ADD COLUMN credit_payout_id uuid,
    ADD FOREIGN KEY (credit_payout_id, customer_id)
        REFERENCES credit_payouts (id, customer_id);
ALTER TABLE refunds DROP CONSTRAINT refunds_kind_check;
ALTER TABLE refunds
    -- credit: a customer's credit goes back to the card that it came from.
    ADD CONSTRAINT refunds_kind_check
        CHECK (kind IN ('staff', 'undo', 'return', 'outside', 'credit')),
    ADD CHECK ((kind = 'credit') = (credit_payout_id IS NOT NULL));
CREATE INDEX refunds_of_credit_payout ON refunds (credit_payout_id)
    WHERE credit_payout_id IS NOT NULL;

ALTER TABLE credits DROP CONSTRAINT credits_source_check;
ALTER TABLE credits ADD CONSTRAINT credits_source_check CHECK (
    source IN (
        'grant', 'overpayment', 'carried', 'credit_note', 'returned', 'voided', 'payout_failed'
    )
);

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (
    kind IN (
        'receivable', 'clearing', 'revenue', 'deferred_revenue', 'tax', 'customer_credit',
        'refunds', 'fees', 'domain_costs', 'suspense', 'disputes', 'dispute_losses', 'bad_debt',
        'promotions', 'payables', 'exchange'
    )
);

-- Null where it was settled in what it was charged in.
ALTER TABLE payments
    ADD COLUMN settled_minor bigint,
    ADD COLUMN settled_currency char(3) CHECK (settled_currency ~ '^[A-Z]{3}$'),
    ADD CHECK ((settled_minor IS NULL) = (settled_currency IS NULL)),
    ADD CHECK (settled_currency IS NULL OR balance_move_id IS NOT NULL);
ALTER TABLE refunds
    -- What left the balance for it, and what came back of that when it failed.
    ADD COLUMN settled_minor bigint,
    ADD COLUMN settled_currency char(3) CHECK (settled_currency ~ '^[A-Z]{3}$'),
    ADD COLUMN returned_minor bigint,
    ADD CHECK ((settled_minor IS NULL) = (settled_currency IS NULL)),
    ADD CHECK (settled_currency <> currency),
    ADD CHECK (settled_currency IS NULL OR balance_move_id IS NOT NULL),
    ADD CHECK (returned_minor IS NULL OR settled_minor IS NOT NULL AND status = 'failed');

ALTER TABLE payouts
    ADD COLUMN failure_move_id text UNIQUE,
    ADD COLUMN failed_at timestamptz,
    ADD CHECK ((failure_move_id IS NULL) = (failed_at IS NULL));

-- Whether what its payment has paid for is stopped, what is still being set up too.
ALTER TABLE disputes ADD COLUMN freezes boolean NOT NULL DEFAULT false;
