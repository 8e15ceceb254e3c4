-- What registrars charge us for names.

-- What a year of a name costs us by its ending, for registrars that do not tell.
CREATE TABLE domain_costs (
    ending text NOT NULL CHECK (ending ~ '^[a-z0-9-]+(\.[a-z0-9-]+)?$'),
    action text NOT NULL CHECK (action IN ('register', 'transfer')),
    amount_minor bigint NOT NULL CHECK (amount_minor BETWEEN 0 AND 100000000),
    currency char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (ending, action)
);

ALTER TABLE domain_operations
    ADD COLUMN cost_currency char(3) CHECK (cost_currency ~ '^[A-Z]{3}$'),
    ADD CHECK ((cost_minor IS NULL) = (cost_currency IS NULL)),
    ADD CHECK (cost_minor IS NULL OR status = 'confirmed');
CREATE INDEX domain_operations_of_customer ON domain_operations (customer_id);

-- Names that were bought before are booked as well.
INSERT INTO jobs (
    id, kind, payload, dedup_key, status, run_at, max_attempts, created_at
)
SELECT gen_random_uuid(), 'domain.learn_cost', jsonb_build_object('operation', id), id::text,
    'queued', now(), 25, now()
FROM domain_operations WHERE status = 'confirmed';
