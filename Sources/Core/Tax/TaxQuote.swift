/// How taxes are computed.
package struct TaxSettings: Hashable, Sendable {
    /// Whether the prices contain the tax. Who owes none pays the same price then.
    package let isInclusive: Bool
    package let unit: Unit
    package let rounding: Rounding

    /// What is rounded at a time.
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case line
        /// The lines with the same taxes together; their tax is then shared out to them.
        case invoice
    }

    package init(
        isInclusive: Bool = false,
        rounding unit: Unit = .line,
        _ rounding: Rounding = .halfEven
    ) {
        self.isInclusive = isInclusive
        self.unit = unit
        self.rounding = rounding
    }
}

/// An amount that may be taxed, after its discount.
package struct TaxableLine: Hashable, Sendable {
    package let product: TaxedProduct
    /// With the tax where prices contain it; negative for a credit.
    package let amount: Money

    package init(_ product: TaxedProduct, _ amount: Money) {
        self.product = product
        self.amount = amount
    }
}

/// One tax on one line, or on all of them.
package struct TaxComponent: Hashable, Sendable {
    package let component: String
    package let place: TaxPlace
    package let rate: Ratio
    package let isCompound: Bool
    package let base: Money
    package let amount: Money

    package init(
        component: String,
        place: TaxPlace,
        rate: Ratio,
        isCompound: Bool,
        base: Money,
        amount: Money
    ) {
        self.component = component
        self.place = place
        self.rate = rate
        self.isCompound = isCompound
        self.base = base
        self.amount = amount
    }
}

/// The taxes on the lines of a document, with the reasons.
package struct TaxQuote: Hashable, Sendable {
    package struct Line: Hashable, Sendable {
        package let product: TaxedProduct
        /// Without tax.
        package let net: Money
        package let components: [TaxComponent]

        package var tax: Money { components.map(\.amount).sum(net.currency) }
        package var gross: Money { net + tax }
    }

    package let lines: [Line]
    package let treatment: TaxTreatment
    /// What has to stand on the document.
    package let notes: [String]
    /// Why the taxes are what they are, for whoever asks.
    package let reasons: [String]

    /// Taxes lines of one currency that are sold at an instant.
    package init(
        _ lines: [TaxableLine],
        seller: TaxSeller,
        buyer: TaxBuyer,
        rules: TaxRules,
        settings: TaxSettings = TaxSettings(),
        at instant: Instant
    ) {
        treatment = TaxTreatment(seller, buyer)
        let place = treatment.place(seller, buyer)
        var exemptions: [TaxExemption] = []
        let ruled = lines.map { line -> [TaxRule] in
            guard let place else { return [] }
            return rules.applying(to: line.product, in: place, at: instant).filter { rule in
                let exemption = buyer.exemptions.first {
                    $0.frees(from: rule.component, at: instant)
                }
                if let exemption, !exemptions.contains(exemption) { exemptions.append(exemption) }
                return exemption == nil
            }
        }
        self.lines = TaxComputation(settings).lines(lines, ruled)
        notes = [treatment.note].compactMap(\.self) + exemptions.map { "Exempt: \($0.reason)" }
        reasons = TaxQuote.reasons(treatment, buyer, exemptions, taxed: self.lines)
    }

    /// The taxes of all lines, each with its base, in the order in which they first appear.
    package var components: [TaxComponent] { lines.flatMap(\.components).summed }

    package func tax(_ currency: Currency) -> Money { lines.map(\.tax).sum(currency) }

    private static func reasons(
        _ treatment: TaxTreatment,
        _ buyer: TaxBuyer,
        _ exemptions: [TaxExemption],
        taxed lines: [Line]
    ) -> [String] {
        var reasons = [treatment.reason]
        if buyer.vatNumber != nil, treatment == .domestic || treatment == .destination {
            switch buyer.vatCheck {
            case .pending: reasons.append("The buyer's VAT number has not been confirmed yet.")
            case .invalid: reasons.append("The register does not know the buyer's VAT number.")
            case .valid: break
            }
        }
        reasons += exemptions.map { "The buyer is exempt: \($0.reason)" }
        var seen: Set<String> = []
        for component in lines.flatMap(\.components) {
            let text = component.reason
            if seen.insert(text).inserted { reasons.append(text) }
        }
        return reasons
    }
}

extension Sequence<TaxComponent> {
    /// Each tax once with its whole base and amount, in the order in which they first appear.
    package var summed: [TaxComponent] {
        var sums: [TaxComponent] = []
        for component in self {
            if let index = sums.firstIndex(where: { $0.isSameTax(as: component) }) {
                sums[index] = sums[index].adding(component)
            } else {
                sums.append(component)
            }
        }
        return sums
    }
}

extension TaxComponent {
    /// `VAT 19 %`.
    package var label: String { "\(component) \(rate.percentText)" }

    func isSameTax(as other: TaxComponent) -> Bool {
        component == other.component && place == other.place && rate == other.rate
            && isCompound == other.isCompound
    }

    func adding(_ other: TaxComponent) -> TaxComponent {
        TaxComponent(
            component: component,
            place: place,
            rate: rate,
            isCompound: isCompound,
            base: base + other.base,
            amount: amount + other.amount
        )
    }

    fileprivate var reason: String {
        let levied = [place.country, place.region].compactMap(\.self).joined(separator: "-")
        let compound = isCompound ? ", on the other taxes as well" : ""
        return "\(component) of \(levied): \(rate.percentText)\(compound)."
    }
}
