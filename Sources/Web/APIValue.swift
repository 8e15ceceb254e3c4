package import Wire

/// A value that stands in the JSON of our API: its shape, its reader and its writer.
package protocol APIValue: APIInput, APIAnswer where Returned == Self {
    static var schema: Schema { get }

    /// The value of a field that is not there; nil when it must be.
    static var absent: Self? { get }

    /// Reads a value; what is wrong is reported, all of it, and then there is none.
    static func decode(_ json: JSON, _ decoding: inout Decoding) -> Self?

    /// The value as it is sent.
    var json: JSON { get }
}

extension APIValue {
    package static var absent: Self? { nil }

    /// Reads a whole body.
    ///
    /// - Throws: ``Problem`` 422 that names everything that is wrong.
    package init(reading json: JSON) throws(Problem) {
        var decoding = Decoding()
        guard let value = Self.decode(json, &decoding), decoding.problems.isEmpty else {
            throw Problem.invalid(decoding.problems)
        }
        self = value
    }
}

/// What is found while a body is read: where the reader is, and everything that is wrong.
package struct Decoding: Sendable {
    /// The first of them: a short body can be wrong in a hundred thousand places.
    package private(set) var problems: [FieldError] = []
    /// How many there are, also those beyond ``problems``.
    private(set) var count = 0
    private static let mostProblems = 100
    private var path: [String] = []

    package init() {}

    /// Reports that the value at this place is not acceptable.
    package mutating func report(_ code: String, _ message: String) {
        add(FieldError(path.joined(separator: "."), code, message))
    }

    /// Reports that the value at this place has another JSON type.
    package mutating func reportType(_ expected: String) {
        report("wrong_type", "must be \(expected)")
    }

    /// Reads something inside the present place.
    package mutating func at<Value>(
        _ step: String,
        _ read: (inout Decoding) -> Value
    ) -> Value {
        path.append(step)
        defer { path.removeLast() }
        return read(&self)
    }

    /// Takes over what a check of several fields found, its places being relative to here.
    mutating func adopt(_ errors: [FieldError]) {
        for error in errors {
            let place = error.field.isEmpty ? path : path + [error.field]
            add(FieldError(place.joined(separator: "."), error.code, error.message))
        }
    }

    private mutating func add(_ error: FieldError) {
        count += 1
        if problems.count < Decoding.mostProblems { problems.append(error) }
    }
}
