import Foundation
import Support

/// The secret key of a sandbox that was given none: made at the first start and kept beside its
/// data, for the owner's eyes alone.
struct SandboxSecret {
    /// The file is not what was written.
    struct Unusable: Error, CustomStringConvertible {
        let path: String
        var description: String { "The sandbox's secret key in \(path) cannot be used." }
    }

    private let folder: URL

    init(dataDirectory: String) {
        folder = URL(filePath: dataDirectory, directoryHint: .isDirectory)
    }

    /// The key, made when it is not there.
    func key() throws -> String {
        let file = folder.appending(path: "secret-key")
        if let key = try kept(file) { return key }
        let files = FileManager.default
        try files.createDirectory(at: folder, withIntermediateDirectories: true)
        let draft = folder.appending(path: "secret-key.\(Hex.encode(randomBytes(8)))")
        // Nobody else may read the file before anything is in it.
        let permissions: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        _ = files.createFile(atPath: draft.path, contents: nil, attributes: permissions)
        defer { try? files.removeItem(at: draft) }
        let handle = try FileHandle(forWritingTo: draft)
        try handle.write(contentsOf: Data(Hex.encode(randomBytes(32)).utf8))
        try handle.close()
        // Two programs may start at once: the link of one of them is there first.
        try? files.linkItem(at: draft, to: file)
        guard let key = try kept(file) else { throw Unusable(path: file.path) }
        return key
    }

    private func kept(_ file: URL) throws -> String? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let key = try String(contentsOf: file, encoding: .utf8)
        // A damaged key would be replaced by another one at each start.
        guard key.utf8.count >= 32 else { throw Unusable(path: file.path) }
        return key
    }
}

extension Configuration {
    /// The settings of this process. A sandbox that is given no secret key has one of its own.
    ///
    /// - Throws: ``Faults``, or why the sandbox's key can be neither read nor made.
    static func ofProcess() throws -> Configuration {
        var environment = ProcessInfo.processInfo.environment
        let plain = try Configuration(environment: environment)
        guard plain.mode == .sandbox, environment["SECRET_KEY", default: ""].isEmpty
        else { return plain }
        environment["SECRET_KEY"] = try SandboxSecret(dataDirectory: plain.dataDirectory).key()
        return try Configuration(environment: environment)
    }
}
