-- What arrived with a payment. What could not be placed may be another amount than was asked for,
-- or in another currency. The accounts of the ledger are hidden from customers, its kinds are not.
CREATE FUNCTION arrived_amount(p payments)
    RETURNS TABLE (amount_minor bigint, currency text)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(-e.amount_minor, p.amount_minor), coalesce(e.currency, p.currency)
    FROM (SELECT) always LEFT JOIN (
        ledger_transactions t
        JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount_minor < 0
    ) ON t.kind = 'payment_unplaced' AND t.cause_id = p.id
    $$;

-- What a dispute has taken of money of its payment that lay unplaced.
CREATE FUNCTION unplaced_loss(d disputes, currency text) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(sum(
        CASE t.kind WHEN 'unplaced_lost' THEN e.amount_minor ELSE -e.amount_minor END
    ), 0)::bigint
    FROM ledger_transactions t
    JOIN ledger_entries e ON e.transaction_id = t.id AND e.amount_minor > 0
    WHERE t.cause_id = d.id AND t.kind IN ('unplaced_lost', 'unplaced_loss_reversed')
        AND e.currency = unplaced_loss.currency
    $$;

-- What a dispute takes of money: what the bank took and did not bring back where that is settled in
-- its currency; all of it where nobody can tell.
CREATE FUNCTION disputed_amount(d disputes, most bigint, currency text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT least(most, CASE
        WHEN d.settled_currency = disputed_amount.currency AND d.withdrawn_minor > 0
            THEN d.withdrawn_minor - d.reinstated_minor
        WHEN d.currency = disputed_amount.currency THEN d.amount_minor
        ELSE most
    END)
    $$;

CREATE OR REPLACE FUNCTION disputed_amount(d disputes, p payments) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$ SELECT disputed_amount(d, p.amount_minor, p.currency) $$;

-- As before, by what arrived; and what a dispute took of money that lay unplaced it does not hold
-- of the credit that the rest of the payment became.
CREATE OR REPLACE FUNCTION credit_held_by_disputes(whose uuid)
    RETURNS TABLE (dispute uuid, credit uuid, amount_minor bigint)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    d record;
    c record;
    -- Of credits, and of what payments allow.
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
        SELECT disputes.id, payment_id, a.currency, p.invoice_id, p.status AS payment_status,
            disputed_amount(disputes, a.amount_minor, a.currency)
                - unplaced_loss(disputes, a.currency) AS amount,
            a.amount_minor - (
                SELECT coalesce(sum(s.amount_minor), 0) FROM disputes o
                JOIN credit_spendings s ON s.dispute_id = o.id
                WHERE o.payment_id = p.id AND o.status IN ('open', 'lost') AND NOT EXISTS (
                    SELECT FROM credits back
                    WHERE back.source = 'dispute_won' AND back.cause_id = s.id
                )
            ) - (
                -- What was released of one credit from several disputes is the same money.
                SELECT coalesce(sum(once.amount_minor), 0) FROM (
                    SELECT max(r.amount_minor) AS amount_minor FROM disputes o
                    JOIN credit_releases r ON r.dispute_id = o.id
                    WHERE o.payment_id = p.id AND o.status IN ('open', 'lost')
                    GROUP BY r.credit_id
                ) once
            ) - (
                SELECT coalesce(sum(unplaced_loss(o, a.currency)), 0) FROM disputes o
                WHERE o.payment_id = p.id AND o.status IN ('open', 'lost')
            ) AS of_payment
        FROM disputes JOIN payments p ON p.id = payment_id CROSS JOIN arrived_amount(p) a
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
        rest := least(rest, d.of_payment - coalesce((taken ->> d.payment_id::text)::bigint, 0));
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
                c.id, coalesce((taken ->> c.id::text)::bigint, 0) + amount_minor,
                d.payment_id,
                coalesce((taken ->> d.payment_id::text)::bigint, 0) + amount_minor
            );
            RETURN NEXT;
        END LOOP;
    END LOOP;
END
$$;
