import Testing

/// The three rings: arrows point inward only.
@Suite struct RingTests {
    /// Safe wrappers, no word of billing.
    static let platform: Set = [
        "Support", "Wire", "Postgres", "HTTPServer", "HTTPClient", "Cryptography", "KeyValue",
        "InternetNames", "Typesetting", "Markup", "Web",
    ]
    static let gateways: Set = [
        "StripeGateway", "RegistrarGateway", "NextPanelGateway", "MailGateway", "VIESGateway",
    ]
    /// Which wrapper each C library belongs to.
    static let wrappers = [
        "CPostgres": "Postgres", "CEvent": "HTTPServer", "CCurl": "HTTPClient",
        "COpenSSL": "Cryptography", "CCrypt": "Cryptography", "CHiredis": "KeyValue",
        "CIDN": "InternetNames", "CPango": "Typesetting", "CQPDF": "Typesetting",
        "CAllocator": "Support",
    ]
    /// What comes with the toolchain.
    private static let system: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Testing",
    ]

    /// What a target may stand on.
    private static func allowed(_ target: String) -> Set<String>? {
        if platform.contains(target) {
            return platform.union(wrappers.filter { $0.value == target }.keys)
        }
        if gateways.contains(target) { return platform.union(["Core"]) }
        return switch target {
        case "Core": []
        case "App": platform.union(gateways).union(["Core"])
        case "billing": platform.union(["App"])
        case "benchmark": platform.union(["App", "Core"])
        case "Simulators": platform
        case "sandbox": platform.union(["Simulators"])
        case "arithmetic": ["Core", "Wire"]
        case "FuzzTargets": platform.union(gateways).union(["Core"])
        case "fuzz": ["FuzzTargets"]
        default: nil
        }
    }

    private static func imports(_ source: SwiftSource) -> Set<String> {
        let statement =
            #/^\s*(?:@\w+ )*(?:package |public |internal |private |fileprivate )?import (?:(?:struct|class|enum|func|protocol|typealias|var|let) )?(\w+)/#
        return Set(
            source.code.compactMap { $0.firstMatch(of: statement)?.output.1 }.map(String.init)
        )
    }

    @Test func `the manifest was understood`() {
        #expect(Manifest.targets.count { !$0.isTest } >= 19)
        #expect(Set(Manifest.libraries) == Set(RingTests.wrappers.keys))
        let folders = Set(SwiftSource.product.map(\.target))
        #expect(folders == Set(Manifest.targets.filter { !$0.isTest }.map(\.name)))
    }

    @Test(arguments: Manifest.targets.filter { !$0.isTest }.map(\.name))
    func `a target stands on inner rings alone`(name: String) throws {
        let target = try #require(Manifest.targets.first { $0.name == name && !$0.isTest })
        let allowed = try #require(RingTests.allowed(name), "\(name) belongs to no ring")
        #expect(target.dependencies.subtracting(allowed).isEmpty)
    }

    @Test func `every import is declared in the manifest`() {
        let declared = Dictionary(uniqueKeysWithValues: Manifest.targets.map { ($0.name, $0) })
        for source in SwiftSource.everything {
            let known = (declared[source.target]?.dependencies ?? []).union(RingTests.system)
            let strangers = RingTests.imports(source).subtracting(known)
            #expect(strangers.isEmpty, "\(source.path) imports \(strangers.sorted())")
        }
    }

    @Test func `a C library is imported by its wrapper alone`() {
        for source in SwiftSource.everything {
            for library in RingTests.imports(source).intersection(Manifest.libraries) {
                #expect(RingTests.wrappers[library] == source.target, "\(source.path): \(library)")
            }
        }
    }

    @Test func `core does nothing but decide`() {
        for source in SwiftSource.product where source.target == "Core" {
            let doing = #/\b(await|Task|FileManager|Process|URLSession|Mutex|DispatchQueue)\b/#
            #expect(source.places(doing).isEmpty)
            let imported = RingTests.imports(source)
            #expect(imported.isSubset(of: ["Foundation"]), "\(source.path): \(imported)")
        }
    }

    @Test func `no folder calls anything but a name that one registers a domain`() {
        let folders = Set(
            SwiftSource.everything.flatMap { $0.path.split(separator: "/").dropLast() }
        )
        #expect(!folders.contains("Domain") && !folders.contains("Domains"))
    }
}
