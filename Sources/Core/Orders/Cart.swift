/// What somebody wants to buy, before it has prices.
package struct CartItem: Sendable, Equatable {
    package let plan: ID<Plan>
    package let cycle: BillingCycle
    package let quantity: Int64
    package let domain: CartDomain?

    package init(
        plan: ID<Plan>,
        cycle: BillingCycle,
        quantity: Int64 = 1,
        domain: CartDomain?
    ) {
        self.plan = plan
        self.cycle = cycle
        self.quantity = quantity
        self.domain = domain
    }
}

/// A domain name that comes along with a plan.
package struct CartDomain: Sendable, Equatable {
    package let name: DomainName
    package let action: DomainAction
    /// For a registration; 1 to 10.
    package let years: Int
    /// For a transfer.
    package let authCode: String?

    package init(name: DomainName, action: DomainAction, years: Int, authCode: String?) {
        self.name = name
        self.action = action
        self.years = years
        self.authCode = authCode
    }
}

/// A plan as it is sold now.
package struct OfferedPlan: Sendable, Equatable {
    package let id: ID<Plan>
    package let name: String
    package let price: ID<Price>
    package let amount: Money
    package let quotas: Quotas

    package init(
        id: ID<Plan>,
        name: String,
        price: ID<Price>,
        amount: Money,
        quotas: Quotas
    ) {
        self.id = id
        self.name = name
        self.price = price
        self.amount = amount
        self.quotas = quotas
    }
}

/// A cart with the server's prices.
package struct Quote: Sendable, Equatable {
    /// One thing with its prices.
    package struct Line: Sendable, Equatable {
        package let plan: OfferedPlan
        package let cycle: BillingCycle
        package let quantity: Int64
        package let domain: CartDomain?
        /// For all years together; nothing for a name the customer has already.
        package let domainAmount: Money

        /// For all of it and one period.
        package var planAmount: Money { plan.amount * quantity }
        package var amount: Money { planAmount + domainAmount }
    }

    package let lines: [Line]
    package let currency: Currency

    package init(lines: [Line], currency: Currency) {
        self.lines = lines
        self.currency = currency
    }

    /// What the lines cost, without discount and tax.
    package var subtotal: Money { lines.map(\.amount).sum(currency) }

    /// What is put on the bill: each line's plan, and its domain name unless the customer has it
    /// already.
    package var items: [BillItem] {
        lines.flatMap { line -> [BillItem] in
            let plan = BillItem(.hosting, plan: line.plan.id, .charge(line.planAmount))
            guard let domain = line.domain, domain.action != .own else { return [plan] }
            return [plan, BillItem(.domain, .charge(line.domainAmount))]
        }
    }

    /// Why a cart cannot be priced.
    package enum Refusal: Error, Equatable {
        case empty
        case tooManyItems(most: Int)
        case planNotOffered(item: Int)
        case endingNotSold(item: Int, ending: String)
        case yearsOutOfRange(item: Int)
        case authCodeMissing(item: Int)
        case domainTwice(item: Int)
        case quantityNotSold(item: Int, SubscriptionTerms.Problem)
    }

    /// How many things one order may hold.
    package static let mostItems = 10

    /// Prices a cart by what is offered now.
    ///
    /// `plan` says what is offered of a plan for a cycle, and nil when it is not for sale;
    /// `domainPrice` what an ending costs a year for an action, and nil when it is not sold.
    ///
    /// - Throws: what is wrong with the first item that is wrong.
    package init(
        _ items: [CartItem],
        currency: Currency,
        plan: (ID<Plan>, BillingCycle) -> OfferedPlan?,
        domainPrice: (_ ending: String, DomainAction) -> Money?
    ) throws(Refusal) {
        guard !items.isEmpty else { throw .empty }
        guard items.count <= Quote.mostItems else { throw .tooManyItems(most: Quote.mostItems) }
        var names: Set<DomainName> = []
        var lines: [Line] = []
        for (index, item) in items.enumerated() {
            guard let offered = plan(item.plan, item.cycle) else {
                throw .planNotOffered(item: index)
            }
            if let domain = item.domain, !names.insert(domain.name).inserted {
                throw .domainTwice(item: index)
            }
            let price = try Quote.price(item.domain, index, currency, domainPrice)
            try Quote.check(item, offered, index)
            lines.append(
                Line(
                    plan: offered,
                    cycle: item.cycle,
                    quantity: item.quantity,
                    domain: item.domain,
                    domainAmount: price
                )
            )
        }
        self.init(lines: lines, currency: currency)
    }

    /// What is bought has to be possible as a subscription.
    private static func check(
        _ item: CartItem,
        _ offered: OfferedPlan,
        _ index: Int
    ) throws(Refusal) {
        do {
            _ = try SubscriptionTerms(
                plan: offered.id,
                price: offered.price,
                unitPrice: offered.amount,
                quantity: item.quantity,
                cycle: item.cycle
            )
        } catch {
            throw .quantityNotSold(item: index, error)
        }
    }

    private static func price(
        _ domain: CartDomain?,
        _ item: Int,
        _ currency: Currency,
        _ yearly: (String, DomainAction) -> Money?
    ) throws(Refusal) -> Money {
        guard let domain, domain.action != .own else { return .zero(currency) }
        guard let price = yearly(domain.name.ending, domain.action) else {
            throw .endingNotSold(item: item, ending: domain.name.ending)
        }
        switch domain.action {
        case .own: return .zero(currency)
        case .register:
            guard (1...10).contains(domain.years) else { throw .yearsOutOfRange(item: item) }
            return price * Int64(domain.years)
        case .transfer:
            guard domain.authCode?.isEmpty == false else { throw .authCodeMissing(item: item) }
            return price
        }
    }
}
