/// The kinds of work that happen outside a request.
package enum JobKind: String, CaseIterable, Sendable {
    /// Reads a stored message of the card processor and acts on it.
    case applyWebhook = "payment.apply_webhook"
    /// Asks the card processor how a payment stands and settles it.
    case settlePayment = "payment.settle"
    /// Finds payments that nobody told us about.
    case pollPayments = "payment.poll"
    /// Gives money back that could not be placed.
    case returnPayment = "payment.return"
    /// Gives money of a payment back, and asks after it until it has gone.
    case refundPayment = "payment.refund"
    /// Asks the card processor what it keeps of a payment.
    case learnFee = "payment.learn_fee"
    /// Compares the books with what the card processor says moved.
    case reconcile = "payment.reconcile"
    /// Charges an open invoice to the card that its customer has saved.
    case collectInvoice = "payment.collect"
    /// Asks the card processor which cards a customer has saved.
    case learnCards = "payment.learn_cards"
    /// Has the card processor forget a card that was removed.
    case forgetCard = "payment.forget_card"
    /// Tells customers whose cards are about to expire.
    case warnOfCards = "payment.warn_of_cards"
    /// Bills the subscriptions whose time has come.
    case billSubscriptions = "subscription.bill"
    /// Ends credit that has expired, and pays with credit what is open.
    case settleCredits = "credit.settle"
    /// Gives a new price to those who have bought, with notice, or takes it back.
    case repriceSubscriptions = "subscription.reprice"
    /// Takes the steps about unpaid invoices that are due.
    case runDunning = "invoice.dunning"
    /// Gives up orders that were not paid for long.
    case giveUpOrders = "order.give_up"
    /// Delivers one thing of an order, step by step.
    case fulfilItem = "order.fulfil_item"
    /// Undoes an order and gives its money back.
    case undoOrder = "order.undo"
    /// Hands one mail over.
    case sendMail = "mail.send"
    /// Sends a link to choose a new password, if there is an account.
    case sendResetLink = "account.send_reset_link"
    /// Makes an account that staff asked for by hand.
    case provisionAccount = "hosting.provision_account"
    /// Tells a panel what is wished of an account: to stop it, to let it go on, to remove it.
    case changeAccount = "hosting.change_account"
    /// Tells a panel of the plan that an account has now.
    case tellPlan = "hosting.tell_plan"
    /// Compares what is wished of accounts with what their panels say.
    case reconcileAccounts = "hosting.reconcile_accounts"
    /// Announces and wishes the removal of accounts whose subscriptions have ended.
    case removeAccounts = "hosting.remove_accounts"
    /// Asks every panel server whether it is well.
    case checkServers = "hosting.check_servers"
    /// Asks the tax offices' register after a customer's VAT number.
    case checkVATNumber = "tax.check_vat_number"
    /// Finds VAT numbers whose answers are missing or old.
    case recheckVATNumbers = "tax.recheck_vat_numbers"
    /// Asks a registrar what it has charged for a name.
    case learnDomainCost = "domain.learn_cost"
    /// Earns what was put off for the days that have passed.
    case earnRevenue = "ledger.earn_revenue"
    /// Removes what is no longer needed: old idempotency keys, tokens, finished jobs.
    case cleanUp = "house.clean_up"
    /// Looks whether the books add up and everything else that must hold does.
    case verify = "house.verify"

    /// How often the work is tried before it is left to a person.
    package var maxAttempts: Int {
        switch self {
        case .fulfilItem, .settlePayment, .applyWebhook, .undoOrder, .returnPayment,
            .refundPayment, .changeAccount, .collectInvoice, .learnFee, .tellPlan,
            .learnDomainCost, .forgetCard:
            25
        // Four days, for which mail is kept for a server that is down (RFC 5321, 4.5.4.1).
        case .sendMail: 580
        // A member's register may be closed for days.
        case .checkVATNumber: 100
        case .sendResetLink, .provisionAccount, .learnCards, .repriceSubscriptions: 12
        case .warnOfCards, .pollPayments, .checkServers, .cleanUp, .billSubscriptions, .runDunning,
            .verify, .settleCredits, .giveUpOrders, .reconcile, .recheckVATNumbers,
            .reconcileAccounts, .removeAccounts, .earnRevenue:
            3
        }
    }
}
