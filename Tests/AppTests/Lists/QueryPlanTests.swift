import Core
import Foundation
import Postgres
import Testing
import Web

@testable import App

/// Lists stay quick beside very many rows of others: each finds its rows by an index.
@Suite struct QueryPlanTests {
    @Test func `no list walks through a table to find its rows`() async throws {
        try await CrowdedDatabase.run { crowded in
            try await expectFewReads("dashboard", .customer(crowded.customer), crowded) { session in
                try QueryPlanTests.readDashboard(of: crowded.customer, session)
            }
            try await QueryPlanTests.tryCustomerLists(crowded)
            try await QueryPlanTests.tryStaffLists(crowded)
        }
    }

    private static func readDashboard(of id: ID<Customer>, _ session: Session) throws {
        _ = try session.hostedServices(of: id, most: 50)
        _ = try session.orders(CustomerOrderFilter(customer: id, status: .pending), most: 20)
        _ = try session.invoices(InvoiceFilter(customer: id, status: .open), most: 50)
        _ = try session.invoices(InvoiceFilter(customer: id, status: .paid), most: 5)
        _ = try session.domains(DomainFilter(customer: id), most: 10)
    }

    private static func tryCustomerLists(_ crowded: CrowdedDatabase) async throws {
        let (id, scope) = (crowded.customer, Scope.customer(crowded.customer))
        for sorting in Sorting<CustomerOrderColumn>.both {
            for status in [nil, OrderStatus.completed] {
                let filter = CustomerOrderFilter(customer: id, status: status, sorting: sorting)
                try await expectSmall(filter, scope, crowded)
            }
        }
        for sorting in Sorting<InvoiceColumn>.both {
            for status in [nil, InvoiceRecord.Status.open, .void] {
                let filter = InvoiceFilter(
                    customer: id,
                    status: status,
                    issuedOnly: true,
                    sorting: sorting
                )
                try await expectSmall(filter, scope, crowded)
            }
        }
        for sorting in Sorting<ConsoleSubscriptionColumn>.both {
            let filter = ConsoleSubscriptionFilter(customer: id, sorting: sorting)
            try await expectSmall(OwnSubscriptionFilter(subscriptions: filter), scope, crowded)
        }
        for sorting in Sorting<DomainColumn>.both {
            try await expectSmall(DomainFilter(customer: id, sorting: sorting), scope, crowded)
        }
        for sorting in Sorting<LicenseColumn>.both {
            let filter = Licenses.Filter(customer: id, sorting: sorting)
            try await expectSmall(LicenseFilter(filter: filter, now: .t0), scope, crowded)
        }
        for sorting in Sorting<OwnPaymentColumn>.both {
            for state in [nil, PaymentState.paid, .notPaid] {
                let filter = OwnPaymentFilter(customer: id, state: state, sorting: sorting)
                try await expectSmall(filter, scope, crowded)
            }
        }
        try await expectFewReads("payments", scope, crowded) {
            _ = try $0.payments(PaymentFilter(customer: id), most: 51)
        }
    }

    private static func tryStaffLists(_ crowded: CrowdedDatabase) async throws {
        for sorting in Sorting<OrderColumn>.both {
            try await expectSmall(OrderFilter(sorting: sorting), .system, crowded)
        }
        try await expectSmall(OrderFilter(status: .attention), .system, crowded)
        for sorting in Sorting<PaymentColumn>.both {
            try await expectSmall(PaymentFilter(sorting: sorting), .system, crowded)
        }
        for status in [PaymentRecord.Status.failed, .cancelled] {
            try await expectSmall(PaymentFilter(status: status), .system, crowded)
        }
        for sorting in Sorting<CustomerColumn>.both {
            try await expectSmall(CustomerFilter(sorting: sorting), .system, crowded)
        }
        for sorting in Sorting<LicenseColumn>.both {
            let filter = Licenses.Filter(sorting: sorting)
            try await expectSmall(ConsoleLicenseFilter(filter: filter, now: .t0), .system, crowded)
        }
        for status in [LicenseStatus.suspended, .cancelled] {
            let filter = Licenses.Filter(status: status)
            try await expectSmall(ConsoleLicenseFilter(filter: filter, now: .t0), .system, crowded)
        }
        for status in [JobRecord.Status.dead, .queued, .done, .running] {
            for sorting in Sorting<JobColumn>.both {
                let filter = JobFilter(status, by: sorting)
                try await expectSmall(filter, .system, crowded)
            }
        }
        for sorting in Sorting<ServerAccountColumn>.both {
            let filter = ServerAccountFilter(server: crowded.server, sorting: sorting)
            try await expectSmall(filter, .system, crowded)
        }
        for sorting in Sorting<AuditColumn>.both {
            for action in [nil, "order.retry", "order.cancel"] {
                let filter = AuditFilter(action: action, sorting: sorting)
                try await expectSmall(filter, .system, crowded)
            }
            let filter = AuditFilter(objectType: "ord", objectID: "ord_9", sorting: sorting)
            try await expectSmall(filter, .system, crowded)
        }
    }

    /// Reads the first page and the next one, each as often as it takes until a prepared statement
    /// may be planned for all values at once.
    private static func expectSmall<Filter: ListFilter>(
        _ filter: Filter,
        _ scope: Scope,
        _ crowded: CrowdedDatabase
    ) async throws {
        let name = "\(Filter.name.rawValue) by \(filter.sorting.text), \(filter)"
        for _ in 1...7 {
            try await expectFewReads(name, scope, crowded) { session in
                let rows = try filter.rows(session, after: nil, most: Listing.length + 1)
                guard let last = rows.dropLast().last else { return }
                let place = filter.place(of: last)
                _ = try filter.rows(session, after: place, most: Listing.length + 1)
            }
        }
    }
}

/// Expects that some statements walk through no big table, and read few rows of each.
private func expectFewReads(
    _ name: String,
    _ scope: Scope,
    _ crowded: CrowdedDatabase,
    _ work: @escaping @Sendable (Session) throws -> Void
) async throws {
    for table in try await crowded.reads(of: scope, work) {
        #expect(table.walks == 0 && table.rows < 1_500, "\(name): \(table)")
    }
}

extension Sorting {
    /// All columns, both ways round.
    static var both: [Sorting] {
        Column.allCases.flatMap { [Sorting($0), Sorting($0, isDescending: true)] }
    }
}

extension Date {
    fileprivate static let t0 = TestApp.start
}
