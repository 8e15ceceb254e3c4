import Foundation
import Postgres
import Support
import Testing

/// What happens when the server goes away; on a server of its own.
struct RestartTests {
    @Test func `after a crash of the server the next transaction works`() async throws {
        let cluster = PrivateCluster.temporary()
        let address = try await cluster.start()
        let database = Database(address, connections: 3, log: .silent)
        let listener = Listener(address, channels: ["jobs", "Odd \"name"], log: .silent)
        var heard = listener.notifications.makeAsyncIterator()
        #expect(await heard.next() == .reconnected)
        try await useAll(database)
        try await announce("one", by: database)
        #expect(await heard.next() == .notified(channel: "jobs", payload: "one"))

        try await cluster.crashAndRestart()
        try await useAll(database)

        #expect(await heard.next() == .reconnected)
        #expect(listener.isConnected)
        try await announce("two", by: database)
        #expect(await heard.next() == .notified(channel: "jobs", payload: "two"))
        var late = listener.notifications.makeAsyncIterator()
        #expect(await late.next() == .reconnected)
        listener.close()
        #expect(await heard.next() == nil)
        #expect(!listener.isConnected)
        await database.close()
        cluster.stop()
    }

    /// Makes every thread of the pool use its connection.
    private func useAll(_ database: Database) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    _ = try await database.transaction { try $0.run("SELECT pg_sleep(0.02)") }
                }
            }
            try await group.waitForAll()
        }
    }

    private func announce(_ payload: String, by database: Database) async throws {
        try await database.transaction { try $0.run("SELECT pg_notify('jobs', \(payload))") }
    }

    @Test func `a running server is adopted, and a stopped one starts again with its data`()
        async throws
    {
        let path = FileManager.default.temporaryDirectory
            .appending(path: "cluster-\(Hex.encode(randomBytes(6)))").path
        let one = PrivateCluster(directory: path, log: .silent, fsync: false, endsWithProcess: true)
        let address = try await one.start()
        try await Database.administer(address, ["CREATE DATABASE kept"])
        let other = PrivateCluster(directory: path, log: .silent, fsync: false)
        #expect(try await other.start() == address)
        one.stop()
        #expect(try await other.start() == address)
        try await Database.administer(address, ["DROP DATABASE kept"])
        other.stop()
        try FileManager.default.removeItem(atPath: path)
    }

    @Test func `a server starts for a directory that its user cannot reach`() async throws {
        let files = FileManager.default
        let locked = files.temporaryDirectory.appending(
            path: "locked-\(Hex.encode(randomBytes(6)))"
        )
        try files.createDirectory(
            at: locked,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        let path = locked.appending(path: "very/\(String(repeating: "long/", count: 20))data").path
        let cluster = PrivateCluster(directory: path, log: .silent, fsync: false)
        let address = try await cluster.start()
        try await Database.administer(address, ["SELECT 1"])
        cluster.stop()
        try files.removeItem(at: locked)
        let host = try #require(URLComponents(string: address)?.queryItems?.first?.value)
        #expect(host.hasPrefix("/var/tmp/postgres-"))
        try files.removeItem(atPath: host)
    }
}
