/// Bytes from the system's random number generator, for tokens, keys and nonces.
package func randomBytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    while bytes.count < count {
        // Eight bytes a call: each call asks the kernel.
        let word: UInt64 = random.next()
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    return Array(bytes.prefix(count))
}

/// A number between 0 and 1 that spreads retries in time.
package func randomFraction() -> Double {
    Double.random(in: 0..<1)
}
