import Support
import Testing
import Web
import Wire

private func document() throws -> JSON {
    try OpenAPIDocument(
        title: "Sample",
        version: "1",
        summary: "About.",
        routes: sampleRouter().routes
    ).json
}

@Test func `the reference has exactly the endpoints`() throws {
    let json = try document()
    #expect(json["openapi"] == "3.1.0")
    #expect(json["info"]?["title"] == "Sample")
    #expect(
        json["paths"]?.members?.map(\.name) == [
            "/api/v1/orders/", "/api/v1/orders/{id}/cancel", "/api/v1/orders/{id}/pdf",
        ]
    )
    #expect(json["paths"]?["/api/v1/orders/"]?.members?.map(\.name) == ["post", "get"])
    #expect(json["tags"] == [["name": "Orders"]])
}

@Test func `an operation shows its body, its answers and its problems`() throws {
    let operation = try #require(try document()["paths"]?["/api/v1/orders/"]?["post"])
    #expect(operation["operationId"] == "post_api_v1_orders")
    let body = operation["requestBody"]?["content"]?["application/json"]?["schema"]
    #expect(body == ["$ref": "#/components/schemas/new_order"])
    #expect(
        operation["responses"]?.members?.map(\.name) == [
            "201", "400", "401", "403", "409", "415", "422", "429",
        ]
    )
    let conflict = operation["responses"]?["409"]?["description"]?.string ?? ""
    #expect(conflict.contains("`sold_out`: Nothing is left."))
    #expect(conflict.contains("idempotency_key_in_use"))
    #expect(
        operation["responses"]?["429"]?["headers"]?["Retry-After"]
            == ["schema": ["type": "integer"]]
    )
    #expect(operation["security"] == [["access_token": []]])
    #expect(operation["parameters"]?[0]?["name"] == "Idempotency-Key")
    #expect(operation["parameters"]?[0]?["in"] == "header")
}

@Test func `parameters of the query and of the path are shown`() throws {
    let json = try document()
    let list = try #require(json["paths"]?["/api/v1/orders/"]?["get"])
    #expect(
        list["parameters"]?.array?.compactMap { $0["name"]?.string } == [
            "colour", "limit", "cursor",
        ]
    )
    #expect(list["parameters"]?[0]?["schema"] == ["type": "string", "enum": ["red", "green"]])
    #expect(list["parameters"]?[1]?["schema"]?["maximum"] == 100)
    let cancel = try #require(json["paths"]?["/api/v1/orders/{id}/cancel"]?["post"])
    #expect(
        cancel["parameters"] == [
            [
                "name": "id", "in": "path", "required": true,
                "schema": ["type": "string", "format": "note-id"],
            ]
        ]
    )
    #expect(cancel["responses"]?["204"] == ["description": "Done; no body."])
    let pdf = json["paths"]?["/api/v1/orders/{id}/pdf"]?["get"]?["responses"]?["200"]
    #expect(pdf?["content"]?["application/pdf"] == [:])
}

@Test func `models are shown once, with their fields and limits`() throws {
    let schemas = try #require(try document()["components"]?["schemas"])
    #expect(
        schemas.members?.map(\.name) == [
            "domain_choice", "money", "new_order", "order_item", "problem",
        ]
    )
    let order = try #require(schemas["new_order"])
    #expect(order["required"] == ["colour", "items", "express"])
    #expect(order["additionalProperties"] == false)
    #expect(order["properties"]?["items"]?["maxItems"] == 3)
    #expect(order["properties"]?["due"]?["type"] == ["string", "null"])
    #expect(order["properties"]?["due"]?["format"] == "date-time")
    let domain = schemas["order_item"]?["properties"]?["domain"]
    #expect(
        domain?["anyOf"] == [["$ref": "#/components/schemas/domain_choice"], ["type": "null"]]
    )
    #expect(schemas["money"]?["properties"]?["currency"]?["pattern"] == "^(?:[A-Z]{3})$")
    #expect(schemas["domain_choice"]?["properties"]?["name"]?["examples"] == ["example.com"])
}

@Test func `everything the reference refers to is in it`() throws {
    let json = try document()
    let names = Set(json["components"]?["schemas"]?.members?.map(\.name) ?? [])
    let schemes = Set(json["components"]?["securitySchemes"]?.members?.map(\.name) ?? [])
    #expect(schemes == ["access_token"])
    for reference in references(json) {
        #expect(names.contains(String(reference.dropFirst("#/components/schemas/".count))))
    }
    #expect(!references(json).isEmpty)
}

private func references(_ json: JSON) -> [String] {
    switch json {
    case .array(let elements): elements.flatMap(references)
    case .object(let members):
        members.flatMap { member in
            member.name == "$ref" ? [member.value.string ?? ""] : references(member.value)
        }
    default: []
    }
}

private struct Tree: APIModel {
    let children: [Tree]
    static let model = Model(
        "tree",
        "A tree.",
        Tree.init,
        Field("children", \.children, "Its branches.")
    )
}

private struct OtherMoney: APIModel {
    let cents: Int
    static let model = Model(
        "money",
        "Another one.",
        OtherMoney.init,
        Field("cents", \.cents, "Cents.")
    )
}

private func documentOf<Output: APIValue>(_ output: Output.Type) throws -> JSON {
    let endpoint = Endpoint(Route(.get, "/x"), tag: "X", "X.", output: output)
    let money = Endpoint(Route(.get, "/money"), tag: "X", "X.", output: Money.self)
    let hooks = RouterHooks(recover: RouterHooks.problems(log: .silent))
    let router = try Router(services: SampleServices(), hooks: hooks) { router in
        router.on(endpoint, as: VisitorContext.self) { _, _ in throw Problem.notFound }
        router.on(money, as: VisitorContext.self) { _, _ in throw Problem.notFound }
    }
    return try OpenAPIDocument(title: "X", version: "1", routes: router.routes).json
}

@Test func `a model may contain itself`() throws {
    let json = try documentOf(Tree.self)
    let items = json["components"]?["schemas"]?["tree"]?["properties"]?["children"]?["items"]
    #expect(items == ["$ref": "#/components/schemas/tree"])
    #expect(try Tree(reading: ["children": [["children": []]]]).children.count == 1)
}

@Test func `two models of one name are refused`() {
    #expect(throws: ModelNameConflict.self) { try documentOf(OtherMoney.self) }
}

@Test func `a public endpoint needs nothing`() throws {
    let json = try documentOf(Money.self)
    let operation = json["paths"]?["/x"]?["get"]
    #expect(operation?["security"] == [])
    #expect(operation?["responses"]?.members?.map(\.name) == ["200", "400", "429"])
}
