import Core
import Foundation
import Support
import Web
import Wire

extension EmailAddress: APIString {
    package static var format: String { "email" }
    package static var requirement: String { "an e-mail address" }
    package init?(apiString: String) { self.init(apiString) }
    package var apiString: String { text }
}

/// Who registers.
struct NewUser: APIModel {
    let email: EmailAddress
    let password: String
    let fullName: String
    let company: String?

    static let model = Model(
        "new_user",
        "Who registers.",
        NewUser.init,
        Field("email", \.email, "Where the user can be reached."),
        Field(
            "password",
            \.password,
            "8 to 128 characters, none of the common ones.",
            .length(1...1000),
            .format("password")
        ),
        Field("full_name", \.fullName, "The user's name.", .length(1...200), .singleLine),
        Field("company", \.company, "The company, if any.", .length(1...200), .singleLine),
    )

    var application: Registration.Application {
        Registration.Application(
            email: email,
            password: password,
            fullName: fullName,
            company: company
        )
    }
}

struct Credentials: APIModel {
    let email: String
    let password: String

    static let model = Model(
        "credentials",
        "Who logs in.",
        Credentials.init,
        Field("email", \.email, "The user's address.", .length(1...254), .format("email")),
        Field("password", \.password, "The password.", .length(1...1000), .format("password")),
    )
}

struct RefreshBody: APIModel {
    let refreshToken: String

    static let model = Model(
        "refresh",
        "A refresh token to exchange.",
        RefreshBody.init,
        Field("refresh_token", \.refreshToken, "Good once.", .length(1...200)),
    )
}

struct TokenBody: APIModel {
    let token: String

    static let model = Model(
        "token",
        "The token of a link that was sent by mail.",
        TokenBody.init,
        Field("token", \.token, "The last part of the link.", .length(1...200)),
    )
}

struct ForgottenPassword: APIModel {
    let email: EmailAddress

    static let model = Model(
        "forgotten_password",
        "Who wants to choose a new password.",
        ForgottenPassword.init,
        Field("email", \.email, "The user's address."),
    )
}

struct PasswordReset: APIModel {
    let token: String
    let password: String

    static let model = Model(
        "password_reset",
        "The new password and what allows to set it.",
        PasswordReset.init,
        Field("token", \.token, "The last part of the link.", .length(1...200)),
        Field(
            "password",
            \.password,
            "8 to 128 characters, none of the common ones.",
            .length(1...1000),
            .format("password")
        ),
    )
}

/// A telephone number.
struct PhoneBody: APIModel {
    let countryCode: String
    let number: String

    static let model = Model(
        "phone",
        "A telephone number.",
        PhoneBody.init,
        Field(
            "country_code",
            \.countryCode,
            "The country's calling code.",
            .pattern("[0-9]{1,3}", "1 to 3 digits"),
            .example("1")
        ),
        Field(
            "number",
            \.number,
            "The rest of the number.",
            .pattern("[0-9]{4,14}", "4 to 14 digits"),
            .example("5550100000")
        ),
    )
}

/// A postal address.
struct AddressBody: APIModel {
    let line1: String
    let line2: String?
    let city: String
    let state: String?
    let postalCode: String
    let country: String

    static let model = Model(
        "postal_address",
        "A postal address.",
        AddressBody.init,
        Field("line1", \.line1, "Street and number.", .length(1...200), .singleLine),
        Field("line2", \.line2, "More of it.", .length(1...200), .singleLine),
        Field("city", \.city, "The town.", .length(1...100), .singleLine),
        Field("state", \.state, "State or province.", .length(1...100), .singleLine),
        Field("postal_code", \.postalCode, "Postal code.", .length(1...16), .singleLine),
        Field(
            "country",
            \.country,
            "ISO 3166 code.",
            .pattern("[A-Z]{2}", "two capital letters"),
            .example("US")
        ),
    )

    init(
        line1: String,
        line2: String?,
        city: String,
        state: String?,
        postalCode: String,
        country: String
    ) {
        self.line1 = line1
        self.line2 = line2
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
    }

    init(_ address: PostalAddress) {
        self.init(
            line1: address.line1,
            line2: address.line2,
            city: address.city,
            state: address.state,
            postalCode: address.postalCode,
            country: address.country
        )
    }

    var address: PostalAddress {
        PostalAddress(
            line1: line1,
            line2: line2,
            city: city,
            state: state,
            postalCode: postalCode,
            country: country
        )
    }
}

/// A user as everybody sees their own, and admins see all.
struct UserBody: APIModel {
    let id: ID<User>
    let email: EmailAddress
    let isEmailVerified: Bool
    let fullName: String
    let company: String?
    let role: Role
    let isActive: Bool
    let phone: PhoneBody?
    let address: AddressBody?
    let vatNumber: String?
    let timeZone: BillingZone?
    let createdAt: Date

