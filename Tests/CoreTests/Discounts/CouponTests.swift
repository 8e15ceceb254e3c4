import Core
import Testing

@Suite struct CouponTests {
    private let now = Instant(seconds: 1_800_000_000)

    private func use(
        _ plans: [UInt8] = [1],
        first: Bool = true,
        total: Int = 0,
        customer: Int = 0,
        currency: Currency = .usd
    ) -> CouponUse {
        CouponUse(
            at: now,
            currency: currency,
            plans: plans.map(Sample.plan),
            isFirstOrder: first,
            totalUses: total,
            customerUses: customer
        )
    }

    private func taken(_ coupon: CouponTerms, _ amounts: [Int64]) -> [Int64] {
        let lines = amounts.map {
            DiscountableLine(plan: Sample.plan(1), period: 0, amount: Money(minorUnits: $0, .usd))
        }
        return coupon.discounts(on: lines, .usd).map(\.minorUnits)
    }

    @Test func `a percentage is rounded once and shared out by the lines' amounts`() {
        let tenth = CouponTerms(.percent(basisPoints: 1_000))
        #expect(taken(tenth, [1_000, 500]) == [100, 50])
        #expect(taken(tenth, [5, 5, 5]) == [1, 1, 0])
        #expect(taken(tenth, [5]) == [0] && taken(tenth, [15]) == [2])
        #expect(taken(CouponTerms(.percent(basisPoints: 10_000)), [999, 1]) == [999, 1])
    }

    @Test func `a fixed amount takes no more than the lines cost`() throws {
        let five = CouponTerms(.fixed(try NativePrices([Money(minorUnits: 500, .usd)])))
        #expect(taken(five, [1_000, 500]) == [333, 167])
        #expect(taken(five, [300, 100]) == [300, 100])
        #expect(taken(five, [0]) == [0])
    }

    @Test func `only the lines it is for are reduced`() {
        let coupon = CouponTerms(
            .percent(basisPoints: 5_000),
            .periods(2),
            plans: [Sample.plan(1)]
        )
        let lines = [(UInt8(1), 0), (1, 1), (1, 2), (2, 0)].map { plan, period in
            DiscountableLine(
                plan: Sample.plan(plan),
                period: period,
                amount: Money(minorUnits: 1_000, .usd)
            )
        }
        #expect(coupon.discounts(on: lines, .usd).map(\.minorUnits) == [500, 500, 0, 0])
        let name = DiscountableLine(plan: nil, period: 0, amount: Money(minorUnits: 1_000, .usd))
        #expect(coupon.discounts(on: [name], .usd).map(\.minorUnits) == [0])
    }

    @Test func `a coupon is for one period, some, or all`() {
        let ten = CouponTerms.Reduction.percent(basisPoints: 1_000)
        #expect((0...3).map(CouponTerms(ten, .once).covers) == [true, false, false, false])
        #expect((0...3).map(CouponTerms(ten, .periods(3)).covers) == [true, true, true, false])
        #expect(CouponTerms(ten, .forever).covers(period: 999))
    }

    @Test func `a coupon that cannot be taken says why`() throws {
        let ten = CouponTerms.Reduction.percent(basisPoints: 1_000)
        func refusal(_ coupon: CouponTerms, _ use: CouponUse) -> CouponRefusal? {
            coupon.refusal(of: use)
        }
        #expect(refusal(CouponTerms(ten), use()) == nil)
        #expect(
            refusal(CouponTerms(ten, validFrom: now + 1), use()) == .notYetValid(from: now + 1)
        )
        #expect(refusal(CouponTerms(ten, validTo: now), use()) == .expired(at: now))
        #expect(refusal(CouponTerms(ten, validFrom: now, validTo: now + 1), use()) == nil)
        #expect(refusal(CouponTerms(ten, totalLimit: 3), use(total: 3)) == .usedUp)
        #expect(refusal(CouponTerms(ten, customerLimit: 1), use(customer: 1)) == .usedByCustomer)
        let first = CouponTerms(ten, isForFirstOrderOnly: true)
        #expect(refusal(first, use(first: false)) == .notFirstOrder)
        #expect(refusal(CouponTerms(ten, plans: [Sample.plan(2)]), use([1, 3])) == .otherPlans)
        let dollars = CouponTerms(.fixed(try NativePrices([Money(minorUnits: 1, .usd)])))
        #expect(refusal(dollars, use(currency: .eur)) == .otherCurrency)
    }

    @Test(arguments: UInt64(1)...30)
    func `discounts sum to the discount and stay within their lines`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let amounts = (0..<6).map { _ in Int64.random(in: 0...9_999, using: &numbers) }
        let points = Int64.random(in: 1...10_000, using: &numbers)
        let parts = taken(CouponTerms(.percent(basisPoints: points)), amounts)
        let sum = Int128(amounts.reduce(0, +)) * Int128(points)
        #expect(Int128(parts.reduce(0, +)) == Rounding.halfEven.quotient(sum, by: 10_000))
        #expect(zip(parts, amounts).allSatisfy { $0 >= 0 && $0 <= $1 })
    }
}
