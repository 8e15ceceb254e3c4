import Foundation
import Support
package import Web
import Wire

/// The audit log, for administrators.
package enum AuditEndpoints {
    static let objectType = QueryParameter(
        "object_type",
        String.self,
        "Only of this kind, such as ord.",
        .length(1...32)
    )
    static let objectID = QueryParameter(
        "object_id",
        String.self,
        "Only of this object.",
        .length(1...64)
    )
    static let action = QueryParameter(
        "action",
        String.self,
        "Only this action, such as order.cancel.",
        .length(1...64)
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/admin/audit-log"),
        tag: "Admin",
        "List who did what, newest first.",
        output: Page<AuditEntryBody>.self,
        query: [objectType, objectID, action] + PageRequest.parameters
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: AdminContext.self) { request, context in
            let part = try PageRequest(request, list: "audit-log", keys: 1)
            let rows = try await AuditLog(context.services).list(
                AuditLog.Filter(
                    objectType: try request.value(of: objectType),
                    objectID: try request.value(of: objectID),
                    action: try request.value(of: action)
                ),
                before: part.after.flatMap { Int64($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [String($0.id)] }) { AuditEntryBody($0) }
        }
    }
}

/// An entry of the audit log as the API shows it.
struct AuditEntryBody: APIModel {
    let id: Int64
    let at: Date
    let actor: AuditActorBody
    let action: String
    let objectType: String
    let objectID: String
    let before: JSON?
    let after: JSON?

    static let model = Model(
        "audit_entry",
        "One thing that happened.",
        AuditEntryBody.init(id:at:actor:action:objectType:objectID:before:after:),
        Field("id", \.id, "Grows with time."),
        Field("at", \.at, "When."),
        Field("actor", \.actor, "Who."),
        Field("action", \.action, "What, as object.verb."),
        Field("object_type", \.objectType, "To what kind of thing."),
        Field("object_id", \.objectID, "To which."),
        Field("before", \.before, "What was changed, as it was."),
        Field("after", \.after, "What was changed, as it is."),
    )
}

extension AuditEntryBody {
    init(_ entry: StoredAuditEntry) {
        self.init(
            id: entry.id,
            at: entry.at,
            actor: AuditActorBody(
                type: entry.actorType,
                id: entry.actorID,
                label: entry.actorLabel,
                remoteAddress: entry.remoteAddress,
                requestID: entry.requestID
            ),
            action: entry.action,
            objectType: entry.objectType,
            objectID: entry.objectID,
            before: entry.before,
            after: entry.after
        )
    }
}

struct AuditActorBody: APIModel {
    let type: String
    let id: String?
    let label: String?
    let remoteAddress: String?
    let requestID: String?

    static let model = Model(
        "audit_actor",
        "Who did something, and from where.",
        AuditActorBody.init,
        Field("type", \.type, "user, api_key, job, gateway, system or anonymous."),
        Field("id", \.id, "Which one."),
        Field("label", \.label, "What people know the actor by."),
        Field("remote_address", \.remoteAddress, "Where the request came from."),
        Field("request_id", \.requestID, "The request it was done by."),
    )
}
