import Core
import Foundation
import Support
import Wire

/// The rows that break one invariant.
struct VerificationFinding: Sendable, Equatable {
    /// The invariant's name.
    let name: String
    /// What should hold, in the words of the version that checked.
    let statement: String
    /// What kind of object the identifiers name; empty for other texts.
    let type: String
    let count: Int64
    /// The first of them.
    let ids: [String]
}

/// What one look at all invariants found.
struct VerificationReport: Sendable {
    let startedAt: Date
    let finishedAt: Date
    /// How many invariants were looked at.
    let checks: Int
    let findings: [VerificationFinding]
    /// How many rows of each table were seen.
    let counts: [VerifiedTable]

    /// How many rows break an invariant, over all of them.
    var violations: Int64 { findings.reduce(0) { $0 + $1.count } }
    var isClean: Bool { findings.isEmpty }
    var seconds: Double { finishedAt.timeIntervalSince(startedAt) }
}

/// How many rows of a table were seen.
struct VerifiedTable: Sendable, Equatable {
    let name: String
    let rows: Int64
}

/// A report as it was stored.
struct VerificationRecord: Sendable {
    let id: ID<Verification>
    let report: VerificationReport
}

extension VerificationFinding {
    var json: JSON {
        [
            "invariant": .string(name), "statement": .string(statement), "type": .string(type),
            "count": .integer(count), "ids": .array(ids.map { .string($0) }),
        ]
    }

    /// Reads a stored finding; nil for what no version has written.
    init?(_ json: JSON) {
        guard let name = json["invariant"]?.string, let statement = json["statement"]?.string,
            let type = json["type"]?.string, let count = json["count"]?.integer,
            let ids = json["ids"]?.array
        else { return nil }
        self.init(
            name: name,
            statement: statement,
            type: type,
            count: count,
            ids: ids.compactMap(\.string)
        )
    }
}

extension VerificationReport {
    /// For programs: what was looked at and what was found.
    var json: JSON {
        [
            "clean": .bool(isClean), "started_at": .string(startedAt.rfc3339),
            "finished_at": .string(finishedAt.rfc3339), "checks": .integer(Int64(checks)),
            "violations": .integer(violations), "findings": .array(findings.map(\.json)),
            "counts": counts.json,
        ]
    }

    /// For people, a line each.
    var text: String {
        let rows = counts.map { "\($0.rows) \($0.name)" }.joined(separator: ", ")
        let lines = findings.flatMap { finding in
            [
                "BROKEN \(finding.name): \(finding.statement)",
                "       \(counted(finding.count, "row")): "
                    + finding.ids.joined(separator: ", ")
                    + (finding.count > finding.ids.count ? ", …" : ""),
            ]
        }
        let milliseconds = Int((seconds * 1_000).rounded())
        let verdict =
            isClean
            ? "The books are in order: \(checks) invariants hold."
            : "\(findings.count) of \(checks) invariants are broken, by "
                + "\(counted(violations, "row"))."
        return (lines + [verdict, "Looked at \(rows) in \(milliseconds) ms."])
            .joined(separator: "\n")
    }
}

extension [VerifiedTable] {
    var json: JSON { .object(map { JSON.Member($0.name, .integer($0.rows)) }) }

    init(_ json: JSON) {
        self = (json.members ?? []).compactMap { member in
            member.value.integer.map { VerifiedTable(name: member.name, rows: $0) }
        }
    }
}
