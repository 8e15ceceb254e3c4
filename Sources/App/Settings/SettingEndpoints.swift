import Core
import Support
package import Web

/// What administrators set for the whole system.
package enum SettingEndpoints {
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/settings"),
        tag: "Admin",
        "Show the settings.",
        output: SettingsBody.self
    )
    static let change = Endpoint(
        Route(.put, "/api/v1/admin/settings"),
        tag: "Admin",
        "Change settings; what is absent stays.",
        input: SettingsChangeBody.self,
        output: SettingsBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(show, as: AdminContext.self) { _, context in
            SettingsBody(try await Settings(context.services).show())
        }
        router.on(change, as: AdminContext.self) { input, request, context in
            SettingsBody(
                try await Settings(context.services).change(
                    company: try input.company?.company(),
                    welcomeMailShowsPassword: input.welcomeMailShowsPassword,
                    creditsUnusedTime: input.creditsUnusedTime,
                    renewalLead: input.renewalLeadDays?.lead,
                    accountRetention: input.accountRetention?.retention,
                    tax: try input.tax?.policy(),
                    actor: context.user.actor(request)
                )
            )
        }
    }
}

struct SettingsBody: APIModel {
    let company: CompanyBody
    let welcomeMailShowsPassword: Bool
    let creditsUnusedTime: Bool
    let renewalLeadDays: RenewalLeadBody
    let accountRetention: AccountRetentionBody
    let tax: TaxPolicyBody

    static let model = Model(
        "settings",
        "What is set for the whole system.",
        SettingsBody.init(
            company:
            welcomeMailShowsPassword:
            creditsUnusedTime:
            renewalLeadDays:
            accountRetention:
            tax:
        ),
        Field("company", \.company, "Who sells, as documents and registrars name it."),
        Field(
            "welcome_mail_shows_password",
            \.welcomeMailShowsPassword,
            "Whether the welcome mail has the password instead of a link that shows it once."
        ),
        Field(
            "credits_unused_time",
            \.creditsUnusedTime,
            "Whether a customer who cancels at once gets credit for the time that is not used."
        ),
        Field(
            "renewal_lead_days",
            \.renewalLeadDays,
            "How many days before a period begins its bill is made."
        ),
        Field(
            "account_retention",
            \.accountRetention,
            "How long accounts of ended subscriptions are kept."
        ),
        Field("tax", \.tax, "The seller's taxes."),
    )
}

extension SettingsBody {
    init(_ values: Settings.Values) {
        self.init(
            company: CompanyBody(values.company),
            welcomeMailShowsPassword: values.welcomeMailShowsPassword,
            creditsUnusedTime: values.creditsUnusedTime,
            renewalLeadDays: RenewalLeadBody(
                monthly: values.renewalLead.days(of: .monthly),
                yearly: values.renewalLead.days(of: .yearly)
            ),
            accountRetention: AccountRetentionBody(days: values.accountRetention.days),
            tax: TaxPolicyBody(values.tax)
        )
    }
}

struct SettingsChangeBody: APIModel {
    let company: CompanyBody?
    let welcomeMailShowsPassword: Bool?
    let creditsUnusedTime: Bool?
    let renewalLeadDays: RenewalLeadBody?
    let accountRetention: AccountRetentionBody?
    let tax: TaxPolicyBody?

    static let model = Model(
        "settings_change",
        "Settings to change.",
        SettingsChangeBody.init,
        Field("company", \.company, "All of it anew."),
        Field(
            "welcome_mail_shows_password",
            \.welcomeMailShowsPassword,
            "Whether the welcome mail has the password."
        ),
        Field(
            "credits_unused_time",
            \.creditsUnusedTime,
            "Whether a customer who cancels at once gets credit."
        ),
        Field("renewal_lead_days", \.renewalLeadDays, "All of it anew."),
        Field("account_retention", \.accountRetention, "All of it anew."),
        Field("tax", \.tax, "All of it anew."),
    )
}

struct RenewalLeadBody: APIModel {
    let monthly: Int
    let yearly: Int

    static let model = Model(
        "renewal_lead",
        "How many days before a period begins its bill is made.",
        RenewalLeadBody.init,
        Field("monthly", \.monthly, "For a month.", .range(possible)),
        Field("yearly", \.yearly, "For a year.", .range(possible)),
    )

    private static let possible =
        Int64(RenewalLead.possibleDays.lowerBound)...Int64(RenewalLead.possibleDays.upperBound)

    var lead: RenewalLead { RenewalLead(monthlyDays: monthly, yearlyDays: yearly) }
}

struct AccountRetentionBody: APIModel {
    let days: Int?

    static let model = Model(
        "account_retention",
        "How long the accounts of ended subscriptions are kept at their panels.",
        AccountRetentionBody.init,
        Field(
            "days",
            \.days,
            "After so many they are removed, and no sooner than a week after their customers were "
                + "told the day; null for never.",
            .range(possible)
        ),
    )

    private static let possible =
        Int64(
            AccountRetention.possibleDays.lowerBound
        )...Int64(
            AccountRetention.possibleDays.upperBound
        )

    var retention: AccountRetention { AccountRetention(days: days) }
}

struct CompanyBody: APIModel {
    let name: String
    let email: String
    let line1: String
    let city: String
    let postalCode: String
    let country: String
    let phone: CompanyPhoneBody

    static let model = Model(
        "company",
        "The company that sells.",
        CompanyBody.init(name:email:line1:city:postalCode:country:phone:),
        Field("name", \.name, "Its name.", .length(1...200), .singleLine),
        Field("email", \.email, "Where it is written to.", .length(3...254), .format("email")),
        Field("line1", \.line1, "Street and number.", .length(1...200), .singleLine),
        Field("city", \.city, "Its town.", .length(1...100), .singleLine),
        Field("postal_code", \.postalCode, "Its postal code.", .length(1...16), .singleLine),
        Field("country", \.country, "ISO 3166.", .pattern("[A-Z]{2}", "two capital letters")),
        Field("phone", \.phone, "Where it is called."),
    )

    /// - Throws: a ``Problem`` for an address that is none.
    func company() throws -> Company {
        guard EmailAddress(email) != nil else {
            throw Problem.invalid("company.email", "bad_format", "must be an e-mail address")
        }
        return Company(
            name: name,
            email: email,
            line1: line1,
            city: city,
            postalCode: postalCode,
            country: country,
            phone: CustomerRecord.Phone(countryCode: phone.countryCode, number: phone.number)
        )
    }
}

extension CompanyBody {
    init(_ company: Company) {
        self.init(
            name: company.name,
            email: company.email,
            line1: company.line1,
            city: company.city,
            postalCode: company.postalCode,
            country: company.country,
            phone: CompanyPhoneBody(
                countryCode: company.phone.countryCode,
                number: company.phone.number
            )
        )
    }
}

struct CompanyPhoneBody: APIModel {
    let countryCode: String
    let number: String

    static let model = Model(
        "company_phone",
        "A telephone number.",
        CompanyPhoneBody.init,
        Field("country_code", \.countryCode, "Such as 1.", .pattern("[0-9]{1,3}", "1 to 3 digits")),
        Field("number", \.number, "The rest.", .pattern("[0-9]{4,14}", "4 to 14 digits")),
    )
}
