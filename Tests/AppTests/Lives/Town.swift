import Core
import Foundation
import Lives
import Postgres
import Support
import Testing
import Wire

@testable import App

/// Somebody who lives in a town, and what is known of them without asking the system.
struct Citizen: Sendable {
    let life: AppLife
    let email: String
    let customer: ID<Customer>
    let subscription: ID<Subscription>
    var model: LifeModel
    /// How many slices of time the coupon has reduced.
    var slicesWithCoupon: Int?
    var hasBadCard = false
    /// Whether money was sent back or a credit note written. What is left of a bill then bounds
    /// what its unused time gives back, which the model does not know.
    var wasGivenBack = false
    /// In cents: what staff gave, what credit notes gave back, what of that went to the card, and
    /// what else did.
    var granted: Int64 = 0
    var noted: Int64 = 0
    var notesRefunded: Int64 = 0
    var refunded: Int64 = 0
    var paidOut: Int64 = 0

    /// What all of it should have been billed at, with discount and tax.
    func billed(aheadBy seconds: Int64, now: Int64) -> Double {
        var model = model
        model.pass(to: now + seconds)
        let tax = life.isTaxed ? 1.19 : 1
        return model.slices.enumerated().reduce(0) { sum, slice in
            let isReduced = slice.offset < (slicesWithCoupon ?? 0)
            return sum + slice.element.value * (isReduced ? 0.9 : 1) * tax
        }
    }
}

/// Customers of one system who share its clock, and do at each stop what their lives say.
struct Town {
    /// The slugs of plans by number, with what they cost by cycle.
    private static let plans = ["starter", "professional", "enterprise"]

    let app: TestApp
    var citizens: [Citizen] = []
    private var prices: [String: Int64] = [:]
    private var accepted = 0
    private var refused: [String: Int] = [:]

    init(_ app: TestApp) { self.app = app }

    /// Lets lives be lived.
    ///
    /// - Returns: whose account is wrong and how, nil when all agree with their models.
    static func problem(
        of lives: [AppLife],
        _ calendar: AppCalendar
    ) async throws -> (seed: UInt64?, text: String)? {
        let result = Result()
        try await TestApp.run { app in
            var town = Town(app)
            await result.set(try await town.live(lives, calendar))
        }
        return await result.value
    }

    private actor Result {
        private(set) var value: (seed: UInt64?, text: String)?
        func set(_ value: (seed: UInt64?, text: String)?) { self.value = value }
    }

    private mutating func live(
        _ lives: [AppLife],
        _ calendar: AppCalendar
    ) async throws -> (seed: UInt64?, text: String)? {
        try await app.pass(days: calendar.start.timeIntervalSince(app.clock.now) / 86_400)
        try await app.setSeller("DE")
        _ = try await app.setTaxRule("DE", "19")
        try await app.makeCoupon(
            "ALWAYS",
            ["percent_basis_points": 1_000, "duration": "forever"]
        )
        prices = try await app.plainPrices()
        for life in lives { citizens.append(try await moveIn(life)) }
        for (stop, days) in calendar.days.enumerated() {
            try await app.pass(days: days)
            try await app.rest()
            for index in citizens.indices {
                do {
                    try await act(index, stop)
                } catch let problem as Disagreement {
                    return (citizens[index].life.seed, "stop \(stop): \(problem.text)")
                }
            }
            try await app.rest()
            for citizen in citizens {
                if let text = try await disagreement(citizen) {
                    return (citizen.life.seed, "stop \(stop): \(text)")
                }
            }
            let findings = try await app.findingsAtRest()
            if !findings.isEmpty { return (nil, "stop \(stop): \(findings)") }
        }
        // A system that refuses everything agrees with its models too.
        let isTown = lives.count > 5
        return isTown && accepted < refused.values.reduce(0, +)
            ? (nil, "\(accepted) deeds were accepted, and refused \(refused)") : nil
    }

