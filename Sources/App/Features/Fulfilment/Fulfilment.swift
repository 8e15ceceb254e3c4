package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Delivers what was paid, one step after another, each stored before the next begins.
///
/// A step may be run again at any time, after a crash between any two lines of it, so each first
/// looks at what it has stored and what the other side has.
package struct Fulfilment: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// How one run of a step ended.
    enum StepResult: Sendable {
        case succeeded(StepNote?)
        /// There was nothing to do, for this reason.
        case skipped(StepNote)
        /// It waits for the other side.
        case waiting(StepNote, seconds: Double)
        /// It waits for staff, who are told; it goes on by itself when the cause is gone.
        case blocked(StepNote, seconds: Double)
        /// It cannot be delivered as it was ordered.
        case refused(StepNote)
    }

    /// The job that delivers one thing of an order.
    func deliver(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("item", of: OrderItem.self)
        let item = try await services.database.transaction(for: .system) {
            try $0.item(id).orThrow(Problem.notFound)
        }
        for name in StepName.ofItem {
            let status = try await status(of: name, item)
            if status.isDone { continue }
            guard status != .failed, status != .compensated else {
                return .dead(reason: "step \(name.rawValue) is \(status.rawValue)")
            }
            // What is made while an order is undone would be left over.
            if try await isBeingUndone(item.order) {
                return .later(seconds: 60, reason: "the order is being undone")
            }
            if let outcome = try await advance(name, item, job) { return outcome }
        }
        return .done
    }

    /// Tries everything of an order that failed, or that waits, again now.
    package func retry(_ order: ID<Order>, actor: Actor) async throws {
        let now = services.clock.now
        let ids = services.ids
        try await services.database.transaction(for: .system) { session in
            let record = try session.lockOrder(order).orThrow(Problem.notFound)
            guard record.status == .attention || record.status == .fulfilling else {
                throw Problem.conflict("nothing_to_retry", "Nothing of this order waits or failed.")
            }
            try Fulfilment.reopen(order, session, ids: ids, now: now)
            try session.record(
                AuditEntry(actor, "order.retry", order, customer: record.customer),
                now: now
            )
        }
    }

    /// Sets everything of an order that failed, or that waits, going again.
    ///
    /// - Throws: a conflict when the order is being undone.
    static func reopen(
        _ order: ID<Order>,
        _ session: Session,
        ids: IDSource,
        now: Date
    ) throws {
        guard try !session.isBeingUndone(order) else {
            throw Problem.conflict("order_being_undone", "The order is being undone.")
        }
        try session.reopenSteps(of: order, now: now)
        try session.retryJobs(of: order, now: now)
        let items = try session.items(of: order)
        let causes = [order.text] + items.map(\.id.text)
        for mail in try session.reopenFailedMails(causes: causes) {
            try session.enqueue(.sending(mail), ids: ids, now: now)
        }
        for item in items {
            try session.enqueue(.delivering(item), ids: ids, now: now)
        }
        try session.updateStatus(of: order, now: now)
    }

    /// Runs one step; nil when it is done and the next may begin.
    private func advance(
        _ name: StepName,
        _ item: OrderItemRecord,
        _ job: LeasedJob
    ) async throws -> JobOutcome? {
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.startStep(name, item: item.id, now: now)
        }
        do {
            return try await store(try await run(name, item), of: name, item)
        } catch let failure as RemoteFailure where failure.isTemporary && !job.isLastAttempt {
            let note = StepNote(staff: failure.detail, .isLate)
            try await set(name, item, to: .pending, note, blocked: false)
            throw failure
        } catch let failure as RemoteFailure {
            let note = StepNote(staff: failure.detail, .needsHelp)
            try await set(name, item, to: .failed, note, blocked: false)
            return .dead(reason: note.staff)
        }
    }

    /// Marks the step failed that a delivery was at when its last attempt came to nothing.
    static func giveUp(_ job: LeasedJob, _ session: Session, now: Date) throws {
        let id = try job.id("item", of: OrderItem.self)
        guard let item = try session.item(id) else { return }
        let open = try session.steps(of: item.order).first { $0.item == id && !$0.status.isDone }
        guard let open, open.status != .failed, open.status != .compensated else { return }
        let detail = "It was tried \(job.begun) times without success."
        let note = StepNote(staff: detail, .needsHelp)
        try set(open.name, item, to: .failed, note, blocked: false, session, now: now)
    }

    private func run(_ name: StepName, _ item: OrderItemRecord) async throws -> StepResult {
        switch name {
        case .payment: .succeeded(nil)
        case .license: try await LicenseStep(services).run(item)
        case .domain: try await DomainStep(services).run(item)
        case .hostingAccount: try await HostingAccountStep(services).run(item)
        case .panelLicense: try await PanelLicenseStep(services).run(item)
        case .welcomeEmail: try await WelcomeEmailStep(services).run(item)
        }
    }

    private func store(
        _ result: StepResult,
        of name: StepName,
        _ item: OrderItemRecord
    ) async throws -> JobOutcome? {
        switch result {
        case .succeeded(let note):
            try await set(name, item, to: .succeeded, note, blocked: false)
            return nil
        case .skipped(let note):
            try await set(name, item, to: .skipped, note, blocked: false)
            return nil
        case .waiting(let note, let seconds):
            try await set(name, item, to: .running, note, blocked: false)
            return .later(seconds: seconds, reason: note.staff)
        case .blocked(let note, let seconds):
            try await set(name, item, to: .pending, note, blocked: true)
            return .later(seconds: seconds, reason: note.staff)
        case .refused(let note):
            try await set(name, item, to: .failed, note, blocked: false)
            return .dead(reason: note.staff)
        }
    }

    private func isBeingUndone(_ order: ID<Order>) async throws -> Bool {
        try await services.database.transaction(for: .system) { try $0.isBeingUndone(order) }
    }

    private func status(of name: StepName, _ item: OrderItemRecord) async throws -> StepStatus {
        try await services.database.transaction(for: .system) { session in
            try session.steps(of: item.order)
                .first { $0.item == item.id && $0.name == name }
                .orThrow(Problem.notFound).status
        }
    }

    /// Stores how a step stands and, with it, how the order does.
    private func set(
        _ name: StepName,
        _ item: OrderItemRecord,
        to status: StepStatus,
        _ note: StepNote?,
        blocked: Bool
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try Fulfilment.set(
                name,
                item,
                to: status,
                note,
                blocked: blocked,
                session,
                now: now
            )
        }
    }

    private static func set(
        _ name: StepName,
        _ item: OrderItemRecord,
        to status: StepStatus,
        _ note: StepNote?,
        blocked: Bool,
        _ session: Session,
        now: Date
    ) throws {
        let before = try session.lockOrder(item.order).orThrow(Problem.notFound).status
        try session.setStep(
            name,
            item: item.id,
            of: item.order,
            to: status,
            note,
            now: now
        )
        if blocked, !before.isFinal {
            try session.setStatus(.attention, of: item.order, now: now)
        } else {
            try session.updateStatus(of: item.order, now: now)
        }
        if status == .failed {
            let what: JSON = ["step": .string(name.rawValue), "detail": .string(note?.staff ?? "")]
            try record("order.step_failed", item, after: what, session, now: now)
        }
        if try session.order(item.order)?.status == .completed, before != .completed {
            try record("order.complete", item, session, now: now)
        }
    }

    private static func record(
        _ action: String,
        _ item: OrderItemRecord,
        after: JSON? = nil,
        _ session: Session,
        now: Date
    ) throws {
        try session.record(
            AuditEntry(
                .job(.fulfilItem),
                action,
                item.order,
                customer: item.customer,
                after: after
            ),
            now: now
        )
    }
}

extension Session {
    /// Derives a paid order's status from its steps; one that was undone stays so.
    func updateStatus(of order: ID<Order>, now: Date) throws {
        guard let record = try self.order(order), !record.status.isFinal else { return }
        try setStatus(OrderStatus(steps: try steps(of: order).map(\.status)), of: order, now: now)
    }
}

extension RemoteFailure {
    /// What staff are told of a failure; it may quote the other side.
    var detail: String {
        switch self {
        case .refused(_, let message): "Refused: \(message)"
        case .declined(_, let message): "Declined: \(message)"
        case .unauthorized(let message): "Our account there was not accepted: \(message)"
        case .limited: "The other side asks to slow down; it is tried again."
        case .notSent: "The other side could not be reached; it is tried again."
        case .unknown: "No answer came; what became of it is looked up."
        }
    }
}
