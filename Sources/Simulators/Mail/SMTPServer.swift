import Foundation
import Synchronization

/// A small mail server: takes every mail, and hands it on.
final class SMTPServer: Sendable {
    /// One command with what answers it; what it returns is said instead of the usual reply.
    typealias Interception = @Sendable (_ command: String, _ line: String) -> SMTPFault?

    private let listener: TCPListener
    private let intercept: Interception
    private let deliver: @Sendable (_ sender: String, _ recipients: [String], [UInt8]) -> Void
    private let open = Mutex<[ObjectIdentifier: TCPConnection]>([:])

    var port: Int { listener.port }

    init(
        address: String,
        port: Int,
        intercept: @escaping Interception,
        deliver: @escaping @Sendable (String, [String], [UInt8]) -> Void
    ) throws {
        listener = try TCPListener(address: address, port: port)
        self.intercept = intercept
        self.deliver = deliver
    }

    func start() {
        Thread.detachNewThread { [self] in
            while let connection = listener.accept() {
                open.withLock { $0[ObjectIdentifier(connection)] = connection }
                Thread.detachNewThread { [self] in
                    var dialog = SMTPDialog(
                        connection: connection,
                        intercept: intercept,
                        deliver: deliver
                    )
                    dialog.run()
                    connection.close()
                    _ = open.withLock { $0.removeValue(forKey: ObjectIdentifier(connection)) }
                }
            }
        }
    }

    func stop() {
        listener.close()
        for connection in open.withLock({ Array($0.values) }) { connection.close() }
    }
}

/// What happens instead of the usual reply to a command.
enum SMTPFault: Sendable {
    /// Say this; the command has no effect.
    case reply(String)
    /// Silence, then the connection ends; with or without effect.
    case silence(seconds: Double, tookEffect: Bool)
    /// Say this although the command took effect.
    case nonsense(String)
    /// The usual reply, late.
    case late(seconds: Double)
}

/// One connection's conversation.
private struct SMTPDialog {
    let connection: TCPConnection
    let intercept: SMTPServer.Interception
    let deliver: @Sendable (String, [String], [UInt8]) -> Void
    private let mostBytes = 26_214_400
    private var sender: String?
    private var recipients: [String] = []

    init(
        connection: TCPConnection,
        intercept: @escaping SMTPServer.Interception,
        deliver: @escaping @Sendable (String, [String], [UInt8]) -> Void
    ) {
        self.connection = connection
        self.intercept = intercept
        self.deliver = deliver
    }

    mutating func run() {
        guard say("220 sandbox.example ESMTP", to: "CONNECT", "") else { return }
        while let bytes = connection.readLine() {
            let line = String(decoding: bytes, as: UTF8.self)
            let verb = line.prefix { $0 != " " && $0 != ":" }.uppercased()
            guard answer(verb, line) else { return }
        }
    }

    /// Answers one command; false ends the connection.
    private mutating func answer(_ verb: String, _ line: String) -> Bool {
        switch verb {
        case "EHLO":
            return say(
                "250-sandbox.example\r\n250-SIZE \(mostBytes)\r\n250-8BITMIME\r\n250 SMTPUTF8",
                to: verb,
                line
            )
        case "HELO", "NOOP": return say("250 OK", to: verb, line)
        case "RSET":
            (sender, recipients) = (nil, [])
            return say("250 OK", to: verb, line)
        case "MAIL": return mail(line)
        case "RCPT": return recipient(line)
        case "DATA": return data(line)
        case "QUIT":
            _ = say("221 Bye", to: verb, line)
            return false
        default: return say("502 5.5.1 Command not implemented", to: verb, line)
        }
    }

    private mutating func mail(_ line: String) -> Bool {
        guard let address = address(in: line) else {
            return say("501 5.5.4 Syntax: MAIL FROM:<address>", to: "MAIL", line)
        }
        (sender, recipients) = (address, [])
        return say("250 2.1.0 OK", to: "MAIL", line)
    }

    private mutating func recipient(_ line: String) -> Bool {
        guard sender != nil else { return say("503 5.5.1 MAIL first", to: "RCPT", line) }
        guard let address = address(in: line), address.contains("@") else {
            return say("501 5.1.3 Syntax: RCPT TO:<address>", to: "RCPT", line)
        }
        recipients.append(address)
        return say("250 2.1.5 OK", to: "RCPT", line)
    }

    private mutating func data(_ line: String) -> Bool {
        guard let sender, !recipients.isEmpty else {
            return say("503 5.5.1 RCPT first", to: "DATA", line)
        }
        connection.write("354 End data with <CR><LF>.<CR><LF>\r\n")
        guard let message = readMessage() else { return false }
        let recipients = recipients
        (self.sender, self.recipients) = (nil, [])
        guard message.count <= mostBytes else {
            return say("552 5.3.4 Message too big", to: "DATA", line)
        }
        let deliver = deliver
        return say("250 2.0.0 OK: taken", to: "DATA", line) {
            deliver(sender, recipients, message)
        }
    }

    /// The message up to its lonely dot, with the stuffed dots taken out.
    private func readMessage() -> [UInt8]? {
        var message: [UInt8] = []
        while var line = connection.readLine() {
            if line == [46] { return message }
            if line.first == 46 { line.removeFirst() }
            if message.count <= mostBytes { message += line + [13, 10] }
        }
        return nil
    }

    private func address(in line: String) -> String? {
        guard let start = line.firstIndex(of: "<"), let end = line.lastIndex(of: ">"),
            start < end
        else { return nil }
        return String(line[line.index(after: start)..<end])
    }

    /// Takes effect and replies, unless the reply is to be another; false ends the connection.
    private func say(
        _ reply: String,
        to verb: String,
        _ line: String,
        effect: () -> Void = {}
    ) -> Bool {
        switch intercept(verb, line) {
        case nil: effect()
        case .reply(let other)?:
            connection.write(other + "\r\n")
            return !other.hasPrefix("421")
        case .silence(let seconds, let tookEffect)?:
            if tookEffect { effect() }
            connection.keepSilent(seconds: seconds)
            return false
        case .nonsense(let other)?:
            effect()
            connection.write(other + "\r\n")
            return true
        case .late(let seconds)?:
            Thread.sleep(forTimeInterval: seconds)
            effect()
        }
        connection.write(reply + "\r\n")
        return true
    }
}
