import Core
import Foundation
import Support
import Web
import Wire

/// A tax rule that begins.
struct NewTaxRule: APIModel {
    let component: String
    let country: String
    let region: String?
    let product: TaxedProduct?
    let rate: TaxRate
    let isCompound: Bool?
    let validFrom: Date?
    let validTo: Date?

    static let model = Model(
        "new_tax_rule",
        "A tax that a place levies.",
        NewTaxRule.init,
        Field(
            "component",
            \.component,
            "The tax as it stands on invoices.",
            .length(1...40),
            .singleLine,
            .example("VAT")
        ),
        Field(
            "country",
            \.country,
            "ISO 3166.",
            .pattern("[A-Z]{2}", "two capital letters"),
            .example("DE")
        ),
        Field(
            "region",
            \.region,
            "The second part of an ISO 3166-2 code, such as QC; null for the whole country.",
            .pattern("[A-Z0-9]{1,3}", "one to three capital letters or digits")
        ),
        Field("product", \.product, "What it is levied on; null for everything."),
        Field("rate", \.rate, "In per cent.", .example("19")),
        Field(
            "compound",
            \.isCompound,
            "Whether it is levied on the other taxes; false if absent."
        ),
        Field("valid_from", \.validFrom, "When it begins; null for always."),
        Field("valid_to", \.validTo, "When it ends, that moment not included; null for never."),
    )

    /// - Throws: a ``Web/Problem`` 422 for what makes no sense.
    func rule() throws -> TaxRule {
        guard Countries.names[country] != nil else {
            throw Problem.invalid("country", "unknown_country", "There is no such country.")
        }
        do {
            return try TaxRule(
                component,
                TaxPlace(country, region: region),
                rate: rate.ratio,
                product: product,
                isCompound: isCompound ?? false,
                validFrom: validFrom.map { Instant($0) },
                validTo: validTo.map { Instant($0) }
            )
        } catch {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// Why a rule makes no sense.
    init(_ problem: TaxRule.Problem) {
        switch problem {
        case .rateOutOfRange, .rateTooFine:
            self = .invalid("rate", "out_of_range", "must be \(TaxRate.requirement)")
        case .neverValid:
            self = .invalid("valid_to", "before_start", "The end has to come after the start.")
        }
    }
}

struct TaxRuleBody: APIModel {
    let id: ID<StoredTaxRule>
    let component: String
    let country: String
    let region: String?
    let product: TaxedProduct?
    let rate: TaxRate
    let isCompound: Bool
    let validFrom: Date?
    let validTo: Date?
    let standing: TaxRuleRecord.Standing
    let createdAt: Date

    static let model = Model(
        "tax_rule",
        "A tax that a place levies. A rule is never edited: it is ended, and another one begins.",
        TaxRuleBody.init(
            id:
            component:
            country:
            region:
            product:
            rate:
            isCompound:
            validFrom:
            validTo:
            standing:
            createdAt:
        ),
        Field("id", \.id, "Starts with txr_."),
        Field("component", \.component, "The tax as it stands on invoices."),
        Field("country", \.country, "ISO 3166."),
        Field("region", \.region, "The state or province; null for the whole country."),
        Field("product", \.product, "What it is levied on; null for everything."),
        Field("rate", \.rate, "In per cent."),
        Field("compound", \.isCompound, "Whether it is levied on the other taxes as well."),
        Field("valid_from", \.validFrom, "When it begins; null for always."),
        Field("valid_to", \.validTo, "When it ends, that moment not included; null for never."),
        Field("standing", \.standing, "Whether it holds now."),
        Field("created_at", \.createdAt, "When it was made."),
    )
}

extension TaxRuleBody {
    init(_ record: TaxRuleRecord, now: Date) {
        let rule = record.rule
        self.init(
            id: record.id,
            component: rule.component,
            country: rule.place.country,
            region: rule.place.region,
            product: rule.product,
            rate: TaxRate(rule.rate),
            isCompound: rule.isCompound,
            validFrom: rule.validFrom?.date,
            validTo: rule.validTo?.date,
            standing: record.standing(at: now),
            createdAt: record.createdAt
        )
    }
}

struct TaxRuleEnd: APIModel {
    let at: Date?

    static let model = Model(
        "tax_rule_end",
        "When a rule ends.",
        TaxRuleEnd.init,
        Field("at", \.at, "Now when absent; never in the past."),
    )
}
