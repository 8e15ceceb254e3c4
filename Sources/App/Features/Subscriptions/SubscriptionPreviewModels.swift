import Core
import Foundation
import Web

/// What a change would do to the bill.
struct SubscriptionPreviewBody: APIModel {
    let lines: [PreviewLineBody]
    let discount: MoneyBody
    let tax: MoneyBody
    let total: MoneyBody
    let credit: MoneyBody
    let waitsForNext: Bool
    let periodEnd: Date?
    let next: NextBillBody?
    let terms: String

    static let model = Model(
        "subscription_preview",
        "What a change would do to the bill, now and with the next period; nothing is stored.",
        SubscriptionPreviewBody.init,
        Field("lines", \.lines, "The lines of the invoice that would result."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "The tax on it; below zero where more of it is given back."),
        Field(
            "total",
            \.total,
            "What is to be paid, tax included; below zero when more is given back than charged."
        ),
        Field("credit", \.credit, "What the customer's credit would pay of it."),
        Field(
            "waits_for_next_bill",
            \.waitsForNext,
            "Whether it is too little for a card, and is added to the next bill."
        ),
        Field("next_bill_at", \.periodEnd, "When the next period begins; null after the end."),
        Field("next_bill", \.next, "What comes with the next period; null when none follows."),
        Field(
            "terms",
            \.terms,
            "Sent along with the change, it is made only if its price is computed as here: from "
                + "the same plan, price, quantity, period, coupon and taxes. Time that passes "
                + "changes nothing."
        ),
    )

    init(
        lines: [PreviewLineBody],
        discount: MoneyBody,
        tax: MoneyBody,
        total: MoneyBody,
        credit: MoneyBody,
        waitsForNext: Bool,
        periodEnd: Date?,
        next: NextBillBody?,
        terms: String
    ) {
        self.lines = lines
        self.discount = discount
        self.tax = tax
        self.total = total
        self.credit = credit
        self.waitsForNext = waitsForNext
        self.periodEnd = periodEnd
        self.next = next
        self.terms = terms
    }

    init(_ preview: ChangePreview) {
        self.init(
            lines: preview.lines.map { PreviewLineBody($0) },
            discount: MoneyBody(preview.bill.discount),
            tax: MoneyBody(preview.bill.tax),
            total: MoneyBody(preview.total),
            credit: MoneyBody(preview.credit),
            waitsForNext: preview.waitsForNext,
            periodEnd: preview.state.active?.period.to.date,
            next: preview.next.map { NextBillBody($0) },
            terms: preview.terms
        )
    }
}

/// What a subscription adds to the bill of its next period.
struct NextBillBody: APIModel {
    let at: Date
    let lines: [PreviewLineBody]
    let discount: MoneyBody
    let tax: MoneyBody
    let total: MoneyBody

    static let model = Model(
        "subscription_next_bill",
        "What the subscription adds to the bill of its next period, by the taxes known today.",
        NextBillBody.init,
        Field("at", \.at, "When the period begins, and the bill is due."),
        Field("lines", \.lines, "Its lines; none when the period is billed already."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "The tax on it."),
        Field("total", \.total, "What it comes to, tax included."),
    )

    init(
        at: Date,
        lines: [PreviewLineBody],
        discount: MoneyBody,
        tax: MoneyBody,
        total: MoneyBody
    ) {
        self.at = at
        self.lines = lines
        self.discount = discount
        self.tax = tax
        self.total = total
    }

    init(_ next: ChangePreview.NextBill) {
        self.init(
            at: next.at,
            lines: next.made.lines.map { PreviewLineBody($0) },
            discount: MoneyBody(next.made.bill.discount),
            tax: MoneyBody(next.made.bill.tax),
            total: MoneyBody(next.made.total)
        )
    }
}
