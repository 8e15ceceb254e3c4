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
        _ session: Session
    ) throws -> BillTerms {
        let known = try customer.flatMap { try session.customer($0) }
        let buyers = try buyers(known.map { [$0] } ?? [], session)
        return terms(
            for: known.flatMap { buyers[$0.id] } ?? TaxBuyer(seller.place),
            coupons: coupons
        )
    }

    func terms(for buyer: TaxBuyer, coupons: [CouponTerms] = []) -> BillTerms {
        BillTerms(seller: seller, buyer: buyer, rules: rules, tax: tax, coupons: coupons)
    }

    /// What the tax depends on of customers. Whoever has told no country is taken to be where the
    /// seller is.
    func buyers(
        _ customers: [CustomerRecord],
        _ session: Session
    ) throws -> [ID<Customer>: TaxBuyer] {
        let ids = customers.map(\.id)
        let checks = try session.vatChecks(of: ids)
        let exemptions = Dictionary(
            grouping: try session.taxExemptions(of: ids),
            by: \.customer
        )
        let buyers = customers.map { customer in
            let buyer = TaxBuyer(
                customer.place ?? seller.place,
                vatNumber: customer.vatNumber.flatMap { try? VATNumber($0) },
                vatCheck: checks[customer.id]?.status ?? .pending,
                exemptions: exemptions[customer.id]?.map(\.exemption) ?? []
            )
            return (customer.id, buyer)
        }
        return Dictionary(buyers) { first, _ in first }
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
            session
        )
        self.init(items, currency, terms, at: Instant(now))
    }
}
