import Core
import Foundation
import Support
package import Web

/// Customers, for staff.
package enum CustomerEndpoints {
    static let text = QueryParameter(
        "q",
        String.self,
        "A part of the name, the company or the address.",
        .length(1...100)
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/admin/customers"),
        tag: "Admin",
        "List customers, newest first.",
        output: Page<CustomerBody>.self,
        query: [text] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/customers/:id", ID<Customer>.self),
        tag: "Admin",
        "Show a customer.",
        output: CustomerBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let part = try PageRequest(request, list: "customers", keys: 1)
            let rows = try await Customers(context.services).list(
                matching: try request.value(of: text),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { CustomerBody($0) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            CustomerBody(try await Customers(context.services).show(id))
        }
    }
}

/// A customer as staff see one.
struct CustomerBody: APIModel {
    let id: ID<Customer>
    let name: String
    let company: String?
    let email: String
    let phone: String?
    let address: [String]
    let vatNumber: String?
    let createdAt: Date

    static let model = Model(
        "customer",
        "Somebody who pays.",
        CustomerBody.init(id:name:company:email:phone:address:vatNumber:createdAt:),
        Field("id", \.id, "Starts with cus_."),
        Field("name", \.name, "For people."),
        Field("company", \.company, "When it is one."),
        Field("email", \.email, "Where documents go."),
        Field("phone", \.phone, "Such as +15550100000."),
        Field("address", \.address, "Its lines from the street to the country."),
        Field("vat_number", \.vatNumber, "When one was told."),
        Field("created_at", \.createdAt, "Since when."),
    )
}

extension CustomerBody {
    init(_ customer: CustomerRecord) {
        self.init(
            id: customer.id,
            name: customer.name,
            company: customer.company,
            email: customer.email,
            phone: customer.phone.map { "+\($0.countryCode)\($0.number)" },
            address: customer.address?.lines ?? [],
            vatNumber: customer.vatNumber,
            createdAt: customer.createdAt
        )
    }
}
