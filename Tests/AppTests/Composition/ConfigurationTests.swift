import Support
import Testing

@testable import App

@Suite struct ConfigurationTests {
    /// The settings of a live system that has everything.
    private static let live = [
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
}
