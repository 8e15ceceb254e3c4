import Core
import Foundation
import InternetNames
import Web

/// What a caller orders.
struct NewOrder: APIModel {
    let items: [NewOrderItem]
    let couponCode: String?
    let currency: Currency?

    static let model = Model(
        "new_order",
        "What to order. Prices are computed by the server alone.",
        NewOrder.init,
        Field("items", \.items, "One to ten plans.", .count(1...Quote.mostItems)),
        Field("coupon_code", \.couponCode, "A coupon.", .length(1...64)),
        Field(
            "currency",
            \.currency,
            "For the first order; whoever has bought pays in the same for ever."
        ),
    )

    /// The cart of this order.
    ///
    /// - Throws: what is wrong with names of domains, all at once.
    func cart() throws -> [CartItem] {
        var errors: [FieldError] = []
        var cart: [CartItem] = []
        for (index, item) in items.enumerated() {
            do {
                cart.append(try item.cartItem(index))
            } catch {
                errors.append(error)
            }
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return cart
    }
}

extension NewOrder {
    /// The coupon of this order.
    ///
    /// - Throws: a problem of the field when no coupon can be called so.
    func coupon() throws -> CouponCode? {
        try couponCode.map { try CouponCode($0).orThrow(Problem.unknownCoupon) }
    }
}

struct NewOrderItem: APIModel {
    let planID: ID<Plan>
    let cycle: BillingCycle
    let domain: NewOrderDomain?

    static let model = Model(
        "new_order_item",
        "A plan and, if wanted, a domain name with it.",
        NewOrderItem.init,
        Field("plan_id", \.planID, "The plan."),
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field("domain", \.domain, "The domain name that comes along."),
    )

    fileprivate func cartItem(_ index: Int) throws(FieldError) -> CartItem {
        guard let domain else { return CartItem(plan: planID, cycle: cycle, domain: nil) }
        guard let ascii = InternetName.ascii(domain.name), let name = DomainName(ascii: ascii)
        else {
            throw FieldError(
                "items.\(index).domain.name",
                "bad_format",
                "This is no domain name that can be registered, such as example.com."
            )
        }
        return CartItem(
            plan: planID,
            cycle: cycle,
            domain: CartDomain(
                name: name,
                action: domain.action,
                years: domain.years ?? 1,
                authCode: domain.authCode
            )
        )
    }
}

struct NewOrderDomain: APIModel {
    let name: String
    let action: DomainAction
    let years: Int?
    let authCode: String?

    static let model = Model(
        "new_order_domain",
        "A domain name to register, to transfer or to bring along.",
        NewOrderDomain.init,
        Field("name", \.name, "Such as example.com.", .length(1...253)),
        Field("action", \.action, "What is to be done with it."),
        Field("years", \.years, "For a registration; 1 when absent.", .range(1...10)),
        Field("auth_code", \.authCode, "For a transfer.", .length(1...64)),
    )
}

/// An order as the API shows it.
struct OrderBody: APIModel {
    let id: ID<Order>
    let number: Int64
    let status: OrderStatus
    let items: [OrderItemBody]
    let subtotal: MoneyBody
    let discount: MoneyBody
    let tax: MoneyBody
    let isTaxInclusive: Bool
    let taxes: [TaxComponentBody]
    let total: MoneyBody
    let couponCode: String?
    let invoiceID: ID<Invoice>?
    let steps: [StepBody]
    let createdAt: Date
    let paidAt: Date?

