package import Core
import Cryptography
package import Foundation
import Postgres
import Support
import Web
import Wire

/// Links that let whoever has one see and pay one invoice without logging in.
///
/// A link is a random token, of which the hash alone is stored. It opens its invoice and nothing
/// else, ends by itself, and can be ended by staff and by the customer.
package struct InvoiceLinks: Sendable {
    /// A reminder's link has to outlast the time until a service ends.
    static let validDays = 90.0

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// A link, as its holder gets it.
    package struct Link: Sendable {
        package let address: String
        package let expiresAt: Date
    }

    /// What a link opens.
    struct Opened: Sendable {
        let id: ID<InvoiceLink>
        let invoice: ID<Invoice>
        let customer: ID<Customer>

        var scope: Scope { .customer(customer) }
    }

    /// Makes another link to each of some invoices.
    static func make(
        for invoices: [InvoiceRecord],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> [ID<Invoice>: Link] {
        let tokens = invoices.map { _ in OpaqueToken.make() }
        let expiresAt = now.addingTimeInterval(validDays * 86_400)
        try session.storeLinks(
            invoices.map { _ in ID(services.ids.next()) },
            to: invoices,
            hashes: tokens.map { OpaqueToken.hash($0) },
            expiresAt: expiresAt,
            now: now
        )
        let links = zip(invoices, tokens).map { invoice, token in
            let path = InvoiceLinkRoutes.show.path(token)
            let address = services.configuration.portalURL + path
            return (invoice.id, Link(address: address, expiresAt: expiresAt))
        }
        return Dictionary(links) { first, _ in first }
    }

    /// Makes a link that somebody asks for, to hand it on.
    ///
    /// - Throws: a conflict for a draft, which is not for anybody's eyes yet.
    package func make(
        to id: ID<Invoice>,
        for scope: Scope,
        actor: Actor
    ) async throws -> Link {
        let services = services
        let now = services.clock.now
        return try await services.database.transaction(for: scope) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            guard invoice.number != nil else { throw Problem.invoiceIsDraft }
            let link = try InvoiceLinks.make(for: [invoice], session, services, now: now)[id]
                .orThrow(Problem.notFound)
            try session.record(
                AuditEntry(actor, "invoice.link", id, customer: invoice.customer),
                now: now
            )
            return link
        }
    }

    /// Ends all links to an invoice.
    package func revoke(_ id: ID<Invoice>, for scope: Scope, actor: Actor) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: scope) { session in
            let invoice = try session.invoice(id).orThrow(Problem.notFound)
            try session.revokeLinks(of: id, now: now)
            try session.record(
                AuditEntry(actor, "invoice.revoke_links", id, customer: invoice.customer),
                now: now
            )
        }
    }

    /// What a token opens; nil for one that was never given out, has ended, or leads to a draft.
    /// Nobody is told which of these it is.
    func open(_ token: String) async throws -> Opened? {
        let now = services.clock.now
        guard (20...100).contains(token.utf8.count) else { return nil }
        return try await services.database.transaction(for: .system) {
            try $0.link(hash: OpaqueToken.hash(token), now: now)
        }
    }

    /// Notes that a link was used to pay.
    func markUsed(_ link: Opened) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: link.scope) {
            try $0.markLinkUsed(link.id, now: now)
        }
    }
}

extension Problem {
    static let invoiceIsDraft = conflict(
        "invoice_is_draft",
        "The invoice is a draft. Issue it first."
    )
}
