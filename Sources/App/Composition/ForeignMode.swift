import Foundation
import Postgres
import Support
import Wire

/// A database that belongs to the other mode.
///
/// A sandbox has log-ins and keys that everybody knows, and numbers that only the simulators know;
/// a live system has customers whom no simulator may serve.
package struct ForeignMode: Error, CustomStringConvertible {
    let stored: String
    let wanted: Configuration.Mode

    package var description: String {
        """
        This database belongs to a \(stored) system and cannot be used in \(wanted.rawValue) mode. \
        STRIPE_SECRET_KEY, when it is set, makes the system live; choose another DATABASE_URL or \
        DATA_DIR for the other mode.
        """
    }
}

extension Session {
    /// Notes the mode that a database is for when it is first used, and holds to it afterwards.
    ///
    /// - Throws: ``ForeignMode`` for a database of the other mode.
    func claim(for mode: Configuration.Mode, now: Date) throws {
        let name = "mode"
        guard let stored = try setting(name)?.string else {
            // A database that was seeded before modes were noted shows it by its servers.
            if mode == .live, try servers().contains(where: { $0.tags.contains("sandbox") }) {
                throw ForeignMode(stored: Configuration.Mode.sandbox.rawValue, wanted: mode)
            }
            return try setSetting(name, to: .string(mode.rawValue), now: now)
        }
        guard stored == mode.rawValue else { throw ForeignMode(stored: stored, wanted: mode) }
    }
}

extension Services {
    /// Stops a command on a database of the other mode.
    ///
    /// - Throws: ``ForeignMode``.
    func claimDatabase() async throws {
        let mode = configuration.mode
        let now = clock.now
        try await database.transaction(for: .system) { try $0.claim(for: mode, now: now) }
    }
}
