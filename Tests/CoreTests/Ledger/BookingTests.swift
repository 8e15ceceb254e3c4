import Core
import Testing

@Suite struct BookingTests {
    private func money(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, .usd) }

    /// What an account holds after postings; debits are positive.
    private func balance(_ account: LedgerAccountKind, _ postings: [Posting]) -> Int64 {
        postings.flatMap(\.entries).filter { $0.account == account }
            .reduce(0) { $0 + $1.amount.minorUnits }
    }

    private func accounts(_ postings: [Posting]) -> [LedgerAccountKind: Int64] {
        var balances: [LedgerAccountKind: Int64] = [:]
        for account in LedgerAccountKind.allCases {
            let balance = balance(account, postings)
            if balance != 0 { balances[account] = balance }
        }
        return balances
    }

    private let issued = Posting.invoiceIssued(
        total: Money(minorUnits: 1_190, .usd),
        deferred: Money(minorUnits: 800, .usd),
        earned: Money(minorUnits: 200, .usd),
        tax: Money(minorUnits: 190, .usd)
    )

    @Test func `a paid invoice leaves money, revenue and tax`() {
        let postings = [
            issued, .paymentCaptured(money(1_190)), .feeCharged(money(65)),
            .revenueEarned(money(800)), .paidOut(money(1_125)),
        ]
        #expect(accounts(postings) == [.clearing: 1_125, .fees: 65, .revenue: -1_000, .tax: -190])
        let stripe = postings.flatMap(\.entries).filter {
            $0.account == .clearing && $0.channel == .stripe
        }
        #expect(stripe.map(\.amount).sum(.usd).isZero)
    }

    @Test func `what is overpaid is the customer's`() {
        let postings = [
            issued, .paymentCaptured(money(1_200), excess: money(10), by: .bankTransfer),
        ]
        #expect(balance(.receivable, postings) == 0 && balance(.customerCredit, postings) == -10)
    }

    @Test func `what is given back beyond a bill is the customer's`() {
        let posting = Posting.invoiceIssued(
            total: money(0),
            deferred: money(-400),
            earned: money(0),
            tax: money(-76),
            carriedToCredit: money(476)
        )
        #expect(accounts([posting]) == [.deferredRevenue: 400, .tax: 76, .customerCredit: -476])
    }

    @Test func `what is undone leaves nothing`() {
        let amount = money(1_190)
        let pairs: [[Posting]] = [
            [issued, .invoiceVoided(issued)], [.refunded(amount), .refundFailed(amount)],
            [.refunded(amount, from: .credit), .refundFailed(amount, from: .credit)],
            [.disputeOpened(amount, fee: money(15)), .disputeWon(amount, feeReturned: money(15))],
            [.creditGranted(amount), .creditExpired(amount)],
        ]
        for pair in pairs {
            #expect(accounts(pair).isEmpty)
            #expect(pair[0].kind != pair[1].kind)
        }
    }

    @Test func `a lost dispute costs its amount and its fee`() {
        let postings: [Posting] = [
            issued, .paymentCaptured(money(1_190)),
            .disputeOpened(money(1_190), fee: money(15)), .disputeLost(money(1_190)),
        ]
        #expect(balance(.disputes, postings) == 0)
        #expect(balance(.disputeLosses, postings) == 1_190 && balance(.clearing, postings) == -15)
    }

    @Test func `what was given up and is paid after all is no loss`() {
        let postings: [Posting] = [
            issued, .writtenOff(money(1_190)), .writeOffRecovered(money(1_190)),
            .paymentCaptured(money(1_190), by: .cash),
        ]
        #expect(balance(.badDebt, postings) == 0 && balance(.receivable, postings) == 0)
        #expect(balance(.clearing, postings) == 1_190)
    }

    @Test func `a credit note of a paid invoice is refunded from the customer's credit`() {
        let note = Posting.creditNoteIssued(
            deferred: money(800),
            earned: money(200),
            tax: money(190),
            owed: money(0)
        )
        let postings = [
            issued, .paymentCaptured(money(1_190)), note, .refunded(money(1_190), from: .credit),
        ]
        #expect(accounts(postings).isEmpty)
    }

    @Test func `a credit note of an open invoice reduces what is owed`() {
        let note = Posting.creditNoteIssued(
            deferred: money(800),
            earned: money(200),
            tax: money(190),
            owed: money(1_190)
        )
        #expect(accounts([issued, note]).isEmpty)
        let late = Posting.creditNoteIssued(
            deferred: money(800),
            earned: money(200),
            tax: money(190),
            owed: money(1_190),
            isWrittenOff: true
        )
        #expect(accounts([issued, .writtenOff(money(1_190)), late]).isEmpty)
    }

    @Test func `a name costs what the registrar wants`() {
        #expect(accounts([.domainCost(money(900))]) == [.domainCosts: 900, .payables: -900])
    }

    @Test func `what is settled in another currency balances in each`() {
        let settled = Posting.paymentSettled(money(2_900), as: Money(minorUnits: 2_610, .eur))
        let back = Posting.refundSettled(money(2_900), as: Money(minorUnits: 2_700, .eur))
        let sums = Dictionary(grouping: settled.entries + back.entries, by: \.account)
            .mapValues { entries in
                ["USD", "EUR"].map { code in
                    entries.map(\.amount).filter { $0.currency.code == code }
                        .reduce(0) { $0 + $1.minorUnits }
                }
            }
        // Nothing of it is left; what the rates have cost stands on the exchange.
        #expect(sums == [.clearing: [0, -90], .exchange: [0, 90]])
    }

    @Test(arguments: UInt64(1)...50)
    func `every posting balances, whatever the amounts`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        func any() -> Money { money(.random(in: -9_999...99_999, using: &numbers)) }
        let (net, earned, tax, carried, fee) = (any(), any(), any(), any(), any())
        let total = net + earned + tax + carried
        let postings: [Posting] = [
            .invoiceIssued(
                total: total,
                deferred: net,
                earned: earned,
                tax: tax,
                carriedToCredit: carried
            ),
            .paymentCaptured(net, excess: fee), .feeCharged(fee), .refunded(net),
            .refundFailed(net), .creditGranted(net), .creditSpent(net), .creditExpired(net),
            .creditNoteIssued(deferred: net, earned: earned, tax: tax, owed: fee),
            .disputeOpened(net, fee: fee), .disputeWon(net, feeReturned: fee), .disputeLost(net),
            .writtenOff(net), .writeOffRecovered(net), .domainCost(net), .paidOut(net),
            .revenueEarned(net), .unplacedPayment(net), .unplacedReturned(net),
            .creditPaidOut(net), .creditSent(net), .creditPayoutFailed(net), .payoutFailed(net),
            .creditWrittenOff(net), .creditWriteOffTakenBack(net),
        ]
        for posting in postings { #expect(posting.entries.map(\.amount).sum(.usd).isZero) }
        #expect(Set(postings.map(\.kind)).count == postings.count)
    }

    @Test func `revenue is earned by the second, and all of it in the end`() {
        let span = TimeSpan(from: Instant(seconds: 0), to: Instant(seconds: 300))
        let amount = money(1_000)
        let instants: [Int64] = [-5, 0, 1, 150, 299, 300, 999]
        #expect(
            instants.map { span.earned(of: amount, at: Instant(seconds: $0)).minorUnits }
                == [0, 0, 3, 500, 997, 1_000, 1_000]
        )
    }
}
