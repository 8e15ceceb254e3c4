import Core
import Support
package import Web

/// Looking for names, and the names one has.
package enum DomainEndpoints {
    static let check = Endpoint(
        Route(.post, "/api/v1/domains/check"),
        tag: "Domains",
        "Ask which names can be had.",
        input: DomainCheckBody.self,
        output: DomainFindingsBody.self
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/domains"),
        tag: "Domains",
        "List domain names, newest first.",
        output: Page<DomainBody>.self,
        query: PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/domains/:id", ID<DomainRecord>.self),
        tag: "Domains",
        "Show a domain name.",
        output: DomainBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(check, as: PublicContext.self, limit: .domainSearch) { input, _, context in
            let findings = try await DomainCheck(context.services).check(try input.domainNames())
            return DomainFindingsBody(data: findings.map { DomainFindingBody($0) })
        }
        router.on(list, as: SignedInContext.self) { request, context in
            let part = try PageRequest(request, list: "domains", keys: 1)
            let rows = try await DomainNames(context.services).list(
                for: context.user.scope,
                customer: context.user.customer,
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            return part.page(rows, keys: { [$0.id.text] }) { DomainBody($0) }
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            DomainBody(try await DomainNames(context.services).show(id, for: context.user.scope))
        }
    }
}
