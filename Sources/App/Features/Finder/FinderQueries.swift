import Core
import Foundation
import Postgres

extension Session {
    /// What a text names or is part of, the named first. A customer's scope finds the customer's
    /// own things; what only staff see is left out of it.
    func findings(_ sought: Sought, for role: Role, most: Int) throws -> [Finding] {
        var parts: [SQL] = [
            foundOrders(sought), foundInvoices(sought), foundCreditNotes(sought),
            foundPayments(sought, forStaff: role.isStaff),
            foundRefunds(sought, forStaff: role.isStaff), foundSubscriptions(sought),
            foundDomains(sought), foundAccounts(sought), foundLicenses(sought),
        ]
        if role.isStaff {
            parts += [
                foundCustomers(sought), foundThingsOfCustomers(sought), foundServers(sought),
                foundPlans(sought), foundJobs(sought), foundDisputes(sought),
                foundCoupons(sought), foundDunningPolicies(sought),
                foundLedgerAccounts(sought), foundChecks(sought), foundBrokenRules(sought),
                foundDifferences(sought),
            ]
        }
        if AdminLevel.admits(role) {
            parts += [
                foundKeys(sought), foundRequests(sought), foundTaxRules(sought),
                foundRepricings(sought),
            ]
        }
        let all = parts.dropFirst().reduce(parts[0]) { "\($0) UNION ALL \($1)" }
        return try self.all(
            """
            SELECT kind, page, title, detail, exact FROM (\(all)) found
            ORDER BY exact DESC, kind, title LIMIT \(most)
            """
        ) { row in
            Finding(
                kind: try row.choice("kind"),
                page: try row.get("page"),
                title: try row.get("title"),
                detail: try row.optional("detail") ?? "",
                isExact: try row.get("exact")
            )
        }
    }

    private func foundOrders(_ sought: Sought) -> SQL {
        """
        (SELECT 'order' AS kind, o.id AS page, '#' || o.number AS title, c.name AS detail,
            true AS exact
        FROM orders o JOIN customers c ON c.id = o.customer_id
        WHERE o.number = \(sought.number) OR o.id = \(sought.id(Order.self)) LIMIT 5)
        """
    }

    private func foundInvoices(_ sought: Sought) -> SQL {
        """
        (SELECT 'invoice', i.id, coalesce(i.number_text, 'Draft'), c.name, true
        FROM invoices i JOIN customers c ON c.id = i.customer_id
        WHERE i.number_text = upper(\(sought.text)) OR i.id = \(sought.id(Invoice.self)) LIMIT 5)
        """
    }

    private func foundCreditNotes(_ sought: Sought) -> SQL {
        """
        (SELECT 'credit_note', n.id, n.number_text, c.name, true
        FROM credit_notes n JOIN customers c ON c.id = n.customer_id
        WHERE n.number_text = upper(\(sought.text)) OR n.id = \(sought.id(CreditNote.self)) LIMIT 5)
        """
    }

    /// Customers are shown a payment on the page of its invoice.
    private func foundPayments(_ sought: Sought, forStaff: Bool) -> SQL {
        let page: SQL = forStaff ? "p.id" : "p.invoice_id"
        return """
            (SELECT 'payment', \(page), coalesce(
                p.gateway_intent_id, p.gateway_checkout_id, p.reference, 'Payment'), c.name, true
            FROM payments p JOIN customers c ON c.id = p.customer_id
            WHERE p.id = \(sought.id(Payment.self)) OR p.gateway_intent_id = \(sought.text)
                OR p.gateway_checkout_id = \(sought.text)
                OR p.gateway_charge_id = \(sought.text) LIMIT 5)
            """
    }

    /// A refund is shown where its payment is.
    private func foundRefunds(_ sought: Sought, forStaff: Bool) -> SQL {
        let page: SQL = forStaff ? "p.id" : "p.invoice_id"
        return """
            (SELECT 'refund', \(page), coalesce(r.gateway_refund_id, 'Refund'), c.name, true
            FROM refunds r JOIN payments p ON p.id = r.payment_id
                JOIN customers c ON c.id = r.customer_id
            WHERE r.id = \(sought.id(Refund.self)) OR r.gateway_refund_id = \(sought.text) LIMIT 5)
            """
    }

    private func foundSubscriptions(_ sought: Sought) -> SQL {
        """
        (SELECT 'subscription', s.id, p.name, c.name, true
        FROM subscriptions s JOIN plans p ON p.id = s.plan_id
            JOIN customers c ON c.id = s.customer_id
        WHERE s.id = \(sought.id(Subscription.self)) LIMIT 5)
        """
    }

