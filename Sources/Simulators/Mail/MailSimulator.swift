import Foundation
import HTTPServer
import Support
import Wire

/// A simulated mail server with a web inbox: every mail is taken and shown, none is sent on.
package final class MailSimulator: Sendable {
    /// The web inbox.
    package let host: SimulatorHost
    private let service: MailService
    private let server: SMTPServer

    /// A mail server and an inbox that are bound to ports; 0 picks one.
    package init(
        smtpPort: Int = 0,
        inboxPort: Int = 0,
        settings: SimulatorSettings = SimulatorSettings()
    ) throws {
        let service = MailService(
            clock: settings.clock,
            received: try Kept([], in: settings.books?.file("mail"))
        )
        let host = try SimulatorHost(
            service: service,
            port: inboxPort,
            address: HostAddress(),
            settings: settings
        )
        self.service = service
        self.host = host
        server = try SMTPServer(
            address: settings.address,
            port: smtpPort,
            intercept: { [weak host] in host?.interceptMail($0, $1) },
            deliver: { service.deliver(from: $0, to: $1, $2) }
        )
    }

    /// The port that speaks SMTP.
    package var smtpPort: Int { server.port }

    /// Begins to answer.
    @discardableResult
    package func start() -> Self {
        host.start()
        server.start()
        return self
    }

    package func stop() async {
        server.stop()
        await host.stop()
    }

    /// What was received, oldest first.
    package var messages: [ReceivedMail] { service.messages }
}

/// What the inbox holds and shows.
private final class MailService: SimulatedService {
    private let received: Kept<[ReceivedMail]>
    private let clock: BusinessClock

    init(clock: BusinessClock, received: Kept<[ReceivedMail]>) {
        self.clock = clock
        self.received = received
    }

    var messages: [ReceivedMail] { received.read { $0 } }

    var state: JSON { ["messages": .array(messages.map(\.json))] }

    func reset() async { received.withLock { $0 = [] } }

    func flush() { received.flush() }

    func failure(status: Int) -> HTTPResponse { .text("failing as told", status: status) }

    func deliver(from sender: String, to recipients: [String], _ raw: [UInt8]) {
        received.withLock { received in
            received.append(
                ReceivedMail(
                    number: (received.last?.number ?? 0) + 1,
                    receivedAt: clock.now,
                    sender: sender,
                    recipients: recipients,
                    raw: raw
                )
            )
        }
    }

    func control(_ request: HTTPRequest, _ path: String) async -> HTTPResponse? {
        switch (request.method, path) {
        case ("GET", "/messages"): return .json(["data": .array(messages.map(\.json))])
        case ("DELETE", "/messages"):
            await reset()
            return HTTPResponse(status: 204)
        default: return nil
        }
    }

    func answer(_ request: HTTPRequest, pausingSeconds: Double) async -> HTTPResponse {
        if pausingSeconds > 0 { try? await Task.sleep(for: .seconds(pausingSeconds)) }
        let parts = request.path.split(separator: "/").map(String.init)
        switch (request.method, parts.first, parts.count) {
        case ("GET", nil, 0): return .page(InboxView(messages: messages.reversed()).body)
        case ("GET", "sandbox.css", 1): return .stylesheet
        case ("GET", "messages", 2...3):
            guard let mail = messages.first(where: { String($0.number) == parts[1] })
            else { break }
            if parts.count == 2 { return .page(MailView(mail: mail).body) }
            if parts[2] == "raw" { return .text(String(decoding: mail.raw, as: UTF8.self)) }
        default: break
        }
        return .page(InboxNotice().body, status: 404)
    }
}

extension SimulatorHost {
    /// Writes an SMTP command down, and says how it fails if it is to.
    fileprivate func interceptMail(_ command: String, _ line: String) -> SMTPFault? {
        let mode = faults.take("SMTP \(command)")
        let number = journal.begin(
            at: settings.clock.now,
            method: "SMTP",
            path: command,
            query: "",
            headers: [:],
            body: line,
            fault: mode
        )
        let fault = mode.map(smtpFault)
        if case .reply(let text)? = fault {
            journal.end(number, status: Int(text.prefix(3)) ?? 0)
        } else if fault == nil {
            journal.end(number, status: 250)
        }
        return fault
    }

    private func smtpFault(_ mode: FaultMode) -> SMTPFault {
        switch mode {
        case .refuse: .silence(seconds: 0, tookEffect: false)
        case .timeoutBefore: .silence(seconds: settings.silenceSeconds, tookEffect: false)
        case .timeoutAfter: .silence(seconds: settings.silenceSeconds, tookEffect: true)
        case .internalError: .reply("451 4.3.0 Local error in processing")
        case .rateLimit, .lockTimeout: .reply("450 4.7.1 Too many messages, try again later")
        case .reject: .reply("554 5.7.1 Refused for good")
        case .garbage: .nonsense("* what?")
        case .slow: .late(seconds: settings.slowSeconds)
        }
    }
}
