import Core
import Foundation
import Postgres

// What a rehearsal looks for, and what it finds afterwards in its own transaction.
extension Session {
    /// Customers with anything that comes by itself, in an order that has nothing to do with them,
    /// so that the first of many are a fair sample.
    func customersToRehearse(
        from start: Date,
        until end: Date,
        most: Int
    ) throws -> [ID<Customer>] {
        let concerned = Session.concerned(from: start, until: end, try accountRetention())
        return try all(
            """
            SELECT customer_id FROM (\(concerned)) concerned
            GROUP BY customer_id ORDER BY md5(customer_id::text) LIMIT \(most)
            """
        ) { try $0.id("customer_id") }
    }

    func countOfCustomersToRehearse(from start: Date, until end: Date) throws -> Int {
        let concerned = Session.concerned(from: start, until: end, try accountRetention())
        return try one(
            """
            SELECT count(DISTINCT customer_id) AS customers
            FROM (\(concerned)) concerned
            """
        ) { try $0.get("customers") }
    }

    private static func concerned(
        from start: Date,
        until end: Date,
        _ retention: AccountRetention
    ) -> SQL {
        let warned = end.addingTimeInterval(CardWarnings.Notice.early.seconds)
        return """
            SELECT customer_id FROM subscriptions WHERE next_bill_at <= \(end)
            UNION ALL SELECT customer_id FROM dunning_cases WHERE next_at <= \(end)
            UNION ALL SELECT customer_id FROM invoices WHERE status = 'open' AND due_at <= \(end)
            UNION ALL SELECT customer_id FROM credits
                WHERE expires_at > \(start) AND expires_at <= \(end)
            UNION ALL SELECT customer_id FROM (\(Session.renewingCards)) cards
                WHERE ends_at > \(start) AND ends_at <= \(warned)
            UNION ALL SELECT customer_id
                FROM (\(Session.removableAccounts(retention))) removable WHERE moment <= \(end)
            """
    }

    /// When something of a customer's is to be billed or a step to be taken.
    func nextMoment(of customer: ID<Customer>) throws -> Date? {
        try one(
            """
            SELECT least(
                (SELECT min(next_bill_at) FROM subscriptions WHERE customer_id = \(customer.uuid)),
                (SELECT min(next_at) FROM dunning_cases WHERE customer_id = \(customer.uuid))
            ) AS next
            """
        ) { try $0.optional("next") }
    }

