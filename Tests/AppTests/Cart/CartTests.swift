import Core
import Cryptography
import Foundation
import HTTPServer
import Support
import Testing
import Web
import Wire

@testable import App

@Suite struct CartTests {
    private let services: Services

    init() throws {
        services = try Services.make(
            try Configuration(environment: [:]),
            DatabaseSetup.Prepared(
                ownerConninfo: "",
                appConninfo: "host=/nonexistent",
                appRole: nil,
                cluster: nil
            ),
            clock: BusinessClock(),
            log: .silent
        )
    }

    private func line(_ name: String? = nil, action: DomainAction = .register) throws -> Cart.Line {
        let domain = try name.map { name in
            CartDomain(
                name: try #require(DomainName(ascii: name)),
                action: action,
                years: 2,
                authCode: action == .transfer ? "EPP-1" : nil
            )
        }
        return Cart.Line(plan: ID(services.ids.next()), cycle: .yearly, domain: domain)
    }

    private func request(cookie: String) -> Request {
        Request(
            HTTPRequest(
                method: "GET",
                path: "/cart",
                query: "",
                headers: ["Cookie": cookie],
                body: [],
                remoteAddress: "127.0.0.1"
            ),
            id: "req_test"
        )
    }

    private func sent(_ cart: Cart) throws -> String {
        let header = try #require(try cart.cookie(services)).headerValue
        return String(header.prefix { $0 != ";" })
    }

    @Test func `what was put into a cart is in it at the next request`() throws {
        let cart = Cart(lines: [try line("example.com"), try line("b.org", action: .transfer)])
        let cookie = try sent(cart)
        #expect(Cart(request(cookie: cookie), services).lines == cart.lines)
    }

    @Test func `a currency that was chosen stays with the cart`() throws {
        let cart = Cart(lines: [try line()], coupon: CouponCode("WELCOME"), currency: .eur)
        let read = Cart(request(cookie: try sent(cart)), services)
        #expect(read.currency == .eur && read.coupon == cart.coupon && read.lines == cart.lines)
        #expect(Cart(lines: cart.lines).text != cart.text)
    }

    @Test func `an authorisation code cannot be read from the cookie`() throws {
        let cart = Cart(lines: [try line("b.org", action: .transfer)])
        let cookie = try sent(cart)
        #expect(!cookie.contains("EPP-1"))
    }

    @Test(arguments: [
        "cart=", "cart=garbage", "cart=v1.k1.AAAA", "cart=%00%ff", "cart=[{\"plan\":\"x\"}]",
        "cart=v1..", "cart=v1.other.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `a cookie that we did not seal is an empty cart`(cookie: String) {
        #expect(Cart(request(cookie: cookie), services).lines.isEmpty)
    }

    @Test func `a cookie that was changed or sealed for something else is an empty cart`() throws {
        let good = try sent(Cart(lines: [try line("example.com")]))
        #expect(Cart(request(cookie: good + "A"), services).lines.isEmpty)
        let other = try services.keyring.seal("[]", context: "something.else")
        #expect(Cart(request(cookie: "cart=\(other)"), services).lines.isEmpty)
    }

    @Test(arguments: ["{}", "[1, null, {}]", "[{\"plan\": 7, \"cycle\": \"monthly\"}]", "nonsense"])
    func `a sealed text that is no cart is an empty one`(text: String) throws {
        let sealed = try services.keyring.seal(text, context: "portal.cart")
        #expect(Cart(request(cookie: "cart=\(sealed)"), services).lines.isEmpty)
    }

    @Test func `a cart that browsers would not keep gets no cookie`() throws {
        let long = String(repeating: "a", count: 63)
        let lines = try (0..<10).map { number in
            Cart.Line(
                plan: ID(services.ids.next()),
                cycle: .monthly,
                domain: CartDomain(
                    name: try #require(DomainName(ascii: "\(long.dropLast())\(number).com")),
                    action: .transfer,
                    years: 1,
                    authCode: String(repeating: "x", count: 200)
                )
            )
        }
        #expect(try Cart(lines: lines).cookie(services) == nil)
    }

    @Test func `a cart takes ten things and each name once`() throws {
        var cart = Cart(lines: [])
        try cart.add(try line("example.com"))
        #expect(throws: Problem.self) { try cart.add(try line("example.com")) }
        for _ in 1..<10 { try cart.add(try line()) }
        #expect(throws: Problem.cartIsFull) { try cart.add(try line()) }
    }
}
