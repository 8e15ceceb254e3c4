import Core
import Postgres

extension Invariant {
    /// Messages, jobs and secrets: nothing that waits is forgotten.
    static let house: [Invariant] = [
        webhooksAreWorkedOn, mailsAreWorkedOn, jobsAreNotLost, noncesOnce,
    ]

    private static let webhooksAreWorkedOn = Invariant(
        "webhook.waits_for_a_job",
        "A message of the card processor that nobody has acted on yet has a job that will.",
        """
        SELECT event_id AS id FROM webhook_events, clock
        WHERE status = 'received'
            AND greatest(received_at, steady_since) < now - interval '5 minutes'
            AND NOT EXISTS (
                SELECT FROM jobs WHERE kind = 'payment.apply_webhook' AND dedup_key = event_id
                    AND jobs.status IN ('queued', 'running', 'dead')
            )
        """
    )

    /// A mail's identifier is written differently in its job, so they are counted.
    private static let mailsAreWorkedOn = Invariant(
        "mail.waits_for_a_job",
        "No more mails wait to be sent than there are jobs that send one.",
        of: .of(Mail.self),
        """
        SELECT id::text AS id FROM email_outbox, clock
        WHERE status IN ('queued', 'sending')
            AND greatest(created_at, steady_since) < now - interval '15 minutes'
            AND (SELECT count(*) FROM email_outbox WHERE status IN ('queued', 'sending')) > (
                SELECT count(*) FROM jobs
                WHERE kind = 'mail.send' AND status IN ('queued', 'running')
            )
        """
    )

    private static let jobsAreNotLost = Invariant(
        "job.not_lost",
        "A job that is due is begun, and one that runs is held by somebody who lives.",
        of: .of(Job.self),
        """
        SELECT id::text AS id FROM jobs, clock
        WHERE (status = 'queued' AND greatest(run_at, steady_since) < now - interval '10 minutes')
            OR (status = 'running'
                AND greatest(leased_until, steady_since) < now - interval '10 minutes')
        """
    )

    /// A sealed text is `v1.<key>.<base64url of nonce, …>`; twelve bytes are sixteen characters.
    private static let noncesOnce = Invariant(
        "secret.nonce_once",
        "No nonce was used twice with a key.",
        """
        SELECT min(place) AS id
        FROM (
            SELECT 'licenses ' || id AS place, key_sealed AS sealed FROM licenses
            UNION ALL SELECT 'hosting_accounts ' || id, password_sealed FROM hosting_accounts
            UNION ALL SELECT 'order_items ' || id, domain_auth_code_sealed FROM order_items
            UNION ALL SELECT 'api_keys ' || id, secret_sealed FROM api_keys
            UNION ALL SELECT 'servers ' || id, api_key_sealed FROM servers
            UNION ALL SELECT 'servers ' || id, api_secret_sealed FROM servers
            UNION ALL SELECT 'email_outbox ' || id, left(body_text_sealed, 52) FROM email_outbox
            UNION ALL SELECT 'email_outbox ' || id, left(body_html_sealed, 52) FROM email_outbox
        ) secrets
        WHERE sealed LIKE 'v1.%.%'
        GROUP BY split_part(sealed, '.', 2), left(split_part(sealed, '.', 3), 16)
        HAVING count(*) > 1
        """
    )
}
