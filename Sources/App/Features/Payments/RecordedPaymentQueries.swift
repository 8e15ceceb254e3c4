import Core
import Foundation
import Postgres

extension Session {
    /// Stores a payment that has arrived.
    func store(
        _ payment: RecordedPayments.NewPayment,
        _ id: ID<Payment>,
        _ amount: Money,
        excess: Money,
        for invoice: InvoiceRecord,
        now: Date
    ) throws {
        let parameters = PaymentParameters(
            lines: [
                PaymentParameters.Line(
                    description: invoice.label,
                    amountMinor: amount.minorUnits
                )
            ],
            successURL: "",
            cancelURL: "",
            expiresAt: now,
            savePaymentMethod: false
        )
        try run(
            """
            INSERT INTO payments (
                id, customer_id, order_id, invoice_id, gateway, kind, status, amount_minor,
                currency, idempotency_key, parameters, reference, received_at,
                excess_minor, created_at, checked_at, settled_at
            ) VALUES (
                \(id.uuid), \(invoice.customer.uuid), \(invoice.order?.uuid), \(invoice.id.uuid),
                \(payment.channel.rawValue), 'recorded', 'succeeded', \(amount.minorUnits),
                \(amount.currency.code), \("pay-\(id.text)"),
                \(try JSONText(encoding: parameters)), \(payment.reference),
                \(payment.receivedAt ?? now), \(excess.minorUnits), \(now), \(now), \(now)
            )
            """
        )
    }

    /// Whether a payment with this reference stands already.
    func isRecorded(_ reference: String, _ channel: PaymentChannel) throws -> Bool {
        try exists(
            """
            SELECT 1 FROM payments WHERE gateway = \(channel.rawValue)
                AND reference = \(reference) AND status <> 'reversed'
            """
        )
    }

    /// Takes a recorded payment back; its invoice is open again.
    func reverse(_ payment: PaymentRecord, now: Date) throws {
        try run(
            """
            UPDATE payments SET status = 'reversed', settled_at = NULL, checked_at = \(now)
            WHERE id = \(payment.id.uuid)
            """
        )
        try run(
            """
            UPDATE invoices SET status = 'open', paid_at = NULL,
                paid_minor = paid_minor - \(payment.amount.minorUnits)
            WHERE id = \(payment.invoice.uuid)
            """
        )
    }
}
