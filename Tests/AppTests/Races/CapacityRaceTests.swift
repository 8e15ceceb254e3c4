import Core
import Foundation
import Postgres
import Simulators
import Support
import Testing
import Web
import Wire

@testable import App

/// Many orders at once for little room.
@Suite(.long) struct CapacityRaceTests {
    private static let orders = 300
    private static let room = 290

    @Test func `three hundred orders at once never overfill a server`() async throws {
        let environment = ["DATABASE_CONNECTIONS": "12"]
        try await TestApp.run(environment: environment, runsWorker: false) { app in
            try await app.setCapacities([100, 97, 93])
            let buyers = try await app.makeBuyers(CapacityRaceTests.orders)
            let items = try await atOnce(CapacityRaceTests.orders, width: 24) { turn in
                try await app.sellWithoutPage(to: buyers[turn])
            }
            let numbers = try await app.count("SELECT DISTINCT number FROM orders")
            #expect(numbers == Int64(CapacityRaceTests.orders))
            let served = try await atOnce(CapacityRaceTests.orders) { turn in
                try await app.makeAccount(for: items[turn])
            }
            #expect(served.count { $0 } == CapacityRaceTests.room)
            #expect(try await app.brokenCounters() == [])
            #expect(try await app.accounts(.provisioning, .active) == CapacityRaceTests.room)

            let worker = try await app.another(environment: environment)
            do {
                try await app.expectWaiting(CapacityRaceTests.orders - CapacityRaceTests.room)
                #expect(try await app.brokenCounters() == [])
                try await app.setCapacities([104, 100, 100])
                _ = try await eventually("all orders completed", seconds: 120) {
                    let open = try await app.count(
                        "SELECT 1 FROM orders WHERE status <> 'completed'"
                    )
                    return open == 0 ? true : nil
                }
                #expect(try await app.accounts(.active) == CapacityRaceTests.orders)
                #expect(try await app.books().panelAccounts == CapacityRaceTests.orders)
                #expect(try await app.brokenCounters() == [])
                let perServer = app.simulators.panels.map {
                    $0.host.state["accounts"]?.array?.count ?? 0
                }
                #expect(zip(perServer, [104, 100, 100]).allSatisfy { $0 <= $1 }, "\(perServer)")
            } catch {
                await worker.stopInstance()
                throw error
            }
            await worker.stopInstance()
        }
    }
}

extension TestApp {
    fileprivate func setCapacities(_ capacities: [Int]) async throws {
        for (index, capacity) in capacities.enumerated() {
            try await run(
                """
                UPDATE servers SET capacity = \(capacity)
                WHERE name = \("Sandbox panel \(index + 1)")
                """
            )
        }
    }

    /// Customers with everything that a sale needs of them, without their log-ins.
    fileprivate func makeBuyers(_ count: Int) async throws -> [Buyer] {
        let (services, now) = (services, services.clock.now)
        return try await services.database.transaction(for: .system) { session in
            try (0..<count).map { number in
                let customer = ID<Customer>(services.ids.next())
                let email = "buyer-\(number)@example.org"
                try session.storeCustomer(
                    customer,
                    name: "Buyer \(number)",
                    company: nil,
                    email: email,
                    now: now
                )
                let user = UserRecord(
                    id: ID(services.ids.next()),
                    customer: customer,
                    email: email,
                    emailVerifiedAt: now,
                    passwordHash: UserRecord.noPassword,
                    fullName: "Buyer \(number)",
                    role: .customer,
                    isActive: true,
                    createdAt: now
                )
                _ = try session.storeUser(user, emailKey: email)
                _ = try session.claimGatewayCustomer(customer, now: now)
                try session.storeGatewayCustomer("cus_\(number)", of: customer)
                return Buyer(customer: customer, user: user.id)
            }
        }
    }

    /// Places an order and settles it with what the processor would report, as webhook and poller
    /// do.
    fileprivate func sellWithoutPage(to buyer: Buyer) async throws -> OrderItemRecord {
        let plan = try #require(ID<Plan>(try await plan()))
        let details = try await Orders(services).place(
            [CartItem(plan: plan, cycle: .monthly, domain: nil)],
            by: buyer,
            actor: .system
        )
        let payment = try await Checkouts(services).begin(
            .checkout,
            try App.Payable(details),
            for: .customer(buyer.customer),
            returningTo: Checkouts.ReturnAddresses(success: "", cancel: ""),
            savePaymentMethod: true
        )
        let (services, now) = (services, services.clock.now)
        try await services.database.transaction(for: .system) { session in
            let state = CheckoutState(
                id: "cs_\(payment.id.text)",
                status: .complete,
                paymentStatus: .paid,
                url: nil,
                mode: "payment",
                amountTotal: payment.amount.minorUnits,
                currency: "usd",
                customer: try session.gatewayCustomer(of: buyer.customer),
                reference: payment.id.text,
                intent: "pi_\(payment.id.text)",
                isLive: false,
                metadata: payment.metadata
            )
            try Settlements.apply(
                PaymentReport(state),
                to: payment.id,
                session,
                services,
                now: now
            )
        }
        return try #require(details.items.first)
    }

    /// Runs the step that takes room and makes the account; whether there was any.
    fileprivate func makeAccount(for item: OrderItemRecord) async throws -> Bool {
        switch try await HostingAccountStep(services).run(item) {
        case .succeeded: true
        default: false
        }
    }

    fileprivate func accounts(_ states: HostingAccountRecord.Status...) async throws -> Int {
        Int(
            try await count(
                "SELECT 1 FROM hosting_accounts WHERE status = ANY(\(states.map(\.rawValue)))"
            )
        )
    }

    /// Waits until everything that can be delivered is, and the rest is shown to wait for room.
    fileprivate func expectWaiting(_ expected: Int) async throws {
        _ = try await eventually("\(expected) orders that wait", seconds: 120) {
            let waiting = try await count("SELECT 1 FROM orders WHERE status = 'attention'")
            let done = try await count("SELECT 1 FROM orders WHERE status = 'completed'")
            let total = try await count("SELECT 1 FROM orders")
            return waiting == Int64(expected) && done + waiting == total ? true : nil
        }
        let told = try await count(
            """
            SELECT 1 FROM order_steps WHERE name = 'hosting_account' AND status = 'pending'
                AND detail LIKE 'No server has room%'
            """
        )
        #expect(told == Int64(expected))
    }
}
