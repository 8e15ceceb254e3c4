package import Core
package import Foundation

/// An invoice as it is stored.
package struct InvoiceRecord: Sendable {
    package enum Status: String, Sendable, CaseIterable {
        case draft, open, paid, void, uncollectible
    }

    package let id: ID<Invoice>
    package let customer: ID<Customer>
    package let order: ID<Order>?
    /// Nil while the invoice is a draft.
    package let number: String?
    package let status: Status
    package let subtotal: Money
    package let discount: Money
    package let tax: Money
    /// Whether the prices contain the tax.
    package let isTaxInclusive: Bool
    /// What became the customer's credit, because more was given back than charged.
    package let carried: Money
    package let total: Money
    package let paid: Money
    /// What of that the customer's credit has paid.
    package let paidByCredit: Money
    /// What of that it paid in the moment of issue.
    package let paidByCreditAtIssue: Money
    /// What credit notes took off before it was paid.
    package let credited: Money
    /// What the law wants said on the document.
    package let notes: [String]
    /// Why the taxes are what they are, a sentence each.
    package let taxReasons: [String]
    package let seller: Party?
    package let buyer: Party?
    package let createdAt: Date
    package let issuedAt: Date?
    package let dueAt: Date?
    package let paidAt: Date?
    /// What staff say to the buyer.
    package var memo: String?

    package var due: Money { total - paid - credited }

    /// Whether it may be paid: one that was given up may be, by whoever comes back with the money.
    package var isPayable: Bool {
        (status == .open || status == .uncollectible) && due.isPositive
    }
}

/// One line of an invoice.
package struct InvoiceLineRecord: Sendable {
    package enum Kind: String, Sendable {
        case plan, domain, subscription
        /// Written by staff.
        case manual
    }

    package let id: ID<InvoiceLine>
    package let kind: Kind
    package let item: ID<OrderItem>?
    package let description: String
    package let quantity: Int64
    package let unitPrice: Money
    package let amount: Money
    package let discount: Money
    package let tax: Money
    package let taxes: [TaxComponent]
    package let periodStart: Date?
    package let periodEnd: Date?

    /// What is paid for the line and is no tax.
    package func net(isTaxInclusive: Bool) -> Money {
        isTaxInclusive ? amount - discount - tax : amount - discount
    }

    /// Whether it pays for a time to come, and is earned as that time passes.
    package var isDeferred: Bool {
        switch kind {
        case .plan, .subscription: true
        case .domain: false
        case .manual: periodStart != nil
        }
    }
}

/// Who sells or buys, as it stands on a document.
package struct Party: Codable, Sendable, Equatable {
    package let name: String
    package let company: String?
    package let email: String
    /// The address's lines from the street to the country.
    package let address: [String]
    /// Such as a VAT number.
    package let taxID: String?

    package init(
        name: String,
        company: String?,
        email: String,
        address: [String],
        taxID: String? = nil
    ) {
        self.name = name
        self.company = company
        self.email = email
        self.address = address
        self.taxID = taxID
    }
}

extension [InvoiceLineRecord] {
    /// Each tax once, with its whole base and amount.
    package var taxes: [TaxComponent] { flatMap(\.taxes).summed }
}
