import Core
import Foundation
import Web

/// One number for each thing that a licence limits.
struct ResourceCounts: APIModel {
    let accounts: Int64?
    let domains: Int64?
    let databases: Int64?
    let emails: Int64?

    static let model = Model(
        "resource_counts",
        "A number for each thing that a licence limits.",
        ResourceCounts.init,
        Field("accounts", \.accounts, "Hosting accounts; as a quota null is unlimited."),
        Field("domains", \.domains, "Domains; as a quota null is unlimited."),
        Field("databases", \.databases, "Databases; as a quota null is unlimited."),
        Field("emails", \.emails, "Mailboxes; as a quota null is unlimited."),
    )
}

extension ResourceCounts {
    init(_ quotas: Quotas) {
        self.init(
            accounts: quotas.accounts,
            domains: quotas.domains,
            databases: quotas.databases,
            emails: quotas.emails
        )
    }

    init(_ used: [LicensedResource: Int64]) {
        self.init(
            accounts: used[.accounts, default: 0],
            domains: used[.domains, default: 0],
            databases: used[.databases, default: 0],
            emails: used[.emails, default: 0]
        )
    }
}

/// A licence, its key masked.
struct LicenseBody: APIModel {
    let id: ID<License>
    let licenseKey: String
    let status: LicenseStatus
    let customer: ID<Customer>
    let subscription: ID<Subscription>
    let plan: ID<Plan>
    let planName: String
    let quotas: ResourceCounts
    let usage: ResourceCounts
    let expiresAt: Date?
    let createdAt: Date

    static let model = Model(
        "license",
        "A licence, its key masked.",
        LicenseBody.init,
        Field("id", \.id, "Its identifier."),
        Field("license_key", \.licenseKey, "The key, all but its last group hidden."),
        Field("status", \.status, "Whether it is good now."),
        Field("customer_id", \.customer, "Whose it is."),
        Field("subscription_id", \.subscription, "What pays for it."),
        Field("plan_id", \.plan, "What was bought."),
        Field("plan_name", \.planName, "The plan's name."),
        Field("quotas", \.quotas, "What it allows."),
        Field("usage", \.usage, "What panels have reported."),
        Field("expires_at", \.expiresAt, "When it ends, unless renewed."),
        Field("created_at", \.createdAt, "When it was made."),
    )
}

extension LicenseBody {
    init(_ license: LicenseRecord, now: Date) {
        self.init(
            id: license.id,
            licenseKey: LicenseKey.masked(hint: license.keyHint),
            status: license.status(at: now),
            customer: license.customer,
            subscription: license.subscription,
            plan: license.plan,
            planName: license.planName,
            quotas: ResourceCounts(license.quotas),
            usage: ResourceCounts(license.used),
            expiresAt: license.expiresAt,
            createdAt: license.createdAt
        )
    }
}

/// A licence's whole key.
struct RevealedLicenseBody: APIModel {
    let id: ID<License>
    let licenseKey: String

    static let model = Model(
        "revealed_license",
        "A licence's whole key.",
        RevealedLicenseBody.init,
        Field("id", \.id, "The licence."),
        Field("license_key", \.licenseKey, "What is typed into the panel."),
    )
}

/// What a licence is to be from now on.
struct NewLicenseStatus: APIModel {
    let status: LicenseStatus

    static let model = Model(
        "new_license_status",
        "What a licence is to be from now on.",
        NewLicenseStatus.init,
        Field("status", \.status, "The new state; panels heed it at once."),
    )
}
