import HTTPServer
import Web
import Wire

extension FuzzTarget {
    /// Fields that are read are written as the same; what a form reader lets through is clean.
    static let form = FuzzTarget("form") { bytes in
        let request = request(headers: ["Content-Type": "application/x-www-form-urlencoded"], bytes)
        guard let fields = try? request.form() else { return }
        try demand(fields.fields.count <= 1_000, "more fields than are allowed")
        guard let again = FormFields(parsing: fields.encoded) else {
            throw Violation(description: "encoded fields cannot be read")
        }
        try demand(same(fields, again), "fields change when they are encoded")
        for field in fields.fields.prefix(8) { try checkReader(fields, field) }
    }

    /// A form with files holds no more than was sent, and reads the same when it is written again.
    static let multipart = FuzzTarget("multipart") { bytes in
        let type = "multipart/form-data; boundary=b"
        guard let form = MultipartForm(parsing: bytes, contentType: type) else { return }
        let size = form.files.map(\.bytes.count).reduce(0, +)
        try demand(size <= bytes.count, "files are larger than what was sent")
        let parts = form.fields.fields.count + form.files.count
        try demand(parts <= MultipartForm.mostParts, "more parts than are allowed")
        guard let written = form.encoded(boundary: "another") else { return }
        let again = MultipartForm(
            parsing: written,
            contentType: "multipart/form-data; boundary=another"
        )
        try demand(again == form, "a form changes when it is written")
    }

    private static func checkReader(_ fields: FormFields, _ field: FormFields.Field) throws {
        let name = field.name
        var reader = FormReader(fields)
        if let text = reader.text(name, length: 0...50) {
            try demand(text.unicodeScalars.count <= 50, "a text is longer than it may be")
            try demand(text.isOneLine, "one line of text has a control character")
        }
        if let lines = reader.lines(name, length: 0...50) {
            let isClean = lines.utf8.allSatisfy { $0 >= 32 && $0 != 127 || (9...13).contains($0) }
            try demand(isClean, "lines have a control character")
        }
        if let number = reader.integer(name, -3...300) {
            try demand((-3...300).contains(number), "a number is out of its range")
        }
        let decoded = PercentCoding.decode(PercentCoding.encode(field.value))
        try demand(decoded?.isExactly(field.value) == true, "escaping changes a text")
    }

    /// A cookie that we set comes back as it was, and its line holds it and nothing else.
    static let cookies = FuzzTarget("cookies") { bytes in
        let text = bytes.text
        let seen = request(headers: ["Cookie": text]).cookies
        let pairs = Array(text.utf8).split(separator: 59).map(Array.init)
        for pair in pairs where pair.contains(61) {
            let name = pair[..<(pair.firstIndex(of: 61) ?? 0)].filter { $0 != 32 && $0 != 9 }
            guard let value = seen[Array(name).text] else { continue }
            try demand(!value.utf8.contains(0), "a cookie has a NUL")
            try demand(!value.utf8.contains(59) || bytes.contains(37), "a cookie spans two")
        }
        let cookie = Cookie("note", text, maxAgeSeconds: 60, isSecure: true)
        let line = cookie.headerValue
        try demand(line.utf8.allSatisfy { (33...126).contains($0) || $0 == 32 }, "a line breaks")
        try demand(line.utf8.count { $0 == 59 } == 5, "a value adds an attribute")
        let sent = line.split(separator: ";")[0]
        let back = request(headers: ["Cookie": String(sent)]).cookies.value("note", isSecure: true)
        try demand(text.utf8.contains(0) || back?.isExactly(text) == true, "a cookie changes")
    }

    /// The query of a request gives the same fields as a form of the same text.
    static let query = FuzzTarget("query") { bytes in
        let text = bytes.text
        let request = Request(
            HTTPRequest(method: "GET", path: "/", query: text),
            id: "req_1"
        )
        let fields = FormFields(parsing: text) ?? FormFields()
        try demand(same(fields, request.query), "a query reads unlike a form")
        try demand(request.pathAndQuery.hasPrefix("/"), "an address is no path")
        for field in fields.fields.prefix(8) {
            try demand(fields[field.name] != nil, "a field is not found by its name")
            try demand(!field.value.utf8.contains(0), "a field has a NUL")
        }
    }

    static func request(headers: HTTPHeaders, _ body: [UInt8] = []) -> Request {
        Request(
            HTTPRequest(method: "POST", path: "/", headers: headers, body: body),
            id: "req_1"
        )
    }

    private static func same(_ one: FormFields, _ other: FormFields) -> Bool {
        one.fields.count == other.fields.count
            && zip(one.fields, other.fields).allSatisfy {
                $0.name.isExactly($1.name) && $0.value.isExactly($1.value)
            }
    }
}
