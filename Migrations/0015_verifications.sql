-- What checking the books found, and the indexes by which reports of the books are read.

CREATE TABLE verifications (
    id uuid PRIMARY KEY,
    started_at timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    -- How many invariants were looked at, and how many rows break one.
    checks integer NOT NULL CHECK (checks > 0),
    violations bigint NOT NULL CHECK (violations >= 0),
    findings jsonb NOT NULL,
    -- How many rows each table showed: a check that sees no rows finds nothing.
    counts jsonb NOT NULL,
    CHECK ((violations = 0) = (findings = '[]'))
);
REVOKE UPDATE ON verifications FROM billing_app;

-- Balances are sums that need nothing but the index.
DROP INDEX ledger_entries_of_account;
CREATE INDEX ledger_entries_of_account ON ledger_entries (account_id, id) INCLUDE (amount_minor);
CREATE INDEX ledger_transactions_of_cause ON ledger_transactions (cause_id);
CREATE INDEX ledger_transactions_by_time ON ledger_transactions (at);
