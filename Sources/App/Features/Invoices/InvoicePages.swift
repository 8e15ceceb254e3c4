import Core
import Markup
import Web
import Wire

/// The pages of a customer's invoices.
enum InvoicePages {
    static func add(to router: inout Router<Services>) {
        router.on(InvoiceRoutes.list, as: CustomerContext.self, list)
        router.on(InvoiceRoutes.show, as: CustomerContext.self, show)
    }

    private static func list(
        _ request: Request,
        _ context: CustomerContext
    ) async throws -> Response {
        let before = request.query["before"].flatMap { ID<Invoice>($0) }
        let invoices = try await Invoices(context.services).list(
            for: context.user.scope,
            before: before,
            most: ListPart<InvoiceRecord>.size + 1
        )
        let part = ListPart(invoices, after: before != nil, path: InvoiceRoutes.list.path()) {
            $0.id.text
        }
        return PortalPage.response(title: "Invoices", request, context) {
            InvoiceListView(part: part)
        }
    }

    private static func show(
        _ request: Request,
        _ context: CustomerContext,
        _ id: ID<Invoice>
    ) async throws -> Response {
        let found = try await Invoices(context.services).show(id, for: context.user.scope)
        return PortalPage.response(
            title: found.invoice.label,
            request,
            context,
            width: .narrow
        ) {
            InvoiceView(
                invoice: found.invoice,
                lines: found.lines,
                email: context.user.email,
                name: context.user.fullName
            )
        }
    }
}
