import Core
import Foundation
import Support
package import Web

/// Cards that are charged when a subscription renews.
package enum PaymentMethodEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/payment-methods"),
        tag: "Payments",
        "List your saved cards, the default first.",
        output: PaymentMethodList.self
    )
    static let add = Endpoint(
        Route(.post, "/api/v1/payment-methods"),
        tag: "Payments",
        "Open the processor's page on which a card is saved.",
        output: CardPageBody.self,
        status: 201,
        problems: .ofProviders,
        isIdempotent: true
    )
    static let makeDefault = Endpoint(
        Route(.post, "/api/v1/payment-methods/:id/default", ID<PaymentMethod>.self),
        tag: "Payments",
        "Charge invoices to this card.",
        output: PaymentMethodBody.self,
        problems: [.cardIsRefused]
    )
    static let remove = Endpoint(
        Route(.delete, "/api/v1/payment-methods/:id", ID<PaymentMethod>.self),
        tag: "Payments",
        "Forget a card.",
        output: NoBody.self,
        problems: .ofProviders
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: CustomerContext.self) { _, context in
            let cards = try await PaymentMethods(context.services)
                .list(of: try context.buyer.customer, for: context.user.scope)
            return PaymentMethodList(cards: cards.map { PaymentMethodBody($0) })
        }
        router.on(add, as: CustomerContext.self) { _, context in
            let address = context.services.configuration.portalURL + CardRoutes.saved.path()
            return CardPageBody(
                url: try await PaymentMethods(context.services)
                    .setUpPage(of: try context.buyer.customer, returningTo: address)
            )
        }
        router.on(makeDefault, as: CustomerContext.self) { request, context, id in
            PaymentMethodBody(
                try await PaymentMethods(context.services).makeDefault(
                    id,
                    for: context.user.scope,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(remove, as: CustomerContext.self) { request, context, id in
            try await PaymentMethods(context.services).remove(
                id,
                for: context.user.scope,
                actor: context.user.actor(request)
            )
        }
    }
}

struct PaymentMethodBody: APIModel {
    let id: ID<PaymentMethod>
    let brand: String
    let lastDigits: String
    let expiresMonth: Int
    let expiresYear: Int
    let isDefault: Bool
    let unusableSince: Date?

    static let model = Model(
        "payment_method",
        "A card that the card processor keeps.",
        PaymentMethodBody.init,
        Field("id", \.id, "Starts with pmt_."),
        Field("brand", \.brand, "Such as visa."),
        Field("last4", \.lastDigits, "Its last four digits."),
        Field("exp_month", \.expiresMonth, "The last month it is good in, 1 to 12."),
        Field("exp_year", \.expiresYear, "The year of that month."),
        Field("is_default", \.isDefault, "Whether invoices are charged to it."),
        Field(
            "unusable_since",
            \.unusableSince,
            "When its bank refused it for good: it is charged no more until its owner has paid with "
                + "it again or saved it anew. Null as long as it may be charged."
        ),
    )

    init(
        id: ID<PaymentMethod>,
        brand: String,
        lastDigits: String,
        expiresMonth: Int,
        expiresYear: Int,
        isDefault: Bool,
        unusableSince: Date?
    ) {
        self.id = id
        self.brand = brand
        self.lastDigits = lastDigits
        self.expiresMonth = expiresMonth
        self.expiresYear = expiresYear
        self.isDefault = isDefault
        self.unusableSince = unusableSince
    }

    init(_ record: PaymentMethodRecord) {
        self.init(
            id: record.id,
            brand: record.brand,
            lastDigits: record.lastDigits,
            expiresMonth: record.expiresMonth,
            expiresYear: record.expiresYear,
            isDefault: record.isDefault,
            unusableSince: record.refusal?.since
        )
    }
}

struct PaymentMethodList: APIModel {
    let cards: [PaymentMethodBody]

    static let model = Model(
        "payment_method_list",
        "All saved cards.",
        PaymentMethodList.init,
        Field("data", \.cards, "The default first."),
    )
}

struct CardPageBody: APIModel {
    let url: String

    static let model = Model(
        "card_page",
        "Where a card is saved.",
        CardPageBody.init,
        Field("url", \.url, "The processor's page."),
    )
}
