/// Shares that were rounded together.
enum Apportionment {
    /// Rounds the sum of exact shares once, and gives each share its part of the rounded sum.
    ///
    /// The shares are `numerators` over one positive `denominator`, of any sign. Each part is its
    /// share rounded down; what is left over goes, one each, to the largest remainders, the earlier
    /// one on a tie. So no part is a whole unit or more away from its share.
    static func parts(
        _ numerators: [Int128],
        over denominator: Int128,
        _ rounding: Rounding
    ) -> [Int128] {
        let sum = numerators.reduce(0, +)
        let rounded = rounding.quotient(sum, by: denominator)
        var parts: [Int128] = []
        var remainders: [Int128] = []
        for numerator in numerators {
            let remainder = (numerator % denominator + denominator) % denominator
            parts.append((numerator - remainder) / denominator)
            remainders.append(remainder)
        }
        var left = rounded - parts.reduce(0, +)
        let order = remainders.indices.sorted {
            (remainders[$1], $0) < (remainders[$0], $1)
        }
        for index in order where left > 0 {
            parts[index] += 1
            left -= 1
        }
        return parts
    }
}
