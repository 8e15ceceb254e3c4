import Wire

/// Money given back.
struct StripeRefund: StripeObject {
    let id: String
    let created: Int64
    let amount: Int64
    let currency: String
    let charge: String
    let customer: String?
    let intent: String
    let method: String
    let reason: String?
    let metadata: [String: String]
    var status = "succeeded"
    var balanceTransaction: String?
    var failureReason: String?
    var failureBalanceTransaction: String?
    /// When one that takes its time ends.
    var endsAt: Int64?

    var json: JSON {
        var json: JSON = [
            "id": .string(id), "object": "refund", "amount": .integer(amount),
            "balance_transaction": .text(balanceTransaction), "charge": .string(charge),
            "created": .integer(created), "currency": .string(currency),
            "customer": .text(customer), "customer_account": nil,
            "destination_details": [
                "card": [
                    "reference": nil, "reference_status": "pending",
                    "reference_type": "acquirer_reference_number", "type": "refund",
                ],
                "type": "card",
            ],
            "metadata": .texts(metadata), "payment_intent": .string(intent),
            "payment_method": .string(method),
            "reason": .text(reason), "receipt_number": nil, "source_transfer_reversal": nil,
            "status": .string(status), "transfer_reversal": nil,
        ]
        if status == "pending" { json = json.setting("pending_reason", "processing") }
        if let failureReason {
            json = json.setting("failure_reason", .string(failureReason))
            json = json.setting(
                "failure_balance_transaction",
                .text(failureBalanceTransaction)
            )
        }
        return json
    }
}

extension StripeRoute {
    static let refunds: [StripeRoute] = [
        StripeRoute(
            "POST",
            "v1/refunds",
            [
                .text("charge"), .text("payment_intent"), .integer("amount"), .metadata,
                .choice("reason", "duplicate", "fraudulent", "requested_by_customer"),
            ]
        ) { books, call throws(StripeError) in try books.createRefund(call) },
        StripeRoute(
            "GET",
            "v1/refunds",
            StripeParameter.paging + [.text("charge"), .text("payment_intent")]
        ) { books, call throws(StripeError) in
            let charge = call.parameters.text("charge")
            let intent = call.parameters.text("payment_intent")
            let found = books.refunds.newestFirst.filter {
                (charge == nil || $0.charge == charge) && (intent == nil || $0.intent == intent)
            }
            return try call.parameters.page(of: found, url: "/v1/refunds")
        },
        StripeRoute("GET", "v1/refunds/:") { books, call throws(StripeError) in
            guard let refund = books.refunds[call.id] else {
                throw .noSuch("refund", call.id, param: "refund", inPath: true)
            }
            return refund.json
        },
    ]
}

extension StripeBooks {
    fileprivate mutating func createRefund(_ call: StripeCall) throws(StripeError) -> JSON {
        var charge = try chargeToRefund(call)
        guard !isDisputed(charge.id) else {
            throw .invalid(
                "Charge \(charge.id) has been charged back; cannot issue a refund.",
                code: "charge_disputed"
            )
        }
        let remaining = charge.amount - charge.amountRefunded
        guard remaining > 0 else {
            throw .invalid(
                "Charge \(charge.id) has already been refunded.",
                code: "charge_already_refunded"
            )
        }
        let amount = call.parameters.integer("amount") ?? remaining
        guard amount > 0 else {
            throw .parameter(
                "Invalid positive integer",
                code: "parameter_invalid_integer",
                param: "amount"
            )
        }
        guard amount <= remaining else {
            let code = charge.currency
            throw .invalid(
                "Refund amount (\(StripeCurrency.text(amount, code))) is greater than unrefunded "
                    + "amount on charge (\(StripeCurrency.text(remaining, code)))",
                param: "amount"
            )
        }
        var refund = StripeRefund(
            id: newID("re"),
            created: call.now,
            amount: amount,
            currency: charge.currency,
            charge: charge.id,
            customer: charge.customer,
            intent: charge.intent,
            method: charge.method.id,
            reason: call.parameters.text("reason"),
            metadata: call.parameters.metadata()
        )
        refund.status = charge.method.card.refund == "pending" ? "pending" : "succeeded"
        if charge.method.card.refund != nil {
            let end = call.now + 86_400
            refund.endsAt = end
            nextRefund = min(nextRefund ?? end, end)
        }
        refund.balanceTransaction = book(
            -amount,
            charge.currency,
            fee: 0,
            source: refund.id,
            type: "refund",
            description: "REFUND FOR CHARGE",
            call
        )
        charge.amountRefunded += amount
        charges[charge.id] = charge
        refunds[refund.id] = refund
        emit("charge.refunded", charge.json, call)
        emit("refund.created", refund.json, call)
        if refund.status == "succeeded" { emit("refund.updated", refund.json, call) }
        return refund.json
    }

    private func chargeToRefund(_ call: StripeCall) throws(StripeError) -> StripeCharge {
        if let id = call.parameters.text("charge") {
            guard let charge = charges[id] else {
                throw .noSuch("charge", id, param: "charge", inPath: false)
            }
            guard charge.isPaid else {
                throw .invalid("This charge has failed and cannot be refunded.")
            }
            return charge
        }
        guard let id = call.parameters.text("payment_intent") else {
            throw .parameter(
                "One of the following params should be provided for this request: "
                    + "payment_intent or charge.",
                code: "parameter_missing",
                param: "payment_intent"
            )
        }
        guard let intent = intents[id] else {
            throw .noSuch("payment_intent", id, param: "payment_intent", inPath: false)
        }
        guard intent.status == "succeeded",
            let charge = intent.latestCharge.flatMap({ charges[$0] })
        else {
            throw .invalid(
                "This PaymentIntent (\(id)) does not have a successful charge to refund.",
                param: "payment_intent"
            )
        }
        return charge
    }

    /// Ends, a day after they were made, the refunds that take their time: some fail only then.
    mutating func endRefunds(_ call: StripeCall) {
        guard let next = nextRefund, next <= call.now else { return }
        for refund in refunds.all {
            guard let end = refund.endsAt, end <= call.now else { continue }
            let fails = charges[refund.charge]?.method.card.refund == "failed_later"
            // It is there, so that this cannot be refused.
            _ = try? settleRefund(
                refund.id,
                failing: fails ? "expired_or_canceled_card" : nil,
                call
            )
        }
        nextRefund = refunds.all.compactMap(\.endsAt).min()
    }

    /// Ends a refund that was still on its way; with a reason it fails and the money comes back.
    mutating func settleRefund(
        _ id: String,
        failing reason: String?,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard var refund = refunds[id], var charge = charges[refund.charge] else {
            throw .noSuch("refund", id, param: "refund", inPath: true)
        }
        refund.status = reason == nil ? "succeeded" : "failed"
        refund.endsAt = nil
        if let reason {
            refund.failureReason = reason
            refund.failureBalanceTransaction = book(
                refund.amount,
                refund.currency,
                fee: 0,
                source: refund.id,
                type: "refund_failure",
                description: "REFUND FAILURE",
                call
            )
            charge.amountRefunded -= refund.amount
            charges[charge.id] = charge
        }
        refunds[id] = refund
        emit(reason == nil ? "refund.updated" : "refund.failed", refund.json, call)
        return refund.json
    }
}
