import Core
import Foundation
import Postgres
import Web
import Wire

/// Which domain names to list.
struct DomainFilter: Sendable {
    var customer: ID<Customer>?
    var sorting = DomainColumn.standard
}

/// What domain names can be sorted by.
enum DomainColumn: String, StoredSortColumn {
    case added, name, expires

    static let standard = Sorting(DomainColumn.added, isDescending: true)

    var term: SortTerm? {
        switch self {
        case .added: nil
        case .name: .text("name")
        case .expires: .end("expires_at")
        }
    }
}

extension DomainFilter: ListFilter {
    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [DomainNameRecord] {
        try session.domains(self, after: place, most: most)
    }

    func place(of row: DomainNameRecord) -> [String] {
        let value =
            switch sorting.column {
            case .added: ""
            case .name: row.name.text
            case .expires: row.expiresAt?.cursorKey ?? ""
            }
        return [value, row.id.uuid.uuidString]
    }
}

extension Session {
    /// Stores the domain of an order's item; nil when somebody else's live order has that name.
    func claimDomain(
        _ id: ID<DomainRecord>,
        _ domain: OrderedDomain,
        for item: OrderItemRecord,
        registrar: String?,
        now: Date
    ) throws -> DomainNameRecord? {
        let kind: DomainNameRecord.Kind =
            switch domain.action {
            case .register: .registered
            case .transfer: .transferred
            case .own: .own
            }
        try run(
            """
            INSERT INTO domains (
                id, customer_id, order_item_id, name, kind, status, registrar, created_at
            ) VALUES (
                \(id.uuid), \(item.customer.uuid), \(item.id.uuid), \(domain.name.text),
                \(kind.rawValue), \(kind == .own ? "active" : "pending"),
                \(kind == .own ? nil : registrar), \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
        return try self.domain(ofItem: item.id)
    }

    func domain(ofItem item: ID<OrderItem>) throws -> DomainNameRecord? {
        try first(
            "SELECT \(DomainNameRecord.columns) FROM domains WHERE order_item_id = \(item.uuid)",
            DomainNameRecord.init(row:)
        )
    }

    func domain(_ id: ID<DomainRecord>) throws -> DomainNameRecord? {
        try first(
            "SELECT \(DomainNameRecord.columns) FROM domains WHERE id = \(id.uuid)",
            DomainNameRecord.init(row:)
        )
    }

    func domains(
        _ filter: DomainFilter,
        after place: [String]? = nil,
        most: Int
    ) throws -> [DomainNameRecord] {
        let customer = filter.customer?.uuid
        return try all(
            """
            SELECT \(DomainNameRecord.columns) FROM domains
            WHERE (\(customer)::uuid IS NULL OR customer_id = \(customer))
                AND \(filter.sorting.isAfter(place))
            ORDER BY \(filter.sorting.order) LIMIT \(most)
            """,
            DomainNameRecord.init(row:)
        )
    }

    func setDomain(
        _ id: ID<DomainRecord>,
        to status: DomainNameRecord.Status,
        order: String?,
        expiresAt: Date?
    ) throws {
        try run(
            """
            UPDATE domains SET status = \(status.rawValue),
                registrar_order = coalesce(\(order), registrar_order),
                expires_at = coalesce(\(expiresAt), expires_at)
            WHERE id = \(id.uuid)
            """
        )
    }

    /// Whether the registrar may be at work on the name of an order's item.
    func isNameOnItsWay(of item: ID<OrderItem>) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM domain_operations o JOIN domains d ON d.id = o.domain_id
            WHERE d.order_item_id = \(item.uuid) AND o.status IN ('sent', 'pending', 'unknown')
            """
        )
    }

    /// Frees the names of an order that is undone, unless the registrar may be at work on them.
    func releaseDomains(of order: ID<Order>) throws {
        try run(
            """
            UPDATE domains SET status = 'cancelled'
            WHERE status = 'pending'
                AND order_item_id IN (SELECT id FROM order_items WHERE order_id = \(order.uuid))
                AND NOT EXISTS (
                    SELECT FROM domain_operations o
                    WHERE o.domain_id = domains.id AND o.status IN ('sent', 'pending', 'unknown')
                )
            """
        )
    }

