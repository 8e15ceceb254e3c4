import Support
import Synchronization
import Wire

/// A simulated NextPanel server: the API that billing calls, and a site for its customers.
package final class NextPanelSimulator: Sendable {
    /// How a panel reaches billing.
    package struct Billing: Sendable {
        package var url: String
        package var key: String
        package var secret: String

        /// The pair that billing seeds in sandbox mode.
        package init(
            url: String = "http://127.0.0.1:8001",
            key: String = "npk_billing_sandbox",
            secret: String = "nps_billing_sandbox_secret_0001"
        ) {
            self.url = url
            self.key = key
            self.secret = secret
        }
    }

    package let host: SimulatorHost
    /// The key billing calls it with.
    package let apiKey: String
    /// The secret billing calls it with.
    package let apiSecret: String
    private let billing: PanelBilling
    private let service: PanelService

    /// The panel of a number from 1, bound to a port; 0 picks one.
    ///
    /// `knowsLicenses` says whether `POST /api/v1/licenses/provision` exists; the third panel is of
    /// an older version unless told otherwise.
    package init(
        number: Int = 1,
        port: Int = 0,
        knowsLicenses: Bool? = nil,
        billing: Billing = Billing(),
        settings: SimulatorSettings = SimulatorSettings()
    ) throws {
        apiKey = "npk_sandbox_\(number)"
        apiSecret = "nps_sandbox_secret_\(number)"
        self.billing = PanelBilling(
            url: billing.url,
            key: billing.key,
            secret: billing.secret,
            log: settings.log
        )
        service = PanelService(
            identity: .init(
                name: "NextPanel \(number)",
                key: apiKey,
                secret: apiSecret,
                knowsLicenses: knowsLicenses ?? (number != 3)
            ),
            clock: settings.clock,
            billing: self.billing,
            books: try Kept(PanelAccounts(), in: settings.books?.file("panel\(number)"))
        )
        host = try SimulatorHost(
            service: service,
            port: port,
            address: HostAddress(),
            settings: settings
        )
    }

    /// Changes where billing's API is, for tests that start billing later.
    package func askBilling(at url: String) { billing.setURL(url) }

    /// Changes how the panel differs from others.
    package func behave(_ change: (inout PanelManners) -> Void) {
        service.manners.withLock { change(&$0) }
    }

    /// Begins to answer.
    @discardableResult
    package func start() -> Self {
        host.start()
        return self
    }

    package func stop() async {
        await host.stop()
        billing.close()
    }
}
