extension Breakages {
    /// Seconds of what there may be one of.
    static let uniqueness = [
        "schema.uniqueness_is_in_force": "DROP INDEX payments_one_success",
        "license.key_once": "UPDATE licenses SET key_hash = decode('00', 'hex')",
        "webhook.stored_once": """
        ALTER TABLE webhook_events DROP CONSTRAINT webhook_events_pkey;
        INSERT INTO webhook_events SELECT * FROM webhook_events LIMIT 1
        """,
        "mail.one_per_cause": copy("email_outbox"),
        "job.one_active_per_key": """
        INSERT INTO jobs (id, kind, payload, dedup_key, status, run_at, max_attempts, created_at)
        SELECT gen_random_uuid(), 'order.fulfil_item', '{}', 'twice', 'queued', now(), 1, now()
        FROM generate_series(1, 2)
        """,
        "idempotency.key_once": """
        ALTER TABLE idempotency_keys DROP CONSTRAINT idempotency_keys_pkey;
        INSERT INTO idempotency_keys (actor, key, fingerprint, created_at)
        SELECT 'somebody', 'twice', decode('00', 'hex'), now() FROM generate_series(1, 2)
        """,
        "token.one_live_per_family": """
        UPDATE refresh_tokens SET used_at = NULL,
            family_id = (SELECT family_id FROM refresh_tokens LIMIT 1)
        """,
        "domain.name_once": copy("domains", where: "kind <> 'own' AND status = 'active'"),
        "domain.operation_once": copy("domain_operations", where: "status <> 'rejected'"),
    ]

    /// A row of a table once more, with another identifier.
    private static func copy(_ table: String, where condition: String = "true") -> String {
        """
        INSERT INTO \(table) SELECT (jsonb_populate_record(
            t, jsonb_build_object('id', gen_random_uuid())
        )).* FROM \(table) t WHERE \(condition) LIMIT 1
        """
    }
}
