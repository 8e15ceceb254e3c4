import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// What the system says of a customer's money, in cents.
struct CustomerAccount: Sendable {
    /// What issued invoices asked for, less what they carried to credit.
    let billed: Int64
    let lines: Int64
    let captured: Int64
    let due: Int64
    let credit: Int64
    let isAlive: Bool
    /// The processor's names of the customer's payments.
    let intents: [String]
}

extension TestApp {
    /// Waits until nothing is left to be done at this time.
    func rest() async throws {
        try await Schedules(services).enqueueDue()
        let turns: [JobKind] = [
            .pollPayments, .checkServers, .verify, .cleanUp, .reconcile, .reconcileAccounts,
            .sendMail, .warnOfCards, .recheckVATNumbers,
        ]
        _ = try await eventually("rest", seconds: 120) {
            await simulators.stripe.webhooksAreIdle()
            let busy = try await count(
                """
                SELECT 1 FROM jobs WHERE NOT kind = ANY(\(turns.map(\.rawValue)))
                    AND (status = 'running'
                        OR status = 'queued' AND run_at <= \(clock.now.addingTimeInterval(5)))
                UNION ALL
                SELECT 1 FROM webhook_events WHERE status = 'received'
                UNION ALL
                SELECT 1 FROM payments WHERE status IN ('created', 'open', 'processing')
                UNION ALL
                SELECT 1 FROM refunds WHERE status IN ('created', 'pending')
                """
            )
            return busy == 0 ? true : nil
        }
    }

