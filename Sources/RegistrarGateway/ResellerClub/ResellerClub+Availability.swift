package import Core
import Wire

extension ResellerClub {
    /// More names of one ending in one question are answered with `unknown` by some registries.
    private static let mostLabels = 5

    /// Asks which names are free.
    ///
    /// A premium name counts as unknown even when it is free: it costs more than its ending does,
    /// so that it must not be sold at the ending's price.
    package func availability(
        of names: [DomainName]
    ) async throws -> [DomainName: DomainAvailability] {
        var found: [DomainName: DomainAvailability] = [:]
        for question in ResellerClub.questions(names) {
            let fields =
                question.labels.map { ("domain-name", $0) } + question.endings.map { ("tlds", $0) }
            let reply = try await read("domains/available.json", fields)
            guard case .object(let answers) = reply else { return try expected(nil) }
            for name in names where question.contains(name) {
                found[name] = DomainAvailability(answers[name.text])
            }
        }
        return found
    }

    /// Labels and endings that are asked for at once: each of these with each of those.
    private struct Question {
        let labels: [String]
        var endings: [String]

        func contains(_ name: DomainName) -> Bool {
            labels.contains(name.label) && endings.contains(name.ending)
        }
    }

    /// As few questions as cover the names and nothing else.
    private static func questions(_ names: [DomainName]) -> [Question] {
        let byEnding = Dictionary(grouping: Set(names), by: \.ending)
        var questions: [Question] = []
        for ending in byEnding.keys.sorted() {
            let labels = (byEnding[ending] ?? []).map(\.label).sorted()
            for start in stride(from: 0, to: labels.count, by: mostLabels) {
                let some = Array(labels[start..<min(start + mostLabels, labels.count)])
                if let index = questions.firstIndex(where: { $0.labels == some }) {
                    questions[index].endings.append(ending)
                } else {
                    questions.append(Question(labels: some, endings: [ending]))
                }
            }
        }
        return questions
    }
}

extension DomainAvailability {
    fileprivate init(_ answer: JSON?) {
        switch answer?["status"]?.string {
        case "available": self = answer?["costHash"] == nil ? .available : .unknown
        case "regthroughus", "regthroughothers": self = .taken
        default: self = .unknown
        }
    }
}
