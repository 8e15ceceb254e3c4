import App
import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

/// One object of each kind, all of one customer where customers have them, to try routes on.
struct SampleObjects: Sendable {
    /// By the word before the parameter in a path, or by two where one is not enough.
    private let values: [String: String]
    /// Words whose objects belong to a customer.
    static let owned: Set = [
        "orders", "payments", "invoices", "licenses", "history", "domains", "sessions", "views",
        "subscriptions", "payment-methods", "cards", "credit-notes", "refunds",
    ]
    /// Pages that look at no object, but lead everybody to the list of their own.
    static let leadingAway = ["GET /licenses/:id/reveal": "/licenses"]
    /// The fields by which bodies name such objects.
    private static let named = [
        "POST /api/v1/payments/intent": (field: "invoice_id", kind: "invoices")
    ]

    /// Buys a plan with a name as the demo customer, and collects what that made.
    static func make(_ app: TestApp) async throws -> SampleObjects {
        _ = try await app.register(email: "other@example.org")
        _ = try await app.register(email: "spare@example.org")
        let ann = try await app.logIn("customer")
        _ = try await app.buy(by: ann, domain: "example.com")
        _ = try await app.placeOrder(by: ann)
        try await app.keepView(of: ann)
        try await app.refundSomething()
        try await app.grant(700, to: ann)
        try await app.makeCoupon("SAMPLE", ["percent_basis_points": 1_000])
        try await app.disputeSomething()
        let card = try await eventually("a saved card") {
            try? await app.newest("payment_methods", PaymentMethod.self)
        }
        let note = try await app.creditNote()
        let check = try await Verifications(app.services).checkAndStore()
        let bill = try await RegistrarPayments(app.services).record(
            RegistrarPayments.NewPayment(amount: Money(minorUnits: 500, .usd), reference: "A bill"),
            to: "resellerclub",
            actor: .system
        )
        let finding = try await app.newest("reconciliation_findings", Discrepancy.self)
        let rule = try await app.services.makeTaxRule()
        let exemption = try await app.services.exempt(
            try #require(ID<Customer>(try await app.newest("customers", Customer.self)))
        )
        return SampleObjects(
            values: [
                "orders": try await app.newest("orders", Order.self),
                "disputes": try await app.newest("disputes", Dispute.self),
                "findings": finding, "reconciliation-findings": finding,
                "refunds": try await app.newest("refunds", Refund.self),
                "payments": try await app.newest("payments", Payment.self),
                "invoices": try await app.newest("invoices", Invoice.self),
                "licenses": try await app.newest("licenses", License.self),
                "history": try await app.newest("licenses", License.self),
                "domains": try await app.newest("domains", DomainRecord.self),
                "subscriptions": try await app.newest("subscriptions", Subscription.self),
                "payment-methods": card, "cards": card,
                "accounts": try await app.newest("hosting_accounts", HostingAccount.self),
                "servers": try await app.newest("servers", Server.self),
                "plans": try await app.newest("plans", Plan.self),
                "coupons": try await app.newest("coupons", Coupon.self),
                "credits": try await app.newest("credits", Credit.self),
                "api-keys": try await app.newest("api_keys", APIKey.self),
                "jobs": try await app.newest("jobs", Job.self),
                "users": try await app.newest("users", User.self),
                "dunning": try await app.newest("dunning_policies", DunningTerms.self),
                "dunning-policies": try await app.newest("dunning_policies", DunningTerms.self),
                "repricings": try await app.announcedPrice().text,
                "customers": try await app.newest("customers", Customer.self),
                "mails": try await app.newest("email_outbox", Mail.self),
                "registrars": "resellerclub", "registrar-payments": bill.id.text,
                "views": try await app.newest("saved_views", SavedView.self),
                "ledger/accounts": try await app.newest("ledger_accounts", LedgerAccount.self),
                "books/accounts": try await app.newest("ledger_accounts", LedgerAccount.self),
                "tax-rules": rule, "rules": rule, "tax-exemptions": exemption,
                "exemptions": exemption,
                "verifications": check.text, "checks": check.text,
                "sessions": ID<PortalSession>(app.services.ids.next()).text,
                "items": "1", "assets": "app.css", "reset": "a-token", "verify": "a-token",
                "errors": "409", "pages": "list",
                "setup": "a-token", "reveal": "a-token", "settings": "company",
                "credit-notes": note, "pay": "a-token",
                "paid": try await app.newest("invoices", Invoice.self),
            ]
        )
    }

    /// The path of a pattern with our objects in it; nil when it names a kind we have none of.
    func path(_ pattern: String) -> String? {
        var words: [String] = []
        for word in pattern.split(separator: "/").map(String.init) {
            guard word.hasPrefix(":") else {
                words.append(word)
                continue
            }
            let two = words.suffix(2).joined(separator: "/")
            guard let value = values[two] ?? values[words.last ?? ""] else { return nil }
            words.append(value)
        }
        return "/" + words.joined(separator: "/")
    }

