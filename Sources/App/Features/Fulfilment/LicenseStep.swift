import Core
import Cryptography
import Postgres
import Support
import Web
import Wire

/// Gives the buyer a licence key.
struct LicenseStep {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        services.faults.reach(.licenseStarted)
        let now = services.clock.now
        let id = ID<License>(services.ids.next())
        let key = LicenseKey(randomBytes: randomBytes(10))
        let sealed = try services.keyring.seal(key.text, context: LicenseRecord.context(of: id))
        let hint = try await services.database.transaction(for: .system) { session in
            let subscription = try session.lockSubscription(ofItem: item.id)
                .orThrow(Problem.notFound)
            let hint = try session.storeLicense(
                id,
                key: key,
                sealed: sealed,
                for: item,
                subscription: subscription,
                now: now
            )
            // A step that is run again finds the licence that was made before.
            if hint == key.hint {
                if subscription.isChanged(since: item) {
                    try session.setLicenseQuotas(of: subscription.id)
                }
                try session.record(
                    AuditEntry(
                        .job(.fulfilItem),
                        "license.issue",
                        id,
                        customer: item.customer,
                        after: ["key": .string(LicenseKey.masked(hint: hint))]
                    ),
                    now: now
                )
            }
            return hint
        }
        services.faults.reach(.licenseStored)
        return .succeeded(StepNote(.license(hint: hint)))
    }
}
