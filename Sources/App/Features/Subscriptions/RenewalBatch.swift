import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// Bills many subscriptions by few statements: one for each table.
///
/// What is plain is billed here: whole periods of what goes on as it is, of customers who have no
/// credit. Everything else is left to ``Renewals``, customer by customer; both make the same bills
/// by the same functions, and the same rows.
struct RenewalBatch {
    /// How many subscriptions are claimed at once.
    static let size = 500

    private let services: Services
    private let now: Date

    init(_ services: Services, now: Date) {
        self.services = services
        self.now = now
    }

    /// What came of a batch.
    struct Outcome: Sendable {
        /// How many subscriptions were claimed; none when nothing is due.
        var claimed = 0
        /// Whose bills are not plain.
        var others: [ID<Customer>] = []
    }

    /// Claims what is due and bills what of it is plain, in a transaction.
    func bill(_ session: Session, without customers: [ID<Customer>]) throws -> Outcome {
        let claimed = try session.claimSubscriptionsToBill(
            by: now,
            without: customers,
            most: RenewalBatch.size
        )
        guard !claimed.isEmpty else { return Outcome() }
        let facts = try RenewalFacts(claimed, session, now: now)
        var outcome = Outcome(claimed: claimed.count)
        var invoices: [PlainInvoice] = []
        var renewed: [PlainRenewal] = []
        for (customer, subscriptions) in facts.byCustomer {
            guard let renewals = plain(subscriptions, facts),
                let invoice = invoice(renewals, for: customer, facts)
            else {
                outcome.others.append(customer)
                continue
            }
            renewed += renewals
            if case .invoice(let invoice) = invoice { invoices.append(invoice) }
        }
        try issue(invoices, facts, session)
        try session.store(renewed)
        return outcome
    }

    /// What is owed of a customer's subscriptions; nil when one of them is not plain.
    private func plain(
        _ subscriptions: [SubscriptionRecord],
        _ facts: RenewalFacts
    ) -> [PlainRenewal]? {
        var renewals: [PlainRenewal] = []
        for record in subscriptions {
            guard !facts.isOdd.contains(record.id),
                let renewal = PlainRenewal(record, facts, services, now: now)
            else { return nil }
            renewals.append(renewal)
        }
        return renewals
    }

    private enum Made { case nothing, invoice(PlainInvoice) }

    /// The invoice of a customer's renewals; nil when it is not plain.
    private func invoice(
        _ renewals: [PlainRenewal],
        for customer: ID<Customer>,
        _ facts: RenewalFacts
    ) -> Made? {
        let lines = renewals.flatMap(\.lines)
        guard let currency = lines.first?.line.amount.currency else { return .nothing }
        guard lines.allSatisfy({ $0.line.amount.currency == currency }),
            let record = facts.customers[customer],
            let items = BillItem.items(of: lines.map(\.line), .hosting, billed: { _ in nil })
        else { return nil }
        let bill = Bill(items, currency, facts.terms(of: customer), at: Instant(now))
        guard bill.carriedToCredit.isZero, bill.total.isPositive else { return nil }
        let drafted = zip(lines, bill.lines).map { line, amounts in
            DraftLine(ID(services.ids.next()), line, amounts)
        }
        let draft = DraftInvoice(
            id: ID(services.ids.next()),
            customer: customer,
            bill: bill,
            lines: drafted
        )
        return .invoice(
            PlainInvoice(
                draft: draft,
                lines: lines.map(\.line),
                customer: record,
                dueAt: max(now, lines.map(\.line.period.from.date).min() ?? now)
            )
        )
    }

    /// Stores, numbers and posts invoices by one statement a table.
    private func issue(
        _ invoices: [PlainInvoice],
        _ facts: RenewalFacts,
        _ session: Session
    ) throws {
        guard !invoices.isEmpty else { return }
        try session.store(invoices.map(\.draft), now: now)
        try session.store(
            invoices.flatMap { invoice in
                zip(invoice.lines, invoice.draft.lines).map {
                    NewSubscriptionLine($0, as: $1.id, of: invoice.draft.customer)
                }
            }
        )
        let series = Invoices.series(services, now: now)
        let first = try session.takeNumbers(invoices.count, of: series)
        let numbered = invoices.enumerated().map { index, invoice in
            let number = first + Int64(index)
            return (invoice, number, Invoices.label(series, number))
        }
        try session.issue(numbered, series: series, now: now)
        try session.recordIssues(numbered.map { ($0.0, $0.2) }, now: now)
        try Ledger.postIssues(invoices, session, ids: services.ids, now: now)
        try enqueue(invoices, session)
    }

