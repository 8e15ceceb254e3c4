import Foundation
import HTTPServer
import Support
import Web

/// A list as a file for spreadsheets: all rows that the page's filter fits, streamed.
enum CSVExport {
    /// How many rows are read at once.
    static let batch = 500

    /// The answer that writes a file of such a name, such as `orders-2026-11-20.csv`. It reads the
    /// next ``batch`` rows after one, or the first, and writes a line of cells for each.
    static func response<Row: Sendable>(
        _ name: String,
        _ columns: [String],
        now: Date,
        read: @escaping @Sendable (_ after: Row?) async throws -> [Row],
        cells: @escaping @Sendable (Row) -> [String]
    ) -> Response {
        let day = now.formatted(.iso8601.year().month().day())
        return .stream(
            contentType: "text/csv; charset=utf-8; header=present",
            attachment: "\(name)-\(day).csv"
        ) { stream in
            try await stream.write(Array(CSV.line(columns).utf8))
            var last: Row?
            repeat {
                let rows = try await read(last)
                try await stream.write(Array(rows.map { CSV.line(cells($0)) }.joined().utf8))
                last = rows.count == batch ? rows.last : nil
            } while last != nil
        }
    }
}
