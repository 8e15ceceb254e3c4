import Core
import Foundation
import Postgres
import Web

/// In which order panels' keys are listed.
struct KeyFilter: Sendable {
    var sorting = KeyColumn.standard
}

/// What keys can be sorted by.
enum KeyColumn: String, StoredSortColumn {
    case made, name, used

    static let standard = Sorting(KeyColumn.made, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .made: nil
        case .name: .text("name")
        case .used: .last("last_used_at")
        }
    }
}

extension KeyFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [APIKeyRecord] {
        try session.apiKeys(self, after: place, most: most)
    }

    func place(of row: APIKeyRecord) -> [String] {
        let value =
            switch sorting.column {
            case .made: ""
            case .name: row.name
            case .used: row.lastUsedAt?.cursorKey ?? ""
            }
        return [value, row.id.uuid.uuidString]
    }
}

extension Session {
    /// Stores a new key; says whether it was not there before.
    @discardableResult
    func store(_ key: APIKeyRecord, by user: ID<User>?) throws -> Bool {
        try run(
            """
            INSERT INTO api_keys (
                id, name, key, secret_sealed, scopes, allowed_addresses, created_by, created_at
            ) VALUES (
                \(key.id.uuid), \(key.name), \(key.key), \(key.secretSealed), \(key.scopes),
                \(key.allowedAddresses), \(user?.uuid), \(key.createdAt)
            )
            ON CONFLICT (key) DO NOTHING
            """
        ) > 0
    }

    func apiKey(_ id: ID<APIKey>) throws -> APIKeyRecord? {
        try first(
            "SELECT \(APIKeyRecord.columns) FROM api_keys WHERE id = \(id.uuid)",
            APIKeyRecord.init(row:)
        )
    }

    func apiKey(named key: String) throws -> APIKeyRecord? {
        try first(
            "SELECT \(APIKeyRecord.columns) FROM api_keys WHERE key = \(key)",
            APIKeyRecord.init(row:)
        )
    }

    /// Some keys by their identifiers; those that are not there are left out.
    func apiKeys(_ ids: [ID<APIKey>]) throws -> [APIKeyRecord] {
        try all(
            "SELECT \(APIKeyRecord.columns) FROM api_keys WHERE id = ANY(\(ids.map(\.uuid)))",
            APIKeyRecord.init(row:)
        )
    }

    /// Keys as a filter sorts them, those after a place when paging.
    func apiKeys(_ filter: KeyFilter, after place: [String]?, most: Int) throws -> [APIKeyRecord] {
        try all(
            """
            SELECT \(APIKeyRecord.columns) FROM api_keys
            WHERE \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            APIKeyRecord.init(row:)
        )
    }

    /// Keys, newest first.
    func apiKeys(before: ID<APIKey>?, most: Int) throws -> [APIKeyRecord] {
        try all(
            """
            SELECT \(APIKeyRecord.columns) FROM api_keys
            WHERE \(before?.uuid)::uuid IS NULL OR id < \(before?.uuid)
            ORDER BY id DESC LIMIT \(most)
            """,
            APIKeyRecord.init(row:)
        )
    }

    /// Ends a key; says whether it was still good.
    func revoke(_ id: ID<APIKey>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE api_keys SET revoked_at = \(now)
            WHERE id = \(id.uuid) AND revoked_at IS NULL
            """
        ) > 0
    }

    /// Remembers when a key was last used.
    func storeUse(of id: ID<APIKey>, at moment: Date) throws {
        try run(
            """
            UPDATE api_keys SET last_used_at = \(moment)
            WHERE id = \(id.uuid) AND (last_used_at IS NULL OR last_used_at < \(moment))
            """
        )
    }

    /// Uses a signature up; says whether it was good until now.
    func useUp(signature: [UInt8], now: Date) throws -> Bool {
        try run(
            """
            INSERT INTO used_signatures (signature, used_at) VALUES (\(signature), \(now))
            ON CONFLICT (signature) DO NOTHING
            """
        ) > 0
    }
}

extension APIKeyRecord {
    static let columns: SQL = """
        id, name, key, secret_sealed, scopes, allowed_addresses, created_at, last_used_at,
        revoked_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            name: try row.get("name"),
            key: try row.get("key"),
            secretSealed: try row.get("secret_sealed"),
            scopes: try row.get("scopes"),
            allowedAddresses: try row.get("allowed_addresses"),
            createdAt: try row.get("created_at"),
            lastUsedAt: try row.optional("last_used_at"),
            revokedAt: try row.optional("revoked_at")
        )
    }
}
