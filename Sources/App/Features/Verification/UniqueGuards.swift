/// A unique index, or the one below a unique constraint or primary key, that an invariant of
/// `docs/invariants.md` is held by.
struct UniqueGuard: Sendable {
    /// The invariant's number, such as `05`.
    let invariant: String
    /// The index's name in the schema.
    let name: String

    private init(_ invariant: String, _ name: String) {
        self.invariant = invariant
        self.name = name
    }

    static let all = [
        UniqueGuard("05", "ledger_transactions_kind_cause_type_cause_id_key"),
        UniqueGuard("12", "invoices_series_id_number_key"),
        UniqueGuard("12", "invoices_number_text_key"),
        UniqueGuard("12", "credit_notes_series_id_number_key"),
        UniqueGuard("12", "credit_notes_number_text_key"),
        UniqueGuard("16", "payments_one_success"),
        UniqueGuard("16", "payments_one_under_way"),
        UniqueGuard("17", "payments_gateway_checkout_id_key"),
        UniqueGuard("17", "payments_gateway_intent_id_key"),
        UniqueGuard("17", "payments_gateway_charge_id_key"),
        UniqueGuard("27", "hosting_accounts_one_per_item"),
        UniqueGuard("28", "subscriptions_order_item_id_key"),
        UniqueGuard("30", "hosting_accounts_remote_once"),
        UniqueGuard("30", "hosting_accounts_username_once"),
        UniqueGuard("31", "licenses_key_hash_key"),
        UniqueGuard("34", "subscription_lines_subscription_id_period_start_at_kind_cau_key"),
        UniqueGuard("36", "webhook_events_pkey"),
        UniqueGuard("38", "email_outbox_template_cause_type_cause_id_recipient_key"),
        UniqueGuard("41", "jobs_one_active"),
        UniqueGuard("42", "idempotency_keys_pkey"),
        UniqueGuard("43", "refresh_tokens_one_live"),
        UniqueGuard("46", "domains_one_live"),
        UniqueGuard("47", "domain_operations_one_open"),
    ]
}
