import Core
import Cryptography
import Foundation
import Postgres
import Support
import Web
import Wire

/// Registers or transfers the domain name of an order's item.
///
/// A registration costs money and registrars take no idempotency key. So it is stored as on its way
/// before it is sent, and one that was on its way when something broke is looked up; it is sent
/// again only when the registrar has said, a while later, that the name is not ours.
struct DomainStep {
    private let services: Services

    init(_ services: Services) { self.services = services }

    func run(_ item: OrderItemRecord) async throws -> Fulfilment.StepResult {
        guard let ordered = item.domain else { return .skipped(StepNote("No domain was ordered.")) }
        guard let domain = try await claim(ordered, for: item) else {
            return .refused(StepNote(.isTaken(ordered.name)))
        }
        switch domain.status {
        case .active where domain.kind == .own:
            return .succeeded(StepNote(.ownName(domain.name)))
        case .active: return .succeeded(StepNote(.name(domain.name)))
        case .failed, .expired, .cancelled:
            let detail = "\(domain.name) is \(domain.status.rawValue)."
            return .refused(StepNote(staff: detail, .needsHelp))
        case .pending: break
        }
        let registrant = try await Registrants(services).identifiers(
            of: item.customer,
            for: domain.name
        )
        let operation = try await open(ordered, domain, registrant)
        services.faults.reach(.domainIntentStored)
        switch operation.status {
        case .queued: return try await send(operation, ordered, domain, registrant, item)
        case .sent, .unknown: return try await lookUp(operation, domain)
        case .pending: return try await poll(operation, domain)
        case .confirmed: return try await confirm(operation, domain, order: operation.outcome)
        case .rejected:
            let detail = operation.outcome ?? "The registrar refused."
            return .refused(StepNote(staff: detail, .needsHelp))
        }
    }

    private func claim(
        _ ordered: OrderedDomain,
        for item: OrderItemRecord
    ) async throws -> DomainNameRecord? {
        let now = services.clock.now
        let id = ID<DomainRecord>(services.ids.next())
        let registrar = services.registrar.name
        return try await services.database.transaction(for: .system) {
            try $0.claimDomain(id, ordered, for: item, registrar: registrar, now: now)
        }
    }

    private func open(
        _ ordered: OrderedDomain,
        _ domain: DomainNameRecord,
        _ registrant: Registrants.Identifiers
    ) async throws -> DomainOperationRecord {
        let now = services.clock.now
        let id = ID<DomainOperation>(services.ids.next())
        let parameters: JSON = [
            "name": .string(domain.name.text), "years": .integer(Int64(ordered.years)),
            "customer": .string(registrant.customer), "contact": .string(registrant.contact),
        ]
        return try await services.database.transaction(for: .system) {
            try $0.openOperation(
                id,
                kind: ordered.action,
                for: domain,
                parameters: parameters,
                now: now
            )
        }
    }

    private func send(
        _ operation: DomainOperationRecord,
        _ ordered: OrderedDomain,
        _ domain: DomainNameRecord,
        _ registrant: Registrants.Identifiers,
        _ item: OrderItemRecord
    ) async throws -> Fulfilment.StepResult {
        let now = services.clock.now
        let isOurs = try await services.database.transaction(for: .system) {
            try $0.markSent(operation.id, now: now)
        }
        guard isOurs else {
            return .waiting(StepNote("The registrar is being asked."), seconds: 1)
        }
        services.faults.reach(.domainSent)
        do {
            switch try await ask(ordered, domain, registrant, item) {
            case .completed(let order):
                services.faults.reach(.domainConfirmed)
                return try await confirm(operation, domain, order: order)
            case .pending(let order, let detail):
                try await set(operation, .pending, order)
                return .waiting(
                    isAtWork(on: domain, detail),
                    seconds: services.configuration.pollSeconds
                )
            }
        } catch let failure as RemoteFailure {
            switch failure {
            case .refused(_, let message), .declined(_, let message):
                return try await reject(operation, domain, message)
            case .unauthorized, .limited, .notSent: try await set(operation, .queued, nil)
            case .unknown(let message): try await set(operation, .unknown, message)
            }
            throw failure
        }
    }

