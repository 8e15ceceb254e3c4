import Core
import Cryptography
import Foundation
import Postgres
import Support
import Testing
import Wire

@testable import App

@Suite struct InvoicePDFTests {
    private static let path = "/api/v1/invoices/"

    /// The invoice of an order that was bought.
    private func paidInvoice(_ app: TestApp, by person: Person) async throws -> String {
        try #require(try await app.buy(by: person, domain: "on-paper.com")["invoice_id"]?.string)
    }

    @Test func `an issued invoice has a file that is kept and served again`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let id = try await paidInvoice(app, by: person)
            let shown = try await app.api.get(Self.path + id, token: person.token).json
            let number = try #require(shown["number"]?.string)
            let first = try await app.api.get(Self.path + id + "/pdf", token: person.token)
            #expect(first.status == 200)
            #expect(first.headers["Content-Type"] == "application/pdf")
            #expect(first.headers["Content-Disposition"]?.contains("\(number).pdf") == true)
            #expect(first.body.starts(with: Array("%PDF-1.7".utf8)))
            let stored = try await app.services.database.transaction(for: .system) {
                try $0.storedPDF(of: try #require(ID<Invoice>(id)))
            }
            #expect(stored?.bytes == first.body)
            #expect(stored?.sha256 == SHA256.hash(first.body))
            let second = try await app.api.get(Self.path + id + "/pdf", token: person.token)
            #expect(second.body == first.body)
            #expect(second.headers["ETag"] == first.headers["ETag"])
        }
    }

    @Test func `a draft has no file`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let person = try await app.register()
            let order = try await app.placeOrder(by: person)
            let id = try #require(order["invoice_id"]?.string)
            let answer = try await app.api.get(Self.path + id + "/pdf", token: person.token)
            #expect(answer.status == 409)
            #expect(answer.code == "invoice_is_draft")
            try await app.logInToPortal()
            let staff = try await app.token(of: "support")
            #expect(try await app.api.get(Self.path + id + "/pdf", token: staff).status == 409)
            let invoice = try #require(ID<Invoice>(id))
            await #expect(throws: DatabaseError.self) {
                try await app.services.database.transaction(for: .system) { session in
                    let customer = try #require(try session.invoice(invoice)).customer
                    let file = StoredPDF(bytes: [1], sha256: SHA256.hash([1]))
                    try session.keepPDF(file, of: invoice, customer: customer, now: TestApp.start)
                }
            }
        }
    }

    @Test func `many first requests get one file`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let path = Self.path + (try await paidInvoice(app, by: person)) + "/pdf"
            let files = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for _ in 0..<12 {
                    group.addTask { try await app.api.get(path, token: person.token).body }
                }
                return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
            }
            #expect(files.count == 1)
            #expect(files.first?.starts(with: Array("%PDF".utf8)) == true)
        }
    }

    @Test func `a file is its customer's and staff's alone`() async throws {
        try await TestApp.run { app in
            let (one, other) = (try await app.register(), try await app.register())
            let id = try await paidInvoice(app, by: one)
            let path = Self.path + id + "/pdf"
            #expect(try await app.api.get(path, token: other.token).status == 404)
            #expect(try await app.api.get(path).status == 401)
            let staff = try await app.token(of: "support")
            let file = try await app.api.get(path, token: staff)
            #expect(file.status == 200)
            #expect(try await app.api.get(path, token: other.token).status == 404)
            #expect(try await app.api.get(path, token: one.token).body == file.body)
            let invoice = try #require(ID<Invoice>(id))
            let stranger = ID<Customer>(app.services.ids.next())
            let seen = try await app.services.database.transaction(for: .customer(stranger)) {
                try $0.storedPDF(of: invoice)
            }
            #expect(seen == nil)
        }
    }

    @Test func `a stored file is served as it is`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let id = try await paidInvoice(app, by: person)
            let invoice = try #require(ID<Invoice>(id))
            // The receipt that goes by mail has made the file already, or this makes it.
            _ = try await app.api.get(Self.path + id + "/pdf", token: person.token)
            let kept = Array("what was handed out".utf8)
            let owner = Database(app.prepared.ownerConninfo, connections: 1, log: .silent)
            try await owner.transaction { session in
                try session.run(
                    """
                    UPDATE invoice_pdfs SET bytes = \(kept), sha256 = \(SHA256.hash(kept))
                    WHERE invoice_id = \(invoice.uuid)
                    """
                )
            }
            let answer = try await app.api.get(Self.path + id + "/pdf", token: person.token)
            #expect(answer.body == kept)
        }
    }

    @Test func `a file that does not fit its hash is not stored`() async throws {
        try await TestApp.run { app in
            let person = try await app.register()
            let invoice = try #require(ID<Invoice>(try await paidInvoice(app, by: person)))
            await #expect(throws: DatabaseError.self) {
                try await app.services.database.transaction(for: .system) { session in
                    let customer = try #require(try session.invoice(invoice)).customer
                    let file = StoredPDF(bytes: [1], sha256: SHA256.hash([2]))
                    try session.keepPDF(file, of: invoice, customer: customer, now: TestApp.start)
                }
            }
        }
    }

    @Test func `the pages of an invoice lead to its file`() async throws {
        try await TestApp.run { app in
            let ann = try await app.logIn("customer")
            let id = try await paidInvoice(app, by: ann)
            try await app.logInToPortal()
            let page = try await app.portal.get("/invoices/\(id)")
            #expect(page.text.contains("href=\"/invoices/\(id)/pdf\""))
            let file = try await app.portal.get("/invoices/\(id)/pdf")
            #expect(file.status == 200)
            #expect(file.body.starts(with: Array("%PDF-1.7".utf8)))
            let order = try await app.placeOrder(by: ann)
            let draft = try #require(order["invoice_id"]?.string)
            #expect(!(try await app.portal.get("/invoices/\(draft)")).text.contains("/pdf"))
            #expect(try await app.portal.get("/invoices/\(draft)/pdf").status == 409)
        }
    }
}
