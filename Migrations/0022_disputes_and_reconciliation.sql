-- What the processor keeps for itself, what payers' banks dispute, and how the books are compared
-- with what the processor says moved.

ALTER TABLE payments
    ADD COLUMN gateway_charge_id text UNIQUE,
    -- The processor's name of what the payment moved on its balance, once it is known.
    ADD COLUMN balance_move_id text UNIQUE,
    ADD COLUMN fee_minor bigint,
    -- What is settled in need not be what was charged in.
    ADD COLUMN fee_currency char(3),
    ADD CHECK ((balance_move_id IS NULL) = (fee_minor IS NULL)),
    ADD CHECK ((fee_minor IS NULL) = (fee_currency IS NULL));
ALTER TABLE refunds
    ADD COLUMN balance_move_id text UNIQUE,
    ADD COLUMN fee_minor bigint,
    ADD COLUMN fee_currency char(3),
    ADD CHECK ((balance_move_id IS NULL) = (fee_minor IS NULL)),
    ADD CHECK ((fee_minor IS NULL) = (fee_currency IS NULL));

CREATE TABLE disputes (
    id uuid PRIMARY KEY,
    payment_id uuid NOT NULL REFERENCES payments,
    customer_id uuid NOT NULL REFERENCES customers,
    gateway_dispute_id text NOT NULL UNIQUE,
    -- inquiry: the bank only asks. closed: nothing came of it.
    status text NOT NULL CHECK (status IN ('inquiry', 'open', 'won', 'lost', 'closed')),
    -- In the processor's words, which may be new to us.
    gateway_phase text NOT NULL,
    reason text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL,
    due_by timestamptz,
    has_evidence boolean NOT NULL DEFAULT false,
    -- What the bank took and gave back, in the currency that is settled in.
    settled_currency char(3),
    withdrawn_minor bigint NOT NULL DEFAULT 0 CHECK (withdrawn_minor >= 0),
    reinstated_minor bigint NOT NULL DEFAULT 0 CHECK (reinstated_minor >= 0),
    fee_minor bigint NOT NULL DEFAULT 0,
    withdrawal_move_id text UNIQUE,
    reinstatement_move_id text UNIQUE,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK ((status IN ('won', 'lost', 'closed')) = (closed_at IS NOT NULL)),
    CHECK ((withdrawal_move_id IS NULL) = (withdrawn_minor = 0)),
    CHECK ((reinstatement_move_id IS NULL) = (reinstated_minor = 0)),
    CHECK (withdrawn_minor = 0 OR settled_currency IS NOT NULL)
);
CREATE INDEX disputes_of_payment ON disputes (payment_id);
CREATE INDEX disputes_of_customer ON disputes (customer_id, id);
CREATE INDEX disputes_open ON disputes (due_by) WHERE closed_at IS NULL;
CALL protect_customer_rows('disputes');

CREATE TABLE payouts (
    id uuid PRIMARY KEY,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    gateway_payout_id text NOT NULL UNIQUE,
    balance_move_id text NOT NULL UNIQUE,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency char(3) NOT NULL,
    paid_at timestamptz NOT NULL
);

CREATE TABLE reconciliations (
    id uuid PRIMARY KEY,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    -- The processor's moves from this moment until before that one.
    from_time timestamptz NOT NULL,
    until_time timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    moves integer NOT NULL CHECK (moves >= 0),
    matched integer NOT NULL CHECK (matched BETWEEN 0 AND moves),
    found integer NOT NULL CHECK (found >= 0),
    resolved integer NOT NULL CHECK (resolved >= 0),
    CHECK (from_time < until_time)
);
REVOKE UPDATE, DELETE ON reconciliations FROM billing_app;

-- What the processor said it moved, once each, and what in the books it was found to be.
CREATE TABLE balance_moves (
    id text PRIMARY KEY,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    kind text NOT NULL,
    source text,
    -- The payment that it moved for, where the processor names it.
    intent text,
    amount_minor bigint NOT NULL,
    fee_minor bigint NOT NULL,
    currency char(3) NOT NULL,
    moved_at timestamptz NOT NULL,
    first_seen_in uuid NOT NULL REFERENCES reconciliations DEFERRABLE INITIALLY DEFERRED,
    -- The transaction of the books that is the same.
    transaction_id uuid UNIQUE REFERENCES ledger_transactions
);
CREATE INDEX balance_moves_unmatched ON balance_moves (moved_at) WHERE transaction_id IS NULL;
CREATE INDEX balance_moves_by_time ON balance_moves (moved_at);

CREATE TABLE reconciliation_findings (
    id uuid PRIMARY KEY,
    gateway text NOT NULL CHECK (gateway IN ('stripe')),
    kind text NOT NULL CHECK (
        kind IN ('not_in_books', 'not_at_processor', 'other_amount', 'other_fee')
    ),
    -- A move of the processor's, or a transaction of the books.
    subject text NOT NULL,
    -- What the object is to people: a payment, a refund.
    object_id text,
    at_processor_minor bigint,
    in_books_minor bigint,
    currency char(3) NOT NULL,
    detail text NOT NULL,
    happened_at timestamptz NOT NULL,
    found_in uuid NOT NULL REFERENCES reconciliations DEFERRABLE INITIALLY DEFERRED,
    found_at timestamptz NOT NULL,
    -- A later comparison found it mended, or staff have explained it.
    resolved_at timestamptz,
    resolution text CHECK (length(resolution) BETWEEN 1 AND 500),
    UNIQUE (gateway, kind, subject),
    CHECK ((resolved_at IS NULL) = (resolution IS NULL))
);
CREATE INDEX reconciliation_findings_open ON reconciliation_findings (id)
    WHERE resolved_at IS NULL;
