import Cryptography
import Foundation
import StripeGateway
import Support
import Web

extension FuzzTarget {
    private static let secret = "whsec_fuzz_fuzz_fuzz_fuzz_fuzz_fuzz"
    private static let seconds: Int64 = 1_795_163_129
    private static let now = Date(timeIntervalSince1970: Double(seconds))

    /// The header of a webhook: nobody without the secret gets in, whoever has it does.
    static let signature = FuzzTarget("signature") { bytes in
        let parts = bytes.parts(2)
        let header = parts[0].text
        let body = parts.count > 1 ? parts[1] : []
        try demand(!isAccepted(header, body), "a signature was guessed")
        let code = Hex.encode(
            HMACSHA256.authenticate(Array("\(seconds).".utf8) + body, key: Array(secret.utf8))
        )
        let good = "t=\(seconds),v1=\(code)"
        try demand(isAccepted(good, body), "a good signature is refused")
        try demand(isAccepted("\(good),\(header)", body), "more parts spoil a good signature")
        try demand(!isAccepted(good, body + [0]), "a longer body is believed")
        try demand(!isAccepted("t=\(seconds + 1),v1=\(code)", body), "another time is believed")
    }

    private static func isAccepted(_ header: String, _ body: [UInt8]) -> Bool {
        do {
            try StripeWebhookSignature.verify(
                body: body,
                header: header,
                secrets: [Secret(secret)],
                now: now
            )
            return true
        } catch {
            return false
        }
    }

    private static let jwtKey = Array("fuzz fuzz fuzz fuzz fuzz fuzz 32".utf8)

    /// Access tokens: none is taken that we did not sign, and what we signed is read as it was.
    static let jwt = FuzzTarget("jwt") { bytes in
        let tokens = try JWT(key: jwtKey, issuer: "fuzz")
        let forged = try? tokens.verify(bytes.text, audience: "all", now: now)
        try demand(forged == nil, "a token was forged")
        // The payload behind a good signature, as a token of an older version might have it.
        let header = Base64URL.encode(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
        let signed = header + "." + Base64URL.encode(bytes)
        let code = HMACSHA256.authenticate(Array(signed.utf8), key: jwtKey)
        let token = signed + "." + Base64URL.encode(code)
        guard let claims = try? tokens.verify(token, audience: "all", now: now) else { return }
        try demand(claims.expiresAt > now, "a token is valid for ever after")
        let again = try tokens.sign(claims)
        let read = try tokens.verify(again, audience: "all", now: now)
        try demand(read == claims, "claims change when they are signed")
    }

    /// The encodings of bytes: what is decoded is encoded as the same, and the other way round.
    static let encodings = FuzzTarget("encodings") { bytes in
        let text = bytes.text
        if let read = Base32.decode(text) {
            try demand(Base32.encode(read).isExactly(text), "two texts of base 32 are one")
        }
        if let read = Hex.decode(text) {
            try demand(Hex.encode(read).isExactly(text), "two texts of hexadecimal are one")
        }
        if let read = Base64URL.decode(text) {
            try demand(Base64URL.encode(read).isExactly(text), "two texts of base 64 are one")
        }
        try demand(Base32.decode(Base32.encode(bytes)) == bytes, "base 32 changes bytes")
        try demand(Hex.decode(Hex.encode(bytes)) == bytes, "hexadecimal changes bytes")
        try demand(Base64URL.decode(Base64URL.encode(bytes)) == bytes, "base 64 changes bytes")
        try checkToken(text, bytes)
    }

    private static func checkToken(_ text: String, _ bytes: [UInt8]) throws {
        try demand(!CSRF.verify(text, secret: jwtKey, session: "one"), "a form token was guessed")
        let token = CSRF.token(secret: jwtKey, session: text)
        try demand(CSRF.verify(token, secret: jwtKey, session: text), "a form token is refused")
        let other = CSRF.verify(token, secret: jwtKey, session: text + "x")
        try demand(!other, "a form token is good in another session")
    }
}
