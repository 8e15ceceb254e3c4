import Core
import Foundation
import Support
package import Web

/// Disputes, for staff.
package enum DisputeEndpoints {
    static let payment = QueryParameter(
        "payment_id",
        ID<Payment>.self,
        "Only those of this payment."
    )
    static let status = QueryParameter(
        "status",
        DisputeState.Standing.self,
        "Only those in this state."
    )

    static let list = Endpoint(
        Route(.get, "/api/v1/disputes"),
        tag: "Payments",
        "List disputes, newest first.",
        details: "They are answered in Stripe's dashboard.",
        output: Page<DisputeBody>.self,
        query: [payment, status] + PageRequest.parameters
    )
    static let show = Endpoint(
        Route(.get, "/api/v1/disputes/:id", ID<Dispute>.self),
        tag: "Payments",
        "Show a dispute.",
        output: DisputeBody.self
    )
    static let policy = Endpoint(
        Route(.get, "/api/v1/admin/dispute-policy"),
        tag: "Admin",
        "Show what happens by itself when a payment is disputed.",
        output: DisputePolicyBody.self
    )
    static let changePolicy = Endpoint(
        Route(.put, "/api/v1/admin/dispute-policy"),
        tag: "Admin",
        "Change what happens by itself when a payment is disputed.",
        input: DisputePolicyBody.self,
        output: DisputePolicyBody.self
    )

    package static func add(to router: inout Router<Services>) {
        router.on(list, as: StaffContext.self) { request, context in
            let page = try PageRequest(request, list: "disputes.-opened_at", keys: 2)
            let filter = DisputeFilter(
                payment: try request.value(of: payment),
                status: try request.value(of: status)
            )
            let rows = try await Disputes(context.services).list(
                filter,
                after: page.after,
                most: page.rowsToRead
            )
            return page.page(rows, keys: filter.place(of:)) { DisputeBody($0) }
        }
        router.on(show, as: StaffContext.self) { _, context, id in
            DisputeBody(try await Disputes(context.services).show(id))
        }
        router.on(policy, as: StaffContext.self) { _, context in
            let policy = try await Disputes(context.services).policy()
            return DisputePolicyBody(freezesServices: policy.freezesServices)
        }
        router.on(changePolicy, as: AdminContext.self) { input, request, context in
            try await Disputes(context.services).change(
                DisputePolicy(freezesServices: input.freezesServices),
                actor: context.user.actor(request)
            )
            return input
        }
    }
}

struct DisputePolicyBody: APIModel {
    let freezesServices: Bool

    static let model = Model(
        "dispute_policy",
        "What happens by itself when a payment is disputed.",
        DisputePolicyBody.init,
        Field(
            "freezes_services",
            \.freezesServices,
            "Whether what the payment has paid for is stopped until the dispute is won."
        ),
    )
}

struct DisputeBody: APIModel {
    let id: ID<Dispute>
    let paymentID: ID<Payment>
    let invoiceID: ID<Invoice>
    let customerID: ID<Customer>
    let status: DisputeState.Standing
    let needsResponse: Bool
    let reason: String
    let amount: MoneyBody
    let held: MoneyBody?
    let fee: MoneyBody?
    let dueBy: Date?
    let openedAt: Date
    let closedAt: Date?

    static let model = Model(
        "dispute",
        "A payer's bank that wants money back.",
        DisputeBody.init,
        Field("id", \.id, "Starts with dsp_."),
        Field("payment_id", \.paymentID, "The payment that is disputed."),
        Field("invoice_id", \.invoiceID, "The invoice that it paid."),
        Field("customer_id", \.customerID, "Whose payment it is."),
        Field("status", \.status, "Where it stands; an inquiry has not moved money."),
        Field("needs_response", \.needsResponse, "Whether the bank waits for an answer."),
        Field("reason", \.reason, "In the processor's word."),
        Field("amount", \.amount, "What is disputed."),
        Field("held", \.held, "What the bank took and has not given back."),
        Field("fee", \.fee, "What the processor has charged for it."),
        Field("due_by", \.dueBy, "Until when evidence may be handed in."),
        Field("opened_at", \.openedAt, "When the bank began it."),
        Field("closed_at", \.closedAt, "When it was decided."),
    )
}

extension DisputeBody {
    init(_ dispute: DisputeRecord) {
        self.init(
            id: dispute.id,
            paymentID: dispute.payment,
            invoiceID: dispute.invoice,
            customerID: dispute.customer,
            status: dispute.status,
            needsResponse: dispute.needsResponse,
            reason: dispute.reason,
            amount: MoneyBody(dispute.amount),
            held: dispute.held.map { MoneyBody($0) },
            fee: dispute.fee.map { MoneyBody($0) },
            dueBy: dispute.dueBy,
            openedAt: dispute.openedAt,
            closedAt: dispute.closedAt
        )
    }
}

extension DisputeState.Standing: APIEnum {}
