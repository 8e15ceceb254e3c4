import Core
import Foundation
import Testing

@Suite struct CreditTests {
    private let now = Instant(seconds: 1_800_000_000)

    private func credit(
        _ number: UInt8,
        _ amount: Int64,
        granted: Int64,
        expires: Int64? = nil,
        _ currency: Currency = .usd
    ) -> AvailableCredit {
        AvailableCredit(
            id: ID(UUID(uuid: (4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, number))),
            remaining: Money(minorUnits: amount, currency),
            grantedAt: now + granted,
            expiresAt: expires.map { now + $0 }
        )
    }

    private func spent(_ credits: [AvailableCredit], _ amount: Int64) -> [String] {
        credits.spending(on: Money(minorUnits: amount, .usd), at: now).map { spending in
            let number = credits.first { $0.id == spending.credit }?.id.uuid.uuid.15 ?? 0
            return "\(number): \(spending.amount.minorUnits)"
        }
    }

    @Test func `what expires first is spent first, then the oldest`() {
        let credits = [
            credit(1, 100, granted: -30), credit(2, 100, granted: -10, expires: 500),
            credit(3, 100, granted: -40), credit(4, 100, granted: -5, expires: 200),
        ]
        #expect(spent(credits, 400) == ["4: 100", "2: 100", "3: 100", "1: 100"])
        #expect(spent(credits.reversed(), 250) == ["4: 100", "2: 100", "3: 50"])
        #expect(spent(credits, 1_000).count == 4)
    }

    @Test func `what is expired, empty or of another currency is not spent`() {
        let credits = [
            credit(1, 100, granted: -9, expires: 0), credit(2, 0, granted: -8),
            credit(3, 100, granted: -7, .eur), credit(4, 30, granted: -6, expires: 1),
        ]
        #expect(spent(credits, 400) == ["4: 30"])
        #expect(spent(credits, 0) == [] && spent([], 10) == [])
    }

    @Test func `credits of the same moment are spent in a fixed order`() {
        let credits = [credit(2, 10, granted: 0), credit(1, 10, granted: 0)]
        #expect(spent(credits, 15) == ["1: 10", "2: 5"])
    }

    @Test(arguments: [
        // All of it, a part, and what would leave too little for a card.
        (500, 400, 400), (100, 400, 100), (390, 400, 350), (380, 400, 350),
        // Too little for a card before as well.
        (20, 40, 0), (40, 40, 40), (10, 50, 0),
    ])
    func `credit leaves what can be charged, or nothing`(
        available: Int64,
        amount: Int64,
        spent: Int64
    ) {
        let credits = [credit(1, available, granted: 0)]
        let spendings = credits.chargeableSpending(on: Money(minorUnits: amount, .usd), at: now)
        #expect(spendings.map(\.amount).sum(.usd).minorUnits == spent)
    }

    @Test func `what is left in a currency without small amounts is a whole one`() throws {
        let isk = try #require(Currency("ISK"))
        let credits = [credit(1, 250, granted: 0, isk)]
        let spendings = credits.chargeableSpending(on: Money(minorUnits: 1_000, isk), at: now)
        #expect(spendings.map(\.amount) == [Money(minorUnits: 200, isk)])
    }
}
