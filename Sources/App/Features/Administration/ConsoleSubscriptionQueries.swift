import Core
import Foundation
import Postgres
import Support
import Web

/// A subscription as a row of staff's list.
struct ConsoleSubscription: Sendable {
    let subscription: SubscriptionRecord
    let customerName: String
    let email: String
    let planName: String
    /// For one and one period, as it is charged now.
    let unitPrice: Money

    /// For all of it and one period.
    var amount: Money { unitPrice * subscription.quantity }
}

/// Which subscriptions staff list.
struct ConsoleSubscriptionFilter: Sendable {
    var status: SubscriptionRecord.Status?
    var cycle: BillingCycle?
    /// Part of a name, an address or a plan's name, or a whole domain or identifier.
    var text: String?
    /// Only one customer's.
    var customer: ID<Customer>?
    var sorting = ConsoleSubscriptionColumn.standard
}

/// What subscriptions can be sorted by.
enum ConsoleSubscriptionColumn: String, StoredSortColumn {
    case bought, renews, customer

    static let standard = Sorting(ConsoleSubscriptionColumn.bought, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .bought: nil
        case .renews: .moment("current_period_end")
        case .customer: .text("payer_name")
        }
    }
}

extension ConsoleSubscriptionFilter: ListFilter {
    static let name = ListName.consoleSubscriptions
    static let file: [FileColumn<ConsoleSubscription>] = [
        FileColumn("Subscription") { $0.subscription.id.text },
        FileColumn("Customer") { $0.customerName },
        FileColumn("E-mail") { $0.email },
        FileColumn("Plan") { $0.planName },
        FileColumn("Status") { $0.subscription.status.rawValue },
        FileColumn("Cycle") { $0.subscription.cycle.rawValue },
        FileColumn("Quantity") { String($0.subscription.quantity) },
        FileColumn("Amount a period") { $0.amount.decimalText },
        FileColumn("Currency") { $0.amount.currency.code },
        FileColumn("Period from") { $0.subscription.periodStart.rfc3339 },
        FileColumn("Period to") { $0.subscription.periodEnd.rfc3339 },
        FileColumn("Ends") { $0.subscription.endsAt?.rfc3339 ?? "" },
        FileColumn("Bought") { $0.subscription.createdAt.rfc3339 },
    ]

    var isActive: Bool { status != nil || cycle != nil || text != nil }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [ConsoleSubscription] {
        try session.consoleSubscriptions(self, after: place, most: most)
    }

    func place(of row: ConsoleSubscription) -> [String] {
        let value =
            switch sorting.column {
            case .bought: ""
            case .renews: row.subscription.periodEnd.cursorKey
            case .customer: row.customerName
            }
        return [value, row.subscription.id.uuid.uuidString]
    }
}

/// The same for the customer whose they are.
struct OwnSubscriptionFilter: ListFilter {
    static let name = ListName.subscriptions
    static let file: [FileColumn<ConsoleSubscription>] = ConsoleSubscriptionFilter.file.filter {
        !["Customer", "E-mail"].contains($0.name)
    }

    var subscriptions: ConsoleSubscriptionFilter

    var sorting: Sorting<ConsoleSubscriptionColumn> {
        get { subscriptions.sorting }
        set { subscriptions.sorting = newValue }
    }

    var isActive: Bool { subscriptions.status != nil }

    func rows(
        _ session: Session,
        after place: [String]?,
        most: Int
    ) throws -> [ConsoleSubscription] {
        try subscriptions.rows(session, after: place, most: most)
    }

    func place(of row: ConsoleSubscription) -> [String] { subscriptions.place(of: row) }
}

extension Session {
    /// Subscriptions that a filter lets through, those after a place when paging.
    func consoleSubscriptions(
        _ filter: ConsoleSubscriptionFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ConsoleSubscription] {
        let (status, cycle) = (filter.status?.rawValue, filter.cycle?.rawValue)
        // A customer's few are found first and sorted then: no index has both.
        let rows: SQL =
            filter.customer.map { customer -> SQL in
                "(SELECT * FROM subscriptions WHERE customer_id = \(customer.uuid) OFFSET 0) own"
            } ?? "subscriptions"
        return try all(
            """
            SELECT \(SubscriptionRecord.columns), payer_name, payer_email, its_plan, its_amount,
                its_currency
            FROM \(rows)
            JOIN (SELECT id AS payer_id, name AS payer_name, email AS payer_email FROM customers) c
                ON payer_id = customer_id
            JOIN (SELECT id AS the_plan, name AS its_plan FROM plans) p ON the_plan = plan_id
            JOIN (
                SELECT id AS the_price, amount_minor AS its_amount, currency AS its_currency
                FROM prices
            ) r ON the_price = price_id
            WHERE (\(status)::text IS NULL OR status = \(status))
                AND (\(cycle)::text IS NULL OR billing_cycle = \(cycle))
                AND \(filter.sorting.isAfter(place))
                AND (\(filter.text)::text IS NULL OR \(matches(filter)))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """
        ) { row in
            ConsoleSubscription(
                subscription: try SubscriptionRecord(row: row),
                customerName: try row.get("payer_name"),
                email: try row.get("payer_email"),
                planName: try row.get("its_plan"),
                unitPrice: try row.money("its_amount", try row.currency("its_currency"))
            )
        }
    }

    private func matches(_ filter: ConsoleSubscriptionFilter) -> SQL {
        let text = filter.text
        return """
            (id = \(text.flatMap { ID<Subscription>($0) }?.uuid)
                OR payer_id = \(text.flatMap { ID<Customer>($0) }?.uuid)
                OR strpos(lower(payer_email), lower(\(text))) > 0
                OR strpos(lower(payer_name), lower(\(text))) > 0
                OR strpos(lower(its_plan), lower(\(text))) > 0
                OR EXISTS (SELECT FROM order_items i
                    WHERE i.id = order_item_id AND i.domain_name = lower(\(text))))
            """
    }
}
