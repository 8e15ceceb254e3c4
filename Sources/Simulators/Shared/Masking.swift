import Wire

/// Takes secrets out of what the journal keeps.
enum Masking {
    private static let dots = "•••"

    private static let secretHeaders: Set<String> = [
        "authorization", "cookie", "x-api-key", "x-api-secret", "x-signature",
    ]

    private static let secretFields: Set<String> = [
        "api-key", "auth-code", "auth-password", "passwd", "password", "api_secret", "card",
        "card[number]", "card[cvc]", "payment_method_data[card][number]",
        "payment_method_data[card][cvc]", "cvc", "client_secret",
    ]

    static func headers(_ headers: HTTPHeaders) -> HTTPHeaders {
        var masked = HTTPHeaders()
        for field in headers.fields {
            let isSecret = secretHeaders.contains(field.name.lowercased())
            // The scheme is no secret, and tests want to see it.
            let scheme = field.value.prefix { $0 != " " } + " "
            let isBearing = field.value.hasPrefix("Bearer ") || field.value.hasPrefix("Basic ")
            masked.append(
                field.name,
                isSecret ? (isBearing ? scheme : "") + dots : field.value
            )
        }
        return masked
    }

    static func body(_ body: String, type: String?) -> String {
        if type?.contains("json") == true {
            guard let json = try? JSON(reading: body) else { return body }
            return self.json(json).text
        }
        return type?.contains("form-urlencoded") == true ? form(body) : body
    }

    /// A query or form body as it was, with the values of secret fields replaced.
    static func form(_ text: String) -> String {
        text.split(separator: "&", omittingEmptySubsequences: false)
            .map { pair in
                let name = pair.prefix { $0 != "=" }
                let plain = PercentCoding.decode(name, plusIsSpace: true) ?? String(name)
                return secretFields.contains(plain) ? "\(name)=\(dots)" : String(pair)
            }
            .joined(separator: "&")
    }

    private static func json(_ json: JSON) -> JSON {
        switch json {
        case .object(let members):
            .object(
                members.map { member in
                    let isSecret = secretFields.contains(member.name)
                    return .init(member.name, isSecret ? .string(dots) : self.json(member.value))
                }
            )
        case .array(let elements): .array(elements.map(self.json))
        default: json
        }
    }
}
