import Core
import Foundation
import Support
import Web

extension RateClass {
    /// Panels report each thing that is made or removed.
    static let usage = RateClass("usage", limit: 60_000, perSeconds: 60)
}

/// What licences use, reported by panels and shown to their owners and to staff.
enum UsageEndpoints {
    static let customer = LicenseEndpoints.customer
    static let resource = QueryParameter(
        "resource_type",
        LicensedResource.self,
        "Only what is about this."
    )

    static let update = Endpoint(
        Route(.post, "/api/v1/usage/update"),
        tag: "Usage",
        "Report what was made or removed.",
        details: "What is reported counts even beyond the quota; no more is then allowed.",
        input: NewUsage.self,
        output: UsageBody.self,
        problems: [
            .panelUnauthorized("The key, its secret or the signature is wrong."),
            .missingScope(.writeUsage), .reusedSignature, .licenseNotFound, .eventReused,
        ]
    )
    static let quota = Endpoint(
        Route(.get, "/api/v1/usage/quota"),
        tag: "Usage",
        "What each licence allows and uses.",
        details: "A customer's own; staff see all.",
        output: Page<LicenseUsageBody>.self,
        query: [customer] + PageRequest.parameters
    )
    static let report = Endpoint(
        Route(.get, "/api/v1/usage/report"),
        tag: "Usage",
        "The sums over all good licences.",
        output: UsageReportBody.self,
        query: [customer]
    )
    static let alerts = Endpoint(
        Route(.get, "/api/v1/usage/alerts"),
        tag: "Usage",
        "What is nearly used up, or is, fullest first.",
        details: "The first hundred; there are no further pages.",
        output: Page<UsageAlertBody>.self,
        query: [customer]
    )
    static let history = Endpoint(
        Route(.get, "/api/v1/usage/history/:license_id", ID<License>.self),
        tag: "Usage",
        "What panels have reported about a licence, newest first.",
        output: Page<UsageEventBody>.self,
        query: [resource] + PageRequest.parameters
    )

    static func add(to router: inout Router<Services>) {
        router.on(update, as: PanelContext<WritesUsage>.self, limit: .usage) { input, _, context in
            let key = try LicenseKey(input.licenseKey).orThrow(Problem.licenseNotFound)
            let after = try await UsageUpdates(context.services).record(
                input.change,
                of: input.resource,
                licenseKey: key,
                event: input.event,
                by: context.key.id
            )
            return UsageBody(
                status: "success",
                license: after.license,
                resource: input.resource,
                count: after.used,
                most: after.most
            )
        }
        addReports(to: &router)
    }

    private static func addReports(to router: inout Router<Services>) {
        router.on(quota, as: SignedInContext.self) { request, context in
            let part = try PageRequest(request, list: "quota.-id", keys: 1)
            let licenses = try await Licenses(context.services).list(
                for: context.user.scope,
                Licenses.Filter(customer: try request.value(of: customer)),
                before: part.after.flatMap { ID($0[0]) },
                most: part.rowsToRead
            )
            let now = context.services.clock.now
            return part.page(licenses, keys: { [$0.id.text] }) { LicenseUsageBody($0, now: now) }
        }
        router.on(report, as: SignedInContext.self) { request, context in
            let totals = try await UsageReports(context.services).totals(
                for: context.user.scope,
                customer: try request.value(of: customer)
            )
            return UsageReportBody(totals, at: context.services.clock.now)
        }
        router.on(alerts, as: SignedInContext.self) { request, context in
            let alerts = try await UsageReports(context.services).alerts(
                for: context.user.scope,
                customer: try request.value(of: customer),
                most: 100
            )
            return Page(data: alerts.map { UsageAlertBody($0) })
        }
        router.on(history, as: SignedInContext.self) { request, context, license in
            let part = try PageRequest(request, list: "usage.-at.\(license.text)", keys: 2)
            let events = try await UsageReports(context.services).history(
                of: license,
                for: context.user.scope,
                resource: try request.value(of: resource),
                before: part.after.flatMap { keys in
                    Date(cursorKey: keys[0]).map { (at: $0, event: keys[1]) }
                },
                most: part.rowsToRead
            )
            return part.page(events, keys: { [$0.at.cursorKey, $0.id] }) { UsageEventBody($0) }
        }
    }
}
