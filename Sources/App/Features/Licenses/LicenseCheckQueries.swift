import Core
import Foundation
import Postgres

extension Session {
    /// The licence that a key belongs to, as the check needs it.
    func knownLicense(keyHash: [UInt8]) throws -> KnownLicense? {
        try first(
            "\(KnownLicense.selection) WHERE key_hash = \(keyHash)",
            KnownLicense.init(row:)
        )
    }

    /// Some licences by their identifiers; those that are not there are left out.
    func knownLicenses(_ ids: [ID<License>]) throws -> [KnownLicense] {
        try all(
            "\(KnownLicense.selection) WHERE id = ANY(\(ids.map(\.uuid)))",
            KnownLicense.init(row:)
        )
    }

    /// All licences in the order of their identifiers, some at a time.
    func knownLicenses(after: ID<License>?, most: Int) throws -> [KnownLicense] {
        try all(
            """
            \(KnownLicense.selection)
            WHERE \(after?.uuid)::uuid IS NULL OR id > \(after?.uuid)
            ORDER BY id LIMIT \(most)
            """,
            KnownLicense.init(row:)
        )
    }
}

extension KnownLicense {
    fileprivate static let selection: SQL = """
        SELECT id, key_hash, status, expires_at, max_accounts, max_domains, max_databases,
            max_emails,
            coalesce(accounts.used, 0) AS used_accounts,
            coalesce(domains.used, 0) AS used_domains,
            coalesce(databases.used, 0) AS used_databases,
            coalesce(emails.used, 0) AS used_emails
        FROM licenses
        LEFT JOIN license_usage accounts
            ON accounts.license_id = id AND accounts.resource = 'accounts'
        LEFT JOIN license_usage domains
            ON domains.license_id = id AND domains.resource = 'domains'
        LEFT JOIN license_usage databases
            ON databases.license_id = id AND databases.resource = 'databases'
        LEFT JOIN license_usage emails
            ON emails.license_id = id AND emails.resource = 'emails'
        """

    init(row: Row) throws {
        var used: [LicensedResource: Int64] = [:]
        for resource in LicensedResource.allCases {
            used[resource] = try row.get("used_\(resource.rawValue)")
        }
        self.init(
            id: try row.id("id"),
            keyHash: KeyHash(try row.get("key_hash")),
            terms: LicenseTerms(
                status: try row.choice("status"),
                expiresAt: try row.optional("expires_at"),
                quotas: try Quotas(row: row),
                used: UsedQuotas(used)
            )
        )
    }
}
