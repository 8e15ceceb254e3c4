import Foundation
import Support
import Synchronization

/// A real `redis-server` on a free loopback port, which ends with this object or with the tests.
///
/// The kernel ends it when the thread that started it ends, so that thread is kept for as long.
final class RedisServer: Sendable {
    struct NotStarted: Error {}

    let port: Int
    private let thread = SideThread(name: "redis-server", queueLimit: 8)
    private let running = Mutex<Process?>(nil)
    private let options: [String]

    init(options: [String] = []) async throws {
        port = try RedisServer.freePort()
        self.options = options
        try await start()
    }

    deinit { kill() }

    var url: String { "redis://127.0.0.1:\(port)" }

    /// Starts the server again on its port, and waits until it accepts connections.
    func start() async throws {
        try await thread.run { [self] in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
            process.arguments =
                [
                    "--pdeathsig", "KILL", "redis-server", "--port", "\(port)",
                    "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                ] + options
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            try process.run()
            running.withLock { $0 = process }
        }
        for _ in 0..<500 {
            if RedisServer.accepts(port) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw NotStarted()
    }

    /// Ends the server without giving it time for anything.
    func kill() {
        signal(SIGKILL)
        running.withLock { process in
            process?.waitUntilExit()
            process = nil
        }
    }

    /// Stops or continues the server, as a machine that hangs.
    func freeze() { signal(SIGSTOP) }
    func thaw() { signal(SIGCONT) }

    private func signal(_ number: Int32) {
        running.withLock { process in
            if let process { _ = Foundation.kill(process.processIdentifier, number) }
        }
    }

    private static func accepts(_ port: Int) -> Bool {
        withSocket(port: port) { socket, address in
            unsafe withUnsafePointer(to: address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
        }
    }

    private static func freePort() throws -> Int {
        let port = withSocket(port: 0) { socket, address -> Int in
            var address = address
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            return unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = unsafe bind(socket, $0, size)
                    _ = unsafe getsockname(socket, $0, &size)
                }
                return unsafe Int(UInt16(bigEndian: pointer.pointee.sin_port))
            }
        }
        guard port > 0 else { throw NotStarted() }
        return port
    }

    private static func withSocket<Value>(
        port: Int,
        _ body: (Int32, sockaddr_in) -> Value
    ) -> Value {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return body(socket, address)
    }
}
