import Core
import Foundation
import InternetNames
import Support

/// The search for names that are free to register.
struct DomainSearch: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// What a search has found.
    struct Results: Sendable {
        struct Found: Sendable {
            let name: DomainName
            let availability: DomainAvailability
            /// What it is sold for.
            let offer: EndingOffer
        }

        /// Best match first; none where no names are sold in a currency.
        let found: [Found]
        /// The typed ending, when it is none that we sell.
        let unsoldEnding: String?
        /// Whether the registrar gave no answer, so that nothing is known to be free.
        let isUnanswered: Bool
    }

    /// Looks for a name with each ending that we sell, the typed one first; nil when what was typed
    /// cannot be a name.
    func search(_ typed: String, in currency: Currency) async throws -> Results? {
        guard let wanted = DomainSearch.wanted(typed) else { return nil }
        let offers = try await services.database.transaction(for: .system) {
            try $0.endingOffers(currency: currency)
        }
        let isSold = offers.contains { $0.ending == wanted.ending }
        let sorted =
            offers.filter { $0.ending == wanted.ending }
            + offers.filter { $0.ending != wanted.ending }
        let candidates = sorted.compactMap { offer in
            DomainName(ascii: "\(wanted.label).\(offer.ending)").map { ($0, offer) }
        }
        guard !offers.isEmpty else {
            return Results(found: [], unsoldEnding: nil, isUnanswered: false)
        }
        guard !candidates.isEmpty else { return nil }
        let answers = await availability(of: candidates.map(\.0))
        return Results(
            found: candidates.map { name, offer in
                Results.Found(name: name, availability: answers?[name] ?? .unknown, offer: offer)
            },
            unsoldEnding: isSold ? nil : wanted.ending.map { InternetName.unicode($0) },
            isUnanswered: answers == nil
        )
    }

    /// Whether one name is free; unknown when the registrar does not answer.
    func availability(of name: DomainName) async -> DomainAvailability {
        await availability(of: [name])?[name] ?? .unknown
    }

    /// The registrar's answer; nil when there is none in the time that somebody waits for a page.
    func availability(
        of names: [DomainName]
    ) async -> [DomainName: DomainAvailability]? {
        let registrar = services.registrar
        do {
            return try await withDeadline(seconds: DomainSearch.patienceSeconds) {
                try await registrar.availability(of: names)
            }
        } catch {
            services.log.warning(
                "the registrar did not say which names are free",
                ["error": "\(error)"]
            )
            return nil
        }
    }

    private static let patienceSeconds = 8.0

    /// The label that was typed, and its ending when there was one: what people paste is an address
    /// more often than a name.
    private static func wanted(_ typed: String) -> (label: String, ending: String?)? {
        var text = typed.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        for start in ["https://", "http://", "www."] where text.hasPrefix(start) {
            text.removeFirst(start.count)
        }
        text = String(text.prefix { $0 != "/" && $0 != "?" })
            .split(separator: " ").joined(separator: "-")
        let parts = text.split(separator: ".", maxSplits: 1)
        guard let first = parts.first, text.utf8.count <= 253,
            let label = InternetName.ascii("\(first).com").map({ String($0.dropLast(4)) })
        else { return nil }
        guard parts.count > 1 else { return (label, nil) }
        return (label, InternetName.ascii("a.\(parts[1])").map { String($0.dropFirst(2)) })
    }
}
