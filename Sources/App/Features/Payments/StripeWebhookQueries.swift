import Core
import Foundation
import Postgres
import StripeGateway
import Wire

/// A message as it was stored.
struct StoredWebhook: Sendable {
    let type: String
    let body: JSON
    let isApplied: Bool

    /// Whether it may tell of money that goes back; `charge.refund.updated` is an older name.
    var isOfRefund: Bool { type.hasPrefix("refund.") || type.hasPrefix("charge.refund") }
    var isOfDispute: Bool { type.hasPrefix("charge.dispute.") }
    /// The processor's payment that it is about.
    var intent: String? {
        type.hasPrefix("payment_intent.") ? body["data"]?["object"]?["id"]?.string : nil
    }
    /// Whether money that was on its way to the bank came back.
    var isOfLostPayout: Bool { type == "payout.failed" || type == "payout.canceled" }
    /// Whether it may tell of a fee.
    var isOfCharge: Bool { type == "charge.updated" }
    /// Whether it may tell of a card that was saved, or renewed by its bank.
    var isOfCards: Bool { type.hasPrefix("payment_method.") }
}

extension Session {
    /// Stores a message; false when it is there already.
    func storeWebhook(_ event: StripeEvent, body: [UInt8], now: Date) throws -> Bool {
        try run(
            """
            INSERT INTO webhook_events (
                gateway, event_id, type, object_id, body, status, received_at
            ) VALUES (
                'stripe', \(event.id), \(event.type), \(event.objectID),
                \(JSONText(String(decoding: body, as: UTF8.self))), 'received', \(now)
            )
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    func storedWebhook(_ id: String) throws -> StoredWebhook? {
        try first(
            """
            SELECT type, body::text AS body, status FROM webhook_events
            WHERE gateway = 'stripe' AND event_id = \(id)
            """
        ) { row in
            StoredWebhook(
                type: try row.get("type"),
                body: try JSON(reading: try row.get("body", as: String.self)),
                isApplied: try row.get("status", as: String.self) != "received"
            )
        }
    }

    /// Remembers what became of a message; one that concerns no payment of ours is ignored.
    func finishWebhook(_ id: String, payment: ID<Payment>?, now: Date) throws {
        try run(
            """
            UPDATE webhook_events SET status = \(payment == nil ? "ignored" : "applied"),
                outcome = \(payment?.text), applied_at = \(now)
            WHERE gateway = 'stripe' AND event_id = \(id) AND status = 'received'
            """
        )
    }
}
