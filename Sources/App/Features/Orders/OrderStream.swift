import Core
import Foundation
import HTTPServer
import Markup
import Web

/// The stream of events that keeps an order's page as the order stands.
///
/// Each event is the timeline as HTML. It is sent when it differs from the last one; in between a
/// comment now and then shows both sides that the other is there.
struct OrderStream: Sendable {
    private let services: Services
    private let order: ID<Order>
    private let scope: Scope
    private let seat: StreamSeats.Seat

    /// How long nothing is sent at the most; proxies give silent connections up after a minute.
    private static let beatSeconds = 15.0
    /// After so long the browser has to ask again, which it does by itself: its log-in is looked at
    /// anew then.
    private static let longestSeconds = 600.0

    /// Answers with the stream of an order.
    ///
    /// - Throws: Before the stream begins, 404 to whoever may not see the order and 429 to whoever
    ///   has too many streams.
    static func answer<Level>(
        _ order: ID<Order>,
        _ context: UserContext<Level>
    ) async throws -> Response {
        let (services, user) = (context.services, context.user)
        let details = try await Orders(services).show(order, for: user.scope)
        let stream = OrderStream(
            services: services,
            order: order,
            scope: user.scope,
            seat: try services.streamSeats.take(for: user.id)
        )
        return .stream(contentType: "text/event-stream") { try await stream.write(details, to: $0) }
            .with("X-Accel-Buffering", "no")
    }

    /// Writes until more of the page differs than its timeline, the time is up or the reader
    /// leaves. In the first case the browser is told to load the page, and asks anew from there.
    private func write(_ first: OrderDetails, to stream: ResponseStream) async throws {
        let signals = signals()
        var sent = ""
        var details = first
        let end = ContinuousClock.now + .seconds(OrderStream.longestSeconds)
        var next = signals.makeAsyncIterator()
        repeat {
            let markup = OrderTimeline(details: details, isForStaff: isForStaff).body.render()
            try await stream.write(text: markup == sent ? ": here\n\n" : event("change", markup))
            sent = markup
            if details.order.status.page != first.order.status.page {
                return try await stream.write(text: event("end", ""))
            }
            guard details.order.status.isMoving else { return }
            guard await next.next() != nil else { return }
            details = try await Orders(services).show(order, for: scope)
        } while ContinuousClock.now < end
    }

    private var isForStaff: Bool {
        if case .system = scope { true } else { false }
    }

    /// A signal for each change of the order, and for each beat.
    private func signals() -> AsyncStream<Void> {
        let changes = services.notices.stream(of: "order_changes")
        let uuid = order.uuid
        return AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
            let hearing = Task {
                for await payload in changes {
                    let changed = payload.flatMap { UUID(uuidString: $0) }
                    if changed == nil || changed == uuid { continuation.yield() }
                }
            }
            let beating = Task {
                while !Task.isCancelled {
                    try await Task.sleep(for: .seconds(OrderStream.beatSeconds))
                    continuation.yield()
                }
            }
            continuation.onTermination = { _ in
                hearing.cancel()
                beating.cancel()
            }
        }
    }

    /// An event of the HTML standard's stream format, where each line of data is marked.
    private func event(_ name: String, _ data: String) -> String {
        let lines = data.split(separator: "\n", omittingEmptySubsequences: false)
        return "event: \(name)\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
    }
}

extension OrderStatus {
    /// What an order's page offers besides its timeline.
    private enum PageKind { case working, calling, final }

    fileprivate var page: some Equatable {
        isFinal ? PageKind.final : self == .attention ? .calling : .working
    }
}

extension ResponseStream {
    fileprivate func write(text: String) async throws { try await write(Array(text.utf8)) }
}
