import Dispatch
import Foundation
import Simulators
import Support

// Runs the simulators of the outside parties until it is told to end.

let environment = ProcessInfo.processInfo.environment

func setting(_ name: String, _ usual: String) -> String {
    guard let value = environment[name], !value.isEmpty else { return usual }
    return value
}

/// Where billing's API is: as told, or where it listens on this machine.
func billingURL() -> String {
    let listens = setting("API_LISTEN", "127.0.0.1:8001").replacing("0.0.0.0", with: "127.0.0.1")
    return setting("BILLING_API_URL", "http://\(listens)")
}

func simulators(_ settings: SimulatorSettings) throws -> SimulatorSet {
    let url = billingURL()
    return try SimulatorSet(
        portOffset: Int(setting("SANDBOX_PORT_OFFSET", "0")) ?? 0,
        billingURL: url,
        webhookSecret: setting(
            "STRIPE_WEBHOOK_SECRET",
            StripeSimulator.sandboxWebhookSecret
        ),
        panelBilling: NextPanelSimulator.Billing(
            url: url,
            key: setting("PANEL_BILLING_KEY", "npk_billing_sandbox"),
            secret: setting("PANEL_BILLING_SECRET", "nps_billing_sandbox_secret_0001")
        ),
        settings: settings
    )
}

/// The books are kept beside billing's database, which knows them by the simulators' numbers.
func settings(_ log: Log) throws -> SimulatorSettings {
    var settings = SimulatorSettings(log: log)
    let data = setting("DATA_DIR", "")
    guard !data.isEmpty else { return settings }
    let books = try BooksFolder(data + "/sandbox", log: log)
    settings.clock.setOffset(seconds: Double(try books.clockOffsetSeconds()))
    settings.books = books
    return settings
}

/// Ends when the process is asked to end.
func untilAskedToEnd() async {
    let (signals, asked) = AsyncStream.makeStream(of: Void.self)
    let sources = [SIGTERM, SIGINT].map { number in
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number)
        source.setEventHandler { asked.yield() }
        source.resume()
        return source
    }
    for await _ in signals { break }
    for source in sources { source.cancel() }
}

let log = Log(least: .warning)
do {
    let running = try simulators(try settings(log)).start()
    for (name, url) in running.addresses {
        let gap = String(repeating: " ", count: max(1, 14 - name.count))
        print("sandbox: \(name)\(gap)\(url)")
    }
    fflush(nil)
    await untilAskedToEnd()
    await running.stop()
} catch {
    log.error("the sandbox cannot start", ["reason": "\(error)"])
    exit(1)
}
