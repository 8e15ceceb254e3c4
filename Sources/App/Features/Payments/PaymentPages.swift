import Core
import Foundation
import Markup
import Support
import Web
import Wire

/// The pages of a customer's own payments.
enum PaymentPages {
    static func add(to router: inout Router<Services>) {
        router.on(PaymentRoutes.list, as: CustomerContext.self, list)
        router.on(PaymentRoutes.export, as: CustomerContext.self) { request, context in
            OwnPaymentFilter(request, context).export(context)
        }
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let page = try await OwnPaymentFilter(request, context).page(
            request,
            context,
            file: PaymentRoutes.export.path()
        )
        return PortalPage.response(title: "Payments", request, context) {
            PaymentListView(page: page)
        }
    }
}

extension OwnPaymentFilter: ListFilter {
    init(_ request: Request, _ context: CustomerContext) {
        self.init(
            customer: context.user.scope.customer,
            state: request.filter("status", PaymentState.self),
            sorting: Sorting(request)
        )
    }

    static let name = ListName.payments
    static let file: [FileColumn<OwnPayment>] = [
        FileColumn("Payment") { $0.idText },
        FileColumn("Date") { $0.at.rfc3339 },
        FileColumn("Invoice") { $0.invoiceNumber ?? "" },
        FileColumn("Order") { $0.orderNumber.map { String($0) } ?? "" },
        FileColumn("Paid by") { $0.means.label },
        FileColumn("Reference") { $0.reference ?? "" },
        FileColumn("Status") { $0.state.rawValue },
        FileColumn("Amount") { $0.amount.decimalText },
        FileColumn("Refunded") { $0.refunded.decimalText },
        FileColumn("Currency") { $0.amount.currency.code },
    ]

    var isActive: Bool { state != nil }
}
