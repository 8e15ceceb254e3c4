import Core
import Foundation
import Postgres
import Testing
import Wire

@testable import App

@Suite struct SettingsTests {
    private static let path = "/api/v1/admin/settings"

    private static let company: JSON = [
        "name": "Acme Hosting", "email": "billing@acme.example", "line1": "2 High Street",
        "city": "Berlin", "postal_code": "10115", "country": "DE",
        "phone": ["country_code": "49", "number": "301234567"],
    ]

    @Test func `the company is set, and documents name it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let token = try await app.token(of: "admin")
            let answer = try await app.api.put(
                Self.path,
                json: ["company": Self.company],
                token: token
            )
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["company"] == Self.company)
            #expect(answer.json["welcome_mail_shows_password"] == false)
            let seller = try await app.services.database.transaction(for: .system) {
                try $0.seller()
            }
            #expect(seller.name == "Acme Hosting")
            let flag = try await app.api.put(
                Self.path,
                json: ["welcome_mail_shows_password": true],
                token: token
            )
            #expect(flag.json["company"] == Self.company, "what is absent stays")
            #expect(try await app.api.get(Self.path, token: token).json == flag.json)
            let history = try await app.history("settings", "all")
            #expect(history.map(\.action) == ["settings.change", "settings.change"])
            #expect(history[1].before?["welcome_mail_shows_password"] == false)
            #expect(history[1].after?["welcome_mail_shows_password"] == true)
        }
    }

    @Test func `all that is wrong with settings is told at once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let answer = try await app.api.put(
                Self.path,
                json: [
                    "welcome_mail_shows_password": "yes", "colour": "blue",
                    "company": [
                        "name": "", "email": "a@b.example", "line1": "x", "city": "y",
                        "postal_code": "1", "country": "Germany",
                        "phone": ["country_code": "+49", "number": "12"],
                    ],
                ],
                token: try await app.token(of: "admin")
            )
            #expect(
                answer.fieldCodes == [
                    "welcome_mail_shows_password": "wrong_type", "colour": "unknown_field",
                    "company.name": "too_short", "company.country": "bad_format",
                    "company.phone.country_code": "bad_format",
                    "company.phone.number": "bad_format",
                ]
            )
        }
    }

    @Test func `only administrators read settings and change them`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let reading = try await app.statuses("GET", Self.path)
            #expect(reading == [401, 403, 403, 403, 200])
            #expect(
                try await app.statuses("PUT", Self.path, json: [:]) == [401, 403, 403, 403, 200]
            )
        }
    }
}
