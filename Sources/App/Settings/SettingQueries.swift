import Foundation
import Postgres
import Wire

extension Session {
    /// Whether a setting that staff switch is on; one that was never set is off.
    func flag(_ name: String) throws -> Bool {
        try setting(name)?.bool ?? false
    }

    func setting(_ name: String) throws -> JSON? {
        try first("SELECT value::text AS value FROM settings WHERE name = \(name)") {
            try JSON(reading: try $0.get("value", as: String.self))
        }
    }

    func setSetting(_ name: String, to value: JSON, now: Date) throws {
        try run(
            """
            INSERT INTO settings (name, value, updated_at)
            VALUES (\(name), \(JSONText(value.text)), \(now))
            ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = \(now)
            """
        )
    }

    /// Has every instance look how the sandbox's clock is set.
    func announceClock() throws { try run("SELECT pg_notify('clock_changes', '')") }
}
