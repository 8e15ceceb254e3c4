// The kinds of things that have identifiers. The types only name them: what is stored of each is
// read by the feature that owns it.

/// Who pays.
package enum Customer: Identified { package static let idPrefix = "cus" }
/// Who logs in.
package enum User: Identified { package static let idPrefix = "usr" }
/// A browser's log-in.
package enum PortalSession: Identified { package static let idPrefix = "ses" }
package enum RefreshFamily: Identified { package static let idPrefix = "rfm" }
package enum SavedView: Identified { package static let idPrefix = "vie" }
package enum Plan: Identified { package static let idPrefix = "pln" }
package enum Price: Identified { package static let idPrefix = "prc" }
package enum Order: Identified { package static let idPrefix = "ord" }
package enum OrderItem: Identified { package static let idPrefix = "oit" }
package enum Invoice: Identified { package static let idPrefix = "inv" }
package enum InvoiceLine: Identified { package static let idPrefix = "inl" }
/// A link to an invoice that works without logging in.
package enum InvoiceLink: Identified { package static let idPrefix = "ink" }
package enum Payment: Identified { package static let idPrefix = "pay" }
package enum Refund: Identified { package static let idPrefix = "ref" }
/// A card that a customer has saved at the card processor.
package enum PaymentMethod: Identified { package static let idPrefix = "pmt" }
package enum LedgerAccount: Identified { package static let idPrefix = "lac" }
package enum LedgerTransaction: Identified { package static let idPrefix = "ltx" }
package enum Subscription: Identified { package static let idPrefix = "sub" }
package enum License: Identified { package static let idPrefix = "lic" }
/// A domain name that a customer has through us or brings along.
package enum DomainRecord: Identified { package static let idPrefix = "dom" }
package enum DomainOperation: Identified { package static let idPrefix = "dop" }
package enum Server: Identified { package static let idPrefix = "srv" }
package enum HostingAccount: Identified { package static let idPrefix = "acc" }
package enum APIKey: Identified { package static let idPrefix = "key" }
package enum Job: Identified { package static let idPrefix = "job" }
package enum Mail: Identified { package static let idPrefix = "eml" }
package enum OneTimeToken: Identified { package static let idPrefix = "tok" }
package enum Coupon: Identified { package static let idPrefix = "cpn" }
/// A coupon that a customer has taken for an order.
package enum CouponTaking: Identified { package static let idPrefix = "cpt" }
/// Money that a customer has with us.
package enum Credit: Identified { package static let idPrefix = "crd" }
/// What became of a part of a credit.
package enum CreditUse: Identified { package static let idPrefix = "cru" }
/// Credit that is sent back to its customer.
package enum CreditPayout: Identified { package static let idPrefix = "cpo" }
package enum CreditNote: Identified { package static let idPrefix = "crn" }
/// What happens to some plans' services while their bills are not paid.
package enum DunningTerms: Identified { package static let idPrefix = "dun" }
/// A tax rule as it is stored.
package enum StoredTaxRule: Identified { package static let idPrefix = "txr" }
/// A customer's freedom from taxes, as staff have granted it.
package enum GrantedExemption: Identified { package static let idPrefix = "txe" }
/// A question to the register of VAT numbers.
package enum VATConsultation: Identified { package static let idPrefix = "vat" }
/// A new price for what was sold.
package enum Repricing: Identified { package static let idPrefix = "rpr" }
package enum Dispute: Identified { package static let idPrefix = "dsp" }
package enum Payout: Identified { package static let idPrefix = "out" }
/// What was paid to a registrar.
package enum RegistrarPayment: Identified { package static let idPrefix = "rgp" }
/// What was earned on a day, in a currency.
package enum RevenueDay: Identified { package static let idPrefix = "rvd" }
/// A comparison of the books with what the card processor says moved.
package enum Reconciliation: Identified { package static let idPrefix = "rec" }
/// What such a comparison found to differ.
package enum Discrepancy: Identified { package static let idPrefix = "fnd" }
/// One look at all invariants.
package enum Verification: Identified { package static let idPrefix = "ver" }
