import Core
import Support
package import Web

/// The fleet of panel servers.
package enum ServerEndpoints {
    static let create = Endpoint(
        Route(.post, "/api/v1/nextpanel/servers"),
        tag: "NextPanel",
        "Add a server. It has to answer.",
        input: NewServerBody.self,
        output: AddedServerBody.self,
        status: 201,
        problems: [.serverIsThereAlready, .serverIsUnreachable, .serverRefusesKeys],
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/nextpanel/servers"),
        tag: "NextPanel",
        "List the servers by name.",
        output: Page<ServerBody>.self,
        query: PageRequest.parameters
    )
    static let status = Endpoint(
        Route(.get, "/api/v1/nextpanel/servers/status"),
        tag: "NextPanel",
        "Ask all servers now whether they are well.",
        output: [ServerStatusBody].self
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/nextpanel/servers/:id", ID<Server>.self),
        tag: "NextPanel",
        "Show a server.",
        output: ServerBody.self
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/nextpanel/servers/:id", ID<Server>.self),
        tag: "NextPanel",
        "Change a server.",
        input: ServerChangeBody.self,
        output: ServerBody.self,
        problems: [
            .serverIsThereAlready, .serverIsUnreachable, .serverRefusesKeys, .serverIsBeingChanged,
        ]
    )
    static let remove = Endpoint(
        Route(.delete, "/api/v1/nextpanel/servers/:id", ID<Server>.self),
        tag: "NextPanel",
        "Remove a server that holds no account.",
        output: NoBody.self,
        problems: [.serverIsInUse]
    )

    package static func add(to router: inout Router<Services>) {
        router.on(create, as: AdminContext.self) { input, request, context in
            AddedServerBody(
                try await Servers(context.services).create(
                    try input.server(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(list, as: StaffContext.self) { request, context in
            let part = try PageRequest(request, list: "servers", keys: 1)
            let rows = try await Servers(context.services).list(
                after: part.after?[0],
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.name] }) { ServerBody($0) }
        }
        router.on(status, as: StaffContext.self) { _, context in
            try await Servers(context.services).status().map { ServerStatusBody($0) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            ServerBody(try await Servers(context.services).show(id))
        }
        router.on(change, as: AdminContext.self) { input, request, context, id in
            ServerBody(
                try await Servers(context.services).change(
                    id,
                    try input.change(),
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(remove, as: AdminContext.self) { request, context, id in
            try await Servers(context.services).remove(id, actor: context.user.actor(request))
        }
    }
}
