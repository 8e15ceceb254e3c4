import Foundation
import Support
import Testing

@testable import App

@Suite struct SandboxSecretTests {
    private let folder = FileManager.default.temporaryDirectory
        .appending(path: "secret-\(Hex.encode(randomBytes(8)))").path

    @Test func `the key is made once, for its owner alone`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let key = try SandboxSecret(dataDirectory: folder).key()
        #expect(key.utf8.count == 64)
        #expect(try SandboxSecret(dataDirectory: folder).key() == key)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/secret-key")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["secret-key"])
    }

    @Test func `a damaged key stops the start`() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try SandboxSecret(dataDirectory: folder).key()
        try "".write(toFile: folder + "/secret-key", atomically: true, encoding: .utf8)
        #expect(throws: SandboxSecret.Unusable.self) {
            try SandboxSecret(dataDirectory: folder).key()
        }
    }

    @Test func `programs that start at once have the same key`() async throws {
        let folder = folder
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<16 {
                group.addTask { @concurrent in try SandboxSecret(dataDirectory: folder).key() }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(keys.count == 1)
    }
}
