import Wire

/// One attempt to take money from a card; only those that succeeded took any.
struct StripeCharge: StripeObject {
    let id: String
    let created: Int64
    let amount: Int64
    let currency: String
    let customer: String?
    let description: String?
    let intent: String
    let method: StripePaymentMethod
    let metadata: [String: String]
    let receiptEmail: String?
    var decline: TestCard.Decline?
    var amountRefunded: Int64 = 0
    var balanceTransaction: String?
    var wasAuthenticated = false
    var isDisputed: Bool?

    var isPaid: Bool { decline == nil }

    private var outcome: JSON {
        let isBlocked = decline == .blocked
        return [
            "advice_code": .text(decline?.advice), "network_advice_code": nil,
            "network_decline_code": decline == nil ? nil : "01",
            "network_status": .string(
                isPaid
                    ? "approved_by_network"
                    : isBlocked
                        ? "not_sent_to_network"
                        : "declined_by_network"
            ),
            "reason": .text(isBlocked ? "highest_risk_level" : decline?.declineCode),
            "risk_level": .string(isBlocked ? "highest" : "normal"),
            "risk_score": isBlocked ? 92 : 12,
            "seller_message": .string(
                isPaid ? "Payment complete." : "The bank did not return any further details."
            ),
            "type": .string(isPaid ? "authorized" : isBlocked ? "blocked" : "issuer_declined"),
        ]
    }

    private var methodDetails: JSON {
        let authentication: JSON = [
            "authentication_flow": "challenge", "electronic_commerce_indicator": "05",
            "exemption_indicator": nil, "result": "authenticated", "result_reason": nil,
            "transaction_id": .string("3ds_" + id), "version": "2.2.0",
        ]
        if method.card.isDebit {
            return [
                "sepa_debit": [
                    "bank_code": .string(String(method.card.number.dropFirst(4).prefix(8))),
                    "branch_code": "", "country": .string(String(method.card.number.prefix(2))),
                    "fingerprint": .string("fp" + method.card.number.suffix(14)),
                    "last4": .string(method.card.last4), "mandate": nil,
                ],
                "type": "sepa_debit",
            ]
        }
        return [
            "card": method.cardJSON.merging([
                "amount_authorized": .integer(isPaid ? amount : 0), "authorization_code": nil,
                "extended_authorization": ["status": "disabled"],
                "incremental_authorization": ["status": "unavailable"], "installments": nil,
                "mandate": nil, "multicapture": ["status": "unavailable"],
                "network": .string(method.card.brand), "network_token": ["used": false],
                "network_transaction_id": .string("104" + id.suffix(12)),
                "overcapture": [
                    "maximum_amount_capturable": .integer(amount), "status": "unavailable",
                ],
                "regulated_status": "unregulated",
                "three_d_secure": wasAuthenticated ? authentication : nil,
            ]),
            "type": "card",
        ]
    }

    var json: JSON {
        let money: JSON = [
            "id": .string(id), "object": "charge", "amount": .integer(amount),
            "amount_captured": .integer(isPaid ? amount : 0),
            "amount_refunded": .integer(amountRefunded), "application": nil,
            "application_fee": nil, "application_fee_amount": nil,
            "balance_transaction": .text(balanceTransaction),
            "billing_details": method.billingJSON,
            "calculated_statement_descriptor": "SANDBOX", "captured": .bool(isPaid),
            "created": .integer(created), "currency": .string(currency),
            "customer": .text(customer), "description": .text(description),
            "disputed": .bool(isDisputed ?? false),
            "failure_balance_transaction": nil, "failure_code": .text(decline?.code),
            "failure_message": .text(decline?.message), "fraud_details": [:],
        ]
        return money.merging([
            "livemode": false, "metadata": .texts(metadata), "on_behalf_of": nil,
            "outcome": outcome, "paid": .bool(isPaid), "payment_intent": .string(intent),
            "payment_method": .string(method.id), "payment_method_details": methodDetails,
            "radar_options": [:], "receipt_email": .text(receiptEmail), "receipt_number": nil,
            "receipt_url": nil, "refunded": .bool(isPaid && amountRefunded == amount),
            "review": nil, "shipping": nil, "source": nil, "source_transfer": nil,
            "statement_descriptor": nil, "statement_descriptor_suffix": nil,
            "status": .string(isPaid ? "succeeded" : "failed"), "transfer_data": nil,
            "transfer_group": nil,
        ])
    }
}

