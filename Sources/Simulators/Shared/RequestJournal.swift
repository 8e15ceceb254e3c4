package import Foundation
import Synchronization
package import Wire

/// One request that a simulator received, with what it answered; secrets are masked.
package struct RecordedRequest: Sendable {
    package let number: Int
    package let time: Date
    package let method: String
    package let path: String
    package let query: String
    package let headers: HTTPHeaders
    package let body: String
    /// Nil while it is not answered.
    package var status: Int?
    package var fault: FaultMode?

    var json: JSON {
        [
            "number": .integer(Int64(number)),
            "time": .string(
                time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
            ),
            "method": .string(method),
            "path": .string(path),
            "query": .string(query),
            "headers": .object(headers.fields.map { JSON.Member($0.name, .string($0.value)) }),
            "body": .string(body),
            "status": .whole(status),
            "fault": .text(fault?.rawValue),
        ]
    }
}

/// Every request a simulator received, in order; the oldest are forgotten.
package final class RequestJournal: Sendable {
    private struct Pages {
        var count = 0
        var requests: [RecordedRequest] = []
    }

    private static let most = 20_000
    private let pages = Mutex(Pages())

    package init() {}

    /// What was received, oldest first.
    package var requests: [RecordedRequest] { pages.withLock { $0.requests } }

    /// Forgets everything.
    package func clear() {
        pages.withLock { $0.requests.removeAll() }
    }

    /// Writes a request down before it is answered, and returns its number.
    func begin(
        at time: Date,
        method: String,
        path: String,
        query: String,
        headers: HTTPHeaders,
        body: String,
        fault: FaultMode?
    ) -> Int {
        pages.withLock { pages in
            pages.count += 1
            if pages.requests.count >= Self.most { pages.requests.removeFirst(Self.most / 10) }
            pages.requests.append(
                RecordedRequest(
                    number: pages.count,
                    time: time,
                    method: method,
                    path: path,
                    query: Masking.form(query),
                    headers: Masking.headers(headers),
                    body: Masking.body(body, type: headers["Content-Type"]),
                    fault: fault
                )
            )
            return pages.count
        }
    }

    /// Notes what a request was answered.
    func end(_ number: Int, status: Int) {
        pages.withLock { pages in
            guard let index = pages.requests.lastIndex(where: { $0.number == number })
            else { return }
            pages.requests[index].status = status
        }
    }
}
