-- What is done about invoices that are not paid, and when the next step is due.

CREATE TABLE dunning_cases (
    invoice_id uuid PRIMARY KEY REFERENCES invoices,
    customer_id uuid NOT NULL REFERENCES customers,
    opened_at timestamptz NOT NULL,
    -- When it has to be looked at again; null once it is closed.
    next_at timestamptz,
    closed_at timestamptz,
    CHECK ((next_at IS NULL) = (closed_at IS NOT NULL))
);
CREATE INDEX dunning_cases_due ON dunning_cases (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX dunning_cases_of_customer ON dunning_cases (customer_id);
CALL protect_customer_rows('dunning_cases');

-- Each step is taken once.
CREATE TABLE dunning_steps (
    invoice_id uuid NOT NULL REFERENCES dunning_cases,
    customer_id uuid NOT NULL REFERENCES customers,
    action text NOT NULL CHECK (
        action IN (
            'remind', 'ask_to_confirm', 'ask_for_card', 'suspend', 'give_notice', 'terminate'
        )
    ),
    -- Counts reminders from 1; of a request, the second of the attempt that asked for it.
    number bigint NOT NULL,
    done_at timestamptz NOT NULL,
    PRIMARY KEY (invoice_id, action, number)
);
CALL protect_customer_rows('dunning_steps');
REVOKE UPDATE, DELETE ON dunning_steps FROM billing_app;

-- A customer whom nothing happens to but reminders.
ALTER TABLE customers ADD COLUMN dunning_exempt boolean NOT NULL DEFAULT false;

ALTER TABLE ledger_accounts DROP CONSTRAINT ledger_accounts_kind_check;
ALTER TABLE ledger_accounts ADD CONSTRAINT ledger_accounts_kind_check CHECK (
    kind IN (
        'receivable', 'clearing', 'revenue', 'deferred_revenue', 'tax', 'customer_credit',
        'refunds', 'fees', 'domain_costs', 'suspense', 'disputes', 'dispute_losses', 'bad_debt',
        'promotions', 'payables'
    )
);
