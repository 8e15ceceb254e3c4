import Core
import Foundation
import Postgres

extension Session {
    /// What a text names or is part of, the named first. A customer's scope finds the customer's
    /// own things; what only staff see is left out of it.
    func findings(_ sought: Sought, forStaff: Bool, most: Int) throws -> [Finding] {
        let everybodys: [SQL] = [
            foundOrders(sought), foundInvoices(sought), foundCreditNotes(sought),
            foundPayments(sought),
            foundDomains(sought), foundAccounts(sought), foundLicenses(sought),
        ]
        let staffs: [SQL] = [
            foundCustomers(sought), foundServers(sought), foundPlans(sought), foundJobs(sought),
        ]
        let parts = forStaff ? everybodys + staffs : everybodys
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

    /// A payment is shown on the page of its order.
    private func foundPayments(_ sought: Sought) -> SQL {
        """
        (SELECT 'payment', p.order_id, coalesce(p.gateway_intent_id, p.gateway_checkout_id, 'new'),
            c.name, true
        FROM payments p JOIN customers c ON c.id = p.customer_id
        WHERE p.id = \(sought.id(Payment.self)) OR p.gateway_intent_id = \(sought.text)
            OR p.gateway_checkout_id = \(sought.text) LIMIT 5)
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
