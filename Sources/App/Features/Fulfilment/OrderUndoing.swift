package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Undoes an order that cannot be delivered: what was made is taken back, the newest first, and the
/// money is returned.
///
/// A registered domain name cannot be given back to the registry; it stays the customer's, and its
/// step stays as it is. Each part may be repeated after a crash.
package struct OrderUndoing: Sendable {
    let services: Services

    package init(_ services: Services) { self.services = services }

    /// Begins to undo a paid order that needs attention.
    package func begin(_ order: ID<Order>, actor: Actor) async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let record = try session.lockOrder(order).orThrow(Problem.notFound)
            guard record.status == .attention else {
                throw Problem.conflict(
                    "order_not_undoable",
                    "Only an order that needs attention can be undone."
                )
            }
            guard try !session.isDisputed(order) else { throw Problem.paymentIsDisputed }
            try session.enqueue(
                NewJob(
                    .undoOrder,
                    payload: ["order": .string(order.text)],
                    dedupKey: order.text,
                    orderID: order
                ),
                ids: ids,
                now: now
            )
            try session.record(
                AuditEntry(actor, "order.undo", order, customer: record.customer),
                now: now
            )
        }
    }

    /// The job that undoes an order.
    func undo(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("order", of: Order.self)
        let (details, isBusy, isDisputed) = try await services.database.transaction(for: .system) {
            (
                try $0.details(of: id).orThrow(Problem.notFound), try $0.isBeingDelivered(id),
                try $0.isDisputed(id)
            )
        }
        // A step that ran when this began may have set the order going again; no other begins.
        guard details.order.status == .attention || details.order.status == .fulfilling else {
            return .done
        }
        if isBusy { return .later(seconds: 1, reason: "a step of the delivery is under way") }
        // What it holds can go back neither to the card nor as credit.
        if isDisputed { return .later(seconds: 3_600, reason: "a bank decides about a payment") }
        for item in details.items {
            if let outcome = try await settleName(of: item) { return outcome }
            if let outcome = try await removeAccount(of: item) { return outcome }
        }
        // Before what was billed ahead is given back as credit, and once more for what is billed
        // until then.
        if let outcome = try await returnLaterBills(of: id) { return outcome }
        for item in details.items { try await endLicense(of: item) }
        if let outcome = try await returnLaterBills(of: id) { return outcome }
        for item in details.items { try await returnRest(of: item) }
        let refunds = Refunds(services)
        if let outcome = try await refunds.refundOrder(id, reason: "The order was undone.") {
            return outcome
        }
        let now = services.clock.now
        let services = services
        try await services.database.transaction(for: .system) { session in
            try session.compensateSteps(of: id, now: now)
            try session.releaseDomains(of: id)
            try Credits.giveBack(details.order, session, services, now: now)
            try Coupons.release(of: id, session, now: now)
            try session.setStatus(.refunded, of: id, now: now)
            try session.record(
                AuditEntry(
                    .job(.undoOrder),
                    "order.undone",
                    id,
                    customer: details.order.customer
                ),
                now: now
            )
        }
        return .done
    }

    /// Learns what became of a name that the registrar may be at work on: one that it registers is
    /// the customer's and paid. Nil when that is known.
    private func settleName(of item: OrderItemRecord) async throws -> JobOutcome? {
        let isOnItsWay = try await services.database.transaction(for: .system) {
            try $0.isNameOnItsWay(of: item.id)
        }
        guard isOnItsWay else { return nil }
        switch try await DomainStep(services).run(item) {
        case .succeeded(let note):
            let now = services.clock.now
            try await services.database.transaction(for: .system) {
                try $0.setStep(
                    .domain,
                    item: item.id,
                    of: item.order,
                    to: .succeeded,
                    note,
                    now: now
                )
            }
            return nil
        case .waiting(let note, let seconds), .blocked(let note, let seconds):
            return .later(seconds: seconds, reason: note.staff)
        case .refused, .skipped: return nil
        }
    }

    /// Removes an item's account; nil when it is gone and the rest may follow.
    private func removeAccount(of item: OrderItemRecord) async throws -> JobOutcome? {
        let account = try await services.database.transaction(for: .system) {
            try $0.hostingAccount(ofItem: item.id)
        }
        guard let account else { return nil }
        let accounts = HostingAccounts(services)
        let actor = Actor.job(.undoOrder)
        if account.status == .provisioning {
            switch try await accounts.find(account, actor) {
            case .active: break
            case .unsettled(let seconds):
                return .later(seconds: seconds, reason: "the panel may still make the account")
            case .absent:
                try await accounts.refuse(account, "The order was undone.", actor)
                return nil
            }
        }
        do {
            try await accounts.delete(account.id, actor: actor, waitSeconds: 5)
            return nil
        } catch let problem as Problem where problem.status == 503 {
            return .later(seconds: 2, reason: "the panel is being asked to remove the account")
        } catch let problem as Problem where problem.status == 422 {
            return .dead(reason: problem.detail)
        }
    }

    private func endLicense(of item: OrderItemRecord) async throws {
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            if let license = try session.license(ofItem: item.id), license.status != .cancelled {
                try session.setStatus(.cancelled, of: license.id)
                try session.record(
                    AuditEntry(
                        .job(.undoOrder),
                        "license.cancel",
                        license.id,
                        customer: item.customer
                    ),
                    now: now
                )
            }
            if let subscription = try session.lockSubscription(ofItem: item.id) {
                try SubscriptionBilling.forfeit(subscription, session, services, now: now)
            }
        }
    }
}
