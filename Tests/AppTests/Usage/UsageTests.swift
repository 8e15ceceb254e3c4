import Core
import Foundation
import Support
import Testing
import Wire

@testable import App

@Suite struct UsageTests {
    @Test func `a panel counts up and down, never below zero`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let first = try await panel.report(license, delta: 3)
            #expect(first.status == 200)
            #expect(
                first.json == [
                    "status": "success", "license_id": .string(license.id.text),
                    "resource_type": "databases", "current_count": 3, "max_count": 5,
                ]
            )
            #expect(try await panel.report(license, delta: -1).json["current_count"] == 2)
            #expect(try await panel.report(license, delta: -9).json["current_count"] == 0)
            #expect(try await panel.report(license, count: 4).json["current_count"] == 4)
            let unlimited = try await panel.report(license, "emails", delta: 1).json
            #expect(unlimited["max_count"]?.isNull == true)
        }
    }

    @Test func `an event counts once, however often it is told`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let first = try await panel.report(license, delta: 2, event: "e-1")
            _ = try await panel.report(license, delta: 1, event: "e-2")
            let replayed = try await panel.report(license, delta: 2, event: "e-1")
            #expect(replayed.status == 200)
            #expect(replayed.text == first.text)
            let next = try await panel.report(license, delta: 0, event: "e-3")
            #expect(next.json["current_count"] == 3)
            let other = try await panel.report(license, "domains", delta: 2, event: "e-1")
            #expect(other.status == 409)
            #expect(other.code == "event_id_reused")
            let another = try await app.makeLicense()
            let same = try await panel.report(another, delta: 2, event: "e-1")
            #expect(same.json["current_count"] == 2)
        }
    }

    @Test func `forty who count at once are forty`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let counts = try await withThrowingTaskGroup(of: Int64?.self) { group in
                for _ in 0..<40 {
                    group.addTask {
                        try await panel.report(license, delta: 1).json["current_count"]?.integer
                    }
                }
                return try await group.reduce(into: [Int64?]()) { $0.append($1) }
            }
            #expect(counts.compactMap(\.self).sorted() == Array(1...40))
            let check = try await panel.validate(license.key.text).json
            #expect(check["code"] == "QUOTA_EXCEEDED")
            #expect(check["remaining"] == 0)
        }
    }

    @Test func `one event told by many at once counts once`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let answers = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await panel.report(license, delta: 1, event: "same").text
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            let next = try await panel.report(license, delta: 0)
            #expect(next.json["current_count"] == 1)
        }
    }

    @Test func `what is reported beyond the quota counts, and no more is allowed`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            try await app.warmLicenses()
            for count in 1...5 as ClosedRange<Int64> {
                let left = try await panel.validate(license.key.text).json["remaining"]
                #expect(left == .integer(6 - count))
                _ = try await panel.report(license, delta: 1)
            }
            let refused = try await panel.validate(license.key.text).json
            #expect(refused["code"] == "QUOTA_EXCEEDED")
            #expect(try await panel.report(license, delta: 2).json["current_count"] == 7)
            #expect(try await panel.validate(license.key.text).json["remaining"] == 0)
        }
    }

    @Test func `what happened on a suspended licence counts too`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let license = try await app.makeLicense(status: .suspended)
            let answer = try await app.sandboxPanel.report(license, delta: 2)
            #expect(answer.json["current_count"] == 2)
        }
    }

    @Test func `a report is refused for all that is wrong with it`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let path = "/api/v1/usage/update"
            let wrong = try await panel.post(
                path,
                ["license_key": 1, "resource_type": "disks", "delta": "1"]
            )
            #expect(wrong.status == 422)
            #expect(
                wrong.fieldCodes == [
                    "license_key": "wrong_type", "resource_type": "unknown_value",
                    "delta": "wrong_type", "event_id": "required",
                ]
            )
            let neither = try await panel.report(license)
            #expect(neither.fieldCodes == ["delta": "required"])
            let both = try await panel.report(license, delta: 1, count: 1)
            #expect(both.fieldCodes == ["count": "not_both"])
            let negative = try await panel.report(license, count: -1)
            #expect(negative.fieldCodes == ["count": "out_of_range"])
            let nobody = TestLicense(
                id: license.id,
                key: LicenseKey(randomBytes: randomBytes(10)),
                customer: license.customer
            )
            let missing = try await panel.report(nobody, delta: 1)
            #expect(missing.status == 404)
            #expect(missing.code == "license_not_found")
            let token = try await app.token(of: "customer")
            #expect(try await app.api.post(path, json: [:], token: token).status == 401)
        }
    }

    @Test func `customers see what is used, what is nearly used up, and what was told`()
        async throws
    {
        try await TestApp.run(runsWorker: false) { app in
            let (panel, license) = (app.sandboxPanel, try await app.makeLicense())
            let theirs = try await app.makeLicense(for: try await app.anotherCustomer())
            let token = try await app.token(of: "customer")
            _ = try await panel.report(license, delta: 4, event: "first")
            _ = try await panel.report(license, "domains", delta: 3, event: "second")
            _ = try await panel.report(license, "emails", delta: 1_000, event: "third")
            _ = try await panel.report(theirs, delta: 9)

            let quota = try await app.api.get("/api/v1/usage/quota", token: token).json
            #expect(quota["data"]?.array?.count == 1)
            let resources = quota["data"]?[0]?["resources"]?.array ?? []
            #expect(
                resources.first { $0["resource_type"] == "databases" } == [
                    "resource_type": "databases", "current_count": 4, "max_count": 5,
                    "remaining": 1, "percent": 80,
                ]
            )

            let alerts = try await app.api.get("/api/v1/usage/alerts", token: token).json
            let levels = (alerts["data"]?.array ?? []).map {
                "\($0["resource_type"]?.string ?? "") \($0["level"]?.string ?? "")"
            }
            #expect(levels == ["domains critical", "databases warning"])

            let report = try await app.api.get("/api/v1/usage/report", token: token).json
            #expect(report["active_licenses"] == 1)
            let emails = report["resources"]?.array?.first { $0["resource_type"] == "emails" }
            #expect(emails?["current_count"] == 1_000)
            #expect(emails?["max_count"]?.isNull == true)

            let path = "/api/v1/usage/history/\(license.id.text)"
            let first = try await app.api.get(path + "?limit=2", token: token).json
            let cursor = try #require(first["next_cursor"]?.string)
            let rest = try await app.api
                .get(path + "?limit=2&cursor=\(cursor)", token: token).json
            let events = [first, rest].flatMap { $0["data"]?.array ?? [] }
                .compactMap { $0["event_id"]?.string }
            #expect(events == ["third", "second", "first"])
        }
    }

    @Test func `staff see everybody's usage, or one customer's`() async throws {
        try await TestApp.run(runsWorker: false) { app in
            let mine = try await app.makeLicense()
            let theirs = try await app.makeLicense(for: try await app.anotherCustomer())
            for license in [mine, theirs] {
                _ = try await app.sandboxPanel.report(license, delta: 5)
            }
            let token = try await app.token(of: "support")
            let alerts = try await app.api.get("/api/v1/usage/alerts", token: token).json
            #expect(alerts["data"]?.array?.count == 2)
            let path = "/api/v1/usage/alerts?customer_id=\(theirs.customer.text)"
            let one = try await app.api.get(path, token: token).json
            #expect(one["data"]?[0]?["license_id"]?.string == theirs.id.text)
            #expect(one["data"]?.array?.count == 1)
        }
    }

    @Test(
        arguments: [
            (0, 0, 0), (1, 0, 100), (4, 5, 80), (5, 5, 100), (7, 5, 140), (799, 1_000, 79),
            (Int64.max, Int64.max, 100),
        ] as [(Int64, Int64, Int64)]
    )
    func `per cent are whole and rounded down`(used: Int64, most: Int64, percent: Int64) {
        #expect(usedPercent(used, of: most) == percent)
    }
}
