-- A day that was told holds only with its mail, and only while nothing has kept the account since.
ALTER TABLE account_removals
    -- The day as the mail says it; `due_at` is when it began where the customer lives.
    ADD COLUMN told_day date,
    -- The mail that tells it, and when it had left, once the removal is wished.
    ADD COLUMN mail_id uuid REFERENCES email_outbox,
    ADD COLUMN mail_sent_at timestamptz,
    ADD COLUMN withdrawn_because text
        CHECK (withdrawn_because IN ('taken_up', 'kept', 'held', 'payment_page', 'told_anew'));

-- Of days told before nobody knows whether the mail has left: they are told anew. Of what is being
-- removed already the time of the notice is all that is known.
UPDATE account_removals SET told_day = (due_at AT TIME ZONE 'UTC')::date,
    mail_sent_at = CASE WHEN wished_at IS NOT NULL THEN announced_at END,
    withdrawn_because = CASE WHEN wished_at IS NULL AND withdrawn_at IS NULL THEN 'told_anew' END,
    withdrawn_at = CASE WHEN wished_at IS NULL THEN coalesce(withdrawn_at, now()) END;

ALTER TABLE account_removals
    ALTER COLUMN told_day SET NOT NULL,
    ADD CHECK ((due_at AT TIME ZONE 'UTC')::date - told_day BETWEEN -1 AND 0),
    ADD CHECK (mail_id IS NOT NULL OR wished_at IS NOT NULL OR withdrawn_at IS NOT NULL),
    ADD CHECK ((wished_at IS NULL) = (mail_sent_at IS NULL)),
    ADD CHECK (wished_at >= mail_sent_at + interval '168 hours'),
    ADD CHECK (withdrawn_because IS NULL OR withdrawn_at IS NOT NULL);

-- What its panel would not stop has ended all the same.
DROP INDEX hosting_accounts_stopped;
CREATE INDEX hosting_accounts_stopped ON hosting_accounts (order_item_id)
    WHERE status IN ('active', 'suspended') AND wish = 'suspended';
