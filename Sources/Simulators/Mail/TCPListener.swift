import Glibc
import Synchronization

/// A listening TCP socket for servers that give each connection a thread.
final class TCPListener: Sendable {
    /// The address cannot be listened on.
    struct BindFailure: Error, CustomStringConvertible {
        let description: String
    }

    private let descriptor: Int32
    let port: Int
    private let isClosed = Mutex(false)

    init(address: String, port: Int) throws(BindFailure) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw BindFailure(description: "no socket") }
        var yes: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, 4)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isAddress = unsafe inet_pton(AF_INET, address, &name.sin_addr) == 1
        let isBound = unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, size) == 0
            }
        }
        guard isAddress, isBound, listen(descriptor, 64) == 0 else {
            Glibc.close(descriptor)
            throw BindFailure(description: "\(address):\(port) cannot be listened on")
        }
        var bound = sockaddr_in()
        var length = size
        _ = unsafe withUnsafeMutablePointer(to: &bound) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        self.descriptor = descriptor
        self.port = Int(UInt16(bigEndian: bound.sin_port))
    }

    /// Waits for the next connection; nil once the listener is closed.
    func accept() -> TCPConnection? {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if isClosed.withLock({ $0 }) {
                if connection >= 0 { Glibc.close(connection) }
                Glibc.close(descriptor)
                return nil
            }
            if connection >= 0 { return TCPConnection(connection) }
            // Out of descriptors: the next one may be free in a moment.
            usleep(10_000)
        }
    }

    /// Wakes whoever waits in ``accept()``, which then closes the socket.
    func close() {
        isClosed.withLock { $0 = true }
        shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

/// One accepted connection; used by one thread, ended by any.
final class TCPConnection: Sendable {
    private let descriptor: Int32
    private let buffer = Mutex<[UInt8]>([])

    init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
    }

    deinit { Glibc.close(descriptor) }

    /// The next line without its line end; nil when the peer left, is silent or writes too much.
    func readLine(most: Int = 65_536) -> [UInt8]? {
        while true {
            let line = buffer.withLock { buffer -> [UInt8]? in
                guard let end = buffer.firstIndex(of: 10) else { return nil }
                var line = Array(buffer[..<end])
                buffer.removeFirst(end + 1)
                if line.last == 13 { line.removeLast() }
                return line
            }
            if let line { return line }
            guard buffer.withLock({ $0.count }) <= most, receive() else { return nil }
        }
    }

    private func receive() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe recv(descriptor, $0.baseAddress, $0.count, 0)
        }
        guard count > 0 else { return false }
        buffer.withLock { $0 += bytes[..<count] }
        return true
    }

    /// Sends all of it; a peer that left is not told.
    func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Says nothing until the peer leaves or the time has passed.
    func keepSilent(seconds: Double) {
        var waited = 0.0
        while waited < seconds {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            if unsafe poll(&state, 1, 100) > 0, !receive() { return }
            waited += 0.1
        }
    }

    /// Ends the connection both ways.
    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
