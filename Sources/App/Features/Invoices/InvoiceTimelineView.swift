import Core
import Foundation
import Markup

/// What happened to an invoice, and what comes next.
struct InvoiceTimelineCard: View {
    let invoice: InvoiceRecord
    let events: [InvoiceEvent]
    /// Whether a card of its own says what comes next.
    let isDunned: Bool
    /// Staff read what the processor said, too.
    var isForStaff = false

    var body: HTML {
        Card("History") { Timeline(past + future) }
    }

    private var past: [Timeline.Item] {
        events.map { event in
            Timeline.Item(
                text(of: event),
                event.mark,
                detail: detail(of: event),
                at: event.at
            )
        }
    }

    private var future: [Timeline.Item] {
        guard invoice.status == .open, invoice.due.isPositive, !isDunned else { return [] }
        return [Timeline.Item("\(invoice.due.label) is due", .waiting, at: invoice.dueAt)]
    }

    private func text(of event: InvoiceEvent) -> String {
        let amount = event.amount.map { " of \($0.label)" } ?? ""
        return switch event.kind {
        case .written: "Written"
        case .issued: "Issued"
        case .mailed: "Mailed: \(event.detail)"
        case .paymentBegun: "Payment\(amount) begun"
        case .paymentSucceeded: "Payment\(amount) received"
        case .paymentFailed: "Payment\(amount) did not go through"
        case .paymentParked: "Payment\(amount) is being looked at"
        case .creditSpent: "Credit\(amount) used"
        case .credited: "Credit note \(event.detail)\(amount)"
        case .refunded: "Refund\(amount)"
        case .paid: "Paid in full"
        case .void: "Cancelled"
        case .givenUp: "Given up"
        case .dunningRestarted: "A payment was taken back. Reminders are counted anew from here"
        case .dunned: InvoiceTimelineCard.steps[event.detail] ?? "Reminded"
        }
    }

    private func detail(of event: InvoiceEvent) -> String? {
        switch event.kind {
        case .refunded:
            ["succeeded": "It has reached you.", "failed": "It did not go through."][event.detail]
                ?? "It is on its way."
        case .paymentFailed, .paymentParked, .void:
            isForStaff && !event.detail.isEmpty ? event.detail : nil
        default: nil
        }
    }

    private static let steps = [
        "remind": "Reminded by mail", "ask_to_confirm": "Asked to confirm the payment",
        "ask_for_card": "Asked for another card", "suspend": "Service suspended",
        "give_notice": "Notice of the end given", "terminate": "Service ended",
    ]
}

extension InvoiceEvent {
    fileprivate var mark: Timeline.Mark {
        switch kind {
        case .paymentFailed, .givenUp: .failed
        case .paymentBegun: .running
        case .paymentParked, .void, .dunningRestarted: .undone
        case .refunded: detail == "failed" ? .failed : detail == "succeeded" ? .done : .running
        default: .done
        }
    }
}
