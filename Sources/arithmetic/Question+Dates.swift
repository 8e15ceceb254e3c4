import Core
import Foundation
import Wire

extension Question {
    /// The boundaries so many months after an anchor.
    func boundaries() throws -> JSON {
        let anchor = BillingAnchor(try instant("anchor"), in: try zone())
        return JSON(try integers("months").map { anchor.boundary(months: Int($0)).seconds })
    }

    /// The lines that a history of events owes.
    func owed() throws -> JSON {
        let id = ID<Subscription>(UUID(uuid: (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)))
        let events = try list("events").enumerated().map { index, event in
            SubscriptionEvent(number: index + 1, at: try event.instant("at"), try event.event())
        }
        let lines = try SubscriptionHistory(id, events).owed(at: try instant("at"))
        return .array(
            lines.map { line in
                [
                    "kind": .string(line.identity.kind.rawValue),
                    "from": .integer(line.span.from.seconds),
                    "to": .integer(line.span.to.seconds),
                    "amount": .integer(line.amount.minorUnits),
                ]
            }
        )
    }

    private func event() throws -> SubscriptionEvent.Kind {
        switch try text("kind") {
        case "started": .started(try terms(), zone: try zone())
        case "reactivated": .reactivated(try terms(), zone: try zone())
        case "changed at once": .changed(try terms(), .atOnce)
        case "changed at period end": .changed(try terms(), .atPeriodEnd)
        case "cancelled at once": .cancelled(.atOnce(unused: .credited))
        case "cancelled at period end": .cancelled(.atPeriodEnd)
        case "repriced":
            .repriced(
                unitPrice: Money(minorUnits: try integer("price"), try currency()),
                price: Question.price,
                from: try instant("from")
            )
        case let other: throw Unreadable(name: other)
        }
    }

    private static let price = ID<Price>(
        UUID(uuid: (3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
    )

    private func terms() throws -> SubscriptionTerms {
        let plan = UInt8(truncatingIfNeeded: try integer("plan"))
        return try SubscriptionTerms(
            plan: ID(UUID(uuid: (2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, plan))),
            price: Question.price,
            unitPrice: Money(minorUnits: try integer("price"), try currency()),
            quantity: try integer("quantity"),
            cycle: try cycle()
        )
    }
}
