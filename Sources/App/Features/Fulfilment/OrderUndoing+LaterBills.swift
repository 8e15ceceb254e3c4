import Core
import Foundation
import Postgres
import Support
import Web

// An order may be undone after its subscriptions were billed again.
extension OrderUndoing {
    /// Gives back what later bills charged for what the order sold: what cards have paid to these
    /// cards, all else as credit. What is due of it is not asked for any more.
    ///
    /// - Returns: nil when that is done, and when to come again for a bill that is being paid.
    func returnLaterBills(of order: ID<Order>) async throws -> JobOutcome? {
        let bills = try await services.database.transaction(for: .system) {
            try $0.laterBills(of: order)
        }
        do {
            for bill in bills {
                try await giveBack(bill, of: order, toCards: true)
                try await giveBack(bill, of: order, toCards: false)
            }
        } catch let problem as Problem where problem == .invoiceIsBeingPaid {
            return .later(seconds: 3_600, reason: "a later bill is being paid")
        } catch let failure as RemoteFailure where failure.isTemporary {
            return .later(seconds: 600, reason: "a payment of a later bill: \(failure)")
        }
        return nil
    }

    /// Gives back as credit what is left of later bills after that: a change of plan gives back
    /// what an earlier bill charged by asking for less, and neither that bill's payment nor its own
    /// has this money any more.
    func returnRest(of item: OrderItemRecord) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let subscription = try session.lockSubscription(ofItem: item.id) else { return }
            let own = try session.invoice(ofOrder: item.order)?.id
            let lines = SubscriptionHistory.takingBack(
                try session.billedLines(of: subscription.id, since: Date(timeIntervalSince1970: 0)),
                at: Instant(now)
            )
            let later = try lines.filter { try session.billed($0.identity)?.invoice != own }
            let reduced = try ReducedLines(of: later, session)
            let left = later.filter { reduced[$0.identity]?.remaining.isPositive == true }
            try SubscriptionInvoices.issue(
                try left.map { line in
                    let name = try session.planName(line.terms.plan)
                    return BilledLine(line: line, planName: name, isLast: true)
                },
                for: subscription.customer,
                session,
                services,
                now: now
            )
        }
    }

    private func giveBack(
        _ bill: ID<Invoice>,
        of order: ID<Order>,
        toCards: Bool
    ) async throws {
        let lines: [(line: ID<InvoiceLine>, amount: Money)]
        lines = try await services.database.transaction(for: .system) { session in
            let invoice = try session.invoice(bill).orThrow(Problem.notFound)
            let all = try session.creditableLines(of: invoice)
            let sold = try session.lines(of: bill, soldBy: order)
            var paid = try session.notGivenBack(of: bill)
            if toCards {
                let cards = try session.paidByCards(invoice)
                guard cards.isPositive else { return [] }
                if cards.minorUnits < paid.minorUnits { paid = cards }
            }
            let asked = invoice.due + (paid.isPositive ? paid : .zero(paid.currency))
            let left = CreditNotes.left(of: invoice, all)
            let most = left.minorUnits < asked.minorUnits ? left : asked
            return CreditNotes.all(of: all.filter { sold.contains($0.id) }, most)
        }
        guard !lines.isEmpty else { return }
        _ = try await CreditNotes(services).issue(
            CreditNotes.Wish(
                lines: lines.map { ($0.line, $0.amount) },
                reason: "The order was undone.",
                isRefunded: toCards,
                key: "undo-\(order.text)-\(toCards ? "cards" : "credit")"
            ),
            for: bill,
            actor: .job(.undoOrder)
        )
    }
}

extension Session {
    /// What may go back to the cards that have paid an invoice; nothing where it was paid another
    /// way as well, because nobody knows which of it is asked back, or where a bank took a part.
    fileprivate func paidByCards(_ invoice: InvoiceRecord) throws -> Money {
        let payments = try payments(of: invoice.id).filter { $0.status == .succeeded }
        guard try payments.allSatisfy({ try $0.channel == .stripe && !isChargedBack($0.id) }) else {
            return .zero(invoice.total.currency)
        }
        return try payments.map { try refundable($0).remaining }.sum(invoice.total.currency)
    }
}
