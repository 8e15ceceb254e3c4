import Markup
import Web
import Wire

/// Asks a customer who is about to pay whether the card is kept. It is ticked, because what was
/// bought is to go on, and says before the payment what that means.
struct KeepCardBox: View {
    private static let name = "keep_card"
    /// Stands in every form that asks, because a box that is not ticked is not sent.
    private static let question = "keep_card_asked"

    var isTicked = true

    var body: HTML {
        input(.type("hidden"), .name(KeepCardBox.question), .value("yes"))
        CheckBox(
            "Keep my card for later bills",
            KeepCardBox.name,
            isChecked: isTicked,
            hint: "Stripe keeps it, and we charge it for renewals and changes when they are due. "
                + "You can remove it at any time."
        )
    }

    /// What the customer has chosen.
    static func isTicked(_ request: Request) throws -> Bool {
        try request.form()[name] == "yes"
    }

    /// The same for a page that is shown again; ticked where nobody was asked yet.
    static func isStillTicked(_ request: Request) -> Bool {
        guard let form = try? request.form(), form[question] != nil else { return true }
        return form[name] == "yes"
    }
}

/// The button that leads to the payment page, with the question about the card.
struct PayForm: View {
    let path: String
    let token: String
    let submit: SubmitButton

    init(
        _ text: String,
        to path: String,
        token: String,
        size: ButtonSize = .standard,
        icon: StaticString? = nil
    ) {
        self.path = path
        self.token = token
        submit = SubmitButton(text, .primary, size: size, icon: icon)
    }

    var body: HTML {
        form(to: path, token: token, .classes("stack-s")) {
            KeepCardBox()
            div { submit }
        }
    }
}
