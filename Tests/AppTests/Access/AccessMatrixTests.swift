import App
import Core
import Foundation
import Testing
import Web

/// Every route, tried by everybody: the table of routes says who may, and this tries whether it is
/// so.
@Suite struct AccessMatrixTests {
    /// The routes in an order that tries what destroys last.
    private func routes(_ door: Door) -> [RouteDescription] {
        let order = ["GET": 0, "POST": 1, "PUT": 2, "PATCH": 2, "DELETE": 3]
        return door.router.routes.sorted {
            (order[$0.method.rawValue] ?? 4, $0.pattern)
                < (order[$1.method.rawValue] ?? 4, $1.pattern)
        }
    }

    private func tryEverything(_ door: Door, _ app: TestApp) async throws {
        let objects = try await SampleObjects.make(app)
        let routes = routes(door)
        #expect(routes.count >= (door.isAPI ? 40 : 30))
        for isAllowed in [false, true] {
            for route in routes {
                for caller in Caller.allCases {
                    guard let mayUse = caller.mayUse(route.access) else {
                        Issue.record("nobody has said who may use \(route.name)")
                        continue
                    }
                    guard mayUse == isAllowed else { continue }
                    try await tryRoute(route, objects, as: caller, mayUse: mayUse, door, app)
                }
            }
        }
    }

    private func tryRoute(
        _ route: RouteDescription,
        _ objects: SampleObjects,
        as caller: Caller,
        mayUse: Bool,
        _ door: Door,
        _ app: TestApp
    ) async throws {
        let path = try #require(objects.path(route.pattern), "no object for \(route.name)")
        let attempt = try await door.attempt(
            route.method.rawValue,
            path,
            as: caller,
            sending: objects.body(route),
            app
        )
        let what = "\(caller.rawValue): \(route.name) answers \(attempt.status)"
        #expect(attempt.status < 500, "\(what)")
        #expect(attempt.isDenied(route.access) != mayUse, "\(what)")
        if !mayUse && door.isAPI {
            let isKnown = caller.email != nil && route.access != .panel
            #expect(attempt.status == (isKnown ? 403 : 401), "\(what)")
        }
        guard mayUse, route.access != .anyone, SampleObjects.isOwned(route) else { return }
        if let list = SampleObjects.leadingAway[route.name] {
            #expect(attempt.status == 303 && attempt.location == list, "\(what)")
        } else if caller == .other {
            #expect(attempt.status == 404, "\(what)")
        }
        // A body that is not valid would hide whether the stranger is asked whose it is.
        if caller == .customer { #expect(attempt.status != 422, "\(what)") }
    }

    @Test func `the API lets in whom each route is for, and nobody else`() async throws {
        try await TestApp.run { app in try await tryEverything(try .api(app), app) }
    }

    @Test func `the portal lets in whom each page is for, and nobody else`() async throws {
        try await TestApp.run { app in try await tryEverything(try .portal(app), app) }
    }

    @Test func `a path that is written in another way opens no second door`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            for door in [try Door.api(app), try Door.portal(app)] {
                for route in door.router.routes where route.access != .anyone {
                    let path = route.pattern.replacing(#/:\w+/#, with: "x")
                    for other in AccessMatrixTests.disguises(of: path) {
                        for method in ["GET", "POST", "HEAD"] {
                            let attempt = try await door.attempt(method, other, as: .anonymous, app)
                            let isOpen = (200..<300).contains(attempt.status)
                            #expect(!isOpen, "\(method) \(other) answers \(attempt.status)")
                            #expect(attempt.status < 500, "\(method) \(other)")
                        }
                    }
                }
            }
        }
    }

    private static func disguises(of path: String) -> [String] {
        [
            "/" + path, path + "//", path.replacing("/", with: "//"), path + "/.", "/." + path,
            "/x/.." + path, path.replacing("/", with: "%2f"), path + "%2f", path + "%00",
            path + ";a=b", path + ".json", path.uppercased(), path + "%20", path + "/%2e%2e",
        ]
    }
}
