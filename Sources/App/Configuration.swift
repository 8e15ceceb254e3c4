package import Core
import Foundation
package import MailGateway
package import Support

/// The settings of one instance, read from the environment once at the start.
///
/// Without a Stripe key the system runs in sandbox mode: outside parties are the simulators, and
/// secrets may be the defaults. In live mode nothing has a default that money or safety hangs on;
/// everything that is missing or weak is reported at once.
package struct Configuration: Sendable {
    /// Whether outside parties are real.
    package enum Mode: String, Sendable { case sandbox, live }

    package let mode: Mode
    package let api: ListenAddress
    package let portal: ListenAddress
    /// The addresses that links in mails and redirects start with, without a slash at the end.
    package let apiURL: String
    package let portalURL: String
    package let dataDirectory: String
    /// Nil: a private cluster under the data directory.
    package let databaseURL: String?
    package let databaseConnections: Int
    /// How many connections the API keeps; beyond it callers are refused with 503.
    package let connections: Int
    package let redisURL: String?
    package let secretKey: Secret<String>
    /// The secret keys of before, newest first: what was sealed under them still opens.
    package let previousSecretKeys: [Secret<String>]
    package let accessTokenMinutes: Int
    package let stripe: StripeSettings
    package let resellerClub: ResellerClubSettings
    package let mail: MailSettings
    package let help: HelpSettings
    package let nameservers: [String]
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    package let trustedProxies: [String]
    package let runsWeb: Bool
    package let runsWorker: Bool
    /// Whether panels may be reached over plain HTTP, which shows their secrets to the network.
    package let allowsInsecurePanels: Bool
    package let faultPoint: String?
    /// The time that a client has to send one whole request.
    package let requestSeconds: Double
    /// How long a client may ask nothing, or read nothing of an answer.
    package let idleSeconds: Double
    /// Off only for benchmarks.
    package let limitsRates: Bool
    /// Added to all ports of the simulators, so that two sandboxes can run side by side.
    package let sandboxPortOffset: Int
    package let currency: Currency
    /// All that prices may be in, the usual one first.
    package let currencies: [Currency]

    /// Where a server listens.
    package struct ListenAddress: Sendable, Equatable {
        package let host: String
        package let port: Int
    }

    package struct StripeSettings: Sendable {
        package let secretKey: Secret<String>
        package let publishableKey: String
        package let webhookSecrets: [Secret<String>]
        package let baseURL: String

        /// Whether the key moves real money, so that objects of test mode are refused.
        package var movesRealMoney: Bool {
            secretKey.exposed.hasPrefix("sk_live_") || secretKey.exposed.hasPrefix("rk_live_")
        }
    }

    package struct ResellerClubSettings: Sendable {
        package let userID: String
        package let apiKey: Secret<String>
        package let baseURL: String
    }

    package struct MailSettings: Sendable {
        /// `smtp://host:port` or `smtps://host:port`.
        package let server: String
        package let user: String?
        package let password: Secret<String>?
        package let sender: MailSender
        /// Who sign the mail, one for each key; nobody when there is none.
        package let signers: [DKIMSigner]
    }

    /// What readers of pages and mails are led to beside what they read.
    package struct HelpSettings: Sendable {
        /// Whom customers write to.
        package let supportEmail: String?
        package let termsURL: String?
        package let privacyURL: String?

        /// The documents, by what their links say.
        var documents: [(text: String, url: String)] {
            [("Terms", termsURL), ("Privacy", privacyURL)].compactMap { text, url in
                url.map { (text, $0) }
            }
        }
    }

    /// Everything that is wrong with the settings.
    package struct Faults: Error, CustomStringConvertible {
        package let faults: [String]
        package var description: String {
            "The settings cannot be used:\n" + faults.map { "  - \($0)" }.joined(separator: "\n")
        }
    }

    /// Where VIES is asked after VAT numbers, without a slash at the end.
    package let viesURL: String

    /// How long a registrar that never answered is given before it is asked to do the same again.
    package var registrarRecheckSeconds: Double { mode == .live ? 90 : 2 }

    /// How long a panel that did not answer may take to list an account that it was asked to make.
    package var panelRecheckSeconds: Double { mode == .live ? 60 : 2 }

    /// How long an outside party may take to answer one call.
    package let remoteDeadlineSeconds: Double

    /// How long a job is an instance's own without being heard of; what a dead instance had begun
    /// is begun again by another one after that time.
    package let jobLeaseSeconds: Double

    /// How long a repeated request waits for one that a dead instance may have begun: longer than
    /// any request may take with the outside parties it asks.
    package var idempotencyLockSeconds: Double { 10 + 2 * remoteDeadlineSeconds }

    /// How often somebody is asked whether queued work is done.
    package var pollSeconds: Double { mode == .live ? 30 : 0.5 }

    /// How often, and how long after it was last heard of, a payment is asked after whose webhook
    /// may be lost.
    package var paymentPollSeconds: Double { mode == .live ? 15 : 2 }

    /// Whether links to the portal are `https`, so that cookies are for `https` alone.
    package var isPortalSecure: Bool { portalURL.hasPrefix("https://") }
}

