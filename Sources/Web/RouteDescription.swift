/// A route as lists of routes show it: the reference, the generated tests, the rate limits.
package struct RouteDescription: Sendable {
    package let method: Method
    /// As it was declared, such as `/invoices/:id`.
    package let pattern: String
    package let access: Access
    package let limit: RateClass
    /// What the API reference says; nil for pages.
    package let documentation: EndpointDocumentation?
    /// The pattern as OpenAPI writes it, such as `/invoices/{id}`.
    package let template: String

    init(
        _ method: Method,
        _ shape: PathPattern,
        access: Access,
        limit: RateClass,
        documentation: EndpointDocumentation? = nil
    ) {
        self.method = method
        pattern = shape.text
        template = shape.template
        self.access = access
        self.limit = limit
        self.documentation = documentation
    }
}

/// Two routes that both match some path, so that it would depend on luck which one answers.
package struct RouteConflict: Error, CustomStringConvertible {
    package let method: Method
    package let one: String
    package let other: String

    package var description: String {
        "\(method.rawValue) \(one) and \(other) match the same path"
    }
}
