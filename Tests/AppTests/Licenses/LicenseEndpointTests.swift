import Core
import Foundation
import Support
import Testing
import Wire

@testable import App

@Suite struct LicenseEndpointTests {
    @Test func `customers see their own licences, masked, and staff see all`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let mine = try await app.makeLicense()
            let theirs = try await app.makeLicense(for: try await app.anotherCustomer())
            let (customer, support) = (
                try await app.token(of: "customer"), try await app.token(of: "support")
            )
            let list = try await app.api.get("/api/v1/licenses/", token: customer).json
            #expect(list.ids == [mine.id.text])
            let body = try #require(list["data"]?[0])
            #expect(body["license_key"]?.string == "NP-••••-••••-••••-\(mine.key.hint)")
            #expect(body["quotas"]?["databases"] == 5)
            #expect(body["quotas"]?["emails"]?.isNull == true)
            #expect(body["usage"]?["databases"] == 0)
            let all = try await app.api.get("/api/v1/licenses", token: support).json
            #expect(Set(all.ids) == [mine.id.text, theirs.id.text])
            let path = "/api/v1/licenses?customer_id=\(theirs.customer.text)"
            #expect(try await app.api.get(path, token: support).json.ids == [theirs.id.text])
            #expect(try await app.api.get(path, token: customer).json.ids == [])
            #expect(!list.text.contains(mine.key.text))
        }
    }

    @Test func `another customer's licence is not there`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let theirs = try await app.makeLicense(for: try await app.anotherCustomer())
            let token = try await app.token(of: "customer")
            let path = "/api/v1/licenses/\(theirs.id.text)"
            #expect(try await app.api.get(path, token: token).status == 404)
            #expect(try await app.api.post(path + "/reveal", token: token).status == 404)
            #expect(try await app.api.get(path).status == 401)
            #expect(
                try await app.api.get("/api/v1/usage/history/\(theirs.id.text)", token: token)
                    .status == 404
            )
        }
    }

    @Test func `a key is revealed to its owner, and that is written down`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            let answer = try await app.api.post(
                "/api/v1/licenses/\(license.id.text)/reveal",
                token: try await app.token(of: "customer")
            )
            #expect(answer.status == 200)
            #expect(answer.json["license_key"]?.string == license.key.text)
            #expect(answer.headers["Cache-Control"] == "no-store")
            let actions = try await app.auditActions(of: "lic", license.id.text)
            #expect(actions == ["license.reveal"])
        }
    }

    @Test func `billing staff suspend a licence at once, others may not`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense()
            try await app.warmLicenses()
            let path = "/api/v1/admin/licenses/\(license.id.text)/status"
            let suspended: JSON = ["status": "suspended"]
            for name in ["customer", "support"] {
                let token = try await app.token(of: name)
                #expect(try await app.api.put(path, json: suspended, token: token).status == 403)
            }
            let token = try await app.token(of: "billing")
            let answer = try await app.api.put(path, json: suspended, token: token)
            #expect(answer.json["status"] == "suspended")
            let check = try await app.sandboxPanel.validate(license.key.text)
            #expect(check.json["code"] == "LICENSE_SUSPENDED")
            let again = try await app.api.put(path, json: suspended, token: token)
            #expect(again.status == 200)
            #expect(
                try await app.auditActions(of: "lic", license.id.text) == ["license.set_status"]
            )
            let wrong = try await app.api.put(path, json: ["status": "gone"], token: token)
            #expect(wrong.fieldCodes == ["status": "unknown_value"])
        }
    }

    @Test func `staff filter by the state that holds now, page by page`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let good = try await app.makeLicense()
            let ended = try await app.makeLicense(expiresInDays: -1)
            let token = try await app.token(of: "admin")
            let path = "/api/v1/admin/licenses"
            let expired = try await app.api.get(path + "?status=expired", token: token).json
            #expect(expired.ids == [ended.id.text])
            #expect(expired["data"]?[0]?["status"] == "expired")
            let first = try await app.api.get(path + "?limit=1", token: token).json
            let cursor = try #require(first["next_cursor"]?.string)
            let second = try await app.api
                .get(path + "?limit=1&cursor=\(cursor)", token: token).json
            #expect(Set(first.ids + second.ids) == [good.id.text, ended.id.text])
            #expect(second["has_more"] == false)
            let customer = try await app.token(of: "customer")
            #expect(try await app.api.get(path, token: customer).status == 403)
        }
    }
}

extension JSON {
    /// The identifiers of a page's elements.
    var ids: [String] { (self["data"]?.array ?? []).compactMap { $0["id"]?.string } }
}

extension TestApp {
    /// What was done to an object, oldest first.
    func auditActions(of type: String, _ id: String) async throws -> [String] {
        try await services.database.transaction(for: .system) { session in
            try session.auditEntries(ofType: type, id: id).map(\.action)
        }
    }
}
