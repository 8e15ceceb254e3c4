/// How each invariant can be broken: scripts for a database in which no constraint holds.
enum Breakages {
    static let all =
        ledger.merging(revenue) { $1 }.merging(documents) { $1 }.merging(creditNotes) { $1 }
        .merging(payments) { $1 }
        .merging(orders) { $1 }
        .merging(services) { $1 }.merging(schema) { $1 }.merging(credits) { $1 }
        .merging(coupons) { $1 }
        .merging(taxes) { $1 }
        .merging(uniqueness) { $1 }

    private static let revenue = [
        "ledger.deferred_is_unearned": "UPDATE line_earnings SET earned_minor = earned_minor + 1",
        "revenue.lines_are_followed": "DELETE FROM line_earnings",
        "revenue.days_are_posted": """
        INSERT INTO revenue_days VALUES (gen_random_uuid(), '2026-01-01', 'USD', 7, 1)
        """,
        "registrar.payment_is_posted": """
        INSERT INTO registrar_payments (
            id, registrar, amount_minor, currency, reference, paid_at, created_at
        ) VALUES (gen_random_uuid(), 'resellerclub', 7, 'USD', 'A bill', now(), now())
        """,
        "ledger.payables_are_unpaid_charges": """
        UPDATE domain_operations SET cost_minor = cost_minor + 1 WHERE cost_minor > 0
        """,
        "domain.cost_is_posted": """
        UPDATE domain_operations SET cost_minor = cost_minor + 1 WHERE cost_minor > 0
        """,
    ]

    private static let ledger = [
        "ledger.transactions_balance": """
        UPDATE ledger_entries SET amount_minor = amount_minor + 1
        WHERE id = (SELECT min(id) FROM ledger_entries)
        """,
        "ledger.transactions_have_entries": """
        DELETE FROM ledger_entries
        WHERE transaction_id = (SELECT id FROM ledger_transactions LIMIT 1)
        """,
        "ledger.entries_fit_accounts": """
        UPDATE ledger_entries SET currency = 'EUR'
        WHERE id = (SELECT min(id) FROM ledger_entries)
        """,
        "ledger.one_transaction_per_cause": """
        INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
        SELECT gen_random_uuid(), kind, cause_type, cause_id, at
        FROM ledger_transactions LIMIT 1
        """,
        "ledger.causes_exist": """
        UPDATE ledger_transactions SET cause_id = gen_random_uuid()
        WHERE id = (SELECT id FROM ledger_transactions LIMIT 1)
        """,
        "ledger.credit_never_negative": """
        INSERT INTO ledger_accounts (id, kind, customer_id, currency)
        SELECT gen_random_uuid(), 'customer_credit', id, 'USD' FROM customers LIMIT 1;
        INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
        VALUES (gen_random_uuid(), 'credit_spent', 'crd', gen_random_uuid(), now());
        INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
        SELECT t.id, a.id, CASE a.kind WHEN 'revenue' THEN -100 ELSE 100 END, 'USD'
        FROM ledger_transactions t, ledger_accounts a
        WHERE t.kind = 'credit_spent' AND a.kind IN ('revenue', 'customer_credit')
        """,
        "ledger.receivable_is_open_invoices": """
        DELETE FROM ledger_entries WHERE transaction_id
            = (SELECT id FROM ledger_transactions WHERE kind = 'payment_captured' LIMIT 1)
        """,
        "ledger.clearing_is_captured_less_returned": """
        INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
        VALUES (gen_random_uuid(), 'mistake', 'xxx', gen_random_uuid(), now());
        INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
        SELECT t.id, a.id, CASE a.kind WHEN 'revenue' THEN -100 ELSE 100 END, 'USD'
        FROM ledger_transactions t, ledger_accounts a
        WHERE t.kind = 'mistake' AND a.kind IN ('revenue', 'clearing')
        """,
        "ledger.suspense_is_parked_money": """
        UPDATE payments SET status = 'failed' WHERE status = 'attention'
        """,
    ]

