-- What customers were told of the removal of accounts whose subscriptions have ended: the day,
-- once an end. What was withdrawn holds no more: its subscription was taken up again, or accounts
-- are kept for longer.
CREATE TABLE account_removals (
    account_id uuid NOT NULL REFERENCES hosting_accounts,
    customer_id uuid NOT NULL REFERENCES customers,
    -- When its subscription ended.
    ended_at timestamptz NOT NULL,
    announced_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    -- When its removal was wished; how that goes is on the account.
    wished_at timestamptz,
    withdrawn_at timestamptz,
    PRIMARY KEY (account_id, announced_at),
    CHECK (announced_at >= ended_at),
    CHECK (due_at >= announced_at + interval '168 hours'),
    CHECK (wished_at >= due_at),
    CHECK (wished_at IS NULL OR withdrawn_at IS NULL)
);
CREATE UNIQUE INDEX account_removals_once ON account_removals (account_id, ended_at)
    WHERE withdrawn_at IS NULL;
CREATE INDEX account_removals_of_customer ON account_removals (customer_id);
CALL protect_customer_rows('account_removals');
REVOKE DELETE ON account_removals FROM billing_app;

-- Where those are looked for that come next.
CREATE INDEX hosting_accounts_stopped ON hosting_accounts (order_item_id)
    WHERE status = 'suspended';