    /// The operation that may have reached the registrar, or a new one that will.
    func openOperation(
        _ id: ID<DomainOperation>,
        kind: DomainAction,
        for domain: DomainNameRecord,
        parameters: JSON,
        now: Date
    ) throws -> DomainOperationRecord {
        try run(
            """
            INSERT INTO domain_operations (
                id, domain_id, customer_id, kind, parameters, status, created_at
            ) VALUES (
                \(id.uuid), \(domain.id.uuid), \(domain.customer.uuid), \(kind.rawValue),
                \(JSONText(parameters.text)), 'queued', \(now)
            )
            ON CONFLICT DO NOTHING
            """
        )
        return try one(
            """
            SELECT id, domain_id, status, outcome, sent_at FROM domain_operations
            WHERE domain_id = \(domain.id.uuid) AND kind = \(kind.rawValue)
                AND status <> 'rejected'
            """
        ) { row in
            DomainOperationRecord(
                id: try row.id("id"),
                domain: try row.id("domain_id"),
                status: try row.choice("status"),
                outcome: try row.optional("outcome"),
                sentAt: try row.optional("sent_at")
            )
        }
    }

    /// Marks an operation as on its way; false when another attempt has done so already.
    func markSent(_ id: ID<DomainOperation>, now: Date) throws -> Bool {
        try run(
            """
            UPDATE domain_operations SET status = 'sent', sent_at = \(now)
            WHERE id = \(id.uuid) AND status = 'queued'
            """
        ) > 0
    }

    func setOperation(
        _ id: ID<DomainOperation>,
        to status: DomainOperationRecord.Status,
        outcome: String?,
        now: Date
    ) throws {
        let isEnd = status == .confirmed || status == .rejected
        try run(
            """
            UPDATE domain_operations SET status = \(status.rawValue), outcome = \(outcome),
                finished_at = CASE WHEN \(isEnd) THEN \(now)::timestamptz END
            WHERE id = \(id.uuid) AND status <> 'confirmed'
            """
        )
    }

    /// The registrar's record of a customer; nil when none is known.
    func registrarCustomer(of customer: ID<Customer>, registrar: String) throws -> String? {
        try first(
            """
            SELECT remote_customer_id FROM registrar_customers
            WHERE customer_id = \(customer.uuid) AND registrar = \(registrar)
            """
        ) { try $0.optional("remote_customer_id", as: String.self) } ?? nil
    }

    /// Stores the registrar's record of a customer, unless one was stored meanwhile; returns the
    /// one that stands.
    func storeRegistrarCustomer(
        _ remote: String,
        of customer: ID<Customer>,
        registrar: String,
        now: Date
    ) throws -> String {
        try one(
            """
            INSERT INTO registrar_customers (
                customer_id, registrar, remote_customer_id, created_at
            ) VALUES (\(customer.uuid), \(registrar), \(remote), \(now))
            ON CONFLICT (customer_id, registrar) DO UPDATE SET remote_customer_id =
                coalesce(registrar_customers.remote_customer_id, excluded.remote_customer_id)
            RETURNING remote_customer_id
            """
        ) { try $0.get("remote_customer_id") }
    }

    /// The registrar's name for a contact; nil when it has none like this.
    func identifier(of contact: RegistrarContact) throws -> String? {
        try first(
            """
            SELECT remote_id FROM registrar_contacts
            WHERE customer_id = \(contact.customer.uuid) AND registrar = \(contact.registrar)
                AND kind = \(contact.kind) AND particulars = \(contact.particulars)
            """
        ) { try $0.get("remote_id") }
    }

    /// Stores a contact, unless one was stored meanwhile; returns the one that stands.
    func store(_ contact: RegistrarContact, as remote: String, now: Date) throws -> String {
        try run(
            """
            INSERT INTO registrar_contacts (
                customer_id, registrar, kind, particulars, remote_id, created_at
            ) VALUES (
                \(contact.customer.uuid), \(contact.registrar), \(contact.kind),
                \(contact.particulars), \(remote), \(now)
            ) ON CONFLICT DO NOTHING
            """
        )
        return try identifier(of: contact) ?? remote
    }
}

extension DomainNameRecord {
    static let columns: SQL = """
        id, customer_id, order_item_id, name, kind, status, registrar, registrar_order, expires_at,
        created_at
        """

    init(row: Row) throws {
        self.init(
            id: try row.id("id"),
            customer: try row.id("customer_id"),
            item: try row.id("order_item_id"),
            name: try DomainName(ascii: try row.get("name")).orThrow(UnreadableColumn("name")),
            kind: try row.choice("kind"),
            status: try row.choice("status"),
            registrar: try row.optional("registrar"),
            registrarOrder: try row.optional("registrar_order"),
            expiresAt: try row.optional("expires_at"),
            createdAt: try row.get("created_at")
        )
    }
}
