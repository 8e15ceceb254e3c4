import Core
package import Cryptography
import Foundation
package import Postgres
package import Support
import Synchronization

/// The licences and panel keys in memory, so that a panel's question needs no database.
///
/// Notices of PostgreSQL say what to read again. Whatever may be out of date, because a notice
/// about it is not followed yet or none can be heard, is asked of the database instead. So memory
/// saves work and never answers what the database would not, but for the moment a notice travels.
package final class LicenseCache: Sendable {
    private struct State {
        var memory = LicenseMemory()
        var isRunning = false
        var wake: AsyncStream<Void>.Continuation?
        var uses: [ID<APIKey>: Date] = [:]
    }

    /// How many rows are read at a time, so that no transaction is long.
    private static let batch = 2_000
    private static let useSeconds = 60.0

    private let database: Database
    private let notices: Notices
    private let keyring: Keyring
    private let clock: BusinessClock
    private let log: Log
    private let acceptsSandboxKey: Bool
    private let state = Mutex(State())

    /// An empty memory, which asks the database about everything until ``run()`` has filled it.
    package init(
        database: Database,
        notices: Notices,
        keyring: Keyring,
        clock: BusinessClock,
        log: Log,
        mode: Configuration.Mode
    ) {
        self.database = database
        self.notices = notices
        self.keyring = keyring
        self.clock = clock
        self.log = log
        acceptsSandboxKey = mode == .sandbox
    }

    /// How many licences are in memory.
    package var licenseCount: Int { state.withLock { $0.memory.licenseCount } }

    /// Whether all that is asked now would be answered from memory.
    package var isWarm: Bool {
        let connection = notices.connectionNumber
        return state.withLock { state in
            connection != nil && state.memory.work(connection: connection, most: 1) == nil
        }
    }

    /// Fills the memory and keeps it up to date until the task is cancelled; runs once at a time.
    package func run() async {
        let changes = notices.stream(of: "license_changes")
        let (wakes, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            state.isRunning = true
            state.wake = wake
            state.memory.note(nil)
        }
        wake.yield()
        defer {
            state.withLock { state in
                state.isRunning = false
                state.wake = nil
                state.memory.note(nil)
            }
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.hear(changes) }
            group.addTask { await self.keepReading(wakes) }
            group.addTask { await self.keepStoringUses() }
        }
    }

    /// Mistrusts what this process has just changed, before the notice about it comes round.
    package func note(_ change: LicenseChange) {
        noteAny(change)
    }

    /// Mistrusts one thing, or with nil everything.
    func noteAny(_ change: LicenseChange?) {
        state.withLock { state in
            // Without a reader the memory is not used, and what is noted would pile up.
            guard state.isRunning else { return }
            state.memory.note(change)
            state.wake?.yield()
        }
    }
}

// What is asked of it.
extension LicenseCache {
    /// What memory says about a panel's key.
    func remembered(key: String) -> Remembered<PanelKey> {
        let connection = notices.connectionNumber
        return state.withLock { $0.memory.panelKey(key, connection: connection) }
    }

    /// What memory says about a licence.
    func remembered(_ license: LicenseKey) -> Remembered<KnownLicense> {
        let hash = KeyHash(license.hash)
        let connection = notices.connectionNumber
        return state.withLock { $0.memory.license(hash, connection: connection) }
    }

    /// A panel's key, from memory or from the database; nil when there is none.
    func panelKey(_ key: String) async throws -> PanelKey? {
        if case .known(let known) = remembered(key: key) { return known }
        let record = try await database.transaction(for: .system, deadlineSeconds: 5) {
            try $0.apiKey(named: key)
        }
        return record.flatMap(opened)
    }

    /// A licence as it stands in the database; nil when there is none.
    func stored(_ key: LicenseKey) async throws -> KnownLicense? {
        let hash = key.hash
        return try await database.transaction(for: .system, deadlineSeconds: 5) {
            try $0.knownLicense(keyHash: hash)
        }
    }

