package import Core
import Foundation

/// What a notice names: something that has to be read again.
package enum LicenseChange: Hashable, Sendable {
    case license(ID<License>)
    case apiKey(ID<APIKey>)

    /// Reads the payload of a notice, such as `license:0192…`; nil for one that is not understood.
    init?(payload: String) {
        let parts = payload.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let id = UUID(uuidString: String(parts[1])) else { return nil }
        switch parts[0] {
        case "license": self = .license(ID(id))
        case "api_key": self = .apiKey(ID(id))
        default: return nil
        }
    }
}

/// A licence as the check needs it.
package struct KnownLicense: Sendable, Equatable {
    package let id: ID<License>
    /// What its key is found by.
    let keyHash: KeyHash
    package let terms: LicenseTerms
}

/// 32 bytes without a block of memory of their own.
package struct KeyHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Its first eight bytes, which two licences as good as never have in common.
    var beginning: UInt64 { words.0 }

    /// - Precondition: There are 32 bytes.
    init(_ bytes: [UInt8]) {
        precondition(bytes.count == 32, "a hash has 32 bytes")
        func word(_ start: Int) -> UInt64 {
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(8), word(16), word(24))
    }

    package static func == (one: KeyHash, other: KeyHash) -> Bool { one.words == other.words }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
    }
}

/// What memory says about something.
enum Remembered<Value> {
    /// The newest there is; nil when there is none.
    case known(Value?)
    /// Ask the database.
    case unsure
}

/// Every licence and panel key, and which of them must not be trusted right now.
///
/// A thing is trusted from the moment it was read until a notice about it arrives. Everything is
/// mistrusted when notices may have been missed, until everything was read again.
struct LicenseMemory {
    /// Something to be read again.
    enum Work: Equatable {
        case everything
        case some([LicenseChange])
    }

    private var licenses = LicenseTable()
    private var keys: [String: PanelKey] = [:]
    /// What was noted and not read since, with the number of its newest note.
    private var pending: [LicenseChange: UInt64] = [:]
    private var notes: UInt64 = 0
    /// The number of the newest note about everything.
    private var mistrustedAt: UInt64 = 0
    /// The connection for notices under which everything was read; nil when that is not so.
    private var loadedConnection: Int?

    var licenseCount: Int { licenses.count }

    /// What is known about a licence while notices are heard on a connection.
    func license(_ hash: KeyHash, connection: Int?) -> Remembered<KnownLicense> {
        guard let connection, connection == loadedConnection else { return .unsure }
        switch licenses[hash] {
        case .license(let license):
            let isNoted = !pending.isEmpty && pending[.license(license.id)] != nil
            return isNoted ? .unsure : .known(license)
        // A licence that is not here may be one of those that are to be read.
        case .nothing: return pending.isEmpty ? .known(nil) : .unsure
        case .taken: return .unsure
        }
    }

    /// What is known about a panel's key.
    func panelKey(_ text: String, connection: Int?) -> Remembered<PanelKey> {
        guard let connection, connection == loadedConnection else { return .unsure }
        guard let key = keys[text] else { return pending.isEmpty ? .known(nil) : .unsure }
        let isNoted = !pending.isEmpty && pending[.apiKey(key.id)] != nil
        return isNoted ? .unsure : .known(key)
    }

    /// Mistrusts one thing, or with nil everything.
    mutating func note(_ change: LicenseChange?) {
        notes += 1
        if let change {
            pending[change] = notes
        } else {
            mistrustedAt = notes
            loadedConnection = nil
        }
    }

    /// What has to be read next, and the number to hand back when it was; nil when nothing has.
    func work(connection: Int?, most: Int) -> (work: Work, upTo: UInt64)? {
        guard let connection else { return nil }
        if connection != loadedConnection { return (.everything, notes) }
        if pending.isEmpty { return nil }
        return (.some(Array(pending.keys.prefix(most))), notes)
    }

    /// Takes over what was read of some changes. What was noted later stays mistrusted.
    mutating func replace(
        _ changes: [LicenseChange],
        with found: [KnownLicense],
        _ foundKeys: [PanelKey],
        upTo: UInt64
    ) {
        let ids = Set(changes)
        // A key that can no longer be opened is not among those found; it must not stay.
        keys = keys.filter { !ids.contains(.apiKey($0.value.id)) }
        for key in foundKeys { keys[key.key] = key }
        for license in found { licenses.remember(license) }
        forgetNotes(upTo: upTo) { ids.contains($0) }
    }

    /// Takes over everything, read while notices were heard on a connection.
    mutating func replaceAll(
        with found: LicenseTable,
        _ foundKeys: [PanelKey],
        connection: Int,
        upTo: UInt64
    ) {
        licenses = found
        keys = Dictionary(foundKeys.map { ($0.key, $0) }) { $1 }
        loadedConnection = mistrustedAt <= upTo ? connection : nil
        forgetNotes(upTo: upTo) { _ in true }
    }

    private mutating func forgetNotes(upTo: UInt64, _ isRead: (LicenseChange) -> Bool) {
        pending = pending.filter { $0.value > upTo || !isRead($0.key) }
    }
}
