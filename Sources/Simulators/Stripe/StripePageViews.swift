import Markup

/// The hosted payment page.
struct StripePayView: View {
    let session: StripeSession
    let email: String?
    let message: String?

    private var currency: String { session.currency ?? "usd" }

    private func money(_ amount: Int64) -> String {
        "\(StripeCurrency.digits(amount, currency)) \(currency.uppercased())"
    }

    private var isPayment: Bool { session.mode == "payment" }

    var body: HTML {
        SandboxPage(title: isPayment ? "Pay \(money(session.total))" : "Save a card") {
            h1 { isPayment ? money(session.total) : "Save a card" }
            if isPayment { summaryTable }
            if let message {
                p(.classes("problem"), .role("alert"), .id("message")) { message }
            }
            cardForm
            if let cancelURL = session.cancelURL {
                p { a(.href(cancelURL), .id("cancel")) { "Cancel and return" } }
            }
        }.body
    }

    private var summaryTable: HTML {
        table {
            tbody {
                for line in session.lines {
                    tr {
                        td { line.quantity == 1 ? line.name : "\(line.name) × \(line.quantity)" }
                        td(.classes("number")) { money(line.total) }
                    }
                }
            }
        }
    }

    private var cardForm: HTML {
        form(to: "/c/pay/\(session.id)", token: "", .autocomplete("off")) {
            field("E-mail", "email", type: "email", value: email ?? "", hint: "you@example.com")
            field("Card number", "card", value: "", hint: "4242 4242 4242 4242")
            field("Expiry date", "expiry", value: "12/34", hint: "MM/YY")
            field("Security code", "cvc", value: "123", hint: "CVC")
            field("Name on card", "name", value: "", hint: "")
            button(.type("submit"), .id("pay")) {
                isPayment ? "Pay \(money(session.total))" : "Save the card"
            }
        }
    }

    private func field(
        _ title: String,
        _ name: String,
        type: String = "text",
        value: String,
        hint: String
    ) -> HTML {
        label {
            title
            input(
                .type(type),
                .name(name),
                .id(name),
                .value(value),
                .placeholder(hint),
                .inputmode(["card", "cvc"].contains(name) ? "numeric" : "text")
            )
        }
    }
}

/// The bank's question whether it is really the owner of the card.
struct StripeAuthenticationView: View {
    let id: String

    var body: HTML {
        SandboxPage(title: "3-D Secure") {
            h1 { "3-D Secure" }
            p { "Your bank asks you to confirm this payment." }
            form(to: "/c/authenticate/\(id)", token: "") {
                button(.type("submit"), .name("outcome"), .value("approve"), .id("approve")) {
                    "Approve"
                }
                button(
                    .type("submit"),
                    .name("outcome"),
                    .value("fail"),
                    .id("fail"),
                    .classes("quiet")
                ) { "Fail" }
            }
        }.body
    }
}

/// A page that only says something.
struct StripeNotice: View {
    let message: String

    var body: HTML {
        SandboxPage(title: "Sandbox payment") {
            h1 { "Sandbox payment" }
            p(.id("message")) { message }
        }.body
    }
}
