import Core
import Foundation
import Postgres

/// What every bill is made by, whoever it is for; loaded once for many bills.
struct BillingTerms: Sendable {
    let seller: TaxSeller
    let rules: TaxRules
    let tax: TaxSettings

    init(_ session: Session, now: Date) throws {
        let policy = try session.taxPolicy()
        seller = policy.seller(in: try session.company().country)
        rules = TaxRules(try session.taxRules(since: now).map(\.rule))
        tax = policy.settings
    }

    /// Whether the tax depends on where the buyer is.
    var asksForPlace: Bool { !rules.rules.isEmpty && seller.smallBusinessNote == nil }

    /// The terms of a customer's bill; of somebody who is not known yet when nil.
    func terms(
        for customer: ID<Customer>?,
        coupons: [CouponTerms] = [],
        _ session: Session,
        now: Date
    ) throws -> BillTerms {
        BillTerms(
            seller: seller,
            buyer: try buyer(customer, session),
            rules: rules,
            tax: tax,
            coupons: coupons
        )
    }

    /// Whoever has told no country is taken to be where the seller is.
    private func buyer(_ id: ID<Customer>?, _ session: Session) throws -> TaxBuyer {
        guard let id, let customer = try session.customer(id) else {
            return TaxBuyer(seller.place)
        }
        return TaxBuyer(
            customer.place ?? seller.place,
            vatNumber: customer.vatNumber.flatMap { try? VATNumber($0) },
            vatCheck: try session.vatCheck(of: id)?.status ?? .pending,
            exemptions: try session.taxExemptions(of: id).map(\.exemption)
        )
    }
}

extension Bill {
    /// Makes the bill of a customer's items. Orders, renewals and previews all come here.
    init(
        _ items: [BillItem],
        _ currency: Currency,
        for customer: ID<Customer>?,
        coupons: [CouponTerms] = [],
        _ session: Session,
        now: Date
    ) throws {
        let terms = try BillingTerms(session, now: now).terms(
            for: customer,
            coupons: coupons,
            session,
            now: now
        )
        self.init(items, currency, terms, at: Instant(now))
    }
}
