package import Foundation
import Support
package import Wire

extension String: APIValue {
    package static var schema: Schema { .string() }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> String? {
        guard let text = json.string else {
            decoding.reportType("a string")
            return nil
        }
        if text.unicodeScalars.contains(where: { $0.isControl && !$0.isTabOrLineBreak }) {
            decoding.report("bad_characters", "must not have control characters")
            return nil
        }
        return text
    }

    package var json: JSON { .string(self) }
}

extension Bool: APIValue {
    package static var schema: Schema { .boolean }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Bool? {
        if let value = json.bool { return value }
        decoding.reportType("true or false")
        return nil
    }

    package var json: JSON { .bool(self) }
}

extension Int64: APIValue {
    package static var schema: Schema { .integer }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Int64? {
        if let value = json.integer { return value }
        decoding.reportType("an integer")
        return nil
    }

    package var json: JSON { .integer(self) }
}

extension Int: APIValue {
    package static var schema: Schema { .integer }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Int? {
        Int64.decode(json, &decoding).map(Int.init)
    }

    package var json: JSON { .integer(Int64(self)) }
}

extension Double: APIValue {
    package static var schema: Schema { .number }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Double? {
        switch json {
        case .integer(let value): return Double(value)
        case .number(let value): return value
        default:
            decoding.reportType("a number")
            return nil
        }
    }

    package var json: JSON { .number(self) }
}

extension Date: APIValue {
    package static var schema: Schema { .string(format: "date-time") }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Date? {
        guard let text = json.string else {
            decoding.reportType("a time such as 2026-11-20T08:11:00Z")
            return nil
        }
        if let date = Date(rfc3339: text) { return date }
        decoding.report("bad_format", "must be a time such as 2026-11-20T08:11:00Z")
        return nil
    }

    package var json: JSON { .string(rfc3339) }
}

/// Any JSON at all, where a field is free form.
extension JSON: APIValue {
    package static var schema: Schema { .any }
    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> JSON? { json }
    package var json: JSON { self }
}

extension Optional: APIInput, APIAnswer, APIValue where Wrapped: APIValue {
    package static var schema: Schema { Wrapped.schema.nullable }
    package static var absent: Wrapped?? { .some(.none) }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Wrapped?? {
        if json.isNull { return .some(.none) }
        return Wrapped.decode(json, &decoding).map { .some($0) }
    }

    package var json: JSON { self?.json ?? .null }
}

extension Array: APIInput, APIAnswer, APIValue where Element: APIValue {
    package static var schema: Schema { .array(of: Element.schema) }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> [Element]? {
        guard let elements = json.array else {
            decoding.reportType("an array")
            return nil
        }
        let values = elements.enumerated().map { index, element in
            decoding.at(String(index)) { Element.decode(element, &$0) }
        }
        let read = values.compactMap(\.self)
        return read.count == values.count ? read : nil
    }

    package var json: JSON { .array(map(\.json)) }
}

extension Dictionary: APIInput, APIAnswer, APIValue where Key == String, Value: APIValue {
    package static var schema: Schema { .map(of: Value.schema) }

    package static func decode(
        _ json: JSON,
        _ decoding: inout Decoding
    ) -> [String: Value]? {
        guard let members = json.members else {
            decoding.reportType("an object")
            return nil
        }
        var values: [String: Value] = [:]
        for member in members {
            values[member.name] = decoding.at(member.name) { Value.decode(member.value, &$0) }
        }
        return values.count == members.count ? values : nil
    }

    package var json: JSON {
        .object(sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value.json) })
    }
}
