-- Credit that stems from a card payment which is disputed is held: it is neither spent nor paid out.
-- Staff write off what a lost dispute has left of it.
ALTER TABLE credit_spendings
    DROP CONSTRAINT credit_spendings_kind_check,
    ADD CONSTRAINT credit_spendings_kind_check CHECK (
        kind IN ('invoice', 'refund', 'expiry', 'revocation', 'dispute')
    );

-- All credit that was made of some credits and of what some invoices were paid with, however many
-- changes of plans, credit notes and cancellations lie between.
CREATE FUNCTION credits_made_of(whose uuid, of_credits uuid[], of_invoices uuid[])
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
            )
        ) next
    )
    SELECT credit FROM made WHERE credit IS NOT NULL
    $$;

-- A customer's credit that stems from card payments whose disputes stand so.
CREATE FUNCTION disputed_credits(
    whose uuid, standings text[] DEFAULT ARRAY['open', 'lost']
)
    RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    -- Hardly any customer has one, and everybody's credit is asked about.
    IF NOT EXISTS (
        SELECT FROM disputes d WHERE d.customer_id = whose AND d.status = ANY(standings)
    ) THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT credits_made_of(
        whose,
        ARRAY(
            SELECT c.id FROM disputes d LEFT JOIN refunds r ON r.payment_id = d.payment_id
            JOIN credits c ON c.source = 'overpayment' AND c.cause_id = d.payment_id
                OR c.source = 'payout_failed' AND c.cause_id = r.id
            WHERE d.customer_id = whose AND d.status = ANY(standings)
        ),
        ARRAY(
            SELECT p.invoice_id FROM disputes d JOIN payments p ON p.id = d.payment_id
            WHERE d.customer_id = whose AND d.status = ANY(standings) AND p.status = 'succeeded'
        )
    );
END
$$;
