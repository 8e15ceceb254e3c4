/// The targets of `Package.swift` and what each declares to stand on.
enum Manifest {
    struct Target: Sendable {
        let name: String
        let dependencies: Set<String>
        let isTest: Bool
    }

    static let targets: [Target] = {
        let text = (try? Repository.text("Package.swift")) ?? ""
        let body = text.split(separator: "\n").filter { !$0.contains(#/^\s*///#) }
            .joined(separator: "\n")
        let declaration =
            #/(library|tests|\.executableTarget|\.target)\(\s*(?:name:\s*)?"(\w+)"(?:,\s*(?:dependencies:\s*)?\[([^\]]*)\])?/#
        return body.matches(of: declaration).map { match in
            let names = (match.output.3 ?? "").matches(of: #/"(\w+)"/#).map { String($0.output.1) }
            return Target(
                name: String(match.output.2),
                dependencies: Set(names),
                isTest: ["tests", ".target"].contains(match.output.1)
            )
        }
    }()

    /// The module maps of C libraries.
    static let libraries: [String] = {
        let text = (try? Repository.text("Package.swift")) ?? ""
        return text.matches(of: #/\.systemLibrary\(name: "(\w+)"/#).map { String($0.output.1) }
    }()
}
