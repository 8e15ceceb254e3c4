import Foundation
import Testing

/// What no compiler holds; each rule is a ratchet, so an exception here may only go away.
@Suite struct TidyTests {
    /// Targets that speak to C, the simulators' own sockets, and the fuzzer's engine. What `Support`
    /// calls takes no pointers.
    private static let wrappers = Set(RingTests.wrappers.values).subtracting(["Support"])
    private static let unsafeElsewhere: Set = [
        "Sources/Simulators/Mail/SMTPServer.swift", "Sources/Simulators/Mail/TCPListener.swift",
        "Sources/fuzz/Engine.swift",
    ]
    private static let longFiles = ["Sources/HTTPServer/Connection.swift": 466]
    private static let mostUncheckedTypes = 3
    private static let mostLongLines = 12

    @Test func `SQL stands in files that end in Queries`() {
        let statement =
            #/^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)/#
        for source in SwiftSource.product where source.target != "Postgres" {
            guard !source.fileName.hasSuffix("Queries.swift") else { continue }
            for literal in source.literals where literal.text.contains(statement) {
                Issue.record("\(source.place(literal)): SQL outside a …Queries.swift file")
            }
        }
    }

    @Test func `only wrappers of C are unsafe`() {
        for source in SwiftSource.product where !TidyTests.wrappers.contains(source.target) {
            guard !TidyTests.unsafeElsewhere.contains(source.path) else { continue }
            #expect(source.places(#/\bunsafe\b|\bUnsafe\w*Pointer\b/#).isEmpty)
        }
    }

    @Test func `types that the compiler cannot check for races do not become more`() {
        let unchecked = #/@unchecked\s+Sendable|nonisolated\(unsafe\)/#
        let places = SwiftSource.everything.flatMap { $0.places(unchecked) }
        #expect(places.count <= TidyTests.mostUncheckedTypes, "\(places)")
        #expect(places.allSatisfy { $0.hasPrefix("Sources/") }, "\(places)")
    }

    @Test func `time, identifiers and chance come from Support`() {
        let sources =
            #/\b(Date|UUID)\(\)|\bDate\.now\b|\.random\(|\.randomElement\(|\bSystemRandomNumberGenerator\b|\.shuffled\(\)|\barc4random/#
        for source in SwiftSource.product where source.target != "Support" {
            #expect(source.places(sources).isEmpty)
        }
    }

    @Test func `nothing is left for later`() {
        let mark = "TO" + "DO"
        let other = "FIX" + "ME"
        for source in SwiftSource.everything {
            for comment in source.comments {
                let isLeft = comment.text.contains(mark) || comment.text.contains(other)
                #expect(!isLeft, "\(source.place(comment))")
            }
        }
    }

    @Test func `no function is longer than seventy lines`() {
        var count = 0
        for source in SwiftSource.everything {
            for function in source.functions {
                count += 1
                let place = "\(source.path):\(function.line) \(function.name)"
                #expect(function.lineCount <= 70, "\(place) has \(function.lineCount) lines")
            }
        }
        #expect(count > 2_000)
    }

    @Test func `no file is longer than four hundred lines`() {
        for source in SwiftSource.everything {
            let most = TidyTests.longFiles[source.path] ?? 400
            let count = source.lines.count - 1
            #expect(count <= most, "\(source.path) has \(count) lines")
        }
    }

    @Test func `no line is longer than a hundred columns`() {
        let places = SwiftSource.everything.flatMap { source in
            source.lines.enumerated().compactMap { index, line in
                let text = line.trimmingCharacters(in: .whitespaces)
                let isOneLiteral = text.hasPrefix("\"") && text.hasSuffix("\"")
                let canBreak = !isOneLiteral && !line.contains("#/")
                return line.count > 100 && canBreak ? "\(source.path):\(index + 1)" : nil
            }
        }
        #expect(places.count <= TidyTests.mostLongLines, "\(places)")
    }

    @Test func `attributes never use the keyword class`() {
        for source in SwiftSource.everything {
            #expect(source.places(#/\.class\(/#).isEmpty)
        }
    }

    @Test func `the product never traps on purpose or by force`() {
        let force = #/\btry!|\bas!|\bfatalError\(|\bassertionFailure\(/#
        for source in SwiftSource.product {
            #expect(source.places(force).isEmpty)
        }
    }

    @Test func `paths stand where routes are declared`() {
        let path = #/^/(?:api/v1\b|[a-z][a-z0-9-]*(?:/|$))/#
        for source in SwiftSource.product where source.target == "App" {
            let name = source.fileName
            guard !name.hasSuffix("Routes.swift"), !name.hasSuffix("Endpoints.swift") else {
                continue
            }
            for literal in source.literals where literal.text.contains(path) {
                let isKnown = TidyTests.pathsElsewhere[source.path]?.contains(literal.text) ?? false
                #expect(isKnown, "\(source.place(literal)): \(literal.text)")
            }
        }
    }

    /// The prefix by which a request is known to be the API's, and the like.
    private static let pathsElsewhere: [String: Set<String>] = [
        "Sources/App/Features/Accounts/SignIn.swift": ["/api/"],
        "Sources/App/SettingsReader+Parties.swift": ["/api"],
        "Sources/App/Layout/Navigation.swift": [
            "/login", "/logout", "/register", "/account", "/licenses", "/console",
        ],
    ]

    /// Shown inside of others that are.
    private static let partsOfComponents: Set = ["SavedViewTools"]

    @Test func `the design system shows every component`() {
        let view = #/^struct (\w+)(?:<.*>)?: View/#
        let shown = SwiftSource.product.filter { $0.path.contains("/Features/Design/") }
        var count = 0
        for source in SwiftSource.product where source.path.contains("/Layout/Components/") {
            for name in source.code.compactMap({ $0.firstMatch(of: view).map { String($0.1) } }) {
                count += 1
                let isShown = shown.contains { source in
                    source.code.contains { $0.contains("\(name)(") || $0.contains("\(name) {") }
                }
                let isPart = TidyTests.partsOfComponents.contains(name)
                #expect(isShown || isPart, "\(source.path): \(name)")
            }
        }
        #expect(count > 30)
    }

    @Test func `names say what a thing does, not that it does something`() {
        let vague =
            #/\b(?:class|struct|enum|actor|protocol)\s+\w*(?:Manager|Helper|Util|Utils|Utilities)\b/#
        for source in SwiftSource.everything {
            #expect(source.places(vague).isEmpty)
        }
    }

    @Test func `nothing committed knows the machine it was written on`() throws {
        #expect(Repository.committed.count > 300)
        let names = [
            "/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "py" + "pi.org", "pythonho" + "sted",
            "deb.debi" + "an.org", "index-" + "url", "trusted-" + "host", "proxy.gol" + "ang",
        ]
        for path in Repository.committed {
            guard let text = try? Repository.text(path) else { continue }
            for name in names where text.contains(name) {
                Issue.record("\(path) names \(name)")
            }
        }
    }

    @Test func `documents have one title`() throws {
        for path in Repository.committed where path.hasSuffix(".md") {
            var isCode = false
            let titles = try Repository.text(path).split(separator: "\n").filter { line in
                if line.hasPrefix("```") { isCode.toggle() }
                return !isCode && line.hasPrefix("# ")
            }
            #expect(titles.count == 1, "\(path) has \(titles.count) titles")
        }
    }
}
