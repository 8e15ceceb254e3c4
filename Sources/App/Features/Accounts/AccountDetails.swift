package import Core
import Foundation
import Postgres

/// A user with what is known about the customer they act for.
package struct AccountDetails: Sendable {
    package let user: UserRecord
    /// Nil for staff.
    package let customer: CustomerRecord?
    /// What the register said of the customer's VAT number; nil when it has not answered.
    package let vatCheck: VATCheck?
}

extension Session {
    func details(of user: UserRecord) throws -> AccountDetails {
        AccountDetails(
            user: user,
            customer: try user.customer.flatMap { try customer($0) },
            vatCheck: try user.customer.flatMap { try vatCheck(of: $0)?.status }
        )
    }
}
