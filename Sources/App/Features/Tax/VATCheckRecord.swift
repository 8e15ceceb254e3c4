package import Core
package import Foundation

/// What the register said of a customer's number, as it is stored.
package struct VATCheckRecord: Sendable {
    package let number: String
    package let status: VATCheck
    package let name: String?
    package let address: String?
    package let consultation: String?
    package let checkedAt: Date
}
