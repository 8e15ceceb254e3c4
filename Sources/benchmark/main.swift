import App
import Core
import Foundation
import Typesetting

// `benchmark THREADS COUNT`: makes that many invoices of one page, and prints how many a
// second that is, the milliseconds of processor time of each, and its bytes.
// `make bench` runs it beside other programs that do the same.

let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let (threads, count) = (words.first ?? 1, words.last ?? 100)
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
print(Double(count) / (time / .seconds(1)), processorSeconds / Double(count) * 1_000, size)
