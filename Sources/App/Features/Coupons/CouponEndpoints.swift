import Core
import Foundation
import Support
package import Web

/// Coupons over the API.
package enum CouponEndpoints {
    static let status = QueryParameter(
        "status",
        CouponRecord.Status.self,
        "Only those that stand like this."
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/admin/coupons"),
        tag: "Admin",
        "List coupons, newest first.",
        output: Page<CouponBody>.self,
        query: [status] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/coupons/:id", ID<Coupon>.self),
        tag: "Admin",
        "Show a coupon.",
        output: CouponBody.self
    )
    static let uses = Endpoint(
        Route(.get, "/api/v1/admin/coupons/:id/uses", ID<Coupon>.self),
        tag: "Admin",
        "List who has taken a coupon, newest first.",
        output: Page<CouponUseBody>.self,
        query: PageRequest.parameters
    )
    static let create = Endpoint(
        Route(.post, "/api/v1/admin/coupons"),
        tag: "Admin",
        "Make a coupon.",
        details: "What a coupon promises is never changed: end it, and make another.",
        input: NewCouponBody.self,
        output: CouponBody.self,
        status: 201,
        problems: [.couponCodeIsTaken],
        isIdempotent: true
    )
    static let end = Endpoint(
        Route(.delete, "/api/v1/admin/coupons/:id", ID<Coupon>.self),
        tag: "Admin",
        "End a coupon; whoever has taken it keeps it.",
        output: NoBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let now = context.services.clock.now
            let filter = CouponFilter(status: try request.value(of: status), now: now)
            let part = try PageRequest(request, list: "coupons", keys: 1)
            let after = part.after.flatMap { ID<Coupon>($0[0]) }
            let rows = try await context.services.database.transaction(for: .system) {
                try $0.coupons(
                    filter,
                    after: after.map { ["", $0.uuid.uuidString] },
                    most: part.rowsToRead
                )
            }
            return part.page(rows, keys: { [$0.id.text] }) { CouponBody($0, now: now) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            let coupon = try await Coupons(context.services).show(id)
            return CouponBody(coupon, now: context.services.clock.now)
        }
        router.on(uses, as: StaffContext.self) { request, context, id in
            _ = try await Coupons(context.services).show(id)
            let part = try PageRequest(request, list: "coupon_uses", keys: 1)
            let after = part.after.flatMap { ID<CouponTaking>($0[0]) }
            let rows = try await context.services.database.transaction(for: .system) {
                try CouponUseFilter(coupon: id).rows(
                    $0,
                    after: after.map { ["", $0.uuid.uuidString] },
                    most: part.rowsToRead
                )
            }
            return part.page(rows, keys: { [$0.id.text] }) { CouponUseBody($0) }
        }
        router.on(create, as: BillingContext.self) { input, request, context in
            let coupon = try await Coupons(context.services).create(
                try input.coupon(),
                by: context.user.id,
                actor: context.user.actor(request)
            )
            return CouponBody(coupon, now: context.services.clock.now)
        }
        router.on(end, as: BillingContext.self) { request, context, id in
            _ = try await Coupons(context.services)
                .end(id, actor: context.user.actor(request))
        }
    }
}
