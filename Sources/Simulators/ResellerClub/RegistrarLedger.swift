import Foundation
import Wire

/// A customer of the reseller, as the registrar keeps it.
struct RegistrarCustomer: Codable, Sendable {
    let id: Int64
    let username: String
    let fields: [String: String]
}

/// A contact that names can be registered for.
struct RegistrarContact: Codable, Sendable {
    let id: Int64
    let customer: Int64
    let type: String
    let fields: [String: String]
}

/// A name and the order that stands for it.
struct RegistrarOrder: Codable, Sendable {
    enum Stage: String, Codable, Sendable { case active, queued, failed }

    let id: Int64
    let domain: String
    let customer: Int64
    var contacts: [String: Int64]
    var nameservers: [String]
    let createdAt: Date
    var expiresAt: Date
    /// `AddNewDomain`, `AddTransferDomain` or `RenewDomain`.
    var action: String
    var stage: Stage
    var actionID: Int64
    /// How often the order was looked at while it was queued.
    var looks = 0
    let secret: String

    var json: JSON {
        [
            "order_id": .integer(id), "domain": .string(domain),
            "customer_id": .integer(customer), "action": .string(action),
            "stage": .string(stage.rawValue),
            "nameservers": .array(nameservers.map { .string($0) }),
            "created_at": .string(createdAt.rfc3339Text),
            "expires_at": .string(expiresAt.rfc3339Text),
        ]
    }
}

/// Money taken from the reseller's balance.
struct RegistrarDebit: Codable, Sendable {
    let order: Int64
    let domain: String
    let action: String
    let years: Int
    let cents: Int64
    let at: Date

    var json: JSON {
        [
            "order_id": .integer(order), "domain": .string(domain), "action": .string(action),
            "years": .integer(Int64(years)), "amount_cents": .integer(cents), "currency": "USD",
            "at": .string(at.rfc3339Text),
        ]
    }
}

/// Everything the simulated registrar holds for one reseller.
struct RegistrarLedger: Codable, Sendable {
    var customers: [Int64: RegistrarCustomer] = [:]
    var contacts: [Int64: RegistrarContact] = [:]
    var orders: [Int64: RegistrarOrder] = [:]
    var debits: [RegistrarDebit] = []
    var balanceCents: Int64 = 1_000_000
    private var issued: Int64 = 0

    /// The next number of a row that begins somewhere.
    mutating func nextID(from start: Int64) -> Int64 {
        issued += 1
        return start + issued
    }

    /// The order of a name that is, or is becoming, ours.
    func order(of domain: String) -> RegistrarOrder? {
        orders.values.filter { $0.stage != .failed && $0.domain == domain }.max { $0.id < $1.id }
    }

    /// Looks at an order as the panel does: a queued one is carried out by the second look, or
    /// after an hour.
    mutating func look(at id: Int64, now: Date) -> RegistrarOrder? {
        guard var order = orders[id] else { return nil }
        if order.stage == .queued {
            order.looks += 1
            if order.looks >= 2 || now >= order.createdAt.addingTimeInterval(3_600) {
                order.stage = .active
            }
            orders[id] = order
        }
        return order
    }

    var state: JSON {
        [
            "balance_cents": .integer(balanceCents), "currency": "USD",
            "customers": .array(
                customers.values.sorted { $0.id < $1.id }.map {
                    ["customer_id": .integer($0.id), "username": .string($0.username)]
                }
            ),
            "contacts": .array(
                contacts.values.sorted { $0.id < $1.id }.map {
                    [
                        "contact_id": .integer($0.id), "customer_id": .integer($0.customer),
                        "type": .string($0.type), "city": .string($0.fields["city"] ?? ""),
                    ]
                }
            ),
            "domains": .array(orders.values.sorted { $0.id < $1.id }.map(\.json)),
            "charges": .array(debits.map(\.json)),
        ]
    }
}

extension Date {
    /// RFC 3339 in UTC.
    var rfc3339Text: String { formatted(.iso8601) }

    /// The same day so many years on.
    func adding(years: Int) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(byAdding: .year, value: years, to: self) ?? self
    }
}
