import Testing

/// Whoever runs the program finds its settings in `README.md`.
@Suite struct SettingTests {
    /// Read in the sandbox alone, for tests.
    private static let forTests: Set = ["FAULT_POINT"]

    /// The names that stand in the settings' readers, and those that are read on the spot.
    private static var read: Set<String> {
        let name = #/[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*/#
        let readers = #/^Sources/App/(?:Configuration|SettingsReader\S*)\.swift$/#
        let spot = #/environment\["([A-Z_]+)"/#
        var names: Set<String> = []
        for source in SwiftSource.product {
            names.formUnion(source.lines.flatMap { $0.matches(of: spot).map { String($0.1) } })
            guard source.path.contains(readers) else { continue }
            // Codes of currencies are shorter than any name.
            let words = source.literals.map(\.text).filter { $0.count > 3 }
            names.formUnion(words.filter { $0.wholeMatch(of: name) != nil })
        }
        return names
    }

    /// What stands in the first column of the table.
    private static func documented() throws -> Set<String> {
        let rows = try Repository.text("README.md").split(separator: "\n")
            .filter { $0.hasPrefix("| `") }
        let quoted = #/`([A-Z_]+)`/#
        return Set(
            rows.flatMap { row in
                let cell = row.dropFirst().prefix { $0 != "|" }
                return cell.matches(of: quoted).map { String($0.1) }
            }
        )
    }

    @Test func `every setting that is read is documented, and every documented one is read`()
        throws
    {
        let documented = try SettingTests.documented()
        let read = SettingTests.read
        #expect(read.count > 40)
        #expect(read.subtracting(documented) == SettingTests.forTests)
        #expect(documented.subtracting(read).isEmpty)
    }
}