    private func moveIn(_ life: AppLife) async throws -> Citizen {
        let person = try await app.register(in: life.isTaxed ? "DE" : "US")
        let zone = try await app.api.put(
            "/api/v1/auth/me",
            json: ["time_zone": .string(life.zone)],
            token: person.token
        )
        try #require(zone.status == 200, "\(zone.text)")
        let customer = try await app.customer(of: person)
        try await DunningPolicies(app.services).setExemption(
            of: customer,
            to: true,
            actor: .job(.runDunning)
        )
        _ = try await app.buy(by: person, coupon: life.hasCoupon ? "ALWAYS" : nil)
        _ = try await app.savedCard(of: person)
        let bought = try await app.subscription(of: person)
        let id = try #require(bought["id"]?.string.flatMap { ID<Subscription>($0) })
        var citizen = Citizen(
            life: life,
            email: person.email,
            customer: customer,
            subscription: id,
            model: LifeModel(zone: life.zone)
        )
        let terms = LifeModel.Terms(
            plan: 0,
            unit: try #require(prices["starter monthly"]),
            quantity: 1,
            cycle: .monthly
        )
        _ = citizen.model.act(.start(terms), at: try await app.lastEvent(of: id).at)
        if life.hasCoupon { citizen.slicesWithCoupon = .max }
        return citizen
    }

    private struct Disagreement: Error { let text: String }

    // MARK: - Deeds

    private mutating func act(_ index: Int, _ stop: Int) async throws {
        if citizens[index].hasBadCard {
            try await app.saveGoodCard(of: citizens[index].customer)
            try await app.payAllOpen(of: citizens[index].customer)
            try await app.rest()
            citizens[index].hasBadCard = false
        }
        let deed = citizens[index].life.deeds[stop]
        if citizens[index].wasGivenBack, deed.mayGiveTimeBack { return }
        switch deed {
        case .change(let plan, let cycle, let quantity, let timing):
            try await change(index, plan, cycle, quantity, timing)
        case .cancel(let unused):
            try await send(
                index,
                "cancel",
                ["at_period_end": false, "unused": .string(unused.rawValue)],
                .cancel(unused)
            )
        case .cancelAtEnd: try await send(index, "cancel", [:], .cancelAtEnd)
        case .reactivate: try await reactivate(index)
        case .refund(let cents): try await refund(index, cents)
        case .creditNote(let percent, let isRefunded):
            try await creditNote(index, percent, isRefunded)
        case .grant(let cents):
            try await app.grant(cents, toCustomer: citizens[index].customer)
            citizens[index].granted += cents
        case .payOut: try await payOut(index)
        case .loseCard:
            try await app.saveCard("4000000000000341", ofCustomer: citizens[index].customer)
            citizens[index].hasBadCard = true
        case .nothing: break
        }
    }

    private mutating func change(
        _ index: Int,
        _ plan: Int,
        _ cycle: BillingCycle,
        _ quantity: Int64,
        _ timing: ChangeTiming
    ) async throws {
        let slug = Town.plans[plan]
        guard let unit = prices["\(slug) \(cycle.rawValue)"] else { return }
        let answer = try await app.api.put(
            "/api/v1/subscriptions/\(citizens[index].subscription.text)",
            json: [
                "plan_id": .string(try await app.plan(slug)),
                "billing_cycle": .string(cycle.rawValue), "quantity": .integer(quantity),
                "when": timing == .atOnce ? "now" : "period_end",
            ],
            token: try await app.token(of: "billing")
        )
        let terms = LifeModel.Terms(
            plan: UInt8(plan),
            unit: unit,
            quantity: quantity,
            cycle: cycle
        )
        try await follow(index, answer, .change(terms, timing))
    }

    private mutating func reactivate(_ index: Int) async throws {
        var ahead = citizens[index].model
        ahead.pass(to: Int64(app.clock.now.timeIntervalSince1970))
        guard !ahead.isAlive else { return try await send(index, "reactivate", [:], .keep) }
        let slices = ahead.slices.count
        let before = try await app.lastEvent(of: citizens[index].subscription).number
        try await send(index, "reactivate", [:], .restart(ahead.terms))
        // Whoever comes back pays the day's price.
        if try await app.lastEvent(of: citizens[index].subscription).number > before,
            citizens[index].slicesWithCoupon == .max
        {
            citizens[index].slicesWithCoupon = slices
        }
    }

