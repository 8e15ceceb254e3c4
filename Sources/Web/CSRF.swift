import Cryptography
import Support
import Wire

/// Tokens that show that a form came from a page of ours.
package enum CSRF {
    /// A token for the forms of one session; each differs, so that compression cannot leak it.
    ///
    /// The session is whatever binds the token to its browser, such as the session's id.
    package static func token(secret: [UInt8], session: String) -> String {
        let nonce = randomBytes(nonceBytes)
        return Base64URL.encode(nonce + proof(secret, nonce, session))
    }

    /// Whether a token was made with the secret for the session.
    package static func verify(_ token: String, secret: [UInt8], session: String) -> Bool {
        guard let bytes = Base64URL.decode(token), bytes.count == nonceBytes + 32 else {
            return false
        }
        let nonce = Array(bytes.prefix(nonceBytes))
        return constantTimeEqual(
            Array(bytes.dropFirst(nonceBytes)),
            proof(secret, nonce, session)
        )
    }

    private static let nonceBytes = 12

    private static func proof(_ secret: [UInt8], _ nonce: [UInt8], _ session: String) -> [UInt8] {
        HMACSHA256.authenticate(Array("csrf\n".utf8) + nonce + Array(session.utf8), key: secret)
    }
}

/// How a router tells posts of our pages from those of foreign ones.
package struct CSRFProtection: Sendable {
    private let secret: [UInt8]
    private let session: @Sendable (Request) async throws -> String?

    /// `session` tells what the tokens of a request's browser are bound to; nil refuses.
    package init(
        secret: [UInt8],
        session: @escaping @Sendable (Request) async throws -> String?
    ) {
        self.secret = secret
        self.session = session
    }

    /// Lets a request pass that carries a token of its session and comes from a page of ours.
    ///
    /// - Throws: ``Problem`` 403 `csrf`.
    func check(_ request: Request) async throws {
        guard isSameOrigin(request), let session = try await session(request),
            let token = try request.header("X-CSRF-Token") ?? request.form()["csrf"],
            CSRF.verify(token, secret: secret, session: session)
        else { throw Problem.foreignPost }
    }

    /// Whether the browser says that the page is ours; programs that say nothing need the token.
    private func isSameOrigin(_ request: Request) -> Bool {
        if let site = request.header("Sec-Fetch-Site"), site != "same-origin", site != "none" {
            return false
        }
        guard let origin = request.header("Origin") else { return true }
        guard let host = request.header("Host") else { return false }
        return origin == "https://\(host)" || origin == "http://\(host)"
    }
}

extension Problem {
    /// A post that did not come from a page of ours, or from one that has grown old.
    package static let foreignPost = Problem(
        status: 403,
        code: "csrf",
        detail: "This page has expired. Go back, reload it and send it again."
    )
}