    func hasSubscriptionsToBill(of customer: ID<Customer>, by now: Date) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscriptions
            WHERE customer_id = \(customer.uuid) AND next_bill_at <= \(now)
            """
        )
    }

    func dunningsDue(of customer: ID<Customer>, by now: Date) throws -> [ID<Invoice>] {
        try all(
            """
            SELECT invoice_id FROM dunning_cases
            WHERE customer_id = \(customer.uuid) AND next_at <= \(now) ORDER BY next_at
            """
        ) { try $0.id("invoice_id") }
    }

    /// The pages on which a customer can pay, each open until its time.
    func openPages(of customer: ID<Customer>) throws -> [PaymentRecord] {
        try all(
            """
            SELECT \(PaymentRecord.columns) FROM payments
            WHERE customer_id = \(customer.uuid) AND kind IN ('checkout', 'intent')
                AND status IN ('created', 'open')
            ORDER BY id
            """,
            PaymentRecord.init(row:)
        )
    }

    /// Takes what a rehearsal has stored of mails to have left.
    func sendMails(to customer: ID<Customer>, storedSince start: Date, now: Date) throws {
        try run(
            """
            UPDATE email_outbox SET status = 'sent', sent_at = \(now)
            WHERE customer_id = \(customer.uuid) AND status = 'queued' AND created_at >= \(start)
            """
        )
    }

    /// What is wished of a customer's accounts but their removal, and is on its way.
    func pendingWishes(of customer: ID<Customer>) throws -> [HostingAccountRecord] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns) FROM hosting_accounts
            WHERE customer_id = \(customer.uuid) AND status IN ('active', 'suspended')
                AND wish_number > wish_settled AND wish <> 'terminated'
            ORDER BY id
            """,
            HostingAccountRecord.init(row:)
        )
    }

    /// The charges of a customer's open invoices that wait for their time.
    func collections(of customer: ID<Customer>) throws -> [(invoice: ID<Invoice>, at: Date)] {
        let open = try all(
            """
            SELECT id FROM invoices WHERE customer_id = \(customer.uuid) AND status = 'open'
            """
        ) { try $0.id("id", of: Invoice.self) }
        guard !open.isEmpty else { return [] }
        return try all(
            """
            SELECT dedup_key, run_at FROM jobs
            WHERE kind = \(JobKind.collectInvoice.rawValue) AND status IN ('queued', 'running')
                AND dedup_key = ANY(\(open.map(\.text)))
            ORDER BY run_at, id
            """
        ) { row in
            let key: String = try row.get("dedup_key")
            return (
                try ID<Invoice>(key).orThrow(UnreadableColumn("dedup_key")), try row.get("run_at")
            )
        }
    }

    /// Ends the job that charges an invoice, as if it had run.
    func endCollection(of invoice: ID<Invoice>, now: Date) throws {
        try run(
            """
            UPDATE jobs SET status = 'done', finished_at = \(now), lease_token = NULL,
                leased_until = NULL
            WHERE kind = \(JobKind.collectInvoice.rawValue) AND dedup_key = \(invoice.text)
                AND status IN ('queued', 'running')
            """
        )
    }

    /// Everything that came of a rehearsal: rows of times that have not come yet.
    func rehearsedEvents(of customer: ID<Customer>, after start: Date) throws -> [RehearsedEvent] {
        let name = try one("SELECT name FROM customers WHERE id = \(customer.uuid)") {
            try $0.get("name", as: String.self)
        }
        let events =
            try rehearsedInvoices(of: customer, start) + rehearsedCharges(of: customer, start)
            + rehearsedMails(of: customer, start) + rehearsedSteps(of: customer, start)
            + rehearsedEnds(of: customer, start) + rehearsedExpiries(of: customer, start)
            + rehearsedRemovals(of: customer, start)
        return events.map { kind, at, amount, detail in
            RehearsedEvent(
                at: at,
                kind: kind,
                customer: customer,
                customerName: name,
                amount: amount,
                detail: detail
            )
        }
        .sorted { ($0.at, $0.kind.rawValue) < ($1.at, $1.kind.rawValue) }
    }

    private typealias Found = (RehearsedEvent.Kind, Date, Money?, String)

    private func rehearsedInvoices(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT issued_at, total_minor, currency, (
                SELECT string_agg(description, ', ' ORDER BY position)
                FROM invoice_lines WHERE invoice_id = invoices.id
            ) AS lines
            FROM invoices WHERE customer_id = \(customer.uuid) AND issued_at > \(start)
            """
        ) { row in
            let total = try row.money("total_minor", try row.currency("currency"))
            return (
                .invoice, try row.get("issued_at"), total, try row.optional("lines") ?? ""
            )
        }
    }

    private func rehearsedCharges(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT created_at, amount_minor, currency, status = 'succeeded' AS came
            FROM payments WHERE customer_id = \(customer.uuid) AND created_at > \(start)
            """
        ) { row in
            let amount = try row.money("amount_minor", try row.currency("currency"))
            let came: Bool = try row.get("came")
            return (
                came ? .charge : .decline, try row.get("created_at"), amount,
                came ? "The saved card is charged" : "The saved card is declined"
            )
        }
    }

    private func rehearsedMails(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT created_at, template FROM email_outbox
            WHERE customer_id = \(customer.uuid) AND created_at > \(start)
            """
        ) { row in
            let template = try row.get("template", as: String.self)
            let words = template.replacing("_", with: " ")
            return (
                .mail, try row.get("created_at"), nil,
                words.prefix(1).uppercased() + words.dropFirst()
            )
        }
    }

    private func rehearsedSteps(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT done_at, action FROM dunning_steps
            WHERE customer_id = \(customer.uuid) AND done_at > \(start)
            """
        ) { row in
            let action: String = try row.get("action")
            let kind: RehearsedEvent.Kind =
                switch action {
                case "suspend": .suspension
                case "terminate": .termination
                default: .reminder
                }
            return (kind, try row.get("done_at"), nil, action.replacing("_", with: " "))
        }
    }

    private func rehearsedEnds(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT cancelled_at, name FROM subscriptions JOIN plans ON plans.id = plan_id
            WHERE customer_id = \(customer.uuid) AND cancelled_at > \(start)
            """
        ) { row in (.end, try row.get("cancelled_at"), nil, try row.get("name")) }
    }

    private func rehearsedRemovals(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT wished_at, username
            FROM account_removals r JOIN hosting_accounts a ON a.id = account_id
            WHERE r.customer_id = \(customer.uuid) AND wished_at > \(start)
            """
        ) { row in (.removal, try row.get("wished_at"), nil, try row.get("username")) }
    }

    private func rehearsedExpiries(of customer: ID<Customer>, _ start: Date) throws -> [Found] {
        try all(
            """
            SELECT s.at, s.amount_minor, currency
            FROM credit_spendings s JOIN credits c ON c.id = credit_id
            WHERE s.customer_id = \(customer.uuid) AND kind = 'expiry' AND s.at > \(start)
            """
        ) { row in
            let amount = try row.money("amount_minor", try row.currency("currency"))
            return (.expiry, try row.get("at"), amount, "Credit that nothing was bought with")
        }
    }
}
