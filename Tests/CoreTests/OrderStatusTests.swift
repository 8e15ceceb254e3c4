import Core
import Testing

@Suite struct OrderStatusTests {
    @Test(
        arguments: [
            ([StepStatus.succeeded, .succeeded], OrderStatus.completed),
            ([.succeeded, .skipped], .completed), ([.skipped], .completed), ([], .completed),
            ([.succeeded, .pending], .fulfilling), ([.succeeded, .running], .fulfilling),
            ([.pending, .pending], .fulfilling), ([.succeeded, .failed], .attention),
            ([.failed, .pending, .running], .attention), ([.failed], .attention),
            ([.skipped, .failed, .succeeded], .attention),
        ] as [([StepStatus], OrderStatus)]
    )
    func `an order stands as its steps do`(steps: [StepStatus], status: OrderStatus) {
        #expect(OrderStatus(steps: steps) == status)
        #expect(OrderStatus(steps: steps.reversed()) == status)
    }

    @Test(arguments: OrderStatus.allCases)
    func `nothing more happens to what is final, and only unpaid orders are given up`(
        status: OrderStatus
    ) {
        #expect(status.isFinal == [.completed, .cancelled, .refunded].contains(status))
        #expect(status.canBeCancelled == (status == .pending))
    }

    @Test(arguments: StepStatus.allCases)
    func `the next step begins after success or when there was nothing to do`(status: StepStatus) {
        #expect(status.isDone == [.succeeded, .skipped].contains(status))
    }

    @Test func `the steps of a thing run in their order`() {
        #expect(
            StepName.ofItem.map(\.rawValue)
                == ["license", "domain", "hosting_account", "panel_license", "welcome_email"]
        )
    }

    @Test(arguments: Role.allCases)
    func `everybody but customers is staff`(role: Role) {
        #expect(role.isStaff == (role != .customer))
    }
}

@Suite struct PostingTests {
    private func dollars(_ cents: Int64) -> Money { Money(minorUnits: cents, .usd) }

    private func sum(_ posting: Posting) -> Int64 {
        posting.entries.reduce(0) { $0 + $1.amount.minorUnits }
    }

    @Test func `every kind of posting balances`() {
        let postings = [
            Posting.invoiceIssued(
                total: dollars(5_000),
                deferred: dollars(3_000),
                earned: dollars(1_500),
                tax: dollars(500)
            ),
            .paymentCaptured(dollars(5_000)), .refunded(dollars(120)),
            .unplacedPayment(dollars(77)),
        ]
        for posting in postings {
            #expect(sum(posting) == 0)
            #expect(posting.entries.count >= 2)
            #expect(posting.entries.allSatisfy { !$0.amount.isZero })
        }
        #expect(Set(postings.map(\.kind)).count == postings.count)
    }

    @Test func `a payment moves what is owed to the processor`() {
        #expect(
            Posting.paymentCaptured(dollars(10)).entries
                == [LedgerEntry(.clearing, dollars(10)), LedgerEntry(.receivable, dollars(-10))]
        )
        #expect(
            Posting.unplacedPayment(dollars(10)).entries.last
                == LedgerEntry(.suspense, dollars(-10))
        )
    }

    @Test func `entries of nothing are left out`() {
        let posting = Posting.invoiceIssued(
            total: dollars(100),
            deferred: dollars(100),
            earned: .zero(.usd),
            tax: .zero(.usd)
        )
        #expect(posting.entries.map(\.account) == [.receivable, .deferredRevenue])
    }

    @Test func `entries that do not balance end the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Posting(
                kind: "wrong",
                entries: [
                    LedgerEntry(.clearing, Money(minorUnits: 100, .usd)),
                    LedgerEntry(.receivable, Money(minorUnits: -99, .usd)),
                ]
            )
        }
    }

    @Test func `each currency balances by itself`() async {
        await #expect(processExitsWith: .failure) {
            _ = Posting(
                kind: "wrong",
                entries: [
                    LedgerEntry(.clearing, Money(minorUnits: 100, .usd)),
                    LedgerEntry(.receivable, Money(minorUnits: -100, .eur)),
                ]
            )
        }
    }
}

@Suite struct RemoteFailureTests {
    @Test(
        arguments: [
            (RemoteFailure.refused(code: "a", message: "b"), false, false),
            (.unauthorized(message: "b"), false, false),
            (.limited(retryAfterSeconds: 1), true, false),
            (.notSent(message: "b"), true, false), (.unknown(message: "b"), true, true),
        ] as [(RemoteFailure, Bool, Bool)]
    )
    func `a failure says whether to try again and whether to look first`(
        failure: RemoteFailure,
        isTemporary: Bool,
        isUnknown: Bool
    ) {
        #expect(failure.isTemporary == isTemporary)
        #expect(failure.leavesOutcomeUnknown == isUnknown)
        #expect(!failure.description.isEmpty)
    }
}
