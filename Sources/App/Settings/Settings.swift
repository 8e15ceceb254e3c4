package import Core
import Foundation
import Postgres
import Support
import Web
import Wire

/// What administrators set for the whole system.
package struct Settings: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// The settings as they stand.
    package struct Values: Sendable, Equatable {
        package var company: Company
        /// Whether the welcome mail has the initial password instead of a link that shows it once.
        package var welcomeMailShowsPassword: Bool
        /// Whether a customer who cancels at once gets credit for the time that is not used.
        package var creditsUnusedTime: Bool
        /// How long before a period begins its bill is made.
        package var renewalLead: RenewalLead
        /// How long accounts of ended subscriptions are kept.
        package var accountRetention: AccountRetention
        package var tax: TaxPolicy

        package init(
            company: Company,
            welcomeMailShowsPassword: Bool,
            creditsUnusedTime: Bool = false,
            renewalLead: RenewalLead = .usual,
            accountRetention: AccountRetention = .usual,
            tax: TaxPolicy = TaxPolicy()
        ) {
            self.company = company
            self.welcomeMailShowsPassword = welcomeMailShowsPassword
            self.creditsUnusedTime = creditsUnusedTime
            self.renewalLead = renewalLead
            self.accountRetention = accountRetention
            self.tax = tax
        }
    }

    package func show() async throws -> Values {
        try await services.database.transaction(for: .system) { try $0.settingValues() }
    }

    /// Changes settings; nil stays what it is.
    package func change(
        company: Company? = nil,
        welcomeMailShowsPassword: Bool? = nil,
        creditsUnusedTime: Bool? = nil,
        renewalLead: RenewalLead? = nil,
        accountRetention: AccountRetention? = nil,
        tax: TaxPolicy? = nil,
        actor: Actor
    ) async throws -> Values {
        let now = services.clock.now
        return try await services.database.transaction(for: .system) { session in
            let before = try session.settingValues()
            var after = before
            after.company = company ?? after.company
            after.welcomeMailShowsPassword =
                welcomeMailShowsPassword ?? before.welcomeMailShowsPassword
            after.creditsUnusedTime = creditsUnusedTime ?? before.creditsUnusedTime
            after.renewalLead = renewalLead ?? before.renewalLead
            after.accountRetention = accountRetention ?? before.accountRetention
            after.tax = tax ?? before.tax
            guard after != before else { return before }
            try session.store(after, now: now)
            if after.renewalLead != before.renewalLead {
                try session.lookAtBillsEarlier(by: after.renewalLead)
            }
            if after.accountRetention != before.accountRetention {
                try session.withdrawRemovals(before: after.accountRetention, now: now)
            }
            try session.record(
                AuditEntry(
                    actor,
                    "settings.change",
                    type: "settings",
                    id: "all",
                    before: try before.json(),
                    after: try after.json()
                ),
                now: now
            )
            return after
        }
    }
}

extension Settings.Values {
    fileprivate func json() throws -> JSON {
        [
            "company": try company.json(),
            SettingName.welcomeMailShowsPassword: .bool(welcomeMailShowsPassword),
            SettingName.creditsUnusedTime: .bool(creditsUnusedTime),
            SettingName.renewalLeadDays: renewalLead.json,
            SettingName.accountRetention: accountRetention.json,
            SettingName.tax: tax.json,
        ]
    }
}

extension Company {
    fileprivate func json() throws -> JSON {
        try JSON(reading: Array(try JSONEncoder().encode(self)))
    }
}

/// The names that settings are stored by.
enum SettingName {
    static let company = "company"
    static let welcomeMailShowsPassword = "welcome_mail_shows_password"
    static let creditsUnusedTime = "credits_unused_time"
    static let renewalLeadDays = "renewal_lead_days"
    static let accountRetention = "account_retention"
    static let tax = "tax"
}

extension RenewalLead {
    fileprivate var json: JSON {
        [
            "monthly": .integer(Int64(days(of: .monthly))),
            "yearly": .integer(Int64(days(of: .yearly))),
        ]
    }
}

extension AccountRetention {
    fileprivate var json: JSON { ["days": days.map { .integer(Int64($0)) } ?? JSON.null] }
}

extension Session {
    /// How long before a period begins its bill is made, as administrators have set.
    func renewalLead() throws -> RenewalLead {
        guard let days = try setting(SettingName.renewalLeadDays),
            let monthly = days["monthly"]?.integer, let yearly = days["yearly"]?.integer
        else { return .usual }
        return RenewalLead(monthlyDays: Int(monthly), yearlyDays: Int(yearly))
    }

    /// How long accounts of ended subscriptions are kept, as administrators have set.
    func accountRetention() throws -> AccountRetention {
        guard let value = try setting(SettingName.accountRetention) else { return .usual }
        return AccountRetention(days: value["days"]?.integer.map { Int($0) })
    }

    fileprivate func settingValues() throws -> Settings.Values {
        Settings.Values(
            company: try company(),
            welcomeMailShowsPassword: try flag(SettingName.welcomeMailShowsPassword),
            creditsUnusedTime: try flag(SettingName.creditsUnusedTime),
            renewalLead: try renewalLead(),
            accountRetention: try accountRetention(),
            tax: try taxPolicy()
        )
    }

    fileprivate func store(_ values: Settings.Values, now: Date) throws {
        try setSetting(
            SettingName.creditsUnusedTime,
            to: .bool(values.creditsUnusedTime),
            now: now
        )
        try setSetting(SettingName.renewalLeadDays, to: values.renewalLead.json, now: now)
        try setSetting(SettingName.accountRetention, to: values.accountRetention.json, now: now)
        try setSetting(SettingName.tax, to: values.tax.json, now: now)
        try setSetting(SettingName.company, to: try values.company.json(), now: now)
        try setSetting(
            SettingName.welcomeMailShowsPassword,
            to: .bool(values.welcomeMailShowsPassword),
            now: now
        )
    }
}