extension Configuration {
    /// Reads the settings.
    ///
    /// - Throws: ``Faults`` with everything that is missing, malformed or too weak.
    package init(environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        mode = reader.text("STRIPE_SECRET_KEY") == nil ? .sandbox : .live
        let isLive = mode == .live
        let offset = reader.integer("SANDBOX_PORT_OFFSET", 0, in: 0...50_000)
        sandboxPortOffset = offset
        let simulator = { (port: Int) in "http://127.0.0.1:\(port + offset)" }

        api = reader.address("API_LISTEN", "127.0.0.1:8001")
        portal = reader.address("PORTAL_LISTEN", "127.0.0.1:3001")
        apiURL = reader.publicURL("API_URL", live: isLive) ?? "http://\(api.host):\(api.port)"
        portalURL =
            reader.publicURL("PORTAL_URL", live: isLive) ?? "http://\(portal.host):\(portal.port)"
        dataDirectory = reader.text("DATA_DIR") ?? "var"
        databaseURL = reader.text("DATABASE_URL")
        databaseConnections = reader.integer("DATABASE_CONNECTIONS", 8, in: 2...200)
        connections = reader.integer("MAX_CONNECTIONS", 12_000, in: 16...1_000_000)
        redisURL = reader.text("REDIS_URL")
        secretKey = reader.secretKey(live: isLive)
        previousSecretKeys = reader.previousSecretKeys(live: isLive)
        accessTokenMinutes = reader.integer("ACCESS_TOKEN_EXPIRE_MINUTES", 15, in: 1...1440)
        stripe = reader.stripe(live: isLive, simulator: simulator(12_111))
        resellerClub = reader.resellerClub(live: isLive, simulator: simulator(12_201))
        viesURL = reader.vies(live: isLive, simulator: simulator(12_301))
        mail = reader.mail(live: isLive, simulatorPort: 1_025 + sandboxPortOffset)
        help = reader.help(live: isLive)
        nameservers = reader.list(
            "NAMESERVERS",
            otherwise: isLive ? nil : ["ns1.example.net", "ns2.example.net"]
        )
        trustedProxies = reader.proxies(live: isLive)
        let role = reader.choice("ROLE", ["all", "web", "worker"])
        runsWeb = role != "worker"
        runsWorker = role != "web"
        allowsInsecurePanels = !isLive || reader.text("ALLOW_INSECURE_PANELS") == "yes"
        faultPoint = isLive ? nil : reader.text("FAULT_POINT")
        remoteDeadlineSeconds = Double(
            reader.integer("REMOTE_DEADLINE_SECONDS", isLive ? 30 : 5, in: 1...300)
        )
        jobLeaseSeconds = Double(reader.integer("JOB_LEASE_SECONDS", 60, in: 3...3_600))
        requestSeconds = Double(reader.integer("REQUEST_SECONDS", 30, in: 1...300))
        idleSeconds = Double(reader.integer("IDLE_SECONDS", 60, in: 1...300))
        limitsRates = isLive || reader.text("RATE_LIMITS") != "off"
        let currencyCode = reader.text("CURRENCY") ?? "USD"
        if Currency(currencyCode) == nil { reader.report("CURRENCY \(currencyCode) is not known") }
        currency = Currency(currencyCode) ?? .usd
        let codes = reader.list("CURRENCIES", otherwise: [])
        for code in codes where Currency(code) == nil {
            reader.report("CURRENCIES has \(code), which is not known")
        }
        let usual = currency
        currencies = [usual] + codes.compactMap { Currency($0) }.filter { $0 != usual }
        try reader.finish()
    }
}
