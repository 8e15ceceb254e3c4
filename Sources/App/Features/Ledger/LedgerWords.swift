import Core
import Web

extension LedgerAccountKind {
    /// What stands on such accounts, to people.
    var label: String {
        switch self {
        case .receivable: "Receivables"
        case .clearing: "Clearing"
        case .revenue: "Revenue"
        case .deferredRevenue: "Deferred revenue"
        case .tax: "Tax"
        case .customerCredit: "Customer credit"
        case .refunds: "Refunds"
        case .fees: "Payment fees"
        case .domainCosts: "Domain costs"
        case .suspense: "Suspense"
        case .disputes: "Disputes"
        case .disputeLosses: "Dispute losses"
        case .badDebt: "Bad debt"
        case .promotions: "Promotional credit"
        case .payables: "Payables"
        case .exchange: "Currency exchange"
        }
    }
}

extension LedgerAccountRecord {
    /// Its kind, and whose it is.
    var label: String {
        [kind.label, customerName, gateway].compactMap { $0 }.joined(separator: " · ")
    }
}

extension LedgerEntryRecord {
    /// What was booked, to people: `payment_captured` is "Payment captured".
    var postingLabel: String {
        let words = posting.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    /// The amount where debits stand, or where credits do.
    var debit: Money? { amount.minorUnits > 0 ? amount : nil }
    var credit: Money? { amount.minorUnits < 0 ? -amount : nil }
}

extension LedgerCause {
    /// What it is, to people.
    var label: String {
        switch type {
        case Invoice.idPrefix: "Invoice"
        case Payment.idPrefix: "Payment"
        case Refund.idPrefix: "Refund"
        case CreditNote.idPrefix: "Credit note"
        case Credit.idPrefix, CreditUse.idPrefix:
            // What paid an invoice leads there.
            invoice == nil ? creditReason ?? creditSource?.words ?? "Credit" : "Credit"
        case Order.idPrefix: "Order"
        case Dispute.idPrefix: "Dispute"
        case Payout.idPrefix: "Payout"
        case DomainOperation.idPrefix: "Domain name"
        case RevenueDay.idPrefix: "Day"
        case CreditPayout.idPrefix: "Credit sent back"
        case RegistrarPayment.idPrefix: "Payment to a registrar"
        default: type
        }
    }

    /// Where it is shown: payments and refunds on the page of their order or of their invoice,
    /// credit in its customer's file.
    var path: String? {
        if type == Order.idPrefix { return ConsoleOrderRoutes.show.path(ID(uuid)) }
        if type == CreditNote.idPrefix { return ConsoleCreditNoteRoutes.show.path(ID(uuid)) }
        if type == Invoice.idPrefix { return ConsoleOrderRoutes.invoice.path(ID(uuid)) }
        if type == Dispute.idPrefix { return ConsoleDisputeRoutes.show.path(ID(uuid)) }
        if type == RegistrarPayment.idPrefix { return RegistrarRoutes.payment.path(ID(uuid)) }
        return order.map { ConsoleOrderRoutes.show.path($0) }
            ?? invoice.map { ConsoleOrderRoutes.invoice.path($0) }
            ?? creditor.map { ConsoleCustomerRoutes.show.path($0) }
    }
}