    /// Remembers that a key was used; ``storeUses()`` writes it down.
    func noteUse(of key: ID<APIKey>) {
        let now = clock.now
        state.withLock { $0.uses[key] = now }
    }

    private func opened(_ record: APIKeyRecord) -> PanelKey? {
        guard acceptsSandboxKey || record.key != APIKeys.sandboxKey else { return nil }
        do {
            return try PanelKey(record, keyring: keyring)
        } catch {
            log.error("a panel's key cannot be used", ["api_key": record.id.text])
            return nil
        }
    }
}

// How it is kept up to date.
extension LicenseCache {
    private func hear(_ changes: AsyncStream<String?>) async {
        for await payload in changes { noteAny(payload.flatMap(LicenseChange.init(payload:))) }
    }

    private func keepReading(_ wakes: AsyncStream<Void>) async {
        for await _ in wakes {
            var pause = 0.1
            while !Task.isCancelled {
                do {
                    try await readAgain()
                    break
                } catch {
                    guard !Task.isCancelled else { return }
                    log.warning("licences cannot be read", ["error": String(describing: error)])
                    try? await Task.sleep(for: .seconds(pause))
                    pause = min(pause * 2, 5)
                }
            }
        }
    }

    private func readAgain() async throws {
        while !Task.isCancelled {
            let connection = notices.connectionNumber
            let next = state.withLock {
                $0.memory.work(connection: connection, most: LicenseCache.batch)
            }
            guard let connection, let next else { return }
            switch next.work {
            case .everything: try await readAll(connection: connection, upTo: next.upTo)
            case .some(let changes): try await read(changes, upTo: next.upTo)
            }
        }
    }

    private func read(_ changes: [LicenseChange], upTo: UInt64) async throws {
        let (licenses, records) = try await database.transaction(for: .system) { session in
            let licenses = try session.knownLicenses(changes.compactMap(\.license))
            return (licenses, try session.apiKeys(changes.compactMap(\.apiKey)))
        }
        let keys = records.compactMap(opened)
        state.withLock { $0.memory.replace(changes, with: licenses, keys, upTo: upTo) }
    }

    private func readAll(connection: Int, upTo: UInt64) async throws {
        var licenses = LicenseTable()
        var last: ID<License>?
        var records: [APIKeyRecord] = []
        let batch = LicenseCache.batch
        while true {
            let more = try await database.transaction(for: .system) { [last] in
                try $0.knownLicenses(after: last, most: batch)
            }
            for license in more { licenses.remember(license) }
            if more.count < batch { break }
            last = more.last?.id
        }
        while true {
            let last = records.last?.id
            let more = try await database.transaction(for: .system) {
                try $0.apiKeys(before: last, most: batch)
            }
            records += more
            if more.count < batch { break }
        }
        let (all, keys) = (licenses, records.compactMap(opened))
        state.withLock {
            $0.memory.replaceAll(with: all, keys, connection: connection, upTo: upTo)
        }
        log.info("licences are in memory", ["licenses": String(all.count)])
    }

    private func keepStoringUses() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(LicenseCache.useSeconds))
            guard !Task.isCancelled else { return }
            do {
                try await storeUses()
            } catch {
                log.warning("uses of keys are not stored", ["error": String(describing: error)])
            }
        }
    }

    /// Writes down which keys were used since the last time.
    package func storeUses() async throws {
        let uses = state.withLock { state in
            defer { state.uses = [:] }
            return state.uses
        }
        guard !uses.isEmpty else { return }
        try await database.transaction(for: .system) { session in
            for (key, moment) in uses { try session.storeUse(of: key, at: moment) }
        }
    }
}

extension LicenseChange {
    fileprivate var license: ID<License>? { if case .license(let id) = self { id } else { nil } }
    fileprivate var apiKey: ID<APIKey>? { if case .apiKey(let id) = self { id } else { nil } }
}
