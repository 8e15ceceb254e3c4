import Core
import Postgres

extension Invariant {
    /// What there may be one of: that the indexes which say so are in force, and that nothing got
    /// in while one was not. A finding is named by what is in the index, so that nothing else has
    /// to be read or sorted.
    static let uniqueness: [Invariant] = [
        uniquenessIsInForce, licenseKeysOnce, webhooksStoredOnce, mailsOncePerCause,
        jobsOncePerKey, idempotencyKeysOnce, liveTokensOncePerFamily, domainNamesOnce,
        domainOperationsOnce,
    ]

    /// An index that was left out of a restore, or whose building failed, refuses nothing.
    static let uniquenessIsInForce = Invariant(
        "schema.uniqueness_is_in_force",
        "Every unique index that a rule is held by is there, valid and unique.",
        """
        SELECT guard AS id FROM unnest(\(UniqueGuard.all.map(\.name))::text[]) AS guard
        WHERE NOT EXISTS (
            SELECT FROM pg_index JOIN pg_class c ON c.oid = indexrelid
            WHERE relnamespace = 'public'::regnamespace AND relname = guard
                AND indisunique AND indimmediate AND indisvalid AND indisready AND indislive
        )
        """
    )

    private static let licenseKeysOnce = Invariant(
        "license.key_once",
        "No two licences have the same key.",
        """
        SELECT left(encode(key_hash, 'hex'), 16) AS id FROM licenses
        GROUP BY key_hash HAVING count(*) > 1
        """
    )

    private static let webhooksStoredOnce = Invariant(
        "webhook.stored_once",
        "A message of the card processor is stored once.",
        """
        SELECT event_id AS id FROM webhook_events GROUP BY gateway, event_id HAVING count(*) > 1
        """
    )

    private static let mailsOncePerCause = Invariant(
        "mail.one_per_cause",
        "A recipient gets one mail of a kind for a cause.",
        """
        SELECT template || ' ' || cause_type || ' ' || cause_id AS id FROM email_outbox
        GROUP BY template, cause_type, cause_id, recipient HAVING count(*) > 1
        """
    )

    private static let jobsOncePerKey = Invariant(
        "job.one_active_per_key",
        "No two jobs with the same key wait or run.",
        of: .of(Job.self),
        """
        SELECT min(id::text) AS id FROM jobs
        WHERE status IN ('queued', 'running') AND dedup_key IS NOT NULL
        GROUP BY kind, dedup_key HAVING count(*) > 1
        """
    )

    private static let idempotencyKeysOnce = Invariant(
        "idempotency.key_once",
        "A caller's idempotency key stands for one request.",
        """
        SELECT actor || ' ' || key AS id FROM idempotency_keys
        GROUP BY actor, key HAVING count(*) > 1
        """
    )

    private static let liveTokensOncePerFamily = Invariant(
        "token.one_live_per_family",
        "Of the refresh tokens that followed each other, one can still be used.",
        """
        SELECT family_id::text AS id FROM refresh_tokens
        WHERE used_at IS NULL GROUP BY family_id HAVING count(*) > 1
        """
    )

    private static let domainNamesOnce = Invariant(
        "domain.name_once",
        "A name is registered or being registered once.",
        """
        SELECT name AS id FROM domains
        WHERE status IN ('pending', 'active') AND kind <> 'own'
        GROUP BY name HAVING count(*) > 1
        """
    )

    private static let domainOperationsOnce = Invariant(
        "domain.operation_once",
        "Of a name, an operation is asked of the registrar once unless it was refused.",
        of: .of(DomainRecord.self),
        """
        SELECT domain_id::text AS id FROM domain_operations
        WHERE status <> 'rejected' GROUP BY domain_id, kind HAVING count(*) > 1
        """
    )
}
