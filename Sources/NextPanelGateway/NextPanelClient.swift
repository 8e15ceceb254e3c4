import Core
package import HTTPClient
package import Support
import Wire

/// The interface that NextPanel servers have for billing, byte for byte as they expect it.
///
/// A panel says nothing about repeated calls, so nothing is repeated here. Only the status codes
/// that the panel documents count as success.
package struct NextPanelClient: Sendable {
    /// How long a panel is waited for, in seconds.
    package struct Timeouts: Sendable {
        package var health: Double
        package var call: Double
        /// Making an account also makes its sites and databases.
        package var create: Double

        package init(health: Double = 5, call: Double = 10, create: Double = 30) {
            self.health = health
            self.call = call
            self.create = create
        }
    }

    /// A list of accounts may be long.
    private static let mostAnswerBytes = 64 << 20

    private let http: HTTPClient
    private let log: Log
    let timeouts: Timeouts

    package init(http: HTTPClient, log: Log, timeouts: Timeouts = Timeouts()) {
        self.http = http
        self.log = log
        self.timeouts = timeouts
    }

    /// Sends one request and returns the answer, whatever its status.
    func call(
        _ method: String,
        _ path: String,
        body: JSON? = nil,
        on server: PanelServer,
        timeoutSeconds: Double
    ) async throws -> IncomingAnswer {
        guard server.apiKey.isHeaderSafe, server.apiSecret.isHeaderSafe else {
            throw RemoteFailure.unauthorized(message: "The panel's key cannot be sent as a header.")
        }
        var request = OutgoingRequest(method, server.baseURL + path)
        request.headers = [
            "X-API-Key": server.apiKey,
            "X-API-Secret": server.apiSecret,
            "Content-Type": "application/json",
        ]
        // A POST without a body still says that its length is nought.
        request.body = body?.bytes ?? (method == "POST" ? [] : nil)
        request.deadlineSeconds = timeoutSeconds
        request.connectSeconds = min(request.connectSeconds, timeoutSeconds)
        request.maxBodyBytes = NextPanelClient.mostAnswerBytes
        return try await send(request, path)
    }

    private func send(_ request: OutgoingRequest, _ path: String) async throws -> IncomingAnswer {
        let fields = ["method": request.method, "path": path]
        do {
            let answer = try await http.send(request)
            let status = ["status": String(answer.status)]
            log.info("A panel answered", fields.merging(status) { $1 })
            return answer
        } catch let error as TransferError {
            log.warning("A panel did not answer", fields.merging(["error": "\(error)"]) { $1 })
            throw error.mayHaveArrived
                ? RemoteFailure.unknown(message: error.description)
                : RemoteFailure.notSent(message: error.description)
        }
    }

    /// What an answer that is no success says about the effect.
    ///
    /// `secrets` are hidden wherever the panel repeats them, as its validation messages do.
    func failure(in answer: IncomingAnswer, hiding secrets: [String]) -> RemoteFailure {
        let detail = NextPanelClient.detail(of: answer)
        let message = (detail ?? answer.text).excerpt(hiding: secrets)
        let described = message.isEmpty ? "HTTP \(answer.status)" : message
        switch answer.status {
        case 401, 403:
            return .unauthorized(message: described)
        case 429:
            return .limited(retryAfterSeconds: answer.retryAfterSeconds)
        case 408, 425:
            return .unknown(message: described)
        case 400..<500 where detail != nil || !answer.isPage:
            return .refused(code: NextPanelClient.code(answer.status), message: described)
        default:
            return .unknown(message: "HTTP \(answer.status): \(described)")
        }
    }

    private static func code(_ status: Int) -> String {
        switch status {
        case 400: "bad_request"
        case 404: "not_found"
        case 409: "conflict"
        case 422: "invalid"
        default: "http_\(status)"
        }
    }

    /// The `detail` of an error: a text, or a list with one entry for each wrong field, of which
    /// only the place and the message are used because the rest repeats what was sent.
    private static func detail(of answer: IncomingAnswer) -> String? {
        let detail = (try? JSON(reading: answer.body))?["detail"]
        guard let entries = detail?.array else { return detail?.string }
        let lines = entries.map { entry in
            let place = (entry["loc"]?.array ?? []).compactMap { part in
                part.string ?? part.integer.map(String.init)
            }
            return place.joined(separator: ".") + ": " + (entry["msg"]?.string ?? "invalid")
        }
        return lines.joined(separator: "; ")
    }
}

extension IncomingAnswer {
    /// Whether this is a page for people, which some proxy put in the panel's place.
    var isPage: Bool { headers["Content-Type"]?.lowercased().hasPrefix("text/html") ?? false }
}

extension PanelServer {
    /// What must never be seen in an error.
    var secrets: [String] { [apiSecret, apiKey] }
}

extension String {
    fileprivate var isHeaderSafe: Bool { utf8.allSatisfy { (33...126).contains($0) } }
}
