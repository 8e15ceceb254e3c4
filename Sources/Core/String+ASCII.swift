extension String {
    /// Whether it has no character beyond ASCII.
    ///
    /// What is compared without regard to case must be: in capitals `ß` is `SS` and `ſ` is `S`, and
    /// the sign of the kelvin is a small `k`.
    var isASCII: Bool { utf8.allSatisfy { $0 < 128 } }
}
