import Foundation
import HTTPServer
import Markup
import Support
import Synchronization
import Web
import Wire

/// A small site with one of everything, for the tests.
struct SampleServices: Sendable {
    var log: Log = .silent
    let notes = Notes()
}

/// What happened, in order.
final class Notes: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

struct VisitorContext: RequestContext {
    static let access = Access.public
    let services: SampleServices
    var actor: String { "public" }

    init(_ request: Request, _ services: SampleServices) async throws {
        services.notes.add("context")
        self.services = services
    }
}

struct MemberContext: RequestContext {
    static let access = Access(
        "member",
        security: [[.bearer("access_token", "From `POST /auth/login`.")]]
    )
    let name: String
    let services: SampleServices
    var actor: String { "member:\(name)" }

    init(_ request: Request, _ services: SampleServices) async throws {
        services.notes.add("context")
        guard let token = request.bearerToken else { throw Problem.unauthorized }
        name = token
        self.services = services
    }
}

struct NoteID: PathParameter, APIString, Equatable {
    static let format = "note-id"
    static let requirement = "an id such as note_1"
    let text: String
    init?(apiString: String) {
        guard apiString.hasPrefix("note_") else { return nil }
        text = apiString
    }
    var apiString: String { text }
    init?(pathText: String) { self.init(apiString: pathText) }
    var pathText: String { text }
    static var pathSchema: Schema { schema }
}

enum Colour: String, APIEnum { case red, green }

struct Money: APIModel, Equatable {
    let amount: Int64
    let currency: String
    static let model = Model(
        "money",
        "An amount in the smallest unit of its currency.",
        Money.init,
        Field("amount", \.amount, "Minor units, so 1999 is 19.99.", .atLeast(0)),
        Field("currency", \.currency, "ISO 4217 code.", .pattern("[A-Z]{3}", "three letters")),
    )
}

struct DomainChoice: APIModel, Equatable {
    let name: String
    let years: Int?
    static let model = Model(
        "domain_choice",
        "A domain to buy.",
        DomainChoice.init,
        Field("name", \.name, "The name.", .length(3...253), .example("example.com")),
        Field("years", \.years, "How long.", .range(1...10)),
    )
}

struct OrderItem: APIModel, Equatable {
    let price: Money
    let domain: DomainChoice?
    static let model = Model(
        "order_item",
        "One thing to buy.",
        OrderItem.init,
        Field("price", \.price, "What it costs."),
        Field("domain", \.domain, "With a domain."),
    )
}

struct NewOrder: APIModel, Equatable {
    let colour: Colour
    let items: [OrderItem]
    let due: Date?
    let labels: [String: String]?
    let express: Bool
    let extra: JSON?
    let note: NoteID?
    static let model = Model(
        "new_order",
        "What to order.",
        NewOrder.init,
        Field("colour", \.colour, "Its colour."),
        Field("items", \.items, "At most three.", .count(1...3)),
        Field("due", \.due, "When it is needed."),
        Field("labels", \.labels, "Yours."),
        Field("express", \.express, "Whether it is urgent."),
        Field("extra", \.extra, "Anything."),
        Field("note", \.note, "A note it belongs to."),
    )
}

enum SampleRoutes {
    static let home = Route(.get, "/")
    static let note = Route(.get, "/notes/:id", NoteID.self)
    static let newNote = Route(.get, "/notes/new")
    static let createNote = Route(.post, "/notes")
    static let line = Route(.get, "/notes/:id/lines/:number", NoteID.self, Int.self)
    static let unsubscribe = Route(.post, "/unsubscribe")
    static let broken = Route(.get, "/broken")
    static let member = Route(.get, "/member")
    static let export = Route(.get, "/export.csv")
    static let health = Route(.get, "/health")
}

enum SampleEndpoints {
    static let colour = QueryParameter("colour", Colour.self, "Only this colour.")

    static let create = Endpoint(
        Route(.post, "/api/v1/orders/"),
        tag: "Orders",
        "Place an order.",
        input: NewOrder.self,
        output: NewOrder.self,
        status: 201,
        problems: [.conflict("sold_out", "Nothing is left.")],
        isIdempotent: true
    )
    static let list = Endpoint(
        Route(.get, "/api/v1/orders/"),
        tag: "Orders",
        "List orders.",
        output: Page<Money>.self,
        query: [colour] + PageRequest.parameters
    )
    static let cancel = Endpoint(
        Route(.post, "/api/v1/orders/:id/cancel", NoteID.self),
        tag: "Orders",
        "Cancel an order.",
        output: NoBody.self
    )
    static let pdf = Endpoint(
        Route(.get, "/api/v1/orders/:id/pdf", NoteID.self),
        tag: "Orders",
        "The order as a PDF.",
        output: RawBody.self,
        contentType: "application/pdf"
    )
}

