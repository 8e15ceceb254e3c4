import Core
import Cryptography
import Foundation
import Postgres
import Support
import Wire

/// Encrypts everything anew that is sealed by an older key than the one in use.
///
/// A row is read, opened, sealed and written while it is locked, some hundred in one transaction.
/// What is done stays done whenever it stops, and a second run finds nothing left.
package struct Resealing: Sendable {
    private static let batch = 200

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// What became of everything that was sealed by older keys.
    package struct Outcome: Sendable, Equatable {
        package var resealed = 0
        /// What none of the keys opens: the column of each, and how many.
        package var unopened: [String: Int] = [:]
    }

    /// Does all there is.
    package func run(actor: Actor) async throws -> Outcome {
        var outcome = Outcome()
        for place in SealedPlace.all { try await reseal(place, &outcome) }
        guard outcome != Outcome() else { return outcome }
        let now = services.clock.now
        let entry = AuditEntry(
            actor,
            "secrets.reseal",
            type: "settings",
            id: "secrets",
            after: [
                "resealed": .integer(Int64(outcome.resealed)),
                "unopened": .integer(Int64(outcome.unopened.values.reduce(0, +))),
            ]
        )
        try await services.database.transaction(for: .system) { try $0.record(entry, now: now) }
        return outcome
    }

    private func reseal(_ place: SealedPlace, _ outcome: inout Outcome) async throws {
        let keyring = services.keyring
        var last: String?
        while true {
            let after = last
            let (found, opened) = try await services.database.transaction(for: .system) { session in
                let found = try session.sealedByOlderKeys(
                    place,
                    than: keyring.mark,
                    after: after,
                    most: Resealing.batch
                )
                var opened = 0
                for row in found {
                    let context = place.context(row.id)
                    guard let plain = try? keyring.open(row.sealed, context: context) else {
                        continue
                    }
                    let sealed = try keyring.seal(plain, context: context)
                    try session.reseal(row, of: place, as: sealed)
                    opened += 1
                }
                return (found, opened)
            }
            outcome.resealed += opened
            if opened < found.count {
                outcome.unopened[place.name, default: 0] += found.count - opened
            }
            last = found.last?.id
            if found.count < Resealing.batch { return }
        }
    }
}

/// A column that holds sealed texts.
struct SealedPlace: Sendable {
    let table: String
    let column: String
    /// What names a row, as a text.
    let id: String
    /// What the text of a row is bound to.
    let context: @Sendable (String) -> String

    var name: String { "\(table).\(column)" }

    static let all = [
        rows("licenses", "key_sealed", LicenseRecord.context(of:)),
        rows("hosting_accounts", "password_sealed", HostingAccountRecord.passwordContext(of:)),
        rows("order_items", "domain_auth_code_sealed", OrderedDomain.context(of:)),
        rows("api_keys", "secret_sealed", APIKeyRecord.context(of:)),
        rows("servers", "api_key_sealed", ServerRecord.keyContext(of:)),
        rows("servers", "api_secret_sealed", ServerRecord.secretContext(of:)),
        rows("email_outbox", "body_text_sealed", OutboxMail.context(of:)),
        rows("email_outbox", "body_html_sealed", OutboxMail.context(of:)),
        SealedPlace(
            table: "idempotency_keys",
            column: "response_body",
            id: "actor || '.' || key",
            context: Idempotency.context(of:)
        ),
    ]

    private static func rows<Entity: Identified>(
        _ table: String,
        _ column: String,
        _ context: @escaping @Sendable (ID<Entity>) -> String
    ) -> SealedPlace {
        SealedPlace(table: table, column: column, id: "id::text") { id in
            UUID(uuidString: id).map { context(ID($0)) } ?? id
        }
    }
}

/// A sealed text and where it stands.
struct SealedRow: Sendable {
    let id: String
    /// Where the database keeps the row, which is locked.
    let place: String
    let sealed: String
}
