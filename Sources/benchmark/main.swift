// `benchmark THREADS COUNT` makes that many invoices of one page; `benchmark billing-run` bills all
// that is due. `make bench` runs both beside other programs that do the same.

let words = CommandLine.arguments.dropFirst()
if words.first == "billing-run" {
    try await BillingRun.measure()
} else {
    let numbers = words.compactMap { Int($0) }
    try await Documents.measure(threads: numbers.first ?? 1, count: numbers.last ?? 100)
}
