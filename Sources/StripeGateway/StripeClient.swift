import Core
package import HTTPClient
package import Support
import Wire

/// Stripe's interface, as far as the business uses it.
///
/// Calls go out with a pinned version, so that what comes back does not change under us, and every
/// POST carries an idempotency key. What failed is not repeated here: whoever stored the key
/// decides that. A call that Stripe did not look at because another one with its key still runs is
/// made again until that one has ended, and brings its answer.
package struct StripeClient: Sendable {
    /// The version of the interface this client is written for.
    package static let pinnedVersion = "2026-10-28.endive"

    private let secretKey: Secret<String>
    private let baseURL: String
    private let apiVersion: String
    private let http: HTTPClient
    private let log: Log
    private let deadlineSeconds: Double
    /// Stripe takes 25 calls of a kind in a second. Many renewals fall due at once, and three
    /// instances that charge at this pace stay below that.
    let chargePace = CallPace(perSecond: 8)

    /// A client with the account's secret key, or a restricted one that may do what is called here.
    ///
    /// `baseURL` has no slash at the end. A call that takes longer than the deadline has an unknown
    /// outcome.
    package init(
        secretKey: Secret<String>,
        baseURL: String = "https://api.stripe.com",
        apiVersion: String = StripeClient.pinnedVersion,
        http: HTTPClient,
        log: Log,
        deadlineSeconds: Double = 80
    ) {
        self.secretKey = secretKey
        self.baseURL = baseURL
        self.apiVersion = apiVersion
        self.http = http
        self.log = log
        self.deadlineSeconds = deadlineSeconds
    }

    /// Reads an object or a list.
    func get(_ path: String, _ parameters: StripeParameters = [:]) async throws -> JSON {
        let query = parameters.form.encoded
        return try await call("GET", path, query: query.isEmpty ? "" : "?" + query)
    }

    /// Makes or changes an object.
    func post(
        _ path: String,
        _ parameters: StripeParameters = [:],
        key: String
    ) async throws -> JSON {
        guard (1...255).contains(key.utf8.count),
            key.utf8.allSatisfy({ (33...126).contains($0) })
        else {
            throw RemoteFailure.refused(
                code: "invalid_idempotency_key",
                message: "The idempotency key is empty, too long or not plain text."
            )
        }
        return try await call("POST", path, body: parameters.form.encoded, key: key)
    }

    /// A key for a call that may be made twice without harm, such as giving a payment up: a fixed
    /// one would bring back a refusal of yesterday.
    static func freshKey() -> String { Hex.encode(randomBytes(16)) }

    private func call(
        _ method: String,
        _ path: String,
        query: String = "",
        body: String? = nil,
        key: String? = nil
    ) async throws -> JSON {
        var request = OutgoingRequest(method, baseURL + path + query)
        request.headers = [
            "Authorization": "Bearer " + secretKey.exposed,
            "Stripe-Version": apiVersion,
            "Accept": "application/json",
        ]
        request.headers["Idempotency-Key"] = key
        if let body {
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
            request.body = Array(body.utf8)
        }
        let answer = try await sendInTurn(request, path)
        guard (200..<300).contains(answer.status) else { throw failure(in: answer) }
        guard let object = try? JSON(reading: answer.body), object.members != nil else {
            throw RemoteFailure.unknown(message: "Stripe answered with something unreadable.")
        }
        return object
    }

    /// Sends a call again while another one with its key runs, as long as the deadline allows.
    private func sendInTurn(
        _ request: OutgoingRequest,
        _ path: String
    ) async throws -> IncomingAnswer {
        let end = ContinuousClock.now + .seconds(deadlineSeconds)
        var request = request
        var pause = Duration.milliseconds(50)
        request.deadlineSeconds = deadlineSeconds
        while true {
            let answer = try await send(request, path)
            let left = end - pause - .now
            guard errorCode(of: answer) == StripeClient.keyInUse, left > .zero else {
                return answer
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
            request.deadlineSeconds = left / .seconds(1)
        }
    }

    private static let keyInUse = "idempotency_key_in_use"

    private func errorCode(of answer: IncomingAnswer) -> String? {
        guard answer.status == 409 else { return nil }
        return (try? JSON(reading: answer.body))?["error"]?["code"]?.string
    }

    private func send(_ request: OutgoingRequest, _ path: String) async throws -> IncomingAnswer {
        let fields = ["method": request.method, "path": path]
        do {
            let answer = try await http.send(request)
            let requestID = answer.headers["Request-Id"]?.excerpt(limit: 100) ?? ""
            let about = ["status": String(answer.status), "stripe_request": requestID]
            log.info("Stripe answered", fields.merging(about) { $1 })
            return answer
        } catch let error as TransferError {
            log.warning("Stripe did not answer", fields.merging(["error": "\(error)"]) { $1 })
            throw error.mayHaveArrived
                ? RemoteFailure.unknown(message: error.description)
                : RemoteFailure.notSent(message: error.description)
        }
    }

    /// What an answer that is no success says about the effect.
    private func failure(in answer: IncomingAnswer) -> RemoteFailure {
        let error = (try? JSON(reading: answer.body))?["error"]
        let said = error?["message"]?.string ?? "HTTP \(answer.status)"
        let message = said.excerpt(hiding: [secretKey.exposed])
        let code =
            error?["decline_code"]?.string ?? error?["code"]?.string ?? error?["type"]?.string
        switch answer.status {
        case 402 where error?.members != nil:
            // Of all refusals this one alone is about the payer's card.
            return .declined(code: (code ?? "declined").excerpt(limit: 60), message: message)
        case 401, 403:
            return .unauthorized(message: message)
        case 409 where code == StripeClient.keyInUse:
            // The first call with this key still runs, and only its answer tells what came of it.
            return .unknown(message: message)
        case 409:
            return .limited(retryAfterSeconds: nil)
        case 429:
            return .limited(retryAfterSeconds: answer.retryAfterSeconds)
        case 424:
            return .unknown(message: message)
        case 400..<500 where error?.members != nil:
            return .refused(code: (code ?? "refused").excerpt(limit: 60), message: message)
        default:
            return .unknown(message: message)
        }
    }
}
