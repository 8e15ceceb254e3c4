import Core
import Foundation
import Postgres

// What happened to subscriptions, and which lines of invoices came of it.
extension Session {
    func store(
        _ event: SubscriptionEvent,
        of subscription: ID<Subscription>,
        customer: ID<Customer>
    ) throws {
        let row = EventRow(event.kind)
        try run(
            """
            INSERT INTO subscription_events (
                subscription_id, number, customer_id, at, kind, plan_id, price_id, unit_minor,
                currency, quantity, billing_cycle, time_zone, timing, unused, effective_from
            ) VALUES (
                \(subscription.uuid), \(event.number), \(customer.uuid), \(event.at.date),
                \(row.kind), \(row.terms?.plan.uuid), \(row.price?.uuid),
                \(row.unitPrice?.minorUnits), \(row.unitPrice?.currency.code),
                \(row.terms?.quantity), \(row.terms?.cycle.rawValue), \(row.zone?.identifier),
                \(row.timing), \(row.unused), \(row.from?.date)
            )
            """
        )
    }

    /// Everything that happened to a subscription.
    func history(of subscription: ID<Subscription>) throws -> SubscriptionHistory {
        let events = try all(
            """
            SELECT number, at, kind, plan_id, price_id, unit_minor, currency, quantity,
                billing_cycle, time_zone, timing, unused, effective_from
            FROM subscription_events WHERE subscription_id = \(subscription.uuid) ORDER BY number
            """,
            SubscriptionEvent.init(row:)
        )
        return SubscriptionHistory(subscription, events)
    }

    /// Everything that happened to several subscriptions.
    func events(
        of subscriptions: [ID<Subscription>]
    ) throws -> [ID<Subscription>: [SubscriptionEvent]] {
        let events = try all(
            """
            SELECT subscription_id, number, at, kind, plan_id, price_id, unit_minor, currency,
                quantity, billing_cycle, time_zone, timing, unused, effective_from
            FROM subscription_events WHERE subscription_id = ANY(\(subscriptions.map(\.uuid)))
            ORDER BY subscription_id, number
            """
        ) { row in
            (
                try row.id("subscription_id", of: Subscription.self),
                try SubscriptionEvent(row: row)
            )
        }
        return Dictionary(grouping: events, by: \.0).mapValues { $0.map(\.1) }
    }

    /// The lines of several subscriptions that stand on invoices, of their present periods and
    /// later ones. What stands on a void one was billed, too: it was waived.
    func linesOfPresentPeriods(
        of subscriptions: [ID<Subscription>]
    ) throws -> [ID<Subscription>: [BillingLine]] {
        let lines = try all(
            """
            SELECT \(BillingLine.columns) FROM subscription_lines
            JOIN (
                SELECT id AS its_subscription, current_period_start AS since FROM subscriptions
                WHERE id = ANY(\(subscriptions.map(\.uuid)))
            ) s ON its_subscription = subscription_id AND period_start_at >= since
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            ORDER BY subscription_lines.due_at, invoice_lines.position
            """,
            BillingLine.init(row:)
        )
        return Dictionary(grouping: lines, by: \.identity.subscription)
    }

    /// The lines that stand on invoices, of periods that begin at an instant or later. What stands
    /// on a void one was billed, too: it was waived.
    func billedLines(
        of subscription: ID<Subscription>,
        since: Date
    ) throws -> [BillingLine] {
        try all(
            """
            SELECT \(BillingLine.columns) FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            WHERE subscription_id = \(subscription.uuid) AND period_start_at >= \(since)
            ORDER BY subscription_lines.due_at, invoice_lines.position
            """,
            BillingLine.init(row:)
        )
    }

    /// How the lines of subscriptions on an invoice were computed, in words, by their position.
    func explanations(on invoice: ID<Invoice>) throws -> [Int: String] {
        try explanations(on: [invoice])[invoice] ?? [:]
    }

    /// The same of several invoices.
    func explanations(on invoices: [ID<Invoice>]) throws -> [ID<Invoice>: [Int: String]] {
        let lines = try all(
            """
            SELECT invoice_id, position, \(BillingLine.columns), \(ReducedAmount.columns)
            FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            WHERE invoice_id = ANY(\(invoices.map(\.uuid)))
            """
        ) { row in
            let words = try BillingLine(row: row).explanation(of: ReducedAmount(row: row))
            let invoice: ID<Invoice> = try row.id("invoice_id")
            return (invoice: invoice, position: try row.get("position", as: Int.self), words: words)
        }
        return lines.reduce(into: [:]) { $0[$1.invoice, default: [:]][$1.position] = $1.words }
    }