    private func foundDisputes(_ sought: Sought) -> SQL {
        """
        (SELECT 'dispute', d.id, d.gateway_dispute_id, c.name, true
        FROM disputes d JOIN customers c ON c.id = d.customer_id
        WHERE d.id = \(sought.id(Dispute.self)) OR d.gateway_dispute_id = \(sought.text) LIMIT 5)
        """
    }

    private func foundCoupons(_ sought: Sought) -> SQL {
        """
        (SELECT 'coupon', id, code, coalesce(note, ''),
            code = upper(\(sought.text)) OR id = \(sought.id(Coupon.self)) IS TRUE
        FROM coupons WHERE strpos(code, upper(\(sought.text))) > 0
            OR id = \(sought.id(Coupon.self))
        ORDER BY code LIMIT 5)
        """
    }

    private func foundDunningPolicies(_ sought: Sought) -> SQL {
        """
        (SELECT 'dunning', id, name, '', id = \(sought.id(DunningTerms.self)) IS TRUE
        FROM dunning_policies WHERE strpos(lower(name), lower(\(sought.text))) > 0
            OR id = \(sought.id(DunningTerms.self))
        ORDER BY name LIMIT 5)
        """
    }

    private func foundLedgerAccounts(_ sought: Sought) -> SQL {
        """
        (SELECT 'ledger_account', id, kind, currency::text, true FROM ledger_accounts
        WHERE id = \(sought.id(LedgerAccount.self)))
        """
    }

    private func foundChecks(_ sought: Sought) -> SQL {
        """
        (SELECT 'check', id, 'Check of the books', '', true FROM verifications
        WHERE id = \(sought.id(Verification.self)))
        """
    }

    /// Rules that a check has found broken, by their names and by the rows that break them; the
    /// newest check tells of each.
    private func foundBrokenRules(_ sought: Sought) -> SQL {
        """
        (SELECT 'broken_rule', id, rule, statement, rule = lower(\(sought.text)) FROM (
            SELECT DISTINCT ON (rule) id, finding ->> 'invariant' AS rule,
                finding ->> 'statement' AS statement
            FROM verifications, jsonb_array_elements(findings) AS finding,
                LATERAL (SELECT finding ->> 'invariant') AS named (rule)
            WHERE violations > 0 AND (strpos(rule, lower(\(sought.text))) > 0
                OR finding -> 'ids' ? \(sought.text))
            ORDER BY rule, id DESC
        ) newest LIMIT 5)
        """
    }

    private func foundDifferences(_ sought: Sought) -> SQL {
        """
        (SELECT 'difference', id, subject, detail, true FROM reconciliation_findings
        WHERE id = \(sought.id(Discrepancy.self)) OR subject = \(sought.text) LIMIT 5)
        """
    }

    private func foundTaxRules(_ sought: Sought) -> SQL {
        """
        (SELECT 'tax_rule', id, component || ' in ' || concat_ws('-', country, region),
            coalesce('For ' || product, ''), id = \(sought.id(StoredTaxRule.self)) IS TRUE
        FROM tax_rules WHERE id = \(sought.id(StoredTaxRule.self))
            OR strpos(lower(component), lower(\(sought.text))) > 0
        ORDER BY country, component LIMIT 5)
        """
    }

    /// A price change stands on the page of its plan's prices.
    private func foundRepricings(_ sought: Sought) -> SQL {
        """
        (SELECT 'repricing', r.plan_id, 'New price of ' || p.name,
            'From ' || to_char(r.effective_from AT TIME ZONE 'UTC', 'FMDD Mon YYYY'),
            r.id = \(sought.id(Repricing.self)) IS TRUE
        FROM repricings r JOIN plans p ON p.id = r.plan_id
        WHERE r.id = \(sought.id(Repricing.self))
            OR strpos(lower(p.name), lower(\(sought.text))) > 0
        ORDER BY r.id DESC LIMIT 5)
        """
    }

    /// The public half of a panel's key is found by how it begins.
    private func foundKeys(_ sought: Sought) -> SQL {
        """
        (SELECT 'api_key', id, name, key,
            key = \(sought.text) OR id = \(sought.id(APIKey.self)) IS TRUE
        FROM api_keys WHERE id = \(sought.id(APIKey.self))
            OR length(\(sought.text)) >= 5 AND starts_with(key, \(sought.text))
        ORDER BY name LIMIT 5)
        """
    }

