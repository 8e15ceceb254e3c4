package import Wire

/// The reference of the API (OpenAPI 3.1), made from the routes that are really answered.
package struct OpenAPIDocument: Sendable {
    package let json: JSON

    /// Describes the routes that have documentation; pages are left out.
    ///
    /// - Throws: ``ModelNameConflict`` when two models have one name.
    package init(
        title: String,
        version: String,
        summary: String = "",
        routes: [RouteDescription]
    ) throws {
        let endpoints = routes.compactMap { route in
            route.documentation.map { DocumentedEndpoint(route: route, documentation: $0) }
        }
        var components = Components()
        for endpoint in endpoints { try components.add(endpoint) }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": .string(title), "version": .string(version),
                "description": .string(summary),
            ],
            "tags": .array(OpenAPIDocument.tags(endpoints)),
            "paths": OpenAPIDocument.paths(endpoints),
            "components": components.json,
        ]
    }

    private static func tags(_ endpoints: [DocumentedEndpoint]) -> [JSON] {
        var names: [String] = []
        for endpoint in endpoints where !names.contains(endpoint.documentation.tag) {
            names.append(endpoint.documentation.tag)
        }
        return names.map { ["name": .string($0)] }
    }

    private static func paths(_ endpoints: [DocumentedEndpoint]) -> JSON {
        endpoints.reduce(.object([])) { paths, endpoint in
            let template = endpoint.route.template
            let known = paths[template] ?? .object([])
            let method = endpoint.route.method.rawValue.lowercased()
            return paths.setting(template, known.setting(method, endpoint.operation))
        }
    }
}

/// Two models with one name, of which the reference could show only one.
package struct ModelNameConflict: Error, CustomStringConvertible {
    package let name: String
    package var description: String { "two models are called \(name)" }
}

/// What operations refer to by name.
private struct Components {
    private var schemas: [String: JSON] = [:]
    private var security: [String: SecurityScheme] = [:]

    init() {
        schemas["problem"] = problemSchema
    }

    mutating func add(_ endpoint: DocumentedEndpoint) throws {
        for schema in endpoint.schemas { try add(schema) }
        for scheme in endpoint.route.access.security.flatMap(\.self) {
            security[scheme.name] = scheme
        }
    }

    private mutating func add(_ schema: Schema) throws {
        for model in schema.models {
            let named = model()
            if let known = schemas[named.name] {
                guard known == named.schema.json else {
                    throw ModelNameConflict(name: named.name)
                }
            } else {
                schemas[named.name] = named.schema.json
                try add(named.schema)
            }
        }
    }

    var json: JSON {
        let schemas = schemas.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        let security = security.sorted { $0.key < $1.key }
            .map { JSON.Member($0.key, Components.json($0.value)) }
        return ["schemas": .object(schemas), "securitySchemes": .object(security)]
    }

    private static func json(_ scheme: SecurityScheme) -> JSON {
        guard let header = scheme.header else {
            return [
                "type": "http", "scheme": "bearer", "description": .string(scheme.summary),
            ]
        }
        return [
            "type": "apiKey", "in": "header", "name": .string(header),
            "description": .string(scheme.summary),
        ]
    }
}

private let problemSchema: JSON = [
    "type": "object", "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": [
        "type": ["type": "string", "format": "uri-reference"],
        "title": ["type": "string"],
        "status": ["type": "integer"],
        "detail": ["type": "string", "description": "For people."],
        "code": ["type": "string", "description": "Stable; for programs."],
        "request_id": ["type": "string"],
        "errors": [
            "type": "array",
            "items": [
                "type": "object", "required": ["field", "code", "message"],
                "properties": [
                    "field": [
                        "type": "string", "description": "Such as `items.0.domain.name`.",
                    ],
                    "code": ["type": "string"],
                    "message": ["type": "string"],
                ],
            ],
        ],
    ],
]
