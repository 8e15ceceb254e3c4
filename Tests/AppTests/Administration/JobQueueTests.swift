import Core
import Foundation
import Markup
import Postgres
import Simulators
import Support
import Testing
import Wire

@testable import App

/// The queue's promises: each turn once, each job to an end that somebody sees.
@Suite struct JobQueueTests {
    @Test func `two instances that keep the same schedule run each turn once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for _ in 1...3 {
                async let one: Void = Schedules(app.services).enqueueDue()
                async let another: Void = Schedules(app.services).enqueueDue()
                _ = try await (one, another)
            }
            #expect(try await app.count("SELECT 1 FROM jobs WHERE kind = 'house.clean_up'") == 1)
            app.clock.advance(seconds: 3_600)
            try await Schedules(app.services).enqueueDue()
            // The turn before is still waiting, so nothing is piled up on it.
            #expect(try await app.count("SELECT 1 FROM jobs WHERE kind = 'house.clean_up'") == 1)
        }
    }

    @Test func `a job is leased to one instance, and to another when its lease runs out`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            try await app.enqueue(NewJob(.cleanUp))
            let first = try await app.lease()
            #expect(first.count == 1)
            #expect(try await app.lease().isEmpty)
            app.clock.advance(seconds: 120)
            try await app.recover()
            let second = try await app.lease()
            #expect(second.map(\.id) == first.map(\.id))
            // A try that was lost is not one after which the work is left to a person.
            #expect(second.map(\.attempts) == [1])
            #expect(second.map(\.losses) == [1])
            // Whoever lost the lease changes nothing any more.
            let late = try #require(first.first)
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) {
                try $0.finishJob(late, dead: nil, now: now)
            }
            #expect(try await app.count("SELECT 1 FROM jobs WHERE status = 'running'") == 1)
        }
    }

    @Test func `a delivery whose instances are lost again and again ends where staff see it`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let order = try await app.placeDemoOrder()
            let now = app.services.clock.now
            try await app.services.database.transaction(for: .system) { session in
                try session.markOrderPaid(order, now: now)
                try OrderDelivery.begin(order, session, app.services, now: now)
            }
            for _ in 1...LeasedJob.mostLosses {
                #expect(try await app.lease().contains { $0.kind == .fulfilItem })
                app.clock.advance(seconds: 120)
                try await app.recover()
            }
            let last = try #require(try await app.lease().first { $0.kind == .fulfilItem })
            await Worker(app.services).perform(last)
            let dead: SQL =
                "SELECT 1 FROM jobs WHERE status = 'dead' AND kind = 'order.fulfil_item'"
            #expect(try await app.count(dead) == 1)
            let details = try await Orders(app.services).show(order, for: .system)
            #expect(details.order.status == .attention)
            #expect(details.steps.contains { $0.status == .failed })
            #expect(try await app.auditActions(of: "ord", order.text).contains("order.step_failed"))
            try await app.services.database.transaction(for: .system) {
                try $0.retryJobs(of: order, now: now)
            }
            #expect(try await app.lease().first { $0.kind == .fulfilItem }?.begun == 1)
        }
    }

    @Test func `losses leave a job its tries`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            try await app.enqueue(NewJob(.checkServers))
            for _ in 1...(JobKind.checkServers.maxAttempts + 1) {
                #expect(try await app.lease().map(\.isLastAttempt) == [false])
                app.clock.advance(seconds: 120)
                try await app.recover()
            }
            let job = try #require(try await app.lease().first)
            await Worker(app.services).perform(job)
            #expect(try await app.count("SELECT 1 FROM jobs WHERE status = 'done'") == 1)
        }
    }

    @Test func `a mail whose instances are lost again and again is one that failed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let id = try await app.storeMail()
            for _ in 1...LeasedJob.mostLosses {
                #expect(try await app.lease().count == 1)
                app.clock.advance(seconds: 120)
                try await app.recover()
            }
            let last = try #require(try await app.lease().first)
            await Worker(app.services).perform(last)
            let mail = try await app.services.database.transaction(for: .system) {
                try $0.mail(id)
            }
            #expect(mail?.status == .failed)
        }
    }

    @Test func `a stop lets the jobs that run come to their end`() async throws {
        let app = try await TestApp.start()
        let other = try await app.another(environment: ["ROLE": "web"])
        let ann = try await app.register()
        for panel in app.simulators.panels {
            panel.host.faults.add(Fault("POST /api/v1/billing/accounts", .slow))
        }
        let placed = try await app.placeOrder(by: ann)
        let id = try #require(placed["id"]?.string)
        app.pay(try await app.openCheckout(id, by: ann))
        _ = try await eventually("the account that is being made") {
            let asked = app.simulators.panels.flatMap(\.host.journal.requests)
            return asked.contains { $0.method == "POST" } ? true : nil
        }
        await app.stopInstance()
        #expect(try await other.count("SELECT 1 FROM jobs WHERE status = 'running'") == 0)
        #expect(
            try await other.count("SELECT 1 FROM hosting_accounts WHERE status = 'active'") == 1
        )
        await other.stop()
    }
}

extension TestApp {
    fileprivate func enqueue(_ job: NewJob) async throws {
        let (ids, now) = (services.ids, services.clock.now)
        try await services.database.transaction(for: .system) {
            _ = try $0.enqueue(job, ids: ids, now: now)
        }
    }

    fileprivate func lease() async throws -> [LeasedJob] {
        let (lease, now) = (services.ids.next(), services.clock.now)
        return try await services.database.transaction(for: .system) {
            try $0.leaseJobs(most: 10, leaseSeconds: 60, lease: lease, now: now)
        }
    }

    fileprivate func recover() async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) { _ = try $0.recoverJobs(now: now) }
    }

    fileprivate func storeMail() async throws -> ID<Mail> {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            try Outbox.store(
                Outbox.NewMail(
                    template: "test",
                    causeType: "test",
                    causeID: "1",
                    customer: nil,
                    recipient: "somebody@example.com",
                    subject: "Test",
                    body: MailBody(preview: "Hello", reason: "A test.") { Markup.p { "Hello." } }
                ),
                session,
                services,
                now: now
            )
            return try session.one("SELECT id FROM email_outbox") { try $0.id("id") }
        }
    }
}
