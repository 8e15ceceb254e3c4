import CEvent
import Glibc

/// Sockets that listen, made before any thread runs.
enum ListeningSocket {
    /// How many clients may wait to be accepted; the kernel takes no more by itself.
    private static let backlog: Int32 = 4_096

    /// Opens as many sockets on one address and port as there are loops.
    static func open(
        address: String,
        port: Int,
        count: Int
    ) throws -> (descriptors: [Int32], port: Int) {
        var descriptors: [Int32] = []
        var port = port
        do {
            for _ in 0..<max(1, count) {
                let descriptor = try open(address: address, port: port, isShared: count > 1)
                descriptors.append(descriptor)
                port = try boundPort(of: descriptor)
            }
            return (descriptors, port)
        } catch {
            for descriptor in descriptors { close(descriptor) }
            throw error
        }
    }

    private static func open(address: String, port: Int, isShared: Bool) throws -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(address, "\(port)", &hints, &found)
        guard status == 0, let info = unsafe found else {
            throw ServerError(description: "no such address: \(address)")
        }
        defer { unsafe freeaddrinfo(found) }
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = unsafe socket(info.pointee.ai_family, kind, 0)
        guard descriptor >= 0 else { throw failure("socket", address, port) }
        do {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR)
            if isShared { try set(descriptor, SOL_SOCKET, SO_REUSEPORT) }
            // Accepted sockets inherit it.
            try set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY)
            guard unsafe bind(descriptor, info.pointee.ai_addr, info.pointee.ai_addrlen) == 0,
                listen(descriptor, backlog) == 0
            else { throw failure("bind", address, port) }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) throws {
        var yes: Int32 = 1
        guard unsafe setsockopt(descriptor, level, option, &yes, 4) == 0 else {
            throw ServerError(description: "setsockopt: errno \(errno)")
        }
    }

    private static func boundPort(of descriptor: Int32) throws -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return try unsafe withUnsafeMutablePointer(to: &storage) { storage in
            try unsafe storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard unsafe getsockname(descriptor, address, &length) == 0 else {
                    throw ServerError(description: "getsockname: errno \(errno)")
                }
            }
            // The port is at the same place for both families.
            return unsafe storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                Int(UInt16(bigEndian: unsafe address.pointee.sin_port))
            }
        }
    }

    private static func failure(_ verb: String, _ address: String, _ port: Int) -> ServerError {
        let reason = unsafe String(cString: strerror(errno))
        return ServerError(description: "\(verb) \(address) port \(port): \(reason)")
    }
}
