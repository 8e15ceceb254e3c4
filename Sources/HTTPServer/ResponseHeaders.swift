import CEvent
import Support
import Wire

extension HTTPHeaders.Field {
    /// Whether only the server itself writes this field.
    var isServersOwn: Bool {
        // Few names are as long as one of these; the others need no look.
        guard [4, 10, 14, 17].contains(name.utf8.count) else { return false }
        return ["content-length", "transfer-encoding", "connection", "date", "keep-alive"]
            .contains(name.lowercased())
    }

    /// Whether nothing in this field could end its line or begin another.
    var isSafe: Bool {
        !name.isEmpty && name.utf8.span.allSatisfy(\.isTokenByte)
            && value.utf8.span.allSatisfy { $0 == 9 || $0 >= 0x20 && $0 != 0x7F }
    }
}

extension HTTPResponse {
    /// Whether the handler wants the connection to end.
    var closes: Bool { headers["Connection"]?.lowercased() == "close" }
}

/// The reason phrases of status codes.
enum HTTPStatus {
    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 206: "Partial Content",
        301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
        307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request",
        401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
        405: "Method Not Allowed", 406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict",
        410: "Gone", 411: "Length Required", 412: "Precondition Failed", 413: "Content Too Large",
        415: "Unsupported Media Type", 417: "Expectation Failed", 422: "Unprocessable Content",
        429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]

    static func reason(_ status: Int) -> String { reasons[status] ?? "Status" }
}

/// The status line and the fields of an answer, as they go over the wire.
struct ResponseHead {
    let status: Int
    let headers: HTTPHeaders
    let length: Int?
    var coding: String?
    let connection: String?

    /// Leaves out, with a warning, what could end its line.
    func bytes(date: String, log: Log) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1_024)
        bytes += "HTTP/1.1 ".utf8
        bytes += String(status).utf8
        bytes += [32]
        bytes += HTTPStatus.reason(status).utf8
        bytes += [13, 10]
        for field in headers.fields where !field.isServersOwn {
            guard field.isSafe else {
                log.warning(
                    "dropped a response header with forbidden characters",
                    ["name": String(field.name.prefix(64))]
                )
                continue
            }
            add(field.name, field.value, to: &bytes)
        }
        add("Date", date, to: &bytes)
        if let length { add("Content-Length", String(length), to: &bytes) }
        if let coding { add("Transfer-Encoding", coding, to: &bytes) }
        if let connection { add("Connection", connection, to: &bytes) }
        bytes += [13, 10]
        return bytes
    }

    private func add(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes += name.utf8
        bytes += [58, 32]
        bytes += value.utf8
        bytes += [13, 10]
    }
}

/// The time now as `Date` fields have it.
func httpDate() -> String {
    var text = [CChar](repeating: 0, count: 64)
    let length = unsafe evutil_date_rfc1123(&text, text.count, nil)
    return String(decoding: text.prefix(max(0, Int(length))).map(UInt8.init), as: UTF8.self)
}
