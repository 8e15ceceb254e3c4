import Wire

/// What the registrar takes for a year of each ending, in cents of a dollar.
enum RegistrarPrices {
    private static let perYear: [String: Int64] = [
        "com": 1_059, "net": 1_249, "org": 1_149, "info": 1_949, "biz": 1_699, "io": 3_499,
        "co": 2_499, "dev": 1_299, "app": 1_499, "tech": 4_499, "online": 2_999, "store": 3_999,
        "site": 2_499, "xyz": 1_299, "shop": 2_999, "cloud": 1_999, "us": 899, "de": 799,
        "eu": 749, "nl": 799, "fr": 949, "uk": 749, "co.uk": 749, "me": 1_999, "blog": 2_499,
    ]

    private static let classKeys: [String: String] = [
        "com": "domcno", "org": "domorg", "info": "dominfo", "biz": "dombiz", "us": "domus",
        "co.uk": "thirdleveldotuk",
    ]

    static var endings: [String] { perYear.keys.sorted() }

    static func cents(for ending: String, years: Int) -> Int64? {
        perYear[ending].map { $0 * Int64(years) }
    }

    static func classKey(of ending: String) -> String {
        classKeys[ending] ?? "dot" + ending.replacing(".", with: "")
    }

    /// Which endings each product of the price list stands for.
    static var products: JSON {
        [
            "domorder": .array(
                endings.map { .object([.init(classKey(of: $0), .array([.string($0)]))]) }
            )
        ]
    }

    /// An amount as the API writes it.
    static func text(_ cents: Int64) -> String {
        let (whole, rest) = abs(cents).quotientAndRemainder(dividingBy: 100)
        return "\(cents < 0 ? "-" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }

    /// The whole price list.
    static var json: JSON {
        .object(
            endings.map { ending in
                let price: JSON = .string(text(perYear[ending] ?? 0))
                let years: JSON = .object((1...10).map { .init(String($0), price) })
                return .init(
                    classKey(of: ending),
                    [
                        "addnewdomain": years, "renewdomain": years,
                        "addtransferdomain": ["1": price], "restoredomain": ["1": "85.00"],
                    ]
                )
            }
        )
    }
}
