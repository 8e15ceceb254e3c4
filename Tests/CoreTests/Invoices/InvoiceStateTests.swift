import Core
import Testing

@Suite struct InvoiceStateTests {
    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .usd) }

    private func open(_ total: Int64) throws -> InvoiceState {
        var invoice = InvoiceState(status: .draft, total: money(total))
        try invoice.issue()
        return invoice
    }

    @Test func `a draft is issued once, and is paid at once when it costs nothing`() throws {
        var invoice = try open(1_000)
        #expect(invoice.status == .open && invoice.remaining == money(1_000))
        #expect(throws: InvoiceState.Refusal.wrongStatus(.open)) { try invoice.issue() }
        #expect(try open(0).status == .paid)
    }

    @Test func `payments add up, and what is too much is given back`() throws {
        var invoice = try open(1_000)
        #expect(try invoice.pay(money(400)) == money(0))
        #expect(invoice.status == .open && invoice.remaining == money(600))
        #expect(try invoice.pay(money(700)) == money(100))
        #expect(invoice.status == .paid && invoice.paid == money(1_000))
        #expect(throws: InvoiceState.Refusal.wrongStatus(.paid)) { try invoice.pay(money(1)) }
    }

    @Test func `what is not money for this invoice is refused and changes nothing`() throws {
        var invoice = try open(1_000)
        let before = invoice
        #expect(throws: InvoiceState.Refusal.notPositive) { try invoice.pay(money(0)) }
        #expect(throws: InvoiceState.Refusal.notPositive) { try invoice.pay(money(-5)) }
        #expect(throws: InvoiceState.Refusal.otherCurrency) {
            try invoice.pay(Money(minorUnits: 5, .eur))
        }
        #expect(throws: InvoiceState.Refusal.otherCurrency) {
            try invoice.credit(Money(minorUnits: 5, .eur))
        }
        #expect(invoice == before)
    }

    @Test func `what credit had paid of a void invoice is given back`() throws {
        var invoice = try open(1_000)
        _ = try invoice.pay(money(300))
        #expect(throws: InvoiceState.Refusal.partlyPaid) {
            try invoice.void(paidByCredit: money(299))
        }
        #expect(try invoice.void(paidByCredit: money(300)) == money(300))
        #expect(invoice.status == .void && invoice.remaining.isZero)
    }

    @Test func `only an invoice nobody paid is voided`() throws {
        var invoice = try open(1_000)
        #expect(try invoice.void() == money(0))
        #expect(invoice.status == .void && invoice.remaining.isZero)
        #expect(throws: InvoiceState.Refusal.wrongStatus(.void)) { try invoice.pay(money(1)) }
        var partly = try open(1_000)
        _ = try partly.pay(money(1))
        #expect(throws: InvoiceState.Refusal.partlyPaid) { try partly.void() }
        var credited = try open(1_000)
        _ = try credited.credit(money(1))
        #expect(throws: InvoiceState.Refusal.partlyCredited) { try credited.void() }
        var paid = try open(0)
        #expect(throws: InvoiceState.Refusal.wrongStatus(.paid)) { try paid.void() }
    }

    @Test func `what was given up may still be paid`() throws {
        var invoice = try open(1_000)
        _ = try invoice.pay(money(300))
        #expect(try invoice.writeOff() == money(700))
        #expect(invoice.status == .uncollectible)
        #expect(try invoice.pay(money(700)) == money(0))
        #expect(invoice.status == .paid)
        #expect(throws: InvoiceState.Refusal.wrongStatus(.paid)) { try invoice.writeOff() }
    }

    @Test func `a credit note reduces what is owed first, and gives back the rest`() throws {
        var invoice = try open(1_000)
        _ = try invoice.pay(money(800))
        #expect(try invoice.credit(money(500)) == money(300))
        #expect(invoice.status == .paid && invoice.credited == money(200))
        var draft = InvoiceState(status: .draft, total: money(5))
        #expect(throws: InvoiceState.Refusal.wrongStatus(.draft)) { try draft.credit(money(1)) }
    }

    @Test(arguments: UInt64(1)...50)
    func `whatever happens, paid, credited and remaining sum to the total`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var invoice = try open(.random(in: 0...5_000, using: &numbers))
        for _ in 0..<30 {
            let before = invoice
            let amount = money(.random(in: -100...1_500, using: &numbers))
            switch Int.random(in: 0...3, using: &numbers) {
            case 0: _ = try? invoice.pay(amount)
            case 1: _ = try? invoice.credit(amount)
            case 2: _ = try? invoice.writeOff()
            default: if Int.random(in: 0...9, using: &numbers) == 0 { _ = try? invoice.void() }
            }
            let sum = invoice.paid + invoice.credited + invoice.remaining
            #expect(invoice.status == .void || sum == invoice.total)
            #expect(invoice.remaining.minorUnits >= 0)
            #expect(invoice.paid.minorUnits >= before.paid.minorUnits)
            #expect(invoice.credited.minorUnits >= before.credited.minorUnits)
            #expect(
                (invoice.status == .paid) == (invoice.remaining.isZero && invoice.status != .void)
            )
            #expect(!before.status.isSettled || invoice.status == before.status)
        }
    }
}
