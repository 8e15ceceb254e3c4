extension VATRule {
    /// The rules by prefix.
    static let rules: [String: VATRule] = [
        "AT": austria, "BE": belgium, "BG": bulgaria, "CY": cyprus, "CZ": czechia, "DE": germany,
        "DK": denmark, "EE": estonia, "EL": greece, "ES": spain, "FI": finland, "FR": france,
        "HR": croatia, "HU": hungary, "IE": ireland, "IT": italy, "LT": lithuania,
        "LU": luxembourg, "LV": latvia, "MT": malta, "NL": netherlands, "PL": poland,
        "PT": portugal, "RO": romania, "SE": sweden, "SI": slovenia, "SK": slovakia,
        "XI": northernIreland,
    ]

    private static let austria = VATRule(forms: ["U99999999"]) { body in
        let sum = (1...7).reduce(0) { sum, index in
            let product = body.value(index) * (index.isMultiple(of: 2) ? 2 : 1)
            return sum + product / 10 + product % 10
        }
        return (96 - sum) % 10 == body.value(8)
    }

    private static let belgium = VATRule(
        forms: ["0999999999", "1999999999"],
        check: { body in
            body.number(0..<8) > 0 && 97 - body.number(0..<8) % 97 == body.number(8..<10)
        },
        addsZero: true
    )

    /// Nine digits are a company's; ten a citizen's, a foreigner's, or anybody else's.
    private static let bulgaria = VATRule(forms: ["999999999", "9999999999"]) { body in
        guard body.count == 10 else {
            let first = body.weighted([1, 2, 3, 4, 5, 6, 7, 8]) % 11
            let second = body.weighted([3, 4, 5, 6, 7, 8, 9, 10]) % 11
            return (first < 10 ? first : second % 10) == body.value(8)
        }
        let last = body.value(9)
        let foreign = body.weighted([21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10
        let other = (11 - body.weighted([4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11) % 11
        return isBulgarianCitizen(body) || foreign == last || other == last
    }

    private static func isBulgarianCitizen(_ body: VATBody) -> Bool {
        let sum = body.weighted([2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10
        // The month says the century: from 21 on the nineteenth, from 41 on the twenty-first.
        let (year, month) = (body.number(0..<2), body.number(2..<4))
        let century = [0: 1900, 1: 1800, 2: 2000][month / 20] ?? 1900
        return sum == body.value(9)
            && body.isDate(year: century + year, month: month % 20, day: body.number(4..<6))
    }

    private static let cyprus = VATRule(forms: ["99999999A"]) { body in
        let odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
        let sum = (0..<8).reduce(0) { sum, index in
            sum + (index.isMultiple(of: 2) ? odd[body.value(index)] : body.value(index))
        }
        return body.number(0..<2) != 12 && 10 + sum % 26 == body.value(8)
    }

    /// Eight digits are a company's; nine beginning with 6 a person's of a special kind; nine or
    /// ten the number that people are born with, of which the one with nine has no check digit.
    private static let czechia = VATRule(forms: ["99999999", "999999999", "9999999999"]) { body in
        switch body.count {
        case 8:
            let check = (11 - body.weighted([8, 7, 6, 5, 4, 3, 2]) % 11) % 10
            return body.value(0) != 9 && check == body.value(7)
        case 9 where body.value(0) == 6:
            let sum = body.weighted([8, 7, 6, 5, 4, 3, 2], from: 1) % 11
            let check = (8 - (21 - sum) % 11 + 10) % 10
            return check == body.value(8)
        default: return isCzechBirthNumber(body)
        }
    }

    private static func isCzechBirthNumber(_ body: VATBody) -> Bool {
        var year = 1900 + body.number(0..<2)
        // Women's months are counted from 51 on; each sex has a second range for crowded days.
        let month = body.number(2..<4) % 50 % 20
        if body.count == 9 {
            if year >= 1980 { year -= 100 }
            guard year <= 1953 else { return false }
        } else {
            if year < 1954 { year += 100 }
            let check = body.number(0..<9) % 11 % 10
            guard check == body.value(9) else { return false }
        }
        return body.isDate(year: year, month: month, day: body.number(4..<6))
    }

    private static let germany = VATRule(forms: ["999999999"]) { body in
        body.value(0) != 0 && body.passesModulus1110
    }

    private static let denmark = VATRule(forms: ["99999999"]) { body in
        body.value(0) != 0 && body.weighted([2, 7, 6, 5, 4, 3, 2, 1]).isMultiple(of: 11)
    }

    private static let estonia = VATRule(forms: ["999999999"]) { body in
        body.weighted([3, 7, 1, 3, 7, 1, 3, 7, 1]).isMultiple(of: 10)
    }

    private static let greece = VATRule(
        forms: ["999999999"],
        check: { body in
            body.weighted([256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == body.value(8)
        },
        addsZero: true
    )

    private static let spain = VATRule(forms: ["X9999999X"]) { body in
        let letters = Array("TRWAGMYFPDXBNJZSQVHLCKE")
        let first = body.letter(0)
        guard !body.isDigit(0) else {
            return letters[body.number(0..<8) % 23] == body.letter(8)
        }
        if let replaced = ["X": 0, "Y": 1, "Z": 2][first] {
            let number = replaced * 10_000_000 + body.number(1..<8)
            return letters[number % 23] == body.letter(8)
        }
        if "KLM".contains(first) { return letters[body.number(1..<8) % 23] == body.letter(8) }
        guard "ABCDEFGHJNPQRSUVW".contains(first) else { return false }
        let sum = (1...7).reduce(0) { sum, index in
            let product = body.value(index) * (index.isMultiple(of: 2) ? 1 : 2)
            return sum + product / 10 + product % 10
        }
        let check = (10 - sum % 10) % 10
        // Which kinds of bodies have a letter and which a digit, the sources do not agree on.
        return body.isDigit(8)
            ? body.value(8) == check : body.letter(8) == Array("JABCDEFGHI")[check]
    }

    private static let finland = VATRule(forms: ["99999999"]) { body in
        body.weighted([7, 9, 10, 5, 8, 4, 2, 1]).isMultiple(of: 11)
    }

    /// Two characters and a company's SIREN; those of Monaco, which begins with 000, have no Luhn's
    /// check. The letters I and O are not used.
    private static let france = VATRule(forms: ["XX999999999"]) { body in
        let siren = body.number(2..<11)
        guard body.number(2..<5) == 0 || body.passesLuhn(2..<11) else { return false }
        if body.isDigit(0), body.isDigit(1) {
            return (siren * 100 + 12) % 97 == body.number(0..<2)
        }
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
        guard let first = alphabet.firstIndex(of: body.letter(0)),
            let second = alphabet.firstIndex(of: body.letter(1))
        else { return false }
        let check = body.isDigit(0) ? first * 24 + second - 10 : first * 34 + second - 100
        return (siren + 1 + check / 11) % 11 == check % 11
    }
}
