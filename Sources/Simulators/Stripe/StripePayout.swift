import Wire

/// Money on its way from the account's balance to its bank.
struct StripePayout: StripeObject {
    let id: String
    let created: Int64
    let amount: Int64
    let currency: String
    var balanceTransaction: String?
    var failureCode: String?
    var failureBalanceTransaction: String?

    var status: String { failureCode == nil ? "paid" : "failed" }

    var json: JSON {
        [
            "id": .string(id), "object": "payout", "amount": .integer(amount),
            "application_fee": nil, "application_fee_amount": nil,
            "arrival_date": .integer(created), "automatic": true,
            "balance_transaction": .text(balanceTransaction), "created": .integer(created),
            "currency": .string(currency), "description": "STRIPE PAYOUT",
            "destination": "ba_sandbox",
            "failure_balance_transaction": .text(failureBalanceTransaction),
            "failure_code": .text(failureCode),
            "failure_message": .text(
                failureCode.map { _ in "The bank account could not take the payout." }
            ),
            "livemode": false, "metadata": [:], "method": "standard",
            "original_payout": nil, "payout_method": nil, "reconciliation_status": "completed",
            "reversed_by": nil, "source_type": "card", "statement_descriptor": nil,
            "status": .string(status), "trace_id": ["status": "pending", "value": nil],
            "type": "bank_account",
        ]
    }
}

extension StripeRoute {
    static let payouts: [StripeRoute] = [
        StripeRoute("GET", "v1/payouts", StripeParameter.paging + [.text("status")]) {
            books,
            call throws(StripeError) in
            let status = call.parameters.text("status")
            let found = books.payouts.newestFirst.filter { status == nil || status == $0.status }
            return try call.parameters.page(of: found, url: "/v1/payouts")
        },
        StripeRoute("GET", "v1/payouts/:") { books, call throws(StripeError) in
            guard let payout = books.payouts[call.id] else {
                throw .noSuch("payout", call.id, param: "payout", inPath: true)
            }
            return payout.json
        },
    ]
}

extension StripeBooks {
    private static let day: Int64 = 86_400

    /// Pays out at each midnight that has passed what had become available by then.
    mutating func payOutWhatIsDue(_ call: StripeCall) {
        while let due = nextPayout, due <= call.now {
            payOut(at: due, call)
            nextPayout = balance.all.filter { $0.payout == nil && $0.type != "payout" }
                .map { Self.midnight(after: max($0.availableOn, due)) }.min()
        }
    }

    /// A bank sends a payout back; its money is the account's again, and goes with a later one.
    mutating func failPayout(
        _ id: String,
        code: String,
        _ call: StripeCall
    ) throws(StripeError) -> JSON {
        guard var payout = payouts[id], payout.failureCode == nil else {
            throw .noSuch("payout", id, param: "payout", inPath: true)
        }
        payout.failureCode = code
        payout.failureBalanceTransaction = book(
            payout.amount,
            payout.currency,
            fee: 0,
            source: id,
            type: "payout_failure",
            description: "STRIPE PAYOUT FAILURE",
            call
        )
        payouts[id] = payout
        emit("payout.failed", payout.json, call)
        return payout.json
    }

    /// Notes that money will have to be paid out.
    mutating func expectPayout(of transaction: StripeBalanceTransaction) {
        let midnight = Self.midnight(after: transaction.availableOn)
        nextPayout = min(nextPayout ?? midnight, midnight)
    }

    private static func midnight(after moment: Int64) -> Int64 { (moment / day + 1) * day }

    private mutating func payOut(at moment: Int64, _ call: StripeCall) {
        let ready = balance.all.filter {
            $0.payout == nil && $0.type != "payout" && $0.availableOn < moment
        }
        for (currency, moves) in Dictionary(grouping: ready, by: \.currency) {
            let sum = moves.reduce(0) { $0 + $1.amount - $1.fee }
            // What is owed to Stripe is taken from later payouts.
            guard sum > 0 else { continue }
            var payout = StripePayout(
                id: newID("po"),
                created: moment,
                amount: sum,
                currency: currency
            )
            for var move in moves {
                move.payout = payout.id
                balance[move.id] = move
            }
            var call = call
            call.now = moment
            payout.balanceTransaction = book(
                -sum,
                currency,
                fee: 0,
                source: payout.id,
                type: "payout",
                description: "STRIPE PAYOUT",
                call
            )
            payouts[payout.id] = payout
            emit("payout.created", payout.json, call)
            emit("payout.paid", payout.json, call)
        }
    }
}
