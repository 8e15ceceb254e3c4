extension Unicode.Scalar {
    /// Whether it is one of the characters that move a cursor rather than show something.
    var isControl: Bool { value < 32 || (127..<160).contains(value) }

    var isTabOrLineBreak: Bool { self == "\t" || self == "\n" || self == "\r" }
}
