import App
import Core
import Foundation
import Postgres
import Simulators
import Testing
import Wire

/// Whatever becomes of one call to one outside party, a sale is delivered, and each part of it
/// once.
@Suite(.long) struct RemoteFaultTests {
    /// A call of a sale with a domain name.
    struct Call: Sendable, CustomTestStringConvertible {
        enum Party: Sendable { case stripe, registrar, panels, mail }

        let party: Party
        let match: String
        var testDescription: String { match }

        static let all = [
            Call(party: .stripe, match: "POST /v1/customers"),
            Call(party: .stripe, match: "POST /v1/checkout/sessions"),
            Call(party: .stripe, match: "GET /v1/checkout/sessions"),
            Call(party: .registrar, match: "POST /api/customers/signup"),
            Call(party: .registrar, match: "POST /api/contacts/add"),
            Call(party: .registrar, match: "POST /api/domains/register"),
            Call(party: .registrar, match: "GET /api/domains/orderid"),
            Call(party: .panels, match: "POST /api/v1/billing/accounts"),
            Call(party: .panels, match: "POST /api/v1/licenses/provision"),
            Call(party: .mail, match: "SMTP RCPT"),
            Call(party: .mail, match: "SMTP DATA"),
        ]
    }

    private static let passing = FaultMode.allCases.filter { $0 != .reject }
    private static let impatient = ["REMOTE_DEADLINE_SECONDS": "1"]

    @Test(arguments: Call.all)
    func `a call that fails in every way does not keep sales from their end`(
        call: Call
    ) async throws {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            let hosts = app.hosts(of: call)
            for host in hosts {
                for mode in RemoteFaultTests.passing { host.faults.add(Fault(call.match, mode)) }
            }
            let people = try await inTurn(RemoteFaultTests.passing.count) { _ in
                try await app.register()
            }
            try await atOnce(people.count) { turn in
                let domain = "example-\(turn).com"
                let placed = try await app.placeOrder(by: people[turn], domain: domain)
                let id = try #require(placed["id"]?.string)
                app.pay(try await app.openCheckoutInTheEnd(id, by: people[turn]))
                _ = try await app.order(id, by: people[turn], reaching: "completed", seconds: 90)
            }
            // Panels share the sales, so each meets a part of its faults.
            let left = hosts.map(\.faults.faults.count)
            #expect(call.party == .panels ? left.contains(0) : left == [0], "\(left)")
            try await app.mailsHaveLeft()
            #expect(try await app.books() == .ofSales(people.count, withDomain: true))
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test(arguments: Call.all)
    func `a refusal that lasts is seen by staff, and the sale goes on when it ends`(
        call: Call
    ) async throws {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            let hosts = app.hosts(of: call)
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann, domain: "example.com")
            let id = try #require(placed["id"]?.string)
            for host in hosts { host.faults.add(Fault(call.match, .reject, times: 10_000)) }
            if call.party == .stripe {
                try await app.waitOutTheProcessor(id, by: ann, hosts)
            } else {
                app.pay(try await app.openCheckoutInTheEnd(id, by: ann))
                if call.match != "GET /api/domains/orderid" {
                    let stuck = try await app.order(id, by: ann, reaching: "attention")
                    let details = stuck["steps"]?.array?.compactMap { $0["detail"]?.string } ?? []
                    #expect(details.allSatisfy { !$0.isEmpty })
                    for host in hosts { host.faults.clear() }
                    try await app.retryByStaff(id)
                }
            }
            _ = try await app.order(id, by: ann, reaching: "completed", seconds: 60)
            try await app.mailsHaveLeft()
            #expect(try await app.books() == .ofOneSale(withDomain: true))
            #expect(try await app.brokenCounters() == [])
        }
    }

    @Test func `every call losing its answer once does not keep a sale from its end`()
        async throws
    {
        try await TestApp.run(environment: RemoteFaultTests.impatient) { app in
            for call in Call.all {
                for host in app.hosts(of: call) {
                    host.faults.add(Fault(call.match, .timeoutAfter))
                }
            }
            let ann = try await app.register()
            let placed = try await app.placeOrder(by: ann, domain: "example.com")
            let id = try #require(placed["id"]?.string)
            app.pay(try await app.openCheckoutInTheEnd(id, by: ann))
            _ = try await app.order(id, by: ann, reaching: "completed", seconds: 90)
            try await app.mailsHaveLeft()
            #expect(try await app.books() == .ofOneSale(withDomain: true))
        }
    }
}

extension TestApp {
    /// The simulators that a call may go to.
    fileprivate func hosts(of call: RemoteFaultTests.Call) -> [SimulatorHost] {
        switch call.party {
        case .stripe: [simulators.stripe.host]
        case .registrar: [simulators.resellerClub.host]
        case .panels: simulators.panels.map(\.host)
        case .mail: [simulators.mail.host]
        }
    }

    /// Opens a payment page as a patient customer does: again when the answer is that it is tried
    /// later, never when something is wrong inside.
    fileprivate func openCheckoutInTheEnd(_ order: String, by person: Person) async throws -> String
    {
        try await eventually("an open payment page", seconds: 30) {
            let path = "/api/v1/orders/\(order)/checkout"
            let answer = try await api.post(path, json: [:], token: person.token)
            guard answer.status == 200 else {
                #expect([502, 503, 504].contains(answer.status), "\(answer.text)")
                return nil
            }
            return answer.json["session_id"]?.string
        }
    }

    /// Meets a processor that refuses for a while, and pays when it no longer does.
    fileprivate func waitOutTheProcessor(
        _ order: String,
        by person: Person,
        _ hosts: [SimulatorHost]
    ) async throws {
        let path = "/api/v1/orders/\(order)/checkout"
        let refused = try await api.post(path, json: [:], token: person.token)
        if refused.status == 200 {
            pay(try #require(refused.json["session_id"]?.string))
            try await Task.sleep(for: .milliseconds(300))
            let state = try await api.get("/api/v1/orders/\(order)", token: person.token)
            #expect(state.json["status"] == "pending")
            for host in hosts { host.faults.clear() }
        } else {
            #expect([422, 502, 503, 504].contains(refused.status), "\(refused.text)")
            for host in hosts { host.faults.clear() }
            pay(try await openCheckoutInTheEnd(order, by: person))
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
