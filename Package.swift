// swift-tools-version: 6.2
import PackageDescription

/// The settings every target is compiled with.
///
/// Memory safety is checked, warnings fail the build, and a C type cannot leak out of the
/// wrapper that imports it, because imports are internal unless a file says otherwise.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A target of ours.
func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

/// The tests of one target, named after it.
func tests(
    _ name: String,
    _ dependencies: [Target.Dependency],
    exclude: [String] = []
) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "nextpanel-billing",
    targets: [
        // The C edge: module maps and static inline shims, imported by one wrapper each.
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq"),
        .systemLibrary(name: "CEvent", pkgConfig: "libevent"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto"),
        .systemLibrary(name: "CCrypt"),
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CIDN", pkgConfig: "libidn2"),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo"),
        .systemLibrary(name: "CQPDF", pkgConfig: "libqpdf"),
        .systemLibrary(name: "CAllocator"),

        // Platform: safe wrappers that know nothing of billing.
        library("Support", ["CAllocator"]),
        library("Wire", ["Support"]),
        library("Postgres", ["CPostgres", "Support"]),
        library("HTTPServer", ["CEvent", "Support", "Wire"]),
        library("HTTPClient", ["CCurl", "Support", "Wire"]),
        library("Cryptography", ["COpenSSL", "CCrypt", "Support"]),
        library("KeyValue", ["CHiredis", "Support"]),
        library("InternetNames", ["CIDN"]),
        library("Typesetting", ["CPango", "CQPDF", "Support"]),
        library("Markup"),
        library("Web", ["Cryptography", "HTTPServer", "Markup", "Support", "Wire"]),

        // The business, pure.
        library("Core"),

        // One outside party each, behind protocols that Core declares.
        library("StripeGateway", ["Core", "Cryptography", "HTTPClient", "Support", "Wire"]),
        library("RegistrarGateway", ["Core", "HTTPClient", "Support", "Wire"]),
        library("NextPanelGateway", ["Core", "HTTPClient", "Support", "Wire"]),
        library("VIESGateway", ["Core", "HTTPClient", "Support", "Wire"]),
        library("MailGateway", ["Core", "Cryptography", "HTTPClient", "Support"]),

        // What joins them, by feature folder.
        library(
            "App",
            [
                "Core", "Cryptography", "HTTPClient", "HTTPServer", "InternetNames", "KeyValue",
                "MailGateway", "Markup", "NextPanelGateway", "Postgres", "RegistrarGateway",
                "StripeGateway", "Support", "Typesetting", "VIESGateway", "Web", "Wire",
            ]
        ),
        .executableTarget(
            name: "billing",
            dependencies: ["App", "Postgres", "Support"],
            swiftSettings: house
        ),

        // What `make bench` measures without a server.
        .executableTarget(
            name: "benchmark",
            dependencies: ["App", "Core", "Postgres", "Support", "Typesetting"],
            swiftSettings: house
        ),

        // The simulators of the outside parties; never part of the product's server.
        library(
            "Simulators",
            ["Cryptography", "HTTPClient", "HTTPServer", "Markup", "Support", "Wire"]
        ),
        .executableTarget(
            name: "sandbox",
            dependencies: ["Simulators", "Support"],
            swiftSettings: house
        ),

        // Every parser of ours with what must hold of it; run by the tests over `Fuzz/Corpus`, and
        // by the program `fuzz`, which is declared below.
        library(
            "FuzzTargets",
            [
                "Core", "Cryptography", "HTTPServer", "InternetNames", "Markup", "StripeGateway",
                "Support", "Web", "Wire",
            ]
        ),

        // Answers what an independent model in Python asks; only tests use it.
        .executableTarget(
            name: "arithmetic",
            dependencies: ["Core", "Wire"],
            swiftSettings: house
        ),

        // How long the tests wait, for all of them.
        .target(name: "Patience", path: "Tests/Patience", swiftSettings: house),

        // What lives of subscriptions are held to, in Core and in the whole system.
        .target(
            name: "Lives",
            dependencies: ["Core"],
            path: "Tests/Lives",
            swiftSettings: house
        ),

        tests("SupportTests", ["Support"]),
        tests("WireTests", ["Wire"]),
        tests("PostgresTests", ["Postgres", "Support"]),
        tests("HTTPServerTests", ["HTTPServer", "Patience", "Support", "Wire"]),
        tests("HTTPClientTests", ["HTTPClient", "HTTPServer", "Support", "Wire"]),
        tests("CryptographyTests", ["Cryptography", "Support"]),
        tests("KeyValueTests", ["KeyValue", "Patience", "Support"]),
        tests("InternetNamesTests", ["InternetNames"]),
        tests("TypesettingTests", ["Support", "Typesetting"]),
        tests("MarkupTests", ["Markup"]),
        tests("WebTests", ["Cryptography", "HTTPServer", "Markup", "Support", "Web", "Wire"]),
        tests("CoreTests", ["Core", "Lives"]),
        tests(
            "GatewayTests",
            [
                "Core", "Cryptography", "HTTPClient", "HTTPServer", "MailGateway",
                "NextPanelGateway", "RegistrarGateway", "Simulators", "StripeGateway", "Support",
                "VIESGateway", "Wire",
            ]
        ),
        tests(
            "SimulatorTests",
            [
                "Cryptography", "HTTPClient", "HTTPServer", "Patience", "Simulators", "Support",
                "Wire",
            ]
        ),
        tests(
            "AppTests",
            [
                "App", "Core", "Cryptography", "HTTPClient", "HTTPServer", "KeyValue", "Lives",
                "MailGateway", "Markup", "Patience", "Postgres", "Simulators", "StripeGateway",
                "Support", "Typesetting", "Web", "Wire",
            ]
        ),
        tests("FuzzTests", ["FuzzTargets", "Support"]),
        tests("HouseTests", ["App", "Postgres", "Support", "Web"]),
    ],
    swiftLanguageModes: [.v6]
)

// It links only with the fuzzer's engine, so `scripts/fuzz` alone declares it.
if Context.environment["FUZZING"] != nil {
    package.targets.append(
        .executableTarget(name: "fuzz", dependencies: ["FuzzTargets"], swiftSettings: house)
    )
}
