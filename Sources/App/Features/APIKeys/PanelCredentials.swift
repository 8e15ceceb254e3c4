import Core
import Cryptography
import Foundation
import HTTPServer
import Support
import Web
import Wire

/// What a panel sends to prove which one it is.
struct PanelCredentials: Sendable {
    enum Proof: Sendable {
        case secret(Secret<String>)
        case signature(PanelSignature)
    }

    let key: String
    let proof: Proof

    /// Reads the headers. When both proofs are sent, the signature is the one that counts.
    ///
    /// - Throws: ``Web/Problem`` 401 when something is missing, doubled or malformed.
    init(_ request: Request) throws {
        key = try PanelCredentials.only("X-API-Key", request)
            .orThrow(Problem.panelUnauthorized("Send the panel's key as X-API-Key."))
        if let text = try PanelCredentials.only("X-Signature", request) {
            let signature = PanelSignature(text)
            proof = .signature(
                try signature.orThrow(
                    Problem.panelUnauthorized("X-Signature must look like t=<unix>,v1=<hex>.")
                )
            )
        } else if let text = try PanelCredentials.only("X-API-Secret", request) {
            proof = .secret(Secret(text))
        } else {
            throw Problem.panelUnauthorized("Send X-Signature or X-API-Secret.")
        }
    }

    private static func only(_ name: String, _ request: Request) throws -> String? {
        let values = request.http.headers.all(name)
        guard values.count <= 1 else {
            throw Problem.panelUnauthorized("\(name) may be sent once.")
        }
        return values.first.flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension PanelCredentials {
    /// Checks a request against the key that it names, all but whether its signature is new.
    ///
    /// Nothing is told to whoever does not have the secret but that it is wrong.
    ///
    /// - Throws: ``Web/Problem`` 401 for a wrong proof or a revoked key, 403 for a key that may not
    ///   be used from there or for this.
    func admit(
        _ known: PanelKey?,
        _ request: Request,
        for scope: PanelScope,
        _ clock: BusinessClock
    ) throws -> PanelKey {
        guard let known, isProven(by: known, request) else {
            throw Problem.panelUnauthorized("The key, its secret or the signature is wrong.")
        }
        guard !known.isRevoked else { throw Problem.panelUnauthorized("The key was revoked.") }
        if case .signature(let signature) = proof, !signature.isTimely(clock) {
            throw Problem.staleSignature
        }
        guard known.isAllowed(from: request.remoteAddress) else { throw Problem.addressNotAllowed }
        guard known.scopes.contains(scope) else { throw Problem.missingScope(scope) }
        return known
    }

    private func isProven(by known: PanelKey, _ request: Request) -> Bool {
        switch proof {
        case .secret(let secret):
            constantTimeEqual(Array(secret.exposed.utf8), known.secret.exposed)
        case .signature(let signature): signature.isMade(with: known.secret.exposed, for: request)
        }
    }
}

extension PanelKey {
    fileprivate func isAllowed(from address: String) -> Bool {
        guard !allowed.isEmpty else { return true }
        guard let address = IPAddress(address) else { return false }
        return allowed.contains { $0.contains(address) }
    }
}

extension Problem {
    static func panelUnauthorized(_ detail: String) -> Problem {
        var problem = Problem.unauthorized
        problem.detail = detail
        problem.headers = HTTPHeaders(dictionaryLiteral: ("WWW-Authenticate", "APIKey")).fields
        return problem
    }

    static let staleSignature = Problem(
        status: 401,
        code: "signature_expired",
        detail: "The signature's time is more than 300 s from ours; set the panel's clock."
    )
    static let addressNotAllowed = Problem(
        status: 403,
        code: "address_not_allowed",
        detail: "The key may not be used from there."
    )
    static func missingScope(_ scope: PanelScope) -> Problem {
        Problem(
            status: 403,
            code: "missing_scope",
            detail: "The key does not have the scope \(scope.rawValue)."
        )
    }
    static let reusedSignature = Problem.conflict(
        "signature_reused",
        "The signature was used before; sign each request anew."
    )
}
