import Core
import Markup
import Web

/// What went back of what was paid for an invoice, to whoever paid it.
struct InvoiceRefunds: View {
    let refunds: [RefundRecord]

    /// One that never left, and that staff have seen to, was a matter between the processor and us.
    private var shown: [RefundRecord] {
        refunds.filter { $0.status != .failed || $0.succeededAt != nil || $0.needsAttention }
    }

    var body: HTML {
        if !shown.isEmpty {
            Card("Refunds", isFlush: true) {
                DataTable(
                    "Refunds",
                    ["Date", "Status", .number("Amount")],
                    shown.map { refund in
                        DataTable.Row {
                            Moment(day: refund.succeededAt ?? refund.createdAt)
                            Badge(refund: refund)
                            Amount(refund.amount, showsCode: true)
                        }
                    }
                )
            }
        }
    }
}

extension Badge {
    /// How a refund stands, to the payer.
    fileprivate init(refund: RefundRecord) {
        switch refund.status {
        case .succeeded: self.init("Sent back", .success)
        case .created, .pending: self.init("On its way", .info)
        case .failed where refund.needsAttention:
            self.init("Delayed: our staff see to it", .warning)
        case .failed: self.init("Did not arrive", .warning)
        }
    }
}
