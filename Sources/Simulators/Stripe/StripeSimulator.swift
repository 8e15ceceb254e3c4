import Support
package import Wire

/// A simulated Stripe account in test mode.
///
/// It speaks the API under `/v1`, shows the hosted payment page under `/c`, and sends signed
/// webhooks. What it cannot do it refuses; it never pretends.
package final class StripeSimulator: Sendable {
    /// What it signs webhooks with unless told otherwise.
    package static let sandboxWebhookSecret = "whsec_sandbox_only_not_a_secret_000000"

    package let host: SimulatorHost
    private let service: StripeService

    /// A simulator that is bound to a port; 0 picks one.
    ///
    /// Events are sent to `webhookURL` besides the registered endpoints, again after each of
    /// `webhookRetrySeconds` while they are not taken. `secretKey` is the only key that is taken;
    /// nil takes every `sk_test_…`.
    package init(
        port: Int = 0,
        webhookURL: String? = nil,
        webhookSecret: String = StripeSimulator.sandboxWebhookSecret,
        secretKey: String? = nil,
        webhookRetrySeconds: [Double] = [0.2, 0.5, 1, 2, 5, 10, 20, 30],
        settings: SimulatorSettings = SimulatorSettings()
    ) throws {
        let address = HostAddress()
        let webhooks = StripeWebhookSender(
            url: webhookURL,
            secret: webhookSecret,
            retrySeconds: webhookRetrySeconds,
            clock: settings.clock,
            log: settings.log
        )
        let service = StripeService(
            clock: settings.clock,
            address: address,
            secretKey: secretKey,
            webhooks: webhooks,
            account: try Kept(StripeService.Account(), in: settings.books?.file("stripe"))
        )
        webhooks.onDelivery { [weak service] in service?.wasDelivered($0) }
        self.service = service
        host = try SimulatorHost(
            service: service,
            port: port,
            address: address,
            settings: settings
        )
    }

    /// Begins to answer.
    @discardableResult
    package func start() -> Self {
        host.start()
        service.resume()
        return self
    }

    package func stop() async {
        await host.stop()
        service.webhooks.close()
    }

    /// Finishes the hosted page of a session as a customer would.
    ///
    /// `authenticates` is what the customer does when 3-D Secure asks; nil leaves it open. Returns
    /// the session afterwards, with `redirect`, `authenticate`, `declined` or `gone` beside it.
    package func completeCheckout(
        _ session: String,
        card: String = "4242424242424242",
        email: String? = nil,
        authenticates: Bool? = true
    ) -> JSON {
        service.completeCheckout(session, card, email, authenticates)
    }

    /// Answers the 3-D Secure page of a payment or a card.
    @discardableResult
    package func authenticate(_ intent: String, succeeds: Bool) -> JSON {
        service.act { books, call in
            _ = books.answerAuthentication(intent, succeeds: succeeds, call)
            return books.object(intent) ?? .null
        }
    }

    /// Changes where events are sent besides the registered endpoints; nil sends none.
    package func sendWebhooks(to url: String?) { service.webhooks.setURL(url) }

    /// Changes how webhooks arrive.
    package func setWebhooks(_ mode: StripeWebhookMode) { service.webhooks.setMode(mode) }

    /// Sends events again: one, all, or those that were never taken.
    @discardableResult
    package func redeliverWebhooks(event: String? = nil, all: Bool = false) -> Int {
        service.webhooks.redeliver(event: event, all: all)
    }

    /// Waits until no webhook is on its way.
    package func webhooksAreIdle() async { await service.webhooks.idle() }

    /// Every charge that took money, oldest first: what was really paid.
    package var paidCharges: [(intent: String, amount: Int64, currency: String)] {
        service.act { books, _ in
            books.charges.all.filter(\.isPaid).map { ($0.intent, $0.amount, $0.currency) }
        }
    }
}