    /// A body that a route takes, with our objects in it; empty where that will do.
    func body(_ route: RouteDescription) -> JSON {
        guard let (field, kind) = SampleObjects.named[route.name], let value = values[kind]
        else { return [:] }
        return [field: .string(value)]
    }

    /// Whether a route is about an object that belongs to a customer, which its path or its body
    /// names.
    static func isOwned(_ route: RouteDescription) -> Bool {
        let words = route.pattern.split(separator: "/").map(String.init)
        return named[route.name] != nil
            || zip(words, words.dropFirst()).contains { owned.contains($0) && $1.hasPrefix(":") }
    }
}

extension RouteDescription {
    /// The method and the pattern, as a test says them.
    var name: String { "\(method.rawValue) \(pattern)" }
}

extension Services {
    /// A rule of a place where nobody is.
    fileprivate func makeTaxRule() async throws -> String {
        let rule = try TaxRule("VAT", TaxPlace("AQ"), rate: .basisPoints(100))
        return try await TaxRuleBook(self).create(rule, actor: .system).id.text
    }

    fileprivate func exempt(_ customer: ID<Customer>) async throws -> String {
        try await TaxExemptions(self)
            .grant(TaxExemption("A certificate"), to: customer, actor: .system).id.text
    }
}

extension TestApp {
    /// A view of the list of orders.
    fileprivate func keepView(of person: Person) async throws {
        try await services.database.transaction(for: .system) { session in
            _ = try session.run(
                """
                INSERT INTO saved_views (
                    id, user_id, customer_id, list, position, name, query, created_at
                )
                SELECT gen_random_uuid(), id, customer_id, 'orders', 1, 'Mine', '', now()
                FROM users WHERE email_key = \(person.email)
                """
            )
        }
    }

    /// Gives a part of the newest payment that succeeded back.
    fileprivate func refundSomething() async throws {
        let payment = try await services.database.transaction(for: .system) { session in
            try session.one("SELECT id FROM payments WHERE status = 'succeeded'") {
                ID<Payment>(try $0.get("id"))
            }
        }
        let wish = Refunds.Wish(amount: Money(minorUnits: 100, .usd), reason: "A sample")
        _ = try await Refunds(services).begin(payment, wish, actor: .system)
    }

    /// A credit note of the demo customer.
    fileprivate func creditNote() async throws -> String {
        let (invoice, line) = try await services.database.transaction(for: .system) { session in
            try session.one(
                """
                SELECT invoice_id, l.id FROM invoice_lines l JOIN invoices i ON i.id = invoice_id
                WHERE status = 'paid' ORDER BY invoice_id, position LIMIT 1
                """
            ) { (ID<Invoice>(try $0.get("invoice_id")), ID<InvoiceLine>(try $0.get("id"))) }
        }
        let part = (line: line, amount: Money?.some(Money(minorUnits: 100, .usd)))
        let wish = CreditNotes.Wish(lines: [part], reason: "A sample")
        return try await CreditNotes(services).issue(wish, for: invoice, actor: .system).text
    }

    /// A dispute, and a difference that a comparison has found.
    fileprivate func disputeSomething() async throws {
        try await services.database.transaction(for: .system) { session in
            _ = try session.run(
                """
                INSERT INTO disputes (
                    id, payment_id, customer_id, gateway_dispute_id, status, gateway_phase,
                    reason, amount_minor, currency, opened_at, closed_at, created_at
                )
                SELECT gen_random_uuid(), id, customer_id, 'dp_sample', 'won', 'won',
                    'fraudulent', 100, currency, now(), now(), now()
                FROM payments WHERE status = 'succeeded'
                """
            )
            _ = try session.run(
                """
                WITH run AS (
                    INSERT INTO reconciliations VALUES (
                        gen_random_uuid(), 'stripe', '2000-01-01', '2000-01-02', now(), 0, 0, 1, 0
                    ) RETURNING id
                )
                INSERT INTO reconciliation_findings (
                    id, gateway, kind, subject, currency, detail, happened_at, found_in, found_at
                )
                SELECT gen_random_uuid(), 'stripe', 'not_in_books', 'txn_sample', 'USD', 'charge',
                    now(), id, now()
                FROM run
                """
            )
        }
    }

    /// A new price that was announced to nobody.
    fileprivate func announcedPrice() async throws -> ID<Repricing> {
        let plan = try await Plans(services).show(.slug("enterprise"))
        return try await Repricings(services).announce(
            plan.id,
            .yearly,
            services.configuration.currency,
            noticeDays: 30,
            actor: .system
        ).id
    }

    /// The newest row of a table.
    fileprivate func newest<Kind: Identified>(_ table: String, _: Kind.Type) async throws -> String
    {
        try await services.database.transaction(for: .system) { session in
            try session.one("SELECT id FROM \(unsafeRaw: table) ORDER BY id DESC LIMIT 1") {
                ID<Kind>(try $0.get("id")).text
            }
        }
    }
}
