/// A message for the next page, such as "Saved.", carried by a cookie over a redirect.
///
/// The page that shows it sends ``removal(isSecure:)`` along, so that it is shown once.
package struct Flash: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case success, notice, failure
    }

    package let kind: Kind
    package let text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// The message that a request carries. It is text of the browser: show it escaped, as ever.
    package init?(_ request: Request, isSecure: Bool) {
        guard let value = request.cookies.value(Flash.name, isSecure: isSecure),
            let colon = value.firstIndex(of: ":"),
            let kind = Kind(rawValue: String(value[..<colon]))
        else { return nil }
        self.init(kind, String(value[value.index(after: colon)...].prefix(500)))
    }

    /// The cookie that carries it for a minute.
    package func cookie(isSecure: Bool) -> Cookie {
        Cookie(
            Flash.name,
            "\(kind.rawValue):\(text)",
            maxAgeSeconds: 60,
            isSecure: isSecure
        )
    }

    /// The cookie that takes it away.
    package static func removal(isSecure: Bool) -> Cookie {
        .removing(name, isSecure: isSecure)
    }

    private static let name = "flash"
}
