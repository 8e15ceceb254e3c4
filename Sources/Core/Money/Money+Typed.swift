extension Money {
    /// Reads an amount as people type it: digits, and a point before the currency's decimals, of
    /// which the last may be left out. Nil for anything else, or for more than ten digits before
    /// the point.
    package init?(typed text: String, _ currency: Currency) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), (1...10).contains(parts[0].utf8.count) else {
            return nil
        }
        let decimals = parts.count == 2 ? parts[1] : ""
        let isWritten = parts.allSatisfy {
            !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard isWritten, decimals.utf8.count <= currency.exponent else { return nil }
        let missing = String(repeating: "0", count: currency.exponent - decimals.utf8.count)
        guard let minorUnits = Int64(parts[0] + decimals + missing) else { return nil }
        self.init(minorUnits: minorUnits, currency)
    }
}
