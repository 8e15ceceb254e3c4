import Core
import Wire

// Objects are read with tolerance: what we do not know is kept as it is or passed over, and what
// may come expanded is taken in both forms, so that a newer version of Stripe's cannot break us.

extension JSON {
    /// The identifier of something that comes as its identifier or as the whole object.
    func reference(_ name: String) -> String? {
        self[name]?.string ?? self[name]?["id"]?.string
    }

    /// The address of a page, unless no browser could be sent there.
    func page(_ name: String) -> String? {
        self[name]?.string.flatMap { $0.isWebAddress ? $0 : nil }
    }

    /// The texts of a metadata object; anything else in it is passed over.
    func texts(_ name: String) -> [String: String] {
        let pairs = (self[name]?.members ?? []).compactMap { member in
            member.value.string.map { (member.name, $0) }
        }
        return Dictionary(pairs) { $1 }
    }

    /// The object's identifier, unless it is an object of another kind.
    fileprivate func identifier(of kind: String) -> String? {
        self["object"]?.string == kind ? self["id"]?.string : nil
    }
}

extension CheckoutState {
    init?(stripe object: JSON) {
        guard let id = object.identifier(of: "checkout.session") else { return nil }
        self.init(
            id: id,
            status: Status(stripe: object["status"]?.string ?? ""),
            paymentStatus: PaymentStatus(stripe: object["payment_status"]?.string ?? ""),
            url: object.page("url"),
            mode: object["mode"]?.string ?? "",
            amountTotal: object["amount_total"]?.integer,
            currency: object["currency"]?.string?.lowercased(),
            customer: object.reference("customer"),
            reference: object["client_reference_id"]?.string,
            intent: object.reference("payment_intent"),
            isLive: object["livemode"]?.bool ?? false,
            metadata: object.texts("metadata")
        )
    }
}

extension CheckoutState.Status {
    fileprivate init(stripe text: String) {
        switch text {
        case "open": self = .open
        case "complete": self = .complete
        case "expired": self = .expired
        default: self = .other(text)
        }
    }
}

extension CheckoutState.PaymentStatus {
    fileprivate init(stripe text: String) {
        switch text {
        case "unpaid": self = .unpaid
        case "paid": self = .paid
        case "no_payment_required": self = .notRequired
        default: self = .other(text)
        }
    }
}

extension IntentState {
    init?(stripe object: JSON) {
        guard let id = object.identifier(of: "payment_intent"),
            let amount = object["amount"]?.integer,
            let currency = object["currency"]?.string
        else { return nil }
        self.init(
            id: id,
            status: Status(stripe: object["status"]?.string ?? ""),
            amount: amount,
            amountReceived: object["amount_received"]?.integer ?? 0,
            currency: currency.lowercased(),
            customer: object.reference("customer"),
            clientSecret: object["client_secret"]?.string,
            isLive: object["livemode"]?.bool ?? false,
            metadata: object.texts("metadata"),
            failure: object["last_payment_error"]?["message"]?.string,
            declineCode: object["last_payment_error"]?["decline_code"]?.string
                ?? object["last_payment_error"]?["code"]?.string
        )
    }
}

extension IntentState.Status {
    fileprivate init(stripe text: String) {
        switch text {
        case "requires_payment_method": self = .requiresPaymentMethod
        case "requires_confirmation": self = .requiresConfirmation
        case "requires_action": self = .requiresAction
        case "requires_capture": self = .requiresCapture
        case "processing": self = .processing
        case "succeeded": self = .succeeded
        case "canceled": self = .canceled
        default: self = .other(text)
        }
    }
}

extension RefundState {
    init?(stripe object: JSON) {
        guard let id = object.identifier(of: "refund"),
            let amount = object["amount"]?.integer
        else { return nil }
        self.init(
            id: id,
            status: Status(stripe: object["status"]?.string ?? ""),
            amount: amount,
            intent: object.reference("payment_intent"),
            metadata: object.texts("metadata"),
            failure: object["failure_reason"]?.string,
            move: object["balance_transaction"].flatMap { BalanceMove(stripe: $0) },
            failureMove: object["failure_balance_transaction"]
                .flatMap { BalanceMove(stripe: $0) }
        )
    }
}

extension RefundState.Status {
    fileprivate init(stripe text: String) {
        switch text {
        case "pending": self = .pending
        case "requires_action": self = .requiresAction
        case "succeeded": self = .succeeded
        case "failed": self = .failed
        case "canceled": self = .canceled
        default: self = .other(text)
        }
    }
}
