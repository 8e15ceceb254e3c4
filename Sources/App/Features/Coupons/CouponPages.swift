import Core
import Foundation
import Markup
import Postgres
import Support
import Web
import Wire

/// Coupons as staff see, make and end them.
enum CouponPages {
    static func add(to router: inout Router<Services>) {
        router.on(CouponRoutes.list, as: StaffContext.self, list)
        router.on(CouponRoutes.export, as: StaffContext.self, export)
        router.on(CouponRoutes.new, as: BillingContext.self, new)
        router.on(CouponRoutes.create, as: BillingContext.self, create)
        router.on(CouponRoutes.show, as: StaffContext.self, show)
        router.on(CouponRoutes.exportUses, as: StaffContext.self, exportUses)
        router.on(CouponRoutes.askEnd, as: BillingContext.self, askEnd)
        router.on(CouponRoutes.end, as: BillingContext.self, end)
    }

    private static func list(_ request: Request, _ context: StaffContext) async throws -> Response {
        let filter = CouponFilter(request, now: context.services.clock.now)
        let page = try await filter.page(request, context, file: CouponRoutes.export.path())
        return PortalPage.console(title: "Coupons", section: .coupons, request, context) {
            CouponListView(page: page, rights: context.rights)
        }
    }

    private static func export(
        _ request: Request,
        _ context: StaffContext
    ) async throws -> Response {
        CouponFilter(request, now: context.services.clock.now).export(context)
    }

    private static func new(_ request: Request, _ context: BillingContext) async throws -> Response
    {
        try await formPage(request, context, FormErrors(values: ["duration": "once"]))
    }

    private static func create(
        _ request: Request,
        _ context: BillingContext
    ) async throws -> Response {
        let services = context.services
        let plans = try await Plans(services).list(includingRetired: true)
        return try await FormRetry.response(FormReader(try request.form())) { errors, status in
            formPage(request, context, errors, plans, status: status)
        } _: { form in
            let new = try CouponForm.read(&form, services.configuration.currency)
            let coupon: CouponRecord
            do {
                coupon = try await Coupons(services).create(
                    new,
                    by: context.user.id,
                    actor: context.user.actor(request)
                )
            } catch let problem as Problem where problem == .couponCodeIsTaken {
                form.fail("code", "There is a coupon with this code already.")
                throw form.errors
            }
            return PortalPage.redirect(
                to: CouponRoutes.show.path(coupon.id),
                context,
                saying: "\(coupon.code) can be used."
            )
        }
    }

    private static func show(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Coupon>
    ) async throws -> Response {
        let now = context.services.clock.now
        let file = try await CouponFile.read(id, context.services)
        let uses = try await CouponUseFilter(coupon: id, sorting: Sorting(request)).page(
            request,
            context,
            file: CouponRoutes.exportUses.path(id)
        )
        return PortalPage.console(
            title: file.coupon.code.text,
            section: .coupons,
            request,
            context
        ) { CouponFileView(file: file, uses: uses, now: now, rights: context.rights) }
    }

    private static func exportUses(
        _ request: Request,
        _ context: StaffContext,
        _ id: ID<Coupon>
    ) async throws -> Response {
        // Whoever asks for a coupon that is not there learns that before the file begins.
        _ = try await Coupons(context.services).show(id)
        return CouponUseFilter(coupon: id, sorting: Sorting(request)).export(context)
    }

    private static func askEnd(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Coupon>
    ) async throws -> Response {
        let coupon = try await Coupons(context.services).show(id)
        return PortalPage.console(title: "End a coupon", section: .coupons, request, context) {
            ConfirmationView(
                heading: "End \(coupon.code)?",
                back: (coupon.code.text, CouponRoutes.show.path(id)),
                consequences: [
                    "Nobody can take it any more, and it cannot be begun again.",
                    "Who has taken it keeps what it promised.",
                ],
                path: CouponRoutes.end.path(id),
                token: context.csrfToken,
                confirm: "End the coupon"
            )
        }
    }

    private static func end(
        _ request: Request,
        _ context: BillingContext,
        _ id: ID<Coupon>
    ) async throws -> Response {
        _ = try await Coupons(context.services).end(id, actor: context.user.actor(request))
        return PortalPage.redirect(
            to: CouponRoutes.show.path(id),
            context,
            saying: "The coupon is ended."
        )
    }

    private static func formPage(
        _ request: Request,
        _ context: BillingContext,
        _ form: FormErrors
    ) async throws -> Response {
        let plans = try await Plans(context.services).list(includingRetired: true)
        return formPage(request, context, form, plans)
    }

    private static func formPage(
        _ request: Request,
        _ context: BillingContext,
        _ form: FormErrors,
        _ plans: [PlanRecord],
        status: Int = 200
    ) -> Response {
        PortalPage.console(
            title: "New coupon",
            section: .coupons,
            request,
            context,
            status: status
        ) {
            CouponFormView(
                form: form,
                plans: plans,
                currency: context.services.configuration.currency,
                token: context.csrfToken
            )
        }
    }
}

/// A coupon and what was done to it.
struct CouponFile: Sendable {
    let coupon: CouponRecord
    let plans: [PlanRecord]
    let history: [StoredAuditEntry]

    static func read(_ id: ID<Coupon>, _ services: Services) async throws -> CouponFile {
        let plans = try await Plans(services).list(includingRetired: true)
        return try await services.database.transaction(for: .system) { session in
            CouponFile(
                coupon: try session.coupon(id).orThrow(Problem.notFound),
                plans: plans,
                history: try session.newestAuditEntries(
                    ofType: Coupon.idPrefix,
                    id: id.text,
                    most: 20
                )
            )
        }
    }
}

extension CouponFilter {
    init(_ request: Request, now: Date) {
        self.init(
            text: request.search("q"),
            status: request.filter("status", CouponRecord.Status.self),
            sorting: Sorting(request),
            now: now
        )
    }

    static let name = ListName.consoleCoupons
    static let file: [FileColumn<CouponRecord>] = [
        FileColumn("Identifier") { $0.id.text },
        FileColumn("Code") { $0.code.text },
        FileColumn("Note") { $0.note ?? "" },
        FileColumn("Takes off") { $0.terms.reduction.words },
        FileColumn("For") { $0.terms.duration.words },
        FileColumn("First order only") { $0.terms.isForFirstOrderOnly ? "yes" : "no" },
        FileColumn("From") { $0.terms.validFrom?.date.rfc3339 ?? "" },
        FileColumn("To") { $0.terms.validTo?.date.rfc3339 ?? "" },
        FileColumn("Used") { String($0.used) },
        FileColumn("Limit") { $0.terms.totalLimit.map { String($0) } ?? "" },
        FileColumn("Limit a customer") { $0.terms.customerLimit.map { String($0) } ?? "" },
        FileColumn("Made") { $0.createdAt.rfc3339 },
        FileColumn("Ended") { $0.endedAt?.rfc3339 ?? "" },
    ]

    var isActive: Bool { text != nil || status != nil }
}
