import Markup
import Web

/// Says on the console's first page that the books and the card processor differ.
struct UnreconciledNotice: View {
    let count: Int64

    var body: HTML {
        Notice(.warning, "The books and Stripe differ") {
            p {
                TextLink(
                    "Look at \(counted(count, "finding"))",
                    to: ReconciliationRoutes.show.path()
                )
            }
        }
    }
}
