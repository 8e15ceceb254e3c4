import Foundation

/// The countries of ISO 3166 by their two letters, in English.
enum Countries {
    static let names: [String: String] = {
        let english = Locale(identifier: "en")
        var names: [String: String] = [:]
        for region in Locale.Region.isoRegions {
            let code = region.identifier
            guard code.utf8.count == 2, code.utf8.allSatisfy({ (65...90).contains($0) }),
                let name = english.localizedString(forRegionCode: code), name != code
            else { continue }
            names[code] = name
        }
        return names
    }()

    /// What a country is called; its code where that is unknown.
    static func name(of code: String) -> String { names[code] ?? code }

    /// All of them as options of a list, by name.
    static let options: [(value: String, text: String)] =
        [(value: "", text: "Choose a country")]
        + names.sorted { $0.value < $1.value }.map { (value: $0.key, text: $0.value) }
}
