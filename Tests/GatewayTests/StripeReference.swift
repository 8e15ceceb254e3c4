import Foundation
import StripeGateway
import Testing
import Wire

/// What Stripe's own library says, written by set-up into `build/stripe`.
enum StripeReference {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// The cases of a file such as `form-encoding`.
    static func cases(_ name: String) throws -> [JSON] {
        let cases = try document(name)["cases"]?.array ?? []
        if cases.isEmpty { throw Missing(description: "\(name).json has no cases") }
        return cases
    }

    /// A whole file.
    static func document(_ name: String) throws -> JSON {
        let folder =
            ProcessInfo.processInfo.environment["STRIPE_REFERENCE"].map { URL(filePath: $0) }
            ?? URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "build/stripe")
        let file = folder.appending(path: "\(name).json")
        guard let data = try? Data(contentsOf: file) else {
            throw Missing(
                description: """
                    build/stripe/\(name).json is missing: run `make setup`, or name its folder in \
                    STRIPE_REFERENCE
                    """
            )
        }
        return try JSON(reading: [UInt8](data))
    }
}

/// The official description of Stripe's interface, to hold our requests against.
struct StripeDocument {
    private let document: JSON

    init() throws { document = try StripeReference.document("openapi") }

    /// Everything wrong with a form that is posted to a path.
    func faults(of form: FormFields, to path: String) -> [String] {
        guard let body = document["paths"]?[path]?["post"]?["requestBody"]?["content"],
            let schema = body["application/x-www-form-urlencoded"]?["schema"]
        else { return ["\(path) is not described"] }
        return form.fields.compactMap { field in
            let names = field.name.split { "[]".contains($0) }
            return fault(names[...], field.value, schema).map { "\(field.name): \($0)" }
        }
    }

    private func fault(_ names: ArraySlice<Substring>, _ value: String, _ schema: JSON) -> String? {
        if let reference = schema["$ref"]?.string {
            let path = reference.split(separator: "/").dropFirst()
            let target = path.reduce(document as JSON?) { $0?[String($1)] }
            return target.map { fault(names, value, $0) } ?? "no such schema"
        }
        if let choices = schema["anyOf"]?.array {
            let faults = choices.map { fault(names, value, $0) }
            return faults.contains(nil) ? nil : faults.compactMap(\.self).joined(separator: " or ")
        }
        guard let name = names.first else { return leafFault(value, schema) }
        if let inner = schema["properties"]?[String(name)] ?? schema["items"] {
            return fault(names.dropFirst(), value, inner)
        }
        if let inner = schema["additionalProperties"], inner.members != nil {
            return fault(names.dropFirst(), value, inner)
        }
        return "\(name) is not known"
    }

    private func leafFault(_ value: String, _ schema: JSON) -> String? {
        if let allowed = schema["enum"]?.array, !allowed.contains(.string(value)) {
            return "\(value) is not allowed"
        }
        switch schema["type"]?.string {
        case "integer": return Int64(value) == nil ? "\(value) is no integer" : nil
        case "boolean": return ["true", "false"].contains(value) ? nil : "\(value) is no boolean"
        case "object", "array": return "a plain value stands for an \(schema["type"]?.string ?? "")"
        default: return nil
        }
    }
}
