import Core
import Postgres
import Support
package import Web

/// A request of a panel whose key has a scope.
///
/// The scope is part of the type: usage cannot be written by a handler that asked for another one.
package struct PanelContext<Permission: PanelPermission>: RequestContext {
    package static var access: Access { .panel }
    package let services: Services
    package let key: PanelKey
    package var actor: String { key.id.text }

    /// Admits whoever proves to be a panel.
    ///
    /// - Throws: 401 for nobody we know, 403 without the scope or from elsewhere, 409 for a
    ///   signature that was used before.
    package init(_ request: Request, _ services: Services) async throws {
        self.services = services
        key = try await PanelAuthentication(services).key(of: request, for: Permission.scope)
    }
}

/// Finds out which panel asks.
struct PanelAuthentication: Sendable {
    private let services: Services

    init(_ services: Services) { self.services = services }

    /// The key that a request proves to hold.
    ///
    /// - Throws: as ``PanelContext`` says.
    func key(of request: Request, for scope: PanelScope) async throws -> PanelKey {
        let credentials = try PanelCredentials(request)
        let known = try await services.licenseCache.panelKey(credentials.key)
        let key = try credentials.admit(known, request, for: scope, services.clock)
        if case .signature(let signature) = credentials.proof { try await useUp(signature) }
        services.licenseCache.noteUse(of: key.id)
        return key
    }

    private func useUp(_ signature: PanelSignature) async throws {
        let now = services.clock.now
        let isNew = try await services.database.transaction(for: .system) {
            try $0.useUp(signature: signature.code, now: now)
        }
        guard isNew else { throw Problem.reusedSignature }
    }
}
