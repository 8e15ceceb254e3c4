package import Wire

/// A form that may hold files: `multipart/form-data` of RFC 7578, as browsers send it.
///
/// What browsers never send, such as an opening text, folded lines or parts within parts, is
/// refused and not guessed at.
package struct MultipartForm: Sendable, Equatable {
    /// A file that was chosen.
    package struct File: Sendable, Equatable {
        /// Of the form's field.
        package let field: String
        /// As its browser calls it; nothing may be made of it but words.
        package let name: String
        package let bytes: [UInt8]

        package init(field: String, name: String, bytes: [UInt8]) {
            self.field = field
            self.name = name
            self.bytes = bytes
        }
    }

    /// The fields that are text.
    package let fields: FormFields
    package let files: [File]

    /// How many parts a form may have.
    package static let mostParts = 100
    /// How long the head of a part may be.
    package static let mostHeadBytes = 2_000

    package init(fields: FormFields, files: [File]) {
        self.fields = fields
        self.files = files
    }

    /// Reads a body by the boundary that its content type names; nil for what is no such form.
    package init?(parsing body: [UInt8], contentType: String) {
        guard let boundary = MultipartForm.boundary(of: contentType) else { return nil }
        var reader = PartReader(body, boundary: boundary)
        var fields = FormFields()
        var files: [File] = []
        guard reader.skipOpening() else { return nil }
        while !reader.isAtEnd {
            guard fields.fields.count + files.count < MultipartForm.mostParts,
                let part = reader.nextPart(), let names = PartNames(head: part.head)
            else { return nil }
            if let name = names.file {
                files.append(File(field: names.field, name: name, bytes: Array(part.content)))
            } else {
                guard let text = String(validating: part.content, as: UTF8.self) else { return nil }
                fields.append(names.field, text)
            }
        }
        self.init(fields: fields, files: files)
    }

    /// The file of a field; nil when none was chosen.
    package func file(_ field: String) -> File? {
        files.first { $0.field == field && !($0.name.isEmpty && $0.bytes.isEmpty) }
    }

    /// The form as a browser would send it; nil when the boundary stands in it.
    package func encoded(boundary: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        func add(_ head: String, _ content: [UInt8]) {
            bytes += Array("--\(boundary)\r\n\(head)\r\n\r\n".utf8) + content + [13, 10]
        }
        for field in fields.fields {
            add(MultipartForm.disposition(field.name), Array(field.value.utf8))
        }
        for file in files {
            let head = MultipartForm.disposition(file.field)
            add("\(head); filename=\(MultipartForm.quoted(file.name))", file.bytes)
        }
        bytes += Array("--\(boundary)--\r\n".utf8)
        let type = "multipart/form-data; boundary=\(boundary)"
        return MultipartForm(parsing: bytes, contentType: type) == self ? bytes : nil
    }

    private static func disposition(_ name: String) -> String {
        "Content-Disposition: form-data; name=\(quoted(name))"
    }

    private static func quoted(_ text: String) -> String {
        var scalars = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { scalars.append("\\") }
            scalars.append(scalar)
        }
        scalars.append("\"")
        return String(scalars)
    }

    /// 1 to 70 characters, of which none could end the line or the boundary.
    private static func boundary(of contentType: String) -> [UInt8]? {
        guard let value = HeaderParameters(contentType)["boundary"] else { return nil }
        let bytes = Array(value.utf8)
        let isPlain = bytes.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || Array("'()+_,-./:=?".utf8).contains(byte)
        }
        return isPlain && (1...70).contains(bytes.count) ? bytes : nil
    }
}

/// Goes through the parts between boundaries.
private struct PartReader {
    private let body: [UInt8]
    /// A boundary with the end of the line before it.
    private let delimiter: [UInt8]
    private var position = 0
    private(set) var isAtEnd = false

    init(_ body: [UInt8], boundary: [UInt8]) {
        self.body = body
        delimiter = [13, 10, 45, 45] + boundary
    }

    /// Passes the first boundary, before which there is no line to end.
    mutating func skipOpening() -> Bool {
        let opening = delimiter.dropFirst(2)
        guard body.starts(with: opening) else { return false }
        position = opening.count
        return passBoundary()
    }

