extension String {
    /// Whether a browser can be sent there: an absolute address, in visible ASCII throughout.
    package var isWebAddress: Bool {
        (hasPrefix("https://") || hasPrefix("http://")) && utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }
}
