import Core
import Foundation
import Markup
import Support

// How amounts and times look on every page.

extension Money {
    /// The amount as people read it: `$1,234.50`, `€5.00`, `1.250 KWD`.
    var label: String {
        let sign = minorUnits < 0 ? "−" : ""
        let digits = grouped(minorUnits < 0 ? -self : self)
        guard let symbol = Money.symbols[currency.code] else {
            return "\(sign)\(digits) \(currency.code)"
        }
        return sign + symbol + digits
    }

    /// The amount without decimals that say nothing, for a price tag: `$29`, `$29.50`.
    var priceTag: String {
        let unit = (0..<currency.exponent).reduce(Int64(1)) { unit, _ in unit * 10 }
        guard minorUnits % unit == 0, let dot = label.lastIndex(of: "."), currency.exponent > 0
        else { return label }
        return String(label[..<dot])
            + (Money.symbols[currency.code] == nil ? " \(currency.code)" : "")
    }

    private static let symbols = ["USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"]

    private func grouped(_ amount: Money) -> String {
        let parts = amount.decimalText.split(separator: ".")
        let whole = parts.first ?? "0"
        var text = ""
        for (place, digit) in whole.reversed().enumerated() {
            if place > 0, place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        let grouped = String(text.reversed())
        return parts.count > 1 ? "\(grouped).\(parts[1])" : grouped
    }
}

/// An amount in figures that stand under one another, with its currency's code where it is added
/// up.
struct Amount: View {
    private let money: Money
    private let showsCode: Bool

    init(_ money: Money, showsCode: Bool = false) {
        self.money = money
        self.showsCode = showsCode
    }

    var body: HTML {
        span(.classes("money")) {
            money.label
            if showsCode, money.label.last != money.currency.code.last {
                " "
                span(.classes("currency")) { money.currency.code }
            }
        }
    }
}

/// A moment, with the exact time for machines and for whoever points at it. Where scripts run, a
/// time of the day is shown in the reader's own zone.
struct Moment: View {
    private let date: Date
    private let showsTime: Bool

    init(_ date: Date) {
        self.date = date
        showsTime = true
    }

    /// The day alone.
    init(day date: Date) {
        self.date = date
        showsTime = false
    }

    var body: HTML {
        time(
            .datetime(date.rfc3339),
            .title(date.exactText),
            .when(showsTime, .data("clock", ""))
        ) {
            showsTime ? "\(date.dayText), \(date.clockText)" : date.dayText
        }
    }
}

extension Date {
    /// `20 Nov 2026`, in UTC.
    var dayText: String {
        let parts = utcParts
        let month = Date.months[((parts.month ?? 1) - 1) % 12]
        return "\(parts.day ?? 1) \(month) \(parts.year ?? 0)"
    }

    /// `08:11`, in UTC.
    var clockText: String { "\(twoDigits(utcParts.hour)):\(twoDigits(utcParts.minute))" }

    /// `20 Nov 2026, 08:11:05 UTC`.
    var exactText: String { "\(dayText), \(clockText):\(twoDigits(utcParts.second)) UTC" }

    private var utcParts: DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: self)
    }

    private func twoDigits(_ number: Int?) -> String {
        let number = number ?? 0
        return number < 10 ? "0\(number)" : String(number)
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

extension BillingCycle {
    /// What stands after a price.
    var per: String {
        switch self {
        case .monthly: "month"
        case .yearly: "year"
        }
    }

    /// `Monthly`, `Yearly`.
    var label: String { rawValue.capitalized }
}

/// `1 year`, `3 years`.
func counted(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(count) \(count == 1 ? one : many ?? one + "s")"
}
