import Foundation
import Support

/// The directory of a cluster, and PostgreSQL's programs run on it by the right user.
struct ClusterPlace: Sendable {
    let directory: String
    private let programs: String
    /// Where the socket is; not in the directory when its path would be too long for one.
    private let socket: String

    var data: String { directory + "/data" }
    var logFile: String { directory + "/server.log" }

    private static var isRoot: Bool { getuid() == 0 }

    /// Chooses the directory and makes it, with mode 0700, owned by whoever runs the server.
    init(directory wanted: String) throws {
        let absolute = URL(filePath: wanted).standardizedFileURL.path
        programs = try Self.findPrograms()
        directory = Self.isReachable(absolute) ? absolute : Self.fallback(for: absolute)
        // A socket's address has room for 107 bytes, of which 14 are its name.
        socket = directory.utf8.count <= 90 ? directory : Self.fallback(for: absolute)
        for path in Set([directory, socket]) { try Self.claim(path) }
    }

    var conninfo: String {
        let host = socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? socket
        return "postgresql://postgres@/postgres?host=\(host)"
    }

    var isInitialized: Bool {
        FileManager.default.fileExists(atPath: data + "/PG_VERSION")
    }

    var isRunning: Bool { (try? run("pg_ctl", ["status", "-D", data])) != nil }

    func initialize(fsync: Bool) throws {
        var arguments = [
            "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--data-checksums",
        ]
        if !fsync { arguments.append("--no-sync") }
        try run("initdb", arguments)
    }

    func start(fsync: Bool) throws {
        var settings = [
            "listen_addresses=", "unix_socket_directories=\(socket)",
            "unix_socket_permissions=0700",
            "shared_buffers=128MB", "max_connections=200", "timezone=UTC", "log_timezone=UTC",
        ]
        if !fsync { settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"] }
        let options = settings.map { "-c '\($0)'" }.joined(separator: " ")
        try run(
            "pg_ctl",
            ["start", "-D", data, "-l", logFile, "-w", "-t", "60", "-s", "-o", options]
        )
    }

    /// The words that run one of the programs as the user who may run it.
    func words(_ program: String, _ arguments: [String]) -> [String] {
        let command = ["\(programs)/\(program)"] + arguments
        return Self.isRoot ? ["runuser", "-u", "postgres", "--"] + command : command
    }

    /// Runs one of PostgreSQL's programs.
    ///
    /// - Throws: ``ClusterError`` with what it said when it fails.
    func run(_ program: String, _ arguments: [String]) throws {
        try ChildProgram.run(words(program, arguments))
    }

    /// The directory of the newest version's programs.
    private static func findPrograms() throws -> String {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        let newest = versions.compactMap(Int.init).sorted(by: >).map { "\(root)/\($0)/bin" }
        let named = try? ChildProgram.run(["pg_config", "--bindir"])
        let all =
            newest + [named?.trimmingCharacters(in: .whitespacesAndNewlines)].compactMap { $0 }
        let usable = all.first { FileManager.default.isExecutableFile(atPath: "\($0)/initdb") }
        guard let usable else {
            throw ClusterError(program: "initdb", output: "PostgreSQL's server is not installed")
        }
        return usable
    }

    /// Whether whoever runs the server can get to a path whose last part may not exist yet.
    private static func isReachable(_ path: String) -> Bool {
        guard isRoot else { return true }
        var parent = URL(filePath: path).deletingLastPathComponent()
        while !FileManager.default.fileExists(atPath: parent.path), parent.path != "/" {
            parent.deleteLastPathComponent()
        }
        return
            (try? ChildProgram.run(["runuser", "-u", "postgres", "--", "test", "-x", parent.path]))
            != nil
    }

    /// A directory that anybody can reach, with a name that is the same for the same path.
    private static func fallback(for path: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in "\(getuid()):\(path)".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return "/var/tmp/postgres-\(String(hash, radix: 16))"
    }

    /// Makes a directory, or makes sure that an existing one belongs to the server's user alone.
    private static func claim(_ path: String) throws {
        let files = FileManager.default
        if (try? files.attributesOfItem(atPath: path)) == nil {
            // The server's user has to get through what lies above.
            try files.createDirectory(
                at: URL(filePath: path).deletingLastPathComponent(),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o755]
            )
            try files.createDirectory(
                atPath: path,
                withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700]
            )
        }
        // Somebody else's directory could hold somebody else's configuration.
        let attributes = try files.attributesOfItem(atPath: path)
        let owner = attributes[.ownerAccountName] as? String
        let trusted = isRoot ? ["root", "postgres"] : [NSUserName()]
        guard attributes[.type] as? FileAttributeType == .typeDirectory,
            trusted.contains(owner ?? "")
        else {
            throw ClusterError(program: "initdb", output: "\(path) is not a directory of ours")
        }
        try files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        if isRoot { try ChildProgram.run(["chown", "--no-dereference", "postgres:", path]) }
    }
}
