import Core
import Web

/// What can be told about a cart.
struct Carts: Sendable {
    let services: Services

    init(_ services: Services) { self.services = services }

    /// A line with its price, or with what is wrong with it.
    struct PricedLine: Sendable {
        /// Its place in the cart.
        let number: Int
        let line: Cart.Line
        /// Nil when it cannot be sold.
        let price: Quote.Line?
        let problem: String?
    }

    /// A cart with the server's prices.
    struct Priced: Sendable {
        let lines: [PricedLine]
        /// Of what can be sold; nil when nothing can.
        let quote: BilledQuote?
        let currency: CurrencyChoice
        /// What was typed, whether it is good or not.
        var coupon: CouponCode?
        /// Why it cannot be taken.
        var couponProblem: String?

        /// Whether all of it can be ordered.
        var isOrderable: Bool {
            quote != nil && couponProblem == nil && lines.allSatisfy { $0.problem == nil }
        }
    }

    /// Prices a cart, in what is wished for where that is still open; what cannot be sold says why and the rest is priced without it.
    func price(
        _ cart: Cart,
        for customer: ID<Customer>? = nil,
        in wished: Currency? = nil
    ) async throws -> Priced {
        let currency = try await currency(wished, of: cart, for: customer)
        var priced: Priced
        do {
            priced = try await price(cart, cart.coupon, for: customer, in: currency)
        } catch let problem as Problem where problem.isAboutCoupon {
            priced = try await price(cart, nil, for: customer, in: currency)
            priced.couponProblem = problem.errors.first?.message
        }
        priced.coupon = cart.coupon
        return priced
    }

    private func price(
        _ cart: Cart,
        _ coupon: CouponCode?,
        for customer: ID<Customer>?,
        in currency: CurrencyChoice
    ) async throws -> Priced {
        var sellable = cart.lines.indices.map { $0 }
        var problems: [Int: String] = [:]
        while !sellable.isEmpty {
            do {
                let quote = try await Orders(services).quote(
                    sellable.map { cart.lines[$0].item },
                    coupon: coupon,
                    for: customer,
                    in: currency.currency
                )
                let prices = Dictionary(uniqueKeysWithValues: zip(sellable, quote.lines))
                return Priced(
                    lines: cart.priced(prices, problems),
                    quote: quote,
                    currency: currency
                )
            } catch let problem as Problem where problem.status == 422 {
                guard let error = problem.errors.first,
                    let place = error.itemNumber, sellable.indices.contains(place)
                else { throw problem }
                problems[sellable.remove(at: place)] = error.saying(currency).message
            }
        }
        return Priced(lines: cart.priced([:], problems), quote: nil, currency: currency)
    }

    /// Makes sure that a new line can be sold, and that a name to be registered is free.
    ///
    /// - Throws: a ``Web/Problem`` whose fields are those of the cart's form.
    func check(
        _ line: Cart.Line,
        for customer: ID<Customer>?,
        in currency: CurrencyChoice
    ) async throws {
        do {
            _ = try await Orders(services).quote(
                [line.item],
                for: customer,
                in: currency.currency
            )
        } catch var problem as Problem {
            problem.errors = problem.errors.map { $0.saying(currency) }
            throw NewItemForm.renamed(problem)
        }
        guard let domain = line.domain, domain.action == .register else { return }
        guard await DomainSearch(services).availability(of: domain.name) != .taken else {
            throw Problem.invalid(
                "domain_name",
                "taken",
                "This name is taken. If it is yours, choose to move it here."
            )
        }
    }
}

extension Cart {
    fileprivate func priced(
        _ prices: [Int: Quote.Line],
        _ problems: [Int: String]
    ) -> [Carts.PricedLine] {
        lines.enumerated().map { number, line in
            Carts.PricedLine(
                number: number,
                line: line,
                price: prices[number],
                problem: problems[number]
            )
        }
    }
}

extension Problem {
    /// Whether the coupon is what is wrong.
    var isAboutCoupon: Bool { status == 422 && errors.contains { $0.field == "coupon_code" } }
}

extension FieldError {
    /// The same, with the currency that something is not sold in: it may be in another.
    fileprivate func saying(_ choice: CurrencyChoice) -> FieldError {
        guard !choice.isUsual, ["not_offered", "ending_not_sold"].contains(code) else {
            return self
        }
        return FieldError(field, code, "\(message.dropLast()) in \(choice.currency.code).")
    }

    /// The item that `items.2.domain.name` speaks of.
    fileprivate var itemNumber: Int? {
        let parts = field.split(separator: ".")
        return parts.first == "items" && parts.count > 1 ? Int(parts[1]) : nil
    }
}
