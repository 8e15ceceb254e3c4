import Core
import Foundation
import InternetNames
import Support
import Web

extension FuzzTarget {
    private static let currencies: [Currency] = [.usd, .jpy, .kwd]

    /// Amounts as staff type them, and their division.
    static let money = FuzzTarget("money") { bytes in
        let text = bytes.text
        for currency in currencies {
            guard let money = Money(typed: text, currency) else { continue }
            try demand(money.minorUnits >= 0, "a typed amount is negative")
            try demand(
                text.utf8.allSatisfy { (48...57).contains($0) || $0 == 46 },
                "an amount has other characters"
            )
            let again = Money(typed: money.decimalText, currency)
            try demand(again == money, "an amount changes when it is written")
        }
        if let currency = Currency(text) {
            try demand(text.utf8.allSatisfy { $0 < 128 }, "a currency is no ASCII")
            try demand(currency.code.utf8.count == 3, "a currency has no three letters")
        }
        try checkAllocation(bytes)
    }

    /// The first eight bytes are the amount, each other byte a weight.
    private static func checkAllocation(_ bytes: [UInt8]) throws {
        guard bytes.count > 8 else { return }
        let word = bytes[..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let weights = bytes[8...].prefix(64).map(Int64.init)
        guard weights.reduce(0, +) > 0 else { return }
        let money = Money(minorUnits: Int64(bitPattern: word) >> 1, .usd)
        let parts = money.allocated(by: weights)
        try demand(parts.sum(.usd) == money, "the parts do not sum to the whole")
        for (part, weight) in zip(parts, weights) where weight == 0 {
            try demand(part.isZero, "something was given for nothing")
        }
    }

    /// Names of hosts, of any script.
    static let domain = FuzzTarget("domain") { bytes in
        let text = bytes.text
        if let name = InternetName.ascii(text) {
            try demand(name.utf8.allSatisfy(isNameByte), "a name has other characters")
            try demand(name.utf8.count <= 253, "a name is too long")
            try demand(InternetName.ascii(name) == name, "a name changes when it is read again")
            let shown = InternetName.unicode(name)
            try demand(InternetName.ascii(shown) == name, "a name is shown as another one")
        }
        _ = InternetName.unicode(text)
        guard let name = DomainName(ascii: text) else { return }
        try demand(text.utf8.allSatisfy { $0 < 128 }, "a name that is no ASCII was taken for one")
        try demand(name.text.utf8.allSatisfy(isNameByte), "a name has other characters")
        try demand("\(name.label).\(name.ending)" == name.text, "a name is not its two parts")
        try demand(DomainName(ascii: name.text) == name, "a name changes when it is read again")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
    }

    /// Addresses that mail goes to.
    static let email = FuzzTarget("email") { bytes in
        guard let address = EmailAddress(bytes.text) else { return }
        let text = address.text
        try demand(text.utf8.allSatisfy { (33...126).contains($0) }, "an address has a space")
        try demand(!text.contains { "<>()[]\\,;:\"".contains($0) }, "an address has a mark")
        try demand(text.utf8.count { $0 == 64 } == 1, "an address has another @")
        try demand(EmailAddress(address.key)?.key == address.key, "a key is no address")
    }

    /// Licence keys as people type them.
    static let license = FuzzTarget("license") { bytes in
        let typed = bytes.text
        if let key = LicenseKey(typed) {
            let small = typed.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
            let own = key.text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
            try demand(small == own, "a key was read as another one")
            try demand(LicenseKey(key.text) == key, "a key changes when it is read again")
            try demand(key.text.hasSuffix(key.hint), "a hint is not of the key")
        }
        guard bytes.count >= 10 else { return }
        let made = LicenseKey(randomBytes: Array(bytes.prefix(10)))
        try demand(LicenseKey(made.text.lowercased()) == made, "a key of ours is not read")
        let masked = LicenseKey.masked(hint: made.hint)
        try demand(!masked.contains(made.text.prefix(12)), "a masked key shows the key")
    }

    /// Times of the API, and the keys that stand for them in a cursor.
    static let time = FuzzTarget("time") { bytes in
        let text = bytes.text
        if let date = Date(rfc3339: text) {
            guard let again = Date(rfc3339: date.rfc3339) else {
                throw Violation(description: "\(date.rfc3339) cannot be read")
            }
            let whole = date.timeIntervalSince1970.rounded(.down)
            try demand(again.timeIntervalSince1970 == whole, "a time changes: \(date.rfc3339)")
            guard let key = Date(cursorKey: date.cursorKey) else { return }
            try demand(abs(key.timeIntervalSince(date)) < 0.000_01, "a key is of another time")
        }
        _ = Date(cursorKey: text).map(\.cursorKey)
    }

    /// Places in lists, and identifiers.
    static let cursor = FuzzTarget("cursor") { bytes in
        let text = bytes.text
        for count in 0..<3 {
            guard let cursor = Cursor(text, list: "fuzz", keys: count) else { continue }
            try demand(cursor.keys.count == count, "a cursor has another number of keys")
            try demand(cursor.text.isExactly(text), "two texts are one cursor")
        }
        if let id = ID<Invoice>(text) {
            try demand(id.text.isExactly(text), "two texts are one identifier")
        }
        let keys = bytes.parts(3).map(\.text)
        guard !keys.contains(where: { $0.utf8.contains(0) }) else { return }
        let made = Cursor(list: "fuzz", keys: keys)
        guard made.text.utf8.count <= 2_048 else { return }
        let read = Cursor(made.text, list: "fuzz", keys: keys.count)
        try demand(read == made, "a cursor of ours is refused")
        try demand(Cursor(made.text, list: "other", keys: keys.count) == nil, "any list will do")
    }
}
