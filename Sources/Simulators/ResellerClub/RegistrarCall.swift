import Foundation
import Wire

/// One call to the registrar: what is asked, by form and query together.
struct RegistrarCall: Sendable {
    let fields: FormFields
    let now: Date

    func text(_ name: String) throws(RegistrarError) -> String {
        guard let value = fields[name], !value.isEmpty else {
            throw RegistrarError("Required parameter missing: \(name)")
        }
        return value
    }

    func number(_ name: String) throws(RegistrarError) -> Int64 {
        let value = try text(name)
        guard let number = Int64(value) else {
            throw RegistrarError("Invalid value for parameter \(name): \(value)")
        }
        return number
    }

    func flag(_ name: String) throws(RegistrarError) -> Bool {
        switch try text(name) {
        case "true": return true
        case "false": return false
        case let other: throw RegistrarError("Invalid value for parameter \(name): \(other)")
        }
    }
}

/// A refusal; sent with HTTP 500, as the real service does.
struct RegistrarError: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// A name as the registrar takes it apart.
struct RegistrarName: Sendable {
    let full: String
    let label: String
    let ending: String

    init(_ text: String) throws(RegistrarError) {
        full = text.lowercased()
        guard let dot = full.firstIndex(of: ".") else {
            throw RegistrarError("Invalid domain name: \(text)")
        }
        label = String(full[..<dot])
        ending = String(full[full.index(after: dot)...])
        guard Self.isLabel(label), RegistrarPrices.endings.contains(ending) else {
            throw RegistrarError("Invalid domain name: \(text)")
        }
    }

    static func isLabel(_ label: String) -> Bool {
        let bytes = label.utf8
        return (1...63).contains(bytes.count) && bytes.first != 45 && bytes.last != 45
            && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
