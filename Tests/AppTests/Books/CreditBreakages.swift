extension Breakages {
    static let coupons = [
        "coupon.within_total_limit": "UPDATE coupons SET used = used + 1",
        "coupon.within_customer_limit": """
        INSERT INTO coupon_uses SELECT (jsonb_populate_record(
            u, jsonb_build_object('id', gen_random_uuid())
        )).* FROM coupon_uses u WHERE released_at IS NULL
        """,
        "coupon.within_dates": """
        UPDATE coupons SET valid_to = created_at, valid_from = NULL
        """,
        "coupon.released_with_its_order": "UPDATE coupon_uses SET released_at = taken_at",
    ]

    static let credits = [
        "credit.remainders_are_booked": """
        UPDATE credits SET amount_minor = amount_minor + 1
        """,
        "credit.within_its_amount": """
        UPDATE credit_spendings SET amount_minor = amount_minor + 1000000
        """,
        "credit.payout_is_sent": """
        INSERT INTO credit_payouts (
            id, customer_id, amount_minor, currency, way, reason, created_at
        )
        SELECT gen_random_uuid(), id, 5, 'USD', 'card', 'None', now() FROM customers LIMIT 1
        """,
        "credit.won_is_given_back": """
        INSERT INTO disputes (
            id, payment_id, customer_id, gateway_dispute_id, status, gateway_phase, reason,
            amount_minor, currency, opened_at, created_at, closed_at
        )
        SELECT gen_random_uuid(), id, customer_id, 'dp_won', 'won', 'won', 'fraudulent', 5, 'USD',
            now(), now(), now()
        FROM payments LIMIT 1;
        UPDATE credit_spendings SET kind = 'dispute', invoice_id = NULL,
            dispute_id = (SELECT id FROM disputes WHERE gateway_dispute_id = 'dp_won')
        """,
        "credit.fits_invoice": """
        UPDATE credits SET currency = 'EUR'
        """,
        "credit.spending_is_posted": """
        UPDATE ledger_transactions SET kind = 'other' WHERE kind = 'credit_spent'
        """,
    ]
}
