import HTTPServer
import Support
import Wire

/// All simulators together, as the `sandbox` program runs them.
package final class SimulatorSet: Sendable {
    package let stripe: StripeSimulator
    package let resellerClub: ResellerClubSimulator
    package let panels: [NextPanelSimulator]
    package let mail: MailSimulator
    package let vies: VIESSimulator
    /// Registrars that have their port but no simulator yet.
    package let vacant: [VacantSimulator]

    /// The simulators on their usual ports moved by an offset; nil picks free ports.
    ///
    /// `billingURL` is where billing's JSON API is, without a slash at the end.
    package init(
        portOffset: Int? = nil,
        billingURL: String = "http://127.0.0.1:8001",
        webhookSecret: String = StripeSimulator.sandboxWebhookSecret,
        panelBilling: NextPanelSimulator.Billing? = nil,
        settings: SimulatorSettings = SimulatorSettings()
    ) throws {
        func port(_ usual: Int) -> Int { portOffset.map { usual + $0 } ?? 0 }
        stripe = try StripeSimulator(
            port: port(12_111),
            webhookURL: billingURL + "/api/v1/payments/webhook",
            webhookSecret: webhookSecret,
            settings: settings
        )
        resellerClub = try ResellerClubSimulator(port: port(12_201), settings: settings)
        vacant = try [("Namecheap", 12_202), ("OpenSRS", 12_203), ("GoDaddy", 12_204)].map {
            try VacantSimulator(name: $0.0, port: port($0.1), settings: settings)
        }
        let billing = panelBilling ?? NextPanelSimulator.Billing(url: billingURL)
        panels = try (1...3).map {
            try NextPanelSimulator(
                number: $0,
                port: port(9_000 + 10 * ($0 - 1)),
                billing: billing,
                settings: settings
            )
        }
        vies = try VIESSimulator(port: port(12_301), settings: settings)
        mail = try MailSimulator(
            smtpPort: port(1_025),
            inboxPort: port(8_025),
            settings: settings
        )
    }

    /// Begins to answer everywhere.
    @discardableResult
    package func start() -> Self {
        stripe.start()
        resellerClub.start()
        for each in vacant { each.start() }
        for panel in panels { panel.start() }
        vies.start()
        mail.start()
        return self
    }

    /// Ends all of them at once, so that one that is held up does not hold up the others.
    package func stop() async {
        await withTaskGroup { group in
            group.addTask { await self.stripe.stop() }
            group.addTask { await self.resellerClub.stop() }
            group.addTask { await self.mail.stop() }
            group.addTask { await self.vies.stop() }
            for each in vacant { group.addTask { await each.stop() } }
            for panel in panels { group.addTask { await panel.stop() } }
        }
    }

    /// Says where billing's API is, for tests that start billing after the simulators.
    package func connect(billingURL: String) {
        stripe.sendWebhooks(to: billingURL + "/api/v1/payments/webhook")
        for panel in panels { panel.askBilling(at: billingURL) }
    }

    /// Forgets everything everywhere.
    package func reset() async {
        for host in hosts { await host.reset() }
    }

    /// Every simulator's controls.
    package var hosts: [SimulatorHost] {
        [stripe.host, resellerClub.host] + vacant.map(\.host) + panels.map(\.host)
            + [mail.host, vies.host]
    }

    /// Where each of them is.
    package var addresses: [(name: String, url: String)] {
        [("Stripe", stripe.host.baseURL), ("ResellerClub", resellerClub.host.baseURL)]
            + panels.enumerated().map { ("NextPanel \($0 + 1)", $1.host.baseURL) }
            + [
                ("SMTP", "smtp://127.0.0.1:\(mail.smtpPort)"),
                ("Mail inbox", mail.host.baseURL),
                ("VIES", vies.host.baseURL),
            ]
    }
}

/// A port that is kept for a simulator to come: it takes the controls and refuses every call.
package final class VacantSimulator: Sendable {
    package let host: SimulatorHost

    init(name: String, port: Int, settings: SimulatorSettings) throws {
        host = try SimulatorHost(
            service: VacantService(name: name),
            port: port,
            address: HostAddress(),
            settings: settings
        )
    }

    func start() { host.start() }

    func stop() async { await host.stop() }
}

private struct VacantService: SimulatedService {
    let name: String

    var state: JSON { [:] }

    func reset() async {}

    func failure(status: Int) -> HTTPResponse { .text("failing as told", status: status) }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        .text("\(name) is not simulated.", status: 501)
    }
}
