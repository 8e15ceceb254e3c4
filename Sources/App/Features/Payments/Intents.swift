package import Core
import Foundation
import Postgres
package import Support
import Web

/// Payments that a page of the portal's own, or of an integrator, completes.
package struct Intents: Sendable {
    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// Starts the payment of an unpaid invoice, or returns the one that is under way.
    package func start(
        _ invoice: ID<Invoice>,
        for scope: Scope,
        savePaymentMethod: Bool
    ) async throws -> (payment: ID<Payment>, clientSecret: Secret<String>) {
        let order = try await services.database.transaction(for: scope) { session in
            guard try session.invoice(invoice) != nil else { throw Problem.notFound }
            return try session.order(ofInvoice: invoice)
        }
        let payable = try await self.payable(invoice, order, for: scope)
        let payment = try await attempt(for: payable, scope, savePaymentMethod: savePaymentMethod)
        services.faults.reach(.paymentIntentStored)
        let state =
            if let id = payment.intentID {
                try await services.payments.intent(id)
            } else {
                try await send(payment)
            }
        guard let secret = state.clientSecret else { throw Problem.orderIsNotPayable }
        return (payment.id, Secret(secret))
    }

    private func payable(
        _ invoice: ID<Invoice>,
        _ order: ID<Order>?,
        for scope: Scope
    ) async throws -> Payable {
        guard let order else {
            let record = try await Invoices(services).show(invoice, for: scope).invoice
            guard record.isPayable else { throw Problem.invoiceIsNotPayable }
            let left = try await Credits(services).pay(record)
            guard left.due.isPositive else { throw Problem.paidByCredit }
            return Payable(left)
        }
        try await OrderBills(services).follow(order)
        let details = try await Orders(services).show(order, for: scope)
        guard details.order.status == .pending, !details.order.total.isZero else {
            throw Problem.orderIsNotPayable
        }
        guard try await !Settlements(services).settleWithoutPayment(order) else {
            throw Problem.paidByCredit
        }
        return try Payable(details)
    }

    /// The attempt that is under way, or a new one after whatever page was open is closed.
    private func attempt(
        for payable: Payable,
        _ scope: Scope,
        savePaymentMethod: Bool
    ) async throws -> PaymentRecord {
        let nowhere = Checkouts.ReturnAddresses(success: "", cancel: "")
        let checkouts = Checkouts(services)
        let payment = try await checkouts.begin(
            .intent,
            payable,
            for: scope,
            returningTo: nowhere,
            savePaymentMethod: savePaymentMethod
        )
        // One that would keep the card is not for a payer who has said no since.
        if payment.kind == .intent, payment.parameters.savePaymentMethod == savePaymentMethod {
            return payment
        }
        try await checkouts.abandon(payable.invoice, for: scope)
        let fresh = try await checkouts.begin(
            .intent,
            payable,
            for: scope,
            returningTo: nowhere,
            savePaymentMethod: savePaymentMethod
        )
        guard fresh.kind == .intent, fresh.parameters.savePaymentMethod == savePaymentMethod else {
            throw Problem.otherPaymentUnderWay
        }
        return fresh
    }

    /// Asks the processor for the payment of a stored attempt; the same attempt asks the same
    /// again.
    func send(_ payment: PaymentRecord) async throws -> IntentState {
        let state = try await create(payment, metadata: payment.metadata)
        services.faults.reach(.paymentIntentCreated)
        try await services.database.transaction(for: .system) {
            try $0.storeIntent(state.id, of: payment.id)
        }
        return state
    }

    /// Asks for it and stores nothing. With other metadata it is never taken for the payment.
    func create(
        _ payment: PaymentRecord,
        metadata: [String: String]
    ) async throws -> IntentState {
        let customer = try await GatewayCustomers(services).identifier(of: payment.customer)
        return try await services.payments.createIntent(
            IntentRequest(
                customer: customer,
                amount: payment.amount,
                description: payment.parameters.lines.map(\.description).joined(separator: ", "),
                savePaymentMethod: payment.parameters.savePaymentMethod,
                metadata: metadata
            ),
            key: payment.key
        )
    }
}
