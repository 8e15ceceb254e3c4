import Core
import Web

/// All payments in figures.
struct PaymentSummaryBody: APIModel {
    let data: [PaymentSumsBody]

    static let model = Model(
        "payment_summary",
        "Payments in figures.",
        PaymentSummaryBody.init,
        Field("data", \.data, "One entry a currency."),
    )
}

struct PaymentSumsBody: APIModel {
    let currency: String
    let captured: PaymentCountBody
    let refunded: PaymentCountBody
    let fees: PaymentCountBody
    let disputed: PaymentCountBody
    let failed: PaymentCountBody

    static let model = Model(
        "payment_sums",
        "The payments of one currency, and what became of them.",
        PaymentSumsBody.init,
        Field("currency", \.currency, "ISO 4217 code."),
        Field("captured", \.captured, "Paid and placed, by when the money was ours."),
        Field("refunded", \.refunded, "What went back of that, by when it did."),
        Field(
            "fees",
            \.fees,
            "What the processor kept less what it gave back, by when it was booked; in the "
                + "currency that it keeps them in."
        ),
        Field("disputed", \.disputed, "What banks disputed, however it ended, by when they did."),
        Field("failed", \.failed, "Attempts that brought nothing, by when they were begun."),
    )
}

struct PaymentCountBody: APIModel {
    let count: Int64
    let total: MoneyBody

    static let model = Model(
        "payment_count",
        "Some payments, or moves of their money.",
        PaymentCountBody.init,
        Field("count", \.count, "How many."),
        Field("total", \.total, "All their amounts."),
    )
}

extension PaymentSumsBody {
    init(_ sums: PaymentSums) {
        func count(_ kind: PaymentSums.Kind) -> PaymentCountBody {
            let part = sums.part(kind)
            return PaymentCountBody(count: part.count, total: MoneyBody(part.total))
        }
        self.init(
            currency: sums.currency.code,
            captured: count(.captured),
            refunded: count(.refunded),
            fees: count(.fees),
            disputed: count(.disputed),
            failed: count(.failed)
        )
    }
}
