import Core
import Markup
import Web

/// The form that gives a plan its billing cycle and its domain name.
struct NewItemView: View {
    let form: FormErrors
    let plans: [PlanRecord]
    let choice: CurrencyChoice
    let token: String

    var body: HTML {
        PageHeading(
            "Choose your plan",
            lead: "Then say which domain it is for.",
            back: ("Plans and prices", MarketingRoutes.pricing(in: choice.spoken))
        )
        if let notice = choice.notice { notice }
        if plans.isEmpty {
            Notice(.info) { "No plans are for sale right now." }
        } else {
            Markup.form(to: CartRoutes.add.path(), token: token, .classes("form", "stack")) {
                input(.type("hidden"), .name("currency"), .value(choice.currency.code))
                if let notice = Notice.formErrors(form) { notice }
                Card("Plan") {
                    div(.classes("stack")) {
                        planChoices
                        cycleChoices
                    }
                }
                Card("Domain") {
                    div(.classes("stack")) {
                        domainChoices
                        domainFields
                    }
                }
                div(.classes("row-end")) {
                    SubmitButton("Add to cart", size: .large, icon: "shopping-cart")
                }
            }
        }
    }

    private var planChoices: HTML {
        Choices(
            "Plan",
            "plan_id",
            form,
            plans.map { plan in
                let prices = plan.prices.map { "\($0.amount.priceTag) a \($0.cycle.per)" }
                let words =
                    prices.isEmpty
                    ? "Not sold in \(choice.currency.code)" : prices.joined(separator: " or ")
                return (plan.id.text, plan.name, words)
            },
            hidesText: true
        ).body
    }

    private var cycleChoices: HTML {
        Choices(
            "Paid",
            "billing_cycle",
            form,
            BillingCycle.allCases.map { ($0.rawValue, $0.label, "Renews each \($0.per)") }
        ).body
    }

    private var domainChoices: HTML {
        Choices(
            "Your domain",
            "domain_action",
            form,
            [
                ("register", "Register a new name", "We register it for you."),
                ("transfer", "Move a name here", "Needs the code of its registrar."),
                ("own", "Use a name I have", "It stays where it is."),
                ("none", "No domain yet", "Add one later in your panel."),
            ],
            hidesText: true
        ).body
    }

    private var domainFields: HTML {
        div(.classes("form")) {
            div(.classes("unless-none")) {
                FormField(
                    "Domain name",
                    "domain_name",
                    form,
                    hint: "Such as my-shop.com. Letters of other languages are welcome.",
                    isOptional: false,
                    .autocomplete("off"),
                    .attribute("autocapitalize", "none"),
                    .attribute("spellcheck", "false"),
                    .maxlength(253)
                ).unrequired
            }
            div(.classes("form-row")) {
                div(.classes("when-register")) {
                    FormField(
                        "Registered for",
                        "domain_years",
                        form,
                        .select((1...10).map { (String($0), counted($0, "year")) })
                    )
                }
                div(.classes("when-transfer")) {
                    FormField(
                        "Authorisation code",
                        "auth_code",
                        form,
                        hint: "Your present registrar gives it to you.",
                        .autocomplete("off"),
                        .maxlength(64)
                    ).unrequired
                }
            }
        }
    }
}

/// A few options of which one is chosen, each with a line about it.
struct Choices: View {
    let text: String
    let name: String
    let form: FormErrors
    let options: [(value: String, text: String, hint: String)]
    /// Whether the card around it says what is chosen.
    let hidesText: Bool

    init(
        _ text: String,
        _ name: String,
        _ form: FormErrors,
        _ options: [(value: String, text: String, hint: String)],
        hidesText: Bool = false
    ) {
        self.text = text
        self.name = name
        self.form = form
        self.options = options
        self.hidesText = hidesText
    }

    var body: HTML {
        fieldset(.classes("field")) {
            legend(.classes("label", hidesText ? "visually-hidden" : "")) { text }
            div(.classes("choices", options.count == 4 ? "is-pairs" : "")) {
                for option in options {
                    Markup.label(.classes("choice")) {
                        input(
                            .type("radio"),
                            .name(name),
                            .value(option.value),
                            .required,
                            .when(form.value(name) == option.value, .checked)
                        )
                        span {
                            b { option.text }
                            span(.classes("hint")) { option.hint }
                        }
                    }
                }
            }
            if let message = form.message(name) {
                FieldMessage(message, id: "field-\(name)-error")
            }
        }
    }
}
