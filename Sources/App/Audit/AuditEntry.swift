package import Core
package import Foundation
import Postgres
package import Wire

/// Who did something, and from where.
package struct Actor: Sendable {
    package enum Kind: String, Sendable {
        case user, apiKey = "api_key", job, gateway, system, anonymous
    }

    package let kind: Kind
    package let id: String?
    /// What people recognise the actor by, such as an e-mail address.
    package let label: String?
    package let remoteAddress: String?
    package let requestID: String?

    package init(
        _ kind: Kind,
        id: String? = nil,
        label: String? = nil,
        remoteAddress: String? = nil,
        requestID: String? = nil
    ) {
        self.kind = kind
        self.id = id
        self.label = label
        self.remoteAddress = remoteAddress
        self.requestID = requestID
    }

    /// A job acts by itself.
    package static func job(_ kind: JobKind) -> Actor { Actor(.job, label: kind.rawValue) }
    package static let system = Actor(.system)
}

/// One thing that happened, to be kept for ever.
package struct AuditEntry: Sendable {
    package let actor: Actor
    /// `object.verb`, such as `order.cancel`.
    package let action: String
    package let objectType: String
    package let objectID: String
    package var customer: ID<Customer>?
    /// What was changed, without secrets.
    package var before: JSON?
    package var after: JSON?

    package init<Entity>(
        _ actor: Actor,
        _ action: String,
        _ object: ID<Entity>,
        customer: ID<Customer>? = nil,
        before: JSON? = nil,
        after: JSON? = nil
    ) {
        self.init(
            actor,
            action,
            type: Entity.idPrefix,
            id: object.text,
            customer: customer,
            before: before,
            after: after
        )
    }

    package init(
        _ actor: Actor,
        _ action: String,
        type: String,
        id: String,
        customer: ID<Customer>? = nil,
        before: JSON? = nil,
        after: JSON? = nil
    ) {
        self.actor = actor
        self.action = action
        objectType = type
        objectID = id
        self.customer = customer
        self.before = before
        self.after = after
    }
}

/// An entry as it was stored.
package struct StoredAuditEntry: Sendable {
    package let id: Int64
    package let at: Date
    package let actorType: String
    package let actorID: String?
    package let actorLabel: String?
    package let action: String
    package let objectType: String
    package let objectID: String
    package let before: JSON?
    package let after: JSON?
    package let remoteAddress: String?
    package let requestID: String?
}
