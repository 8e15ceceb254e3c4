import Wire

/// A payer's bank that wants money back.
struct StripeDispute: StripeObject {
    let id: String
    let created: Int64
    var amount: Int64
    let currency: String
    let charge: String
    let intent: String
    let brand: String
    let reason: String
    var isInquiry: Bool
    var status: String
    var hasEvidence = false
    /// What moved on the balance: the withdrawal, and the money's return.
    var moves: [StripeBalanceTransaction] = []
    let metadata: [String: String]

    /// Nine days to answer, to the end of that day.
    private var dueBy: Int64 { (created / 86_400 + 9) * 86_400 + 86_399 }

    /// Whether the money is away for the time being, or for good.
    var holdsMoney: Bool { !isInquiry && status != "won" && status != "prevented" }

    var json: JSON {
        [
            "id": .string(id), "object": "dispute", "amount": .integer(amount),
            "balance_transactions": .array(moves.map(\.json)), "charge": .string(charge),
            "created": .integer(created), "currency": .string(currency),
            "enhanced_eligibility_types": [], "evidence": StripeDispute.evidence,
            "evidence_details": [
                "due_by": .integer(dueBy), "enhanced_eligibility": [:],
                "has_evidence": .bool(hasEvidence), "past_due": false,
                "submission_count": hasEvidence ? 1 : 0,
                "submission_method": hasEvidence ? "manual" : "not_submitted",
            ],
            "is_charge_refundable": .bool(isInquiry), "livemode": false,
            "metadata": .texts(metadata), "payment_intent": .string(intent),
            "payment_method_details": [
                "card": [
                    "brand": .string(brand), "case_type": isInquiry ? "inquiry" : "chargeback",
                    "network": .string(brand), "network_reason_code": "83",
                ],
                "type": "card",
            ],
            "reason": .string(reason), "status": .string(status),
        ]
    }

    private static let evidence: JSON = {
        let names = [
            "access_activity_log", "billing_address", "cancellation_policy",
            "cancellation_policy_disclosure", "cancellation_rebuttal", "customer_communication",
            "customer_email_address", "customer_name", "customer_purchase_ip",
            "customer_signature", "duplicate_charge_documentation",
            "duplicate_charge_explanation", "duplicate_charge_id", "product_description",
            "receipt", "refund_policy", "refund_policy_disclosure", "refund_refusal_explanation",
            "service_date", "service_documentation", "shipping_address", "shipping_carrier",
            "shipping_date", "shipping_documentation", "shipping_tracking_number",
            "uncategorized_file", "uncategorized_text",
        ]
        return names.reduce(["enhanced_evidence": [:]]) { $0.setting($1, .null) }
    }()
}

extension StripeRoute {
    static let disputes: [StripeRoute] = [
        StripeRoute(
            "GET",
            "v1/disputes",
            StripeParameter.paging + [.text("charge"), .text("payment_intent")]
        ) { books, call throws(StripeError) in
            let charge = call.parameters.text("charge")
            let intent = call.parameters.text("payment_intent")
            let found = books.disputes.newestFirst.filter {
                (charge == nil || $0.charge == charge) && (intent == nil || $0.intent == intent)
            }
            return try call.parameters.page(of: found, url: "/v1/disputes")
        },
        StripeRoute("GET", "v1/disputes/:") { books, call throws(StripeError) in
            try books.dispute(call.id).json
        },
        StripeRoute("POST", "v1/disputes/:/close") { books, call throws(StripeError) in
            try books.endDispute(call.id, .lost, call)
        },
    ]
}

/// How a bank decides.
enum StripeDisputeEnd {
    case won(returningFee: Bool)
    case lost
}

extension StripeBooks {
    /// What a bank's dispute costs, in the minor unit.
    static let disputeFee: Int64 = 1_500

    fileprivate func dispute(_ id: String) throws(StripeError) -> StripeDispute {
        guard let dispute = disputes[id] else {
            throw .noSuch("dispute", id, param: "dispute", inPath: true)
        }
        return dispute
    }

    /// Whether a bank holds money of a charge, which cannot be refunded then.
    func isDisputed(_ charge: String) -> Bool {
        disputes.all.contains { $0.charge == charge && $0.holdsMoney }
    }

