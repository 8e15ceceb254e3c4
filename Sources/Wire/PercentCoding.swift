/// Percent-encoding of RFC 3986 and of HTML forms.
package enum PercentCoding {
    /// Encodes everything but RFC 3986's unreserved characters; spaces become `%20`.
    package static func encode(_ text: String) -> String {
        encode(text, keeping: "-._~", spaceAsPlus: false)
    }

    /// Encodes as `application/x-www-form-urlencoded` does; spaces become `+`.
    package static func encodeForm(_ text: String) -> String {
        encode(text, keeping: "*-._", spaceAsPlus: true)
    }

    private static func encode(_ text: String, keeping kept: String, spaceAsPlus: Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        let kept = Set(kept.utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: bytes.append(byte)
            case _ where kept.contains(byte): bytes.append(byte)
            case 32 where spaceAsPlus: bytes.append(43)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Decodes percent-encoded text.
    ///
    /// - Returns: nil for a broken escape, or for bytes that are no UTF-8 or contain a NUL.
    package static func decode(
        _ text: some StringProtocol,
        plusIsSpace: Bool = false
    ) -> String? {
        decode(text.utf8, plusIsSpace: plusIsSpace)
    }

    fileprivate static func decode(
        _ encoded: some Sequence<UInt8>,
        plusIsSpace: Bool
    ) -> String? {
        var bytes: [UInt8] = []
        var iterator = encoded.makeIterator()
        while let byte = iterator.next() {
            switch byte {
            case 37:
                guard let high = iterator.next().flatMap(hexValue),
                    let low = iterator.next().flatMap(hexValue)
                else { return nil }
                bytes.append(high << 4 | low)
            case 43 where plusIsSpace: bytes.append(32)
            default: bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 65...70: digit - 55
        case 97...102: digit - 87
        default: nil
        }
    }
}

/// The names and values of a query or of a form body, in order.
package struct FormFields: Sendable, Equatable {
    /// One name with its value.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field]

    package init(_ fields: [Field] = []) { self.fields = fields }

    /// Reads `application/x-www-form-urlencoded` text.
    ///
    /// - Returns: nil for a broken escape, bytes that are no UTF-8, or more fields than allowed.
    package init?(parsing text: some StringProtocol, most: Int = 1_000) {
        var fields: [Field] = []
        // By bytes: a combining mark after `&` or `=` would hide it from a split by characters.
        for pair in Array(text.utf8).split(separator: 38, omittingEmptySubsequences: true) {
            guard fields.count < most else { return nil }
            let parts = pair.split(separator: 61, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentCoding.decode(parts[0], plusIsSpace: true),
                let value = parts.count > 1
                    ? PercentCoding.decode(parts[1], plusIsSpace: true) : ""
            else { return nil }
            fields.append(Field(name, value))
        }
        self.fields = fields
    }

    /// The first value of a name.
    package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// All values of a name, in order.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    /// Adds a field at the end.
    package mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name, value))
    }

    /// The fields as `application/x-www-form-urlencoded` text.
    package var encoded: String {
        fields
            .map { PercentCoding.encodeForm($0.name) + "=" + PercentCoding.encodeForm($0.value) }
            .joined(separator: "&")
    }
}
