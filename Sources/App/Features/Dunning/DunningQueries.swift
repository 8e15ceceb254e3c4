import Core
import Foundation
import Postgres

extension Session {
    /// Opens the case of an unpaid invoice, or has one that is open looked at again.
    func openDunning(of invoice: InvoiceRecord, now: Date) throws {
        try run(
            """
            INSERT INTO dunning_cases (invoice_id, customer_id, opened_at, next_at)
            VALUES (\(invoice.id.uuid), \(invoice.customer.uuid), \(now), \(now))
            ON CONFLICT (invoice_id) DO UPDATE SET next_at = excluded.next_at
                WHERE dunning_cases.closed_at IS NULL
            """
        )
    }

    /// Counts everything about an unpaid invoice anew, because a payment of it was taken back.
    func restartDunning(of invoice: InvoiceRecord, now: Date) throws {
        try run(
            """
            INSERT INTO dunning_cases (invoice_id, customer_id, opened_at, next_at)
            VALUES (\(invoice.id.uuid), \(invoice.customer.uuid), \(now), \(now))
            ON CONFLICT (invoice_id) DO UPDATE SET next_at = excluded.next_at, closed_at = NULL
            """
        )
        try run(
            """
            INSERT INTO dunning_restarts (invoice_id, round, customer_id, at)
            SELECT \(invoice.id.uuid), coalesce(max(round), 1) + 1, \(invoice.customer.uuid), \(now)
            FROM dunning_restarts WHERE invoice_id = \(invoice.id.uuid)
            """
        )
    }

    /// How often everything about an invoice was counted from its beginning, and since when.
    func dunningRound(of invoice: ID<Invoice>) throws -> (number: Int, since: Date?) {
        try first(
            """
            SELECT round, at FROM dunning_restarts WHERE invoice_id = \(invoice.uuid)
            ORDER BY round DESC LIMIT 1
            """
        ) { (try $0.get("round"), try $0.get("at")) } ?? (1, nil)
    }

    /// Invoices whose next step is due, the longest waiting first.
    func dunningsDue(by now: Date, most: Int) throws -> [ID<Invoice>] {
        try all(
            """
            SELECT invoice_id FROM dunning_cases WHERE next_at <= \(now)
            ORDER BY next_at LIMIT \(most)
            """
        ) { try $0.id("invoice_id") }
    }

