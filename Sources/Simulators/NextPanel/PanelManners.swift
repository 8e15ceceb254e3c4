import Foundation
import Wire

/// Ways in which panels differ from each other.
package struct PanelManners: Sendable {
    /// Whether every user name is taken.
    package var refusesUsernames = false
    /// Whether accounts are shown with the identifier that billing gave them.
    package var showsBillingID = true
    /// How long a new account is missing from the list.
    package var listsAfterSeconds = 0.0
    /// What it puts before the user names that it is asked for.
    package var usernamePrefix = ""
    /// Whether addresses are kept in capital letters.
    package var capitalizesEmails = false

    package init() {}

    /// The accounts that the list has, as it shows them.
    func listed(_ accounts: [SimulatedPanelAccount], now: Date) -> JSON {
        .array(
            accounts.filter { now.timeIntervalSince($0.createdAt) >= listsAfterSeconds }
                .map {
                    showsBillingID ? $0.json : $0.json.removing("billing_id").removing("metadata")
                }
        )
    }

    /// What is asked for, as this panel makes it.
    func applied(to body: JSON) -> JSON {
        func changed(_ name: String, _ change: (String) -> String) -> JSON {
            body[name]?.string.map { .string(change($0)) } ?? .null
        }
        return body.merging([
            "username": changed("username") { usernamePrefix + $0 },
            "email": changed("email") { capitalizesEmails ? $0.uppercased() : $0 },
        ])
    }
}
