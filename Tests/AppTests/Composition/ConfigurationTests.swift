import Foundation
import MailGateway
import Support
import Testing

@testable import App

@Suite struct ConfigurationTests {
    /// The settings of a live system that has everything.
    static let live = [
        "STRIPE_SECRET_KEY": "sk_live_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
        "STRIPE_PUBLISHABLE_KEY": "pk_live_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
        "STRIPE_WEBHOOK_SECRET": "whsec_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0",
        "SECRET_KEY": "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0Ts",
        "RESELLERCLUB_USER_ID": "700700", "RESELLERCLUB_API_KEY": "Zt4Lq8Rw2Xp6Vn1Ky5Mb",
        "SMTP_HOST": "mail.invalid", "MAIL_FROM": "billing@mail.invalid",
        "API_URL": "https://api.mail.invalid", "PORTAL_URL": "https://portal.mail.invalid",
        "NAMESERVERS": "ns1.mail.invalid,ns2.mail.invalid", "TRUSTED_PROXIES": "none",
    ]

    private static func faults(_ changes: [String: String]) -> [String] {
        do {
            _ = try Configuration(environment: live.merging(changes) { $1 })
            return []
        } catch {
            return (error as? Configuration.Faults)?.faults ?? ["\(error)"]
        }
    }

    @Test func `a live system that has everything starts`() throws {
        let configuration = try Configuration(environment: Self.live)
        #expect(configuration.mode == .live)
        #expect(configuration.stripe.movesRealMoney)
        #expect(configuration.trustedProxies.isEmpty)
    }

    @Test func `everything that a live system lacks is listed at once`() {
        let key = "STRIPE_SECRET_KEY"
        do {
            _ = try Configuration(environment: [key: Self.live[key] ?? ""])
            Issue.record("it starts")
        } catch let error as Configuration.Faults {
            for name in Self.live.keys where name != key {
                #expect(error.faults.contains { $0.hasPrefix("\(name) is missing") }, "\(name)")
            }
            #expect(error.faults.count == Self.live.count - 1)
        } catch {
            Issue.record(error)
        }
    }

