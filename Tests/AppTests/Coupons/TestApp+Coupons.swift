import Foundation
import Testing
import Wire

extension TestApp {
    /// Makes a coupon as staff do; it is for one period unless something else is said.
    @discardableResult
    func makeCoupon(_ code: String, _ fields: [String: JSON]) async throws -> JSON {
        var body: JSON = ["code": .string(code), "duration": "once"]
        for (name, value) in fields { body = body.setting(name, value) }
        let answer = try await api.post(
            "/api/v1/admin/coupons",
            json: body,
            token: try await token(of: "billing")
        )
        try #require(answer.status == 201, "\(answer.text)")
        return answer.json
    }

    /// The code of the refusal of an order with a coupon; nil when it was placed.
    func refusal(
        of coupon: String,
        by person: Person,
        plan slug: String = "starter"
    ) async throws -> String? {
        let item: JSON = ["plan_id": .string(try await plan(slug)), "billing_cycle": "monthly"]
        let answer = try await api.post(
            "/api/v1/orders",
            json: ["items": [item], "coupon_code": .string(coupon)],
            token: person.token
        )
        guard answer.status != 201 else { return nil }
        #expect(answer.status == 422, "\(answer.text)")
        return answer.fieldCodes["coupon_code"]
    }
}
