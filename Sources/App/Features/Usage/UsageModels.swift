import Core
import Foundation
import Web

/// What a panel reports.
struct NewUsage: APIModel {
    let licenseKey: String
    let resource: LicensedResource
    let delta: Int64?
    let count: Int64?
    let event: String

    static let model = Model(
        "new_usage",
        "Something was made or removed: a delta, or how many there are now.",
        NewUsage.init,
        Field("license_key", \.licenseKey, "The licence's key.", .length(1...64)),
        Field("resource_type", \.resource, "What was made or removed."),
        Field(
            "delta",
            \.delta,
            "How many more; negative when some were removed.",
            .range(-1_000_000_000...1_000_000_000)
        ),
        Field("count", \.count, "How many there are now.", .range(0...1_000_000_000_000)),
        Field(
            "event_id",
            \.event,
            "The panel's own name for this event, such as a UUID; an event counts once.",
            .length(1...128),
            .singleLine
        ),
    )

    /// - Throws: when there is neither a delta nor a count, or both.
    init(
        licenseKey: String,
        resource: LicensedResource,
        delta: Int64?,
        count: Int64?,
        event: String
    ) throws {
        guard delta != nil || count != nil else {
            throw FieldError("delta", "required", "is required unless there is a count")
        }
        guard delta == nil || count == nil else {
            throw FieldError("count", "not_both", "must be left out when there is a delta")
        }
        self.licenseKey = licenseKey
        self.resource = resource
        self.delta = delta
        self.count = count
        self.event = event
    }

    var change: UsageUpdates.Change { count.map { .to($0) } ?? .by(delta ?? 0) }
}

/// A count after an update.
struct UsageBody: APIModel {
    let status: String
    let license: ID<License>
    let resource: LicensedResource
    let count: Int64
    let most: Int64?

    static let model = Model(
        "usage",
        "A count after an update.",
        UsageBody.init,
        Field("status", \.status, "Always success."),
        Field("license_id", \.license, "The licence."),
        Field("resource_type", \.resource, "What is counted."),
        Field("current_count", \.count, "How many there are; after a replay, how many there were."),
        Field("max_count", \.most, "How many are allowed; null is unlimited."),
    )
}

/// How much of one thing is used.
struct ResourceUsageBody: APIModel {
    let resource: LicensedResource
    let used: Int64
    let most: Int64?
    let remaining: Int64?
    let percent: Int64?

    static let model = Model(
        "resource_usage",
        "How much of one thing is used.",
        ResourceUsageBody.init,
        Field("resource_type", \.resource, "What is counted."),
        Field("current_count", \.used, "How many there are."),
        Field("max_count", \.most, "How many are allowed; null is unlimited."),
        Field("remaining", \.remaining, "How many more are allowed; null is unlimited."),
        Field("percent", \.percent, "Used of what is allowed, rounded down; null is unlimited."),
    )

    init(
        resource: LicensedResource,
        used: Int64,
        most: Int64?,
        remaining: Int64?,
        percent: Int64?
    ) {
        self.resource = resource
        self.used = used
        self.most = most
        self.remaining = remaining
        self.percent = percent
    }

    init(_ resource: LicensedResource, used: Int64, most: Int64?) {
        self.init(
            resource: resource,
            used: used,
            most: most,
            remaining: most.map { max(0, $0 - used) },
            percent: most.map { usedPercent(used, of: $0) }
        )
    }
}

/// What one licence allows and uses.
struct LicenseUsageBody: APIModel {
    let license: ID<License>
    let licenseKey: String
    let planName: String
    let status: LicenseStatus
    let resources: [ResourceUsageBody]

    static let model = Model(
        "license_usage",
        "What one licence allows and uses.",
        LicenseUsageBody.init,
        Field("license_id", \.license, "The licence."),
        Field("license_key", \.licenseKey, "Its key, all but the last group hidden."),
        Field("plan_name", \.planName, "Its plan."),
        Field("status", \.status, "Whether it is good now."),
        Field("resources", \.resources, "Each thing that is counted."),
    )
}