    /// The invoice and its line on which a line of a subscription was last billed; nil when it
    /// never was.
    func billed(
        _ line: BillingLineIdentity
    ) throws -> (invoice: ID<Invoice>, line: ID<InvoiceLine>)? {
        try first(
            """
            SELECT invoice_id, invoice_line_id
            FROM subscription_lines JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            WHERE subscription_id = \(line.subscription.uuid)
                AND period_start_at = \(line.periodStart.date)
                AND subscription_lines.kind = \(line.kind.rawValue) AND cause = \(line.cause)
                AND NOT is_reversal
            ORDER BY revision DESC LIMIT 1
            """
        ) { (try $0.id("invoice_id"), try $0.id("invoice_line_id")) }
    }

    /// Everything that was ever billed of a subscription, the newest first.
    func invoicedLines(of subscription: ID<Subscription>, most: Int) throws -> [InvoicedLine] {
        try all(
            """
            SELECT invoices.id AS invoice, number_text, invoices.status AS invoice_status,
                \(BillingLine.columns), \(ReducedAmount.columns)
            FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            JOIN invoices ON invoices.id = invoice_id
            WHERE subscription_id = \(subscription.uuid)
            ORDER BY period_start_at DESC, invoices.id DESC, invoice_lines.position LIMIT \(most)
            """
        ) { row in
            let line = try BillingLine(row: row)
            return InvoicedLine(
                line: line,
                amount: try row.money("given_minor", line.amount.currency),
                explanation: line.explanation(of: try ReducedAmount(row: row)),
                invoice: try row.id("invoice"),
                number: try row.optional("number_text"),
                status: try row.choice("invoice_status")
            )
        }
    }

    func store(_ new: [NewSubscriptionLine]) throws {
        let lines = new.map(\.line)
        try run(
            """
            INSERT INTO subscription_lines (
                invoice_line_id, customer_id, subscription_id, kind, cause, revision, is_reversal,
                period_start_at, period_end_at, span_start_at, span_end_at, plan_id, price_id,
                unit_minor, currency, quantity, billing_cycle, rounding, due_at, amount_minor,
                reduces_line_id, reduced_minor, left_minor
            )
            SELECT * FROM unnest(
                \(new.map(\.id.uuid)), \(new.map(\.customer.uuid)),
                \(lines.map(\.identity.subscription.uuid)), \(lines.map(\.identity.kind.rawValue)),
                \(lines.map(\.identity.cause)), \(lines.map(\.revision)),
                \(lines.map(\.isReversal)), \(lines.map(\.period.from.date)),
                \(lines.map(\.period.to.date)), \(lines.map(\.span.from.date)),
                \(lines.map(\.span.to.date)), \(lines.map(\.terms.plan.uuid)),
                \(lines.map(\.terms.price.uuid)), \(lines.map(\.terms.unitPrice.minorUnits)),
                \(lines.map(\.terms.currency.code)), \(lines.map(\.terms.quantity)),
                \(lines.map(\.terms.cycle.rawValue)), \(lines.map(\.rounding.rawValue)),
                \(lines.map(\.due.date)), \(lines.map(\.amount.minorUnits)),
                \(new.map { $0.reduced?.id.uuid }),
                \(new.map { $0.reduced?.billed.total.minorUnits }),
                \(new.map { $0.reduced?.remaining.minorUnits })
            )
            """
        )
    }

    /// Names the line of an order's invoice as the first of its subscription.
    func storeFirstLine(_ line: BillingLine, ofItem item: OrderItemRecord) throws {
        let id: ID<InvoiceLine> = try one(
            """
            SELECT id FROM invoice_lines
            WHERE order_item_id = \(item.id.uuid) AND kind = 'plan'
            """
        ) { try $0.id("id") }
        try store([NewSubscriptionLine(line, as: id, of: item.customer)])
    }
}

/// A line of a subscription that is about to stand on an invoice.
struct NewSubscriptionLine {
    let line: BillingLine
    let id: ID<InvoiceLine>
    let customer: ID<Customer>
    /// What it takes back of, as it was before.
    let reduced: CreditableLine?

    init(
        _ line: BillingLine,
        as id: ID<InvoiceLine>,
        reducing reduced: CreditableLine? = nil,
        of customer: ID<Customer>
    ) {
        self.line = line
        self.id = id
        self.customer = customer
        self.reduced = reduced
    }
}

/// A line of a subscription with the invoice that it stands on.
struct InvoicedLine: Sendable {
    let line: BillingLine
    /// As it stands there.
    let amount: Money
    let explanation: String
    let invoice: ID<Invoice>
    let number: String?
    let status: InvoiceRecord.Status
}

/// An event as columns.
private struct EventRow {
    let kind: String
    var terms: SubscriptionTerms?
    var price: ID<Price>?
    var unitPrice: Money?
    var zone: BillingZone?
    var timing: String?
    var unused: String?
    var from: Instant?

