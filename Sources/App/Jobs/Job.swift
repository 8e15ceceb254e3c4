package import Core
package import Foundation
package import Wire

/// Work to be done outside a request.
package struct NewJob: Sendable {
    package let kind: JobKind
    package let payload: JSON
    /// At most one queued or running job of a kind has this key.
    package var dedupKey: String?
    /// At most one job of a kind ever has this slot.
    package var slot: String?
    package var orderID: ID<Order>?
    package var delaySeconds: Double = 0

    package init(
        _ kind: JobKind,
        payload: JSON = [:],
        dedupKey: String? = nil,
        slot: String? = nil,
        orderID: ID<Order>? = nil,
        delaySeconds: Double = 0
    ) {
        self.kind = kind
        self.payload = payload
        self.dedupKey = dedupKey
        self.slot = slot
        self.orderID = orderID
        self.delaySeconds = delaySeconds
    }
}

/// A job that this instance has leased.
package struct LeasedJob: Sendable {
    package let id: ID<Job>
    package let kind: JobKind
    package let payload: JSON
    package let lease: UUID
    /// This attempt included, those that were lost not.
    package let attempts: Int
    package let maxAttempts: Int
    /// How many attempts ended with the instance that made them.
    package let losses: Int

    /// After how many losses it is the job that is taken to end its instances.
    package static let mostLosses = 10

    package var isLostTooOften: Bool { losses >= Self.mostLosses }
    package var isLastAttempt: Bool { attempts >= maxAttempts || isLostTooOften }
    /// How often it was begun.
    package var begun: Int { attempts + losses }

    /// An identifier in the payload.
    ///
    /// - Throws: ``MalformedPayload`` when it is not there, which is a fault of ours.
    package func id<Entity>(_ name: String, of type: Entity.Type = Entity.self) throws -> ID<Entity>
    {
        guard let id = payload[name]?.string.flatMap({ ID<Entity>($0) }) else {
            throw MalformedPayload(kind: kind, field: name)
        }
        return id
    }
}

/// A job's payload is not what its kind expects.
package struct MalformedPayload: Error, CustomStringConvertible {
    package let kind: JobKind
    package let field: String
    package var description: String { "the payload of \(kind.rawValue) has no usable \(field)" }
}

/// How a job ended without an error.
package enum JobOutcome: Sendable, Equatable {
    case done
    /// The work waits for something; looking again does not count as an attempt.
    case later(seconds: Double, reason: String)
    /// The work cannot succeed without a person.
    case dead(reason: String)
}