    static let model = Model(
        "order",
        "An order with what it buys and the steps that deliver it.",
        OrderBody.init,
        Field("id", \.id, "Starts with ord_."),
        Field("number", \.number, "The number that people say."),
        Field("status", \.status, "Where it stands."),
        Field("items", \.items, "What was ordered."),
        Field("subtotal", \.subtotal, "The sum of the items."),
        Field("discount", \.discount, "What is taken off."),
        Field("tax", \.tax, "All taxes together."),
        Field(
            "tax_inclusive",
            \.isTaxInclusive,
            "Whether prices, and the subtotal, contain the tax."
        ),
        Field("taxes", \.taxes, "Each tax with what it is levied on."),
        Field("total", \.total, "What is to be paid."),
        Field("coupon_code", \.couponCode, "The coupon that it was placed with."),
        Field("invoice_id", \.invoiceID, "Its invoice, a draft until it is paid."),
        Field("steps", \.steps, "Empty until it is paid."),
        Field("created_at", \.createdAt, "When it was placed."),
        Field("paid_at", \.paidAt, "When it was paid."),
    )
}

extension OrderBody {
    /// Staff see the whole detail of each step.
    init(_ details: OrderDetails, isForStaff: Bool = false) {
        let order = details.order
        self.init(
            id: order.id,
            number: order.number,
            status: order.status,
            items: details.items.map { OrderItemBody($0) },
            subtotal: MoneyBody(order.subtotal),
            discount: MoneyBody(order.discount),
            tax: MoneyBody(order.tax),
            isTaxInclusive: order.isTaxInclusive,
            taxes: details.taxes.map { TaxComponentBody($0) },
            total: MoneyBody(order.total),
            couponCode: details.coupon,
            invoiceID: details.invoice,
            steps: details.steps.map { StepBody($0, isForStaff: isForStaff) },
            createdAt: order.createdAt,
            paidAt: order.paidAt
        )
    }
}

struct OrderItemBody: APIModel {
    let id: ID<OrderItem>
    let planID: ID<Plan>
    let planName: String
    let cycle: BillingCycle
    let quantity: Int64
    let price: MoneyBody
    let domain: OrderDomainBody?
    let amount: MoneyBody

    static let model = Model(
        "order_item",
        "One thing of an order.",
        OrderItemBody.init,
        Field("id", \.id, "Starts with oit_."),
        Field("plan_id", \.planID, "The plan."),
        Field("plan_name", \.planName, "What the plan was called at the sale."),
        Field("billing_cycle", \.cycle, "How often it is paid."),
        Field("quantity", \.quantity, "How many of the plan."),
        Field("price", \.price, "What they cost for one cycle."),
        Field("domain", \.domain, "The domain name that comes along."),
        Field("amount", \.amount, "Plan and domain name together."),
    )

    init(
        id: ID<OrderItem>,
        planID: ID<Plan>,
        planName: String,
        cycle: BillingCycle,
        quantity: Int64,
        price: MoneyBody,
        domain: OrderDomainBody?,
        amount: MoneyBody
    ) {
        self.id = id
        self.planID = planID
        self.planName = planName
        self.cycle = cycle
        self.quantity = quantity
        self.price = price
        self.domain = domain
        self.amount = amount
    }

    init(_ item: OrderItemRecord) {
        self.init(
            id: item.id,
            planID: item.plan,
            planName: item.planName,
            cycle: item.cycle,
            quantity: item.quantity,
            price: MoneyBody(item.planAmount),
            domain: item.domain.map {
                OrderDomainBody(
                    name: $0.name.text,
                    action: $0.action,
                    years: $0.years,
                    price: MoneyBody(item.domainAmount)
                )
            },
            amount: MoneyBody(item.amount)
        )
    }
}

struct OrderDomainBody: APIModel {
    let name: String
    let action: DomainAction
    let years: Int
    let price: MoneyBody

    static let model = Model(
        "order_domain",
        "The domain name of an order's item.",
        OrderDomainBody.init,
        Field("name", \.name, "In ASCII."),
        Field("action", \.action, "What is done with it."),
        Field("years", \.years, "For how long."),
        Field("price", \.price, "For all years together."),
    )
}

struct StepBody: APIModel {
    let name: StepName
    let status: StepStatus
    let itemID: ID<OrderItem>?
    let attempts: Int
    let detail: String?
    let startedAt: Date?
    let finishedAt: Date?

    static let model = Model(
        "order_step",
        "A step that delivers an order.",
        StepBody.init,
        Field("name", \.name, "Which step."),
        Field("status", \.status, "Where it stands."),
        Field("item_id", \.itemID, "What it delivers; null for the payment."),
        Field("attempts", \.attempts, "How often it was begun."),
        Field(
            "detail",
            \.detail,
            "What a person may want to know; staff are told more than buyers."
        ),
        Field("started_at", \.startedAt, "When it was first begun."),
        Field("finished_at", \.finishedAt, "When it ended."),
    )

    init(
        name: StepName,
        status: StepStatus,
        itemID: ID<OrderItem>?,
        attempts: Int,
        detail: String?,
        startedAt: Date?,
        finishedAt: Date?
    ) {
        self.name = name
        self.status = status
        self.itemID = itemID
        self.attempts = attempts
        self.detail = detail
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }

    init(_ step: StepRecord, isForStaff: Bool) {
        self.init(
            name: step.name,
            status: step.status,
            itemID: step.item,
            attempts: step.attempts,
            detail: isForStaff ? step.detail : step.buyerNote,
            startedAt: step.startedAt,
            finishedAt: step.finishedAt
        )
    }
}