    init(_ event: SubscriptionEvent.Kind) {
        switch event {
        case .started(let terms, let zone): self.init("started", terms, zone)
        case .reactivated(let terms, let zone): self.init("reactivated", terms, zone)
        case .changed(let terms, let timing):
            self.init("changed", terms)
            self.timing = timing.rawValue
        case .changeWithdrawn: self.init("change_withdrawn")
        case .repriced(let unitPrice, let price, let from):
            self.init("repriced")
            self.unitPrice = unitPrice
            self.price = price
            self.from = from
        case .cancelled(.atPeriodEnd):
            self.init("cancelled")
            timing = ChangeTiming.atPeriodEnd.rawValue
        case .cancelled(.atOnce(let unused)):
            self.init("cancelled")
            timing = ChangeTiming.atOnce.rawValue
            self.unused = unused.rawValue
        case .cancellationWithdrawn: self.init("cancellation_withdrawn")
        }
    }

    private init(_ kind: String, _ terms: SubscriptionTerms? = nil, _ zone: BillingZone? = nil) {
        self.kind = kind
        self.terms = terms
        self.zone = zone
        price = terms?.price
        unitPrice = terms?.unitPrice
    }
}

extension SubscriptionEvent {
    fileprivate init(row: Row) throws {
        self.init(
            number: try row.get("number"),
            at: Instant(try row.get("at", as: Date.self)),
            try Kind(row: row)
        )
    }
}

extension SubscriptionEvent.Kind {
    fileprivate init(row: Row) throws {
        switch try row.get("kind", as: String.self) {
        case "started":
            self = .started(try SubscriptionTerms(row: row), zone: try BillingZone(row: row))
        case "reactivated":
            self = .reactivated(try SubscriptionTerms(row: row), zone: try BillingZone(row: row))
        case "changed": self = .changed(try SubscriptionTerms(row: row), try row.choice("timing"))
        case "change_withdrawn": self = .changeWithdrawn
        case "repriced":
            self = .repriced(
                unitPrice: try row.money("unit_minor", try row.currency("currency")),
                price: try row.id("price_id"),
                from: Instant(try row.get("effective_from", as: Date.self))
            )
        case "cancelled":
            self = .cancelled(
                try row.get("timing", as: String.self) == ChangeTiming.atPeriodEnd.rawValue
                    ? .atPeriodEnd : .atOnce(unused: try row.choice("unused"))
            )
        case "cancellation_withdrawn": self = .cancellationWithdrawn
        default: throw UnreadableHistory()
        }
    }
}

/// A history in the database is not what this program writes.
struct UnreadableHistory: Error {}

extension BillingZone {
    fileprivate init(row: Row) throws {
        guard let zone = BillingZone(try row.get("time_zone", as: String.self)) else {
            throw UnreadableHistory()
        }
        self = zone
    }
}

extension SubscriptionTerms {
    fileprivate init(row: Row) throws {
        try self.init(
            plan: row.id("plan_id"),
            price: row.id("price_id"),
            unitPrice: row.money("unit_minor", row.currency("currency")),
            quantity: row.get("quantity"),
            cycle: row.choice("billing_cycle")
        )
    }
}

extension BillingLine {
    fileprivate static let columns: SQL = """
        subscription_id, subscription_lines.kind, cause, revision, is_reversal, period_start_at,
        period_end_at, span_start_at, span_end_at, plan_id, price_id,
        subscription_lines.unit_minor, subscription_lines.currency, subscription_lines.quantity,
        billing_cycle, rounding, subscription_lines.due_at, subscription_lines.amount_minor,
        (SELECT i.status = 'void' FROM invoices i WHERE i.id = invoice_lines.invoice_id)
            AS is_waived
        """

    fileprivate init(row: Row) throws {
        func instant(_ column: String) throws -> Instant {
            Instant(try row.get(column, as: Date.self))
        }
        let (start, end) = (try instant("period_start_at"), try instant("period_end_at"))
        let period = TimeSpan(from: start, to: end)
        self.init(
            identity: BillingLineIdentity(
                try row.id("subscription_id"),
                periodStart: period.from,
                try row.choice("kind"),
                cause: try row.get("cause")
            ),
            revision: try row.get("revision"),
            isReversal: try row.get("is_reversal"),
            span: TimeSpan(from: try instant("span_start_at"), to: try instant("span_end_at")),
            period: period,
            terms: try SubscriptionTerms(row: row),
            rounding: try row.choice("rounding"),
            due: try instant("due_at"),
            reduces: nil,
            amount: try row.money("amount_minor", try row.currency("currency")),
            isWaived: try row.get("is_waived")
        )
    }
}

extension ReducedAmount {
    fileprivate static let columns: SQL = """
        reduced_minor, left_minor, invoice_lines.amount_minor AS given_minor
        """

    /// Nil for what gives nothing back.
    fileprivate init?(row: Row) throws {
        let currency = try row.currency("currency")
        guard let billed = try row.optional("reduced_minor", as: Int64.self) else { return nil }
        self.init(
            billed: Money(minorUnits: billed, currency),
            left: try row.money("left_minor", currency),
            given: try row.money("given_minor", currency)
        )
    }
}
