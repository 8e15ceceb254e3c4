import Core
import Foundation
import Testing

@Suite struct QuoteTests {
    private static let starter = ID<Plan>(
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
    )
    private static let retired = ID<Plan>(
        UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2))
    )

    private func dollars(_ cents: Int64) -> Money { Money(minorUnits: cents, .usd) }

    private func quote(_ items: [CartItem]) throws(Quote.Refusal) -> Quote {
        try Quote(
            items,
            currency: .usd,
            plan: { plan, cycle in
                guard plan == QuoteTests.starter else { return nil }
                return OfferedPlan(
                    id: plan,
                    name: "Starter",
                    price: ID(plan.uuid),
                    amount: Money(minorUnits: cycle == .monthly ? 2_900 : 29_000, .usd),
                    quotas: Quotas(accounts: 1, domains: 3, databases: 5, emails: 10)
                )
            },
            domainPrice: { ending, action in
                ending == "com" ? Money(minorUnits: action == .transfer ? 999 : 1_299, .usd) : nil
            }
        )
    }

    private func item(
        _ plan: ID<Plan> = QuoteTests.starter,
        _ cycle: BillingCycle = .monthly,
        _ domain: CartDomain? = nil
    ) -> CartItem {
        CartItem(plan: plan, cycle: cycle, domain: domain)
    }

    private func domain(
        _ name: String = "example.com",
        _ action: DomainAction = .register,
        years: Int = 1,
        code: String? = nil
    ) throws -> CartDomain {
        let name = try #require(DomainName(ascii: name))
        return CartDomain(name: name, action: action, years: years, authCode: code)
    }

    @Test func `a cart costs what its plans and names cost`() throws {
        let quote = try quote([
            item(), item(QuoteTests.starter, .yearly, try domain(years: 3)),
            item(QuoteTests.starter, .monthly, try domain("b.com", .transfer, code: "x")),
            item(QuoteTests.starter, .monthly, try domain("c.nowhere", .own)),
        ])
        #expect(quote.lines.map(\.amount.minorUnits) == [2_900, 32_897, 3_899, 2_900])
        #expect(quote.lines.map(\.domainAmount.minorUnits) == [0, 3_897, 999, 0])
        #expect(quote.subtotal == dollars(42_596))
    }

    @Test func `an empty cart is refused`() {
        #expect(throws: Quote.Refusal.empty) { try quote([]) }
    }

    @Test func `ten things are sold at once and eleven are not`() throws {
        #expect(try quote((0..<10).map { _ in item() }).lines.count == 10)
        #expect(throws: Quote.Refusal.tooManyItems(most: 10)) {
            try quote((0..<11).map { _ in item() })
        }
    }

    @Test func `a plan that is not offered is named by its place`() {
        #expect(throws: Quote.Refusal.planNotOffered(item: 1)) {
            try quote([item(), item(QuoteTests.retired)])
        }
    }

    @Test func `an ending that is not sold is named`() throws {
        let domain = try domain("example.museum")
        #expect(throws: Quote.Refusal.endingNotSold(item: 0, ending: "museum")) {
            try quote([item(QuoteTests.starter, .monthly, domain)])
        }
        let transfer = try self.domain("example.co.uk", .transfer, code: "x")
        #expect(throws: Quote.Refusal.endingNotSold(item: 0, ending: "co.uk")) {
            try quote([item(QuoteTests.starter, .monthly, transfer)])
        }
    }

    @Test(arguments: [Int.min, -1, 0, 11, 100, Int.max])
    func `years that no registry sells are refused`(years: Int) throws {
        let domain = try domain(years: years)
        #expect(throws: Quote.Refusal.yearsOutOfRange(item: 0)) {
            try quote([item(QuoteTests.starter, .monthly, domain)])
        }
    }

    @Test(arguments: [1, 10])
    func `the fewest and the most years are sold`(years: Int) throws {
        let quote = try quote([item(QuoteTests.starter, .monthly, try domain(years: years))])
        #expect(quote.subtotal == dollars(2_900 + 1_299 * Int64(years)))
    }

    @Test(arguments: [nil, ""])
    func `a transfer without its code is refused`(code: String?) throws {
        let domain = try domain("example.com", .transfer, code: code)
        #expect(throws: Quote.Refusal.authCodeMissing(item: 0)) {
            try quote([item(QuoteTests.starter, .monthly, domain)])
        }
    }

    @Test func `one name stands in a cart once, whatever is done with it`() throws {
        let (one, other) = (try domain("Example.com"), try domain("example.COM", .own))
        #expect(throws: Quote.Refusal.domainTwice(item: 1)) {
            try quote([
                item(QuoteTests.starter, .monthly, one), item(QuoteTests.starter, .yearly, other),
            ])
        }
    }
}
