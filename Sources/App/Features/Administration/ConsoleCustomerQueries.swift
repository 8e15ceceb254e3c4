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

/// What customers can be sorted by.
enum CustomerColumn: String, SortColumn {
    case since, name

    static let standard = Sorting(CustomerColumn.since, isDescending: true)
}

extension ListedCustomer {
    /// Where it stands in a list that is sorted so.
    func place(by sorting: Sorting<CustomerColumn>) -> [String] {
        switch sorting.column {
        case .since: ["", customer.id.text]
        case .name: [customer.name, customer.id.text]
        }
    }
}

extension Sorting<CustomerColumn> {
    fileprivate var direction: SQL { isDescending ? "DESC" : "ASC" }

    fileprivate var terms: SQL {
        switch column {
        case .since: "id \(direction)"
        case .name: "name \(direction), id \(direction)"
        }
    }

    /// Whether a row comes after a place; all do after none.
    fileprivate func isAfter(_ place: [String]?) -> SQL {
        guard let place, place.count == 2, let id = ID<Customer>(place[1])?.uuid else {
            return "true"
        }
        let side: SQL = isDescending ? "<" : ">"
        return switch column {
        case .since: "id \(side) \(id)"
        case .name: "(name, id) \(side) (\(place[0]), \(id))"
        }
    }
}

extension Session {
    /// Customers whose name, company, address, domain, user name or identifier fits, those after a
    /// place when paging.
    func listedCustomers(
        matching text: String?,
        by sorting: Sorting<CustomerColumn> = CustomerColumn.standard,
        after place: [String]? = nil,
        most: Int
    ) throws -> [ListedCustomer] {
        try all(
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
            ORDER BY \(sorting.terms) LIMIT \(most)
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

    /// Hosting accounts of a customer or on a server, newest first.
    func listedAccounts(
        of customer: ID<Customer>? = nil,
        on server: ID<Server>? = nil,
        before: ID<HostingAccount>? = nil,
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
                AND (\(before?.uuid)::uuid IS NULL OR id < \(before?.uuid))
            ORDER BY id DESC LIMIT \(most)
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