    private static let taxes = [
        "tax.components_are_line_tax": "UPDATE invoice_lines SET tax_minor = 1",
        "tax.rounded_as_stated": """
        INSERT INTO invoice_line_taxes (
            line_id, customer_id, position, component, country, rate, is_compound, base_minor,
            amount_minor
        )
        SELECT id, customer_id, 0, 'VAT', 'DE', 190000, false, 2900, 552 FROM invoice_lines
        """,
        "ledger.tax_is_invoiced": "UPDATE credit_notes SET tax_minor = tax_minor + 7",
    ]

    private static let documents = [
        "invoice.total_is_sum_of_lines": """
        DELETE FROM invoice_lines
        WHERE invoice_id IN (SELECT id FROM invoices WHERE status = 'paid')
        """,
        "invoice.lines_multiply": "UPDATE invoice_lines SET quantity = 2",
        "invoice.amounts_are_possible": """
        UPDATE invoices SET paid_minor = total_minor + 1 WHERE status = 'paid'
        """,
        "invoice.numbered_when_issued": """
        UPDATE invoices SET number_text = NULL WHERE status = 'paid'
        """,
        "invoice.numbers_without_gaps": "UPDATE invoices SET number = 3 WHERE number = 2",
        "invoice.numbers_follow_time": """
        UPDATE invoices SET issued_at = issued_at - interval '1 hour' WHERE number = 2
        """,
        "invoice.paid_is_payments": """
        UPDATE payments SET amount_minor = amount_minor - 1 WHERE status = 'succeeded'
        """,
        "invoice.issued_is_posted": """
        UPDATE ledger_transactions SET kind = 'other' WHERE kind = 'invoice_issued'
        """,
        "invoice.voided_is_taken_back": """
        UPDATE invoices SET status = 'void', paid_at = NULL WHERE status = 'paid'
        """,
        "invoice.periods_billed_once": copiedLine(later: "0 months"),
        "invoice.periods_without_holes": copiedLine(later: "3 months"),
    ]

    /// The line of a subscription's period once more, for a later time.
    private static func copiedLine(later: String) -> String {
        """
        INSERT INTO subscription_lines SELECT (jsonb_populate_record(s, jsonb_build_object(
            'invoice_line_id', (SELECT id FROM invoice_lines WHERE kind = 'domain' LIMIT 1),
            'revision', 99, 'period_start_at', period_start_at + interval '\(later)',
            'period_end_at', period_end_at + interval '\(later)'
        ))).* FROM subscription_lines s WHERE kind = 'period' LIMIT 1
        """
    }

    private static let creditNotes = [
        "creditnote.total_is_sum_of_lines": """
        UPDATE credit_note_lines SET total_minor = total_minor - 1
        """,
        "creditnote.within_invoice": """
        UPDATE invoices SET credited_minor = credited_minor + 1 WHERE status = 'paid'
        """,
        "creditnote.issued_is_posted": """
        UPDATE ledger_transactions SET kind = 'other' WHERE kind = 'credit_note'
        """,
        "invoice.given_back_once": """
        UPDATE credit_note_lines n SET total_minor = l.amount_minor + 2
        FROM invoice_lines l WHERE l.id = invoice_line_id
        """,
    ]

    private static let payments = [
        "payment.within_invoice": """
        UPDATE invoices SET total_minor = total_minor - 1 WHERE status = 'paid'
        """,
        "payment.known_once": "UPDATE payments SET gateway_intent_id = 'pi_same'",
        "payment.fits_invoice": "UPDATE payments SET currency = 'EUR' WHERE status = 'succeeded'",
        "payment.captured_is_posted": """
        UPDATE payments SET status = 'failed', settled_at = NULL WHERE status = 'succeeded'
        """,
        "refund.within_payment": "UPDATE refunds SET amount_minor = amount_minor + 1000000",
        "refund.success_is_posted": "UPDATE refunds SET status = 'failed'",
        "payment.fee_is_posted": "UPDATE payments SET fee_minor = 1 WHERE fee_minor > 0",
        "dispute.is_posted": """
        INSERT INTO disputes (
            id, payment_id, customer_id, gateway_dispute_id, status, gateway_phase, reason,
            amount_minor, currency, settled_currency, withdrawn_minor, withdrawal_move_id,
            opened_at, created_at
        )
        SELECT gen_random_uuid(), id, customer_id, 'dp_x', 'open', 'needs_response', 'fraudulent',
            amount_minor, currency, currency, amount_minor, 'txn_x', now(), now()
        FROM payments WHERE status = 'succeeded' LIMIT 1
        """,
        "ledger.clearing_is_reconciled": """
        INSERT INTO reconciliations VALUES (
            gen_random_uuid(), 'stripe', '2000-01-01', '2100-01-01', now(), 0, 0, 0, 0
        );
        UPDATE ledger_transactions SET at = at - interval '5 days'
        """,
    ]

