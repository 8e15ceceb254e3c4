/// Bytes from the system's random number generator, for tokens, keys and nonces.
package func randomBytes(_ count: Int) -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
}

/// A number between 0 and 1 that spreads retries in time.
package func randomFraction() -> Double {
    Double.random(in: 0..<1)
}
