import Core
import Foundation
import Support
import Testing
import Wire

@testable import App

@Suite struct PanelSignatureTests {
    private static let code = String(repeating: "0a", count: 32)

    @Test(arguments: ["t=1700000000,v1=\(code)", "t=0, v1=\(code.uppercased())"])
    func `a signature has a time and a code`(header: String) {
        #expect(PanelSignature(header) != nil)
    }

    @Test(arguments: [
        "", "t=1", "v1=\(code)", "v1=\(code),t=1", "t=1,v1=", "t=1,v1=\(code)00", "t=,v1=\(code)",
        "t=-1,v1=\(code)", "t=+1,v1=\(code)", "t=1.5,v1=\(code)", "t=1e3,v1=\(code)",
        "t=1,t=2,v1=\(code)", "t=1,v1=\(code),v1=\(code)", "t=1,v0=\(code)",
        "t=1234567890123,v1=\(code)", "t=1,v1=zz\(code.dropFirst(2))", "T=1,v1=\(code)",
    ])
    func `anything else is none`(header: String) {
        #expect(PanelSignature(header) == nil)
    }

    @Test func `what is signed is the time, the method, the address and the body`() {
        let text = PanelSignature.signedText(
            time: "1700000000",
            method: "POST",
            pathAndQuery: "/a%20b?x=1",
            body: Array("{}".utf8)
        )
        #expect(
            text == """
                1700000000
                POST
                /a%20b?x=1
                44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a
                """
        )
    }
}

/// Signed requests over the wire.
@Suite struct SignedRequestTests {
    private let path = "/api/v1/licenses/validate"

    private func body(_ license: TestLicense) -> [UInt8] {
        let body: JSON = [
            "license_key": .string(license.key.text), "feature": "create_database",
        ]
        return body.bytes
    }

    @Test func `a signature is good, and good once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let (panel, body) = (app.sandboxPanel, body(license))
            let signature = panel.signature(path, body, at: app.clock.now)
            let first = try await panel.send(path, body, signature: signature)
            #expect(first.json["code"] == "OK", "\(first.text)")
            let second = try await panel.send(path, body, signature: signature)
            #expect(second.status == 409)
            #expect(second.code == "signature_reused")
            let capitals = signature.replacing("v1=", with: "V1=").uppercased()
                .replacing("T=", with: "t=").replacing("V1=", with: "v1=")
            #expect(try await panel.send(path, body, signature: capitals).status == 409)
        }
    }

    @Test func `twenty who send one signature at once are one`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let (panel, body) = (app.sandboxPanel, body(license))
            let signature = panel.signature(path, body, at: app.clock.now)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await panel.send(path, body, signature: signature).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 409 } == 19)
        }
    }

    @Test func `nothing of a signed request can be altered`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let (panel, body) = (app.sandboxPanel, body(license))
            let now = app.clock.now
            let good = panel.signature(path, body, at: now)
            let altered = [
                try await panel.send(path, body + [32], signature: good),
                try await panel.send(path + "?a=1", body, signature: good),
                try await panel.send(path + "/", body, signature: good),
                try await panel.send(
                    path,
                    body,
                    signature: panel.signature(path, body, method: "PUT", at: now)
                ),
                try await panel.send(
                    path,
                    body,
                    signature: good.replacing(
                        "t=\(Int(now.timeIntervalSince1970))",
                        with: "t=\(Int(now.timeIntervalSince1970) + 1)"
                    )
                ),
                try await panel.send("/api/v1/usage/update", body, signature: good),
            ]
            for answer in altered {
                #expect(answer.status == 401)
                #expect(answer.code == "unauthorized")
            }
            let query = panel.signature(path + "?b=%20&a", body, at: now)
            let answer = try await panel.send(path + "?b=%20&a", body, signature: query)
            #expect(answer.status == 200)
            #expect(try await panel.send(path, body, signature: good).status == 200)
        }
    }

    @Test(arguments: [(-280.0, 200), (-302, 401), (300, 200), (330, 401), (-86_400, 401)])
    func `a signature is good for five minutes either way`(
        seconds: Double,
        status: Int
    ) async throws {
        try await TestApp.run(runsWorker: false) { app in
            // Far from the machine's clock, which is taken too, whatever the time of day.
            app.clock.advance(seconds: 86_400 * 40)
            let license = try await app.makeLicense()
            let (panel, body) = (app.sandboxPanel, body(license))
            let time = app.clock.now.addingTimeInterval(seconds)
            let answer = try await panel.send(
                path,
                body,
                signature: panel.signature(path, body, at: time)
            )
            #expect(answer.status == status)
            if status == 401 { #expect(answer.code == "signature_expired") }
        }
    }

    @Test func `a sandbox whose clock was moved takes signatures by either clock`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense(expiresInDays: 400)
            app.clock.advance(seconds: 86_400 * 40)
            let (panel, body) = (app.sandboxPanel, body(license))
            for time in [app.clock.now, app.clock.machineNow] {
                let signature = panel.signature(path, body, at: time)
                #expect(try await panel.send(path, body, signature: signature).status == 200)
            }
        }
    }
}
