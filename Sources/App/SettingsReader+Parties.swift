import Core
import Foundation
import MailGateway
import Support
import VIESGateway

// The secrets, and the settings of each outside party.
extension SettingsReader {
    /// What everybody can read in the sources, so that it protects nothing.
    private enum Sandbox {
        static let stripeKey = "sk_test_sandbox_only_not_a_secret"
        static let stripePublishableKey = "pk_test_sandbox_only"
        static let stripeWebhookSecret = "whsec_sandbox_only_not_a_secret_000000"
        static let registrarKey = "rc_sandbox_key"
    }

    /// Signs and seals. The sandbox's is made up for this process unless ``SandboxSecret`` has one.
    mutating func secretKey(live: Bool) -> Secret<String> {
        checkSecret("SECRET_KEY", text("SECRET_KEY"), atLeast: 32, live: live)
        return Secret(text("SECRET_KEY") ?? Hex.encode(randomBytes(32)))
    }

    mutating func previousSecretKeys(live: Bool) -> [Secret<String>] {
        let keys = list("SECRET_KEY_PREVIOUS", otherwise: [])
        for key in keys { checkSecret("SECRET_KEY_PREVIOUS", key, atLeast: 32, live: live) }
        return keys.map { Secret($0) }
    }

    /// Reports a secret of a live system that is missing, too short, or no secret at all.
    private mutating func checkSecret(
        _ name: String,
        _ text: String?,
        atLeast least: Int,
        live: Bool,
        beginning prefixes: [String] = []
    ) {
        guard live else { return }
        guard let text else { return report("\(name) is missing") }
        if !prefixes.isEmpty, !prefixes.contains(where: text.hasPrefix) {
            report("\(name) must begin with \(prefixes.joined(separator: ", "))")
        }
        let lower = text.lowercased()
        let isKnown = ["sandbox", "change", "example"].contains { lower.contains($0) }
        if text.utf8.count < least || isKnown || Set(text).count < 8 {
            report("\(name) must have at least \(least) random characters and be no default")
        }
    }

    mutating func stripe(live: Bool, simulator: String) -> Configuration.StripeSettings {
        let secrets = list("STRIPE_WEBHOOK_SECRET", otherwise: [])
        checkSecret(
            "STRIPE_SECRET_KEY",
            text("STRIPE_SECRET_KEY"),
            atLeast: 24,
            live: live,
            beginning: ["sk_live_", "rk_live_", "sk_test_", "rk_test_"]
        )
        for secret in secrets.isEmpty ? [nil] : secrets.map(Optional.some) {
            checkSecret(
                "STRIPE_WEBHOOK_SECRET",
                secret,
                atLeast: 32,
                live: live,
                beginning: ["whsec_"]
            )
        }
        if live { checkPublishableKey() }
        return Configuration.StripeSettings(
            secretKey: Secret(text("STRIPE_SECRET_KEY") ?? Sandbox.stripeKey),
            publishableKey: text("STRIPE_PUBLISHABLE_KEY") ?? Sandbox.stripePublishableKey,
            webhookSecrets: (secrets.isEmpty ? [Sandbox.stripeWebhookSecret] : secrets)
                .map { Secret($0) },
            baseURL: live ? "https://api.stripe.com" : text("STRIPE_URL") ?? simulator
        )
    }

    /// Stripe's two keys are of one mode, or browsers make what the server cannot charge.
    private mutating func checkPublishableKey() {
        let name = "STRIPE_PUBLISHABLE_KEY"
        guard let key = text(name) else { return report("\(name) is missing") }
        let isTest = text("STRIPE_SECRET_KEY")?.dropFirst(2).hasPrefix("_test_") == true
        let prefix = isTest ? "pk_test_" : "pk_live_"
        if !key.hasPrefix(prefix) {
            report("\(name) must begin with \(prefix), as STRIPE_SECRET_KEY is of that mode")
        }
    }

    mutating func resellerClub(live: Bool, simulator: String) -> Configuration.ResellerClubSettings
    {
        if live, text("RESELLERCLUB_USER_ID") == nil { report("RESELLERCLUB_USER_ID is missing") }
        checkSecret(
            "RESELLERCLUB_API_KEY",
            text("RESELLERCLUB_API_KEY"),
            atLeast: 16,
            live: live
        )
        if let url = text("RESELLERCLUB_URL") { checkHTTPS("RESELLERCLUB_URL", url, live: live) }
        return Configuration.ResellerClubSettings(
            userID: text("RESELLERCLUB_USER_ID") ?? "100001",
            apiKey: Secret(text("RESELLERCLUB_API_KEY") ?? Sandbox.registrarKey),
            baseURL: text("RESELLERCLUB_URL")
                ?? (live ? "https://httpapi.com/api" : simulator + "/api")
        )
    }

    mutating func vies(live: Bool, simulator: String) -> String {
        if let url = text("VIES_URL") { checkHTTPS("VIES_URL", url, live: live) }
        return text("VIES_URL")
            ?? (live ? VIESClient.liveURL : simulator + "/taxation_customs/vies/rest-api")
    }

    mutating func mail(live: Bool, simulatorPort: Int) -> Configuration.MailSettings {
        let host = text("SMTP_HOST")
        if live && host == nil { report("SMTP_HOST is missing") }
        if live && text("MAIL_FROM") == nil { report("MAIL_FROM is missing") }
        if live, text("SMTP_USER") != nil || text("SMTP_PASSWORD") != nil {
            if text("SMTP_USER") == nil { report("SMTP_USER is missing") }
            checkSecret("SMTP_PASSWORD", text("SMTP_PASSWORD"), atLeast: 8, live: live)
        }
        let port = integer("SMTP_PORT", host == nil ? simulatorPort : 587, in: 1...65_535)
        let scheme = port == 465 ? "smtps" : "smtp"
        let sender = mailSender()
        return Configuration.MailSettings(
            server: "\(scheme)://\(host ?? "127.0.0.1"):\(port)",
            user: text("SMTP_USER"),
            password: text("SMTP_PASSWORD").map { Secret($0) },
            sender: sender,
            signers: mailSigners(sender: sender.address)
        )
    }

    mutating func help(live: Bool) -> Configuration.HelpSettings {
        if let address = text("SUPPORT_EMAIL"), EmailAddress(address) == nil {
            report("SUPPORT_EMAIL must be an address such as help@example.com")
        }
        for name in ["TERMS_URL", "PRIVACY_URL"] {
            if let url = text(name) { checkHTTPS(name, url, live: live) }
        }
        return Configuration.HelpSettings(
            supportEmail: text("SUPPORT_EMAIL"),
            termsURL: text("TERMS_URL"),
            privacyURL: text("PRIVACY_URL")
        )
    }

    /// An address, or a name and an address in angle brackets.
    private mutating func mailSender() -> MailSender {
        let text = text("MAIL_FROM") ?? "billing@example.com"
        let parts = text.split(separator: "<", omittingEmptySubsequences: false)
        let hasName = parts.count == 2 && text.hasSuffix(">")
        let address = hasName ? String(parts[1].dropLast()) : text
        if EmailAddress(address) == nil {
            report("MAIL_FROM must be an address, or such as My Hosting <billing@example.com>")
        }
        let name = hasName ? parts[0].trimmingCharacters(in: .whitespaces) : ""
        return MailSender(name: name.isEmpty ? "NextPanel Hosting" : name, address: address)
    }
}
