-- A dispute holds no more credit than it is about. What staff have written off for it, or released
-- of it, it holds no more; what was written off for one that is won after all is credit again.
ALTER TABLE credit_spendings ADD COLUMN dispute_id uuid REFERENCES disputes;
UPDATE credit_spendings s SET dispute_id = (
    SELECT d.id FROM disputes d WHERE d.customer_id = s.customer_id
    ORDER BY d.closed_at <= s.at DESC NULLS LAST, d.status <> 'lost', d.closed_at DESC, d.id
    LIMIT 1
) WHERE kind = 'dispute';
ALTER TABLE credit_spendings ADD CHECK ((kind = 'dispute') = (dispute_id IS NOT NULL));
CREATE INDEX credit_spendings_of_dispute ON credit_spendings (dispute_id)
    WHERE dispute_id IS NOT NULL;

ALTER TABLE credits DROP CONSTRAINT credits_source_check;
ALTER TABLE credits ADD CONSTRAINT credits_source_check CHECK (
    source IN (
        'grant', 'overpayment', 'carried', 'credit_note', 'returned', 'voided', 'payout_failed',
        'dispute_won'
    )
);

-- Credit that staff have released although a dispute holds it.
CREATE TABLE credit_releases (
    dispute_id uuid NOT NULL REFERENCES disputes,
    credit_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    at timestamptz NOT NULL,
    PRIMARY KEY (dispute_id, credit_id),
    FOREIGN KEY (credit_id, customer_id) REFERENCES credits (id, customer_id)
);
CREATE INDEX credit_releases_of_credit ON credit_releases (credit_id);
CALL protect_customer_rows('credit_releases');
REVOKE UPDATE, DELETE ON credit_releases FROM billing_app;

CREATE OR REPLACE FUNCTION credits_made_of(whose uuid, of_credits uuid[], of_invoices uuid[])
    RETURNS SETOF uuid
    LANGUAGE sql STABLE
    AS $$
    WITH RECURSIVE made (credit, invoice, by_credit) AS (
        SELECT id, NULL::uuid, false FROM unnest(of_credits) AS given (id)
        UNION ALL
        SELECT NULL, id, false FROM unnest(of_invoices) AS paid (id)
        UNION
        SELECT next.* FROM made m CROSS JOIN LATERAL (
            SELECT NULL::uuid, s.invoice_id, true FROM credit_spendings s
            WHERE s.credit_id = m.credit AND s.kind = 'invoice'
            UNION ALL
            -- A later bill gives back what was paid so. What is left over of that is carried; what
            -- was paid of the bill beside it was paid otherwise.
            SELECT NULL, later.invoice_id, NULL
            FROM invoice_lines own JOIN subscription_lines t ON t.reduces_line_id = own.id
            JOIN invoice_lines later ON later.id = t.invoice_line_id
            WHERE own.invoice_id = m.invoice
            UNION ALL
            SELECT c.id, NULL, false FROM credits c
            WHERE c.customer_id = whose AND (
                c.source = 'carried' AND c.cause_id = m.invoice
                OR m.by_credit IS NOT NULL AND c.source = 'credit_note' AND c.cause_id IN (
                    SELECT n.id FROM credit_notes n WHERE n.invoice_id = m.invoice
                )
                -- Of what these bring back credit alone had paid.
                OR m.by_credit AND c.source = 'voided' AND c.cause_id = m.invoice
                OR m.by_credit AND c.source = 'returned' AND c.cause_id = (
                    SELECT i.order_id FROM invoices i WHERE i.id = m.invoice
                )
                OR c.source = 'payout_failed' AND c.cause_id IN (
                    SELECT r.id FROM refunds r
                    JOIN credit_spendings s ON s.payout_id = r.credit_payout_id
                    WHERE s.credit_id = m.credit
                )
                OR c.source = 'dispute_won' AND c.cause_id IN (
                    SELECT s.id FROM credit_spendings s
                    WHERE s.credit_id = m.credit AND s.kind = 'dispute'
                )
            )
        ) next
    )
    SELECT credit FROM made WHERE credit IS NOT NULL
    $$;

-- What disputes that are open or lost hold of a customer's credit: of what stems from their
-- payments, the oldest first, as much as they are about. Instances of the version before go on to
-- ask `disputed_credits`, which knew no amounts.
CREATE FUNCTION credit_held_by_disputes(whose uuid)
    RETURNS TABLE (dispute uuid, credit uuid, amount_minor bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    d record;
    c record;
    taken jsonb := '{}';
    rest bigint;
BEGIN
    -- Hardly any customer has one, and everybody's credit is asked about.
    IF NOT EXISTS (
        SELECT FROM disputes WHERE customer_id = whose AND status IN ('open', 'lost')
    ) THEN
        RETURN;
    END IF;
    FOR d IN
        SELECT disputes.id, payment_id, p.currency, p.invoice_id, p.status AS payment_status,
            CASE WHEN disputes.currency = p.currency THEN disputes.amount_minor
                ELSE p.amount_minor END AS amount
        FROM disputes JOIN payments p ON p.id = payment_id
        WHERE disputes.customer_id = whose AND disputes.status IN ('open', 'lost')
        ORDER BY disputes.status = 'open', disputes.id
    LOOP
        rest := d.amount - (
            SELECT coalesce(sum(s.amount_minor), 0) FROM credit_spendings s
            WHERE s.dispute_id = d.id AND NOT EXISTS (
                SELECT FROM credits back WHERE back.source = 'dispute_won' AND back.cause_id = s.id
            )
        ) - (
            SELECT coalesce(sum(r.amount_minor), 0) FROM credit_releases r
            WHERE r.dispute_id = d.id
        );
        FOR c IN
            SELECT credits.id, credits.amount_minor - coalesce((
                SELECT sum(s.amount_minor) FROM credit_spendings s WHERE s.credit_id = credits.id
            ), 0) - coalesce((taken ->> credits.id::text)::bigint, 0) AS amount
            FROM credits
            WHERE credits.customer_id = whose AND credits.currency = d.currency
                AND credits.id IN (
                    SELECT credits_made_of(
                        whose,
                        ARRAY(
                            SELECT made.id FROM credits made
                            LEFT JOIN refunds r ON r.payment_id = d.payment_id
                            WHERE made.customer_id = whose AND (
                                made.source = 'overpayment' AND made.cause_id = d.payment_id
                                OR made.source = 'payout_failed' AND made.cause_id = r.id
                            )
                        ),
                        ARRAY(SELECT d.invoice_id WHERE d.payment_status = 'succeeded')
                    )
                )
                AND NOT EXISTS (
                    SELECT FROM credit_releases r
                    WHERE r.dispute_id = d.id AND r.credit_id = credits.id
                )
            ORDER BY credits.id
        LOOP
            EXIT WHEN rest <= 0;
            CONTINUE WHEN c.amount <= 0;
            dispute := d.id;
            credit := c.id;
            amount_minor := least(rest, c.amount);
            rest := rest - amount_minor;
            taken := taken || jsonb_build_object(
                c.id, coalesce((taken ->> c.id::text)::bigint, 0) + amount_minor
            );
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
