import Core
import Foundation
import InternetNames
import Web

extension DomainNameRecord.Kind: APIEnum {
    package static var allCases: [Self] { [.registered, .transferred, .own] }
}
extension DomainNameRecord.Status: APIEnum {}
extension DomainCheck.Finding.Status: APIEnum {}

/// Names to look for.
struct DomainCheckBody: APIModel {
    let names: [String]

    static let model = Model(
        "domain_check",
        "Names to look for.",
        DomainCheckBody.init,
        Field(
            "names",
            \.names,
            "One to twenty, in any script, such as example.com.",
            .count(1...DomainCheck.mostNames)
        ),
    )

    /// The names as registries have them.
    ///
    /// - Throws: a ``Problem`` that tells all that are none.
    func domainNames() throws -> [DomainName] {
        var errors: [FieldError] = []
        let found = names.enumerated().compactMap { index, text -> DomainName? in
            if let name = InternetName.ascii(text).flatMap({ DomainName(ascii: $0) }) {
                return name
            }
            errors.append(
                FieldError("names.\(index)", "bad_format", "must be a name such as example.com")
            )
            return nil
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return found
    }
}

struct DomainFindingsBody: APIModel {
    let data: [DomainFindingBody]

    static let model = Model(
        "domain_findings",
        "What is known of the names, in the order they were asked for.",
        DomainFindingsBody.init,
        Field("data", \.data, "One for each name."),
    )
}

struct DomainFindingBody: APIModel {
    let name: String
    let displayName: String
    let available: Bool?
    let status: DomainCheck.Finding.Status
    let price: MoneyBody?
    let renewalPrice: MoneyBody?

    static let model = Model(
        "domain_finding",
        "Whether a name can be had, and for what.",
        DomainFindingBody.init(name:displayName:available:status:price:renewalPrice:),
        Field("name", \.name, "In ASCII."),
        Field("display_name", \.displayName, "In its own script."),
        Field("available", \.available, "Null when nobody knows right now."),
        Field("status", \.status, "Why."),
        Field("price", \.price, "For the first year; null when it is not sold."),
        Field("renewal_price", \.renewalPrice, "For each further year."),
    )
}

extension DomainFindingBody {
    init(_ finding: DomainCheck.Finding) {
        self.init(
            name: finding.name.text,
            displayName: InternetName.unicode(finding.name.text),
            available: finding.isAvailable,
            status: finding.status,
            price: finding.price.map { MoneyBody($0) },
            renewalPrice: finding.renewalPrice.map { MoneyBody($0) }
        )
    }
}

/// A customer's domain name as the API shows it.
struct DomainBody: APIModel {
    let id: ID<DomainRecord>
    let customerID: ID<Customer>
    let name: String
    let displayName: String
    let kind: DomainNameRecord.Kind
    let status: DomainNameRecord.Status
    let registrar: String?
    let expiresAt: Date?
    let createdAt: Date

    static let model = Model(
        "domain",
        "A domain name that a customer has through us or has brought along.",
        DomainBody.init(
            id:
            customerID:
            name:
            displayName:
            kind:
            status:
            registrar:
            expiresAt:
            createdAt:
        ),
        Field("id", \.id, "Starts with dom_."),
        Field("customer_id", \.customerID, "Whose it is."),
        Field("name", \.name, "In ASCII."),
        Field("display_name", \.displayName, "In its own script."),
        Field("kind", \.kind, "How it came here; `own` is only hosted."),
        Field("status", \.status, "Where it stands."),
        Field("registrar", \.registrar, "Where it is registered for the customer."),
        Field("expires_at", \.expiresAt, "When it ends unless it is renewed."),
        Field("created_at", \.createdAt, "When its order was delivered."),
    )
}

extension DomainBody {
    init(_ domain: DomainNameRecord) {
        self.init(
            id: domain.id,
            customerID: domain.customer,
            name: domain.name.text,
            displayName: InternetName.unicode(domain.name.text),
            kind: domain.kind,
            status: domain.status,
            registrar: domain.registrar,
            expiresAt: domain.expiresAt,
            createdAt: domain.createdAt
        )
    }
}
