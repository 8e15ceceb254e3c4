import App
import Core
import Foundation

/// An invoice of a page, as most are.
enum SampleInvoice {
    static let document = InvoiceDocument(
        number: "INV-2026-000123",
        seller: party("Example Hosting", "1 Example Street"),
        buyer: party("Ada Example", "12 Sample Road"),
        issuedAt: issuedAt,
        dueAt: issuedAt,
        lines: lines,
        subtotal: lines.map(\.amount).sum(.usd),
        discount: .zero(.usd),
        taxes: [],
        total: lines.map(\.amount).sum(.usd),
        paid: lines.map(\.amount).sum(.usd),
        stamp: .paid(issuedAt)
    )

    private static let issuedAt = Date(timeIntervalSince1970: 1_795_000_000)

    private static let lines = (1...12).map { index in
        InvoiceDocument.Line(
            description: "Business hosting, monthly, account \(index)",
            quantity: 1,
            unitPrice: Money(minorUnits: 2_900, .usd),
            discount: .zero(.usd),
            tax: .zero(.usd),
            amount: Money(minorUnits: 2_900, .usd)
        )
    }

    private static func party(_ name: String, _ street: String) -> Party {
        Party(
            name: name,
            company: nil,
            email: "mail@example.com",
            address: [street, "12345 Springfield", "DE"]
        )
    }
}