/// Money that came into or left the account's balance.
struct StripeBalanceTransaction: StripeObject {
    let id: String
    let created: Int64
    let amount: Int64
    let currency: String
    let fee: Int64
    /// How much of its currency came for a thousand of the charge's; nil when they are one.
    var perMille: Int64?
    let source: String
    /// `charge`, `refund`, `refund_failure`, `adjustment` or `payout`.
    let type: String
    let description: String?
    /// What Stripe's reports call it where that is not its type.
    var category: String?
    /// The payout that it went to the bank with.
    var payout: String?

    var availableOn: Int64 { created + 2 * 86_400 }

    private var rate: JSON { perMille.map { .number(Double($0) / 1_000) } ?? .null }

    var json: JSON {
        let fees: [JSON] =
            fee == 0
            ? []
            : [
                [
                    "amount": .integer(fee), "application": nil, "currency": .string(currency),
                    "description": "Stripe processing fees", "type": "stripe_fee",
                ]
            ]
        return [
            "id": .string(id), "object": "balance_transaction", "amount": .integer(amount),
            "available_on": .integer(availableOn), "balance_type": "payments",
            "created": .integer(created), "currency": .string(currency),
            "description": .text(description), "exchange_rate": rate, "fee": .integer(fee),
            "fee_details": .array(fees), "net": .integer(amount - fee),
            "reporting_category": .string(category ?? type), "source": .string(source),
            "status": payout == nil ? "pending" : "available",
            "type": .string(type),
        ]
    }
}

extension StripeRoute {
    static let charges: [StripeRoute] = [
        StripeRoute(
            "GET",
            "v1/charges",
            StripeParameter.paging + [.text("customer"), .text("payment_intent")]
        ) { books, call throws(StripeError) in
            let customer = call.parameters.text("customer")
            let intent = call.parameters.text("payment_intent")
            let found = books.charges.newestFirst.filter {
                (customer == nil || $0.customer == customer)
                    && (intent == nil || $0.intent == intent)
            }
            return try call.parameters.page(of: found, url: "/v1/charges")
        },
        StripeRoute("GET", "v1/charges/:") { books, call throws(StripeError) in
            guard let charge = books.charges[call.id] else {
                throw .noSuch("charge", call.id, param: "charge", inPath: true)
            }
            return charge.json
        },
        StripeRoute(
            "GET",
            "v1/balance_transactions",
            StripeParameter.paging
                + [.text("source"), .text("type"), .text("currency"), .text("payout")]
        ) { books, call throws(StripeError) in
            let source = call.parameters.text("source")
            let type = call.parameters.text("type")
            let currency = call.parameters.text("currency")
            let payout = call.parameters.text("payout")
            let found = books.balance.newestFirst.filter {
                (source == nil || $0.source == source) && (type == nil || $0.type == type)
                    && (currency == nil || $0.currency == currency)
                    && (payout == nil || $0.payout == payout)
            }
            return try call.parameters.page(of: found, url: "/v1/balance_transactions")
        },
        StripeRoute("GET", "v1/balance_transactions/:") { books, call throws(StripeError) in
            guard let transaction = books.balance[call.id] else {
                throw .noSuch("balance transaction", call.id, param: "id", inPath: true)
            }
            return transaction.json
        },
    ]
}

extension StripeBooks {
    /// Books money against the balance and returns the transaction's id.
    mutating func book(
        _ amount: Int64,
        _ currency: String,
        fee: Int64,
        source: String,
        type: String,
        description: String?,
        category: String? = nil,
        _ call: StripeCall
    ) -> String {
        // What goes to the bank, or comes back from it, is in the settled currency already.
        let settlement = type.hasPrefix("payout") ? nil : self.settlement
        let transaction = StripeBalanceTransaction(
            id: newID("txn"),
            created: call.now,
            amount: settlement?.settled(amount) ?? amount,
            currency: settlement?.currency ?? currency,
            fee: settlement?.settled(fee) ?? fee,
            perMille: settlement?.perMille,
            source: source,
            type: type,
            description: description,
            category: category
        )
        balance[transaction.id] = transaction
        if type != "payout" { expectPayout(of: transaction) }
        return transaction.id
    }

    /// The fee of a card payment: 2.9 % and 30 of the minor unit.
    static func fee(on amount: Int64) -> Int64 {
        let (quotient, remainder) = (amount * 29).quotientAndRemainder(dividingBy: 1_000)
        return min(amount, quotient + (remainder >= 500 ? 1 : 0) + 30)
    }
}
