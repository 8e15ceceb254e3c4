import Core
import Foundation
import Support
package import Web

/// What registrars are owed and were paid, for staff.
package enum RegistrarEndpoints {
    static let list = Endpoint(
        Route(.get, "/api/v1/registrars"),
        tag: "Ledger",
        "List what registrars have charged for names and were paid, by currency.",
        output: RegistrarListBody.self
    )
    static let payments = Endpoint(
        Route(.get, "/api/v1/registrars/:name/payments", String.self),
        tag: "Ledger",
        "List what a registrar was paid, newest first.",
        output: Page<RegistrarPaymentBody>.self,
        query: PageRequest.parameters
    )
    static let record = Endpoint(
        Route(.post, "/api/v1/registrars/:name/payments", String.self),
        tag: "Ledger",
        "Record what was paid to a registrar.",
        details: "A bill of its, or money that is kept with it. A reference is taken once.",
        input: NewRegistrarPayment.self,
        output: RegistrarPaymentBody.self,
        status: 201,
        problems: [.referenceIsKnown],
        isIdempotent: true
    )
    static let reverse = Endpoint(
        Route(.post, "/api/v1/registrar-payments/:id/reversal", ID<RegistrarPayment>.self),
        tag: "Ledger",
        "Take back a payment to a registrar that was recorded by mistake.",
        input: Reversal.self,
        output: RegistrarPaymentBody.self,
        problems: [.registrarPaymentIsReversed],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { _, context in
            RegistrarListBody(
                data: try await RegistrarPayments(context.services).balances()
                    .map { RegistrarBalanceBody($0) }
            )
        }
        router.on(payments, as: StaffContext.self) { request, context, name in
            let page = try PageRequest(request, list: "registrar_payments", keys: 1)
            let payments = RegistrarPayments(context.services)
            _ = try await payments.balances(of: name)
            let rows = try await payments.list(
                of: name,
                before: page.after.flatMap { ID($0[0]) },
                most: page.rowsToRead
            )
            return page.page(rows, keys: { [$0.id.text] }) { RegistrarPaymentBody($0) }
        }
        router.on(record, as: BillingContext.self) { input, request, context, name in
            RegistrarPaymentBody(
                try await RegistrarPayments(context.services).record(
                    RegistrarPayments.NewPayment(
                        amount: try input.amount.money("amount"),
                        reference: input.reference,
                        paidAt: input.paidAt
                    ),
                    to: name,
                    actor: context.user.actor(request)
                )
            )
        }
        router.on(reverse, as: BillingContext.self) { input, request, context, id in
            RegistrarPaymentBody(
                try await RegistrarPayments(context.services).reverse(
                    id,
                    because: input.reason,
                    actor: context.user.actor(request)
                )
            )
        }
    }
}

struct RegistrarListBody: APIModel {
    let data: [RegistrarBalanceBody]

    static let model = Model(
        "registrar_list",
        "What stands with registrars.",
        RegistrarListBody.init,
        Field("data", \.data, "By registrar and currency."),
    )
}

struct RegistrarBalanceBody: APIModel {
    let name: String
    let label: String
    let charged: MoneyBody
    let paid: MoneyBody
    let balance: MoneyBody

    static let model = Model(
        "registrar_balance",
        "What stands with a registrar in a currency.",
        RegistrarBalanceBody.init(name:label:charged:paid:balance:),
        Field("name", \.name, "Such as resellerclub."),
        Field("label", \.label, "Such as ResellerClub."),
        Field("charged", \.charged, "What it has charged for names."),
        Field("paid", \.paid, "What it was paid."),
        Field("balance", \.balance, "What we have with it; below zero for what we owe."),
    )
}

extension RegistrarBalanceBody {
    init(_ balance: RegistrarBalance) {
        self.init(
            name: balance.registrar,
            label: RegistrarName.label(balance.registrar),
            charged: MoneyBody(balance.charged),
            paid: MoneyBody(balance.paid),
            balance: MoneyBody(balance.balance)
        )
    }
}

struct NewRegistrarPayment: APIModel {
    let amount: MoneyBody
    let reference: String
    let paidAt: Date?

    static let model = Model(
        "new_registrar_payment",
        "What was paid to a registrar.",
        NewRegistrarPayment.init,
        Field("amount", \.amount, "How much."),
        Field(
            "reference",
            \.reference,
            "What the bank's statement or the registrar calls it.",
            .singleLine,
            .length(1...200)
        ),
        Field(
            "paid_at",
            \.paidAt,
            "When, in the last 366 days; now when absent. It is booked now in any case."
        ),
    )
}

struct RegistrarPaymentBody: APIModel {
    let id: ID<RegistrarPayment>
    let registrar: String
    let amount: MoneyBody
    let reference: String
    let paidAt: Date
    let recordedAt: Date
    let reversedAt: Date?
    let reversalReason: String?

    static let model = Model(
        "registrar_payment",
        "A payment to a registrar.",
        RegistrarPaymentBody.init(
            id:
            registrar:
            amount:
            reference:
            paidAt:
            recordedAt:
            reversedAt:
            reversalReason:
        ),
        Field("id", \.id, "Starts with rgp_."),
        Field("registrar", \.registrar, "Whom it was paid to."),
        Field("amount", \.amount, "How much."),
        Field("reference", \.reference, "What the bank or the registrar calls it."),
        Field("paid_at", \.paidAt, "When it was paid."),
        Field("recorded_at", \.recordedAt, "When it was recorded and booked."),
        Field("reversed_at", \.reversedAt, "When it was taken back."),
        Field("reversal_reason", \.reversalReason, "Why it was taken back."),
    )
}

extension RegistrarPaymentBody {
    init(_ payment: RegistrarPaymentRecord) {
        self.init(
            id: payment.id,
            registrar: payment.registrar,
            amount: MoneyBody(payment.amount),
            reference: payment.reference,
            paidAt: payment.paidAt,
            recordedAt: payment.createdAt,
            reversedAt: payment.reversedAt,
            reversalReason: payment.reversalReason
        )
    }
}
