import Wire

/// One visit to Stripe's own payment page.
struct StripeSession: StripeObject {
    /// One thing on the page that is paid for.
    struct Line: Codable, Sendable {
        let id: String
        let name: String
        let unitAmount: Int64
        let quantity: Int64
        var total: Int64 { unitAmount * quantity }
    }

    let id: String
    let created: Int64
    /// `payment` or `setup`.
    let mode: String
    let currency: String?
    let lines: [Line]
    let successURL: String
    let cancelURL: String?
    let expiresAt: Int64
    var customer: String?
    var customerEmail: String?
    var customerCreation: String?
    var clientReference: String?
    var metadata: [String: String] = [:]
    /// What the intent is made with when the customer pays.
    var intentData = StripeParameters.none
    var locale: String?
    var submitType: String?
    var billingCollection: String?
    var status = "open"
    var intent: String?
    var setup: String?
    var details: JSON = .null
    var isPaid = false
    let baseURL: String

    var total: Int64 { lines.reduce(0) { $0 + $1.total } }

    private var paymentStatus: String {
        if mode == "setup" || total == 0 { return "no_payment_required" }
        return isPaid ? "paid" : "unpaid"
    }

    /// Where the page is, while there is something to do on it.
    var url: String? { status == "open" ? "\(baseURL)/c/pay/\(id)" : nil }

    var lineItemList: JSON {
        [
            "object": "list",
            "data": .array(lines.map { item($0) }),
            "has_more": false, "url": .string("/v1/checkout/sessions/\(id)/line_items"),
        ]
    }

    private func item(_ line: Line) -> JSON {
        [
            "id": .string(line.id), "object": "item", "adjustable_quantity": nil,
            "amount_discount": 0, "amount_subtotal": .integer(line.total), "amount_tax": 0,
            "amount_total": .integer(line.total), "currency": .text(currency),
            "description": .string(line.name), "metadata": [:],
            "price": [
                "id": .string("price_" + line.id.dropFirst(3)), "object": "price",
                "active": false, "billing_scheme": "per_unit", "created": .integer(created),
                "currency": .text(currency), "custom_unit_amount": nil, "livemode": false,
                "lookup_key": nil, "metadata": [:], "nickname": nil,
                "product": .string("prod_" + line.id.suffix(14)), "recurring": nil,
                "tax_behavior": "unspecified", "tiers_mode": nil, "transform_quantity": nil,
                "type": "one_time", "unit_amount": .integer(line.unitAmount),
                "unit_amount_decimal": .string(String(line.unitAmount)),
            ],
            "quantity": .integer(line.quantity),
        ]
    }

    var json: JSON {
        let amount: JSON = mode == "payment" ? .integer(total) : .null
        let first: JSON = [
            "id": .string(id), "object": "checkout.session",
            "adaptive_pricing": mode == "payment" ? ["enabled": false] : nil,
            "after_expiration": nil, "allow_promotion_codes": nil, "amount_subtotal": amount,
            "amount_total": amount,
            "automatic_tax": [
                "enabled": false, "liability": nil, "provider": nil, "status": nil,
            ],
            "billing_address_collection": .text(billingCollection),
            "cancel_url": .text(cancelURL), "client_reference_id": .text(clientReference),
            "client_secret": nil,
            "collected_information": status == "complete"
                ? ["business_name": nil, "individual_name": nil, "shipping_details": nil] : nil,
            "consent": nil, "consent_collection": nil, "created": .integer(created),
            "currency": .text(currency), "currency_conversion": nil, "custom_fields": [],
            "custom_text": [
                "after_submit": nil, "shipping_address": nil, "submit": nil,
                "terms_of_service_acceptance": nil,
            ],
            "customer": .text(customer), "customer_account": nil,
            "customer_creation": .text(customerCreation), "customer_details": details,
            "customer_email": .text(customerEmail), "discounts": [],
            "expires_at": .integer(expiresAt), "invoice": nil,
        ]
        return first.merging(rest)
    }

    private var rest: JSON {
        let invoices: JSON = [
            "enabled": false,
            "invoice_data": [
                "account_tax_ids": nil, "custom_fields": nil, "description": nil, "footer": nil,
                "issuer": nil, "metadata": [:], "rendering_options": nil,
            ],
        ]
        return [
            "integration_identifier": nil,
            "invoice_creation": mode == "payment" ? invoices : nil, "livemode": false,
            "locale": .text(locale), "managed_payments": nil, "metadata": .texts(metadata),
            "mode": .string(mode), "origin_context": nil, "payment_intent": .text(intent),
            "payment_link": nil,
            "payment_method_collection": mode == "payment" ? "if_required" : "always",
            "payment_method_configuration_details": nil,
            "payment_method_options": ["card": ["request_three_d_secure": "automatic"]],
            "payment_method_types": ["card"], "payment_status": .string(paymentStatus),
            "permissions": nil, "phone_number_collection": ["enabled": false],
            "recovered_from": nil, "saved_payment_method_options": nil,
            "setup_intent": .text(setup), "shipping_address_collection": nil,
            "shipping_cost": nil, "shipping_options": [], "status": .string(status),
            "submit_type": .text(submitType), "subscription": nil,
            "success_url": .string(successURL),
            "total_details": mode == "payment"
                ? ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0] : nil,
            "ui_mode": "hosted_page", "url": .text(url), "wallet_options": nil,
        ]
    }
}
