import Core
import Foundation
import Markup
import Web
import Wire

/// The audit log with its filters.
struct AuditLogView: View {
    let page: ListPage<AuditFilter>

    private var filter: AuditFilter { page.filter }

    var body: HTML {
        PageHeading(
            "Audit log",
            lead: "Who did what, to which object, and from where. Nothing here is ever changed."
        ) { if !page.rows.isEmpty { ExportLink(page.address) } }
        Card(isFlush: true) {
            SavedViewTabs(page)
            filters
            if page.rows.isEmpty {
                EmptyState(
                    filter.isActive ? "Nothing fits these filters" : "Nothing has happened yet",
                    filter.isActive
                        ? "Take a filter away, or look for another object."
                        : "Everything that staff, customers and jobs change is listed here.",
                    icon: "scroll-text"
                )
            } else {
                AuditEntryList(entries: page.rows, showsObject: true)
            }
            page.pager
        } footer: {
            SavedViewTools(
                list: AuditFilter.name,
                query: page.address.query,
                views: page.views,
                token: page.token
            )
        }
    }

    private var filters: HTML {
        FilterBar(ConsoleRoutes.auditLog.path(), isActive: filter.isActive) {
            Filter("Object", "object_type", filter.objectType, all: "All", AuditWords.objects)
            Filter(search: "Identifier", "object_id", filter.objectID, hint: "ord_…")
            Filter(
                search: "Action",
                "action",
                filter.action,
                hint: "order.retry",
                suggestions: AuditWords.actions
            )
            Filter(search: "Who", "actor", filter.actor, hint: "admin@example.com")
            Filter(search: "Request", "request", filter.request, hint: "req_…")
            Filter(
                "Order",
                "sort",
                filter.sorting == AuditColumn.standard ? nil : filter.sorting.text,
                all: "Newest first",
                [(Sorting(AuditColumn.time).text, "Oldest first")]
            )
        }.body
    }
}

/// What happened to one object, as a part of its page.
struct AuditCard: View {
    let entries: [StoredAuditEntry]
    /// Where the log shows the whole history; nil for those who may not read it.
    let log: String?
    var showsObject = false

    var body: HTML {
        Card("History", isFlush: true) {
            if entries.isEmpty {
                p(.classes("card-body", "soft")) { "Nothing has been noted yet." }
            } else {
                AuditEntryList(entries: entries, showsObject: showsObject)
            }
        } actions: {
            if let log { TextLink("In the audit log", to: log) }
        }
    }
}

/// Entries of the audit log, one below the other.
struct AuditEntryList: View {
    let entries: [StoredAuditEntry]
    let showsObject: Bool

    var body: HTML {
        ol(.classes("events"), .role("list")) {
            for entry in entries { AuditEntryView(entry: entry, showsObject: showsObject) }
        }
    }
}

/// One thing that happened.
private struct AuditEntryView: View {
    let entry: StoredAuditEntry
    let showsObject: Bool

    var body: HTML {
        li {
            div(.classes("event-line")) {
                span(.classes("strong")) { AuditWords.sentence(entry.action) }
                if showsObject { object }
                span(.classes("soft", "small", "event-time")) { Moment(entry.at) }
            }
            p(.classes("soft", "small")) {
                entry.who
                if let address = entry.remoteAddress { " from \(address)" }
                if let request = entry.requestID { " · request \(request)" }
            }
            if !changes.isEmpty { ChangeList(changes: changes) }
        }
    }

    @HTMLBuilder private var object: HTML {
        if let path = AuditWords.path(type: entry.objectType, id: entry.objectID) {
            a(.href(path), .classes("mono", "small")) { entry.objectID }
        } else {
            span(.classes("mono", "small", "soft")) { entry.objectID }
        }
    }

    private var changes: [AuditChange] { AuditChange.between(entry.before, entry.after) }
}

/// What was changed, name by name.
private struct ChangeList: View {
    let changes: [AuditChange]

    var body: HTML {
        dl(.classes("changes")) {
            for change in changes {
                dt { change.name }
                dd {
                    if let before = change.before {
                        del { before }
                        span(.classes("visually-hidden")) { " became " }
                    }
                    if let after = change.after { ins { after } }
                }
            }
        }
    }
}

/// One value before and after; nil where there was or is none.
struct AuditChange: Sendable, Equatable {
    let name: String
    let before: String?
    let after: String?

    /// What differs between two states of an object, in the order in which the states name it.
    static func between(_ before: JSON?, _ after: JSON?) -> [AuditChange] {
        let old = before?.members ?? []
        let new = after?.members ?? []
        let names =
            old.map(\.name)
            + new.map(\.name).filter { name in
                !old.contains { $0.name == name }
            }
        return names.compactMap { name in
            let change = AuditChange(
                name: words(name),
                before: before?[name].flatMap(text),
                after: after?[name].flatMap(text)
            )
            return change.before == change.after ? nil : change
        }
    }

    private static func words(_ name: String) -> String {
        let text = name.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private static func text(_ value: JSON) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text.isEmpty ? "empty" : text
        case .bool(let flag): flag ? "yes" : "no"
        case .array(let elements): elements.compactMap(text).joined(separator: ", ")
        case .integer, .number, .object: value.text
        }
    }
}

extension StoredAuditEntry {
    /// Who did it, as people say it.
    var who: String {
        switch Actor.Kind(rawValue: actorType) {
        case .user: actorLabel ?? actorID ?? "Somebody"
        case .apiKey: "Key \(actorLabel ?? actorID ?? "")"
        case .job: "Job: \(actorLabel.map(JobKind.label) ?? "")"
        case .gateway: "Payment processor \(actorLabel?.capitalized ?? "")"
        case .system, nil: actorLabel ?? "The system"
        case .anonymous: actorLabel ?? "Somebody who was not logged in"
        }
    }
}