    @Test(arguments: [
        ("STRIPE_SECRET_KEY", "pk_live_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3"),
        ("STRIPE_SECRET_KEY", "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7"), ("STRIPE_SECRET_KEY", "sk_live_x"),
        ("STRIPE_PUBLISHABLE_KEY", "pk_test_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_sandbox_only_not_a_secret_000000"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_short"),
        ("STRIPE_WEBHOOK_SECRET", "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0Ts"),
        ("SECRET_KEY", "short"), ("SECRET_KEY", "please-change-me-please-change-me"),
        ("SECRET_KEY", "00000000000000000000000000000000"),
        ("SECRET_KEY_PREVIOUS", "short"),
        ("RESELLERCLUB_API_KEY", "rc_sandbox_key"), ("RESELLERCLUB_API_KEY", "Zt4Lq8R"),
        ("RESELLERCLUB_URL", "http://httpapi.com/api"), ("API_URL", "http://api.mail.invalid"),
        ("PORTAL_URL", "https://"), ("SMTP_USER", "billing"), ("SMTP_PASSWORD", "Zt4Lq8Rw"),
        ("TRUSTED_PROXIES", ""), ("TRUSTED_PROXIES", "proxy.internal"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"), ("TRUSTED_PROXIES", "fd00::/8"),
    ])
    func `a live system refuses what is missing, weak or open`(name: String, value: String) {
        #expect(!Self.faults([name: value]).isEmpty)
    }

    @Test func `a fault names its setting and no secret`() {
        let faults = Self.faults(["SECRET_KEY": "hunter2", "RESELLERCLUB_API_KEY": "hunter3"])
        #expect(faults.count == 2)
        #expect(faults.contains { $0.hasPrefix("SECRET_KEY must") })
        #expect(!faults.joined().contains("hunter"))
    }

    @Test(arguments: ["sk_test_", "rk_test_", "rk_live_"])
    func `restricted keys and those of Stripe's test mode are keys too`(prefix: String) {
        let mode = prefix.contains("test") ? "test" : "live"
        let changes = [
            "STRIPE_SECRET_KEY": prefix + "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
            "STRIPE_PUBLISHABLE_KEY": "pk_\(mode)_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
        ]
        #expect(Self.faults(changes) == [])
    }

    @Test(arguments: ["10.0.0.0/8,192.0.2.7", "::1", "none"])
    func `proxies are listed, or there are none`(text: String) {
        #expect(Self.faults(["TRUSTED_PROXIES": text]) == [])
    }

    @Test func `the sandbox needs nothing, and its key is no constant`() throws {
        let one = try Configuration(environment: [:])
        let other = try Configuration(environment: [:])
        #expect(one.mode == .sandbox)
        #expect(one.secretKey.exposed != other.secretKey.exposed)
    }

    @Test func `keys of before are listed newest first`() throws {
        let keys = ["Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0T1", "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0T2"]
        let changes = ["SECRET_KEY_PREVIOUS": keys.joined(separator: ",")]
        let configuration = try Configuration(environment: Self.live.merging(changes) { $1 })
        #expect(configuration.previousSecretKeys.map(\.exposed) == keys)
    }

    @Test(arguments: [
        ("billing@mail.invalid", "NextPanel Hosting"),
        ("<billing@mail.invalid>", "NextPanel Hosting"),
        ("Zoë & Co, Hosting <billing@mail.invalid>", "Zoë & Co, Hosting"),
    ])
    func `mail comes from an address with a name`(text: String, name: String) throws {
        let environment = Self.live.merging(["MAIL_FROM": text]) { $1 }
        let sender = try Configuration(environment: environment).mail.sender
        #expect(sender.name == name)
        #expect(sender.address == "billing@mail.invalid")
    }

    @Test(arguments: ["billing", "Zoë billing@mail.invalid", "Zoë <billing>", "<a@b.c> <d@e.f>"])
    func `mail comes from nobody without an address`(text: String) {
        #expect(Self.faults(["MAIL_FROM": text]).contains { $0.hasPrefix("MAIL_FROM must") })
    }

    /// RFC 8032, 7.1, test 1.
    private static let signingKey =
        "-----BEGIN PRIVATE KEY-----\\n"
        + "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\\n"
        + "-----END PRIVATE KEY-----\\n"

    @Test func `mail is signed by each key for its selector, or not at all`() throws {
        let unsigned = try Configuration(environment: Self.live)
        #expect(unsigned.mail.signers.isEmpty)
        let file = FileManager.default.temporaryDirectory
            .appending(path: "key-\(Self.suffix).pem")
        try Self.signingKey.replacing("\\n", with: "\n")
            .write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let changes = [
            "DKIM_DOMAIN": "Mail.invalid", "DKIM_SELECTOR": "one, two",
            "DKIM_PRIVATE_KEY": "\(Self.signingKey),\(file.path)",
        ]
        let signed = try Configuration(environment: Self.live.merging(changes) { $1 })
        #expect(signed.mail.signers.map(\.selector) == ["one", "two"])
        #expect(signed.mail.signers.map(\.domain) == ["mail.invalid", "mail.invalid"])
    }

    private static let suffix = "configuration-tests"

    @Test(arguments: [
        ["DKIM_DOMAIN": "mail.invalid"], ["DKIM_SELECTOR": "one"], ["DKIM_PRIVATE_KEY": "/no/file"],
        ["DKIM_DOMAIN": "mail.invalid", "DKIM_SELECTOR": "one", "DKIM_PRIVATE_KEY": "/no/file"],
        ["DKIM_DOMAIN": "other.invalid", "DKIM_SELECTOR": "one", "DKIM_PRIVATE_KEY": signingKey],
        ["DKIM_DOMAIN": "il.invalid", "DKIM_SELECTOR": "one", "DKIM_PRIVATE_KEY": signingKey],
        ["DKIM_DOMAIN": "mail.invalid", "DKIM_SELECTOR": "a b", "DKIM_PRIVATE_KEY": signingKey],
        ["DKIM_DOMAIN": "mail.invalid", "DKIM_SELECTOR": "a,b", "DKIM_PRIVATE_KEY": signingKey],
        ["DKIM_DOMAIN": "mail.invalid", "DKIM_SELECTOR": "one", "DKIM_PRIVATE_KEY": shortKey],
        [
            "DKIM_DOMAIN": "mail.invalid", "DKIM_SELECTOR": "one",
            "DKIM_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----\\nno\\n-----END PRIVATE KEY-----",
        ],
    ])
    func `a signature that would convince nobody is a fault`(changes: [String: String]) {
        let faults = Self.faults(changes)
        #expect(!faults.isEmpty)
        #expect(!faults.joined().contains("PRIVATE KEY"))
    }

    /// A key of 1,024 bits (RFC 8463, appendix A).
    private static let shortKey = """
        -----BEGIN RSA PRIVATE KEY-----
        MIICXQIBAAKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQi
        Y/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM
        KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB
        AoGAH0cxOhFZDgzXWhDhnAJDw5s4roOXN4OhjiXa8W7Y3rhX3FJqmJSPuC8N9vQm
        6SVbaLAE4SG5mLMueHlh4KXffEpuLEiNp9Ss3O4YfLiQpbRqE7Tm5SxKjvvQoZZe
        zHorimOaChRL2it47iuWxzxSiRMv4c+j70GiWdxXnxe4UoECQQDzJB/0U58W7RZy
        6enGVj2kWF732CoWFZWzi1FicudrBFoy63QwcowpoCazKtvZGMNlPWnC7x/6o8Gc
        uSe0ga2xAkEA8C7PipPm1/1fTRQvj1o/dDmZp243044ZNyxjg+/OPN0oWCbXIGxy
        WvmZbXriOWoSALJTjExEgraHEgnXssuk7QJBALl5ICsYMu6hMxO73gnfNayNgPxd
        WFV6Z7ULnKyV7HSVYF0hgYOHjeYe9gaMtiJYoo0zGN+L3AAtNP9huqkWlzECQE1a
        licIeVlo1e+qJ6Mgqr0Q7Aa7falZ448ccbSFYEPD6oFxiOl9Y9se9iYHZKKfIcst
        o7DUw1/hz2Ck4N5JrgUCQQCyKveNvjzkkd8HjYs0SwM0fPjK16//5qDZ2UiDGnOe
        uEzxBDAr518Z8VFbR41in3W4Y3yCDgQlLlcETrS+zYcL
        -----END RSA PRIVATE KEY-----
        """
}
