import Core
import Foundation
import Postgres

/// A customer as a row of a list.
struct ListedCustomer: Sendable {
    let customer: CustomerRecord
    let orders: Int64
    let services: Int64
}

/// A subscription with the name of what it is to.
struct ListedSubscription: Sendable {
    let subscription: SubscriptionRecord
    let planName: String
    let order: ID<Order>
    let orderNumber: Int64
}

/// A hosting account with the name of its server and of its owner.
struct ListedAccount: Sendable {
    let account: HostingAccountRecord
    let serverName: String
    let customerName: String
}

/// Which customers to list.
struct CustomerFilter: Sendable {
    /// Part of a name, a company or an address, or a whole domain, user name or identifier.
    var text: String?
    var sorting = CustomerColumn.standard
}

/// What customers can be sorted by.
enum CustomerColumn: String, StoredSortColumn {
    case since, name

    static let standard = Sorting(CustomerColumn.since, isDescending: true)

    var term: SortTerm? { self == .name ? .text("name") : nil }
}

extension CustomerFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ListedCustomer] {
        try session.listedCustomers(self, after: place, most: most)
    }

    func place(of row: ListedCustomer) -> [String] {
        [sorting.column == .name ? row.customer.name : "", row.customer.id.uuid.uuidString]
    }
}

/// Which hosting accounts of a server to list.
struct ServerAccountFilter: Sendable {
    let server: ID<Server>
    var sorting = ServerAccountColumn.standard
}

/// What the accounts on a server can be sorted by.
enum ServerAccountColumn: String, StoredSortColumn {
    case made, username

    static let standard = Sorting(ServerAccountColumn.made, isDescending: true)

    var term: SortTerm? { self == .username ? .text("username") : nil }
}

extension ServerAccountFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [ListedAccount] {
        try session.listedAccounts(on: server, by: sorting, after: place, most: most)
    }

    func place(of row: ListedAccount) -> [String] {
        let account = row.account
        return [sorting.column == .username ? account.username : "", account.id.uuid.uuidString]
    }
}

extension Session {
    /// Customers that a filter lets through, those after a place when paging.
    func listedCustomers(
        _ filter: CustomerFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ListedCustomer] {
        let (text, sorting) = (filter.text, filter.sorting)
        return try all(
            """
            SELECT \(CustomerRecord.columns),
                (SELECT count(*) FROM orders o WHERE o.customer_id = customers.id) AS orders,
                (SELECT count(*) FROM subscriptions s
                    WHERE s.customer_id = customers.id AND s.status <> 'cancelled') AS services
            FROM customers
            WHERE \(sorting.isAfter(place))
                AND (\(text)::text IS NULL OR id = \(text.flatMap { ID<Customer>($0) }?.uuid)
                    OR strpos(lower(email), lower(\(text))) > 0
                    OR strpos(lower(name), lower(\(text))) > 0
                    OR strpos(lower(company), lower(\(text))) > 0
                    OR EXISTS (SELECT FROM users u WHERE u.customer_id = customers.id
                        AND strpos(u.email_key, lower(\(text))) > 0)
                    OR EXISTS (SELECT FROM domains d WHERE d.customer_id = customers.id
                        AND d.name = lower(\(text)))
                    OR EXISTS (SELECT FROM hosting_accounts a
                        WHERE a.customer_id = customers.id AND a.username = lower(\(text))))
            ORDER BY \(sorting.order) LIMIT \(most)
            """
        ) { row in
            ListedCustomer(
                customer: try CustomerRecord(row: row),
                orders: try row.get("orders"),
                services: try row.get("services")
            )
        }
    }

    /// The people who log in for a customer.
    func users(of customer: ID<Customer>) throws -> [UserRecord] {
        try all(
            """
            SELECT \(UserRecord.columns) FROM users WHERE customer_id = \(customer.uuid)
            ORDER BY id LIMIT 100
            """,
            UserRecord.init(row:)
        )
    }

    /// What a customer has subscribed to, newest first.
    func listedSubscriptions(of customer: ID<Customer>) throws -> [ListedSubscription] {
        try all(
            """
            SELECT \(SubscriptionRecord.columns), its_plan, its_order, its_number
            FROM subscriptions JOIN (
                SELECT i.id AS item, plan_name AS its_plan, order_id AS its_order,
                    number AS its_number
                FROM order_items i JOIN orders o ON o.id = order_id
                WHERE i.customer_id = \(customer.uuid)
            ) bought ON item = order_item_id
            WHERE customer_id = \(customer.uuid) ORDER BY id DESC LIMIT 100
            """
        ) { row in
            ListedSubscription(
                subscription: try SubscriptionRecord(row: row),
                planName: try row.get("its_plan"),
                order: try row.id("its_order"),
                orderNumber: try row.get("its_number")
            )
        }
    }

    /// Hosting accounts of a customer or on a server.
    func listedAccounts(
        of customer: ID<Customer>? = nil,
        on server: ID<Server>? = nil,
        by sorting: Sorting<ServerAccountColumn> = ServerAccountColumn.standard,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ListedAccount] {
        try all(
            """
            SELECT \(HostingAccountRecord.columns), server_name, customer_name
            FROM hosting_accounts
            JOIN (SELECT id AS its_server, name AS server_name FROM servers) s
                ON its_server = server_id
            JOIN (SELECT id AS owner, name AS customer_name FROM customers) c
                ON owner = customer_id
            WHERE (\(customer?.uuid)::uuid IS NULL OR customer_id = \(customer?.uuid))
                AND (\(server?.uuid)::uuid IS NULL OR server_id = \(server?.uuid))
                AND \(sorting.isAfter(place))
            ORDER BY \(sorting.order) LIMIT \(most)
            """
        ) { row in
            ListedAccount(
                account: try HostingAccountRecord(row: row),
                serverName: try row.get("server_name"),
                customerName: try row.get("customer_name")
            )
        }
    }
}
