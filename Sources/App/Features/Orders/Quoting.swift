import Core
import Cryptography
import Postgres
import Web

extension Session {
    /// Prices a cart by what is offered now, telling of a refusal as the API does.
    func quote(_ items: [CartItem], currency: Currency) throws -> Quote {
        let offered = try offeredPlans(currency: currency)
        let domains = try domainPrices(currency: currency)
        do {
            return try Quote(
                items,
                currency: currency,
                plan: { offered[PlanOffer(plan: $0, cycle: $1)] },
                domainPrice: { domains[DomainOffer(ending: $0, action: $1)] }
            )
        } catch {
            throw Problem(refusal: error)
        }
    }
}

extension Problem {
    fileprivate init(refusal: Quote.Refusal) {
        let error =
            switch refusal {
            case .empty:
                FieldError("items", "required", "Choose at least one plan.")
            case .tooManyItems(let most):
                FieldError("items", "too_many", "An order may hold \(most) plans at the most.")
            case .planNotOffered(let item):
                FieldError("items.\(item).plan_id", "not_offered", "This plan is not for sale.")
            case .endingNotSold(let item, let ending):
                FieldError(
                    "items.\(item).domain.name",
                    "ending_not_sold",
                    "Names that end in .\(ending) are not sold here."
                )
            case .yearsOutOfRange(let item):
                FieldError(
                    "items.\(item).domain.years",
                    "out_of_range",
                    "A name can be registered for 1 to 10 years."
                )
            case .authCodeMissing(let item):
                FieldError(
                    "items.\(item).domain.auth_code",
                    "required",
                    "The transfer of a name needs its authorisation code."
                )
            case .quantityNotSold(let item, .quantityOutOfRange(let most)):
                FieldError("items.\(item).quantity", "out_of_range", "From 1 to \(most).")
            case .quantityNotSold(let item, .amountTooLarge(let most)):
                FieldError(
                    "items.\(item).quantity",
                    "out_of_range",
                    "A period costs \(most) at most."
                )
            case .quantityNotSold(let item, _):
                FieldError("items.\(item).plan_id", "not_offered", "This plan is not for sale.")
            case .domainTwice(let item):
                FieldError(
                    "items.\(item).domain.name",
                    "duplicate",
                    "This name is in the order twice."
                )
            }
        self = .invalid([error])
    }
}

extension CartDomain {
    /// The authorisation code as it is stored, which only a transfer has.
    func sealedAuthCode(_ keyring: Keyring, item: ID<OrderItem>) throws -> String? {
        guard action == .transfer, let authCode else { return nil }
        return try keyring.seal(authCode, context: OrderedDomain.context(of: item))
    }
}

extension OrderedDomain {
    /// What the sealed authorisation code is bound to.
    static func context(of item: ID<OrderItem>) -> String { "order_items.auth_code.\(item.text)" }
}
