import App
import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Wire

/// Whatever becomes of one call to one outside party, a sale is delivered, and each part of it
/// once.
@Suite(.long) struct RemoteFaultTests {
    private static let passing = FaultMode.allCases.filter { $0 != .reject }
    private static let impatient = ["REMOTE_DEADLINE_SECONDS": "1"]

    @Test(arguments: RemoteCall.all)
    func `a call that fails in every way does not keep sales from their end`(
        call: RemoteCall
    ) async throws {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            let hosts = app.hosts(of: call)
            let sales = call.party == .panels ? 4 * hosts.count : RemoteFaultTests.passing.count
            for host in hosts {
                // A panel may get a sale less than its share, when several are placed at once.
                if let lost = call.afterLosing {
                    host.faults.add(Fault(lost, .timeoutAfter, times: sales / hosts.count - 1))
                }
                for mode in RemoteFaultTests.passing { host.faults.add(Fault(call.match, mode)) }
            }
            let people = try await inTurn(sales) { _ in try await app.register() }
            async let health: Void = app.askForHealth(of: hosts, as: call)
            try await atOnce(people.count) { turn in
                let placed = try await app.placeOrder(call.way, turn, by: people[turn])
                let id = try #require(placed["id"]?.string)
                try await app.pay(try await app.openInTheEnd(placed, call.way, by: people[turn]))
                _ = try await app.order(id, by: people[turn], reaching: "completed", seconds: 90)
            }
            try await health
            #expect(hosts.map { $0.faults.faults } == hosts.map { _ in [] })
            try await app.mailsHaveLeft()
            let books = Books.ofSales(people.count, withDomain: call.way.hasDomain)
            #expect(try await app.books() == books)
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test(arguments: RemoteCall.all)
    func `a refusal that lasts is seen by staff, and the sale goes on when it ends`(
        call: RemoteCall
    ) async throws {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            let hosts = app.hosts(of: call)
            let ann = try await app.register()
            let placed = try await app.placeOrder(call.way, 0, by: ann)
            let id = try #require(placed["id"]?.string)
            for host in hosts {
                if let lost = call.afterLosing { host.faults.add(Fault(lost, .timeoutAfter)) }
                host.faults.add(Fault(call.match, .reject, times: 10_000))
            }
            if call.isAboutHealth { try await app.askForHealth() }
            if call.party == .stripe {
                try await app.waitOutTheProcessor(placed, call.way, by: ann, hosts)
            } else {
                try await app.pay(try await app.openInTheEnd(placed, call.way, by: ann))
                if call.holdsUpTheSale {
                    let stuck = try await app.order(id, by: ann, reaching: "attention")
                    let details = stuck["steps"]?.array?.compactMap { $0["detail"]?.string } ?? []
                    #expect(details.allSatisfy { !$0.isEmpty })
                    for host in hosts { host.faults.clear() }
                    if call.isAboutHealth { try await app.askForHealth() }
                    try await app.retryByStaff(id)
                }
            }
            _ = try await app.order(id, by: ann, reaching: "completed", seconds: 60)
            try await app.mailsHaveLeft()
            #expect(try await app.books() == .ofOneSale(withDomain: call.way.hasDomain))
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test(arguments: RemoteCall.Way.allCases)
    func `every call losing its answer once does not keep a sale from its end`(
        way: RemoteCall.Way
    ) async throws {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            for call in RemoteCall.all {
                for host in app.hosts(of: call) {
                    host.faults.add(Fault(call.match, .timeoutAfter))
                }
            }
            let ann = try await app.register()
            let placed = try await app.placeOrder(way, 0, by: ann)
            let id = try #require(placed["id"]?.string)
            try await app.pay(try await app.openInTheEnd(placed, way, by: ann))
            try await app.hurry(id, by: ann, reaching: "completed")
            try await app.mailsHaveLeft()
            #expect(try await app.books() == .ofOneSale(withDomain: way.hasDomain))
        }
    }
}

extension TestApp {
    /// The simulators that a call may go to.
    fileprivate func hosts(of call: RemoteCall) -> [SimulatorHost] {
        switch call.party {
        case .stripe: [simulators.stripe.host]
        case .registrar: [simulators.resellerClub.host]
        case .panels: simulators.panels.map(\.host)
        case .mail: [simulators.mail.host]
        }
    }

    /// Opens what is paid on as a patient customer does: again when the answer is that it is tried
    /// later, never when something is wrong inside.
    fileprivate func openInTheEnd(
        _ order: JSON,
        _ way: RemoteCall.Way,
        by person: Person
    ) async throws -> Payable {
        try await eventually("something to pay on", seconds: 30) {
            let (answer, payable) = try await open(order, way, by: person)
            let isLater = [502, 503, 504].contains(answer.status)
            #expect(payable != nil || isLater, "\(answer.text)")
            return payable
        }
    }

    /// Meets a processor that refuses for a while, and pays when it no longer does.
    fileprivate func waitOutTheProcessor(
        _ order: JSON,
        _ way: RemoteCall.Way,
        by person: Person,
        _ hosts: [SimulatorHost]
    ) async throws {
        let (answer, payable) = try await open(order, way, by: person)
        if let payable {
            try await pay(payable)
            try await Task.sleep(for: .milliseconds(300))
            let id = try #require(order["id"]?.string)
            let state = try await api.get("/api/v1/orders/\(id)", token: person.token)
            #expect(state.json["status"] == "pending")
            for host in hosts { host.faults.clear() }
        } else {
            #expect([422, 502, 503, 504].contains(answer.status), "\(answer.text)")
            for host in hosts { host.faults.clear() }
            try await pay(try await openInTheEnd(order, way, by: person))
        }
    }

    /// Has staff ask the panels how they are.
    fileprivate func askForHealth() async throws {
        let token = try await token(of: "support")
        let answer = try await api.get("/api/v1/nextpanel/servers/status", token: token)
        #expect(answer.status == 200, "\(answer.text)")
    }

    /// The same until the panels have failed as they were told to, and are well again.
    fileprivate func askForHealth(of hosts: [SimulatorHost], as call: RemoteCall) async throws {
        guard call.isAboutHealth else { return }
        while hosts.contains(where: { !$0.faults.faults.isEmpty }) { try await askForHealth() }
        try await askForHealth()
    }

    /// Waits for an order while time runs some times as fast: pauses grow with every failure.
    fileprivate func hurry(_ id: String, by person: Person, reaching status: String) async throws {
        _ = try await eventually("order \(status)", seconds: 120) {
            clock.advance(seconds: 0.3)
            let answer = try await api.get("/api/v1/orders/\(id)", token: person.token)
            return answer.json["status"]?.string == status ? true : nil
        }
    }

    fileprivate func retryByStaff(_ order: String) async throws {
        let id = try #require(ID<Order>(order))
        try await Fulfilment(services).retry(id, actor: .system)
    }

    /// Waits until no mail is on its way, so that one that comes twice is seen.
    fileprivate func mailsHaveLeft() async throws {
        _ = try await eventually("mails that have left", seconds: 40) {
            try await count(
                """
                SELECT 1 FROM email_outbox WHERE status <> 'sent'
                    AND template IN ('welcome', 'receipt')
                """
            ) == 0
                ? true : nil
        }
    }
}
