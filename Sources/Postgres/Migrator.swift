package import Foundation

/// Brings a schema up to date with a folder of numbered SQL files.
///
/// `0001_customers.sql` runs before `0002_invoices.sql`, each in one transaction together with its
/// line in `schema_migrations`. An advisory lock lets only one migrator run at a time.
package struct Migrator: Sendable {
    private let folder: URL
    private let settings: [String: String]

    /// - Parameters:
    ///   - folder: where the files are.
    ///   - settings: the server's settings during each file: row-level security that is forced
    ///     binds the owner of the tables as well, who may be no superuser.
    package init(folder: URL, settings: [String: String] = [:]) {
        self.folder = folder
        self.settings = settings
    }

    /// Applies what has not been applied yet and returns the names of those files.
    ///
    /// - Throws: ``MigrationError`` when an applied file was edited, is missing or was overtaken by
    ///   a new one, when a file is badly named, and when one fails, which leaves nothing behind.
    @discardableResult
    package func migrate(conninfo: String) async throws -> [String] {
        let files = try MigrationFile.all(in: folder)
        return try await onOwnThread(named: "postgres.migrate") {
            let settings = try ConnectionSettings(conninfo, applicationName: "migrate")
            let session = try Session(settings)
            return try run(session, files).apply()
        }
    }

    /// The names of the files that have not been applied yet; nothing is changed.
    package func pending(conninfo: String) async throws -> [String] {
        let files = try MigrationFile.all(in: folder)
        return try await onOwnThread(named: "postgres.migrate") {
            let settings = try ConnectionSettings(conninfo, applicationName: "migrate")
            let session = try Session(settings)
            return try run(session, files).fresh().map(\.name)
        }
    }

    private func run(_ session: Session, _ files: [MigrationFile]) -> MigrationRun {
        MigrationRun(session: session, files: files, settings: settings)
    }
}

/// Why a schema could not be brought up to date.
package struct MigrationError: Error, Sendable, CustomStringConvertible {
    package let file: String
    package let reason: String

    package var description: String { "migration \(file): \(reason)" }
}

/// One file of the folder.
private struct MigrationFile: Sendable {
    let number: Int
    let name: String
    let bytes: [UInt8]

    /// The files in the order of their numbers.
    static func all(in folder: URL) throws -> [MigrationFile] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        var files: [MigrationFile] = []
        for name in names.sorted() where name.hasSuffix(".sql") {
            guard let number = number(of: name) else {
                throw MigrationError(file: name, reason: "a name is like 0001_customers.sql")
            }
            if files.last?.number == number {
                throw MigrationError(file: name, reason: "the number is taken twice")
            }
            let bytes = try [UInt8](Data(contentsOf: folder.appending(path: name)))
            guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
                throw MigrationError(file: name, reason: "it is no text in UTF-8")
            }
            files.append(MigrationFile(number: number, name: name, bytes: bytes))
        }
        return files
    }

    private static func number(of name: String) -> Int? {
        let digits = name.prefix(4)
        guard name.utf8.count > 9, digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            name.dropFirst(4).first == "_"
        else { return nil }
        return Int(digits)
    }
}

/// One run over one connection, which holds the lock until it ends.
private struct MigrationRun {
    let session: Session
    let files: [MigrationFile]
    let settings: [String: String]

    /// Any number that nothing else locks; spells "migrate" in ASCII.
    private static let lock: Int64 = 0x6D_6967_7261_7465

    private struct Applied {
        let name: String
        let checksum: String
    }

    func apply() throws -> [String] {
        _ = try session.all("SELECT pg_advisory_lock(\(Self.lock))") { _ in }
        try createTable()
        let fresh = try fresh()
        for file in fresh { try apply(file) }
        return fresh.map(\.name)
    }

    /// What has not been applied yet.
    func fresh() throws -> [MigrationFile] {
        guard try hasTable() else { return files }
        let applied = try loadApplied()
        try verify(applied)
        let names = Set(applied.map(\.name))
        return files.filter { !names.contains($0.name) }
    }

    private func hasTable() throws -> Bool {
        try session.one(
            "SELECT to_regclass('schema_migrations') IS NOT NULL AS found"
        ) { try $0.get("found", as: Bool.self) }
    }

    private func createTable() throws {
        if try hasTable() { return }
        try session.run(
            """
            CREATE TABLE schema_migrations (
                name text PRIMARY KEY,
                checksum text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
    }

    private func loadApplied() throws -> [Applied] {
        try session.all("SELECT name, checksum FROM schema_migrations ORDER BY name COLLATE \"C\"")
        {
            try Applied(name: $0.get("name"), checksum: $0.get("checksum"))
        }
    }

    /// Compares what was applied with the folder.
    private func verify(_ applied: [Applied]) throws {
        let byName = Dictionary(uniqueKeysWithValues: files.map { ($0.name, $0) })
        for one in applied {
            guard let file = byName[one.name] else {
                throw MigrationError(file: one.name, reason: "it was applied and is missing now")
            }
            guard try checksum(file) == one.checksum else {
                throw MigrationError(file: one.name, reason: "it was edited after it was applied")
            }
        }
        guard let last = applied.last?.name else { return }
        let names = Set(applied.map(\.name))
        if let late = files.first(where: { $0.name < last && !names.contains($0.name) }) {
            throw MigrationError(file: late.name, reason: "\(last) was applied before it")
        }
    }

    private func checksum(_ file: MigrationFile) throws -> String {
        try session.one("SELECT encode(sha256(\(file.bytes)), 'hex') AS checksum") {
            try $0.get("checksum")
        }
    }

    private func apply(_ file: MigrationFile) throws {
        do {
            try session.script("BEGIN")
            for (name, value) in settings {
                _ = try session.all("SELECT set_config(\(name), \(value), true)") { _ in }
            }
            try session.script(String(decoding: file.bytes, as: UTF8.self))
            guard session.connection.transactionState == .open else {
                throw MigrationError(file: file.name, reason: "it ended its own transaction")
            }
            try session.script("RESET search_path")
            try session.run(
                """
                INSERT INTO schema_migrations (name, checksum)
                VALUES (\(file.name), \(try checksum(file)))
                """
            )
            try session.script("COMMIT")
        } catch let error as DatabaseError {
            // What a migration says is no secret, and whoever wrote it needs the server's words.
            throw MigrationError(file: file.name, reason: error.debugDescription)
        }
    }
}
