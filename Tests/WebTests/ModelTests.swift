import Foundation
import Support
import Testing
import Web
import Wire

private let fullOrder: JSON = [
    "colour": "green",
    "items": [
        [
            "price": ["amount": 1999, "currency": "USD"],
            "domain": ["name": "example.com", "years": 2],
        ],
        ["price": ["amount": 0, "currency": "EUR"], "domain": nil],
    ],
    "due": "2026-11-20T08:11:00Z",
    "labels": ["a": "1", "b": "2"],
    "express": true,
    "extra": ["free": [1, "form", nil]],
    "note": "note_1",
]

@Test func `a model reads what it writes`() throws {
    let order = try NewOrder(reading: fullOrder)
    #expect(order.json == fullOrder)
    #expect(try NewOrder(reading: JSON(reading: order.json.text)) == order)
}

@Test func `optional fields may be absent or null`() throws {
    let small: JSON = [
        "colour": "red", "items": [["price": ["amount": 1, "currency": "USD"]]],
        "express": false, "due": nil,
    ]
    let order = try NewOrder(reading: small)
    #expect(order.due == nil && order.labels == nil && order.extra == nil && order.note == nil)
    #expect(order.items.first?.domain == nil)
    #expect(order.json["due"] == .null)
    #expect(order.json["labels"] == .null)
}

@Test func `everything that is wrong is reported at once, with its place`() throws {
    let bad: JSON = [
        "colour": "blue",
        "items": [
            ["price": ["amount": -1, "currency": "usd"], "domain": ["name": 7, "years": 11]],
            ["price": "free", "domain": ["years": "2"], "color": 1],
            3,
        ],
        "due": "tomorrow", "labels": ["a": 1], "note": "x", "surprise": true,
    ]
    let problem = try #require(#expect(throws: Problem.self) { try NewOrder(reading: bad) })
    #expect(problem.status == 422)
    #expect(problem.code == "invalid_request")
    #expect(
        problem.errors.map { "\($0.field) \($0.code)" } == [
            "surprise unknown_field", "colour unknown_value", "items.0.price.amount out_of_range",
            "items.0.price.currency bad_format", "items.0.domain.name wrong_type",
            "items.0.domain.years out_of_range", "items.1.color unknown_field",
            "items.1.price wrong_type", "items.1.domain.name required",
            "items.1.domain.years wrong_type", "items.2 wrong_type", "due bad_format",
            "labels.a wrong_type", "express required", "note bad_format",
        ]
    )
    #expect(problem.errors.first { $0.field == "colour" }?.message == "must be one of red, green")
    #expect(
        problem.errors.first { $0.field == "note" }?.message == "must be an id such as note_1"
    )
}

@Test func `of very many faults the first hundred are told`() throws {
    let many = JSON.object((0..<50_000).map { JSON.Member("f\($0)", 1) })
    let problem = try #require(#expect(throws: Problem.self) { try NewOrder(reading: many) })
    #expect(problem.errors.count == 100)
    let list = JSON.object([JSON.Member("items", .array(Array(repeating: 3, count: 50_000)))])
    let other = try #require(#expect(throws: Problem.self) { try NewOrder(reading: list) })
    #expect(other.errors.count == 100)
}

@Test(arguments: [nil, [], 1, "text", true, .number(1.5)] as [JSON])
func `a body that is no object has the wrong type`(json: JSON) throws {
    let problem = try #require(#expect(throws: Problem.self) { try NewOrder(reading: json) })
    #expect(problem.errors == [FieldError("", "wrong_type", "must be an object")])
}

@Test(arguments: [nil, "1", .number(1.5), true, [], [:]] as [JSON])
func `only an integer is an integer`(json: JSON) throws {
    #expect(throws: Problem.self) { try Int(reading: json) }
    #expect(throws: Problem.self) { try Int64(reading: json) }
}

@Test(arguments: [
    ("ab", "too_short"), (String(repeating: "a", count: 254), "too_long"), ("abc", nil),
    (String(repeating: "ü", count: 253), nil),
])
func `the length of a text is limited`(name: String, code: String?) throws {
    let json: JSON = ["name": .string(name)]
    if let code {
        let problem = #expect(throws: Problem.self) { try DomainChoice(reading: json) }
        #expect(problem?.errors.map(\.code) == [code])
    } else {
        #expect(try DomainChoice(reading: json).name == name)
    }
}

@Test(arguments: ["USDX", "US", "USD\n", " USD", "usd", ""])
func `a pattern must match the whole text`(currency: String) {
    let json: JSON = ["amount": 1, "currency": .string(currency)]
    #expect(throws: Problem.self) { try Money(reading: json) }
}