enum SampleHandlers {
    static func note(
        _ request: Request,
        _ context: VisitorContext,
        _ id: NoteID
    ) async throws -> Response {
        .html(p { a(.href(SampleRoutes.note.path(id))) { id.text } })
    }

    static func createNote(
        _ request: Request,
        _ context: VisitorContext
    ) async throws -> Response {
        var form = FormReader(try request.form())
        let title = form.text("title", length: 1...10)
        let colour = form.choice("colour", Colour.self)
        do {
            let (text, chosen) = try form.values(title, colour)
            context.services.notes.add("created \(text) \(chosen)")
            return .redirect(to: SampleRoutes.home.path())
        } catch {
            return .html(
                p { error.value("title") + "|" + (error.message("title") ?? "") },
                status: 422
            )
        }
    }

    static func create(
        _ input: NewOrder,
        _ request: Request,
        _ context: MemberContext
    ) async throws -> NewOrder {
        context.services.notes.add("handler")
        return input
    }

    static func list(_ request: Request, _ context: MemberContext) async throws -> Page<Money> {
        let colour = try request.value(of: SampleEndpoints.colour)
        let part = try PageRequest(request, list: "orders", keys: 1)
        let start = part.after.flatMap { Int64($0[0]) } ?? 0
        let last: Int64 = colour == .red ? 1 : 5
        let rows = Array((start + 1...max(start + 1, last)).prefix(part.rowsToRead))
        return part.page(rows, keys: { [String($0)] }) { Money(amount: $0, currency: "USD") }
    }
}

func sampleRouter(
    _ services: SampleServices = SampleServices(),
    _ adjust: (inout RouterHooks) -> Void = { _ in }
) throws -> Router<SampleServices> {
    var hooks = RouterHooks(recover: RouterHooks.problems(log: services.log))
    adjust(&hooks)
    return try Router(services: services, hooks: hooks) { router in
        router.on(SampleRoutes.home, as: VisitorContext.self) { _, _ in .text("home") }
        router.on(SampleRoutes.note, as: VisitorContext.self, SampleHandlers.note)
        router.on(SampleRoutes.newNote, as: VisitorContext.self) { _, _ in .text("new") }
        router.on(SampleRoutes.createNote, as: VisitorContext.self, SampleHandlers.createNote)
        router.on(SampleRoutes.line, as: VisitorContext.self) { _, _, id, number in
            .text("\(id.text) \(number)")
        }
        router.on(
            SampleRoutes.unsubscribe,
            as: VisitorContext.self,
            isCrossSite: true
        ) { _, _ in .text("gone") }
        router.on(SampleRoutes.broken, as: VisitorContext.self) { _, _ in
            throw SampleFault(secret: "hunter2")
        }
        router.on(SampleRoutes.member, as: MemberContext.self) { _, context in
            .text(context.name)
        }
        router.on(SampleRoutes.export, as: VisitorContext.self) { _, _ in
            .stream(contentType: "text/csv", attachment: "export.csv") { stream in
                try await stream.write(Array("a,b\n".utf8))
            }
        }
        router.fast(SampleRoutes.health) { _ in .now(Response.json(["ok": true]).http) }
        router.on(SampleEndpoints.create, as: MemberContext.self, SampleHandlers.create)
        router.on(SampleEndpoints.list, as: MemberContext.self, SampleHandlers.list)
        router.on(SampleEndpoints.cancel, as: MemberContext.self) { _, context, id in
            context.services.notes.add("cancelled \(id.text)")
        }
        router.on(SampleEndpoints.pdf, as: MemberContext.self) { _, _, id in
            .file([37], contentType: "application/pdf", name: "\(id.text).pdf")
        }
    }
}

struct SampleFault: Error { let secret: String }

extension Router {
    /// The answer to a request, however it is made.
    func answer(_ request: HTTPRequest) async -> Response {
        switch respond(to: request) {
        case .now(let answer): Response(answer)
        case .later(let work): Response(await work())
        }
    }

    func answer(
        _ method: String,
        _ path: String,
        query: String = "",
        _ headers: HTTPHeaders = [:],
        body: String = ""
    ) async -> Response {
        await answer(
            HTTPRequest(
                method: method,
                path: path,
                query: query,
                headers: headers,
                body: Array(body.utf8)
            )
        )
    }
}

extension Response {
    var text: String { String(decoding: bytes, as: UTF8.self) }
    var json: JSON { get throws { try JSON(reading: bytes) } }
}
