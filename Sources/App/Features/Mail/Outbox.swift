package import Core
import Cryptography
package import Foundation
import MailGateway
import Markup
package import Postgres
import Support
import Web
import Wire

/// Mails on their way out: stored in the transaction of their cause, sent by a job, one per cause.
package struct Outbox: Sendable {
    /// With base 64, ten megabytes, which every mail server takes.
    private static let mostAttachedBytes = 7_000_000

    private let services: Services

    package init(_ services: Services) { self.services = services }

    /// A mail to be sent.
    package struct NewMail: Sendable {
        package let template: String
        package let causeType: String
        package let causeID: String
        package let customer: ID<Customer>?
        package let recipient: String
        package let subject: String
        package let body: MailBody
        /// The invoice that the mail is about.
        package let invoice: ID<Invoice>?
        /// Whether the invoice's PDF goes along.
        package let attachesDocument: Bool
        /// The credit note that it is about, whose PDF goes along instead.
        package let creditNote: ID<CreditNote>?

        package init(
            template: String,
            causeType: String,
            causeID: String,
            customer: ID<Customer>?,
            recipient: String,
            subject: String,
            body: MailBody,
            invoice: ID<Invoice>? = nil,
            attachesDocument: Bool = false,
            creditNote: ID<CreditNote>? = nil
        ) {
            self.template = template
            self.causeType = causeType
            self.causeID = causeID
            self.customer = customer
            self.recipient = recipient
            self.subject = subject
            self.body = body
            self.invoice = invoice
            self.attachesDocument = attachesDocument
            self.creditNote = creditNote
        }
    }

    /// Stores a mail with its job; false when its cause has sent it before.
    @discardableResult
    package static func store(
        _ mail: NewMail,
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> Bool {
        try !store([mail], session, services, now: now).isEmpty
    }

    /// The same of many mails; those that are new.
    @discardableResult
    static func store(
        _ mails: [NewMail],
        _ session: Session,
        _ services: Services,
        now: Date
    ) throws -> [ID<Mail>] {
        let sealed = try mails.map { try seal($0, services, now: now) }
        let new = try session.storeMails(sealed)
        try session.enqueue(new.map { .sending($0) }, ids: services.ids, now: now)
        return new
    }

    private static func seal(
        _ mail: NewMail,
        _ services: Services,
        now: Date
    ) throws -> OutboxMail {
        let id = ID<Mail>(services.ids.next())
        let context = OutboxMail.context(of: id)
        let help = services.configuration.help
        return OutboxMail(
            id: id,
            customer: mail.customer,
            template: mail.template,
            causeType: mail.causeType,
            causeID: mail.causeID,
            recipient: mail.recipient,
            subject: mail.subject,
            textSealed: try services.keyring.seal(mail.body.text(help), context: context),
            htmlSealed: try services.keyring.seal(
                mail.body.html(subject: mail.subject, help),
                context: context
            ),
            status: .queued,
            createdAt: now,
            invoice: mail.invoice,
            attachesDocument: mail.attachesDocument,
            creditNote: mail.creditNote
        )
    }

    /// The job that hands one mail over.
    ///
    /// A mail whose acceptance was never confirmed is sent again under the same Message-ID:
    /// mailboxes that know it show one, and a welcome that is lost would be worse than one that
    /// comes twice.
    func deliver(_ job: LeasedJob) async throws -> JobOutcome {
        let id = try job.id("mail", of: Mail.self)
        let stored = try await services.database.transaction(for: .system) { try $0.mail(id) }
        guard let mail = stored, mail.status != .sent, mail.status != .failed else { return .done }
        try await set(id, .sending, nil)
        services.faults.reach(.mailTaken)
        do {
            try await services.mailer.send(try await message(mail))
        } catch MailFailure.permanent(let reason) {
            try await set(id, .failed, reason)
            try await wakeOrder(of: mail)
            return .dead(reason: reason)
        } catch {
            try await set(id, .queued, "\(error)")
            throw error
        }
        services.faults.reach(.mailSent)
        try await set(id, .sent, nil)
        try await wakeOrder(of: mail)
        return .done
    }

    /// A mail whose last attempt has failed waits for somebody.
    static func giveUp(_ job: LeasedJob, _ session: Session, now: Date) throws {
        let id = try job.id("mail", of: Mail.self)
        try session.setMail(id, to: .failed, error: "It was tried too often.", now: now)
    }

    private func message(_ mail: OutboxMail) async throws -> MailMessage {
        let context = OutboxMail.context(of: mail.id)
        let host =
            services.configuration.mail.sender.address.split(separator: "@").last ?? "localhost"
        return MailMessage(
            id: "\(mail.id.text)@\(host)",
            recipient: mail.recipient,
            subject: mail.subject,
            text: try services.keyring.openText(mail.textSealed, context: context),
            html: try services.keyring.openText(mail.htmlSealed, context: context),
            date: mail.createdAt,
            attachments: try await attachments(of: mail)
        )
    }

    /// The document of a mail, read where it is kept. One that mail servers would refuse for its
    /// size stays behind: the mail's link leads to it.
    private func attachments(of mail: OutboxMail) async throws -> [MailAttachment] {
        guard mail.attachesDocument, let invoice = mail.invoice else { return [] }
        let document =
            if let note = mail.creditNote {
                try await CreditNotePDFs(services).file(of: note, for: .system)
            } else {
                try await InvoicePDFs(services).file(of: invoice, for: .system)
            }
        guard document.file.bytes.count <= Outbox.mostAttachedBytes else { return [] }
        return [
            MailAttachment(
                name: "\(document.number).pdf",
                mimeType: "application/pdf",
                bytes: document.file.bytes
            )
        ]
    }

    private func set(_ id: ID<Mail>, _ status: OutboxMail.Status, _ error: String?) async throws {
        let now = services.clock.now
        try await services.database.transaction(for: .system) {
            try $0.setMail(id, to: status, error: error, now: now)
        }
    }

    /// A welcome that has left lets its order be completed at once.
    private func wakeOrder(of mail: OutboxMail) async throws {
        guard mail.template == OrderMails.welcomeTemplate,
            let item = ID<OrderItem>(mail.causeID)
        else { return }
        let now = services.clock.now
        try await services.database.transaction(for: .system) { session in
            guard let record = try session.item(item) else { return }
            try session.hurryJobs(of: record.order, now: now)
        }
    }
}

extension NewJob {
    /// Hands one mail over, by one instance at a time.
    static func sending(_ mail: ID<Mail>) -> NewJob {
        NewJob(.sendMail, payload: ["mail": .string(mail.text)], dedupKey: mail.text)
    }
}