    private func ask(
        _ ordered: OrderedDomain,
        _ domain: DomainNameRecord,
        _ registrant: Registrants.Identifiers,
        _ item: OrderItemRecord
    ) async throws -> RegistrationOutcome {
        let nameservers = services.configuration.nameservers
        guard ordered.action == .transfer, let sealed = ordered.authCodeSealed else {
            return try await services.registrar.register(
                RegistrationRequest(
                    name: domain.name,
                    years: ordered.years,
                    customer: registrant.customer,
                    contact: registrant.contact,
                    nameservers: nameservers
                )
            )
        }
        let code = try services.keyring.openText(
            sealed,
            context: OrderedDomain.context(of: item.id)
        )
        return try await services.registrar.transfer(
            TransferRequest(
                name: domain.name,
                authCode: code,
                customer: registrant.customer,
                contact: registrant.contact,
                nameservers: nameservers
            )
        )
    }

    /// Finds out what became of a call that was never answered.
    private func lookUp(
        _ operation: DomainOperationRecord,
        _ domain: DomainNameRecord
    ) async throws -> Fulfilment.StepResult {
        if let found = try await services.registrar.find(domain.name) {
            return try await follow(found, operation, domain)
        }
        // The registrar may still be at work on a call it has taken; it is given a while.
        let sentAt = operation.sentAt ?? services.clock.now
        let rest =
            services.configuration.registrarRecheckSeconds
            - services.clock.now.timeIntervalSince(sentAt)
        guard rest <= 0 else {
            try await set(operation, .unknown, operation.outcome)
            return .waiting(
                StepNote(
                    staff: "No answer came from the registrar; it is asked again whether it has "
                        + "\(domain.name).",
                    .isLate
                ),
                seconds: min(max(rest, 0.2), 30)
            )
        }
        try await set(operation, .queued, nil)
        return .waiting(
            StepNote(staff: "The registrar does not have the name; it is sent again.", .isLate),
            seconds: 0
        )
    }

    private func poll(
        _ operation: DomainOperationRecord,
        _ domain: DomainNameRecord
    ) async throws -> Fulfilment.StepResult {
        guard let found = try await services.registrar.find(domain.name) else {
            return .waiting(
                isAtWork(on: domain, nil),
                seconds: services.configuration.pollSeconds
            )
        }
        return try await follow(found, operation, domain)
    }

    private func follow(
        _ found: RegisteredDomain,
        _ operation: DomainOperationRecord,
        _ domain: DomainNameRecord
    ) async throws -> Fulfilment.StepResult {
        switch found.status {
        case .active: return try await confirm(operation, domain, order: found.order)
        case .failed(let reason): return try await reject(operation, domain, reason)
        case .pending(let detail), .other(let detail):
            try await set(operation, .pending, found.order)
            return .waiting(
                isAtWork(on: domain, detail),
                seconds: services.configuration.pollSeconds
            )
        }
    }

    private func confirm(
        _ operation: DomainOperationRecord,
        _ domain: DomainNameRecord,
        order: String?
    ) async throws -> Fulfilment.StepResult {
        // The date is a convenience: a registrar that is slow to tell it does not hold up the sale.
        let expiresAt = try? await services.registrar.find(domain.name)?.expiresAt
        let (now, ids) = (services.clock.now, services.ids)
        try await services.database.transaction(for: .system) { session in
            try session.setOperation(operation.id, to: .confirmed, outcome: order, now: now)
            try session.enqueue(.learningCost(of: operation.id), ids: ids, now: now)
            try session.setDomain(domain.id, to: .active, order: order, expiresAt: expiresAt)
            try session.record(
                AuditEntry(
                    .job(.fulfilItem),
                    "domain.confirm",
                    domain.id,
                    customer: domain.customer,
                    after: ["name": .string(domain.name.text), "order": .string(order ?? "")]
                ),
                now: now
            )
        }
        return .succeeded(StepNote(.name(domain.name)))
    }

    private func reject(
        _ operation: DomainOperationRecord,
        _ domain: DomainNameRecord,
        _ reason: String
    ) async throws -> Fulfilment.StepResult {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.setOperation(operation.id, to: .rejected, outcome: reason, now: now)
        }
        let detail = "The registrar refused \(domain.name): \(reason)"
        return .refused(StepNote(staff: detail, .needsHelp))
    }

    private func isAtWork(on domain: DomainNameRecord, _ detail: String?) -> StepNote {
        StepNote(
            staff: "The registrar works on \(domain.name)" + (detail.map { ": \($0)" } ?? "."),
            "The registrar is setting the name up."
        )
    }

    private func set(
        _ operation: DomainOperationRecord,
        _ status: DomainOperationRecord.Status,
        _ outcome: String?
    ) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.setOperation(operation.id, to: status, outcome: outcome, now: now)
        }
    }
}
