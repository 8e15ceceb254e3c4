import Core
import Markup
import Web

/// What is about to be ordered, whom a name is for, and the button that leads to the payment.
struct CheckoutView: View {
    let quote: BilledQuote
    /// What the customer's credit pays of it.
    let credit: Money
    let choice: CurrencyChoice
    /// What may be paid in, for somebody who has not bought yet.
    let currencies: [Currency]
    let form: FormErrors
    let details: AccountDetails
    let key: String
    let email: String
    let isSandbox: Bool
    let help: Configuration.HelpSettings
    /// Whether the card is kept unless the customer says otherwise.
    let keepsCard: Bool
    let token: String

    private var registersName: Bool {
        quote.lines.contains { ($0.domain?.action ?? .own) != .own }
    }

    /// Whether the customer has told an address before.
    private var hasAddress: Bool { details.customer?.address != nil }

    var body: HTML {
        PageHeading("Check out", back: ("Your cart", CartRoutes.show.path()))
        if let notice = choice.notice { notice }
        if quote.isTaxKnown {
            order
            if quote.asksForPlace { placeCard }
        } else {
            div(.classes("split")) {
                placeCard
                div(.classes("aside")) {
                    Card("Your order") { div(.classes("stack")) { QuoteSums(quote: quote) } }
                }
            }
        }
    }

    private var placeCard: HTML {
        PlaceCard(
            form: form,
            details: details,
            currency: quote.bill.total.currency,
            token: token
        )
        .body
    }

    @HTMLBuilder private var order: HTML {
        Markup.form(to: CartRoutes.place.path(), token: token, .classes("split")) {
            input(.type("hidden"), .name("key"), .value(key))
            input(
                .type("hidden"),
                .name("total"),
                .value(quote.bill.total.description)
            )
            input(.type("hidden"), .name("currency"), .value(quote.bill.total.currency.code))
            div(.classes("stack")) {
                if let notice = Notice.formErrors(form) { notice }
                Card("Your order", isFlush: true) {
                    ul(.classes("listing"), .role("list")) {
                        for line in quote.lines {
                            li { div(.classes("main")) { PriceParts(line: line) } }
                        }
                    }
                }
                if registersName { contact }
            }
            div(.classes("aside")) { payment }
        }
    }

    private var payment: HTML {
        Card("Payment") {
            div(.classes("stack")) {
                QuoteSums(quote: quote)
                if credit.isPositive {
                    Facts(sums: [
                        Facts.Fact("Paid from your credit") { Amount(-credit) },
                        Facts.Fact("To pay now", isTotal: true) { Amount(rest, showsCode: true) },
                    ])
                }
                if currencies.count > 1, !choice.isFixed { choices }
                if rest.isPositive { KeepCardBox(isTicked: keepsCard) }
                SubmitButton(
                    rest.isPositive ? "Pay \(rest.label)" : "Order now",
                    size: .largeBlock,
                    icon: "lock"
                )
                p(.classes("hint")) {
                    if rest.isPositive {
                        "You pay on the page of Stripe, our card processor. The receipt goes to "
                        "\(email)."
                    } else {
                        "Nothing is to be paid now. The receipt goes to \(email)."
                    }
                }
                if !help.documents.isEmpty { documents }
                coupon
                if isSandbox, rest.isPositive {
                    p(.classes("hint")) {
                        "Sandbox: pay with the card 4242 4242 4242 4242, any future date and any "
                        "code. No money moves."
                    }
                }
            }
        }
        .body
    }

    /// What is agreed to by ordering.
    private var documents: HTML {
        p(.classes("hint")) {
            "By ordering you agree to what is said here: "
            for (index, each) in help.documents.enumerated() {
                if index > 0 { " · " }
                TextLink(each.text, to: each.url)
            }
        }
    }

    private var rest: Money { quote.bill.total - credit }

    /// It stands in the form of the order, so that nothing typed is lost when it is applied.
    private var coupon: HTML {
        div(.classes("stack-s")) {
            FormField(
                quote.coupon == nil ? "Coupon" : "Another coupon",
                "coupon_code",
                form,
                isOptional: true,
                .maxlength(40),
                .autocomplete("off")
            )
            div { SubmitButton("Apply", .secondary, size: .small, icon: "ticket") }
        }
    }

    /// The same in other currencies.
    private var choices: HTML {
        p(.classes("hint")) {
            "On your first order you may pay in "
            for currency in currencies where currency != quote.bill.total.currency {
                a(.href(CartRoutes.checkout(in: currency))) { currency.code }
                " "
            }
            "as well. From then on you always pay in the same currency."
        }
    }

    private var contact: HTML {
        Card("Who the domain is for") {
            div(.classes("form")) {
                p(.classes("soft")) {
                    hasAddress
                        ? "This is the address we have of you. Registries want to know it."
                        : "Registries want an address. If you leave this empty, we register with "
                            + "ours and you can change it later."
                }
                FormField("Address", "address_line1", form, .autocomplete("address-line1"))
                    .unrequired
                FormField(
                    "Second line",
                    "address_line2",
                    form,
                    isOptional: true,
                    .autocomplete("address-line2")
                )
                place
                phone
            }
        }
        .body
    }

    private var place: HTML {
        HTML {
            div(.classes("form-row")) {
                FormField("Postal code", "postal_code", form, .autocomplete("postal-code"))
                    .unrequired
                FormField("City", "city", form, .autocomplete("address-level2")).unrequired
            }
            div(.classes("form-row")) {
                FormField(
                    "State or region",
                    "state",
                    form,
                    isOptional: true,
                    .autocomplete("address-level1")
                )
                FormField(
                    "Country",
                    "country",
                    form,
                    .select(Countries.options),
                    .autocomplete("country")
                ).unrequired
            }
        }
    }

    private var phone: HTML {
        div(.classes("form-row")) {
            FormField(
                "Country's calling code",
                "phone_country_code",
                form,
                hint: "Such as 1 or 44.",
                .autocomplete("tel-country-code"),
                .inputmode("tel"),
                .maxlength(4)
            ).unrequired
            FormField(
                "Phone",
                "phone",
                form,
                .autocomplete("tel-national"),
                .inputmode("tel"),
                .maxlength(20)
            ).unrequired
        }
    }
}
