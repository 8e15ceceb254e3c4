import Core
import Foundation
import Postgres
import Support
import Web

/// The mails about unpaid invoices.
enum DunningMails {
    static func send(
        _ action: DunningAction,
        _ invoice: InvoiceRecord,
        keptUntil day: RemovalDay? = nil,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws {
        let policy = try session.dunningPolicy(for: invoice.id)
        guard let (template, subject, paragraphs) = texts(action, invoice, policy, day)
        else { return }
        let round = try session.dunningRound(of: invoice.id).number
        try InvoiceMails.send(
            // What is counted anew is said again.
            round == 1 ? template : "\(template)_round_\(round)",
            subject,
            paragraphs,
            action: invoice.isPayable ? "Pay the invoice" : "See the invoice",
            reason: "You get this mail because an invoice of yours is not paid.",
            invoice,
            session,
            services,
            now: now
        )
    }

    private static func texts(
        _ action: DunningAction,
        _ invoice: InvoiceRecord,
        _ policy: DunningPolicy,
        _ keptUntil: RemovalDay?
    ) -> (template: String, subject: String, paragraphs: [String])? {
        let owed = "\(invoice.label), \(invoice.due.label),"
        switch action {
        case .retry: return nil
        case .remind(let number):
            return (
                "invoice_reminder_\(number)", "\(invoice.label) is not paid yet",
                ["\(owed) is still open. Please pay it, so that your hosting goes on."]
            )
        case .askToConfirm(let attempt):
            return (
                "invoice_confirm_\(attempt.seconds)", "Please confirm your payment",
                [
                    "Your bank wants you to confirm the payment of \(owed) yourself.",
                    "Please pay it on the invoice's page; your bank asks you there.",
                ]
            )
        case .askForCard(let attempt):
            return (
                "invoice_card_\(attempt.seconds)", "Your card can no longer be charged",
                [
                    "Your bank tells us that your card cannot be charged for \(owed) any more.",
                    "We do not charge it again. Please pay the invoice with another card, and save "
                        + "that one for what comes.",
                ]
            )
        case .suspend:
            return (
                "invoice_suspended", "Your hosting is suspended",
                [
                    "\(owed) is overdue, and the hosting that it is for is suspended.",
                    "Nothing is deleted. It is back within moments when you pay.",
                ]
            )
        case .giveNotice:
            let days = policy.termination.map { $0.day - $0.noticeDay } ?? 1
            return (
                "invoice_notice", "Your hosting will end",
                [
                    "\(owed) is still open. Unless it is paid within \(counted(days, "day")), the "
                        + "hosting that it is for ends."
                ]
            )
        case .terminate:
            return (
                "invoice_terminated", "Your hosting has ended",
                [
                    "\(invoice.label) was not paid in time, and the hosting that it was for has "
                        + "ended."
                ]
                    + (keptUntil.map { [AccountRemovalMails.keptUntil($0)] } ?? [])
                    + (invoice.isPayable
                        ? ["You can still pay it, and take the hosting up again on its page."] : [])
            )
        }
    }
}
