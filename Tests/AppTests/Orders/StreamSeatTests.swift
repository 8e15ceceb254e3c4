import Core
import Foundation
import Testing
import Web
import Wire

@testable import App

@Suite struct StreamSeatTests {
    @Test func `one stream too many of a user is refused until another ends`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.logInToPortal()
            let order = try await app.orderOnPages()
            let path = "/orders/\(order.id)/events"
            let customer = try await StaffBrowser("customer", app)
            let streams = (1...5).map { _ in Task { try await customer.get(path) } }
            defer { for stream in streams { stream.cancel() } }
            let seats = app.services.streamSeats
            func count(_ expected: Int) async throws {
                _ = try await eventually("\(expected) streams") {
                    seats.count == expected ? true : nil
                }
            }
            try await count(5)

            let refused = try await customer.get(path)
            #expect(refused.status == 429)
            #expect(refused.headers["Retry-After"] != nil)
            #expect(refused.text.contains("Load it again"))
            #expect(try await customer.get("/orders/\(order.id)").status == 200)
            let staff = try await StaffBrowser("support", app)
            let watching = Task { try await staff.get("/console\(path)") }
            defer { watching.cancel() }
            try await count(6)

            streams[0].cancel()
            try await count(5)
            // An answer without a body has no stream that could end.
            let head = try await app.portal.send(
                "HEAD",
                path,
                headers: ["Cookie": customer.cookies]
            )
            #expect(head.status == 200)
            try await count(5)
            let another = Task { try await customer.get(path) }
            try await count(6)

            _ = try await customer.submit(
                "/orders/\(order.id)/cancellation",
                from: "/orders/\(order.id)"
            )
            #expect(try await another.value.text.hasSuffix("event: end\ndata: \n\n"))
            try await count(0)
        }
    }

    @Test func `streams of all users leave connections for pages`() throws {
        let seats = StreamSeats(most: 3, mostOfUser: 2)
        let users = (1...3).map { _ in ID<User>(UUID()) }
        var taken = try [seats.take(for: users[0]), seats.take(for: users[0])]
        #expect(throws: Problem.tooManyStreams) { try seats.take(for: users[0]) }
        taken.append(try seats.take(for: users[1]))
        #expect(throws: Problem.tooManyStreams) { try seats.take(for: users[2]) }
        taken.removeFirst()
        #expect(seats.count == 2)
        taken.append(try seats.take(for: users[2]))
        taken = []
        #expect(seats.count == 0)
    }
}