@Test(arguments: [0, 4])
func `the number of elements is limited`(count: Int) throws {
    let item: JSON = ["price": ["amount": 1, "currency": "USD"]]
    let json: JSON = [
        "colour": "red", "items": .array(Array(repeating: item, count: count)), "express": true,
    ]
    let problem = #expect(throws: Problem.self) { try NewOrder(reading: json) }
    #expect(problem?.errors.map(\.field) == ["items"])
}

private struct Span: APIModel {
    let from: Int
    let to: Int

    init(from: Int, to: Int) throws {
        guard from <= to else { throw FieldError("to", "too_early", "must not be before from") }
        self.from = from
        self.to = to
    }

    static let model = Model(
        "span",
        "Two numbers in order.",
        Span.init,
        Field("from", \.from, "The first."),
        Field("to", \.to, "The last."),
    )
}

@Test func `a check of several fields reports its place`() throws {
    let problem = #expect(throws: Problem.self) {
        try [Span](reading: [["from": 1, "to": 2], ["from": 2, "to": 1]])
    }
    #expect(problem?.errors == [FieldError("1.to", "too_early", "must not be before from")])
}

private enum Source: APIUnion, Equatable {
    case money(Money)
    case domain(DomainChoice)

    static let union = Union<Source>(
        "source",
        Union.Case(
            "money",
            { .money($0) },
            { if case .money(let value) = $0 { value } else { nil } }
        ),
        Union.Case(
            "domain",
            { .domain($0) },
            { if case .domain(let value) = $0 { value } else { nil } }
        ),
    )
}

@Test func `a union is told apart by its type`() throws {
    let json: JSON = ["type": "domain", "name": "example.com", "years": nil]
    let source = try Source(reading: json)
    #expect(source == .domain(DomainChoice(name: "example.com", years: nil)))
    #expect(source.json == json)
    let unknown = #expect(throws: Problem.self) { try Source(reading: ["type": "cash"]) }
    #expect(unknown?.errors.map { "\($0.field) \($0.code)" } == ["type unknown_value"])
    let absent = #expect(throws: Problem.self) { try Source(reading: [:]) }
    #expect(absent?.errors.map { "\($0.field) \($0.code)" } == ["type required"])
}

@Test(arguments: [
    ("1970-01-01T00:00:00Z", 0.0), ("2026-11-20T08:11:00Z", 1_795_162_260),
    ("2024-02-29T12:00:00Z", 1_709_208_000), ("2026-11-20T10:11:00+02:00", 1_795_162_260),
    ("2026-11-20T06:41:00-01:30", 1_795_162_260), ("1969-12-31T23:59:59z", -1),
    ("2000-03-01t00:00:00Z", 951_868_800), ("2026-11-20T08:11:00.25Z", 1_795_162_260.25),
    ("2026-11-20T08:11:00.123456789Z", 1_795_162_260.123456),
])
func `times are read as RFC 3339 writes them`(text: String, seconds: Double) throws {
    let date = try #require(Date(rfc3339: text))
    #expect(abs(date.timeIntervalSince1970 - seconds) < 1e-6)
}

@Test(arguments: [
    "", "2026-11-20", "2026-11-20T08:11:00", "2026-11-20 08:11:00Z", "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+2", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00ZZ",
    "0000-01-01T00:00:00Z", "２026-01-01T00:00:00Z", "2026-01-01T00:00:00.1234567890Z",
    "9999-12-31T23:59:59-00:01", "0001-01-01T00:00:00+00:01",
])
func `other texts are no times`(text: String) {
    #expect(Date(rfc3339: text) == nil)
}

@Test func `a time is written to the second in UTC`() throws {
    let date = try #require(Date(rfc3339: "2026-11-20T10:11:12.9+02:00"))
    #expect(date.json == "2026-11-20T08:11:12Z")
}

private struct Named: APIModel {
    let name: String
    let text: String
    static let model = Model(
        "named",
        "Something.",
        Named.init,
        Field("name", \.name, "One line.", .singleLine),
        Field("text", \.text, "Any lines."),
    )
}

@Test func `control characters do not pass`() throws {
    let fine = try Named(reading: ["name": "Ada Ü", "text": "a\n\tb\r\nc"])
    #expect(fine.text == "a\n\tb\r\nc")
    let problem = #expect(throws: Problem.self) {
        try Named(reading: ["name": "a\r\nBcc: b", "text": "\u{7}"])
    }
    #expect(problem?.errors.map(\.field) == ["name", "text"])
    #expect(problem?.errors.map(\.code) == ["bad_characters", "bad_characters"])
}
