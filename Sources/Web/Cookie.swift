import Wire

/// A value that the browser keeps for us.
///
/// Scripts cannot read it and foreign pages do not send it along with what they post. When the site
/// is served by https it is `Secure` and its name starts with `__Host-`, so that no other host of
/// the domain can set it.
package struct Cookie: Sendable, Equatable {
    /// Without the `__Host-` prefix.
    package let name: String
    package let value: String
    /// How long it is kept; nil until the browser is closed, 0 removes it.
    package let maxAgeSeconds: Int?
    package let isSecure: Bool

    package init(_ name: String, _ value: String, maxAgeSeconds: Int? = nil, isSecure: Bool) {
        self.name = name
        self.value = value
        self.maxAgeSeconds = maxAgeSeconds
        self.isSecure = isSecure
    }

    /// A cookie that makes the browser forget the one of this name.
    package static func removing(_ name: String, isSecure: Bool) -> Cookie {
        Cookie(name, "", maxAgeSeconds: 0, isSecure: isSecure)
    }

    /// What stands in `Set-Cookie`.
    package var headerValue: String {
        var parts = [
            "\(Cookie.sentName(name, isSecure: isSecure))=\(PercentCoding.encode(value))",
            "Path=/", "HttpOnly", "SameSite=Lax",
        ]
        if let maxAgeSeconds { parts.append("Max-Age=\(maxAgeSeconds)") }
        if isSecure { parts.append("Secure") }
        return parts.joined(separator: "; ")
    }

    static func sentName(_ name: String, isSecure: Bool) -> String {
        isSecure ? "__Host-\(name)" : name
    }
}

/// The cookies of a request.
package struct Cookies: Sendable {
    private let values: [String: String]

    init(_ headers: [String]) {
        guard !headers.isEmpty else {
            values = [:]
            return
        }
        var values: [String: String] = [:]
        // By bytes: a combining mark after a semicolon would hide it from a split by characters.
        for pair in headers.joined(separator: ";").utf8.split(separator: 59) {
            let parts = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
                .map { Substring($0) }
            guard parts.count == 2, let value = PercentCoding.decode(parts[1].trimmed) else {
                continue
            }
            let name = String(parts[0].trimmed)
            if values[name] == nil { values[name] = value }
        }
        self.values = values
    }

    /// The value of a cookie that we set with the same `isSecure`.
    package func value(_ name: String, isSecure: Bool) -> String? {
        values[Cookie.sentName(name, isSecure: isSecure)]
    }

    /// The value under a name as it was sent.
    package subscript(name: String) -> String? { values[name] }
}

extension Substring {
    /// Without spaces and tabs at its ends.
    var trimmed: Substring {
        var bytes = utf8
        while let first = bytes.first, first == 32 || first == 9 { bytes = bytes.dropFirst() }
        while let last = bytes.last, last == 32 || last == 9 { bytes = bytes.dropLast() }
        return Substring(bytes)
    }
}
