import Core
import Foundation
import Markup
import Web

/// The form that frees a customer from taxes.
struct ExemptionFormView: View {
    let customer: CustomerRecord
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "Exempt \(customer.name)",
            back: (customer.name, ConsoleCustomerRoutes.show.path(customer.id))
        )
        div(.classes("narrow-left")) {
            Card {
                Markup.form(
                    to: TaxRoutes.grantExemption.path(customer.id),
                    token: token,
                    .classes("form")
                ) {
                    if let notice = Notice.formErrors(form) { notice }
                    FormField(
                        "Reason",
                        "reason",
                        form,
                        hint: "Stands on the invoice, such as the number of a certificate.",
                        .maxlength(200),
                        .autocomplete("off")
                    )
                    FormField(
                        "Taxes",
                        "components",
                        form,
                        hint: "By their names, such as VAT, GST; empty for all.",
                        isOptional: true,
                        .autocomplete("off")
                    )
                    div(.classes("form-row")) {
                        FormField(
                            "From",
                            "valid_from",
                            form,
                            .input(type: "date"),
                            isOptional: true
                        )
                        FormField(
                            "Until before",
                            "valid_to",
                            form,
                            .input(type: "date"),
                            isOptional: true
                        )
                    }
                    div(.classes("row")) {
                        SubmitButton("Exempt the customer")
                        ButtonLink(
                            "Go back",
                            to: ConsoleCustomerRoutes.show.path(customer.id),
                            .quiet
                        )
                    }
                }
            }
        }
    }
}

/// What decides about a customer's taxes, on the customer's page.
struct CustomerTaxCard: View {
    let file: CustomerTaxFile
    let now: Date
    let token: String
    let rights: ConsoleRights

    var body: HTML {
        Card("Tax") {
            Facts(facts)
            if !file.exemptions.isEmpty { exemptions }
            if rights.movesMoney {
                div(.classes("row", "start-m")) {
                    ButtonLink(
                        "Exempt…",
                        to: TaxRoutes.newExemption.path(file.customer.id),
                        size: .small
                    )
                    if file.customer.vatNumber != nil {
                        ActionForm(
                            "Ask the register",
                            to: TaxRoutes.askRegister.path(file.customer.id),
                            token: token,
                            size: .small
                        )
                    }
                }
            }
        }
    }

    private var facts: [Facts.Fact] {
        var facts = [
            Facts.Fact("Country") {
                if let country = file.customer.country {
                    Countries.name(of: country)
                } else {
                    span(.classes("soft")) { "Not told yet" }
                }
            }
        ]
        guard let number = file.customer.vatNumber else { return facts }
        facts.append(
            Facts.Fact("VAT number") {
                span(.classes("block")) { number }
                badge
            }
        )
        guard let check = file.check else { return facts }
        facts.append(Facts.Fact("Asked") { Moment(check.checkedAt) })
        if let name = check.name { facts.append(Facts.Fact("Registered to") { name }) }
        if let address = check.address {
            facts.append(Facts.Fact("Registered at") { address })
        }
        if let consultation = check.consultation {
            facts.append(Facts.Fact("Consultation") { consultation })
        }
        return facts
    }

    private var badge: Badge {
        switch file.check?.status ?? .pending {
        case .valid: Badge("Confirmed", .success)
        case .invalid: Badge("Not known", .failure)
        case .pending: Badge("Being asked", .warning)
        }
    }

    private var exemptions: HTML {
        ul(.classes("listing"), .role("list")) {
            for record in file.exemptions {
                li {
                    div(.classes("main")) {
                        p(.classes("strong")) { record.exemption.reason }
                        p(.classes("soft", "small")) {
                            "From \(record.exemption.componentText)"
                            if let end = record.exemption.validTo {
                                ", until "
                                Moment(end.date)
                            }
                        }
                    }
                    div(.classes("end")) {
                        if record.hasEnded(at: now) {
                            Badge("Ended")
                        } else if rights.movesMoney {
                            ActionForm(
                                "End",
                                to: TaxRoutes.endExemption.path(record.id),
                                token: token,
                                .danger,
                                size: .small
                            )
                        }
                    }
                }
            }
        }
    }
}
