/// What a user may do.
package enum Role: String, Sendable, CaseIterable {
    case customer, support, billing, admin

    /// Whether the user works for the company.
    package var isStaff: Bool { self != .customer }
}
