import Core
import Foundation
import Markup
import Support
import Web

/// The tax rules and where the seller stands.
struct TaxView: View {
    let country: String
    let policy: TaxPolicy
    let form: FormErrors
    let rules: ListPage<TaxRuleFilter>
    let token: String

    var body: HTML {
        PageHeading("Taxes", back: ("Settings", ConsoleRoutes.settings.path())) {
            ButtonLink("New rule", to: TaxRoutes.newRule.path(), .primary, icon: "plus")
        }
        div(.classes("stack")) {
            ListSection(
                "Rules",
                rules,
                columns,
                none: "There is no rule, so nothing is taxed. Make one for each tax you have to "
                    + "levy."
            )
            div(.classes("narrow-left")) { policyForm }
        }
    }

    private var columns: [ListColumn<TaxRuleFilter>] {
        let now = rules.filter.now
        return [
            ListColumn("tax", "Tax", sort: .tax) { record in
                span(.classes("strong")) { record.rule.component }
            },
            ListColumn("place", "Where", sort: .place) { $0.rule.placeName },
            ListColumn("product", "What for") { $0.rule.product?.label ?? "Everything" },
            .number("rate", "Rate", sort: .rate) { $0.rule.rateText },
            ListColumn("from", "From", sort: .from) { TaxView.day($0.rule.validFrom, "Always") },
            ListColumn("until", "Until", sort: .until) { TaxView.day($0.rule.validTo, "No end") },
            ListColumn("made", "Made", sort: .made) { Moment(day: $0.createdAt) },
            ListColumn("standing", "Standing") { $0.standing(at: now).badge },
            .actions { record in
                if record.standing(at: now) != .ended {
                    ButtonLink(
                        "End…",
                        to: TaxRoutes.askEndRule.path(record.id),
                        .danger,
                        size: .small
                    )
                }
            },
        ]
    }

    @HTMLBuilder private static func day(_ instant: Instant?, _ otherwise: String) -> HTML {
        if let instant { Moment(instant.date) } else { span(.classes("soft")) { otherwise } }
    }

    private var policyForm: HTML {
        Card("The seller") {
            Markup.form(to: TaxRoutes.savePolicy.path(), token: token, .classes("form")) {
                if let notice = Notice.formErrors(form) { notice }
                p(.classes("soft", "small")) {
                    "The company is in \(Countries.name(of: country)), as the settings "
                        + "say. Invoices that are issued already never change."
                }
                identity
                rounding
                CheckBox(
                    "Prices contain the tax",
                    "prices_include_tax",
                    isChecked: form.value("prices_include_tax") == "yes",
                    hint: "Whoever owes no tax pays the same price then."
                )
                CheckBox(
                    "Tax of consumers in the European Union is declared at the One Stop Shop",
                    "one_stop_shop",
                    isChecked: form.value("one_stop_shop") == "yes",
                    hint: "They pay their own country's tax then, and yours otherwise."
                )
                div(.classes("row")) { SubmitButton("Save the taxes") }
            }
        }.body
    }

    @HTMLBuilder private var identity: HTML {
        div(.classes("form-row")) {
            FormField(
                "Tax number",
                "tax_id",
                form,
                hint: "Stands on invoices, such as a VAT number.",
                isOptional: true,
                .maxlength(40),
                .autocomplete("off")
            )
            FormField(
                "State or province",
                "region",
                form,
                hint: "Where it levies a tax of its own, such as QC.",
                isOptional: true,
                .maxlength(3),
                .autocomplete("off")
            )
        }
        FormField(
            "Registered abroad in",
            "registrations",
            form,
            hint: "Countries whose tax you levy, such as FR, IT.",
            isOptional: true,
            .autocomplete("off")
        )
        FormField(
            "Note of a small business",
            "small_business_note",
            form,
            hint: "With it no tax is levied, and it stands on invoices.",
            isOptional: true,
            .maxlength(300)
        )
    }

