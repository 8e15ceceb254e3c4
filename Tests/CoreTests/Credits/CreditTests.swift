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
}
