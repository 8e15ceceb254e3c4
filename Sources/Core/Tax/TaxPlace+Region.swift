extension TaxPlace {
    /// A place by a country and a state or province as people write it: `CA-QC`, `qc`, `Quebec`.
    ///
    /// What names no region of the country is none: the country's own rules apply then.
    package init(_ country: String, state: String?) {
        self.init(country, region: state.flatMap { TaxPlace.region($0, of: country) })
    }

    /// The region's code; nil for what is none.
    package static func region(_ state: String, of country: String) -> String? {
        let written = state.uppercased().filter { $0 != "." }
        let code = written.hasPrefix(country + "-") ? String(written.dropFirst(3)) : written
        if let names = regions[country] {
            return names.values.contains(code) ? code : names[TaxPlace.plain(state)]
        }
        let isCode =
            (1...3).contains(code.utf8.count)
            && code.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) }
        return isCode ? code : nil
    }

    /// Small letters without accents and anything between them.
    private static func plain(_ name: String) -> String {
        String(
            name.lowercased().compactMap { character in
                switch character {
                case "é", "è": "e"
                case "a"..."z": character
                default: nil
                }
            }
        )
    }

    /// The regions of countries in which they levy taxes of their own and are written out.
    private static let regions: [String: [String: String]] = [
        "CA": [
            "alberta": "AB", "britishcolumbia": "BC", "manitoba": "MB", "newbrunswick": "NB",
            "newfoundlandandlabrador": "NL", "novascotia": "NS", "northwestterritories": "NT",
            "nunavut": "NU", "ontario": "ON", "princeedwardisland": "PE", "quebec": "QC",
            "saskatchewan": "SK", "yukon": "YT",
        ],
        "US": [
            "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR",
            "california": "CA", "colorado": "CO", "connecticut": "CT", "delaware": "DE",
            "districtofcolumbia": "DC", "florida": "FL", "georgia": "GA", "hawaii": "HI",
            "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS",
            "kentucky": "KY", "louisiana": "LA", "maine": "ME", "maryland": "MD",
            "massachusetts": "MA", "michigan": "MI", "minnesota": "MN", "mississippi": "MS",
            "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV",
            "newhampshire": "NH", "newjersey": "NJ", "newmexico": "NM", "newyork": "NY",
            "northcarolina": "NC", "northdakota": "ND", "ohio": "OH", "oklahoma": "OK",
            "oregon": "OR", "pennsylvania": "PA", "puertorico": "PR", "rhodeisland": "RI",
            "southcarolina": "SC", "southdakota": "SD", "tennessee": "TN", "texas": "TX",
            "utah": "UT", "vermont": "VT", "virginia": "VA", "washington": "WA",
            "westvirginia": "WV", "wisconsin": "WI", "wyoming": "WY",
        ],
    ]
}
