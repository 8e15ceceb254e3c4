import Cryptography
import Foundation
import Support
import Testing

@Suite struct JWTTests {
    private static let key = [UInt8](repeating: 7, count: 32)
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)
    private static let claims = JWT.Claims(
        subject: "usr_1",
        audience: "customer",
        issuedAt: start,
        expiresAt: start.addingTimeInterval(900),
        fields: ["role": "owner", "session": "ses_1"]
    )
    private let tokens: JWT

    init() throws {
        tokens = try JWT(key: JWTTests.key, issuer: "billing")
    }

    private func refusal(
        _ token: String,
        audience: String = "customer",
        after seconds: Double = 1
    ) -> JWT.Refusal? {
        do throws(JWT.Refusal) {
            _ = try tokens.verify(
                token,
                audience: audience,
                now: JWTTests.start.addingTimeInterval(seconds)
            )
            return nil
        } catch { return error }
    }

    /// A token with any header and payload, signed with the right key.
    private func signed(header: String, payload: String) -> String {
        let text =
            Base64URL.encode(Array(header.utf8)) + "." + Base64URL.encode(Array(payload.utf8))
        let code = HMACSHA256.authenticate(Array(text.utf8), key: JWTTests.key)
        return text + "." + Base64URL.encode(code)
    }

    private static let header = #"{"alg":"HS256","typ":"JWT"}"#
    private static let payload =
        #"{"aud":"customer","exp":1800000900,"iat":1800000000,"iss":"billing","sub":"usr_1"}"#

    @Test func `what was signed is read back`() throws {
        let token = try tokens.sign(JWTTests.claims)
        let read = try tokens.verify(
            token,
            audience: "customer",
            now: JWTTests.start.addingTimeInterval(899)
        )
        #expect(read == JWTTests.claims)
        #expect(try tokens.sign(JWTTests.claims) == token)
        #expect(refusal(signed(header: JWTTests.header, payload: JWTTests.payload)) == nil)
    }

    @Test func `a token of RFC 7515 has the signature that is published there`() throws {
        // Appendix A.1: the key, and the text that was signed with HS256.
        let key = try #require(
            Base64URL.decode(
                "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75"
                    + "aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"
            )
        )
        let text =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"
            + "DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
        #expect(
            Base64URL.encode(HMACSHA256.authenticate(Array(text.utf8), key: key))
                == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
        )
    }

    @Test(arguments: [
        #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None"}"#, #"{"alg":"RS256","typ":"JWT"}"#,
        #"{"alg":"HS512","typ":"JWT"}"#, #"{"typ":"JWT","alg":"HS256"}"#, #"{"alg":"HS256"}"#,
        #"{"alg":"HS256","typ":"JWT","kid":"../../dev/null"}"#,
        #"{"alg":"HS256","typ":"JWT" }"#, #"{"alg":"HS256","typ":"jwt"}"#, "{}", "",
    ])
    func `any other header is refused, even with a right signature`(header: String) {
        #expect(refusal(signed(header: header, payload: JWTTests.payload)) == .notAuthentic)
    }

    @Test(arguments: ["9223372036854775807", "-9223372036854775808", "9007199254740993"])
    func `a time that is none is refused and does not trap`(seconds: String) {
        let payload = JWTTests.payload.replacing("1800000900", with: seconds)
        #expect(refusal(signed(header: JWTTests.header, payload: payload)) == .notAuthentic)
    }

    @Test func `a token without its signature is refused`() throws {
        let parts = try tokens.sign(JWTTests.claims).split(separator: ".").map(String.init)
        let none = Base64URL.encode(Array(#"{"alg":"none","typ":"JWT"}"#.utf8))
        for token in [
            "\(parts[0]).\(parts[1])", "\(parts[0]).\(parts[1]).", "\(none).\(parts[1]).",
            "\(none).\(parts[1]).\(parts[2])", "..", ".", "", "\(parts[0])..\(parts[2])",
            ".\(parts[1]).\(parts[2])",
        ] {
            #expect(refusal(token) == .notAuthentic)
        }
    }

    @Test func `a changed payload is refused`() throws {
        let parts = try tokens.sign(JWTTests.claims).split(separator: ".").map(String.init)
        let payload = String(
            decoding: try #require(Base64URL.decode(parts[1])),
            as: UTF8.self
        )
        let forged = payload.replacing("owner", with: "staff")
        #expect(forged != payload)
        let body = Base64URL.encode(Array(forged.utf8))
        #expect(refusal("\(parts[0]).\(body).\(parts[2])") == .notAuthentic)
    }

    @Test func `a changed character anywhere is refused`() throws {
        let token = Array(try tokens.sign(JWTTests.claims).utf8)
        for index in token.indices {
            var changed = token
            changed[index] = changed[index] == 65 ? 66 : 65
            #expect(refusal(String(decoding: changed, as: UTF8.self)) == .notAuthentic)
        }
    }

    @Test func `other spellings of the same bytes are refused`() throws {
        let token = try tokens.sign(JWTTests.claims)
        // The last character of a signature carries two bits that base 64 ignores.
        let last = try #require(token.utf8.last)
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8
        )
        let place = try #require(alphabet.firstIndex(of: last))
        let sibling = String(decoding: [alphabet[place ^ 1]], as: UTF8.self)
        for other in [
            token.dropLast() + sibling, token + "=", token + "\n", " " + token, token + ".",
            "." + token, token + "." + token, token.replacing(".", with: ".."), token + "A",
        ] {
            #expect(refusal(String(other)) == .notAuthentic)
        }
    }

    @Test func `a token of another key is refused`() throws {
        let other = try JWT(key: [UInt8](repeating: 8, count: 32), issuer: "billing")
        #expect(refusal(try other.sign(JWTTests.claims)) == .notAuthentic)
    }

    @Test func `a token for somebody else is refused`() throws {
        let token = try tokens.sign(JWTTests.claims)
        #expect(refusal(token, audience: "staff") == .notForUs)
        let stranger = try JWT(key: JWTTests.key, issuer: "shop")
        #expect(refusal(try stranger.sign(JWTTests.claims)) == .notForUs)
    }

    @Test func `a token holds from its first to before its last second`() throws {
        var claims = JWTTests.claims
        claims.notBefore = JWTTests.start.addingTimeInterval(10)
        let token = try tokens.sign(claims)
        #expect(refusal(token, after: 9.9) == .notYetValid)
        #expect(refusal(token, after: 10) == nil)
        #expect(refusal(token, after: 899.9) == nil)
        #expect(refusal(token, after: 900) == .expired)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", "7",
        #"{"aud":"customer","iat":1800000000,"iss":"billing","sub":"usr_1"}"#,
        #"{"aud":"customer","exp":"1800000900","iat":1800000000,"iss":"billing","sub":"usr_1"}"#,
        #"{"aud":"customer","exp":1800000900.5,"iat":1800000000,"iss":"billing","sub":"usr_1"}"#,
        #"{"aud":["customer"],"exp":1800000900,"iat":1800000000,"iss":"billing","sub":"usr_1"}"#,
        #"{"aud":"customer","exp":1800000900,"iat":1800000000,"iss":"billing","sub":7}"#,
        #"{"aud":"customer","exp":1800000900,"iat":1,"iss":"billing","nbf":"x","sub":"usr_1"}"#,
        #"{"aud":"customer","exp":1800000900,"iat":1,"iss":"billing","sub":"usr_1","admin":true}"#,
    ])
    func `a signed payload of another shape is refused`(payload: String) {
        #expect(refusal(signed(header: JWTTests.header, payload: payload)) == .notAuthentic)
    }

    @Test func `fields cannot stand in for the claims that are checked`() throws {
        var claims = JWTTests.claims
        claims.fields = [
            "exp": "9999999999", "aud": "staff", "iss": "x", "sub": "usr_2", "iat": "0",
        ]
        let token = try tokens.sign(claims)
        #expect(refusal(token) == nil)
        #expect(refusal(token, audience: "staff") == .notForUs)
        #expect(refusal(token, after: 901) == .expired)
    }

    @Test func `a short key is refused`() {
        #expect(throws: CryptographyError.badKey) {
            try JWT(key: [UInt8](repeating: 0, count: 31), issuer: "billing")
        }
    }
}
