import Core
import Foundation
import Support
import Web

extension RateClass {
    /// Each answer shows a secret.
    static let reveal = RateClass("reveal", limit: 60, perSeconds: 60)
}

/// Licences over the API.
enum LicenseEndpoints {
    static let customer = QueryParameter(
        "customer_id",
        ID<Customer>.self,
        "Only those of this customer."
    )
    static let status = QueryParameter("status", LicenseStatus.self, "Only those in this state.")

    static let validate = Endpoint(
        Route(.post, "/api/v1/licenses/validate"),
        tag: "Licences",
        "Ask whether a licence allows something.",
        details: "A refusal is an answer too: 200 with `valid: false` and the reason as `code`.",
        input: LicenseQuestion.self,
        output: LicenseAnswer.self,
        problems: [
            .panelUnauthorized("The key, its secret or the signature is wrong."),
            .missingScope(.validateLicenses), .reusedSignature,
        ]
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/licenses"),
        tag: "Licences",
        "List licences, newest first.",
        details: "A customer's own; staff see all.",
        output: Page<LicenseBody>.self,
        query: [customer] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/licenses/:id", ID<License>.self),
        tag: "Licences",
        "Show a licence.",
        output: LicenseBody.self
    )
    static let reveal = Endpoint(
        Route(.post, "/api/v1/licenses/:id/reveal", ID<License>.self),
        tag: "Licences",
        "Show a licence's whole key.",
        details: "Who has seen it is kept in the audit log.",
        output: RevealedLicenseBody.self
    )
    static let listAll = Endpoint(
        Route(.get, "/api/v1/admin/licenses"),
        tag: "Admin",
        "List all licences, newest first.",
        output: Page<LicenseBody>.self,
        query: [customer, status] + PageRequest.parameters
    )
    static let setStatus = Endpoint(
        Route(.put, "/api/v1/admin/licenses/:id/status", ID<License>.self),
        tag: "Admin",
        "Suspend, end or restore a licence.",
        input: NewLicenseStatus.self,
        output: LicenseBody.self
    )

    static func add(to router: inout Router<Services>, _ services: Services) {
        let checks = LicenseChecks(services)
        router.fast(validate, access: .panel) { checks.respond(to: $0) }
        router.on(list, as: SignedInContext.self) { request, context in
            let filter = Licenses.Filter(customer: try request.value(of: customer))
            return try await page(request, context.services, context.user.scope, filter)
        }
        router.on(show, as: SignedInContext.self) { _, context, id in
            let license = try await Licenses(context.services).show(id, for: context.user.scope)
            return LicenseBody(license, now: context.services.clock.now)
        }
        router.on(reveal, as: OrderingContext.self, limit: .reveal) { request, context, id in
            let (_, key) = try await Licenses(context.services).reveal(
                id,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
            return RevealedLicenseBody(id: id, licenseKey: key)
        }
        router.on(listAll, as: StaffContext.self) { request, context in
            let filter = Licenses.Filter(
                customer: try request.value(of: customer),
                status: try request.value(of: status)
            )
            return try await page(request, context.services, .system, filter)
        }
        router.on(setStatus, as: BillingContext.self) { input, request, context, id in
            let license = try await Licenses(context.services).setStatus(
                input.status,
                of: id,
                actor: context.user.actor(request)
            )
            return LicenseBody(license, now: context.services.clock.now)
        }
    }

    private static func page(
        _ request: Request,
        _ services: Services,
        _ scope: Scope,
        _ filter: Licenses.Filter
    ) async throws -> Page<LicenseBody> {
        let part = try PageRequest(request, list: "licenses.-id", keys: 1)
        let licenses = try await Licenses(services).list(
            for: scope,
            filter,
            before: part.after.flatMap { ID($0[0]) },
            most: part.rowsToRead
        )
        let now = services.clock.now
        return part.page(licenses, keys: { [$0.id.text] }) { LicenseBody($0, now: now) }
    }
}
