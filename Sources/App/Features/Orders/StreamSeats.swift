import Core
import HTTPServer
import Synchronization
import Web

/// How many streams of events are open, so that they leave the portal connections for its pages.
package final class StreamSeats: Sendable {
    private let most: Int
    private let mostOfUser: Int
    private let taken = Mutex<[ID<User>: Int]>([:])

    package init(
        most: Int = ServerLimits.standard.connections / 4,
        mostOfUser: Int = 5
    ) {
        self.most = most
        self.mostOfUser = mostOfUser
    }

    /// How many are taken now.
    var count: Int { taken.withLock { $0.values.reduce(0, +) } }

    /// Takes a seat for as long as it is held: an answer may be dropped before its stream begins.
    ///
    /// - Throws: ``Web/Problem/tooManyStreams`` when none is free.
    func take(for user: ID<User>) throws -> Seat {
        try taken.withLock { taken in
            guard taken[user, default: 0] < mostOfUser, taken.values.reduce(0, +) < most else {
                throw Problem.tooManyStreams
            }
            taken[user, default: 0] += 1
        }
        return Seat(self, user)
    }

    private func free(_ user: ID<User>) {
        taken.withLock { taken in
            let rest = taken[user, default: 1] - 1
            taken[user] = rest > 0 ? rest : nil
        }
    }

    final class Seat: Sendable {
        private let seats: StreamSeats
        private let user: ID<User>

        fileprivate init(_ seats: StreamSeats, _ user: ID<User>) {
            self.seats = seats
            self.user = user
        }

        deinit { seats.free(user) }
    }
}

extension Problem {
    static let tooManyStreams = Problem(
        status: 429,
        code: "too_many_streams",
        detail: "This page is open too often to keep itself up to date. Load it again to see how"
            + " the order stands.",
        retryAfterSeconds: 60
    )
}
