import Core
import Foundation
import Support
package import Web

/// What an administrator changes about a user.
struct UserChange: APIModel {
    let fullName: String?
    let email: EmailAddress?
    let role: Role?
    let isActive: Bool?

    static let model = Model(
        "user_change",
        "What to change about a user. What is left out stays.",
        UserChange.init,
        Field("full_name", \.fullName, "The user's name.", .length(1...200), .singleLine),
        Field("email", \.email, "A new address; it has to be verified again."),
        Field("role", \.role, "What the user may do; staff and customers stay what they are."),
        Field("active", \.isActive, "Whether the user can log in."),
    )
}

/// Users, for administrators.
package enum UserEndpoints {
    static let role = QueryParameter("role", Role.self, "Only those with this role.")
    static let active = QueryParameter("active", Bool.self, "Only those who can log in, or not.")
    static let search = QueryParameter(
        "q",
        String.self,
        "Part of the address or the name.",
        .length(1...200)
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/admin/users"),
        tag: "Admin",
        "List users, newest first.",
        output: Page<UserBody>.self,
        query: [role, active, search] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/users/:id", ID<User>.self),
        tag: "Admin",
        "Show a user.",
        output: UserBody.self
    )
    static let update = Endpoint(
        Route(.put, "/api/v1/admin/users/:id", ID<User>.self),
        tag: "Admin",
        "Change a user.",
        details: "Whose role changes, or who is switched off, is logged out everywhere.",
        input: UserChange.self,
        output: UserBody.self,
        problems: [.emailTaken, .lastAdmin]
    )
    static let remove = Endpoint(
        Route(.delete, "/api/v1/admin/users/:id", ID<User>.self),
        tag: "Admin",
        "Switch a user off.",
        details: "The account stays for the records; it is logged out and cannot log in again.",
        output: NoBody.self,
        problems: [.lastAdmin]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: AdminContext.self) { request, context in
            let filter = UserFilter(
                role: try request.value(of: role),
                isActive: try request.value(of: active),
                text: try request.value(of: search)
            )
            let part = try PageRequest(request, list: "users.-created_at", keys: 2)
            let rows = try await UserAdministration(context.services).list(
                filter,
                after: try part.after.map { try lastShown($0) },
                most: part.rowsToRead
            )
            return try part.page(
                rows,
                keys: { [$0.user.createdAt.cursorKey, $0.user.id.text] },
                { try UserBody($0) }
            )
        }
        router.on(show, as: AdminContext.self) { _, context, id in
            try UserBody(try await UserAdministration(context.services).find(id))
        }
        router.on(update, as: AdminContext.self) { input, request, context, id in
            let change = UserAdministration.Change(
                fullName: input.fullName,
                email: input.email,
                role: input.role,
                isActive: input.isActive
            )
            return try UserBody(
                try await UserAdministration(context.services).change(
                    id,
                    change,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(remove, as: AdminContext.self) { request, context, id in
            try await UserAdministration(context.services).deactivate(
                id,
                actor: context.user.actor(request)
            )
        }
    }

    private static func lastShown(_ keys: [String]) throws -> (createdAt: Date, id: ID<User>) {
        guard let date = Date(cursorKey: keys[0]), let id = ID<User>(keys[1]) else {
            throw Problem.invalid("cursor", "bad_cursor", "must be a next_cursor of this list")
        }
        return (date, id)
    }
}
