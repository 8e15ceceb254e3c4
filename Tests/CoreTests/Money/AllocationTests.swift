import Core
import Testing

@Suite struct AllocationTests {
    private func parts(_ amount: Int64, _ weights: [Int64]) -> [Int64] {
        Money(minorUnits: amount, .usd).allocated(by: weights).map(\.minorUnits)
    }

    @Test(
        arguments: [
            (100, [1, 1, 1], [34, 33, 33]), (101, [1, 1, 1], [34, 34, 33]),
            (-100, [1, 1, 1], [-34, -33, -33]), (0, [3, 5], [0, 0]), (1, [1, 1], [1, 0]),
            (-1, [1, 1], [-1, 0]), (100, [0, 1, 0], [0, 100, 0]), (5, [0, 0, 7], [0, 0, 5]),
            (10, [1, 2, 3, 4], [1, 2, 3, 4]), (7, [50, 30, 20], [4, 2, 1]),
            (2, [1, 1, 1, 1, 1], [1, 1, 0, 0, 0]), (9_999, [1], [9_999]),
        ] as [(Int64, [Int64], [Int64])]
    )
    func `parts follow their weights, and the largest remainders get what is left`(
        amount: Int64,
        weights: [Int64],
        expected: [Int64]
    ) {
        #expect(parts(amount, weights) == expected)
    }

    @Test(arguments: UInt64(1)...40)
    func `parts sum to the amount, keep its sign and miss their share by less than a unit`(
        seed: UInt64
    ) {
        var numbers = SeededNumbers(seed: seed)
        for _ in 0..<50 {
            let amount = Int64.random(in: -1_000_000_000...1_000_000_000, using: &numbers)
            let count = Int.random(in: 1...12, using: &numbers)
            var weights = (0..<count).map { _ in Int64.random(in: 0...10_000, using: &numbers) }
            weights[0] += 1
            let total = weights.reduce(0, +)
            let parts = parts(amount, weights)
            #expect(parts.reduce(0, +) == amount)
            for (part, weight) in zip(parts, weights) {
                #expect(part == 0 || (part < 0) == (amount < 0))
                #expect(abs(part * total - amount * weight) < total)
                #expect(weight > 0 || part == 0)
            }
        }
    }

    @Test(arguments: UInt64(1)...20)
    func `a negative amount is split as its positive twin is`(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let amount = Int64.random(in: 1...Int64.max, using: &numbers)
        let weights = (0..<7).map { _ in Int64.random(in: 1...1_000, using: &numbers) }
        #expect(parts(-amount, weights) == parts(amount, weights).map { -$0 })
    }

    @Test func `the largest amount and weights do not overflow on the way`() {
        let halves = parts(.max, [.max / 2, .max / 2])
        #expect(halves == [Int64.max / 2 + 1, Int64.max / 2])
        #expect(parts(.max, [1]) == [.max])
        #expect(parts(-.max, [.max]) == [-.max])
    }

    @Test func `parts keep the currency`() {
        let parts = Money(minorUnits: 5, .jpy).allocated(by: [1, 1])
        #expect(parts == [Money(minorUnits: 3, .jpy), Money(minorUnits: 2, .jpy)])
    }

    @Test func `weights that say nothing end the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, .usd).allocated(by: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, .usd).allocated(by: [0, 0])
        }
    }

    @Test func `a negative weight ends the process`() async {
        await #expect(processExitsWith: .failure) {
            _ = Money(minorUnits: 1, .usd).allocated(by: [2, -1])
        }
    }
}
