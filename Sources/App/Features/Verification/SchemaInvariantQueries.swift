import Core
import Postgres

extension Invariant {
    /// The database itself: what keeps customers apart and the books whole is in force.
    static let schema: [Invariant] = [
        everythingIsSeen, rowSecurityIsForced, roleIsPowerless, booksOnlyGrow, guardsAreInForce,
        moneyIsWhole, momentsKnowTheirZone,
    ]

    /// Without the system's scope no row is seen, and no rule would be found broken.
    private static let everythingIsSeen = Invariant(
        "schema.nothing_is_hidden",
        "Whoever checks sees all rows of every table.",
        """
        SELECT 'the scope' AS id WHERE acting_for_system() IS NOT TRUE
        UNION ALL
        SELECT relname::text FROM pg_class c LEFT JOIN pg_policy p ON polrelid = c.oid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relrowsecurity
        GROUP BY relname HAVING bool_or(
            polpermissive AND pg_get_expr(polqual, polrelid) LIKE '%acting_for_system%'
        ) IS NOT TRUE OR bool_or(NOT polpermissive)
        """
    )

    private static let rowSecurityIsForced = Invariant(
        "schema.row_security_forced",
        "Every table with a customer's rows shows them to that customer alone, owner or not.",
        """
        SELECT relname::text AS id FROM pg_class c
        JOIN pg_attribute a ON attrelid = c.oid AND attname = 'customer_id' AND NOT attisdropped
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            AND NOT (relrowsecurity AND relforcerowsecurity)
        """
    )

    private static let roleIsPowerless = Invariant(
        "schema.role_is_powerless",
        "The program's role owns nothing and cannot step around row security, nor does any view.",
        """
        SELECT rolname::text AS id FROM pg_roles WHERE rolname = current_user
            AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)
        UNION ALL
        SELECT relname::text FROM pg_class JOIN pg_roles r ON r.oid = relowner
        WHERE rolname = current_user
        UNION ALL
        SELECT relname::text FROM pg_class
        WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
            AND NOT coalesce(reloptions::text[] @> ARRAY['security_invoker=true'], false)
        """
    )

    private static let booksOnlyGrow = Invariant(
        "schema.books_only_grow",
        "The program's role can change or remove nothing in the books, in issued documents, in the "
            + "audit log and in whatever else is only ever added to.",
        """
        SELECT relname || ' ' || power AS id
        FROM unnest(ARRAY[
                'ledger_transactions', 'ledger_entries', 'revenue_days', 'revenue_runs',
                'reconciliations', 'audit_log', 'invoice_pdfs', 'invoice_voidances', 'credit_notes',
                'credit_note_lines', 'credit_note_taxes', 'credit_note_pdfs', 'credits',
                'credit_spendings', 'credit_holds', 'credit_payouts', 'credit_releases',
                'coupon_amounts', 'subscription_events', 'dunning_steps', 'dunning_restarts',
                'vat_checks'
            ]) AS relname,
            unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS power
        WHERE has_table_privilege(current_user, 'public.' || relname, power)
        """
    )

    /// What a trigger holds is not held while the trigger is switched off.
    private static let guardsAreInForce = Invariant(
        "schema.guards_are_in_force",
        "The triggers that balance the books and freeze invoices, coupons and tax rules are on, "
            + "and no constraint is unchecked.",
        """
        SELECT guarded || ' ' || guard AS id
        FROM (VALUES ('ledger_entries', 'balanced'), ('invoices', 'keep_issued'),
            ('invoice_lines', 'keep_issued'), ('invoice_line_taxes', 'keep_issued'),
            ('invoice_pdfs', 'issued_only'), ('credit_spendings', 'within_credit'),
            ('coupons', 'keep_coupon'), ('tax_rules', 'keep_rule')
        ) AS guards (guarded, guard)
        WHERE NOT EXISTS (
            SELECT FROM pg_trigger WHERE tgrelid = ('public.' || guarded)::regclass
                AND tgname = guard AND tgenabled IN ('O', 'A')
        )
        UNION ALL
        SELECT conrelid::regclass || ' ' || conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND NOT convalidated
        """
    )

    private static let moneyIsWhole = Invariant(
        "schema.money_is_whole",
        "Amounts are whole numbers of minor units.",
        """
        SELECT relname || '.' || attname AS id FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
            AND NOT attisdropped AND (
                attname ~ '(_minor|amount|price|total|balance)$' AND atttypid <> 'bigint'::regtype
                OR atttypid IN ('real'::regtype, 'float8'::regtype, 'money'::regtype)
            )
        """
    )

    private static let momentsKnowTheirZone = Invariant(
        "schema.moments_know_their_zone",
        "Every moment is stored with its time zone.",
        """
        SELECT relname || '.' || attname AS id FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND attnum > 0
            AND NOT attisdropped AND atttypid IN ('timestamp'::regtype, 'time'::regtype)
        """
    )
}
