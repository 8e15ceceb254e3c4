import Core
package import HTTPClient
package import Support
import Wire

/// The HTTP interface of ResellerClub, which the other resellers of LogicBoxes share.
///
/// Reads are GETs and writes are form POSTs, both with the reseller's key among the parameters,
/// which is why no address and no body of a call is ever logged. Errors come with HTTP 500 and a
/// message in the body, so that the body is read before the status is believed.
package struct ResellerClub: Sendable {
    let resellerID: String
    private let apiKey: Secret<String>
    private let baseURL: String
    private let availabilityURL: String
    private let http: HTTPClient
    private let log: Log
    private let deadlineSeconds: Double

    /// A client for one reseller's account.
    ///
    /// The addresses end in `/api`, as in `https://httpapi.com/api`; questions for free names have
    /// an address of their own, `https://domaincheck.httpapi.com/api`, unless that is left out.
    package init(
        resellerID: String,
        apiKey: Secret<String>,
        baseURL: String,
        availabilityURL: String? = nil,
        http: HTTPClient,
        log: Log,
        deadlineSeconds: Double = 60
    ) {
        self.resellerID = resellerID
        self.apiKey = apiKey
        self.baseURL = baseURL
        self.availabilityURL = availabilityURL ?? baseURL
        self.http = http
        self.log = log
        self.deadlineSeconds = deadlineSeconds
    }

    /// Asks for something that changes nothing.
    func read(_ path: String, _ fields: [(String, String)]) async throws -> ResellerClubReply {
        let base = path == "domains/available.json" ? availabilityURL : baseURL
        let url = "\(base)/\(path)?\(form(fields).encoded)"
        return try await call(OutgoingRequest("GET", url), path, hiding: [])
    }

    /// Asks for something that makes, changes or costs.
    ///
    /// `secrets` are hidden wherever the other side repeats them.
    func write(
        _ path: String,
        _ fields: [(String, String)],
        hiding secrets: [String] = []
    ) async throws -> ResellerClubReply {
        var request = OutgoingRequest("POST", "\(baseURL)/\(path)")
        request.headers = ["Content-Type": "application/x-www-form-urlencoded"]
        request.body = Array(form(fields).encoded.utf8)
        return try await call(request, path, hiding: secrets)
    }

    private func form(_ fields: [(String, String)]) -> FormFields {
        var form = FormFields()
        form.append("auth-userid", resellerID)
        form.append("api-key", apiKey.exposed)
        for (name, value) in fields { form.append(name, value) }
        return form
    }

    private func call(
        _ request: OutgoingRequest,
        _ path: String,
        hiding secrets: [String]
    ) async throws -> ResellerClubReply {
        var request = request
        request.deadlineSeconds = deadlineSeconds
        let answer = try await send(request, path)
        let reply = ResellerClubReply(answer.text)
        let secrets = secrets + [apiKey.exposed]
        switch answer.status {
        case 401, 403:
            // An address that is not on the reseller's list is refused by a proxy in plain text.
            let text = reply?.refusal ?? answer.text
            throw RemoteFailure.unauthorized(message: text.excerpt(hiding: secrets))
        case 429:
            throw RemoteFailure.limited(retryAfterSeconds: answer.retryAfterSeconds)
        default:
            break
        }
        if let refusal = reply?.refusal {
            throw ResellerClub.failure(saying: refusal.excerpt(hiding: secrets))
        }
        guard (200..<300).contains(answer.status), let reply else {
            throw RemoteFailure.unknown(
                message: "ResellerClub answered HTTP \(answer.status) with something unreadable."
            )
        }
        return reply
    }

    private func send(_ request: OutgoingRequest, _ path: String) async throws -> IncomingAnswer {
        let fields = ["method": request.method, "path": path]
        do {
            let answer = try await http.send(request)
            let status = ["status": String(answer.status)]
            log.info("ResellerClub answered", fields.merging(status) { $1 })
            return answer
        } catch let error as TransferError {
            log.warning("ResellerClub did not answer", fields.merging(["error": "\(error)"]) { $1 })
            throw error.mayHaveArrived
                ? RemoteFailure.unknown(message: error.description)
                : RemoteFailure.notSent(message: error.description)
        }
    }
}