extension LicenseUsageBody {
    init(_ license: LicenseRecord, now: Date) {
        self.init(
            license: license.id,
            licenseKey: LicenseKey.masked(hint: license.keyHint),
            planName: license.planName,
            status: license.status(at: now),
            resources: LicensedResource.allCases.map { resource in
                ResourceUsageBody(
                    resource,
                    used: license.used[resource, default: 0],
                    most: license.quotas[resource]
                )
            }
        )
    }
}

/// The sums over all good licences.
struct UsageReportBody: APIModel {
    let at: Date
    let licenses: Int64
    let resources: [ResourceUsageBody]

    static let model = Model(
        "usage_report",
        "The sums over all good licences.",
        UsageReportBody.init,
        Field("generated_at", \.at, "When it was counted."),
        Field("active_licenses", \.licenses, "How many licences are good."),
        Field("resources", \.resources, "Each thing that is counted, over all of them."),
    )
}

extension UsageReportBody {
    init(_ totals: UsageTotals, at now: Date) {
        self.init(
            at: now,
            licenses: totals.licenses,
            resources: LicensedResource.allCases.map { resource in
                let total = totals.resources.first { $0.resource == resource }
                return ResourceUsageBody(
                    resource,
                    used: total?.used ?? 0,
                    most: total.map(\.most) ?? 0
                )
            }
        )
    }
}

/// How pressing an alert is.
enum UsageAlertLevel: String, APIEnum {
    /// From 80 % on.
    case warning
    /// Nothing is left.
    case critical
}

/// A count that has come near what is allowed, or beyond.
struct UsageAlertBody: APIModel {
    let level: UsageAlertLevel
    let license: ID<License>
    let licenseKey: String
    let planName: String
    let resource: LicensedResource
    let used: Int64
    let most: Int64
    let percent: Int64

    static let model = Model(
        "usage_alert",
        "A count that has come near what is allowed, or beyond.",
        UsageAlertBody.init,
        Field("level", \.level, "warning from 80 % on, critical when nothing is left."),
        Field("license_id", \.license, "The licence."),
        Field("license_key", \.licenseKey, "Its key, all but the last group hidden."),
        Field("plan_name", \.planName, "Its plan."),
        Field("resource_type", \.resource, "What is counted."),
        Field("current_count", \.used, "How many there are."),
        Field("max_count", \.most, "How many are allowed."),
        Field("percent", \.percent, "Used of what is allowed, rounded down."),
    )
}

extension UsageAlertBody {
    init(_ alert: UsageAlert) {
        self.init(
            level: alert.used >= alert.most ? .critical : .warning,
            license: alert.license,
            licenseKey: LicenseKey.masked(hint: alert.keyHint),
            planName: alert.planName,
            resource: alert.resource,
            used: alert.used,
            most: alert.most,
            percent: usedPercent(alert.used, of: alert.most)
        )
    }
}

/// Something that a panel has reported.
struct UsageEventBody: APIModel {
    let event: String
    let resource: LicensedResource
    let count: Int64
    let at: Date

    static let model = Model(
        "usage_event",
        "Something that a panel has reported.",
        UsageEventBody.init,
        Field("event_id", \.event, "The panel's name for it."),
        Field("resource_type", \.resource, "What was counted."),
        Field("count_after", \.count, "How many there were afterwards."),
        Field("at", \.at, "When it was reported."),
    )
}

extension UsageEventBody {
    init(_ event: CountedEvent) {
        self.init(
            event: event.id,
            resource: event.resource,
            count: event.usedAfter,
            at: event.at
        )
    }
}

/// Whole per cent, rounded down; whatever is used of nothing is 100.
func usedPercent(_ used: Int64, of most: Int64) -> Int64 {
    guard most > 0 else { return used > 0 ? 100 : 0 }
    let (product, overflows) = used.multipliedReportingOverflow(by: 100)
    return overflows ? used / max(1, most / 100) : product / most
}
