package import Core
import Cryptography
import Support

/// A panel's key, opened and ready to check requests with.
package struct PanelKey: Sendable {
    package let id: ID<APIKey>
    package let key: String
    package let name: String
    let secret: Secret<[UInt8]>
    let scopes: Set<PanelScope>
    /// Where the key may be used from; empty allows everywhere.
    let allowed: [AddressBlock]
    let isRevoked: Bool
}

extension PanelKey {
    /// Opens a stored key.
    ///
    /// - Throws: when its secret was sealed by a key that we no longer have, or what is stored
    ///   about it is not understood; such a key admits nobody.
    init(_ record: APIKeyRecord, keyring: Keyring) throws {
        let secret = try keyring.open(
            record.secretSealed,
            context: APIKeyRecord.context(of: record.id)
        )
        let allowed = try record.allowedAddresses.map { text in
            try AddressBlock(text).orThrow(UnreadableColumn("allowed_addresses"))
        }
        self.init(
            id: record.id,
            key: record.key,
            name: record.name,
            secret: Secret(secret),
            scopes: Set(record.scopes.compactMap(PanelScope.init)),
            allowed: allowed,
            isRevoked: record.revokedAt != nil
        )
    }
}
