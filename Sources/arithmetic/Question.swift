import Core
import Foundation
import Wire

/// One question, with readers for its parts.
struct Question {
    let json: JSON

    /// A part that is missing or of another kind.
    struct Unreadable: Error {
        let name: String
    }

    init(_ json: JSON) { self.json = json }

    func answer() throws -> JSON {
        switch try text("ask") {
        case "boundaries": try boundaries()
        case "scaled": try scaled()
        case "allocated": try allocated()
        case "owed": try owed()
        case "tax": try tax()
        case "bill": try bill()
        case "vat": vat(try text("number"))
        case let other: throw Unreadable(name: other)
        }
    }

    func text(_ name: String) throws -> String {
        guard let value = json[name]?.string else { throw Unreadable(name: name) }
        return value
    }

    func integer(_ name: String) throws -> Int64 {
        guard let value = json[name]?.integer else { throw Unreadable(name: name) }
        return value
    }

    func list(_ name: String) throws -> [Question] {
        guard let values = json[name]?.array else { throw Unreadable(name: name) }
        return values.map(Question.init)
    }

    func integers(_ name: String) throws -> [Int64] {
        try list(name).map {
            guard let value = $0.json.integer else { throw Unreadable(name: name) }
            return value
        }
    }

    func instant(_ name: String) throws -> Instant { Instant(seconds: try integer(name)) }

    func zone() throws -> BillingZone {
        guard let zone = BillingZone(try text("zone")) else { throw Unreadable(name: "zone") }
        return zone
    }

    func currency() throws -> Currency {
        guard let currency = Currency(try text("currency")) else {
            throw Unreadable(name: "currency")
        }
        return currency
    }

    func rounding() throws -> Rounding {
        guard let rounding = Rounding(rawValue: try text("rounding")) else {
            throw Unreadable(name: "rounding")
        }
        return rounding
    }

    func cycle() throws -> BillingCycle {
        guard let cycle = BillingCycle(rawValue: try text("cycle")) else {
            throw Unreadable(name: "cycle")
        }
        return cycle
    }
}

extension JSON {
    init(_ integers: [Int64]) { self = .array(integers.map { .integer($0) }) }
}
