import Core
import Foundation
import Testing

@Suite struct BillTests {
    private let now = Instant(seconds: 1_800_000_000)

    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .eur) }

    private func terms(
        _ country: String = "DE",
        coupons: [CouponTerms] = [],
        credit: Int64 = 0,
        inclusive: Bool = false
    ) -> BillTerms {
        let id = ID<Credit>(UUID(uuid: (4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
        let credits = [AvailableCredit(id: id, remaining: money(credit), grantedAt: now)]
        return BillTerms(
            seller: TaxSample.german,
            buyer: TaxBuyer(TaxPlace(country)),
            rules: TaxSample.rules,
            tax: TaxSettings(isInclusive: inclusive),
            coupons: coupons,
            credits: credits
        )
    }

    private func amounts(_ bill: Bill) -> [Int64] {
        [bill.subtotal, bill.discount, bill.tax, bill.total, bill.carriedToCredit, bill.due]
            .map(\.minorUnits)
    }

    @Test func `the discount comes before the tax, and the credit after it`() throws {
        let coupon = try CouponTerms(.percent(basisPoints: 1_000))
        let items = [BillItem(.hosting, .charge(money(10_000)))]
        let bill = Bill(items, .eur, terms(coupons: [coupon], credit: 2_000), at: now)
        #expect(amounts(bill) == [10_000, 1_000, 1_710, 10_710, 0, 8_710])
        #expect(bill.collection == .charge(money(8_710)))
    }

    @Test func `a price that contains its tax is what is paid`() throws {
        let coupon = try CouponTerms(.percent(basisPoints: 1_000))
        let items = [BillItem(.hosting, .charge(money(11_900)))]
        let bill = Bill(items, .eur, terms(coupons: [coupon], inclusive: true), at: now)
        #expect(amounts(bill) == [11_900, 1_190, 1_710, 10_710, 0, 10_710])
    }

    @Test func `a coupon of one service takes nothing off another`() throws {
        let half = try CouponTerms(.percent(basisPoints: 5_000))
        let ten = try CouponTerms(.percent(basisPoints: 1_000))
        let items = [
            BillItem(.hosting, coupons: [0], .charge(money(1_000))),
            BillItem(.hosting, coupons: [], .charge(money(1_000))),
            BillItem(.hosting, coupons: [0, 1], .charge(money(1_000))),
        ]
        let bill = Bill(items, .eur, terms(coupons: [half, ten]), at: now)
        #expect(bill.lines.map(\.discount.minorUnits) == [500, 0, 550])
    }

    @Test func `what is given back has the discount and tax it was billed with`() throws {
        let half = try CouponTerms(.percent(basisPoints: 5_000))
        let first = Bill(
            [BillItem(.hosting, .charge(money(10_000)))],
            .eur,
            terms(coupons: [half]),
            at: now
        )
        let back = BillItem.Content.giveBack(
            money(-5_000),
            fraction: Ratio(1, 2),
            of: .billed(first.lines[0])
        )
        // The buyer has moved to France meanwhile; the credit is still of the German tax.
        let bill = Bill(
            [BillItem(.hosting, back), BillItem(.hosting, .charge(money(8_000)))],
            .eur,
            terms("FR"),
            at: now
        )
        #expect(bill.lines.map(\.total.minorUnits) == [-2_975, 9_600])
        #expect(bill.lines.map(\.tax.minorUnits) == [-475, 1_600])
        #expect(amounts(bill) == [3_000, -2_500, 1_125, 6_625, 0, 6_625])
    }

    @Test func `a bill never totals below zero, and what is left over becomes credit`() {
        let billed = BilledAmounts(
            amount: money(10_000),
            discount: money(0),
            taxes: [],
            isTaxInclusive: false
        )
        let items = [
            BillItem(
                .hosting,
                .giveBack(money(-6_000), fraction: Ratio(3, 5), of: .billed(billed))
            ),
            BillItem(.hosting, .charge(money(1_000))),
        ]
        let bill = Bill(items, .eur, terms("GB", credit: 500), at: now)
        #expect(amounts(bill) == [-5_000, 0, 0, 0, 5_000, 0])
        #expect(bill.spendings == [] && bill.collection == .nothing)
    }

    @Test func `an upgrade that was never billed gives back of the same bill`() throws {
        let history = try Sample.history([
            (
                "2027-04-01T00:00:00Z",
                .started(try Sample.terms(1, 3_000, currency: .eur), zone: .utc)
            ),
            (
                "2027-04-16T00:00:00Z",
                .changed(try Sample.terms(2, 6_000, currency: .eur), .atOnce)
            ),
        ])
        let lines = try history.owed(at: Sample.instant("2027-04-17T00:00:00Z"))
        let items = try #require(BillItem.items(of: lines, .hosting) { _ in nil })
        let bill = Bill(items, .eur, terms(), at: now)
        #expect(bill.lines.map(\.total.minorUnits) == [3_570, -1_785, 3_570])
        let orphan = BillItem.items(of: Array(lines.dropFirst()), .hosting) { _ in nil }
        #expect(orphan == nil)
    }

    @Test func `what is too little for a card waits`() {
        let items = [BillItem(.hosting, .charge(money(20)))]
        let bill = Bill(items, .eur, terms("GB"), at: now)
        #expect(bill.collection == .cannotBeCharged(money(20), .belowMinimum(money(50))))
    }

    @Test(arguments: UInt64(1)...60)
    func `all of a bill given back leaves nothing, whatever was rounded`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let items = (0..<5).map { _ in
            BillItem(.hosting, .charge(money(.random(in: 0...9_999, using: &numbers))))
        }
        let points = Int64.random(in: 1...10_000, using: &numbers)
        let coupon = try CouponTerms(.percent(basisPoints: points))
        let isInclusive = Bool.random(using: &numbers)
        let first = Bill(items, .eur, terms(coupons: [coupon], inclusive: isInclusive), at: now)
        #expect(first.total == first.lines.map(\.total).sum(.eur))
        let back = first.lines.map { line in
            BillItem(.hosting, .giveBack(-line.amount, fraction: .one, of: .billed(line)))
        }
        let second = Bill(back, .eur, terms(), at: now)
        #expect(second.carriedToCredit == first.total && second.total.isZero)
        #expect(second.tax == -first.tax && second.discount == -first.discount)
    }

    @Test(arguments: [(10_000, 11_900, true), (11_900, 10_000, false)])
    func `a line is given back on a document that writes prices the other way`(
        price: Int64,
        written: Int64,
        inclusive: Bool
    ) throws {
        let items = [BillItem(.hosting, .charge(money(price)))]
        let first = Bill(items, .eur, terms(inclusive: !inclusive), at: now)
        let back = BillItem.Content.giveBack(
            money(-price),
            fraction: .one,
            of: .billed(first.lines[0])
        )
        let both = [
            BillItem(.hosting, .charge(money(50_000))), BillItem(.hosting, back),
        ]
        let bill = Bill(both, .eur, terms(inclusive: inclusive), at: now)
        #expect(bill.lines[1].amount == money(-written))
        #expect(bill.lines[1].total == -first.total)
        #expect(bill.lines[1].tax == -first.tax)
        let sum = bill.subtotal - bill.discount
        #expect(bill.total == (inclusive ? sum : sum + bill.tax))

        let again = BillItem.Content.giveBack(
            money(price),
            fraction: .one,
            of: .billed(bill.lines[1])
        )
        let third = Bill([BillItem(.hosting, again)], .eur, terms(inclusive: inclusive), at: now)
        #expect(third.total == first.total, "what was given back is charged again in full")
    }
}
