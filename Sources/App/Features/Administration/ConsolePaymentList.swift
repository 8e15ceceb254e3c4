import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// All payments as staff look through them.
enum ConsolePaymentListPages {
    static func add(to router: inout Router<Services>) {
        router.on(ConsolePaymentRoutes.list, as: StaffContext.self, list)
        router.on(ConsolePaymentRoutes.export, as: StaffContext.self) { request, context in
            PaymentFilter(request).export(context)
        }
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let page = try await PaymentFilter(request).page(
            request,
            context,
            file: ConsolePaymentRoutes.export.path()
        )
        return PortalPage.console(title: "Payments", section: .payments, request, context) {
            ConsolePaymentListView(page: page, request: request)
        }
    }
}

extension PaymentFilter: ListFilter {
    static let name = ListName.consolePayments
    static let file: [FileColumn<PaymentWithPayer>] = [
        FileColumn("Payment") { $0.payment.id.text },
        FileColumn("Customer") { $0.customerName },
        FileColumn("E-mail") { $0.email },
        FileColumn("Invoice") { $0.invoiceNumber ?? "" },
        FileColumn("Way") { $0.payment.channel.rawValue },
        FileColumn("Reference") { $0.payment.reference ?? "" },
        FileColumn("Status") { $0.payment.status.rawValue },
        FileColumn("Amount") { $0.payment.amount.decimalText },
        FileColumn("Given back") { $0.payment.refunded.decimalText },
        FileColumn("Currency") { $0.payment.amount.currency.code },
        FileColumn("Begun") { $0.payment.createdAt.rfc3339 },
        FileColumn("Settled") { $0.payment.settledAt?.rfc3339 ?? "" },
        FileColumn("Why") { $0.payment.failure ?? "" },
    ]

    /// What the address of the list asks for.
    init(_ request: Request) {
        let last = request.search("to").flatMap { Date(day: $0) }
        self.init(
            customer: request.search("customer_id").flatMap { ID<Customer>($0) },
            status: request.filter("status", PaymentRecord.Status.self),
            from: request.search("from").flatMap { Date(day: $0) },
            before: last?.addingTimeInterval(86_400),
            text: request.search("q"),
            sorting: Sorting(request)
        )
    }

    var isActive: Bool {
        customer != nil || status != nil || from != nil || before != nil || text != nil
    }

    func rows(_ session: Session, after place: [String]?, most: Int) throws -> [PaymentWithPayer] {
        try session.paymentsWithPayers(self, after: place, most: most)
    }

    func place(of row: PaymentWithPayer) -> [String] { place(of: row.payment) }
}

/// All payments with their search.
struct ConsolePaymentListView: View {
    let page: ListPage<PaymentFilter>
    let request: Request

    var body: HTML {
        ListView("Payments", page, columns, empty: empty) {
            Filter(
                search: "Search",
                "q",
                page.filter.text,
                hint: "Name, e-mail, reference or identifier"
            )
            Filter(
                "Status",
                "status",
                page.filter.status?.rawValue,
                all: "All",
                PaymentRecord.Status.allCases.map { ($0.rawValue, $0.badge.text) }
            )
            Filter(date: "Begun from", "from", request.query["from"])
            Filter(date: "To", "to", request.query["to"])
        }.body
    }

    private var columns: [ListColumn<PaymentFilter>] {
        [
            ListColumn("payment", "Payment") { each in
                Stacked {
                    a(.href(ConsolePaymentRoutes.show.path(each.payment.id)), .classes("strong")) {
                        each.payment.channel.label
                    }
                    if let reference = each.payment.reference {
                        span(.classes("soft", "small")) { reference }
                    }
                }
            },
            ListColumn("customer", "Customer") { each in
                Stacked {
                    a(.href(ConsoleCustomerRoutes.show.path(each.payment.customer))) {
                        each.customerName
                    }
                    EmailText(each.email)
                }
            },
            ListColumn("invoice", "Invoice") { each in
                a(
                    .href(ConsoleOrderRoutes.invoice.path(each.payment.invoice)),
                    .classes("whole")
                ) {
                    each.invoiceNumber ?? "Draft"
                }
            },
            ListColumn("status", "Status") { $0.payment.status.badge },
            .number("amount", "Amount", sort: .amount) {
                Amount($0.payment.amount, showsCode: true)
            },
            .number("refunded", "Given back") { each in
                if each.payment.refunded.isZero { "–" } else { Amount(each.payment.refunded) }
            },
            ListColumn("date", "Begun", sort: .date) { Moment($0.payment.createdAt) },
        ]
    }

    private var empty: EmptyState {
        EmptyState(
            page.filter.isActive ? "No payment fits" : "No payments yet",
            page.filter.isActive
                ? "Search for part of a name or an address, a reference, or any identifier."
                : "Each attempt to pay is one, whatever becomes of it.",
            icon: "credit-card"
        )
    }
}