    /// What was changed by a request is in the audit log.
    private func foundRequests(_ sought: Sought) -> SQL {
        """
        (SELECT 'request', gen_random_uuid(), request_id, count(*) || ' changes', true
        FROM audit_log WHERE request_id = \(sought.requestID) GROUP BY request_id)
        """
    }

    /// What has no page of its own stands on its customer's.
    private func foundThingsOfCustomers(_ sought: Sought) -> SQL {
        """
        (SELECT 'customer', c.id, c.name, c.email, true FROM customers c WHERE c.id IN (
            SELECT customer_id FROM credits WHERE id = \(sought.id(Credit.self))
            UNION SELECT customer_id FROM payment_methods
                WHERE id = \(sought.id(PaymentMethod.self)) OR gateway_method_id = \(sought.text)
            UNION SELECT customer_id FROM tax_exemptions
                WHERE id = \(sought.id(GrantedExemption.self))))
        """
    }

    /// A domain name is shown among what its customer has.
    private func foundDomains(_ sought: Sought) -> SQL {
        """
        (SELECT 'domain', d.customer_id, d.name, c.name, d.name = lower(\(sought.text))
            OR d.id = \(sought.id(DomainRecord.self)) IS TRUE
        FROM domains d JOIN customers c ON c.id = d.customer_id
        WHERE strpos(d.name, lower(\(sought.text))) > 0 OR d.id = \(sought.id(DomainRecord.self))
        ORDER BY d.name LIMIT 5)
        """
    }

    private func foundAccounts(_ sought: Sought) -> SQL {
        """
        (SELECT 'account', a.id, a.username, c.name, true
        FROM hosting_accounts a JOIN customers c ON c.id = a.customer_id
        WHERE a.username = lower(\(sought.text)) OR a.id = \(sought.id(HostingAccount.self))
        LIMIT 5)
        """
    }

    private func foundLicenses(_ sought: Sought) -> SQL {
        """
        (SELECT 'license', l.id, 'NP-••••-••••-••••-' || l.key_hint, c.name, true
        FROM licenses l JOIN customers c ON c.id = l.customer_id
        WHERE l.key_hash = \(sought.keyHash) OR l.id = \(sought.id(License.self)) LIMIT 5)
        """
    }

    /// Somebody who logs in for a customer leads to the customer.
    private func foundCustomers(_ sought: Sought) -> SQL {
        """
        (SELECT 'customer', c.id, c.name, c.email, lower(c.email) = lower(\(sought.text))
            OR c.id = \(sought.id(Customer.self)) IS TRUE
            OR EXISTS (SELECT FROM users u WHERE u.customer_id = c.id
                AND (u.email_key = lower(\(sought.text)) OR u.id = \(sought.id(User.self))))
        FROM customers c
        WHERE strpos(lower(c.email), lower(\(sought.text))) > 0
            OR strpos(lower(c.name), lower(\(sought.text))) > 0
            OR strpos(lower(c.company), lower(\(sought.text))) > 0
            OR c.id = \(sought.id(Customer.self))
            OR EXISTS (SELECT FROM users u WHERE u.customer_id = c.id
                AND (u.email_key = lower(\(sought.text)) OR u.id = \(sought.id(User.self))))
        ORDER BY c.name LIMIT 8)
        """
    }

    private func foundServers(_ sought: Sought) -> SQL {
        """
        (SELECT 'server', id, name, base_url, id = \(sought.id(Server.self)) IS TRUE
        FROM servers WHERE strpos(lower(name), lower(\(sought.text))) > 0
            OR strpos(base_url, lower(\(sought.text))) > 0 OR id = \(sought.id(Server.self))
        ORDER BY name LIMIT 5)
        """
    }

    private func foundPlans(_ sought: Sought) -> SQL {
        """
        (SELECT 'plan', id, name, description, id = \(sought.id(Plan.self)) IS TRUE
        FROM plans WHERE strpos(lower(name), lower(\(sought.text))) > 0
            OR id = \(sought.id(Plan.self))
        ORDER BY name LIMIT 5)
        """
    }

    private func foundJobs(_ sought: Sought) -> SQL {
        """
        (SELECT 'job', id, kind, status, id = \(sought.id(Job.self)) IS TRUE FROM jobs
        WHERE id = \(sought.id(Job.self)) OR order_id = \(sought.id(Order.self)) LIMIT 5)
        """
    }
}