    private var rounding: HTML {
        div(.classes("form-row")) {
            FormField(
                "Tax is rounded",
                "rounding_unit",
                form,
                .select([
                    (TaxSettings.Unit.line.rawValue, "On each line"),
                    (TaxSettings.Unit.invoice.rawValue, "Once an invoice"),
                ])
            )
            FormField(
                "Halves are rounded",
                "rounding",
                form,
                .select([
                    (Rounding.halfEven.rawValue, "To the even neighbour"),
                    (Rounding.halfAwayFromZero.rawValue, "Up"),
                    (Rounding.towardsZero.rawValue, "Fractions are dropped"),
                ])
            )
        }
    }
}

/// The form of a new tax rule.
struct TaxRuleFormView: View {
    let form: FormErrors
    let token: String

    var body: HTML {
        PageHeading(
            "New tax rule",
            lead: "A rule is never edited: it is ended, and another one begins.",
            back: ("Taxes", TaxRoutes.show.path())
        )
        div(.classes("narrow-left")) {
            Card {
                Markup.form(to: TaxRoutes.createRule.path(), token: token, .classes("form")) {
                    if let notice = Notice.formErrors(form) { notice }
                    what
                    place
                    dates
                    CheckBox(
                        "It is levied on the other taxes as well",
                        "compound",
                        isChecked: form.value("compound") == "yes"
                    )
                    div(.classes("row")) {
                        SubmitButton("Set the rule")
                        ButtonLink("Go back", to: TaxRoutes.show.path(), .quiet)
                    }
                }
            }
        }
    }

    private var what: HTML {
        div(.classes("form-row")) {
            FormField(
                "Tax",
                "component",
                form,
                hint: "As it stands on invoices, such as VAT.",
                .maxlength(40),
                .autocomplete("off")
            )
            FormField(
                "Rate in per cent",
                "rate",
                form,
                hint: "Such as 19 or 9.975; 0 leaves a region or a product out.",
                .inputmode("decimal"),
                .maxlength(8),
                .autocomplete("off")
            )
            FormField(
                "What for",
                "product",
                form,
                .select(
                    [("", "Everything")] + TaxedProduct.allCases.map { ($0.rawValue, $0.label) }
                ),
                isOptional: true
            )
        }
    }

    private var place: HTML {
        div(.classes("form-row")) {
            FormField("Country", "country", form, .select(Countries.options))
            FormField(
                "State or province",
                "region",
                form,
                hint: "Its code, such as QC; empty for the whole country.",
                isOptional: true,
                .maxlength(3),
                .autocomplete("off")
            )
        }
    }

    private var dates: HTML {
        div(.classes("form-row")) {
            FormField("From", "valid_from", form, .input(type: "date"), isOptional: true)
            FormField(
                "Until before",
                "valid_to",
                form,
                .input(type: "date"),
                isOptional: true
            )
        }
    }
}

extension TaxedProduct {
    /// What it is, to people.
    var label: String {
        switch self {
        case .hosting: "Hosting"
        case .domain: "Domain names"
        case .license: "Licences"
        case .fee: "Fees"
        }
    }
}

extension TaxRuleFilter {
    static let file: [FileColumn<TaxRuleRecord>] = [
        FileColumn("Rule") { $0.id.text },
        FileColumn("Tax") { $0.rule.component },
        FileColumn("Country") { $0.rule.place.country },
        FileColumn("Region") { $0.rule.place.region ?? "" },
        FileColumn("What for") { $0.rule.product?.label ?? "Everything" },
        FileColumn("Rate") { $0.rule.rateText },
        FileColumn("From") { $0.rule.validFrom?.date.rfc3339 ?? "" },
        FileColumn("Until") { $0.rule.validTo?.date.rfc3339 ?? "" },
        FileColumn("Made") { $0.createdAt.rfc3339 },
    ]
}

extension TaxRule {
    fileprivate var placeName: String {
        let name = Countries.name(of: place.country)
        return place.region.map { "\(name), \($0)" } ?? name
    }

    fileprivate var rateText: String { rate.percentText + (isCompound ? ", compound" : "") }
}

extension TaxRuleRecord.Standing {
    fileprivate var badge: Badge {
        switch self {
        case .upcoming: Badge("To come", .info)
        case .inForce: Badge("In force", .success)
        case .ended: Badge("Ended")
        }
    }
}
