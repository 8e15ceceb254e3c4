import Foundation
import HTTPClient
import Support
import Testing

/// An `openssl s_server` with a certificate of its own making, for the time of a test.
final class TLSServer {
    let port = ScriptedServer.freePort()
    let certificate: String
    private let folder: URL
    private let server = Process()

    init(name: String) async throws {
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
        try Self.run(
            server,
            [
                "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key,
                "-www", "-quiet",
            ]
        )
    }

    deinit {
        // Children inherit a mask that blocks SIGTERM.
        kill(server.processIdentifier, SIGKILL)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func run(_ process: Process, _ arguments: [String]) throws {
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
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
}
