import Core
import Testing

@Suite struct HistoryProblemTests {
    private func started() throws -> SubscriptionHistory {
        try Sample.history([
            ("2027-04-01T00:00:00Z", .started(try Sample.terms(1, 3_000), zone: .utc))
        ])
    }

    private var later: Instant { get throws { try Sample.instant("2027-04-10T00:00:00Z") } }

    @Test func `a history begins with the purchase, once`() throws {
        let empty = SubscriptionHistory(Sample.subscription, [])
        let now = try later
        let terms = try Sample.terms(1, 3_000)
        #expect(throws: HistoryProblem.notStarted) {
            try empty.adding(.cancelled(.atPeriodEnd), at: now)
        }
        #expect(throws: HistoryProblem.notStarted) {
            try empty.adding(.reactivated(terms, zone: .utc), at: now)
        }
        #expect(throws: HistoryProblem.notStarted) { try empty.state(at: now) }
        #expect(throws: HistoryProblem.startedTwice) {
            try started().adding(.started(terms, zone: .utc), at: now)
        }
        #expect(throws: HistoryProblem.notEnded) {
            try started().adding(.reactivated(terms, zone: .utc), at: now)
        }
    }

    @Test func `events follow each other`() throws {
        let history = try started()
        let before = try Sample.instant("2027-03-31T23:59:59Z")
        let event = SubscriptionEvent(number: 2, at: before, .cancelled(.atPeriodEnd))
        let turned = SubscriptionHistory(Sample.subscription, history.events + [event])
        #expect(throws: HistoryProblem.outOfOrder) { try turned.owed(at: before + 86_400) }
        let again = SubscriptionHistory(Sample.subscription, history.events + history.events)
        #expect(throws: HistoryProblem.outOfOrder) { try again.owed(at: before + 86_400) }
    }

    @Test func `what does not apply is refused`() throws {
        let now = try later
        let history = try started()
        let other = try Sample.terms(2, 3_000, currency: .eur)
        #expect(throws: HistoryProblem.otherCurrency) {
            try history.adding(.changed(other, .atPeriodEnd), at: now)
        }
        #expect(throws: HistoryProblem.nothingToWithdraw) {
            try history.adding(.changeWithdrawn, at: now)
        }
        #expect(throws: HistoryProblem.nothingToWithdraw) {
            try history.adding(.cancellationWithdrawn, at: now)
        }
        let price = Sample.price(7)
        #expect(throws: HistoryProblem.withoutNotice) {
            try history.adding(
                .repriced(unitPrice: .zero(.usd), price: price, from: now - 1),
                at: now
            )
        }
        #expect(throws: HistoryProblem.terms(.negativePrice)) {
            try history.adding(
                .repriced(unitPrice: Money(minorUnits: -1, .usd), price: price, from: now),
                at: now
            )
        }
        let ended = try history.adding(.cancelled(.atOnce(unused: .credited)), at: now)
        #expect(throws: HistoryProblem.ended) {
            try ended.adding(.cancelled(.atPeriodEnd), at: now)
        }
        let ending = try history.adding(.cancelled(.atPeriodEnd), at: now)
        let change = SubscriptionEvent.Kind.changed(try Sample.terms(2, 6_000), .atOnce)
        #expect(throws: HistoryProblem.cancellationPending) { try ending.adding(change, at: now) }
        #expect(throws: HistoryProblem.cancellationPending) {
            try ending.adding(.cancelled(.atPeriodEnd), at: now)
        }
    }

    @Test func `terms that cannot be charged are refused`() {
        #expect(throws: SubscriptionTerms.Problem.quantityOutOfRange(most: 100_000)) {
            try Sample.terms(1, 100, quantity: 0)
        }
        #expect(throws: SubscriptionTerms.Problem.quantityOutOfRange(most: 100_000)) {
            try Sample.terms(1, 100, quantity: .max)
        }
        #expect(throws: SubscriptionTerms.Problem.negativePrice) { try Sample.terms(1, -1) }
        #expect(throws: SubscriptionTerms.Problem.priceNotMultiple(of: 10)) {
            try Sample.terms(1, 9_995, currency: .kwd)
        }
        let most = Money(minorUnits: 999_999_999_999, .usd)
        #expect(throws: SubscriptionTerms.Problem.amountTooLarge(most: most)) {
            try Sample.terms(1, .max, quantity: 2)
        }
    }
}
