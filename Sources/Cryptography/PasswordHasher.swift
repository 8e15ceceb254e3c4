import Support

/// Hashes and checks passwords with bcrypt on a thread of its own.
///
/// A check costs about 170 ms of processor time, so that a flood of sign-ins must neither hold up
/// other requests nor pile up: the thread gives way to all others, and what does not fit the queue
/// is refused at once.
package final class PasswordHasher: Sendable {
    /// Too many passwords are waiting; the caller should be told to come back.
    package struct Busy: Error, Sendable {
        package init() {}
    }

    private let cost: Int
    private let thread: SideThread

    /// A hasher whose new hashes have a cost of 2 to the power of `cost` rounds.
    package init(cost: Int = 12, queueLimit: Int = 64) {
        precondition((4...31).contains(cost), "bcrypt knows costs from 4 to 31")
        self.cost = cost
        thread = SideThread(name: "passwords", queueLimit: queueLimit, givesWay: true)
    }

    /// The hash of a password, with a new salt.
    ///
    /// - Throws: ``Busy`` when too many are waiting.
    package func hash(_ password: String) async throws -> String {
        try await onThread { [cost] in try BCrypt.hash(password, cost: cost) }
    }

    /// Whether a password belongs to a hash.
    ///
    /// Without a hash, as for an account that does not exist, it takes the same time and says no.
    ///
    /// - Throws: ``Busy`` when too many are waiting.
    package func verify(_ password: String, against hash: String?) async throws -> Bool {
        try await onThread { [cost] in BCrypt.verify(password, against: hash, cost: cost) }
    }

    /// Whether a hash was made with a lower cost than today's, so that it should be made anew when
    /// its owner signs in.
    package func isStale(_ hash: String) -> Bool {
        BCrypt.cost(of: hash).map { $0 < cost } ?? true
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await thread.run(work)
        } catch is SideThread.Full {
            throw Busy()
        }
    }
}
