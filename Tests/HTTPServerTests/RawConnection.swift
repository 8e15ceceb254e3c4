import Foundation
import Glibc
import Patience

/// A plain socket, for saying what no well-behaved client would say.
final class RawConnection: Sendable {
    private let descriptor: Int32

    init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = timeval(tv_sec: Int(Patience.seconds(20)), tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        if var receiveBuffer {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, 4)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        // Closed by `deinit`, which runs for an object that throws as well.
        guard status == 0 else { throw ConnectFailure(code: errno) }
    }

    deinit { close(descriptor) }

    struct ConnectFailure: Error { let code: Int32 }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// Sends what it can; an error shows in what is read afterwards.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Reads once; empty at the end, after an error, or after twenty seconds.
    func readSome(_ most: Int = 65_536) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: most)
        let count = unsafe recv(descriptor, &buffer, most, 0)
        return count > 0 ? Array(buffer.prefix(count)) : []
    }

    /// Reads until the other side closes.
    func readToEnd() -> String {
        var all: [UInt8] = []
        while true {
            let some = readSome()
            if some.isEmpty { return String(decoding: all, as: UTF8.self) }
            all += some
        }
    }

    /// Reads one answer that has a `Content-Length`.
    func readAnswer() -> RawAnswer {
        var all: [UInt8] = []
        while true {
            if let answer = RawAnswer(all) { return answer }
            let some = readSome(1)
            if some.isEmpty { return RawAnswer(partial: all) }
            all += some
        }
    }

    /// Closes with a reset instead of an end.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        let size = socklen_t(MemoryLayout<Glibc.linger>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, size)
    }
}

/// An answer as it came.
struct RawAnswer {
    let status: Int
    let head: String
    let body: String

    init?(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        self.head = head
        body = String(text[end.upperBound...])
        let length = head.lowercased().range(of: "content-length: ").flatMap {
            Int(head[$0.upperBound...].prefix { $0.isNumber })
        }
        if body.utf8.count < length ?? 0 { return nil }
        status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
    }

    init(partial bytes: [UInt8]) {
        head = String(decoding: bytes, as: UTF8.self)
        status = Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0
        body = ""
    }
}

/// Runs code that blocks on a thread of its own.
///
/// Not on a dispatch queue: Tasks live on the same limited set of threads, and would starve.
func blocking<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.stackSize = 256 * 1_024
        thread.start()
    }
}
