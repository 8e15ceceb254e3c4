import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web

/// Hands the licence key and its limits to the account's panel.
struct PanelLicenseStep {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        let (account, license) = try await services.database.transaction(for: .system) {
            (
                try $0.hostingAccount(ofItem: item.id).orThrow(Problem.notFound),
                try $0.license(ofItem: item.id).orThrow(Problem.notFound)
            )
        }
        // Told twice, a panel has the same licence as told once.
        let answer = try await services.panel.provisionLicense(
            PanelLicenseGrant(license, account, services.keyring),
            on: try await HostingAccounts(services).panelServer(account.server)
        )
        services.faults.reach(.panelLicenseSent)
        try await services.database.transaction(for: .system) {
            try $0.setPanelLicense(
                answer == .accepted ? "accepted" : "not_supported",
                of: account.id
            )
        }
        services.faults.reach(.panelLicenseStored)
        switch answer {
        case .accepted: return .succeeded(nil)
        case .notSupported:
            return .skipped(StepNote("This server's panel does not take licences by itself."))
        }
    }
}
