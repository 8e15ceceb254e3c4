extension Breakages {
    static let credits = [
        "credit.remainders_are_booked": """
        UPDATE credits SET amount_minor = amount_minor + 1
        """,
        "credit.within_its_amount": """
        UPDATE credit_spendings SET amount_minor = amount_minor + 1000000
        """,
        "credit.fits_invoice": """
        UPDATE credits SET currency = 'EUR'
        """,
        "credit.spending_is_posted": """
        UPDATE ledger_transactions SET kind = 'other' WHERE kind = 'credit_spent'
        """,
    ]
}