    private mutating func send(
        _ index: Int,
        _ verb: String,
        _ body: JSON,
        _ action: LifeModel.Action
    ) async throws {
        let answer = try await app.api.post(
            "/api/v1/subscriptions/\(citizens[index].subscription.text)/\(verb)",
            json: body,
            token: try await app.token(of: "billing")
        )
        try await follow(index, answer, action)
    }

    /// Does in the model what the system has accepted, at the second at which it did.
    private mutating func follow(
        _ index: Int,
        _ answer: TestAnswer,
        _ action: LifeModel.Action
    ) async throws {
        guard answer.status == 200 else {
            guard [409, 422].contains(answer.status) else {
                throw Disagreement(text: "\(action) was answered \(answer.text)")
            }
            refused[answer.code ?? "", default: 0] += 1
            return
        }
        accepted += 1
        let event = try await app.lastEvent(of: citizens[index].subscription)
        guard citizens[index].model.act(action, at: event.at) else {
            throw Disagreement(text: "\(action) was accepted")
        }
    }

    private mutating func refund(_ index: Int, _ cents: Int64) async throws {
        guard let payment = try await app.newestPayment(of: citizens[index].customer) else {
            return
        }
        let answer = try await app.askRefund(of: ["id": .string(payment.text)], amount: cents)
        guard answer.status == 201 else { return }
        citizens[index].refunded += cents
        citizens[index].wasGivenBack = true
    }

    private mutating func creditNote(
        _ index: Int,
        _ percent: Int64,
        _ isRefunded: Bool
    ) async throws {
        guard let line = try await app.creditableLine(of: citizens[index].customer) else { return }
        let part = max(1, line.total * percent / 100)
        let answer = try await app.doTo(
            line.invoice,
            "credit-notes",
            json: [
                "reason": "By a life", "refund": .bool(isRefunded),
                "lines": [
                    [
                        "line_id": .string(line.id.text),
                        "amount": ["amount": .integer(part), "currency": "USD"],
                    ]
                ],
            ]
        )
        guard answer.status == 201 else { return }
        citizens[index].wasGivenBack = true
        citizens[index].noted += part
        citizens[index].notesRefunded += answer.json.amount("refunded") ?? 0
    }

    private mutating func payOut(_ index: Int) async throws {
        let customer = citizens[index].customer
        let most = try await app.paidCredit(of: customer)
        guard most > 0 else { return }
        let answer = try await app.api.post(
            "/api/v1/admin/customers/\(customer.text)/credit-payouts",
            json: [
                "amount": ["amount": .integer(most), "currency": "USD"], "reason": "By a life",
            ],
            token: try await app.token(of: "billing")
        )
        guard answer.status == 201 || answer.status == 409 else {
            throw Disagreement(text: "credit was paid out: \(answer.text)")
        }
        if answer.status == 201 { citizens[index].paidOut += most }
    }

    // MARK: - What has to agree

    private func disagreement(_ citizen: Citizen) async throws -> String? {
        let account = try await app.account(of: citizen.customer)
        let now = Int64(app.clock.now.timeIntervalSince1970)
        let expected = [0, 4 * 86_400].map { citizen.billed(aheadBy: $0, now: now) }
        let tolerance = 1.6 * Double(account.lines) + 0.1
        if expected.allSatisfy({ abs(Double(account.billed) - $0) > tolerance }) {
            return "\(account.billed) was billed, and the model says \(expected)"
        }
        let charged = app.charged(account.intents)
        guard charged == account.captured else {
            return "\(charged) was charged, and \(account.captured) is known"
        }
        let returned = app.returned(account.intents)
        let asked = citizen.refunded + citizen.notesRefunded + citizen.paidOut
        guard returned == asked else { return "\(returned) went back, and \(asked) was asked for" }
        let owed =
            account.billed - charged - citizen.noted + citizen.notesRefunded - citizen.granted
            + citizen.paidOut
        guard owed == account.due - account.credit else {
            return "\(account.due) is due and \(account.credit) credit, and the model says \(owed)"
        }
        var model = citizen.model
        model.pass(to: now)
        guard model.isAlive == account.isAlive else { return "alive: \(account.isAlive)" }
        return nil
    }
}