    /// What the checks find once fees and the like are booked.
    func findingsAtRest() async throws -> [VerificationFinding] {
        var findings: [VerificationFinding] = []
        for _ in 0..<20 {
            findings = try await Verifications(services).check().findings
            if findings.isEmpty { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        return findings
    }

    /// What plans cost, in cents, by slug and cycle.
    func plainPrices() async throws -> [String: Int64] {
        let prices = try await services.database.transaction(for: .system) { session in
            try session.all(
                """
                SELECT slug || ' ' || billing_cycle AS name, amount_minor
                FROM prices JOIN plans ON plans.id = plan_id
                WHERE currency = 'USD' AND retired_at IS NULL
                """
            ) { (try $0.get("name", as: String.self), try $0.get("amount_minor", as: Int64.self)) }
        }
        return Dictionary(prices) { first, _ in first }
    }

    /// When the last thing happened to a subscription, and which it was.
    func lastEvent(of id: ID<Subscription>) async throws -> (number: Int64, at: Int64) {
        try await services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT number::bigint AS number, extract(epoch FROM at)::bigint AS at
                FROM subscription_events
                WHERE subscription_id = \(id.uuid) ORDER BY number DESC LIMIT 1
                """
            ) { (try $0.get("number", as: Int64.self), try $0.get("at", as: Int64.self)) }
        }
    }

    func grant(_ cents: Int64, toCustomer customer: ID<Customer>) async throws {
        let (services, now) = (services, services.clock.now)
        _ = try await services.database.transaction(for: .system) { session in
            try Credits.add(
                Money(minorUnits: cents, .usd),
                to: customer,
                from: .grant(reason: "By a life.", by: nil, expiresAt: nil),
                session,
                services,
                now: now
            )
        }
    }

    /// What a customer has paid for and has as credit, in cents.
    func paidCredit(of customer: ID<Customer>) async throws -> Int64 {
        let now = clock.now
        return try await services.database.transaction(for: .system) { session in
            try session.payableCredits(of: customer, .usd, now: now).map(\.remaining)
                .sum(.usd).minorUnits
        }
    }

    func newestPayment(of customer: ID<Customer>) async throws -> ID<Payment>? {
        try await services.database.transaction(for: .system) { session in
            try session.first(
                """
                SELECT id FROM payments WHERE customer_id = \(customer.uuid)
                    AND status = 'succeeded' ORDER BY id DESC LIMIT 1
                """
            ) { try $0.id("id") }
        }
    }

    /// A line of the newest paid invoice, with what it cost.
    func creditableLine(
        of customer: ID<Customer>
    ) async throws -> (invoice: ID<Invoice>, id: ID<InvoiceLine>, total: Int64)? {
        try await services.database.transaction(for: .system) { session in
            try session.first(
                """
                SELECT invoice_id, l.id, l.amount_minor - l.discount_minor + l.tax_minor AS total
                FROM invoice_lines l JOIN invoices i ON i.id = invoice_id
                WHERE i.customer_id = \(customer.uuid) AND i.status = 'paid' AND amount_minor > 0
                ORDER BY i.id DESC, l.position LIMIT 1
                """
            ) { (try $0.id("invoice_id"), try $0.id("id"), try $0.get("total", as: Int64.self)) }
        }
    }

    /// Puts a card into the place of all that a customer has saved.
    func saveCard(_ number: String, ofCustomer customer: ID<Customer>) async throws {
        let remote = try await services.database.transaction(for: .system) {
            try $0.gatewayCustomer(of: customer)
        }
        let method = try await callStripe(
            "/v1/payment_methods",
            [
                ("type", "card"), ("card[number]", number), ("card[exp_month]", "12"),
                ("card[exp_year]", "2060"), ("card[cvc]", "123"),
            ]
        )
        let id = try #require(method["id"]?.string)
        let owner = try #require(remote)
        _ = try await callStripe("/v1/payment_methods/\(id)/attach", [("customer", owner)])
        try await PaymentMethods(services).refresh(customer)
        let stored = try await services.database.transaction(for: .system) { session in
            try session.one(
                "SELECT id FROM payment_methods WHERE gateway_method_id = \(id)"
            ) { try $0.id("id", of: PaymentMethod.self) }
        }
        _ = try await PaymentMethods(services).makeDefault(
            stored,
            for: .system,
            actor: .job(.learnCards)
        )
    }

    func saveGoodCard(of customer: ID<Customer>) async throws {
        try await saveCard("4242424242424242", ofCustomer: customer)
    }

    /// Pays what a customer owes on payment pages.
    func payAllOpen(of customer: ID<Customer>) async throws {
        let open = try await services.database.transaction(for: .system) { session in
            try session.all(
                "SELECT id FROM invoices WHERE customer_id = \(customer.uuid) AND status = 'open'"
            ) { try $0.id("id", of: Invoice.self) }
        }
        for invoice in open {
            let page = try await Checkouts(services).open(
                invoice,
                for: .system,
                returningTo: Checkouts.ReturnAddresses(
                    success: "http://127.0.0.1/",
                    cancel: "http://127.0.0.1/"
                ),
                keepingCard: true
            )
            pay(page.sessionID)
        }
    }

    /// What the processor has charged for payments.
    func charged(_ intents: [String]) -> Int64 {
        let mine = Set(intents)
        return simulators.stripe.paidCharges.filter { mine.contains($0.intent) }
            .reduce(0) { $0 + $1.amount }
    }

    /// What the processor has sent back of payments.
    func returned(_ intents: [String]) -> Int64 {
        let mine = Set(intents)
        return stripeRefunds.reduce(0) { sum, refund in
            let isMine = refund["payment_intent"]?.string.map { mine.contains($0) } ?? false
            guard isMine, refund["status"] == "succeeded" else { return sum }
            return sum + (refund["amount"]?.integer ?? 0)
        }
    }

    /// What the system says of a customer's money.
    func account(of customer: ID<Customer>) async throws -> CustomerAccount {
        let now = clock.now
        return try await services.database.transaction(for: .system) { session in
            let id = customer.uuid
            let intents = try session.all(
                """
                SELECT gateway_intent_id FROM payments
                WHERE customer_id = \(id) AND gateway_intent_id IS NOT NULL
                """
            ) { try $0.get("gateway_intent_id", as: String.self) }
            let credit = try session.creditBalances(of: customer, now: now).sum(.usd).minorUnits
            return try session.one(
                """
                SELECT coalesce(sum(total_minor - carried_minor), 0)::bigint AS billed,
                    coalesce(sum(total_minor - paid_minor - credited_minor)
                        FILTER (WHERE status = 'open'), 0)::bigint AS due,
                    (SELECT count(*) FROM invoice_lines l WHERE l.customer_id = \(id)) AS lines,
                    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM payments
                        WHERE customer_id = \(id) AND status = 'succeeded') AS captured,
                    (SELECT bool_or(status <> 'cancelled') FROM subscriptions
                        WHERE customer_id = \(id)) AS is_alive
                FROM invoices WHERE customer_id = \(id) AND status NOT IN ('draft', 'void')
                """
            ) { row in
                CustomerAccount(
                    billed: try row.get("billed"),
                    lines: try row.get("lines"),
                    captured: try row.get("captured"),
                    due: try row.get("due"),
                    credit: credit,
                    isAlive: try row.get("is_alive"),
                    intents: intents
                )
            }
        }
    }
}
