import Core
import Postgres

/// Lines of earlier invoices of which something is given back, each with what is left of it.
///
/// Whoever gives back holds the lock of the subscription, so that two documents do not give back
/// the same.
struct ReducedLines {
    private var lines: [BillingLineIdentity: CreditableLine] = [:]

    /// Finds what lines reduce; what was never billed is left out.
    init(of lines: [BillingLine], _ session: Session) throws {
        var left: [ID<Invoice>: Money] = [:]
        for identity in lines.compactMap(\.reduces?.line) where self.lines[identity] == nil {
            guard let billed = try session.billed(identity),
                let invoice = try session.invoice(billed.invoice),
                let line = try session.creditableLines(of: invoice)
                    .first(where: { $0.id == billed.line })
            else { continue }
            let most = try left[invoice.id] ?? session.leftToGiveBack(of: invoice.id)
            let part = line.within(most)
            // Several lines of one invoice share what is left of it.
            if part.remaining.isPositive { left[invoice.id] = most - part.remaining }
            self.lines[identity] = part
        }
    }

    subscript(_ line: BillingLineIdentity) -> CreditableLine? { lines[line] }
}
