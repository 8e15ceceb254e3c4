import App
import Core
import Foundation
import Typesetting

// `benchmark THREADS COUNT`: makes that many invoices of one page, and prints what it took.
// `make bench` runs it beside other programs that do the same.

let words = CommandLine.arguments.dropFirst().compactMap { Int($0) }
let (threads, count) = (words.first ?? 1, words.last ?? 100)
let typesetter = Typesetter(threads: threads, queueLimit: count)
try await typesetter.warmUp()
let document = InvoicePDF(SampleInvoice.document).document
let size = try await typesetter.typeset(document).count

let clock = ContinuousClock()
let time = try await clock.measure {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<count { group.addTask { _ = try await typesetter.typeset(document) } }
        try await group.waitForAll()
    }
}
print("\(Double(count) / (time / .seconds(1))) \(size)")
