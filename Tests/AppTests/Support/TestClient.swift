import Foundation
import HTTPClient
import Patience
import Support
import Synchronization
import Wire

/// An answer to a test's request.
struct TestAnswer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON; null when it is none.
    var json: JSON { (try? JSON(reading: body)) ?? .null }

    /// A problem's code.
    var code: String? { json["code"]?.string }

    /// The fields that a problem names, each with its code.
    var fieldCodes: [String: String] {
        let errors = json["errors"]?.array ?? []
        return Dictionary(
            errors.compactMap { error in
                error["field"]?.string.map { ($0, error["code"]?.string ?? "") }
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The hidden token of the page's first form.
    var csrfToken: String? {
        text.firstMatch(of: #/name="csrf" value="([^"]*)"/#).map { String($0.1) }
    }
}

/// A client of one address that keeps cookies as a browser does.
final class TestClient: Sendable {
    let baseURL: String
    private let http = HTTPClient(log: .silent, userAgent: "tests")
    private let cookies = Mutex<[String: String]>([:])

    init(baseURL: String) { self.baseURL = baseURL }

    func close() { http.close() }

    func get(
        _ path: String,
        token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        try await send("GET", path, token: token, headers: headers)
    }

    func post(
        _ path: String,
        json: JSON? = nil,
        token: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> TestAnswer {
        try await send("POST", path, json: json, token: token, headers: headers)
    }

    func put(_ path: String, json: JSON, token: String? = nil) async throws -> TestAnswer {
        try await send("PUT", path, json: json, token: token)
    }

    func delete(_ path: String, token: String? = nil) async throws -> TestAnswer {
        try await send("DELETE", path, token: token)
    }

    /// Sends a form of a page, with the token of the page it stands on.
    func submit(
        _ path: String,
        from page: String? = nil,
        _ fields: [(String, String)]
    ) async throws -> TestAnswer {
        let token = try await get(page ?? path).csrfToken ?? ""
        var form = FormFields()
        for (name, value) in [("csrf", token)] + fields { form.append(name, value) }
        return try await send(
            "POST",
            path,
            body: Array(form.encoded.utf8),
            headers: ["Content-Type": "application/x-www-form-urlencoded"]
        )
    }

    func send(
        _ method: String,
        _ path: String,
        json: JSON? = nil,
        body: [UInt8]? = nil,
        token: String? = nil,
        headers more: [String: String] = [:]
    ) async throws -> TestAnswer {
        var headers = HTTPHeaders()
        for (name, value) in more { headers.append(name, value) }
        if let token { headers.append("Authorization", "Bearer \(token)") }
        if json != nil { headers.append("Content-Type", "application/json") }
        if more["Cookie"] == nil, !cookieHeader.isEmpty { headers.append("Cookie", cookieHeader) }
        let answer = try await http.send(
            OutgoingRequest(
                method,
                baseURL + path,
                headers: headers,
                body: json?.bytes ?? body,
                deadlineSeconds: Patience.seconds(30)
            )
        )
        keepCookies(of: answer.headers)
        return TestAnswer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// Forgets everything, as a new browser would.
    func forgetCookies() { cookies.withLock { $0 = [:] } }

    /// The cookies as the next request carries them.
    var cookieHeader: String {
        cookies.withLock { $0.map { "\($0.key)=\($0.value)" }.joined(separator: "; ") }
    }

    private func keepCookies(of headers: HTTPHeaders) {
        for cookie in headers.all("Set-Cookie") {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            guard let name = pair.first else { continue }
            let value = pair.count > 1 ? String(pair[1]) : ""
            cookies.withLock { $0[String(name)] = value.isEmpty ? nil : value }
        }
    }
}
