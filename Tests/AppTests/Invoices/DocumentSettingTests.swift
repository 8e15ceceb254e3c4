import Core
import Foundation
import Postgres
import Testing
import Web
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

    /// Sends a logo as a browser's form would.
    private func send(
        _ file: [UInt8],
        _ more: [(String, String)] = [],
        by browser: StaffBrowser,
        _ app: TestApp,
        token: String? = nil
    ) async throws -> TestAnswer {
        let page = try await browser.get("/console/settings")
        var fields = FormFields([.init("csrf", try token ?? #require(page.csrfToken))])
        for (name, value) in more { fields.append(name, value) }
        let form = MultipartForm(
            fields: fields,
            files: [.init(field: "logo", name: file.isEmpty ? "" : "logo.png", bytes: file)]
        )
        let body: [UInt8] = try #require(form.encoded(boundary: "b0undary"))
        return try await app.portal.send(
            "POST",
            "/console/settings/logo",
            body: body,
            headers: [
                "Cookie": browser.cookies,
                "Content-Type": "multipart/form-data; boundary=b0undary",
            ]
        )
    }

    @Test func `a logo is uploaded by a plain form, and removed by it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let admin = try await StaffBrowser("admin", app)
            let png = try [UInt8](#require(Data(base64Encoded: Self.pixel)))
            let hasLogo = { try await DocumentLooks(app.services).show().logo != nil }
            let forged = try await send(png, by: admin, app, token: "forged")
            #expect(forged.status == 403)
            #expect(try await send(png, by: admin, app).status == 303)
            #expect(try await hasLogo())
            for wrong in [[], Array("GIF89a".utf8), Array(png.prefix(40))] {
                #expect(try await send(wrong, by: admin, app).status == 303)
                #expect(try await admin.get("/console/settings").status == 200)
                #expect(try await hasLogo(), "what is no picture changes nothing")
            }
            #expect(try await send([], [("remove_logo", "on")], by: admin, app).status == 303)
            #expect(try await !hasLogo())
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
