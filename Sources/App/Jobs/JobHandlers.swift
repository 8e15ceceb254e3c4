import Foundation
import Postgres

/// Which operation does the work of which kind of job.
enum JobHandlers {
    static func perform(_ job: LeasedJob, _ services: Services) async throws -> JobOutcome {
        switch job.kind {
        case .applyWebhook: try await StripeWebhooks(services).apply(job)
        case .settlePayment: try await Settlements(services).settle(job)
        case .pollPayments: try await Settlements(services).poll()
        case .returnPayment: try await Refunds(services).returnPayment(job)
        case .refundPayment: try await Refunds(services).refundPayment(job)
        case .learnFee: try await Fees(services).learn(job)
        case .reconcile: try await Reconciliations(services).run(job)
        case .collectInvoice: try await Collections(services).collect(job)
        case .warnOfCards: try await CardWarnings(services).send()
        case .learnCards: try await PaymentMethods(services).learn(job)
        case .forgetCard: try await PaymentMethods(services).forget(job)
        case .settleCredits: try await Credits(services).settle()
        case .runDunning: try await Dunning(services).run()
        case .billSubscriptions: try await Renewals(services).bill()
        case .giveUpOrders: try await AbandonedOrders(services).giveUp()
        case .repriceSubscriptions: try await Repricings(services).perform(job)
        case .fulfilItem: try await Fulfilment(services).deliver(job)
        case .undoOrder: try await OrderUndoing(services).undo(job)
        case .sendMail: try await Outbox(services).deliver(job)
        case .sendResetLink: try await Passwords(services).sendLink(job)
        case .provisionAccount: try await Provisioning(services).make(job)
        case .changeAccount: try await HostingAccounts(services).fulfilWishes(job)
        case .tellPlan: try await PlanTelling(services).perform(job)
        case .reconcileAccounts: try await AccountReconciliation(services).run()
        case .removeAccounts: try await AccountRemovals(services).run()
        case .checkServers: try await ServerHealth(services).check()
        case .checkVATNumber: try await VATNumbers(services).check(job)
        case .recheckVATNumbers: try await VATNumbers(services).recheck()
        case .learnDomainCost: try await DomainCosts(services).learn(job)
        case .earnRevenue: try await RevenueRecognition(services).run()
        case .cleanUp: try await CleanUp(services).run()
        case .verify: try await Verifications(services).run()
        }
    }

    /// Shows at what a job was about that nobody works on it any more, in the transaction that ends
    /// the job.
    static func giveUp(_ job: LeasedJob, _ session: Session, now: Date) throws {
        switch job.kind {
        case .fulfilItem: try Fulfilment.giveUp(job, session, now: now)
        case .sendMail: try Outbox.giveUp(job, session, now: now)
        case .changeAccount: try HostingAccounts.giveUp(job, session, now: now)
        case .applyWebhook, .settlePayment, .pollPayments, .returnPayment, .undoOrder,
            .sendResetLink, .provisionAccount, .checkServers, .cleanUp, .collectInvoice,
            .warnOfCards, .learnCards, .billSubscriptions, .runDunning, .verify, .settleCredits,
            .refundPayment, .giveUpOrders, .learnFee, .reconcile, .checkVATNumber,
            .recheckVATNumbers, .repriceSubscriptions, .tellPlan, .reconcileAccounts,
            .removeAccounts, .learnDomainCost, .earnRevenue, .forgetCard:
            // The job itself is what staff see, or the next turn does the same.
            break
        }
    }
}
