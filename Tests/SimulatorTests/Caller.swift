import HTTPClient
import Patience
import Simulators
import Support
import Testing
import Wire

/// Somebody who calls simulators.
final class Caller: Sendable {
    let client = HTTPClient(log: .silent, userAgent: "simulator-tests")

    deinit { client.close() }

    func get(
        _ url: String,
        headers: HTTPHeaders = [:],
        deadlineSeconds: Double = 10
    ) async throws -> IncomingAnswer {
        try await client.send(
            OutgoingRequest(
                "GET",
                url,
                headers: headers,
                deadlineSeconds: Patience.seconds(deadlineSeconds)
            )
        )
    }

    func post(
        _ url: String,
        _ fields: [(String, String)],
        headers: HTTPHeaders = [:],
        deadlineSeconds: Double = 10
    ) async throws -> IncomingAnswer {
        let form = FormFields(fields.map { .init($0.0, $0.1) })
        var headers = headers
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return try await client.send(
            OutgoingRequest(
                "POST",
                url,
                headers: headers,
                body: Array(form.encoded.utf8),
                deadlineSeconds: Patience.seconds(deadlineSeconds)
            )
        )
    }

    func send(
        _ method: String,
        _ url: String,
        json: JSON? = nil,
        headers: HTTPHeaders = [:]
    ) async throws -> IncomingAnswer {
        var headers = headers
        if json != nil { headers["Content-Type"] = "application/json" }
        return try await client.send(
            OutgoingRequest(
                method,
                url,
                headers: headers,
                body: json?.bytes,
                deadlineSeconds: Patience.seconds(10)
            )
        )
    }
}

extension IncomingAnswer {
    var json: JSON { (try? JSON(reading: body)) ?? .null }

    /// The code of Stripe's error.
    var errorCode: String? { json["error"]?["code"]?.string }
}

/// Waits until something holds; an issue after five seconds.
func eventually(
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () async throws -> Bool
) async throws {
    for _ in 0..<Int(Patience.seconds(500)) {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// Settings whose faults do not take longer than a test should.
func quickSettings(_ clock: BusinessClock = BusinessClock()) -> SimulatorSettings {
    var settings = SimulatorSettings(clock: clock)
    settings.silenceSeconds = 3
    settings.slowSeconds = 1.5
    return settings
}
