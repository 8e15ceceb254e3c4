package import Core
package import Foundation

/// A panel server as it is stored; its credentials are sealed.
package struct ServerRecord: Sendable {
    package let id: ID<Server>
    package let name: String
    package let description: String?
    package let baseURL: String
    package let keySealed: String
    package let secretSealed: String
    package let capacity: Int
    package let currentAccounts: Int
    package let location: String?
    package let tags: [String]
    package let isActive: Bool
    package let isHealthy: Bool
    /// What is wrong with it when it is not well, as far as that is known.
    package let healthProblem: String?
    package let checkedAt: Date?
    package let createdAt: Date

    package var freeSlots: Int { capacity - currentAccounts }

    /// How full the server is, in percent with one decimal.
    package var utilization: Double {
        capacity == 0 ? 100 : (Double(currentAccounts) / Double(capacity) * 1000).rounded() / 10
    }

    /// What the sealed credentials are bound to.
    package static func keyContext(of id: ID<Server>) -> String { "servers.api_key.\(id.text)" }
    package static func secretContext(of id: ID<Server>) -> String {
        "servers.api_secret.\(id.text)"
    }
}

/// A hosting account as it is stored.
package struct HostingAccountRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case provisioning, active, suspended, terminated, failed

        /// Whether the account takes room on its server.
        package var takesRoom: Bool {
            self == .provisioning || self == .active || self == .suspended
        }
    }

    package let id: ID<HostingAccount>
    package let customer: ID<Customer>
    package let item: ID<OrderItem>?
    package let server: ID<Server>
    package let remoteUserID: Int64?
    package let username: String
    package let email: String
    package let type: PanelAccountType
    package let parameters: HostingAccountParameters
    package let passwordSealed: String?
    package let status: Status
    package let suspendedReason: String?
    package let panelLicenseStatus: String?
    package let sentAt: Date?
    /// Why its panel did not make it.
    package let refusal: String?
    /// How often it got another name because its panel refused the last one.
    package let renames: Int
    /// The last change that was wished.
    package let wish: AccountWish?
    package let createdAt: Date

    /// What the sealed password is bound to.
    package static func passwordContext(of id: ID<HostingAccount>) -> String {
        "hosting_accounts.password.\(id.text)"
    }
}

/// What the panel is told besides the names and the password, stored so that it is told the same
/// again.
package struct HostingAccountParameters: Codable, Sendable, Equatable {
    package let fullName: String?
    package let phone: String?
    package let company: String?
    package let packageID: Int64?

    package init(fullName: String?, phone: String?, company: String?, packageID: Int64?) {
        self.fullName = fullName
        self.phone = phone
        self.company = company
        self.packageID = packageID
    }
}
