import Core

/// What the buyer is told of a step: words of our own, into which nothing that an outside party
/// said can come.
struct BuyerNote: Sendable {
    let text: String

    init(_ words: StaticString) { text = "\(words)" }

    private init(own text: String) { self.text = text }

    static let isLate = BuyerNote("This takes a little longer than usual. We keep at it.")
    static let needsHelp = BuyerNote("This did not work yet. Our staff take care of it.")

    static func received(_ amount: Money) -> BuyerNote { BuyerNote(own: "\(amount) received") }

    static func name(_ name: DomainName) -> BuyerNote { BuyerNote(own: name.text) }

    static func ownName(_ name: DomainName) -> BuyerNote {
        BuyerNote(own: "\(name) is your own.")
    }

    static func isTaken(_ name: DomainName) -> BuyerNote {
        BuyerNote(own: "\(name) is already being registered for somebody else.")
    }

    static func license(hint: String) -> BuyerNote {
        BuyerNote(own: "Licence \(LicenseKey.masked(hint: hint))")
    }

    static func account(_ username: String, on server: String) -> BuyerNote {
        BuyerNote(own: "\(username) on \(server)")
    }
}

/// What is noted of a step: all of it for staff, and for the buyer what concerns them.
struct StepNote: Sendable {
    let staff: String
    let buyer: BuyerNote

    /// The same for both.
    init(_ buyer: BuyerNote) {
        staff = buyer.text
        self.buyer = buyer
    }

    /// The same words for both.
    init(_ words: StaticString) { self.init(BuyerNote(words)) }

    init(staff: String, _ buyer: BuyerNote) {
        self.staff = staff
        self.buyer = buyer
    }

    init(staff: String, _ words: StaticString) { self.init(staff: staff, BuyerNote(words)) }
}
