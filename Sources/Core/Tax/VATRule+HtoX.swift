extension VATRule {
    static let croatia = VATRule(forms: ["99999999999"]) { $0.passesModulus1110 }

    static let hungary = VATRule(forms: ["99999999"]) { body in
        body.weighted([9, 7, 3, 1, 9, 7, 3, 1]).isMultiple(of: 10)
    }

    /// Seven digits and one or two letters; in the old form the second character is a letter or a
    /// sign.
    static let ireland = VATRule(
        forms: ["9999999A", "9999999AA", "9A99999A", "9+99999A", "9*99999A"]
    ) { body in
        let alphabet = Array("WABCDEFGHIJKLMNOPQRSTUV")
        var sum: Int
        if body.hasDigits(0..<7) {
            sum = body.weighted([8, 7, 6, 5, 4, 3, 2])
            if body.count == 9 {
                guard let extra = alphabet.firstIndex(of: body.letter(8)) else { return false }
                sum += 9 * extra
            }
        } else {
            sum = body.weighted([7, 6, 5, 4, 3], from: 2) + 2 * body.value(0)
        }
        return alphabet[sum % 23] == body.letter(7)
    }

    /// The eighth to tenth digits name the office that gave the number.
    static let italy = VATRule(forms: ["99999999999"]) { body in
        let office = body.number(7..<10)
        let isOffice = (1...100).contains(office) || [120, 121, 888, 999].contains(office)
        return body.number(0..<7) > 0 && isOffice && body.passesLuhn(0..<11)
    }

    /// Nine digits are a company's, twelve a person's who is registered for a time.
    static let lithuania = VATRule(forms: ["999999919", "999999999919"]) { body in
        let last = body.count - 1
        func check(_ shift: Int) -> Int {
            body.weighted((0..<last).map { 1 + ($0 + shift) % 9 }) % 11
        }
        return (check(0) < 10 ? check(0) : check(2) % 10) == body.value(last)
    }

    static let luxembourg = VATRule(forms: ["99999999"]) { body in
        body.number(0..<6) % 89 == body.number(6..<8)
    }

    /// Beginning with 4 or more, a company's; otherwise a person's: with a date, or beginning with
    /// 32 since 2017 and without one.
    static let latvia = VATRule(forms: ["99999999999"]) { body in
        if body.value(0) > 3 {
            return body.weighted([9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 == 3
        }
        let check = (1 + body.weighted([10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11 % 10
        let year = 1800 + 100 * body.value(6) + body.number(4..<6)
        let isDated = body.isDate(year: year, month: body.number(2..<4), day: body.number(0..<2))
        return check == body.value(10) && (body.number(0..<2) == 32 || isDated)
    }

    static let malta = VATRule(forms: ["99999999"]) { body in
        body.value(0) != 0
            && (body.weighted([3, 4, 6, 7, 8, 9]) + body.number(6..<8)).isMultiple(of: 37)
    }

    /// Until 2019 built on the number of the business's owner, since then of its own.
    static let netherlands = VATRule(forms: ["999999999B99"]) { body in
        let isOwners = (body.weighted([9, 8, 7, 6, 5, 4, 3, 2]) - body.value(8)).isMultiple(of: 11)
        return body.number(0..<9) > 0 && body.number(10..<12) > 0
            && (isOwners || body.passesModulus97(prefix: "NL"))
    }

    static let poland = VATRule(forms: ["9999999999"]) { body in
        body.weighted([6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == body.value(9)
    }

    static let portugal = VATRule(forms: ["999999999"]) { body in
        let check = (11 - body.weighted([9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11 % 10
        return body.value(0) != 0 && check == body.value(8)
    }

    static let romania = VATRule(
        forms: (2...10).map { String(repeating: "9", count: $0) }
    ) { body in
        let weights = Array([7, 5, 3, 2, 1, 7, 5, 3, 2].suffix(body.count - 1))
        let check = 10 * body.weighted(weights) % 11 % 10
        return body.value(0) != 0 && check == body.value(body.count - 1)
    }

    /// A company's ten digits and two more for its units.
    static let sweden = VATRule(forms: ["999999999999"]) { body in
        (1...94).contains(body.number(10..<12)) && body.passesLuhn(0..<10)
    }

    static let slovenia = VATRule(forms: ["99999999"]) { body in
        let check = 11 - body.weighted([8, 7, 6, 5, 4, 3, 2]) % 11
        return body.value(0) != 0 && check != 11 && check % 10 == body.value(7)
    }

    static let slovakia = VATRule(forms: ["9999999999"]) { body in
        body.value(0) != 0 && [2, 3, 4, 7, 8, 9].contains(body.value(2))
            && body.number(0..<10).isMultiple(of: 11)
    }

    /// As in Great Britain: nine digits, twelve with those of a branch, and short ones for
    /// departments of government and health authorities.
    static let northernIreland = VATRule(
        forms: ["999999999", "999999999999", "GD999", "HA999"]
    ) { body in
        if body.count == 5 {
            return body.letter(0) == "G" ? body.number(2..<5) < 500 : body.number(2..<5) >= 500
        }
        let sum = body.weighted([8, 7, 6, 5, 4, 3, 2]) + body.number(7..<9)
        return body.number(0..<9) > 0 && [0, 42].contains(sum % 97)
    }
}

extension VATBody {
    fileprivate func hasDigits(_ range: Range<Int>) -> Bool {
        range.allSatisfy { (48...57).contains(bytes[$0]) }
    }
}
