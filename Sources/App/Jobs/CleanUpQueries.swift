import Foundation
import Postgres

extension Session {
    /// Removes answers that are no longer replayed, used signatures, ended jobs, dead tokens and
    /// initial passwords that nobody has looked at in time.
    func removeExpired(now: Date) throws {
        func daysAgo(_ days: Double) -> Date { now.addingTimeInterval(-days * 86_400) }
        try run("DELETE FROM idempotency_keys WHERE created_at < \(daysAgo(30))")
        try run("DELETE FROM used_signatures WHERE used_at < \(daysAgo(1))")
        try run(
            """
            DELETE FROM jobs WHERE status = 'done' AND finished_at < \(daysAgo(7))
            """
        )
        try forgetUnseenPasswords(before: daysAgo(30))
        try run("DELETE FROM one_time_tokens WHERE expires_at < \(daysAgo(30))")
        try run("DELETE FROM refresh_tokens WHERE expires_at < \(daysAgo(30))")
        try run(
            """
            DELETE FROM refresh_families f WHERE created_at < \(daysAgo(60))
                AND NOT EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.family_id = f.id)
            """
        )
        try run("DELETE FROM login_throttles WHERE last_failure_at < \(daysAgo(2))")
        // What a mail said and what the processor told is needed while people ask about it; that it
        // was sent, or told, stays known.
        try run(
            """
            UPDATE email_outbox SET body_text_sealed = '', body_html_sealed = ''
            WHERE status = 'sent' AND sent_at < \(daysAgo(30)) AND body_text_sealed <> ''
            """
        )
        try run(
            """
            UPDATE webhook_events SET body = '{}'
            WHERE applied_at < \(daysAgo(90)) AND body <> '{}'
            """
        )
        try run("DELETE FROM verifications WHERE finished_at < \(daysAgo(400))")
        try run("DELETE FROM usage_events WHERE at < \(daysAgo(400))")
        try run("DELETE FROM sessions WHERE expires_at < \(daysAgo(30))")
    }

    /// Forgets the initial passwords of accounts whose last link has been dead for so long that no
    /// other will be asked for.
    private func forgetUnseenPasswords(before time: Date) throws {
        try run(
            """
            UPDATE hosting_accounts SET password_sealed = NULL
            WHERE password_sealed IS NOT NULL AND status IN ('active', 'suspended')
                AND created_at < \(time)
                AND NOT EXISTS (
                    SELECT 1 FROM one_time_tokens
                    WHERE purpose = 'reveal_password' AND subject_id = hosting_accounts.id
                        AND expires_at > \(time)
                )
            """
        )
    }
}
