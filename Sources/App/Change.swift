package import Web
package import Wire

/// What is to become of a value that may be absent: the field of a request that is not there leaves
/// it, null takes it away.
package enum Change<Value: APIValue>: APIValue {
    case unchanged
    case to(Value?)

    package func applied(to value: Value?) -> Value? {
        switch self {
        case .unchanged: value
        case .to(let value): value
        }
    }

    package static var schema: Schema { Value?.schema }
    package static var absent: Change? { .unchanged }

    package static func decode(_ json: JSON, _ decoding: inout Decoding) -> Change? {
        Value?.decode(json, &decoding).map { .to($0) }
    }

    package var json: JSON {
        switch self {
        case .unchanged: .null
        case .to(let value): value.json
        }
    }
}
