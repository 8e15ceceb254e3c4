package import Core
import Foundation
import Postgres

/// A cart with the server's prices and what they come to, with discount and tax.
package struct BilledQuote: Sendable {
    package let lines: [Quote.Line]
    package let bill: Bill

    init(_ quote: Quote, for customer: ID<Customer>?, _ session: Session, now: Date) throws {
        lines = quote.lines
        bill = try Bill(quote.items, quote.currency, for: customer, session, now: now)
    }
}