    private static let orders = [
        "order.total_is_sum_of_items": """
        UPDATE order_items SET plan_amount_minor = plan_amount_minor + 1
        """,
        "order.invoiced_as_ordered": """
        UPDATE orders SET total_minor = total_minor + 1 WHERE status = 'completed'
        """,
        "order.paid_with_its_invoice": """
        UPDATE orders SET paid_at = NULL WHERE status = 'completed'
        """,
        "order.paid_is_worked_on": """
        UPDATE orders SET status = 'fulfilling', paid_at = paid_at - interval '1 day'
        WHERE status = 'completed'
        """,
        "order.completed_is_delivered": """
        UPDATE order_steps SET status = 'failed' WHERE name = 'license'
        """,
        "account.active_is_paid": """
        UPDATE orders SET status = 'pending', paid_at = NULL WHERE status = 'completed'
        """,
    ]

    private static let services = [
        "server.count_is_accounts": "UPDATE servers SET current_accounts = current_accounts + 1",
        "account.one_per_item": """
        INSERT INTO hosting_accounts SELECT (jsonb_populate_record(
            h, jsonb_build_object('id', gen_random_uuid())
        )).* FROM hosting_accounts h WHERE status = 'active'
        """,
        "license.follows_subscription": """
        UPDATE subscriptions SET status = 'cancelled' WHERE status = 'active'
        """,
        "account.stopped_with_its_subscription": """
        UPDATE hosting_accounts SET status = 'suspended',
            suspended_reason = 'The subscription has ended.' WHERE status = 'active'
        """,
        "account.removed_after_its_day": """
        INSERT INTO account_removals (
            account_id, customer_id, ended_at, announced_at, due_at, told_day, wished_at
        )
        SELECT id, customer_id, now(), now(), now(), current_date, now()
        FROM hosting_accounts WHERE status = 'active' LIMIT 1
        """,
        "subscription.suspended_is_unpaid": """
        UPDATE subscriptions SET status = 'suspended' WHERE status = 'active'
        """,
        "customer.rows_have_one_owner": """
        UPDATE invoice_lines SET customer_id = gen_random_uuid()
        """,
        "webhook.waits_for_a_job": """
        UPDATE webhook_events SET status = 'received', applied_at = NULL,
            received_at = received_at - interval '1 hour'
        """,
        "mail.waits_for_a_job": """
        UPDATE email_outbox SET status = 'queued', created_at = created_at - interval '1 hour'
        """,
        "job.not_lost": """
        UPDATE jobs SET status = 'running', leased_until = created_at - interval '1 hour'
        """,
        "secret.nonce_once": "UPDATE servers SET api_secret_sealed = api_key_sealed",
    ]

    private static let schema = [
        "schema.nothing_is_hidden": """
        ALTER POLICY owner_rows ON invoices USING (customer_id = acting_customer())
        """,
        "schema.row_security_forced": "ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY",
        "schema.role_is_powerless": "CREATE VIEW every_invoice AS SELECT * FROM invoices",
        "schema.books_only_grow": "GRANT UPDATE ON ledger_entries TO billing_app",
        "schema.guards_are_in_force": "ALTER TABLE invoices DISABLE TRIGGER keep_issued",
        "schema.money_is_whole": "ALTER TABLE refunds ALTER COLUMN amount_minor TYPE numeric",
        "schema.moments_know_their_zone": """
        ALTER TABLE sessions ALTER COLUMN last_seen_at TYPE timestamp
        """,
    ]
}
