import Core
import Foundation
import Testing

@Suite struct CreditNoteTests {
    private let line = ID<InvoiceLine>(UUID(uuid: (5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)))
    private let other = ID<InvoiceLine>(
        UUID(uuid: (5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2))
    )

    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .usd) }

    private func billed(_ amount: Int64) -> BilledAmounts {
        let tax = TaxComponent(
            component: "VAT",
            place: TaxPlace("DE"),
            rate: .basisPoints(1_900),
            isCompound: false,
            base: money(amount),
            amount: money(amount).scaled(by: .basisPoints(1_900))
        )
        return BilledAmounts(
            amount: money(amount),
            discount: money(0),
            taxes: [tax],
            isTaxInclusive: false
        )
    }

    private func creditable(_ amount: Int64, credited: Int64 = 0, tax: Int64 = 0) -> CreditableLine
    {
        CreditableLine(
            id: line,
            billed: billed(amount),
            credited: money(credited),
            creditedTax: money(tax)
        )
    }

    @Test func `a credit note gives back a line with its tax`() throws {
        let note = try CreditNoteDraft([(line, money(119))], of: [creditable(1_000)], .usd)
        #expect(note.total == money(119) && note.tax == money(19))
        #expect(note.lines[0].net == money(100))
    }

    @Test func `never more than what a line has left is given back`() throws {
        let left = creditable(1_000, credited: 1_000, tax: 160)
        #expect(left.remaining == money(190))
        #expect(throws: CreditNoteRefusal.tooMuch(line: line, most: money(190))) {
            try CreditNoteDraft([(line, money(191))], of: [left], .usd)
        }
        #expect(try CreditNoteDraft([(line, money(190))], of: [left], .usd).tax == money(30))
    }

    @Test func `what makes no sense is refused`() {
        let lines = [creditable(1_000)]
        func make(_ amounts: [(ID<InvoiceLine>, Money)]) throws(CreditNoteRefusal) {
            _ = try CreditNoteDraft(amounts.map { (line: $0.0, amount: $0.1) }, of: lines, .usd)
        }
        #expect(throws: CreditNoteRefusal.nothingCredited) { try make([]) }
        #expect(throws: CreditNoteRefusal.notPositive(line: line)) { try make([(line, money(0))]) }
        #expect(throws: CreditNoteRefusal.unknownLine(other)) { try make([(other, money(1))]) }
        #expect(throws: CreditNoteRefusal.lineTwice(line)) {
            try make([(line, money(1)), (line, money(1))])
        }
        #expect(throws: CreditNoteRefusal.otherCurrency(line: line)) {
            try make([(line, Money(minorUnits: 1, .eur))])
        }
    }

    @Test(arguments: UInt64(1)...40)
    func `notes in any parts give back exactly the line and its tax`(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        let amount = Int64.random(in: 1...5_000, using: &numbers)
        var current = creditable(amount)
        var tax = money(0)
        while current.remaining.isPositive {
            let part = money(.random(in: 1...current.remaining.minorUnits, using: &numbers))
            let note = try CreditNoteDraft([(line, part)], of: [current], .usd)
            #expect(note.tax.minorUnits >= 0 && note.tax.minorUnits <= part.minorUnits)
            tax = tax + note.tax
            current = CreditableLine(
                id: line,
                billed: current.billed,
                credited: current.credited + part,
                creditedTax: tax
            )
        }
        #expect(tax == current.billed.tax)
    }

    @Test func `a refund is no more than what was captured and neither refunded nor disputed`() {
        let payment = RefundableAmount(
            captured: money(1_000),
            refunded: money(300),
            disputed: money(200)
        )
        #expect(payment.refusal(of: money(500)) == nil)
        #expect(payment.refusal(of: money(501)) == .tooMuch(most: money(500)))
        #expect(payment.refusal(of: money(0)) == .notPositive)
        #expect(payment.refusal(of: Money(minorUnits: 5, .eur)) == .otherCurrency)
        let dinars = RefundableAmount(captured: Money(minorUnits: 1_000, .kwd))
        #expect(dinars.refusal(of: Money(minorUnits: 5, .kwd)) == .notMultiple(of: 10))
        let both = RefundableAmount(
            captured: money(1_000),
            refunded: money(900),
            disputed: money(900)
        )
        #expect(both.remaining == money(0))
    }

    @Test func `what is left of a line comes to what remains, with the tax that remains`() {
        let whole = creditable(1_000)
        #expect(whole.left == whole.billed)
        let part = creditable(1_000, credited: 700, tax: 111).left
        #expect(part.total == money(490) && part.tax == money(79))
        #expect(part.amount == money(411))
        let nothing = whole.within(money(0)).left
        #expect(nothing.amount.isZero && nothing.tax.isZero && nothing.total.isZero)
    }

    @Test func `no more is left of a line than of its document`() {
        let line = creditable(1_000, credited: 190, tax: 30)
        #expect(line.within(money(5_000)) == line)
        #expect(line.within(money(500)).remaining == money(500))
        #expect(line.within(money(-1)).remaining.isZero)
        #expect(line.within(money(-1)).creditedTax == money(190))
    }
}
