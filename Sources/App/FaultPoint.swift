package import Support

/// The places where a crash would be worst: each lies between two things that must both happen.
///
/// The crash test kills the process at every one of them and expects the sale to end well.
package enum FaultPoint: String, CaseIterable, Sendable {
    case customerStored = "payment.customer_stored"
    case customerCreated = "payment.customer_created"
    case checkoutStored = "payment.checkout_stored"
    case checkoutCreated = "payment.checkout_created"
    case paymentIntentStored = "payment.intent_stored"
    case paymentIntentCreated = "payment.intent_created"
    case webhookStored = "payment.webhook_stored"
    case settlementAsked = "payment.settlement_asked"
    case settlementStored = "payment.settlement_stored"
    case renewalStored = "subscription.renewal_stored"
    case chargeStored = "payment.charge_stored"
    case chargeMarked = "payment.charge_marked"
    case chargeSent = "payment.charge_sent"
    case chargeForestalled = "payment.charge_forestalled"
    case dunningStepStored = "dunning.step_stored"
    case accountRemovalStored = "account.removal_stored"
    case accountWishStored = "account.wish_stored"
    case accountChangeSent = "account.change_sent"
    case refundStored = "refund.stored"
    case refundSent = "refund.sent"
    case refundSettled = "refund.settled"
    case licenseStarted = "license.started"
    case licenseStored = "license.stored"
    case registrantCreated = "domain.registrant_created"
    case contactCreated = "domain.contact_created"
    case domainIntentStored = "domain.intent_stored"
    case domainSent = "domain.sent"
    case domainConfirmed = "domain.confirmed"
    case accountIntentStored = "hosting_account.intent_stored"
    case accountSent = "hosting_account.sent"
    case accountConfirmed = "hosting_account.confirmed"
    case panelLicenseSent = "panel_license.sent"
    case panelLicenseStored = "panel_license.stored"
    case welcomeStored = "welcome_email.stored"
    case mailTaken = "mail.taken"
    case mailSent = "mail.sent"
    case jobFinished = "job.finished"
}

extension FaultPoints {
    /// Ends the process here when the test armed this point.
    package func reach(_ point: FaultPoint) { reach(point.rawValue) }
}
