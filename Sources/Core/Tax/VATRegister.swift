/// The tax offices' register of VAT numbers.
///
/// Asking changes nothing, so a question may be repeated. Throws ``RemoteFailure``; a register that
/// cannot answer now says nothing about the number.
package protocol VATRegister: Sendable {
    /// Asks after a number. Who asks gets a number of the question, which proves that it was asked.
    func check(_ number: VATNumber, for requester: VATNumber?) async throws -> VATAnswer
}

/// What the register said of a number.
package struct VATAnswer: Hashable, Sendable {
    package let isValid: Bool
    /// Whose it is, where the country tells.
    package let name: String?
    package let address: String?
    /// The number of the question, when who asked said who they are.
    package let consultation: String?

    package init(
        isValid: Bool,
        name: String? = nil,
        address: String? = nil,
        consultation: String? = nil
    ) {
        self.isValid = isValid
        self.name = name
        self.address = address
        self.consultation = consultation
    }
}