    /// Whether a case is open; it stays so until the transaction ends. One that another instance
    /// has in hand is left to it.
    func lockDunning(of invoice: ID<Invoice>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM dunning_cases
            WHERE invoice_id = \(invoice.uuid) AND closed_at IS NULL FOR UPDATE SKIP LOCKED
            """
        )
    }

    /// Has the case of an invoice, where one is open, looked at again with what is due of it now.
    func hurryDunning(of invoice: ID<Invoice>, now: Date) throws {
        try run(
            """
            UPDATE dunning_cases SET next_at = \(now)
            WHERE invoice_id = \(invoice.uuid) AND closed_at IS NULL
            """
        )
    }

    func setNextDunning(of invoice: ID<Invoice>, at next: Date) throws {
        try run("UPDATE dunning_cases SET next_at = \(next) WHERE invoice_id = \(invoice.uuid)")
    }

    func closeDunning(of invoice: ID<Invoice>, now: Date) throws {
        try run(
            """
            UPDATE dunning_cases SET next_at = NULL, closed_at = \(now)
            WHERE invoice_id = \(invoice.uuid) AND closed_at IS NULL
            """
        )
    }

    /// Notes that a step was taken; false when it was before.
    func storeDunningStep(
        _ action: DunningAction,
        of invoice: InvoiceRecord,
        now: Date
    ) throws -> Bool {
        guard let (name, number) = action.stored else { return true }
        let round = try dunningRound(of: invoice.id).number
        return try run(
            """
            INSERT INTO dunning_steps (invoice_id, customer_id, round, action, number, done_at)
            VALUES (
                \(invoice.id.uuid), \(invoice.customer.uuid), \(round), \(name), \(number), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    /// What has been done about an unpaid invoice, as `Core` weighs it.
    func dunningCase(of invoice: InvoiceRecord) throws -> DunningCase {
        let round = try dunningRound(of: invoice.id)
        return DunningCase(
            try dunningPolicy(for: invoice.id),
            unpaidSince: Instant(invoice.dueAt ?? invoice.createdAt),
            restartedAt: round.since.map { Instant($0) },
            attempts: try chargeAttempts(for: invoice.id),
            done: try dunningSteps(of: invoice.id, "round = \(round.number)"),
            earlier: try dunningSteps(of: invoice.id, "round < \(round.number)"),
            card: try defaultPaymentMethod(of: invoice.customer)?.gatewayID,
            isExempt: try isExemptFromDunning(invoice.customer) ?? false
                || !billsSubscription(invoice.id),
            awaited: try awaitedMoney(for: invoice.id)
        )
    }

    private func awaitedMoney(for invoice: ID<Invoice>) throws -> DunningCase.Awaited {
        let payments = try payments(of: invoice)
        if payments.contains(where: { $0.status == .processing || $0.status == .attention }) {
            return .money
        }
        // A page behind a link is anybody's, and delays nothing.
        let isOpen = payments.contains {
            $0.status.isUnderWay && $0.kind != .savedCard && !$0.parameters.isByLink
        }
        return isOpen ? .page : .nothing
    }

    /// What happened to an invoice that is overdue, and what comes next; nil for any other.
    func dunningTimeline(of id: ID<Invoice>, at now: Date) throws -> DunningTimeline? {
        guard let invoice = try invoice(id), invoice.status == .open,
            try exists("SELECT 1 FROM dunning_cases WHERE invoice_id = \(id.uuid)")
        else { return nil }
        return DunningTimeline(try dunningCase(of: invoice), at: Instant(now))
    }

    private func chargeAttempts(for invoice: ID<Invoice>) throws -> [DunningCase.Attempt] {
        try payments(of: invoice).compactMap { payment in
            guard payment.kind == .savedCard, let card = payment.parameters.savedCard,
                let outcome = payment.chargeOutcome
            else { return nil }
            return DunningCase.Attempt(at: Instant(payment.createdAt), outcome, card: card)
        }
    }

    private func dunningSteps(
        of invoice: ID<Invoice>,
        _ condition: SQL
    ) throws -> [DunningCase.Done] {
        try all(
            """
            SELECT action, number, done_at FROM dunning_steps
            WHERE invoice_id = \(invoice.uuid) AND \(condition) ORDER BY done_at
            """
        ) { row in
            DunningCase.Done(
                try DunningAction(
                    stored: row.get("action"),
                    row.get("number")
                ).orThrow(UnreadableColumn("action")),
                at: Instant(try row.get("done_at", as: Date.self))
            )
        }
    }

    /// Whether an invoice bills subscriptions; of any other, nothing can be suspended.
    func billsSubscription(_ invoice: ID<Invoice>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            WHERE invoice_id = \(invoice.uuid)
            """
        )
    }

    /// What an invoice bills, by its subscriptions.
    func subscriptions(on invoice: ID<Invoice>) throws -> [SubscriptionRecord] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns) FROM subscriptions WHERE id IN (
                SELECT subscription_id FROM subscription_lines
                JOIN invoice_lines ON invoice_lines.id = invoice_line_id
                WHERE invoice_id = \(invoice.uuid)
            )
            ORDER BY id FOR UPDATE
            """,
            SubscriptionRecord.init(row:)
        )
    }

    func setStatus(
        _ status: SubscriptionRecord.Status,
        of subscription: ID<Subscription>
    ) throws {
        try run(
            """
            UPDATE subscriptions SET status = \(status.rawValue)
            WHERE id = \(subscription.uuid) AND status <> 'cancelled'
            """
        )
    }

    /// Whether another invoice of the subscription is unpaid and has stopped it.
    func isSuspendedByAnother(
        than invoice: ID<Invoice>,
        _ subscription: ID<Subscription>
    ) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM subscription_lines
            JOIN invoice_lines ON invoice_lines.id = invoice_line_id
            JOIN invoices ON invoices.id = invoice_lines.invoice_id
            JOIN dunning_steps ON dunning_steps.invoice_id = invoices.id
            WHERE subscription_id = \(subscription.uuid) AND invoices.id <> \(invoice.uuid)
                AND invoices.status = 'open' AND action = 'suspend' AND EXISTS (
                    SELECT FROM dunning_cases c
                    WHERE c.invoice_id = invoices.id AND c.closed_at IS NULL
                ) AND round = coalesce((
                    SELECT max(r.round) FROM dunning_restarts r WHERE r.invoice_id = invoices.id
                ), 1)
            """
        )
    }
}

extension PaymentRecord {
    /// What became of the charge of a saved card; nil when the bank was not asked, or its yes
    /// brought nothing for this invoice. A decline's code stands before its words.
    fileprivate var chargeOutcome: ChargeOutcome? {
        switch status {
        case .succeeded: .succeeded
        case .created, .open, .processing, .attention: .unknown
        case .cancelled, .returned, .reversed, .credited: nil
        case .failed, .expired: .declined(code: String((failure ?? "").prefix { $0 != ":" }))
        }
    }
}

extension DunningAction {
    /// The step as columns; nil for a retry, whose payment is its record.
    fileprivate var stored: (name: String, number: Int64)? {
        switch self {
        case .retry: nil
        case .remind(let number): ("remind", Int64(number))
        case .askToConfirm(let attempt): ("ask_to_confirm", attempt.seconds)
        case .askForCard(let attempt): ("ask_for_card", attempt.seconds)
        case .suspend: ("suspend", 0)
        case .giveNotice: ("give_notice", 0)
        case .terminate: ("terminate", 0)
        }
    }

    fileprivate init?(stored name: String, _ number: Int64) {
        switch name {
        case "remind": self = .remind(Int(number))
        case "ask_to_confirm": self = .askToConfirm(Instant(seconds: number))
        case "ask_for_card": self = .askForCard(Instant(seconds: number))
        case "suspend": self = .suspend
        case "give_notice": self = .giveNotice
        case "terminate": self = .terminate
        default: return nil
        }
    }
}
