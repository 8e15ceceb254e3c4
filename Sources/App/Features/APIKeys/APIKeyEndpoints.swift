import Core
import Foundation
import Web

/// A key to be made.
struct NewAPIKey: APIModel {
    let name: String
    let scopes: [PanelScope]
    let allowedAddresses: [AddressBlock]?

    static let model = Model(
        "new_api_key",
        "A key for a panel.",
        NewAPIKey.init,
        Field(
            "name",
            \.name,
            "What the key is recognised by, such as the panel's name.",
            .length(1...100),
            .singleLine
        ),
        Field("scopes", \.scopes, "What it may be used for.", .count(1...10)),
        Field(
            "allowed_addresses",
            \.allowedAddresses,
            "Addresses and networks it may be used from; none or an empty list allows all.",
            .count(0...50)
        ),
    )

    init(name: String, scopes: [PanelScope], allowedAddresses: [AddressBlock]?) {
        self.name = name
        self.scopes = PanelScope.allCases.filter(scopes.contains)
        self.allowedAddresses = allowedAddresses
    }
}

/// A key as administrators see it.
struct APIKeyBody: APIModel {
    let id: ID<APIKey>
    let name: String
    let key: String
    let scopes: [String]
    let allowedAddresses: [String]
    let createdAt: Date
    let lastUsedAt: Date?
    let revokedAt: Date?

    static let model = Model(
        "api_key",
        "A panel's key, without its secret.",
        APIKeyBody.init,
        Field("id", \.id, "Its identifier."),
        Field("name", \.name, "What it is recognised by."),
        Field("key", \.key, "What the panel sends as X-API-Key."),
        Field("scopes", \.scopes, "What it may be used for."),
        Field("allowed_addresses", \.allowedAddresses, "Where from; empty is everywhere."),
        Field("created_at", \.createdAt, "When it was made."),
        Field("last_used_at", \.lastUsedAt, "When it was last used, to the minute."),
        Field("revoked_at", \.revokedAt, "Since when it is no longer good."),
    )
}

extension APIKeyBody {
    init(_ key: APIKeyRecord) {
        self.init(
            id: key.id,
            name: key.name,
            key: key.key,
            scopes: key.scopes,
            allowedAddresses: key.allowedAddresses,
            createdAt: key.createdAt,
            lastUsedAt: key.lastUsedAt,
            revokedAt: key.revokedAt
        )
    }
}

/// A key that was just made.
struct CreatedAPIKeyBody: APIModel {
    let id: ID<APIKey>
    let name: String
    let key: String
    let secret: String
    let scopes: [String]
    let allowedAddresses: [String]
    let createdAt: Date

    static let model = Model(
        "created_api_key",
        "A new key with its secret.",
        CreatedAPIKeyBody.init,
        Field("id", \.id, "Its identifier."),
        Field("name", \.name, "What it is recognised by."),
        Field("key", \.key, "What the panel sends as X-API-Key."),
        Field(
            "secret",
            \.secret,
            "What the panel sends as X-API-Secret, or better signs with. Shown only here."
        ),
        Field("scopes", \.scopes, "What it may be used for."),
        Field("allowed_addresses", \.allowedAddresses, "Where from; empty is everywhere."),
        Field("created_at", \.createdAt, "When it was made."),
    )
}

/// The keys of panels over the API.
enum APIKeyEndpoints {
    static let create = Endpoint(
        Route(.post, "/api/v1/admin/api-keys"),
        tag: "Admin",
        "Make a key for a panel.",
        details: "The secret is in this answer and nowhere else.",
        input: NewAPIKey.self,
        output: CreatedAPIKeyBody.self,
        status: 201
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/api-keys"),
        tag: "Admin",
        "List the keys of panels, newest first.",
        output: Page<APIKeyBody>.self,
        query: PageRequest.parameters
    )
    static let revoke = Endpoint(
        Route(.delete, "/api/v1/admin/api-keys/:id", ID<APIKey>.self),
        tag: "Admin",
        "Revoke a key at once.",
        output: NoBody.self
    )

    static func add(to router: inout Router<Services>) {
        router.on(create, as: AdminContext.self) { new, request, context in
            let (key, secret) = try await APIKeys(context.services).create(
                new,
                by: context.user.id,
                actor: context.user.actor(request)
            )
            return CreatedAPIKeyBody(
                id: key.id,
                name: key.name,
                key: key.key,
                secret: secret,
                scopes: key.scopes,
                allowedAddresses: key.allowedAddresses,
                createdAt: key.createdAt
            )
        }
        router.on(list, as: AdminContext.self) { request, context in
            let part = try PageRequest(request, list: "api_keys.-id", keys: 1)
            let keys = try await APIKeys(context.services).list(
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(keys, keys: { [$0.id.text] }) { APIKeyBody($0) }
        }
        router.on(revoke, as: AdminContext.self) { request, context, id in
            try await APIKeys(context.services)
                .revoke(id, actor: context.user.actor(request))
        }
    }
}