    /// The next part, and the boundary after it; nil when there is none, or it is too long.
    mutating func nextPart() -> (head: ArraySlice<UInt8>, content: ArraySlice<UInt8>)? {
        let most = min(body.count, position + MultipartForm.mostHeadBytes)
        guard let head = index(of: [13, 10, 13, 10], from: position, to: most),
            let end = index(of: delimiter, from: head + 4, to: body.count)
        else { return nil }
        let part = (head: body[position..<head], content: body[(head + 4)..<end])
        position = end + delimiter.count
        return passBoundary() ? part : nil
    }

    /// A line's end goes on to a part, two hyphens end the form.
    private mutating func passBoundary() -> Bool {
        let rest = body[position...]
        if rest.starts(with: [13, 10]) {
            position += 2
            return true
        }
        isAtEnd = true
        return rest.elementsEqual([45, 45, 13, 10]) || rest.elementsEqual([45, 45])
    }

    /// Where a sequence begins.
    private func index(of sought: [UInt8], from start: Int, to limit: Int) -> Int? {
        guard limit - start >= sought.count else { return nil }
        return (start...(limit - sought.count)).first { index in
            body[index] == 13 && body[index..<(index + sought.count)].elementsEqual(sought)
        }
    }
}

/// What the head of a part says of it.
private struct PartNames {
    let field: String
    /// Nil for a text.
    let file: String?

    init?(head: ArraySlice<UInt8>) {
        guard let text = String(validating: head, as: UTF8.self) else { return nil }
        var disposition: HeaderParameters?
        for line in text.split(separator: "\r\n", omittingEmptySubsequences: false) {
            guard let colon = line.firstIndex(of: ":"), line.first != " ", line.first != "\t"
            else { return nil }
            guard line[..<colon].lowercased() == "content-disposition" else { continue }
            guard disposition == nil else { return nil }
            disposition = HeaderParameters(String(line[line.index(after: colon)...]))
        }
        guard let disposition, disposition.value == "form-data", let field = disposition["name"]
        else { return nil }
        self.field = field
        file = disposition["filename"]
    }
}

/// The value of a header field with its parameters, such as `form-data; name="logo"`.
private struct HeaderParameters {
    /// In lower case.
    let value: String
    private var parameters: [String: String] = [:]

    /// What cannot be read has no parameters.
    init(_ text: String) {
        var parts = HeaderParameters.parts(text)
        value = parts.isEmpty ? "" : parts.removeFirst().lowercased()
        for part in parts {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let name = part[..<equals].lowercased()
            // A name that stands twice could be read in two ways.
            guard parameters[name] == nil else {
                parameters = [:]
                return
            }
            parameters[name] = HeaderParameters.unquoted(part[part.index(after: equals)...])
        }
    }

    subscript(name: String) -> String? { parameters[name] }

    /// What stands between semicolons that are not quoted, without spaces around it.
    private static func parts(_ text: String) -> [String] {
        var (parts, part) = ([String](), String.UnicodeScalarView())
        var (isQuoted, isEscaped) = (false, false)
        for scalar in text.unicodeScalars {
            if scalar == ";", !isQuoted {
                parts.append(String(part))
                part = .init()
                continue
            }
            if scalar == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && scalar == "\\" && !isEscaped
            part.append(scalar)
        }
        return (parts + [String(part)]).map(trimmed)
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let rest = scalars.drop { $0 == " " || $0 == "\t" }
        let end = rest.lastIndex { $0 != " " && $0 != "\t" }
        return String(String.UnicodeScalarView(end.map { rest[...$0] } ?? rest[..<rest.startIndex]))
    }

    private static func unquoted(_ text: Substring) -> String {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count >= 2, scalars.first == "\"", scalars.last == "\"" else {
            return String(text)
        }
        var (result, isEscaped) = (String.UnicodeScalarView(), false)
        for scalar in scalars.dropFirst().dropLast() {
            if scalar == "\\", !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            result.append(scalar)
        }
        return String(result)
    }
}
