import Core
import Foundation
import Postgres
import Support
import Web

/// Tells the buyer how to log in, once.
struct WelcomeEmailStep {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        let services = services
        let now = services.clock.now
        let status = try await services.database.transaction(for: .system) { session in
            try OrderMails.sendWelcome(for: item, session, services, now: now)
            return try session.mailStatus(
                template: OrderMails.welcomeTemplate,
                causeID: item.id.text
            )
        }
        services.faults.reach(.welcomeStored)
        switch status {
        case .sent: return .succeeded(nil)
        case .failed: return .refused(StepNote("Your mail server refused our mail."))
        case .queued, .sending: return .waiting(StepNote("The mail is on its way."), seconds: 5)
        }
    }
}
