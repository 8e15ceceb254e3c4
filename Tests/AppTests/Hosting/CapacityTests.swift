import Core
import Postgres
import Testing
import Wire

@testable import App

@Suite struct CapacityTests {
    @Test func `three hundred at once never overfill three nearly full servers`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let servers = try await app.servers()
            for (index, capacity) in [12, 15, 20].enumerated() {
                try await app.changeServer(index, ["capacity": .integer(Int64(capacity))])
                try await app.fill(servers[index].id, 8)
            }
            let taken = try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<300 { group.addTask { try await app.reserve() != nil } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(taken == 4 + 7 + 12, "all room is given, and none twice")
            #expect(try await app.servers().map(\.currentAccounts) == [12, 15, 20])
            #expect(try await app.servers().map(\.freeSlots) == [0, 0, 0])
            let counted = try await app.services.database.transaction(for: .system) { session in
                try session.all(
                    """
                    SELECT count(hosting_accounts.id) AS count FROM servers
                    LEFT JOIN hosting_accounts ON server_id = servers.id
                        AND status IN ('provisioning', 'active', 'suspended')
                    GROUP BY servers.name ORDER BY servers.name
                    """
                ) { try $0.get("count", as: Int.self) }
            }
            #expect(counted == [12, 15, 20])
        }
    }

    @Test func `room that is given back is counted once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let server = try await app.servers()[0]
            let account = try await app.fill(server.id, 2)[0]
            let services = app.services
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await services.database.transaction(for: .system) { session in
                            _ = try session.endAccount(
                                account.id,
                                as: .failed,
                                now: account.createdAt
                            )
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await app.servers()[0].currentAccounts == 1)
        }
    }

    @Test func `the healthy server with the most room is taken`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let servers = try await app.servers()
            for (index, capacity) in [10, 30, 20].enumerated() {
                try await app.changeServer(index, ["capacity": .integer(Int64(capacity))])
            }
            #expect(try await app.reserve()?.server == servers[1].id)
            try await app.services.database.transaction(for: .system) {
                try $0.setHealth(
                    of: servers[1].id,
                    problem: "It is silent.",
                    now: servers[1].createdAt
                )
            }
            #expect(try await app.reserve()?.server == servers[2].id)
            try await app.changeServer(2, ["is_active": false])
            #expect(try await app.reserve()?.server == servers[0].id)
            #expect(try await app.reserve(on: servers[1].id)?.server == servers[1].id)
            #expect(try await app.reserve(on: servers[2].id) == nil)
        }
    }
}
