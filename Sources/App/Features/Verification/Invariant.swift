import Core
import Foundation
import Postgres

/// A rule that the stored data keeps at any moment, whatever happened before.
///
/// A new one is an entry of a list below and a way to break it in the tests. Where a constraint can
/// hold the rule as well, this is the second net: it also sees what a mistaken migration let in.
struct Invariant: Sendable {
    /// `subject.rule`; it stands in stored findings, so it is never given to another rule.
    let name: String
    /// What holds, in one sentence.
    let statement: String
    /// What the identifiers of its findings name.
    let subject: Subject
    /// A query with a text column `id`, a row for each violation. It may read the row of `clock`:
    /// `now`, and `steady_since`, when the sandbox's clock was last moved.
    let violations: SQL

    init(_ name: String, _ statement: String, of subject: Subject = .text, _ violations: SQL) {
        self.name = name
        self.statement = statement
        self.subject = subject
        self.violations = violations
    }

    /// All rules, the books first.
    static let all: [Invariant] =
        ledger + revenue + documents + taxes + creditNotes + payments + processor + credits
        + coupons
        + orders + services + house + uniqueness + schema
}

extension Invariant {
    /// What a finding's identifiers name.
    struct Subject: Sendable {
        /// What identifiers of its kind begin with; empty for other texts.
        let type: String
        /// The identifier as people and programs outside know it.
        let label: @Sendable (String) -> String

        /// Objects of a kind, by their UUIDs.
        static func of<Entity: Identified>(_ type: Entity.Type) -> Subject {
            Subject(type: Entity.idPrefix) { text in
                UUID(uuidString: text).map { ID<Entity>($0).text } ?? text
            }
        }

        /// What has a name of its own, such as a table.
        static let text = Subject(type: "") { $0 }
    }
}
