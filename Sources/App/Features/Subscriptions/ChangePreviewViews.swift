import Core
import Markup
import Web

/// What a change would do to the bill, line by line, with the arithmetic.
struct ChangePreviewView: View {
    /// The page of the subscription, and where the change is made.
    let back: String
    let makePath: String
    let preview: ChangePreview
    let fields: [(name: String, value: String)]
    let token: String

    var body: HTML {
        PageHeading("What the change costs", back: ("Subscription", back))
        Card(isFlush: true) {
            if preview.lines.isEmpty {
                EmptyState(
                    "Nothing to pay now",
                    "The change comes with the next period.",
                    icon: "calendar"
                )
            } else {
                lines(of: preview.made, "Lines of this change")
            }
        }
        Card {
            Facts(sums: sums)
            div(.classes("row", "start-m")) {
                ActionForm(
                    "Make the change",
                    to: makePath,
                    token: token,
                    .primary,
                    fields: fields + [("terms", preview.terms)]
                )
                ButtonLink("Leave it as it is", to: back)
            }
        }
        if let next = preview.next, !next.made.lines.isEmpty { nextBill(next) }
    }

    private func nextBill(_ next: ChangePreview.NextBill) -> HTML {
        HTML {
            Card("The next bill", isFlush: true) { lines(of: next.made, "Lines of the next bill") }
            Card {
                p {
                    "Due "
                    Moment(day: next.at)
                    ", when the next period begins, by the taxes that are known today."
                }
                Facts(sums: next.made.reductions + [total("To pay then", next.made.total)])
            }
        }
    }

    private func lines(of made: SubscriptionBill, _ name: String) -> DataTable {
        DataTable(
            name,
            ["What for", .number("Amount")],
            made.lines.map { line in
                DataTable.Row {
                    div {
                        line.description
                        div(.classes("soft", "small")) { line.explanation }
                    }
                    Amount(line.amount)
                }
            }
        )
    }

    private var sums: [Facts.Fact] {
        let sums = preview.made.reductions
        let carried = preview.bill.carriedToCredit
        if carried.isPositive { return sums + [total("Becomes your credit", carried)] }
        if preview.waitsForNext { return sums + [total("Added to your next bill", preview.total)] }
        let rest = total("To pay now", preview.total - preview.credit)
        guard preview.credit.isPositive else { return sums + [rest] }
        return sums + [Facts.Fact("Paid by your credit") { Amount(-preview.credit) }, rest]
    }

    private func total(_ label: String, _ amount: Money) -> Facts.Fact {
        Facts.Fact(label, isTotal: true) { Amount(amount) }
    }
}

extension SubscriptionBill {
    /// What is taken off its lines and added to them, as far as there is any.
    fileprivate var reductions: [Facts.Fact] {
        var sums: [Facts.Fact] = []
        if !bill.discount.isZero { sums.append(Facts.Fact("Discount") { Amount(-bill.discount) }) }
        if !bill.tax.isZero {
            let label = bill.isTaxInclusive ? "Tax in it" : "Tax"
            sums.append(Facts.Fact(label) { Amount(bill.tax) })
        }
        return sums
    }
}
