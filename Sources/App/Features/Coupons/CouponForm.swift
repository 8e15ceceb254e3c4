import Core
import Foundation
import Web

/// What stands in the form of a new coupon.
enum CouponForm {
    static let codeMessage =
        "Use 2 to 40 letters, digits, - and _, beginning with a letter or digit."

    /// - Throws: ``Web/FormErrors``, or a ``Web/Problem`` of a field.
    static func read(_ form: inout FormReader, _ currency: Currency) throws -> NewCoupon {
        let code = form.parse("code", codeMessage) { CouponCode($0) }
        let note = form.optional("note")
        let percent = form.parseOptional(
            "percent",
            "Enter a number up to 100, such as 10 or 12.5.",
            points
        )
        let amount = form.parseOptional("amount", "Enter an amount such as 5 or 5.50.") { text in
            Money(typed: text, currency).flatMap { $0.isPositive ? $0 : nil }
        }
        if (percent == nil) == (amount == nil) {
            form.fail("percent", "Enter a percentage or an amount, and not both.")
        }
        let duration = form.choice("duration", CouponDuration.self)
        let periods = form.parseOptional("periods", "Enter a whole number up to 1000.") {
            number($0, most: 1_000)
        }
        if duration == .periods, periods == nil {
            form.fail("periods", "Say for how many periods.")
        }
        let validity = (day("valid_from", &form), day("valid_to", &form))
        let limits = (limit("total_limit", &form), limit("customer_limit", &form))
        let plans = form.all("plans").compactMap { ID<Plan>($0) }
        let (new, kind) = try form.values(code, duration)
        let amounts = amount.map { [$0] } ?? []
        return NewCoupon(
            code: new,
            note: note,
            terms: try CouponTerms(
                checking: percent.map { .percent(basisPoints: $0) },
                amounts,
                CouponTerms.Duration(kind, periods: periods),
                plans: plans.isEmpty ? nil : Set(plans),
                isForFirstOrderOnly: form.flag("first_order_only"),
                validity: validity,
                limits: limits
            ),
            amounts: amounts
        )
    }

    /// Hundredths of a per cent, of `10`, `12.5` or `12.34`.
    private static func points(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Int64(parts[0]), whole >= 0 else {
            return nil
        }
        let digits = parts.count == 2 ? parts[1] : "0"
        guard (1...2).contains(digits.count), let part = Int64(digits), part >= 0,
            whole <= 100
        else { return nil }
        let points = whole * 100 + (digits.count == 1 ? part * 10 : part)
        return (1...10_000).contains(points) ? points : nil
    }

    private static func day(_ name: String, _ form: inout FormReader) -> Date? {
        form.parseOptional(name, "Enter a day such as 2026-12-31.") { Date(day: $0) }
    }

    private static func limit(_ name: String, _ form: inout FormReader) -> Int? {
        form.parseOptional(name, "Enter a whole number, or nothing for no limit.") {
            number($0, most: 1_000_000)
        }
    }

    private static func number(_ text: String, most: Int) -> Int? {
        Int(text).flatMap { (1...most).contains($0) ? $0 : nil }
    }
}
