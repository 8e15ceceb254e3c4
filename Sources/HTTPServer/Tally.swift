import Synchronization

/// What all loops of a server count together.
final class Tally: Sendable {
    let connections = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let inFlight = Atomic<Int>(0)
    let refused = Atomic<Int>(0)

    var metrics: ServerMetrics {
        var metrics = ServerMetrics()
        metrics.connections = connections.load(ordering: .relaxed)
        metrics.requests = requests.load(ordering: .relaxed)
        metrics.inFlight = inFlight.load(ordering: .relaxed)
        metrics.refused = refused.load(ordering: .relaxed)
        return metrics
    }
}
