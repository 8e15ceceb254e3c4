import Core
import Foundation
import Web
import Wire

/// What the register said of a customer's number.
struct VATCheckBody: APIModel {
    let number: String
    let status: VATCheck
    let name: String?
    let address: String?
    let consultation: String?
    let checkedAt: Date?

    static let model = Model(
        "vat_check",
        "A VAT number, and what the tax offices' register said of it.",
        VATCheckBody.init(number:status:name:address:consultation:checkedAt:),
        Field("number", \.number, "With the country's letters."),
        Field("status", \.status, "Pending until the register has answered."),
        Field("name", \.name, "Whose it is, where the country tells."),
        Field("address", \.address, "Where they are, where the country tells."),
        Field("consultation", \.consultation, "The register's number of the question."),
        Field("checked_at", \.checkedAt, "When the register answered."),
    )
}

struct ExemptionBody: APIModel {
    let id: ID<GrantedExemption>
    let reason: String
    let components: [String]?
    let validFrom: Date?
    let validTo: Date?
    let createdAt: Date

    static let model = Model(
        "tax_exemption",
        "A customer's freedom from taxes.",
        ExemptionBody.init(id:reason:components:validFrom:validTo:createdAt:),
        Field("id", \.id, "Starts with txe_."),
        Field("reason", \.reason, "Why; stands on the invoice."),
        Field("components", \.components, "The taxes it frees from; null for all."),
        Field("valid_from", \.validFrom, "When it begins; null for always."),
        Field("valid_to", \.validTo, "When it ends, that moment not included; null for never."),
        Field("created_at", \.createdAt, "When it was granted."),
    )
}

extension ExemptionBody {
    init(_ record: TaxExemptionRecord) {
        self.init(
            id: record.id,
            reason: record.exemption.reason,
            components: record.exemption.components?.sorted(),
            validFrom: record.exemption.validFrom?.date,
            validTo: record.exemption.validTo?.date,
            createdAt: record.createdAt
        )
    }
}

struct NewExemption: APIModel {
    let reason: String
    let components: [String]?
    let validFrom: Date?
    let validTo: Date?

    static let model = Model(
        "new_tax_exemption",
        "From which taxes a customer is free, and why.",
        NewExemption.init,
        Field(
            "reason",
            \.reason,
            "Stands on the invoice, such as the number of a certificate.",
            .length(1...200),
            .singleLine
        ),
        Field(
            "components",
            \.components,
            "The taxes by their names; null for all.",
            .count(1...20)
        ),
        Field("valid_from", \.validFrom, "When it begins; null for always."),
        Field("valid_to", \.validTo, "When it ends, that moment not included; null for never."),
    )

    /// - Throws: a ``Web/Problem`` 422 for what makes no sense.
    func exemption() throws -> TaxExemption {
        if components?.contains(where: { !(1...40).contains($0.count) }) == true {
            throw Problem.invalid("components", "bad_format", "Name taxes such as VAT.")
        }
        if let validFrom, let validTo, Instant(validFrom) >= Instant(validTo) {
            throw Problem.invalid(
                "valid_to",
                "before_start",
                "The end has to come after the start."
            )
        }
        return TaxExemption(
            reason,
            components: components.map { Set($0) },
            validFrom: validFrom.map { Instant($0) },
            validTo: validTo.map { Instant($0) }
        )
    }
}

/// All that decides about a customer's taxes.
struct CustomerTaxBody: APIModel {
    let country: String?
    let region: String?
    let vat: VATCheckBody?
    let exemptions: [ExemptionBody]

    static let model = Model(
        "customer_tax",
        "What decides about a customer's taxes.",
        CustomerTaxBody.init(country:region:vat:exemptions:),
        Field("country", \.country, "Where the customer is; null when not told."),
        Field("region", \.region, "The state or province, when it is one that levies taxes."),
        Field("vat_number", \.vat, "The customer's VAT number; null when there is none."),
        Field("exemptions", \.exemptions, "Newest first."),
    )
}

extension CustomerTaxBody {
    init(_ file: CustomerTaxFile) {
        self.init(
            country: file.customer.country,
            region: file.customer.place?.region,
            vat: file.customer.vatNumber.map { number in
                VATCheckBody(
                    number: number,
                    status: file.check?.status ?? .pending,
                    name: file.check?.name,
                    address: file.check?.address,
                    consultation: file.check?.consultation,
                    checkedAt: file.check?.checkedAt
                )
            },
            exemptions: file.exemptions.map { ExemptionBody($0) }
        )
    }
}
