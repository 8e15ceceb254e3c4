import Core
import Foundation

/// Licences by the hashes of their keys, in a hundred bytes each: memory holds all there are.
struct LicenseTable {
    /// What is where a key's hash leads.
    enum Place {
        case license(KnownLicense)
        case nothing
        /// Another licence, whose key's hash begins alike.
        case taken
    }

    /// A licence without what many have in common.
    private struct Entry {
        let id: ID<License>
        let keyHash: KeyHash
        let used: UsedQuotas
        let expiresAt: Date?
        let status: LicenseStatus
        /// Which of the ``quotas`` it has.
        let quotas: Int32
    }

    private var entries: [Entry] = []
    /// Where each is among them, by the beginning of its key's hash. A table of whole entries would
    /// be far larger, because a good part of a table is always empty.
    private var places: [UInt64: Int32] = [:]
    /// What the plans allow; licences are many, and these are few.
    private var quotas: [Quotas] = []
    private var quotaPlaces: [Quotas: Int32] = [:]

    var count: Int { entries.count }

    subscript(hash: KeyHash) -> Place {
        guard let place = places[hash.beginning] else { return .nothing }
        let entry = entries[Int(place)]
        return entry.keyHash == hash ? .license(license(entry)) : .taken
    }

    /// Takes a licence in, or what is new about it.
    mutating func remember(_ license: KnownLicense) {
        let entry = entry(license)
        if let place = places[license.keyHash.beginning] {
            entries[Int(place)] = entry
        } else {
            places[license.keyHash.beginning] = Int32(entries.count)
            entries.append(entry)
        }
    }

    private func license(_ entry: Entry) -> KnownLicense {
        KnownLicense(
            id: entry.id,
            keyHash: entry.keyHash,
            terms: LicenseTerms(
                status: entry.status,
                expiresAt: entry.expiresAt,
                quotas: quotas[Int(entry.quotas)],
                used: entry.used
            )
        )
    }

    private mutating func entry(_ license: KnownLicense) -> Entry {
        Entry(
            id: license.id,
            keyHash: license.keyHash,
            used: license.terms.used,
            expiresAt: license.terms.expiresAt,
            status: license.terms.status,
            quotas: place(of: license.terms.quotas)
        )
    }

    private mutating func place(of known: Quotas) -> Int32 {
        if let place = quotaPlaces[known] { return place }
        let place = Int32(quotas.count)
        quotas.append(known)
        quotaPlaces[known] = place
        return place
    }
}