    private func enqueue(_ invoices: [PlainInvoice], _ session: Session) throws {
        try InvoiceMails.sendNew(invoices.map(\.draft.id), session, services, now: now)
        let collected = invoices.map {
            NewJob.collecting($0.draft.id, delaySeconds: $0.dueAt.timeIntervalSince(now))
        }
        try session.enqueue(collected, ids: services.ids, now: now)
    }
}

/// A subscription that goes on as it is, with what it owes.
struct PlainRenewal: Sendable {
    let id: ID<Subscription>
    let active: ActiveSubscription
    let nextBillAt: Date?
    let lines: [BilledLine]

    /// Nil when anything but whole periods is owed, or the subscription is about to change.
    init?(
        _ record: SubscriptionRecord,
        _ facts: RenewalFacts,
        _ services: Services,
        now: Date
    ) {
        let history = SubscriptionHistory(record.id, facts.events[record.id] ?? [])
        let since = Instant(record.periodStart)
        let until = facts.endOfDay(of: record.customer, now)
        guard
            let owed = try? history.difference(
                at: until,
                to: facts.billed[record.id] ?? [],
                billedAhead: facts.lead,
                settledBefore: since
            ),
            let active = try? history.state(at: Instant(now)).active, !active.isCancelling,
            active.terms.plan == record.plan, active.terms.quantity == record.quantity,
            let next = try? SubscriptionBilling.nextLook(
                history,
                after: until,
                billedAhead: facts.lead,
                now: Instant(now)
            ),
            owed.allSatisfy({
                $0.identity.kind == .period && !$0.isReversal && $0.revision == 1
                    && $0.reduces == nil
            })
        else { return nil }
        id = record.id
        self.active = active
        nextBillAt = next.date
        lines = owed.map {
            BilledLine(line: $0, planName: facts.planNames[$0.terms.plan] ?? "")
        }
    }
}

/// An invoice of whole periods, before it is numbered.
struct PlainInvoice: Sendable {
    let draft: DraftInvoice
    /// One for each of the draft's.
    let lines: [BillingLine]
    let customer: CustomerRecord
    let dueAt: Date

    /// The customer as the buyer on the document.
    var buyer: Party { Party(customer) }

    /// What its issue does to the books.
    var posting: Posting {
        let bill = draft.bill
        return .invoiceIssued(
            total: bill.total,
            deferred: bill.isTaxInclusive
                ? bill.subtotal - bill.discount - bill.tax : bill.subtotal - bill.discount,
            earned: .zero(bill.total.currency),
            tax: bill.tax,
            carriedToCredit: bill.carriedToCredit
        )
    }
}

/// What is known of claimed subscriptions and their customers, read by one statement a table.
struct RenewalFacts {
    let byCustomer: [(ID<Customer>, [SubscriptionRecord])]
    let events: [ID<Subscription>: [SubscriptionEvent]]
    let billed: [ID<Subscription>: [BillingLine]]
    let customers: [ID<Customer>: CustomerRecord]
    let planNames: [ID<Plan>: String]
    /// Subscriptions with something beside them that has to be looked at.
    let isOdd: Set<ID<Subscription>>
    private let terms: BillingTerms
    private let buyers: [ID<Customer>: TaxBuyer]
    /// How long before a period begins its bill is made.
    let lead: RenewalLead

    init(_ claimed: [SubscriptionRecord], _ session: Session, now: Date) throws {
        let owners = Array(Set(claimed.map(\.customer)))
        let customers = Dictionary(
            try session.customers(owners).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.customers = customers
        let due = try session.lockSubscriptionsToBill(
            of: owners,
            until: now.addingTimeInterval(27 * 3_600)
        ).filter { record in
            guard let bill = record.nextBillAt, let owner = customers[record.customer] else {
                return false
            }
            return bill <= Renewals.endOfDay(now, in: owner.timeZone).date
        }
        byCustomer = Dictionary(grouping: due, by: \.customer)
            .sorted { $0.key.uuid.uuidString < $1.key.uuid.uuidString }
            .map { ($0.key, $0.value) }
        let ids = due.map(\.id)
        events = try session.events(of: ids)
        billed = try session.linesOfPresentPeriods(of: ids)
        planNames = try session.planNames()
        isOdd = try session.oddSubscriptions(of: ids)
        terms = try BillingTerms(session, now: now)
        buyers = try terms.buyers(Array(customers.values), session)
        lead = try session.renewalLead()
    }

    func terms(of customer: ID<Customer>) -> BillTerms {
        terms.terms(for: buyers[customer] ?? TaxBuyer(terms.seller.place))
    }

    func endOfDay(of customer: ID<Customer>, _ now: Date) -> Instant {
        Renewals.endOfDay(now, in: customers[customer]?.timeZone ?? .utc)
    }
}
