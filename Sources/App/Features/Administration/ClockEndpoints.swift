import Foundation
import Support
package import Web

/// The sandbox's clock; in live mode there is none.
package enum ClockEndpoints {
    static let show = Endpoint(
        Route(.get, "/api/v1/admin/clock"),
        tag: "Admin",
        "Tell the time.",
        details: "Sandbox only.",
        output: ClockBody.self,
        problems: [.notFound]
    )
    static let advance = Endpoint(
        Route(.post, "/api/v1/admin/clock"),
        tag: "Admin",
        "Move the clock forward, and answer once everything that is due has run.",
        details: "Sandbox only.",
        input: ClockAdvanceBody.self,
        output: ClockBody.self,
        problems: [.notFound, .unavailable("Work that is due has not ended in time.")],
        isIdempotent: true
    )

    package static func add(to router: inout Router<Services>) {
        router.on(show, as: StaffContext.self) { _, context in
            ClockBody(now: try SandboxClock(context.services).now())
        }
        router.on(advance, as: AdminContext.self) { input, request, context in
            let clock = SandboxClock(context.services)
            let seconds = try input.seconds(from: try clock.now())
            return ClockBody(
                now: try await clock.advance(
                    seconds: seconds,
                    actor: context.user.actor(request)
                )
            )
        }
    }
}

struct ClockBody: APIModel {
    let now: Date

    static let model = Model(
        "clock",
        "The time that billing goes by.",
        ClockBody.init,
        Field("now", \.now, "Now."),
    )
}

struct ClockAdvanceBody: APIModel {
    let advanceDays: Int64?
    let advanceSeconds: Int64?
    let to: Date?

    static let model = Model(
        "clock_advance",
        "How far the clock is to be moved; one of the three.",
        ClockAdvanceBody.init,
        Field("advance_days", \.advanceDays, "By days.", .range(0...3_650)),
        Field("advance_seconds", \.advanceSeconds, "By seconds.", .range(0...315_360_000)),
        Field("to", \.to, "To a time that has not come yet."),
    )

    /// How many seconds the clock is to be moved.
    ///
    /// - Throws: a ``Problem`` when not exactly one is given, or the time has passed.
    func seconds(from now: Date) throws -> Int64 {
        switch (advanceDays, advanceSeconds, to) {
        case (let days?, nil, nil): return days * 86_400
        case (nil, let seconds?, nil): return seconds
        case (nil, nil, let time?):
            let seconds = time.timeIntervalSince(now).rounded(.up)
            guard (0...315_360_000).contains(seconds) else {
                throw Problem.invalid("to", "out_of_range", "must be ahead, by ten years at most")
            }
            return Int64(seconds)
        default:
            throw Problem.invalid(
                ["advance_days", "advance_seconds", "to"].map {
                    FieldError($0, "one_of", "give one of advance_days, advance_seconds and to")
                }
            )
        }
    }
}
