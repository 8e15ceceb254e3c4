/// What became of an attempt to charge a saved card.
package enum ChargeOutcome: Hashable, Sendable {
    case succeeded
    case declined(code: String)
    /// Not known yet; nothing else is tried until it is.
    case unknown
}

/// What a decline means for further attempts.
package enum DeclineClass: Hashable, Sendable, CaseIterable {
    /// Worth trying again later with the same card.
    case passing
    /// The bank wants its customer to confirm; only the customer can.
    case needsCustomer
    /// This card will never pay; another one is asked for, and this one not charged again.
    case final

    /// The class of a decline, by Stripe's `decline_code`.
    ///
    /// Final are those of lost, stolen and closed cards, suspected fraud, and whatever the networks
    /// forbid to repeat (Stripe, "Card declines"). A code that is not known is passing: attempts
    /// are few, and the schedule bounds them.
    package init(code: String) {
        if DeclineClass.finalCodes.contains(code) {
            self = .final
        } else if DeclineClass.customerCodes.contains(code) {
            self = .needsCustomer
        } else {
            self = .passing
        }
    }

    private static let finalCodes: Set<String> = [
        "lost_card", "stolen_card", "pickup_card", "fraudulent", "merchant_blacklist",
        "restricted_card", "revocation_of_all_authorizations", "revocation_of_authorization",
        "stop_payment_order", "security_violation", "transaction_not_allowed",
        "card_not_supported", "currency_not_supported", "invalid_account", "invalid_number",
        "incorrect_number", "expired_card", "new_account_information_available",
        "service_not_allowed", "not_permitted", "no_action_taken", "do_not_try_again",
    ]

    private static let customerCodes: Set<String> = [
        "authentication_required", "approve_with_id", "call_issuer", "offline_pin_required",
        "online_or_offline_pin_required", "incorrect_cvc", "invalid_cvc", "incorrect_zip",
        "invalid_expiry_month", "invalid_expiry_year",
    ]
}
