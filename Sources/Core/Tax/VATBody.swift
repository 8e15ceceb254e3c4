/// The part of a VAT number after its prefix, as its check digits are computed from it.
struct VATBody {
    /// ASCII capitals and digits.
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    var count: Int { bytes.count }

    /// The value of a digit; of a letter, 10 for A and so on.
    func value(_ index: Int) -> Int {
        let byte = Int(bytes[index])
        return byte < 65 ? byte - 48 : byte - 55
    }

    func letter(_ index: Int) -> Character { Character(UnicodeScalar(bytes[index])) }

    func isDigit(_ index: Int) -> Bool { bytes[index] < 65 }

    /// The digits of a range as one number.
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + value($1) } }

    /// The sum of the digits from `start` on, each times its weight.
    func weighted(_ weights: [Int], from start: Int = 0) -> Int {
        weights.enumerated().reduce(0) { $0 + $1.element * value(start + $1.offset) }
    }

    /// Luhn's check (ISO/IEC 7812-1): every second digit from the right, the last not among them,
    /// is doubled.
    func passesLuhn(_ range: Range<Int>) -> Bool { luhnSum(range).isMultiple(of: 10) }

    private func luhnSum(_ range: Range<Int>) -> Int {
        range.reduce(0) { sum, index in
            let isDoubled = (range.upperBound - 1 - index) % 2 == 1
            let product = value(index) * (isDoubled ? 2 : 1)
            return sum + product / 10 + product % 10
        }
    }

    /// ISO/IEC 7064, MOD 11,10, over all digits.
    var passesModulus1110: Bool {
        var product = 10
        for index in 0..<count - 1 {
            let sum = (value(index) + product) % 10
            product = 2 * (sum == 0 ? 10 : sum) % 11
        }
        return (11 - product) % 10 == value(count - 1)
    }

    /// ISO/IEC 7064, MOD 97-10, letters counted as two digits; `prefix` stands before.
    func passesModulus97(prefix: String) -> Bool {
        let whole = VATBody(prefix)
        let values = (0..<whole.count).map(whole.value) + (0..<count).map(value)
        return values.reduce(0) { ($0 * ($1 > 9 ? 100 : 10) + $1) % 97 } == 1
    }

    /// Whether two digits each of year, month and day at the given places can be a date.
    func isDate(year: Int, month: Int, day: Int) -> Bool {
        (1...12).contains(month) && (1...CivilDate.days(ofMonth: month, year)).contains(day)
    }
}
