import Support
import Testing
import Web

@Test func `what a route prints it matches`() throws {
    let id = try #require(NoteID(apiString: "note_ä/b c%?#"))
    // A slash in a value is printed as %2F, which no route matches; ids never have one.
    #expect(SampleRoutes.note.path(id) == "/notes/note_%C3%A4%2Fb%20c%25%3F%23")
    #expect(SampleRoutes.note.match(SampleRoutes.note.path(id)) == nil)
    let plain = try #require(NoteID(apiString: "note_ä b%?#"))
    #expect(SampleRoutes.note.match(SampleRoutes.note.path(plain)) == plain)
    let line = try #require(SampleRoutes.line.match(SampleRoutes.line.path(plain, 12)))
    #expect(line.0 == plain && line.1 == 12)
    #expect(SampleRoutes.home.path() == "/")
    #expect(SampleRoutes.home.match("/") != nil)
    #expect(SampleRoutes.home.match("/x") == nil)
    #expect(SampleEndpoints.list.route.path() == "/api/v1/orders/")
}

@Test(arguments: [
    ("/a", "/a"), ("/a/:x", "/a/:y"), ("/plans", "/plans/"), ("/a/:x/c", "/a/b/:y"),
    ("/:x/b", "/a/:y"),
])
func `routes that match one path are refused`(one: String, other: String) {
    #expect(throws: RouteConflict.self) { try routerWith(one, other) }
}

@Test(arguments: [
    ("/a", "/b"), ("/a/:x", "/a/new"), ("/a/:x", "/a/:x/b"), ("/a/:x/b", "/a/:y/c"),
    ("/a/:x/:y", "/a/b/c"),
])
func `routes of which one is more particular are accepted`(one: String, other: String) throws {
    _ = try routerWith(one, other)
    _ = try routerWith(other, one)
}

private func routerWith(_ patterns: String...) throws -> Router<SampleServices> {
    let hooks = RouterHooks(recover: RouterHooks.problems(log: .silent))
    return try Router(services: SampleServices(), hooks: hooks) { router in
        for pattern in patterns {
            switch pattern.count(where: { $0 == ":" }) {
            case 0:
                router.on(Route(.get, pattern), as: VisitorContext.self) { _, _ in .empty }
            case 1:
                router.on(
                    Route(.get, pattern, String.self),
                    as: VisitorContext.self
                ) { _, _, _ in .empty }
            default:
                router.on(
                    Route(.get, pattern, String.self, String.self),
                    as: VisitorContext.self
                ) { _, _, _, _ in .empty }
            }
        }
    }
}

@Test func `the same path may have several methods`() throws {
    let hooks = RouterHooks(recover: RouterHooks.problems(log: .silent))
    let router = try Router(services: SampleServices(), hooks: hooks) { router in
        for method in Method.allCases {
            router.on(Route(method, "/a"), as: VisitorContext.self) { _, _ in .empty }
        }
    }
    #expect(router.routes.count == Method.allCases.count)
}

@Test func `a conflict names both routes`() {
    let conflict = #expect(throws: RouteConflict.self) { try routerWith("/a/:x", "/a/:y") }
    #expect(conflict?.description == "GET /a/:x and /a/:y match the same path")
}

@Test func `a route needs a type for each name`() async {
    await #expect(processExitsWith: .failure) { _ = Route(.get, "/a/:x") }
    await #expect(processExitsWith: .failure) { _ = Route(.get, "/a//b") }
}
