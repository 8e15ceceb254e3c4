package import Foundation

extension JWT {
    /// What a token says. Times are whole seconds, as RFC 7519 writes them.
    package struct Claims: Sendable, Equatable {
        /// Whom it is about.
        package var subject: String
        /// Whom it is for.
        package var audience: String
        package var issuedAt: Date
        package var expiresAt: Date
        package var notBefore: Date?
        /// Further claims, such as the session and the role.
        package var fields: [String: String]

        /// Claims whose times are cut to whole seconds.
        package init(
            subject: String,
            audience: String,
            issuedAt: Date,
            expiresAt: Date,
            notBefore: Date? = nil,
            fields: [String: String] = [:]
        ) {
            self.subject = subject
            self.audience = audience
            self.issuedAt = issuedAt.wholeSeconds
            self.expiresAt = expiresAt.wholeSeconds
            self.notBefore = notBefore?.wholeSeconds
            self.fields = fields
        }
    }
}

/// The claims as the JSON object inside a token.
struct Payload {
    let claims: JWT.Claims
    let issuer: String

    private enum Value: Codable {
        case text(String)
        case seconds(Int64)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let seconds = try? container.decode(Int64.self) {
                self = .seconds(seconds)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .text(let text): try container.encode(text)
            case .seconds(let seconds): try container.encode(seconds)
            }
        }

        var text: String? { if case .text(let text) = self { text } else { nil } }
        var moment: Date? {
            // Beyond this, a number of seconds is no whole number of a `Double` any more.
            guard case .seconds(let seconds) = self, (-(1 << 53)...(1 << 53)).contains(seconds)
            else { return nil }
            return Date(timeIntervalSince1970: Double(seconds))
        }
    }

    init(_ claims: JWT.Claims, issuer: String) {
        self.claims = claims
        self.issuer = issuer
    }

    /// Reads what ``encoded()`` writes; nil when a claim is missing or has another type.
    init?(decoding bytes: [UInt8]) {
        guard
            var values = try? JSONDecoder().decode([String: Value].self, from: Data(bytes)),
            let issuer = values.removeValue(forKey: "iss")?.text,
            let subject = values.removeValue(forKey: "sub")?.text,
            let audience = values.removeValue(forKey: "aud")?.text,
            let issuedAt = values.removeValue(forKey: "iat")?.moment,
            let expiresAt = values.removeValue(forKey: "exp")?.moment
        else { return nil }
        let notBefore = values.removeValue(forKey: "nbf")
        if let notBefore, notBefore.moment == nil { return nil }
        let fields = values.compactMapValues(\.text)
        guard fields.count == values.count else { return nil }
        self.issuer = issuer
        claims = JWT.Claims(
            subject: subject,
            audience: audience,
            issuedAt: issuedAt,
            expiresAt: expiresAt,
            notBefore: notBefore?.moment,
            fields: fields
        )
    }

    /// The JSON in a fixed order.
    func encoded() throws -> [UInt8] {
        var values = claims.fields.mapValues(Value.text)
        values["iss"] = .text(issuer)
        values["sub"] = .text(claims.subject)
        values["aud"] = .text(claims.audience)
        values["iat"] = .seconds(claims.issuedAt.secondsSince1970)
        values["exp"] = .seconds(claims.expiresAt.secondsSince1970)
        values["nbf"] = claims.notBefore.map { .seconds($0.secondsSince1970) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(values))
    }
}

extension Date {
    fileprivate var secondsSince1970: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }
    fileprivate var wholeSeconds: Date {
        Date(timeIntervalSince1970: timeIntervalSince1970.rounded(.down))
    }
}
