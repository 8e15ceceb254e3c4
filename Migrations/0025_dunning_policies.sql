-- What happens to the services of some plans while their bills are not paid. Days are counted from
-- the day a bill was due. Plans without a policy of their own have the default one.

CREATE TABLE dunning_policies (
    id uuid PRIMARY KEY,
    name text NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100),
    retry_days bigint[] NOT NULL CHECK (cardinality(retry_days) <= 4),
    reminder_days bigint[] NOT NULL CHECK (cardinality(reminder_days) <= 12),
    -- Null for never.
    suspension_day integer CHECK (suspension_day BETWEEN 0 AND 365),
    notice_day integer CHECK (notice_day BETWEEN 0 AND 365),
    termination_day integer CHECK (termination_day BETWEEN 0 AND 365),
    is_default boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((notice_day IS NULL) = (termination_day IS NULL)),
    -- Nothing is ended that was not suspended before, and not without notice.
    CHECK (
        termination_day IS NULL
        OR (suspension_day < termination_day AND notice_day < termination_day) IS TRUE
    )
);
CREATE UNIQUE INDEX dunning_policies_one_default ON dunning_policies (is_default) WHERE is_default;

INSERT INTO dunning_policies (
    id, name, retry_days, reminder_days, suspension_day, notice_day, termination_day, is_default,
    created_at, updated_at
) VALUES (
    gen_random_uuid(), 'Standard', '{1,3,5,7}', '{3,7,13}', 14, 30, 60, true, now(), now()
);

ALTER TABLE plans
    ADD COLUMN dunning_policy_id uuid REFERENCES dunning_policies ON DELETE SET NULL;

-- Staff sort subscriptions by when they renew.
CREATE INDEX subscriptions_by_end ON subscriptions (current_period_end, id);
