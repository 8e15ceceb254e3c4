import Core
import Support
import Web

/// What stands in the form of a panel server. Credentials are typed in and never shown again.
enum ServerForm {
    static func values(of server: ServerRecord) -> FormErrors {
        var values = [
            "name": server.name, "description": server.description ?? "",
            "base_url": server.baseURL, "capacity": String(server.capacity),
            "location": server.location ?? "", "tags": server.tags.joined(separator: ", "),
        ]
        if server.isActive { values["active"] = "yes" }
        return FormErrors(values: values)
    }

    /// - Throws: ``Web/FormErrors``.
    static func readNew(_ form: inout FormReader) throws -> NewServer {
        let fields = read(&form)
        let key = form.text("api_key", length: 1...500)
        let secret = form.password("api_secret", length: 1...500)
        let values = try form.values(fields.name, fields.baseURL, fields.capacity, key, secret)
        return NewServer(
            name: values.0,
            description: fields.description,
            baseURL: values.1,
            apiKey: values.3,
            apiSecret: Secret(values.4),
            capacity: values.2,
            location: fields.location,
            tags: fields.tags
        )
    }

    /// Credentials that are left empty stay what they are; so does an address that was not changed,
    /// and the server is asked anew only for what was.
    ///
    /// - Throws: ``Web/FormErrors``.
    static func readChange(
        _ form: inout FormReader,
        of server: ServerRecord
    ) throws -> ServerChange {
        let fields = read(&form)
        let key = form.optional("api_key", length: 1...500)
        let secret =
            form.flag("api_secret") && !form.all("api_secret").allSatisfy(\.isEmpty)
            ? form.password("api_secret", length: 1...500) : nil
        let values = try form.values(fields.name, fields.baseURL, fields.capacity)
        var change = ServerChange()
        change.name = values.0
        change.description = .to(fields.description)
        change.baseURL = values.1 == server.baseURL ? nil : values.1
        change.apiKey = key
        change.apiSecret = secret.map { Secret($0) }
        change.capacity = values.2
        change.location = .to(fields.location)
        change.tags = fields.tags
        change.isActive = form.flag("active")
        return change
    }

    private struct Fields {
        let name: String?
        let description: String?
        let baseURL: String?
        let capacity: Int?
        let location: String?
        let tags: [String]
    }

    private static func read(_ form: inout FormReader) -> Fields {
        Fields(
            name: form.text("name", length: 1...100),
            description: form.optional("description", length: 1...500),
            baseURL: form.text("base_url", length: 1...300),
            capacity: form.integer("capacity", 0...1_000_000),
            location: form.optional("location", length: 1...100),
            tags: tags(&form)
        )
    }

    /// Words with commas between them.
    private static func tags(_ form: inout FormReader) -> [String] {
        let text = form.optional("tags", length: 1...1_000) ?? ""
        let tags = text.split(separator: ",")
            .map { $0.split(separator: " ").joined(separator: " ") }.filter { !$0.isEmpty }
        if tags.count > 20 { form.fail("tags", "Enter at most 20 tags.") }
        if tags.contains(where: { $0.count > 50 }) {
            form.fail("tags", "A tag has at most 50 characters.")
        }
        return tags
    }
}
