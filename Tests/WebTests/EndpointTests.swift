import HTTPServer
import Support
import Testing
import Web
import Wire

private let ada: HTTPHeaders = ["Authorization": "Bearer ada"]

@Test func `an endpoint answers the model it returns`() async throws {
    let body = """
        {"colour":"red","items":[{"price":{"amount":1,"currency":"USD"}}],"express":false}
        """
    let answer = await (try sampleRouter()).answer(
        "POST",
        "/api/v1/orders/",
        ["Authorization": "Bearer ada", "Content-Type": "application/json; charset=utf-8"],
        body: body
    )
    #expect(answer.status == 201)
    #expect(answer.headers["Content-Type"] == "application/json")
    #expect(try answer.json["items"]?[0]?["price"]?["amount"] == 1)
    #expect(try answer.json["due"] == .null)
}

@Test(arguments: [
    ("application/x-www-form-urlencoded", "a=1", 415, "unsupported_media_type"),
    ("text/plain", "{}", 415, "unsupported_media_type"),
    ("application/json", "{", 400, "malformed_json"),
    ("application/json", "{\"colour\":\"red\",\"colour\":\"red\"}", 400, "malformed_json"),
    ("application/json", "", 422, "invalid_request"),
    ("application/json", "[]", 422, "invalid_request"),
    ("application/merge-patch+json", "{}", 422, "invalid_request"),
])
func `a body of the wrong kind is refused`(
    type: String,
    body: String,
    status: Int,
    code: String
) async throws {
    let answer = await (try sampleRouter()).answer(
        "POST",
        "/api/v1/orders/",
        ["Authorization": "Bearer ada", "Content-Type": type],
        body: body
    )
    #expect(answer.status == status)
    #expect(try answer.json["code"]?.string == code)
}

@Test func `a problem has all its members`() async throws {
    let answer = await (try sampleRouter()).answer("POST", "/api/v1/orders/", ada, body: "{}")
    let json = try answer.json
    #expect(json["type"] == "about:blank")
    #expect(json["title"] == "Unprocessable Content")
    #expect(json["status"] == 422)
    #expect(json["request_id"]?.string == answer.headers["X-Request-Id"])
    #expect(
        json["errors"]?[0] == ["field": "colour", "code": "required", "message": "is required"]
    )
}

@Test func `who may not call learns nothing about the body`() async throws {
    let answer = await (try sampleRouter()).answer("POST", "/api/v1/orders/", body: "{}")
    #expect(answer.status == 401)
}

@Test func `fields of the query are checked together`() async throws {
    let answer = await (try sampleRouter()).answer(
        "GET",
        "/api/v1/orders/",
        query: "colour=blue&limit=0&cursor=",
        ada
    )
    #expect(answer.status == 422)
    let fields = try answer.json["errors"]?.array?.compactMap { $0["field"]?.string }
    #expect(fields == ["colour", "limit"])
}

@Test(arguments: ["limit=101", "limit=x", "limit=1.5", "limit=1&limit=2", "cursor=x"])
func `a list refuses a page that does not exist`(query: String) async throws {
    let answer = await (try sampleRouter()).answer("GET", "/api/v1/orders/", query: query, ada)
    #expect(answer.status == 422)
}

@Test func `a list is read page by page`() async throws {
    let router = try sampleRouter()
    var amounts: [Int64] = []
    var query = "limit=2"
    for _ in 0..<3 {
        let json = try await router.answer("GET", "/api/v1/orders/", query: query, ada).json
        amounts += json["data"]?.array?.compactMap { $0["amount"]?.integer } ?? []
        #expect(json["has_more"] == .bool(json["next_cursor"] != .null))
        guard let next = json["next_cursor"]?.string else { break }
        query = "limit=2&cursor=\(next)"
    }
    #expect(amounts == [1, 2, 3, 4, 5])
}

@Test func `a filter reaches the handler`() async throws {
    let answer = await (try sampleRouter()).answer(
        "GET",
        "/api/v1/orders/",
        query: "colour=red",
        ada
    )
    #expect(
        try answer.json == [
            "data": [["amount": 1, "currency": "USD"]], "has_more": false, "next_cursor": nil,
        ]
    )
}
