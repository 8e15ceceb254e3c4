import App
import Core
import Foundation
import Typesetting

/// Makes invoices of one page.
enum Documents {
    /// Prints how many a second that is, the milliseconds of processor time of each, and its bytes.
    static func measure(threads: Int, count: Int) async throws {
        let typesetter = Typesetter(threads: threads, queueLimit: count)
        try await typesetter.warmUp()
        let document = InvoicePDF(SampleInvoice.document).document
        let size = try await typesetter.typeset(document).count

        let before = clock()
        let time = try await ContinuousClock().measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<count { group.addTask { _ = try await typesetter.typeset(document) } }
                try await group.waitForAll()
            }
        }
        let processorSeconds = Double(clock() - before) / Double(CLOCKS_PER_SEC)
        print(
            Double(count) / (time / .seconds(1)),
            processorSeconds / Double(count) * 1_000,
            size
        )
    }
}
