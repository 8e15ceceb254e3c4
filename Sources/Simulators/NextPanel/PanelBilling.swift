import HTTPClient
import Support
import Synchronization
import Wire

/// How a panel asks billing before it makes anything, and tells it afterwards.
final class PanelBilling: Sendable {
    /// What billing says to a question.
    enum Answer {
        case allowed
        case refused(String)
    }

    private let url: Mutex<String>
    private let key: String
    private let secret: String
    private let client: HTTPClient

    init(url: String, key: String, secret: String, log: Log) {
        self.url = Mutex(url)
        self.key = key
        self.secret = secret
        client = HTTPClient(log: log, userAgent: "NextPanel/1.0")
    }

    /// Changes where billing is.
    func setURL(_ url: String) { self.url.withLock { $0 = url } }

    func close() { client.close() }

    /// Asks whether one more of something may be made.
    func mayCreate(_ feature: String, license: String) async -> Answer {
        let body: JSON = [
            "license_key": .string(license), "feature": .string(feature), "quantity": 1,
        ]
        guard let answer = await post("/api/v1/licenses/validate", body) else {
            return .refused("Billing cannot be reached at the moment. Please try again later.")
        }
        if answer["valid"]?.bool == true { return .allowed }
        let reason =
            answer["error"]?.string ?? answer["detail"]?.string ?? "Billing refused this."
        return .refused(reason)
    }

    /// Tells that one more is there; a report that is not taken is sent again in the background,
    /// as the same event, so that it counts once.
    func report(_ kind: String, license: String, event: String) async {
        let body: JSON = [
            "license_key": .string(license), "resource_type": .string(kind), "delta": 1,
            "event_id": .string(event),
        ]
        if await wasTaken(body) { return }
        Task {
            for seconds in [0.2, 1, 5, 20] {
                try? await Task.sleep(for: .seconds(seconds))
                if await wasTaken(body) { return }
            }
        }
    }

    private func wasTaken(_ report: JSON) async -> Bool {
        guard let answer = await send("/api/v1/usage/update", report) else { return false }
        return answer.status < 500 && answer.status != 429
    }

    private func post(_ path: String, _ body: JSON) async -> JSON? {
        guard let answer = await send(path, body) else { return nil }
        return try? JSON(reading: answer.body)
    }

    private func send(_ path: String, _ body: JSON) async -> IncomingAnswer? {
        let request = OutgoingRequest(
            "POST",
            url.withLock { $0 } + path,
            headers: [
                "Content-Type": "application/json", "X-API-Key": key, "X-API-Secret": secret,
            ],
            body: body.bytes,
            deadlineSeconds: 10
        )
        return try? await client.send(request)
    }
}
