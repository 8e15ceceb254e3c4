/// The arithmetic of taxes whose rules are known.
///
/// Exact until the one rounding that the settings ask for, to the currency's step. Where prices
/// contain the tax, the tax of all components together is rounded, and shared out among them.
struct TaxComputation {
    private let settings: TaxSettings

    init(_ settings: TaxSettings) { self.settings = settings }

    func lines(_ lines: [TaxableLine], _ rules: [[TaxRule]]) -> [TaxQuote.Line] {
        guard settings.unit == .invoice else {
            return zip(lines, rules).flatMap { together([$0], $1) }
        }
        var result: [TaxQuote.Line?] = lines.map { _ in nil }
        for (first, rule) in rules.enumerated() where result[first] == nil {
            let indices = rules.indices.filter { rules[$0] == rule }
            for (index, line) in zip(indices, together(indices.map { lines[$0] }, rule)) {
                result[index] = line
            }
        }
        return result.compactMap(\.self)
    }

    /// Taxes lines with the same rules, rounding each tax once.
    private func together(_ lines: [TaxableLine], _ rules: [TaxRule]) -> [TaxQuote.Line] {
        let factors = TaxComputation.factors(rules)
        let taxes = settings.isInclusive ? within(lines, factors) : upon(lines, factors)
        return lines.enumerated().map { index, line in
            let amounts = taxes.map { $0[index] }
            let currency = line.amount.currency
            let net = settings.isInclusive ? line.amount - amounts.sum(currency) : line.amount
            let plain = zip(rules, amounts).filter { !$0.0.isCompound }.map(\.1).sum(currency)
            let components = zip(rules, amounts).map { rule, amount in
                TaxComponent(
                    component: rule.component,
                    place: rule.place,
                    rate: rule.rate,
                    isCompound: rule.isCompound,
                    base: rule.isCompound ? net + plain : net,
                    amount: amount
                )
            }
            return TaxQuote.Line(product: line.product, net: net, components: components)
        }
    }

    /// What each rule takes of the amount without tax: a compound one of the plain taxes as well.
    private static func factors(_ rules: [TaxRule]) -> [Ratio] {
        let plain = rules.filter { !$0.isCompound }.map(\.rate).reduce(.zero, +)
        return rules.map { $0.isCompound ? $0.rate * (.one + plain) : $0.rate }
    }

    /// Taxes that are added to the amounts: for each rule, the tax of each line.
    private func upon(_ lines: [TaxableLine], _ factors: [Ratio]) -> [[Money]] {
        factors.map { shares(lines.map(\.amount), $0) }
    }

    /// Taxes that the amounts contain: for each rule, the tax of each line.
    private func within(_ lines: [TaxableLine], _ factors: [Ratio]) -> [[Money]] {
        let sum = factors.reduce(.zero, +)
        guard sum > .zero else { return factors.map { _ in lines.map { $0.amount - $0.amount } } }
        let whole = shares(lines.map(\.amount), sum * (.one + sum).inverse)
        let split = whole.map { $0.allocated(by: TaxComputation.weights(factors)) }
        return factors.indices.map { index in split.map { $0[index] } }
    }

    private func shares(_ amounts: [Money], _ factor: Ratio) -> [Money] {
        guard let currency = amounts.first?.currency else { return [] }
        let parts = Apportionment.parts(
            amounts.map { Int128($0.minorUnits) * Int128(factor.numerator) },
            over: Int128(factor.denominator) * Int128(currency.step),
            settings.rounding
        )
        return parts.map { Money(minorUnits: Int64($0) * currency.step, currency) }
    }

    /// Whole numbers in the proportion of fractions.
    private static func weights(_ factors: [Ratio]) -> [Int64] {
        let denominator = factors.reduce(Int64(1)) { multiple, factor in
            // The fraction in lowest terms has what the two have in common divided out.
            multiple * Ratio(factor.denominator, multiple).numerator
        }
        return factors.map { $0.numerator * (denominator / $0.denominator) }
    }
}
