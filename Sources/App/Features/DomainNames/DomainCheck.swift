package import Core
import Foundation
import Postgres
import Support

/// Tells of given names which can be had and what they cost.
package struct DomainCheck: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// How many names may be asked for at once.
    package static let mostNames = 20

    /// What is known of a name.
    package struct Finding: Sendable, Equatable {
        package enum Status: String, Sendable, CaseIterable {
            case available, taken
            /// The registrar does not say, or does not answer; asking later may help.
            case unknown
            /// Names of this ending are not sold here.
            case notSold = "not_sold"
        }

        package let name: DomainName
        package let status: Status
        /// For the first year; nil when the name is not sold.
        package let price: Money?
        /// For each further year.
        package let renewalPrice: Money?

        /// Whether the name can be had; nil when nobody knows.
        package var isAvailable: Bool? {
            switch status {
            case .available: true
            case .taken, .notSold: false
            case .unknown: nil
            }
        }
    }

    /// What is known of names, in their order; a name given twice is answered once.
    ///
    /// A registrar that does not answer leaves its names unknown.
    package func check(_ names: [DomainName]) async throws -> [Finding] {
        var seen: Set<DomainName> = []
        let names = names.filter { seen.insert($0).inserted }
        let currency = services.configuration.currency
        let (prices, ours) = try await services.database.transaction(for: .system) {
            (try $0.searchPrices(currency: currency), try $0.liveDomains(among: names))
        }
        let asked = names.filter { prices[$0.ending] != nil && !ours.contains($0) }
        let answers =
            asked.isEmpty ? [:] : await DomainSearch(services).availability(of: asked) ?? [:]
        return names.map { name in
            guard let price = prices[name.ending] else {
                return Finding(name: name, status: .notSold, price: nil, renewalPrice: nil)
            }
            return Finding(
                name: name,
                status: ours.contains(name) ? .taken : Finding.Status(answers[name] ?? .unknown),
                price: price.registration,
                renewalPrice: price.renewal
            )
        }
    }
}

extension DomainCheck.Finding.Status {
    fileprivate init(_ availability: DomainAvailability) {
        self =
            switch availability {
            case .available: .available
            case .taken: .taken
            case .unknown: .unknown
            }
    }
}
