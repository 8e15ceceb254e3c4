import Foundation

/// Which operation does the work of which kind of job.
enum JobHandlers {
    static func perform(_ job: LeasedJob, _ services: Services) async throws -> JobOutcome {
        switch job.kind {
        case .applyWebhook: try await StripeWebhooks(services).apply(job)
        case .settlePayment: try await Settlements(services).settle(job)
        case .pollPayments: try await Settlements(services).poll()
        case .fulfilItem: try await Fulfilment(services).deliver(job)
        case .undoOrder: try await OrderUndoing(services).undo(job)
        case .sendMail: try await Outbox(services).deliver(job)
        case .sendResetLink: try await Passwords(services).sendLink(job)
        case .provisionAccount: try await Provisioning(services).make(job)
        case .checkServers: try await ServerHealth(services).check()
        case .cleanUp: try await CleanUp(services).run()
        }
    }
}
