extension String {
    /// Text that somebody else sent us, made fit for our errors and logs: one line, of limited
    /// length, and with our own secrets hidden if they were sent back to us.
    package func excerpt(hiding secrets: [String] = [], limit: Int = 300) -> String {
        var text = self
        for secret in secrets where secret.utf8.count >= 4 {
            text = text.replacing(secret, with: "•••")
        }
        let line =
            text
            .split { $0.isWhitespace || $0.unicodeScalars.contains(where: \.isInvisible) }
            .joined(separator: " ")
        return line.count > limit ? line.prefix(limit) + "…" : line
    }
}

extension Unicode.Scalar {
    /// Whether it moves what stands around it, or breaks the line, instead of being seen.
    fileprivate var isInvisible: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