    /// A bank begins to dispute a charge: with an inquiry, or by taking the money at once.
    @discardableResult
    mutating func openDispute(
        of id: String,
        _ wish: TestCard.Dispute,
        amount: Int64? = nil,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard var charge = charges[id] ?? intents[id]?.latestCharge.flatMap({ charges[$0] }) else {
            throw .noSuch("charge", id, param: "charge", inPath: true)
        }
        guard charge.isPaid, !isDisputed(charge.id) else {
            throw .invalid("This charge cannot be disputed.", code: "charge_disputed")
        }
        let dispute = StripeDispute(
            id: newID("dp"),
            created: call.now,
            amount: min(amount ?? charge.amount, charge.amount),
            currency: charge.currency,
            charge: charge.id,
            intent: charge.intent,
            brand: charge.method.card.brand,
            reason: wish.reason,
            isInquiry: wish.isInquiry,
            status: wish.isInquiry ? "warning_needs_response" : "needs_response",
            metadata: [:]
        )
        charge.isDisputed = true
        charges[charge.id] = charge
        disputes[dispute.id] = dispute
        emit("charge.dispute.created", dispute.json, call)
        if !wish.isInquiry { withdraw(dispute.id, call) }
        return disputes[dispute.id]?.json ?? .null
    }

    private mutating func withdraw(_ id: String, _ call: StripeCall) {
        guard var dispute = disputes[id] else { return }
        let move = book(
            -dispute.amount,
            dispute.currency,
            fee: Self.disputeFee,
            source: id,
            type: "adjustment",
            description: "Chargeback withdrawal for \(dispute.charge)",
            category: "dispute",
            call
        )
        dispute.moves += [balance[move]].compactMap(\.self)
        disputes[id] = dispute
        emit("charge.dispute.funds_withdrawn", dispute.json, call)
    }

    /// An inquiry becomes a dispute, and the money goes.
    mutating func escalateDispute(_ id: String, _ call: StripeCall) throws(StripeError) -> JSON {
        var dispute = try dispute(id)
        guard dispute.isInquiry, dispute.status.hasPrefix("warning_needs") else {
            throw .invalid("This dispute is no inquiry that is open.")
        }
        dispute.isInquiry = false
        dispute.status = "needs_response"
        disputes[id] = dispute
        emit("charge.dispute.updated", dispute.json, call)
        withdraw(id, call)
        return disputes[id]?.json ?? .null
    }

    /// Evidence was submitted; the bank looks at it.
    mutating func reviewDispute(_ id: String, _ call: StripeCall) throws(StripeError) -> JSON {
        var dispute = try dispute(id)
        guard dispute.status.hasSuffix("needs_response") else {
            throw .invalid("This dispute does not wait for a response.")
        }
        dispute.hasEvidence = true
        dispute.status = dispute.isInquiry ? "warning_under_review" : "under_review"
        disputes[id] = dispute
        emit("charge.dispute.updated", dispute.json, call)
        return dispute.json
    }

    /// The bank gives a part back of a dispute that stays lost.
    mutating func reinstatePart(
        _ amount: Int64,
        of id: String,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        var dispute = try dispute(id)
        guard dispute.status == "lost", (1..<dispute.amount).contains(amount) else {
            throw .invalid("Only a part of a lost dispute is given back so.")
        }
        reinstate(amount, fee: 0, of: &dispute, call)
        disputes[id] = dispute
        emit("charge.dispute.funds_reinstated", dispute.json, call)
        return dispute.json
    }

    private mutating func reinstate(
        _ amount: Int64,
        fee: Int64,
        of dispute: inout StripeDispute,
        _ call: StripeCall
    ) {
        let move = book(
            amount,
            dispute.currency,
            fee: fee,
            source: dispute.id,
            type: "adjustment",
            description: "Chargeback reversal for \(dispute.charge)",
            category: "dispute_reversal",
            call
        )
        dispute.moves += [balance[move]].compactMap(\.self)
    }

    /// The bank decides.
    mutating func endDispute(
        _ id: String,
        _ end: StripeDisputeEnd,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        var dispute = try dispute(id)
        // What was lost an appeal may win.
        var isOver = ["won", "warning_closed"].contains(dispute.status)
        if case .lost = end, dispute.status == "lost" { isOver = true }
        guard !isOver else {
            throw .invalid("This dispute is already closed.", code: "dispute_already_closed")
        }
        switch end {
        case _ where dispute.isInquiry: dispute.status = "warning_closed"
        case .lost: dispute.status = "lost"
        case .won(let returningFee):
            dispute.status = "won"
            reinstate(
                dispute.amount,
                fee: returningFee ? -Self.disputeFee : 0,
                of: &dispute,
                call
            )
        }
        disputes[id] = dispute
        if dispute.status == "won" {
            emit("charge.dispute.funds_reinstated", dispute.json, call)
        }
        emit("charge.dispute.closed", dispute.json, call)
        return dispute.json
    }
}
