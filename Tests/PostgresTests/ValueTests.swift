import Foundation
import Postgres
import Support
import Testing

struct ValueTests {
    /// Sends a value to the server and reads it back.
    private func roundTrip<Value: SQLValue>(_ value: Value?) async throws -> Value? {
        try await TestCluster.transaction { session in
            try session.one("SELECT \(value) AS value") { try $0.optional("value") }
        }
    }

    private func expectRoundTrip<Value: SQLValue & Equatable>(_ values: Value...) async throws {
        for value in values { #expect(try await roundTrip(value) == value) }
        #expect(try await roundTrip(Value?.none) == nil)
    }

    @Test func `whole numbers keep their full range`() async throws {
        try await expectRoundTrip(0, -1, Int.max, Int.min)
        try await expectRoundTrip(Int64.max, Int64.min, 1999)
        try await expectRoundTrip(Int32.max, Int32.min)
        try await expectRoundTrip(Int16.max, Int16.min)
    }

    @Test func `texts, truths and floating point come back as they went`() async throws {
        try await expectRoundTrip("", "it's \\ \"q\" $1 ;--", "Zoë 株式会社 🦊", " ")
        try await expectRoundTrip(true, false)
        try await expectRoundTrip(0.1, -0.0, Double.pi, 1e300, .infinity)
    }

    @Test func `bytes of every value come back as they went`() async throws {
        try await expectRoundTrip([UInt8](), [0], Array(0...255), [0x5C, 0x78, 0x00, 0x27])
    }

    @Test func `identifiers come back as they went`() async throws {
        let ids = IDSource(seed: 1)
        try await expectRoundTrip(ids.next(), ids.next())
    }

    @Test func `moments keep their microseconds`() async throws {
        try await expectRoundTrip(
            Date(timeIntervalSinceReferenceDate: 0.000001).wholeMicroseconds,
            Date(timeIntervalSince1970: 1_795_162_260.123_456).wholeMicroseconds,
            Date(timeIntervalSince1970: 951_782_399.999_999).wholeMicroseconds,
            Date(timeIntervalSince1970: 951_782_400),
            Date(timeIntervalSince1970: -2_208_988_800),
            Date(timeIntervalSince1970: 32_503_680_000),
        )
        let now = BusinessClock().now
        #expect(try await roundTrip([now]) == [now])
    }

    @Test func `a moment is the same for the server as for us`() async throws {
        let printed = try await TestCluster.transaction { session in
            let moment = Date(timeIntervalSince1970: 951_782_400.25)
            return try session.one("SELECT \(moment)::text AS a, (\([moment]))[1]::text AS b") {
                try [$0.get("a", as: String.self), $0.get("b", as: String.self)]
            }
        }
        #expect(printed == ["2000-02-29 00:00:00.25+00", "2000-02-29 00:00:00.25+00"])
    }

    @Test func `arrays keep quotes, backslashes, commas and empty texts`() async throws {
        try await expectRoundTrip(
            [String](),
            [""],
            ["NULL", "null", "a,b", "{}", "\"", "\\", " x ", "ü\n\t'"]
        )
        try await expectRoundTrip([Int64.min, 0, Int64.max], [])
        try await expectRoundTrip([1, 2], [Int]())
        try await expectRoundTrip([true, false], [Bool]())
        try await expectRoundTrip([0.5, -1e-9], [Double]())
        let ids = IDSource(seed: 7)
        try await expectRoundTrip([ids.next(), ids.next()], [UUID]())
    }

    @Test func `an array may hold NULL when its elements are optional`() async throws {
        try await expectRoundTrip([String?.none, "NULL", "", nil])
        await #expect(throws: RowError.self) {
            try await TestCluster.transaction { session in
                try session.one("SELECT ARRAY['a', NULL] AS x") {
                    try $0.get("x", as: [String].self)
                }
            }
        }
    }

    @Test func `JSON documents are compared by meaning`() async throws {
        let document = JSONText(#"{"b": [1, null, "é\""], "a": 1}"#)
        #expect(try await roundTrip(document)?.text == #"{"a": 1, "b": [1, null, "é\""]}"#)
        #expect(try await roundTrip([document, JSONText("7")])?.last == JSONText("7"))
    }

    @Test func `a text with a NUL is refused instead of cut`() async throws {
        await #expect(throws: DatabaseError.self) { try await roundTrip("a\0b") }
    }

    @Test func `a text fills a place of any type`() async throws {
        let row = try await TestCluster.transaction { session in
            try session.run(
                "CREATE TEMP TABLE places (currency char(3), day date, address inet, share numeric)"
            )
            try session.run(
                """
                INSERT INTO places
                VALUES (\("EUR"), \("2026-02-28"), \("10.0.0.1"), \("0.190"))
                """
            )
            return try session.one("SELECT * FROM places WHERE currency = \("EUR")") { row in
                try ["currency", "day", "address", "share"].map { try row.get($0, as: String.self) }
            }
        }
        #expect(row == ["EUR", "2026-02-28", "10.0.0.1", "0.190"])
    }

    enum Status: String, SQLValue, SQLArrayElement { case open, paid }

    @Test func `an enum of texts is a value by declaration alone`() async throws {
        try await expectRoundTrip(["open", "paid"])
        let status = try await TestCluster.transaction { session in
            try session.one("SELECT \(Status.paid)::text AS status, \([Status.open]) AS all") {
                try ($0.get("status", as: Status.self), $0.get("all", as: [Status].self))
            }
        }
        #expect(status.0 == .paid)
        #expect(status.1 == [.open])
    }

    @Test func `a sum that is numeric is read as a whole number only when it is whole`()
        async throws
    {
        let sum = try await TestCluster.transaction { session in
            try session.one("SELECT sum(x) AS sum FROM unnest(\([1, 2])) x") {
                try $0.get("sum", as: Int64.self)
            }
        }
        #expect(sum == 3)
        await #expect(throws: RowError.self) {
            try await TestCluster.transaction { session in
                try session.one("SELECT 1.5 AS half") { try $0.get("half", as: Int64.self) }
            }
        }
    }
}