    static let model = Model(
        "user",
        "Somebody who can log in.",
        UserBody.init,
        Field("id", \.id, "The user."),
        Field("email", \.email, "Where the user can be reached."),
        Field("email_verified", \.isEmailVerified, "Whether the address is known to be theirs."),
        Field("full_name", \.fullName, "The user's name."),
        Field("company", \.company, "The company, if any."),
        Field("role", \.role, "What the user may do."),
        Field("active", \.isActive, "Whether the user can log in."),
        Field("phone", \.phone, "The telephone number, if known."),
        Field("address", \.address, "The postal address, if known."),
        Field("vat_number", \.vatNumber, "The VAT number, if any."),
        Field("time_zone", \.timeZone, "Where a customer's days begin; null for staff."),
        Field("created_at", \.createdAt, "When the account was made."),
    )
}

extension UserBody {
    init(_ details: AccountDetails) throws {
        let (user, customer) = (details.user, details.customer)
        self.init(
            id: user.id,
            email: try EmailAddress(user.email).orThrow(UnreadableColumn("email")),
            isEmailVerified: user.emailVerifiedAt != nil,
            fullName: user.fullName,
            company: customer?.company,
            role: user.role,
            isActive: user.isActive,
            phone: customer?.phone.map {
                PhoneBody(countryCode: $0.countryCode, number: $0.number)
            },
            address: customer?.address.map { AddressBody($0) },
            vatNumber: customer?.vatNumber,
            timeZone: customer?.timeZone,
            createdAt: user.createdAt
        )
    }
}

/// The answer to a log-in.
struct TokensBody: APIModel {
    let user: UserBody
    let accessToken: String
    let refreshToken: String
    let tokenType: String
    let expiresIn: Int

    static let model = Model(
        "tokens",
        "What opens the API.",
        TokensBody.init,
        Field("user", \.user, "Who is logged in."),
        Field("access_token", \.accessToken, "Sent as `Authorization: Bearer …`."),
        Field("refresh_token", \.refreshToken, "Brings the next pair; good once."),
        Field("token_type", \.tokenType, "Always `Bearer`.", .example("Bearer")),
        Field("expires_in", \.expiresIn, "How many seconds the access token is good for."),
    )
}

extension TokensBody {
    init(_ tokens: IssuedTokens) throws {
        self.init(
            user: try UserBody(tokens.user),
            accessToken: tokens.accessToken,
            refreshToken: tokens.refreshToken,
            tokenType: "Bearer",
            expiresIn: tokens.expiresInSeconds
        )
    }
}

extension BillingZone: APIString {
    package static var format: String { "time-zone" }

    package init?(apiString: String) { self.init(apiString) }

    package var apiString: String { identifier }
}

/// What a user changes; what is left out stays, and null takes away what may be absent.
struct ProfileChange: APIModel {
    let fullName: String?
    let company: String?
    let phone: PhoneBody?
    let address: AddressBody?
    let vatNumber: String?
    let timeZone: BillingZone?
    let email: EmailAddress?
    let currentPassword: String?

    static let model = Model(
        "profile_change",
        "What to change. What is left out stays; null takes company, phone, address or VAT number "
            + "away.",
        ProfileChange.init,
        Field("full_name", \.fullName, "The user's name.", .length(1...200), .singleLine),
        Field("company", \.company, "The company.", .length(1...200), .singleLine),
        Field("phone", \.phone, "The telephone number."),
        Field("address", \.address, "The postal address."),
        Field(
            "vat_number",
            \.vatNumber,
            "A VAT number of the European Union, with the country's letters.",
            .length(1...40)
        ),
        Field(
            "time_zone",
            \.timeZone,
            "A name of the IANA database; periods that begin from now on are counted in it."
        ),
        Field("email", \.email, "A new address; it has to be verified again."),
        Field(
            "current_password",
            \.currentPassword,
            "Needed for a new address.",
            .length(1...1000),
            .format("password")
        ),
    )

    /// What to store, knowing which fields were sent.
    func change(_ request: Request) throws -> Profiles.Change {
        let sent = try request.json()
        var change = Profiles.Change()
        change.fullName = fullName
        if sent["company"] != nil { change.company = .some(company) }
        if sent["phone"] != nil {
            change.phone = .some(
                phone.map { CustomerRecord.Phone(countryCode: $0.countryCode, number: $0.number) }
            )
        }
        if sent["address"] != nil { change.address = .some(address?.address) }
        if sent["vat_number"] != nil { change.vatNumber = .some(try readVATNumber()) }
        change.timeZone = timeZone
        return change
    }

    private func readVATNumber() throws -> VATNumber? {
        do { return try vatNumber.map { try VATNumber($0) } } catch let problem as VATNumber.Problem
        {
            throw Problem.invalid("vat_number", "bad_format", problem.words)
        }
    }
}
