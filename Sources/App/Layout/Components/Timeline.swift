import Foundation
import Markup

/// What happened one after another, and what is to come.
struct Timeline: View {
    /// How one part stands.
    enum Mark: Sendable {
        case waiting, running, done, failed, skipped, undone

        var classNames: String {
            switch self {
            case .waiting, .skipped: "is-waiting"
            case .running: "is-info"
            case .done: "is-success"
            case .failed: "is-failure"
            case .undone: "is-warning"
            }
        }

        /// What is read aloud.
        var text: String {
            switch self {
            case .waiting: "Waiting"
            case .running: "Under way"
            case .done: "Done"
            case .failed: "Failed"
            case .skipped: "Not needed"
            case .undone: "Undone"
            }
        }
    }

    struct Item: Sendable {
        let text: String
        let mark: Mark
        let detail: String?
        let at: Date?

        init(_ text: String, _ mark: Mark = .done, detail: String? = nil, at: Date? = nil) {
            self.text = text
            self.mark = mark
            self.detail = detail
            self.at = at
        }
    }

    private let items: [Item]

    init(_ items: [Item]) { self.items = items }

    var body: HTML {
        ol(.classes("timeline"), .role("list")) { for item in items { row(item) } }
    }

    private func row(_ item: Item) -> HTML {
        li(.classes(item.mark.classNames)) {
            span(.classes("step-mark")) { icon(item.mark) }
            span(.classes("step-title")) {
                item.text
                span(.classes("visually-hidden")) { ": \(item.mark.text)" }
            }
            span(.classes("step-time")) { if let at = item.at { Moment(at) } }
            if let detail = item.detail { p(.classes("step-detail")) { detail } }
        }
    }

    @HTMLBuilder private func icon(_ mark: Mark) -> HTML {
        switch mark {
        case .waiting: HTML.empty
        case .running: Icon("loader-circle", "spin")
        case .done: Icon("check")
        case .failed: Icon("x")
        case .skipped: Icon("minus")
        case .undone: Icon("undo-2")
        }
    }
}
