-- What is given back of a subscription's line is a part of what is left of it: which line, what it
-- had been billed at, and how much of that nobody had given back before. Both with tax.
ALTER TABLE subscription_lines
    ADD COLUMN reduces_line_id uuid REFERENCES invoice_lines,
    ADD COLUMN reduced_minor bigint,
    ADD COLUMN left_minor bigint,
    ADD CONSTRAINT subscription_lines_reduce_wholly
        CHECK (num_nulls(reduces_line_id, reduced_minor, left_minor) IN (0, 3)),
    ADD CONSTRAINT subscription_lines_reduce_what_is_left
        CHECK (left_minor BETWEEN least(reduced_minor, 0) AND greatest(reduced_minor, 0));
CREATE INDEX subscription_lines_by_reduced_line ON subscription_lines (reduces_line_id)
    WHERE reduces_line_id IS NOT NULL;

-- Of what was billed before, an earlier line of the same period, or the revision that was taken back.
UPDATE subscription_lines s
SET reduces_line_id = r.line_id, reduced_minor = r.total_minor, left_minor = r.total_minor
FROM invoice_lines own, subscription_lines o
JOIN invoice_lines l ON l.id = o.invoice_line_id
JOIN invoices i ON i.id = l.invoice_id
CROSS JOIN LATERAL (
    SELECT l.id AS line_id, l.invoice_id, l.amount_minor - l.discount_minor
        + CASE WHEN i.is_tax_inclusive THEN 0 ELSE l.tax_minor END AS total_minor
) r
WHERE own.id = s.invoice_line_id AND own.invoice_id <> r.invoice_id
    AND o.subscription_id = s.subscription_id AND o.period_start_at = s.period_start_at
    AND NOT o.is_reversal
    AND CASE WHEN s.is_reversal
        THEN o.kind = s.kind AND o.cause = s.cause AND o.revision = s.revision - 1
        ELSE s.kind = 'credit' AND o.kind <> 'credit' AND (o.cause, o.revision) = (
            SELECT b.cause, b.revision FROM subscription_lines b
            WHERE b.subscription_id = s.subscription_id
                AND b.period_start_at = s.period_start_at AND b.kind <> 'credit'
                AND NOT b.is_reversal AND b.cause < s.cause AND NOT EXISTS (
                    SELECT FROM subscription_lines t WHERE t.is_reversal
                        AND t.subscription_id = b.subscription_id
                        AND t.period_start_at = b.period_start_at AND t.kind = b.kind
                        AND t.cause = b.cause AND t.revision = b.revision + 1
                )
            ORDER BY b.cause DESC, b.revision DESC LIMIT 1
        ) END;
