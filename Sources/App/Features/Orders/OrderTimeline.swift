import Core
import Markup

/// How an order's delivery goes on; the part of its page that is drawn anew while it does.
struct OrderTimeline: View {
    let details: OrderDetails
    /// Staff see how often a step was tried, and no words that are for customers.
    var isForStaff = false

    private var order: OrderRecord { details.order }

    var body: HTML {
        Card("Progress") {
            div(.classes("stack")) {
                if !isForStaff, let notice { notice }
                if let only = details.items.first, details.items.count == 1 {
                    Timeline(shared + rows(of: only))
                } else {
                    Timeline(shared)
                    for item in details.items { group(item) }
                }
            }
        } actions: {
            order.status.badge
        }
    }

    private var notice: Notice? {
        switch order.status {
        case .pending:
            Notice(.info) { "We wait for your payment. As soon as it arrives, we begin." }
        case .attention:
            Notice(.warning, "One step needs our help") {
                p { "Our staff have been told and take care of it. You need not do anything." }
            }
        case .completed: Notice(.success) { "All is set up. The details are in your mail too." }
        case .cancelled: Notice(.neutral) { "This order was cancelled. Nothing was charged." }
        case .refunded: Notice(.neutral) { "This order was undone and your money sent back." }
        case .paid, .fulfilling: nil
        }
    }

    /// The steps of the whole order: its placing and its payment.
    private var shared: [Timeline.Item] {
        [Timeline.Item("Order placed", at: order.createdAt)]
            + (details.steps.filter { $0.item == nil }.map(row).nonEmpty ?? [payment])
    }

    /// The payment before there is a step of it.
    private var payment: Timeline.Item {
        switch order.status {
        case .pending: Timeline.Item(StepName.payment.label, .running, detail: "Awaited")
        case .cancelled: Timeline.Item(StepName.payment.label, .skipped)
        default: Timeline.Item(StepName.payment.label, .done, at: order.paidAt)
        }
    }

    @HTMLBuilder private func group(_ item: OrderItemRecord) -> HTML {
        if order.status != .cancelled {
            div {
                h3(.classes("timeline-group")) { item.label }
                Timeline(rows(of: item))
            }
        }
    }

    private func rows(of item: OrderItemRecord) -> [Timeline.Item] {
        guard order.status != .cancelled else { return [] }
        let stored = details.steps.filter { $0.item == item.id }
        return stored.map(row).nonEmpty ?? waiting(item)
    }

    /// What will be done, before it has begun.
    private func waiting(_ item: OrderItemRecord) -> [Timeline.Item] {
        StepName.ofItem.filter { $0 != .domain || item.domain != nil }
            .map { Timeline.Item($0.label, .waiting) }
    }

    private func row(_ step: StepRecord) -> Timeline.Item {
        Timeline.Item(
            step.name.label,
            step.status.mark,
            detail: isForStaff ? step.detailForStaff : step.buyerNote,
            at: step.finishedAt ?? (step.status == .running ? step.startedAt : nil)
        )
    }
}

extension StepRecord {
    /// The detail with how often the step was tried, when that was more than once.
    fileprivate var detailForStaff: String? {
        let tries = attempts > 1 ? "Tried \(attempts) times." : nil
        let parts = [detail, tries].compactMap { $0 }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }
}

extension Array {
    fileprivate var nonEmpty: Self? { isEmpty ? nil : self }
}
