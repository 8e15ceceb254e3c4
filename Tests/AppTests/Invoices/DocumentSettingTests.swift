import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

/// How documents look is set by administrators, and reaches those that are made afterwards.
@Suite struct DocumentSettingTests {
    private static let path = "/api/v1/admin/settings/documents"
    /// One red pixel.
    private static let pixel =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="

    @Test func `paper, foot, notes and logo are set and removed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await app.token(of: "admin")
            let set = try await app.api.put(
                Self.path,
                json: [
                    "paper": "letter", "footer": "HRB 4711", "notes": "IBAN\nBIC",
                    "logo_png": .string(Self.pixel),
                ],
                token: admin
            )
            #expect(set.status == 200, "\(set.text)")
            #expect(
                set.json == [
                    "paper": "letter", "footer": "HRB 4711", "notes": "IBAN\nBIC",
                    "has_logo": true,
                ]
            )
            let removed = try await app.api.put(
                Self.path,
                json: ["paper": "a4", "footer": "", "logo_png": ""],
                token: admin
            )
            #expect(removed.json["footer"] == .null)
            #expect(removed.json["notes"] == "IBAN\nBIC")
            #expect(removed.json["has_logo"] == false)
        }
    }

    @Test func `what is no picture is no logo`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await app.token(of: "admin")
            let cut = String(Self.pixel.prefix(64))
            for logo in ["no base 64!", "R0lGODlhAQABAAAAACw=", cut] {
                let answer = try await app.api.put(
                    Self.path,
                    json: ["logo_png": .string(logo)],
                    token: admin
                )
                #expect(answer.status == 422, "\(logo): \(answer.text)")
                #expect(answer.fieldCodes["logo_png"] != nil)
            }
            let billing = try await app.token(of: "billing")
            let refused = try await app.api.put(Self.path, json: ["paper": "a4"], token: billing)
            #expect(refused.status == 403)
        }
    }

    @Test func `administrators set it on a page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let saved = try await admin.submit(
                "/console/settings/documents",
                from: "/console/settings",
                [("paper", "letter"), ("footer", "HRB 4711"), ("notes", "")]
            )
            #expect(saved.status == 303)
            #expect(try await admin.get("/console/settings").text.contains("HRB 4711"))
            let wrong = try await admin.submit(
                "/console/settings/documents",
                from: "/console/settings",
                [("paper", "papyrus")]
            )
            #expect(wrong.status == 422)
        }
    }
}
