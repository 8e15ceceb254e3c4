import Foundation
import StripeGateway
import Web
import Wire

extension FuzzTarget {
    /// What is read and written is read again as the same.
    static let json = FuzzTarget("json") { bytes in
        guard let value = try? JSON(reading: bytes) else { return }
        let written = value.bytes
        guard let again = try? JSON(reading: written) else {
            throw Violation(description: "what was written cannot be read")
        }
        try demand(again.bytes == written, "what was written reads as something else")
        try demand(again == value, "a value changes when it is written")
        guard let pretty = try? JSON(reading: value.prettyText) else {
            throw Violation(description: "the pretty text cannot be read")
        }
        try demand(pretty.bytes == written, "the pretty text reads as something else")
    }

    /// A model of the API refuses with a bounded problem, or writes what it reads.
    static let models = FuzzTarget("models") { bytes in
        guard let json = try? JSON(reading: bytes) else { return }
        do {
            let sample = try Sample(reading: json)
            guard let again = try? Sample(reading: sample.json) else {
                throw Violation(description: "a model does not read what it writes")
            }
            try demand(again.json.bytes == sample.json.bytes, "a model changes when it is written")
        } catch let problem as Problem {
            try demand(problem.status == 422, "a body is refused with \(problem.status)")
            try demand(!problem.errors.isEmpty, "a body is refused without a reason")
            let answer = problem.json(requestID: "req_1").bytes
            let most = 65_536 + 2 * bytes.count
            try demand(answer.count <= most, "\(bytes.count) bytes make \(answer.count)")
            try demand((try? JSON(reading: answer)) != nil, "a problem is no JSON")
        }
    }

    /// Stripe's events are hints; a body that is none is only not taken.
    static let event = FuzzTarget("event") { bytes in
        guard let event = StripeEvent(reading: bytes) else { return }
        try demand((try? JSON(reading: bytes)) != nil, "an event was read from what is no JSON")
        _ = event.created.map { $0.timeIntervalSince1970 }
    }
}

/// A field of every kind that the API has.
private struct Sample: APIModel {
    enum Kind: String, APIEnum { case one, two }

    struct Line: APIModel {
        let name: String
        let count: Int

        static let model = Model(
            "fuzz_line",
            "One line.",
            Line.init,
            Field("name", \.name, "A name.", .length(1...20), .singleLine),
            Field("count", \.count, "A count.", .range(-5...5)),
        )
    }

    let text: String?
    let kind: Kind?
    let amount: Int64?
    let ratio: Double?
    let isSet: Bool?
    let at: Date?
    let lines: [Line]?
    let limits: [String: Int64]?
    let free: JSON?

    static let model = Model(
        "fuzz_sample",
        "A field of every kind.",
        Sample.init,
        Field("text", \.text, "A text.", .length(0...40), .pattern("[a-z ]*", "small letters")),
        Field("kind", \.kind, "One of two."),
        Field("amount", \.amount, "An amount.", .atLeast(-10)),
        Field("ratio", \.ratio, "A ratio."),
        Field("set", \.isSet, "Yes or no."),
        Field("at", \.at, "A time."),
        Field("lines", \.lines, "Lines.", .count(0...4)),
        Field("limits", \.limits, "Limits by name."),
        Field("free", \.free, "Anything."),
    )
}
