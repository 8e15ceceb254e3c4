import Core
import Foundation
import Postgres
import Support
import Testing
import Web
import Wire

@testable import App

extension TestApp {
    /// An order of the demo customer that nobody has paid.
    func placeDemoOrder() async throws -> ID<Order> {
        let customer = try await demoCustomer
        let plan = try #require(ID<Plan>(try await plan()))
        let user = try await services.database.transaction(for: .system) {
            try #require(try $0.user(emailKey: "customer@example.com")).id
        }
        return try await Orders(services).place(
            [CartItem(plan: plan, cycle: .monthly, domain: nil)],
            by: Buyer(customer: customer, user: user),
            actor: .system
        ).order.id
    }

    /// An order of the demo customer that is paid, and of which a step has failed.
    func placeFailedOrder() async throws -> ID<Order> {
        let order = try await placeDemoOrder()
        let services = services
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.markOrderPaid(order, now: now)
            try OrderDelivery.begin(order, session, services, now: now)
            let item = try #require(try session.items(of: order).first)
            try session.setStep(
                .license,
                item: item.id,
                of: order,
                to: .failed,
                StepNote(staff: "It did not work.", "We are looking at it."),
                now: now
            )
            try session.updateStatus(of: order, now: now)
        }
        return order
    }

    /// An active account of the demo customer that its panel has never heard of.
    func storeAccount(on server: ID<Server>) async throws -> ID<HostingAccount> {
        let customer = try await demoCustomer
        let id = ID<HostingAccount>(services.ids.next())
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            try session.store(
                id,
                customer: customer,
                item: nil,
                on: server,
                username: "carla",
                email: "customer@example.com",
                type: .panel,
                parameters: HostingAccountParameters(
                    fullName: nil,
                    phone: nil,
                    company: nil,
                    packageID: nil
                ),
                passwordSealed: "sealed",
                now: now
            )
            try session.run(
                "UPDATE servers SET current_accounts = current_accounts + 1 WHERE id = \(server.uuid)"
            )
            try session.markActive(id, remoteUserID: 4711)
        }
        return id
    }

    /// A job that has given up.
    func storeDeadJob() async throws -> ID<Job> {
        let id = ID<Job>(services.ids.next())
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            _ = try session.run(
                """
                INSERT INTO jobs (id, kind, payload, status, run_at, attempts, max_attempts,
                    last_error, created_at, finished_at)
                VALUES (\(id.uuid), 'mail.send', '{"mail": "eml_1"}', 'dead', \(now), 12, 12,
                    'the <mail> server said no', \(now), \(now))
                """
            )
        }
        return id
    }
}
