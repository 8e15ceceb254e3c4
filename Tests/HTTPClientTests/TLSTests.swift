import Foundation
import HTTPClient
import Support
import Synchronization
import Testing

/// An `openssl s_server` with a certificate of its own making, for the time of a test.
final class TLSServer {
    let port = ScriptedServer.freePort()
    let certificate: String
    private let folder: URL
    private let server = Process()

    /// With `speaking`, what comes is given to it line by line, and what it returns is sent;
    /// otherwise every request is answered with a page.
    init(name: String, speaking answer: (@Sendable (String) -> String?)? = nil) async throws {
        folder = FileManager.default.temporaryDirectory
            .appending(path: "tls-\(Base32.encode(randomBytes(8)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "cert.pem").path()
        let key = folder.appending(path: "key.pem").path()
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "3", "-subj", "/CN=test", "-addext", "subjectAltName=\(name)",
            "-keyout", key, "-out", certificate,
        ]
        // Not `waitUntilExit`, which blocks a thread that Tasks share.
        try await withCheckedThrowingContinuation { continuation in
            let made = Process()
            made.terminationHandler = { _ in continuation.resume() }
            do {
                try Self.run(made, arguments)
            } catch {
                continuation.resume(throwing: error)
            }
        }
        let accept = ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate]
        try Self.run(
            server,
            accept + ["-key", key, "-quiet"] + (answer == nil ? ["-www"] : []),
            conversation: answer
        )
    }

    deinit {
        // Children inherit a mask that blocks SIGTERM.
        kill(server.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    /// Waits until somebody listens.
    func wait() async throws {
        let client = HTTPClient(log: .silent, userAgent: "test/1")
        for _ in 0..<200 {
            let request = OutgoingRequest("GET", "https://127.0.0.1:\(port)/")
            if await failure(of: request, by: client)?.kind == .untrusted { return }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private static func run(
        _ process: Process,
        _ arguments: [String],
        conversation answer: (@Sendable (String) -> String?)? = nil
    ) throws {
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        if let answer {
            let (input, output) = (Pipe(), Pipe())
            process.standardInput = input
            process.standardOutput = output
            Thread.detachNewThread {
                var rest: [UInt8] = []
                while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
                    rest += data
                    while let end = rest.firstIndex(of: 10) {
                        let line = String(decoding: rest[..<end].filter { $0 != 13 }, as: UTF8.self)
                        rest.removeFirst(end + 1)
                        guard let text = answer(line) else { continue }
                        try? input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
                    }
                }
            }
        }
        try process.run()
    }

    /// Asks until the server is up.
    func ask(_ client: HTTPClient) async throws -> Result<Int, TransferError> {
        for _ in 0..<200 {
            do {
                let answer = try await client.send(
                    OutgoingRequest("GET", "https://127.0.0.1:\(port)/")
                )
                return .success(answer.status)
            } catch let error as TransferError where error.kind != .notConnected {
                return .failure(error)
            } catch {
                try await Task.sleep(for: .milliseconds(25))
            }
        }
        return .failure(
            TransferError(kind: .notConnected, mayHaveArrived: false, description: "never up")
        )
    }
}

@Suite struct TLSTests {
    @Test func `a certificate nobody vouches for is refused`() async throws {
        let server = try await TLSServer(name: "IP:127.0.0.1")
        let client = HTTPClient(log: .silent, userAgent: "test/1")
        guard case .failure(let error) = try await server.ask(client) else {
            Issue.record("was trusted")
            return
        }
        #expect(error.kind == .untrusted)
        #expect(!error.mayHaveArrived)
    }

    @Test func `a certificate that is vouched for is trusted`() async throws {
        let server = try await TLSServer(name: "IP:127.0.0.1")
        let client = HTTPClient(
            log: .silent,
            userAgent: "test/1",
            caBundle: server.certificate
        )
        #expect(try await server.ask(client) == .success(200))
    }

    @Test func `a certificate for another name is refused`() async throws {
        let server = try await TLSServer(name: "DNS:elsewhere.example")
        let client = HTTPClient(
            log: .silent,
            userAgent: "test/1",
            caBundle: server.certificate
        )
        guard case .failure(let error) = try await server.ask(client) else {
            Issue.record("was trusted")
            return
        }
        #expect(error.kind == .untrusted)
    }

    @Test(arguments: [true, false])
    func `a mail and its password go through STARTTLS`(isTrusted: Bool) async throws {
        let lines = Mutex<[String]>([])
        let isMessage = Mutex(false)
        let credentials = Data("\0user\0secret".utf8).base64EncodedString()
        let tls = try await TLSServer(name: "IP:127.0.0.1") { line in
            lines.withLock { $0.append(line) }
            if line == "DATA" { isMessage.withLock { $0 = true } }
            if line == "." { isMessage.withLock { $0 = false } }
            if line == "DATA" { return "354 go on\r\n" }
            if isMessage.withLock({ $0 }) { return nil }
            if line.hasPrefix("EHLO") { return "250-here\r\n250 AUTH PLAIN\r\n" }
            if line == "AUTH PLAIN" { return "334 \r\n" }
            return line == credentials ? "235 welcome\r\n" : "250 ok\r\n"
        }
        try await tls.wait()
        let plain = try ScriptedServer { [port = tls.port] peer in
            peer.send("220 here\r\n")
            while let line = peer.readLine() {
                if line == "STARTTLS" {
                    peer.send("220 go on\r\n")
                    return peer.join(port: port)
                }
                peer.send("250-here\r\n250 STARTTLS\r\n")
            }
        }
        let client = HTTPClient(
            log: .silent,
            userAgent: "test/1",
            caBundle: isTrusted ? tls.certificate : nil
        )
        let mail = OutgoingMail(
            server: "smtp://127.0.0.1:\(plain.port)",
            user: "user",
            password: Secret("secret"),
            from: "a@example.com",
            recipients: ["b@example.com"],
            message: Array("hi\r\n".utf8)
        )
        if isTrusted {
            try await client.sendMail(mail)
            #expect(lines.withLock { $0.contains(credentials) })
            #expect(lines.withLock { $0.contains("hi") })
        } else {
            await #expect(throws: MailTransferError.self) { try await client.sendMail(mail) }
            #expect(lines.withLock { $0 } == [])
        }
    }
}
