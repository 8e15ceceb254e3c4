import Foundation
import Glibc
import Support
import Synchronization

/// A server on a plain socket that treats each connection as a test wants it to.
final class ScriptedServer: Sendable {
    let port: Int
    private let descriptor: Int32
    private let counts = Mutex((connections: 0, requests: 0))

    var connections: Int { counts.withLock { $0.connections } }
    var requests: Int { counts.withLock { $0.requests } }

    /// Listens, and runs the script for every connection on a thread of its own.
    init(_ script: @escaping @Sendable (Peer) -> Void) throws {
        (descriptor, port) = Self.listening()
        Thread.detachNewThread { [descriptor, weak self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0, let self else {
                    if accepted >= 0 { Glibc.close(accepted) }
                    return
                }
                self.counts.withLock { $0.connections += 1 }
                let peer = Peer(descriptor: accepted, server: self)
                Thread.detachNewThread { script(peer) }
            }
        }
    }

    /// Ends the thread. The socket stays open to the end of the process: closed here, its number
    /// could be another socket's by the time the thread accepts again.
    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    fileprivate func countRequest() { counts.withLock { $0.requests += 1 } }

    /// A port where nobody listens, below those that the system gives to whoever asks for any.
    static func freePort() -> Int {
        while true {
            let random = randomBytes(2).reduce(0) { $0 << 8 | Int($1) }
            let (descriptor, port) = listening(port: 20_000 + random % 10_000)
            Glibc.close(descriptor)
            if port != 0 { return port }
        }
    }

    /// The port is 0 when it was taken.
    private static func listening(port: Int = 0) -> (Int32, Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        var isBound = false
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                isBound = unsafe bind(descriptor, $0, length) == 0
                listen(descriptor, 64)
                _ = unsafe getsockname(descriptor, $0, &length)
            }
        }
        return (descriptor, isBound ? Int(UInt16(bigEndian: address.sin_port)) : 0)
    }
}

/// One accepted connection.
final class Peer: Sendable {
    private let descriptor: Int32
    private let server: ScriptedServer
    private let rest = Mutex<[UInt8]>([])

    init(descriptor: Int32, server: ScriptedServer) {
        self.descriptor = descriptor
        self.server = server
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
    }

    deinit { close(descriptor) }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// Reads a line without its end; nil when the client has gone.
    func readLine() -> String? {
        while true {
            let line = rest.withLock { rest -> String? in
                guard let end = rest.firstIndex(of: 10) else { return nil }
                let line = rest[..<end].filter { $0 != 13 }
                rest.removeFirst(end + 1)
                return String(decoding: line, as: UTF8.self)
            }
            if let line { return line }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            rest.withLock { $0 += buffer.prefix(count) }
        }
    }

    /// Passes bytes to another port and back until one side ends.
    func join(port: Int) {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(other) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        var sides = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: other, events: Int16(POLLIN), revents: 0),
        ]
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while status == 0, unsafe poll(&sides, 2, 20_000) > 0 {
            for side in 0...1 where sides[side].revents != 0 {
                let count = unsafe recv(sides[side].fd, &buffer, buffer.count, 0)
                if count <= 0 { return }
                _ = unsafe Glibc.send(sides[1 - side].fd, buffer, count, Int32(MSG_NOSIGNAL))
            }
        }
    }

    /// Reads a request's head, and its body as long as that has a `Content-Length`.
    func readRequest() -> String? {
        guard let first = readLine() else { return nil }
        var length = 0
        while let line = readLine(), !line.isEmpty {
            if line.lowercased().hasPrefix("content-length: ") {
                length = Int(line.dropFirst(16)) ?? 0
            }
        }
        while rest.withLock({ $0.count }) < length {
            var buffer = [UInt8](repeating: 0, count: 4_096)
            let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
            if count <= 0 { return nil }
            rest.withLock { $0 += buffer.prefix(count) }
        }
        rest.withLock { $0.removeFirst(length) }
        server.countRequest()
        return first
    }
}
