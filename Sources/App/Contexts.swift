package import Core
import Cryptography
import Foundation
import Postgres
import Support
package import Web

/// Somebody who is logged in.
package struct SignedInUser: Sendable {
    package let id: ID<User>
    package let customer: ID<Customer>?
    package let email: String
    package let fullName: String
    package let role: Role
    package let isEmailVerified: Bool
    /// Where a customer has said to be; nil follows the browser.
    package let timeZone: String?

    /// Whose rows the user's requests may see.
    package var scope: Scope { customer.map { .customer($0) } ?? .system }

    func actor(_ request: Request) -> Actor {
        Actor(
            .user,
            id: id.text,
            label: email,
            remoteAddress: request.remoteAddress,
            requestID: request.id
        )
    }
}

extension Access {
    private static let bearer: [[SecurityScheme]] = [
        [.bearer("access_token", "An access token of POST /auth/login.")]
    ]

    package static let anyone = Access("public")
    package static let user = Access("user", security: bearer)
    package static let customer = Access("customer", security: bearer)
    package static let ordering = Access("ordering", security: bearer)
    package static let support = Access("support", security: bearer)
    package static let billing = Access("billing", security: bearer)
    package static let admin = Access("admin", security: bearer)
    package static let panel = Access(
        "panel",
        security: [
            [
                .header("panel_key", "X-API-Key", "The panel's key."),
                .header("panel_secret", "X-API-Secret", "The panel's secret."),
            ],
            [
                .header("panel_key", "X-API-Key", "The panel's key."),
                .header("panel_signature", "X-Signature", "t=<unix>,v1=<hex>; good once."),
            ],
        ]
    )
}

/// A request that anybody may make; who is asking is known when they are logged in.
package struct PublicContext: RequestContext {
    package static let access = Access.anyone
    package let services: Services
    package let user: SignedInUser?
    package let formToken: FormToken
    /// What forms on a page carry.
    package var csrfToken: String { formToken.text }
    package var actor: String { user.map { $0.id.text } ?? "anonymous" }

    package init(_ request: Request, _ services: Services) async throws {
        self.services = services
        user = try? await SignIn(services).user(of: request)
        formToken = PortalSecurity.formToken(for: request, services)
    }
}

/// Who may make a request of some kind.
package protocol AccessLevel: Sendable {
    static var access: Access { get }
    /// Whether somebody of this role may make the request.
    static func admits(_ role: Role) -> Bool
}

/// Anybody who is logged in, customer or staff; customers see their own rows.
package enum SignedInLevel: AccessLevel {
    package static let access = Access.user
    package static func admits(_ role: Role) -> Bool { true }
}

package enum CustomerLevel: AccessLevel {
    package static let access = Access.customer
    package static func admits(_ role: Role) -> Bool { role == .customer }
}

/// A customer with the own orders, or staff who may move money and orders.
package enum OrderingLevel: AccessLevel {
    package static let access = Access.ordering
    package static func admits(_ role: Role) -> Bool {
        role == .customer || BillingLevel.admits(role)
    }
}

/// Staff of any kind: may look.
package enum StaffLevel: AccessLevel {
    package static let access = Access.support
    package static func admits(_ role: Role) -> Bool { role.isStaff }
}

/// Staff who may move money and orders.
package enum BillingLevel: AccessLevel {
    package static let access = Access.billing
    package static func admits(_ role: Role) -> Bool { role == .billing || role == .admin }
}

/// Staff who may change servers, plans, keys and people.
package enum AdminLevel: AccessLevel {
    package static let access = Access.admin
    package static func admits(_ role: Role) -> Bool { role == .admin }
}

/// A request of somebody who is logged in with a role that may make it.
///
/// The level is part of the type: a page that needs an administrator cannot be written without one.
package struct UserContext<Level: AccessLevel>: RequestContext {
    package static var access: Access { Level.access }
    package let services: Services
    package let user: SignedInUser
    package let formToken: FormToken
    /// What forms on a page carry.
    package var csrfToken: String { formToken.text }
    package var actor: String { user.id.text }

    /// Admits whoever is logged in with the right role.
    ///
    /// - Throws: 401 (or a redirect to the log-in page) for nobody, 403 for another role.
    package init(_ request: Request, _ services: Services) async throws {
        let user = try await SignIn(services).user(of: request)
        guard Level.admits(user.role) else { throw Problem.forbidden }
        self.services = services
        self.user = user
        formToken = PortalSecurity.formToken(for: request, services)
    }

    /// Who buys.
    ///
    /// - Throws: 403 for staff, who buy nothing.
    package var buyer: Buyer {
        get throws {
            Buyer(customer: try user.customer.orThrow(Problem.forbidden), user: user.id)
        }
    }
}

package typealias SignedInContext = UserContext<SignedInLevel>
package typealias OrderingContext = UserContext<OrderingLevel>
package typealias CustomerContext = UserContext<CustomerLevel>
package typealias StaffContext = UserContext<StaffLevel>
package typealias BillingContext = UserContext<BillingLevel>
package typealias AdminContext = UserContext<AdminLevel>
